-- Bundles: products that are sold as one item and hold variants of other products of their shop.

create or replace function private.bundle_is_incomplete(p_product_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(sum(b.quantity), 0) < 2 or bool_or(p.kind = 'digital' and not exists (
    select 1 from public.product_files as f where f.product_id = p.id and f.status = 'ready'
  ))
  from public.product_bundle_items as b
  inner join public.products as p on p.id = b.product_id
  where b.bundle_id = p_product_id;
$$;
comment on function private.bundle_is_incomplete(uuid) is
'Does it hold fewer than two pieces, or something digital without a file?';
revoke all on function private.bundle_is_incomplete(uuid) from public;

create or replace function private.is_bundle(p_product_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select p.is_bundle from public.products as p where p.id = p_product_id;
$$;
comment on function private.is_bundle(uuid) is 'Was the product made as a bundle?';
revoke all on function private.is_bundle(uuid) from public;

create or replace function private.bundle_components(p_product_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'product_id', b.product_id, 'variant_id', b.variant_id, 'kind', p.kind,
      'title', p.title, 'variant_title', v.title, 'quantity', b.quantity
    ) order by b.position, b.variant_id
  ), '[]')
  from public.product_bundle_items as b
  inner join public.products as p on p.id = b.product_id
  inner join public.product_variants as v on v.id = b.variant_id
  where b.bundle_id = p_product_id;
$$;
comment on function private.bundle_components(uuid) is
'What a bundle holds now, as an order keeps it; [] for what is no bundle.';
revoke all on function private.bundle_components(uuid) from public;

create or replace function private.set_bundle_items(p_product_id uuid, p_items jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products;
  v_valid boolean;
  v_kind public.product_kind;
begin
  v_valid := case
    when jsonb_typeof(p_items) is distinct from 'array' then false
    when jsonb_array_length(p_items) not between 1 and 30 then false
    else (
      select bool_and(case
        when jsonb_typeof(i.value) <> 'object' then false
        else coalesce(i.value ->> 'variant_id', '')
          ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
          and coalesce(i.value ->> 'quantity', '1') ~ '^[1-9][0-9]?$'
      end) and count(*) = count(distinct i.value ->> 'variant_id')
      from jsonb_array_elements(p_items) as i (value)
    )
  end;
  if not v_valid then
    perform private.fail(
      422, 'invalid_bundle_items',
      '1 to 30 different items, each {"variant_id": …, "quantity": 1 to 99}.'
    );
  end if;
  -- What it holds is locked before the bundle itself: shop, variants, then the product.
  perform 1 from public.shops as s
  inner join public.products as p on p.shop_id = s.id
  where p.id = p_product_id and s.id in (select private.shop_ids_with('catalogue.edit')) for share of s;
  perform private.lock_variants(array(
    select v.id from public.product_variants as v
    where v.shop_id in (select private.shop_ids_with('catalogue.edit')) and (
      v.product_id = p_product_id
      or v.id in (select (i.value ->> 'variant_id')::uuid from jsonb_array_elements(p_items) as i (value))
    )
  ));
  v_product := private.managed_product(p_product_id);
  if not v_product.is_bundle then
    perform private.fail(
      409, 'product_not_bundle', 'The product was not made as a bundle.',
      'Make one with is_bundle.'
    );
  end if;
  if (
    select count(*) from jsonb_array_elements(p_items) as i (value)
    inner join public.product_variants as v on v.id = (i.value ->> 'variant_id')::uuid
    inner join public.products as p on p.id = v.product_id
    where p.shop_id = v_product.shop_id and not p.is_bundle and p.status <> 'archived'
  ) < jsonb_array_length(p_items) then
    perform private.fail(
      409, 'bundle_item_not_usable',
      'A bundle holds variants of the same shop, of products that are neither bundles nor archived.'
    );
  end if;
  delete from public.product_bundle_items as b where b.bundle_id = p_product_id;
  insert into public.product_bundle_items (
    bundle_id, variant_id, product_id, shop_id, quantity, position, is_listed
  )
  select
    p_product_id, v.id, v.product_id, v_product.shop_id,
    coalesce((i.value ->> 'quantity')::smallint, 1), i.n - 1, v_product.is_listed
  from jsonb_array_elements(p_items) with ordinality as i (value, n)
  inner join public.product_variants as v on v.id = (i.value ->> 'variant_id')::uuid;
  if v_product.status = 'active' and private.bundle_is_incomplete(p_product_id) then
    perform private.fail(
      409, 'bundle_incomplete',
      'A bundle holds two pieces at least, and its digital parts have a file.'
    );
  end if;
  -- What must be sent makes the whole physical; else what can be downloaded makes it digital.
  select (array_agg(p.kind order by array_position(
    array['physical', 'digital', 'service']::public.product_kind[], p.kind
  )))[1] into v_kind
  from public.product_bundle_items as b
  inner join public.products as p on p.id = b.product_id
  where b.bundle_id = p_product_id;
  update public.products as p set kind = v_kind where p.id = p_product_id and p.kind <> v_kind;
  perform private.refresh_products(array[p_product_id]);
  return private.bundle_components(p_product_id);
end;
$$;
comment on function private.set_bundle_items(uuid, jsonb) is 'See public.set_bundle_items.';
revoke all on function private.set_bundle_items(uuid, jsonb) from public;
grant execute on function private.set_bundle_items(uuid, jsonb) to authenticated;

create or replace function public.set_bundle_items(product_id uuid, items jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  select private.set_bundle_items(product_id, items);
$$;
comment on function public.set_bundle_items(uuid, jsonb) is
'What one piece of my bundle holds: [{"variant_id": …, "quantity": 2}], replacing what was; its kind follows. Errors: product_not_found, product_not_bundle, invalid_bundle_items, bundle_item_not_usable, bundle_incomplete.';
revoke all on function public.set_bundle_items(uuid, jsonb) from public, anon, service_role;
grant execute on function public.set_bundle_items(uuid, jsonb) to authenticated;

-- Every variant that an order takes pieces of, and how many: items, and what bundles among them
-- held when they were ordered.
create or replace function private.order_goods(p_order_ids uuid[])
returns table (
    order_item_id uuid, order_id uuid, variant_id uuid, product_id uuid,
    kind public.product_kind, quantity integer
)
language sql
stable
security definer
set search_path = ''
as $$
  select i.id, i.order_id, i.variant_id, i.product_id, i.kind, i.quantity
  from public.order_items as i
  where i.order_id = any(p_order_ids)
  union all
  select i.id, i.order_id, c.variant_id, c.product_id, c.kind, c.quantity * i.quantity
  from public.order_items as i
  cross join lateral jsonb_to_recordset(i.components) as c (
    variant_id uuid, product_id uuid, kind public.product_kind, quantity integer
  )
  where i.order_id = any(p_order_ids);
$$;
comment on function private.order_goods(uuid[]) is
'Items of these orders and what bundles among them hold.';
revoke all on function private.order_goods(uuid[]) from public;

create or replace function private.lock_goods(p_variant_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_variants(p_variant_ids);
  perform private.lock_products(array(
    select v.product_id from public.product_variants as v where v.id = any(p_variant_ids)
    union
    select b.bundle_id from public.product_bundle_items as b
    where b.variant_id = any(p_variant_ids)
  ));
end;
$$;
comment on function private.lock_goods(uuid[]) is
'Lock variants, then the products and bundles whose figures follow them: one order for everybody.';
revoke all on function private.lock_goods(uuid[]) from public;
