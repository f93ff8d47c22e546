-- Publishing: what stands in the way, and doing it at a time the seller chose.

create or replace function private.publish_problem(p_product public.products)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when not exists (
      select 1 from public.shops as s where s.id = p_product.shop_id and s.status = 'active'
    ) then 'shop_not_active'
    when not exists (
      select 1 from public.product_variants as v where v.product_id = p_product.id
    ) then 'product_has_no_variant'
    when p_product.is_bundle and private.bundle_is_incomplete(p_product.id)
      then 'bundle_incomplete'
    when p_product.kind = 'digital' and not p_product.is_bundle and not exists (
      select 1 from public.product_files as f
      where f.product_id = p_product.id and f.status = 'ready'
    ) then 'product_has_no_file'
    when exists (
      select 1 from public.product_variants as v
      where v.product_id = p_product.id and not private.options_fit(v.product_id, v.options)
    ) then 'variant_options_incomplete'
    -- What is on sale stays on sale (shop_notices.sql); nothing new is added to it.
    when p_product.status <> 'active' and not exists (
      select 1 from public.shop_payment_accounts as a
      where a.shop_id = p_product.shop_id and a.transfers_capability = 'active'
    ) then 'payment_account_not_ready'
  end;
$$;
comment on function private.publish_problem(public.products) is
'Stable code of what forbids publishing this product, or null.';
revoke all on function private.publish_problem(public.products) from public;

create or replace function private.make_active(p_product public.products)
returns public.products
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_product.status <> 'active' then
    update public.products as p
    set status = 'active', published_at = coalesce(p.published_at, now()),
      publish_at = null, publish_problem = null
    where p.id = p_product.id
    returning * into p_product;
  end if;
  return p_product;
end;
$$;
comment on function private.make_active(public.products) is
'Publish a locked product that nothing stands in the way of; again changes nothing.';
revoke all on function private.make_active(public.products) from public;

create or replace function private.schedule_product(p_product_id uuid, p_publish_at timestamptz)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
begin
  if v_product.status = 'active' then
    perform private.fail(409, 'product_is_active', 'The product is public already.');
  end if;
  if p_publish_at is not null
    and p_publish_at not between now() and now() + interval '1 year' then
    perform private.fail(
      422, 'invalid_publish_time', 'A product is scheduled for within a year from now.'
    );
  end if;
  update public.products as p set publish_at = p_publish_at, publish_problem = null
  where p.id = p_product_id
  returning * into v_product;
  return to_jsonb(v_product);
end;
$$;
comment on function private.schedule_product(uuid, timestamptz) is 'See public.schedule_product.';
revoke all on function private.schedule_product(uuid, timestamptz) from public;
grant execute on function private.schedule_product(uuid, timestamptz) to authenticated;

create or replace function public.schedule_product(product_id uuid, publish_at timestamptz)
returns jsonb
language sql
set search_path = ''
as $$
  select private.schedule_product(product_id, publish_at);
$$;
comment on function public.schedule_product(uuid, timestamptz) is
'Publish my product at this time; null cancels. If it cannot be published then, publish_problem says why. Errors: product_not_found, product_is_active, invalid_publish_time.';
revoke all on function public.schedule_product(uuid, timestamptz)
from public, anon, service_role;
grant execute on function public.schedule_product(uuid, timestamptz) to authenticated;

create or replace function private.publish_scheduled()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
  v_product public.products;
  v_problem text;
begin
  -- In the order of their ids: what this holds on to grows product by product.
  for v_id in
    select d.id from (
      select p.id from public.products as p
      where p.publish_at <= now() order by p.publish_at limit 100
    ) as d
    order by d.id
  loop
    v_product := private.lock_product(v_id);
    -- Cancelled, or published by hand, a moment ago.
    continue when v_product.publish_at is null or v_product.publish_at > now();
    v_problem := private.publish_problem(v_product);
    if v_problem is null then
      perform private.make_active(v_product);
    else
      update public.products as p set publish_at = null, publish_problem = v_problem
      where p.id = v_id;
    end if;
    perform private.emit(
      'private-shop-' || v_product.shop_id,
      case when v_problem is null then 'product.published' else 'product.publish_failed' end,
      jsonb_build_object('product_id', v_id)
    );
  end loop;
end;
$$;
comment on function private.publish_scheduled() is
'Periodic: publishes what is due; what cannot be published keeps the reason for its seller.';
revoke all on function private.publish_scheduled() from public;
