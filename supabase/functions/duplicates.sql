-- A copy of a product, to start the next one from.

create or replace function private.duplicate_product(
    p_product_id uuid, p_title text, p_with_files boolean
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
  v_copy public.products;
begin
  if p_title is not null and char_length(p_title) not between 2 and 140 then
    perform private.fail(422, 'invalid_title', 'A title has 2 to 140 characters.');
  end if;
  insert into public.products (
    shop_id, slug, title, description, kind, category_id, is_bundle, countries
  )
  values (
    v_product.shop_id, null, coalesce(p_title, left(v_product.title, 133) || ' (copy)'),
    v_product.description, v_product.kind, v_product.category_id, v_product.is_bundle,
    v_product.countries
  )
  returning * into v_copy;
  insert into public.product_options (product_id, name, choices, position)
  select v_copy.id, o.name, o.choices, o.position
  from public.product_options as o where o.product_id = p_product_id;
  -- Without skus, which are unique in the shop; the stock is counted anew.
  insert into public.product_variants (
    product_id, title, price_amount, compare_at_amount, pricing, minimum_amount, currency, stock,
    weight_grams, options, position
  )
  select
    v_copy.id, v.title, v.price_amount, v.compare_at_amount, v.pricing, v.minimum_amount,
    v.currency, case when v.stock is not null then 0 end, v.weight_grams, v.options, v.position
  from public.product_variants as v where v.product_id = p_product_id;
  insert into public.product_tags (product_id, tag)
  select v_copy.id, t.tag from public.product_tags as t where t.product_id = p_product_id;
  insert into public.product_images (product_id, path, alt, position)
  select v_copy.id, i.path, i.alt, i.position
  from public.product_images as i where i.product_id = p_product_id;
  insert into public.product_bundle_items (
    bundle_id, variant_id, product_id, shop_id, quantity, position
  )
  select v_copy.id, b.variant_id, b.product_id, b.shop_id, b.quantity, b.position
  from public.product_bundle_items as b where b.bundle_id = p_product_id;
  perform private.refresh_products(array[v_copy.id]);
  if p_with_files then
    perform private.copy_files(p_product_id, v_copy.id);
  end if;
  select p.* into v_copy from public.products as p where p.id = v_copy.id;
  return to_jsonb(v_copy);
end;
$$;
comment on function private.duplicate_product(uuid, text, boolean) is
'See public.duplicate_product.';
revoke all on function private.duplicate_product(uuid, text, boolean) from public;
grant execute on function private.duplicate_product(uuid, text, boolean) to authenticated;

create or replace function public.duplicate_product(
    product_id uuid, title text default null, with_files boolean default false
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.duplicate_product(product_id, title, with_files);
$$;
comment on function public.duplicate_product(uuid, text, boolean) is
'A draft with everything of my product: texts, options, variants (without sku, stock 0), tags, the same images; its files if asked. Errors: product_not_found, invalid_title.';
revoke all on function public.duplicate_product(uuid, text, boolean)
from public, anon, service_role;
grant execute on function public.duplicate_product(uuid, text, boolean) to authenticated;

create or replace function private.copy_files(p_from_product_id uuid, p_to_product_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- The newest version of each file becomes version 1 of the copy; the bytes are shared.
  insert into public.product_files (
    product_id, shop_id, file_name, version, path, mime, size_bytes, sha256, uploaded_by
  )
  select distinct on (f.file_name)
    p_to_product_id, f.shop_id, f.file_name, 1, f.path, f.mime, f.size_bytes, f.sha256, auth.uid()
  from public.product_files as f
  where f.product_id = p_from_product_id and f.status = 'ready'
  order by f.file_name, f.version desc;
  update public.product_files as f set status = 'ready' where f.product_id = p_to_product_id;
end;
$$;
comment on function private.copy_files(uuid, uuid) is
'Give a product the ready files of another one of the same shop.';
revoke all on function private.copy_files(uuid, uuid) from public;
