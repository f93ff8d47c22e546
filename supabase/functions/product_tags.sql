-- Tags and images: normal form, caps, order.

create or replace function private.normalize_tag(p_tag text)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Whatever is neither letter nor digit joins words: spaces, but also invisible characters.
  select trim(both '-' from regexp_replace(lower(normalize(p_tag, nfkc)), '[^[:alnum:]]+', '-', 'g'));
$$;
comment on function private.normalize_tag(text) is
'Lower case, compatibility characters folded, words joined by single hyphens; may come out empty.';
revoke all on function private.normalize_tag(text) from public;

-- Definer: the caller cannot execute the normal form.
create or replace function private.tg_product_tags__normal()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.tag := private.normalize_tag(new.tag);
  if char_length(coalesce(new.tag, '')) not between 2 and 40 then
    perform private.fail(422, 'invalid_tag', 'A tag has 2 to 40 letters and digits.');
  end if;
  return new;
end;
$$;
comment on function private.tg_product_tags__normal() is 'Tags are stored in their normal form.';
revoke all on function private.tg_product_tags__normal() from public;

create or replace trigger tg_product_tags__normal
before insert on public.product_tags
for each row execute function private.tg_product_tags__normal();

-- Under the product's lock, taken by tg_…__child before: the caps hold.
create or replace function private.tg_product_tags__cap()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if (select count(*) from public.product_tags as t where t.product_id = new.product_id) > 15 then
    perform private.fail(409, 'too_many_tags', 'A product has 15 tags at most.');
  end if;
  return null;
end;
$$;
comment on function private.tg_product_tags__cap() is 'At most 15 tags a product.';
revoke all on function private.tg_product_tags__cap() from public;

create or replace trigger tg_product_tags__cap
after insert on public.product_tags
for each row execute function private.tg_product_tags__cap();

create or replace function private.tg_product_images__cap()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if (
    select count(*) from public.product_images as i where i.product_id = new.product_id
  ) > 20 then
    perform private.fail(409, 'too_many_images', 'A product has 20 images at most.');
  end if;
  return null;
end;
$$;
comment on function private.tg_product_images__cap() is 'At most 20 images a product.';
revoke all on function private.tg_product_images__cap() from public;

create or replace trigger tg_product_images__cap
after insert on public.product_images
for each row execute function private.tg_product_images__cap();

create or replace function private.reorder_images(p_product_id uuid, p_image_ids uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.managed_product(p_product_id);
  if array(
    select i.id from public.product_images as i where i.product_id = p_product_id order by i.id
  ) is distinct from array(select u.id from unnest(p_image_ids) as u (id) order by u.id) then
    perform private.fail(
      422, 'invalid_image_order', 'Name each image of the product once.',
      'Read product_images again.'
    );
  end if;
  update public.product_images as i set position = u.n - 1
  from unnest(p_image_ids) with ordinality as u (id, n)
  where i.id = u.id and i.position <> u.n - 1;
  return coalesce((
    select jsonb_agg(to_jsonb(i) order by i.position, i.id) from public.product_images as i
    where i.product_id = p_product_id
  ), '[]');
end;
$$;
comment on function private.reorder_images(uuid, uuid[]) is 'See public.reorder_images.';
revoke all on function private.reorder_images(uuid, uuid[]) from public;
grant execute on function private.reorder_images(uuid, uuid[]) to authenticated;

create or replace function public.reorder_images(product_id uuid, image_ids uuid[])
returns jsonb
language sql
set search_path = ''
as $$
  select private.reorder_images(product_id, image_ids);
$$;
comment on function public.reorder_images(uuid, uuid[]) is
'Show my product''s images in this order. Errors: product_not_found, invalid_image_order.';
revoke all on function public.reorder_images(uuid, uuid[]) from public, anon, service_role;
grant execute on function public.reorder_images(uuid, uuid[]) to authenticated;
