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
  -- Locked, or a product that is listed at this very moment would leave this child unlisted. Not
  -- for share: caps and figures of the product follow, and two sharers could not both go on.
  select p.shop_id, p.is_listed into new.shop_id, new.is_listed
  from public.products as p where p.id = new.product_id for no key update;
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

create or replace trigger tg_product_options__child
before insert on public.product_options
for each row execute function private.tg_product_child();

create or replace trigger tg_product_tags__child
before insert on public.product_tags
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
declare
  -- No join of the two: the planner does not know how many rows they have.
  v_changed uuid[] := array(
    select c.id from (
      select n.id, n.is_listed from new_rows as n
      except
      select o.id, o.is_listed from old_rows as o
    ) as c
  );
begin
  -- Most changes of a product are none of this.
  if cardinality(v_changed) = 0 then
    return null;
  end if;
  update public.product_variants as c set is_listed = p.is_listed
  from public.products as p
  where p.id = any(v_changed) and c.product_id = p.id and c.is_listed <> p.is_listed;
  update public.product_images as c set is_listed = p.is_listed
  from public.products as p
  where p.id = any(v_changed) and c.product_id = p.id and c.is_listed <> p.is_listed;
  update public.product_options as c set is_listed = p.is_listed
  from public.products as p
  where p.id = any(v_changed) and c.product_id = p.id and c.is_listed <> p.is_listed;
  update public.product_tags as c set is_listed = p.is_listed
  from public.products as p
  where p.id = any(v_changed) and c.product_id = p.id and c.is_listed <> p.is_listed;
  update public.product_bundle_items as c set is_listed = p.is_listed
  from public.products as p
  where p.id = any(v_changed) and c.bundle_id = p.id and c.is_listed <> p.is_listed;
  return null;
end;
$$;
comment on function private.tg_products__listed_children() is 'Hands is_listed down.';
revoke all on function private.tg_products__listed_children() from public;

create or replace trigger tg_products__listed_children
after update on public.products
referencing old table as old_rows new table as new_rows
for each statement execute function private.tg_products__listed_children();

create or replace function private.tg_shops__listed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Variants before products, as a checkout takes them.
  perform 1 from public.product_variants as v
  where v.shop_id = new.id order by v.id for no key update;
  perform 1 from public.products as p
  where p.shop_id = new.id order by p.id for no key update;
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

create or replace function private.lock_product(p_product_id uuid)
returns public.products
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products;
begin
  perform 1 from public.shops as s
  inner join public.products as p on p.shop_id = s.id
  where p.id = p_product_id for share of s;
  perform 1 from public.product_variants as v
  where v.product_id = p_product_id order by v.id for no key update;
  select p.* into v_product from public.products as p
  where p.id = p_product_id for no key update;
  return v_product;
end;
$$;
comment on function private.lock_product(uuid) is
'The product, locked with its shop and variants in everybody''s order: shop, variants, product.';
revoke all on function private.lock_product(uuid) from public;

create or replace function private.managed_product(p_product_id uuid)
returns public.products
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_user();
  -- Asked before any lock: a stranger holds nobody up.
  if not exists (
    select 1 from public.products as p
    where p.id = p_product_id and p.shop_id in (select private.shop_ids_with('catalogue.edit'))
  ) then
    perform private.fail(404, 'product_not_found', 'You manage no such product.');
  end if;
  return private.lock_product(p_product_id);
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
  case private.publish_problem(v_product)
    when 'shop_not_active' then
      perform private.fail(
        409, 'shop_not_active', 'The shop is not open.', 'Open it first: rpc/open_shop.'
      );
    when 'payment_account_not_ready' then
      perform private.fail(
        409, 'payment_account_not_ready',
        'The shop''s payment account cannot receive money now.',
        'Finish onboarding: POST /v1/shops/{id}/onboarding.'
      );
    when 'product_has_no_variant' then
      perform private.fail(
        409, 'product_has_no_variant', 'A product needs a price: add a variant.'
      );
    when 'product_has_no_file' then
      perform private.fail(
        409, 'product_has_no_file', 'A digital product needs a file that passed its checks.',
        'Upload one: POST /v1/uploads.'
      );
    when 'bundle_incomplete' then
      perform private.fail(
        409, 'bundle_incomplete',
        'A bundle holds two pieces at least, and its digital parts have a file.',
        'Say what it holds: rpc/set_bundle_items.'
      );
    when 'variant_options_incomplete' then
      perform private.fail(
        409, 'variant_options_incomplete',
        'Each variant needs one choice for each of the product''s options.',
        'Set the variants'' options.'
      );
    else null;
  end case;
  return to_jsonb(private.make_active(v_product));
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
'Make a product public. Errors: product_not_found, shop_not_active, payment_account_not_ready, product_has_no_variant, product_has_no_file, bundle_incomplete, variant_options_incomplete.';
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
    update public.products as p set status = 'archived', publish_at = null
    where p.id = p_product_id
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
