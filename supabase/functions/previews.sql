-- Preview links: an unpublished product for whoever has the link, until it ends.

create or replace function private.create_preview_link(p_product_id uuid, p_hours integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_expires timestamptz;
begin
  perform private.managed_product(p_product_id);
  if p_hours is null or p_hours not between 1 and 720 then
    perform private.fail(422, 'invalid_hours', 'A preview lasts 1 to 720 hours.');
  end if;
  v_expires := now() + make_interval(hours => p_hours);
  -- Under the product's lock, so that the cap holds.
  delete from private.preview_links as l
  where l.product_id = p_product_id and l.expires_at < now();
  if (select count(*) from private.preview_links as l where l.product_id = p_product_id) >= 20 then
    perform private.fail(
      409, 'too_many_previews', 'Twenty preview links of this product are in use.',
      'End them: rpc/revoke_preview_links.'
    );
  end if;
  insert into private.preview_links (product_id, token_sha256, created_by, expires_at)
  values (p_product_id, sha256(convert_to(v_token, 'utf8')), auth.uid(), v_expires);
  return jsonb_build_object('token', v_token, 'expires_at', v_expires);
end;
$$;
comment on function private.create_preview_link(uuid, integer) is
'See public.create_preview_link.';
revoke all on function private.create_preview_link(uuid, integer) from public;
grant execute on function private.create_preview_link(uuid, integer) to authenticated;

create or replace function public.create_preview_link(product_id uuid, hours integer default 72)
returns jsonb
language sql
set search_path = ''
as $$
  select private.create_preview_link(product_id, hours);
$$;
comment on function public.create_preview_link(uuid, integer) is
'A token that shows my product to whoever has it (preview_product), whatever its status; shown once. Errors: product_not_found, invalid_hours, too_many_previews.';
revoke all on function public.create_preview_link(uuid, integer)
from public, anon, service_role;
grant execute on function public.create_preview_link(uuid, integer) to authenticated;

create or replace function private.revoke_preview_links(p_product_id uuid)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count integer;
begin
  perform private.managed_product(p_product_id);
  delete from private.preview_links as l where l.product_id = p_product_id;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.revoke_preview_links(uuid) is 'See public.revoke_preview_links.';
revoke all on function private.revoke_preview_links(uuid) from public;
grant execute on function private.revoke_preview_links(uuid) to authenticated;

create or replace function public.revoke_preview_links(product_id uuid)
returns integer
language sql
set search_path = ''
as $$
  select private.revoke_preview_links(product_id);
$$;
comment on function public.revoke_preview_links(uuid) is
'End all preview links of my product; returns how many. Errors: product_not_found.';
revoke all on function public.revoke_preview_links(uuid) from public, anon, service_role;
grant execute on function public.revoke_preview_links(uuid) to authenticated;

-- Definer: a draft, for somebody who may not even be signed in. Shows what the public page of the
-- product will show: no file, no path of one.
create or replace function private.preview_product(p_token text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_link private.preview_links;
  v_product public.products;
begin
  select l.* into v_link from private.preview_links as l
  where l.token_sha256 = sha256(convert_to(coalesce(p_token, ''), 'utf8'))
    and l.expires_at > now();
  if v_link.id is null then
    perform private.fail(
      404, 'preview_not_found', 'There is no such preview, or its time is over.',
      'Ask the seller for a new link.'
    );
  end if;
  select p.* into v_product from public.products as p where p.id = v_link.product_id;
  return (to_jsonb(v_product) - array['publish_at', 'publish_problem']) || jsonb_build_object(
    'preview_expires_at', v_link.expires_at,
    'shops', (
      select jsonb_build_object('id', s.id, 'slug', s.slug, 'name', s.name)
      from public.shops as s where s.id = v_product.shop_id
    ),
    'categories', (
      select jsonb_build_object('id', c.id, 'name', c.name, 'path', c.path::text)
      from public.categories as c where c.id = v_product.category_id
    ),
    'product_variants', (
      select coalesce(jsonb_agg(to_jsonb(v) order by v.position, v.id), '[]')
      from public.product_variants as v where v.product_id = v_product.id
    ),
    'product_options', (
      select coalesce(jsonb_agg(to_jsonb(o) order by o.position), '[]')
      from public.product_options as o where o.product_id = v_product.id
    ),
    'product_images', (
      select coalesce(jsonb_agg(to_jsonb(i) order by i.position, i.id), '[]')
      from public.product_images as i where i.product_id = v_product.id
    ),
    'product_tags', (
      select coalesce(jsonb_agg(to_jsonb(t) order by t.tag), '[]')
      from public.product_tags as t where t.product_id = v_product.id
    ),
    'product_bundle_items', private.bundle_components(v_product.id)
  );
end;
$$;
comment on function private.preview_product(text) is 'See public.preview_product.';
revoke all on function private.preview_product(text) from public;
grant execute on function private.preview_product(text) to anon, authenticated;

create or replace function public.preview_product(token text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.preview_product(token);
$$;
comment on function public.preview_product(text) is
'The product behind a preview link with everything its page shows, also without signing in (GET). Errors: preview_not_found.';
revoke all on function public.preview_product(text) from public, service_role;
grant execute on function public.preview_product(text) to anon, authenticated;
