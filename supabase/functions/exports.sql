-- A shop's catalogue in the columns of an import.

create or replace function private.export_products(p_shop_id uuid, p_after uuid, p_limit integer)
returns table (
    variant_id uuid, sku text, product text, title text, description text, kind text,
    category text, tags text, options text, variant_title text, price_amount bigint,
    compare_at_amount bigint, minimum_amount bigint, currency text, stock integer,
    weight_grams integer, countries text, status text
)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_user();
  if not p_shop_id = any(array(select private.shop_ids_with('catalogue.edit'))) then
    perform private.fail(404, 'shop_not_found', 'You manage no such shop.');
  end if;
  return query
  select
    v.id, coalesce(v.sku, v.id::text), p.slug, p.title, p.description, p.kind::text,
    replace(replace(c.path::text, '.', '/'), '_', '-'),
    (select string_agg(t.tag, '|' order by t.tag) from public.product_tags as t where t.product_id = p.id),
    (
      select string_agg(o.name || '=' || (v.options ->> o.name), '|' order by o.position, o.name)
      from public.product_options as o where o.product_id = p.id and v.options ? o.name
    ),
    v.title, v.price_amount, v.compare_at_amount, v.minimum_amount, v.currency, v.stock,
    v.weight_grams, array_to_string(p.countries, '|'), p.status::text
  from public.product_variants as v
  inner join public.products as p on p.id = v.product_id
  left join public.categories as c on c.id = p.category_id
  where v.shop_id = p_shop_id and (p_after is null or v.id > p_after)
  order by v.id
  limit least(greatest(coalesce(p_limit, 1000), 1), 1000);
end;
$$;
comment on function private.export_products(uuid, uuid, integer) is 'See public.export_products.';
revoke all on function private.export_products(uuid, uuid, integer) from public;
grant execute on function private.export_products(uuid, uuid, integer) to authenticated;

create or replace function public.export_products(
    shop_id uuid, "after" uuid default null, "limit" integer default 1000
)
returns table (
    variant_id uuid, sku text, product text, title text, description text, kind text,
    category text, tags text, options text, variant_title text, price_amount bigint,
    compare_at_amount bigint, minimum_amount bigint, currency text, stock integer,
    weight_grams integer, countries text, status text
)
language sql
stable
set search_path = ''
as $$
  select * from private.export_products(shop_id, "after", "limit");
$$;
comment on function public.export_products(uuid, uuid, integer) is
'My shop''s variants in the columns of an import (GET; Accept: text/csv gives a file to import again). Up to 1000, by variant_id: the last one is the next page''s after. A variant without a sku shows its id as one. Errors: shop_not_found.';
revoke all on function public.export_products(uuid, uuid, integer)
from public, anon, service_role;
grant execute on function public.export_products(uuid, uuid, integer) to authenticated;
