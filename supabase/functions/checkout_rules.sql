-- What else may forbid ordering a cart: amounts that buyers choose, countries, bundles.

create or replace function private.line_amount(
    p_variant public.product_variants, p_chosen bigint
)
returns bigint
language sql
immutable
set search_path = ''
as $$
  select case
    when p_variant.pricing = 'pwyw' then coalesce(p_chosen, p_variant.price_amount)
    else p_variant.price_amount
  end;
$$;
comment on function private.line_amount(public.product_variants, bigint) is
'Price of one piece: what the buyer chose where the variant lets them, else the variant''s. Minor units.';
revoke all on function private.line_amount(public.product_variants, bigint) from public;

create or replace function private.bundle_in_stock(p_product_id uuid, p_quantity integer)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select not exists (
    select 1 from public.product_bundle_items as b
    inner join public.product_variants as v on v.id = b.variant_id
    where b.bundle_id = p_product_id and v.available < b.quantity * p_quantity
  );
$$;
comment on function private.bundle_in_stock(uuid, integer) is
'Are there pieces for so many bundles? True for what is no bundle.';
revoke all on function private.bundle_in_stock(uuid, integer) from public;

create or replace function private.cart_goods(p_user uuid)
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select i.variant_id from public.cart_items as i where i.user_id = p_user
  union
  select b.variant_id from public.cart_items as i
  inner join public.product_variants as v on v.id = i.variant_id
  inner join public.product_bundle_items as b on b.bundle_id = v.product_id
  where i.user_id = p_user;
$$;
comment on function private.cart_goods(uuid) is
'Variants in a person''s cart and in the bundles in it.';
revoke all on function private.cart_goods(uuid) from public;

create or replace function private.check_catalogue_rules(p_user uuid, p_country text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v record;
begin
  if p_country is not null and p_country !~ '^[A-Z]{2}$' then
    perform private.fail(
      422, 'invalid_country', 'country is an ISO 3166-1 code of two capital letters.'
    );
  end if;
  for v in
    select p.id as product_id, p.title, p.countries, p.is_bundle, d.id as variant_id, i.quantity,
      private.line_amount(d, i.unit_amount) as amount, d.minimum_amount
    from public.cart_items as i
    inner join public.product_variants as d on d.id = i.variant_id
    inner join public.products as p on p.id = d.product_id
    where i.user_id = p_user
    order by d.id
  loop
    if v.amount < v.minimum_amount then
      perform private.fail(
        409, 'amount_below_minimum',
        format('"%s" costs %s at least.', v.title, v.minimum_amount),
        'Put it into the cart again with a higher amount.', v.variant_id::text
      );
    end if;
    if v.countries is not null and p_country is null then
      perform private.fail(
        422, 'country_required', format('"%s" is not sold everywhere.', v.title),
        'Say where the buyer is: country.', v.variant_id::text
      );
    end if;
    if p_country <> all(v.countries) then
      perform private.fail(
        409, 'not_available_in_country', format('"%s" is not sold there.', v.title),
        'Take it out of the cart.', v.variant_id::text
      );
    end if;
    if not private.bundle_in_stock(v.product_id, v.quantity) then
      perform private.fail(
        409, 'out_of_stock', format('"%s": something in it is sold out.', v.title),
        'Order fewer, or try later: pieces held by an unpaid order may come back.',
        v.variant_id::text
      );
    end if;
    if v.is_bundle and exists (
      select 1 from public.order_items as o
      inner join public.download_grants as g on g.order_item_id = o.id
      where o.product_id = v.product_id and g.buyer_id = p_user and g.revoked_at is null
        and (g.expires_at is null or g.expires_at > now())
    ) and not exists (
      select 1 from public.product_bundle_items as b
      inner join public.products as c on c.id = b.product_id
      where b.bundle_id = v.product_id and c.kind <> 'digital'
    ) then
      perform private.fail(
        409, 'already_owned', format('You own "%s" already.', v.title),
        'It is in your library: rpc/list_my_downloads.', v.variant_id::text
      );
    end if;
  end loop;
end;
$$;
comment on function private.check_catalogue_rules(uuid, text) is
'Refuses a cart with too low an amount, or goods that are not sold in this country, or that a bundle lacks. Call with the goods locked.';
revoke all on function private.check_catalogue_rules(uuid, text) from public;
