-- Products: what is filled in for the client, and publishing.

-- Children of a product carry its shop_id and is_listed, so that a policy needs no join. Clients
-- may set neither: they are copied here.
create or replace function private.tg_product_child()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Locked, or a product that is listed at this very moment would leave this child unlisted.
  select p.shop_id, p.is_listed into new.shop_id, new.is_listed
  from public.products as p where p.id = new.product_id for share;
  return new;
end;
$$;
comment on function private.tg_product_child() is 'Copies shop_id and is_listed from the product.';
revoke all on function private.tg_product_child() from public;

create or replace trigger tg_product_variants__child
before insert on public.product_variants
for each row execute function private.tg_product_child();

create or replace trigger tg_product_images__child
before insert on public.product_images
for each row execute function private.tg_product_child();

create or replace function private.tg_products__fill()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.slug is null then
    new.slug := coalesce(nullif(private.slugify(new.title, 60), ''), 'product')
      || '-' || right(new.id::text, 6);
  end if;
  return new;
end;
$$;
comment on function private.tg_products__fill() is 'A slug from the title where none was given.';
revoke all on function private.tg_products__fill() from public;

create or replace trigger tg_products__fill
before insert on public.products
for each row execute function private.tg_products__fill();

-- is_listed = product active and shop active, kept from both sides. Definer: the shop's status may
-- be changed by somebody who cannot write its products.
create or replace function private.tg_products__listed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Under the shop's lock, or a shop that changes now would be read as it was.
  perform 1 from public.shops as s where s.id = new.shop_id for share;
  new.is_listed := new.status = 'active' and exists (
    select 1 from public.shops as s where s.id = new.shop_id and s.status = 'active'
  );
  return new;
end;
$$;
comment on function private.tg_products__listed() is 'Keeps products.is_listed.';
revoke all on function private.tg_products__listed() from public;

create or replace trigger tg_products__listed
before insert or update of status on public.products
for each row execute function private.tg_products__listed();

create or replace function private.tg_products__listed_children()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- In the order in which checkouts lock them.
  perform private.lock_variants(array(
    select v.id from public.product_variants as v where v.product_id = new.id
  ));
  update public.product_variants as v set is_listed = new.is_listed
  where v.product_id = new.id and v.is_listed <> new.is_listed;
  update public.product_images as i set is_listed = new.is_listed
  where i.product_id = new.id and i.is_listed <> new.is_listed;
  return null;
end;
$$;
comment on function private.tg_products__listed_children() is 'Hands is_listed down.';
revoke all on function private.tg_products__listed_children() from public;

create or replace trigger tg_products__listed_children
after update on public.products
for each row when (old.is_listed is distinct from new.is_listed)
execute function private.tg_products__listed_children();

create or replace function private.tg_shops__listed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- All products, then all variants, each in one order: product by product would take the variants
  -- in an order of its own, and could deadlock with a checkout.
  perform 1 from public.products as p where p.shop_id = new.id order by p.id for no key update;
  perform private.lock_variants(array(
    select v.id from public.product_variants as v where v.shop_id = new.id
  ));
  update public.products as p
  set is_listed = (p.status = 'active' and new.status = 'active')
  where p.shop_id = new.id and p.is_listed <> (p.status = 'active' and new.status = 'active');
  return null;
end;
$$;
comment on function private.tg_shops__listed() is 'Lists or unlists a shop''s products with it.';
revoke all on function private.tg_shops__listed() from public;

create or replace trigger tg_shops__listed
after update of status on public.shops
for each row when (old.status is distinct from new.status)
execute function private.tg_shops__listed();

create or replace function private.managed_product(p_product_id uuid)
returns public.products
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products;
begin
  -- The shop before the product, as when a shop opens or closes. No stronger than its update needs:
  -- a checkout that holds the variants refers to the product (for key share).
  perform 1 from public.shops as s
  where s.id in (select private.my_managed_shop_ids())
    and s.id = (select p.shop_id from public.products as p where p.id = p_product_id)
  for share;
  select p.* into v_product from public.products as p
  where p.id = p_product_id and p.shop_id in (select private.my_managed_shop_ids())
  for no key update;
  if v_product.id is null then
    perform private.fail(404, 'product_not_found', 'You manage no such product.');
  end if;
  return v_product;
end;
$$;
comment on function private.managed_product(uuid) is
'The product, locked, if the caller manages its shop; else 404 product_not_found.';
revoke all on function private.managed_product(uuid) from public;

create or replace function private.publish_product(p_product_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
begin
  if not exists (
    select 1 from public.shops as s where s.id = v_product.shop_id and s.status = 'active'
  ) then
    perform private.fail(
      409, 'shop_not_active', 'The shop is not open.', 'Open it first: rpc/open_shop.'
    );
  end if;
  if not exists (
    select 1 from public.product_variants as v where v.product_id = p_product_id
  ) then
    perform private.fail(409, 'product_has_no_variant', 'A product needs a price: add a variant.');
  end if;
  if v_product.kind = 'digital' and not exists (
    select 1 from public.product_files as f
    where f.product_id = p_product_id and f.status = 'ready'
  ) then
    perform private.fail(
      409, 'product_has_no_file', 'A digital product needs a file that passed its checks.',
      'Upload one: POST /v1/uploads.'
    );
  end if;
  if v_product.status <> 'active' then
    update public.products as p
    set status = 'active', published_at = coalesce(p.published_at, now())
    where p.id = p_product_id
    returning * into v_product;
  end if;
  return to_jsonb(v_product);
end;
$$;
comment on function private.publish_product(uuid) is 'See public.publish_product.';
revoke all on function private.publish_product(uuid) from public;
grant execute on function private.publish_product(uuid) to authenticated;

create or replace function public.publish_product(product_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.publish_product(product_id);
$$;
comment on function public.publish_product(uuid) is
'Make a product public. Errors: product_not_found, shop_not_active, product_has_no_variant, product_has_no_file.';
revoke all on function public.publish_product(uuid) from public, anon, service_role;
grant execute on function public.publish_product(uuid) to authenticated;

create or replace function private.archive_product(p_product_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
begin
  if v_product.status <> 'archived' then
    update public.products as p set status = 'archived' where p.id = p_product_id
    returning * into v_product;
  end if;
  return to_jsonb(v_product);
end;
$$;
comment on function private.archive_product(uuid) is 'See public.archive_product.';
revoke all on function private.archive_product(uuid) from public;
grant execute on function private.archive_product(uuid) to authenticated;

create or replace function public.archive_product(product_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.archive_product(product_id);
$$;
comment on function public.archive_product(uuid) is
'Take a product off sale; orders keep it. Errors: product_not_found.';
revoke all on function public.archive_product(uuid) from public, anon, service_role;
grant execute on function public.archive_product(uuid) to authenticated;
