-- Options (Size: S, M, L) and the variants that choose among them; what else a variant must agree
-- with its product about.

create or replace function private.options_fit(p_product_id uuid, p_options jsonb)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select case when jsonb_typeof(p_options) = 'object' then
    (select count(*) from jsonb_object_keys(p_options)) = count(o.id)
    and coalesce(bool_and(
      jsonb_typeof(p_options -> o.name) = 'string' and p_options ->> o.name = any(o.choices)
    ), true)
  else false end
  from public.product_options as o
  where o.product_id = p_product_id;
$$;
comment on function private.options_fit(uuid, jsonb) is
'Is this exactly one choice for each option of the product?';
revoke all on function private.options_fit(uuid, jsonb) from public;

-- After tg_…__child (triggers fire by name), so that the product is locked on insert.
create or replace function private.tg_product_variants__consistent()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_kind public.product_kind;
begin
  -- Whom the policy is going to refuse learns nothing about the product here.
  if new.shop_id is null or (
    auth.uid() is not null and new.shop_id not in (select private.shop_ids_with('catalogue.edit'))
  ) then
    return new;
  end if;
  if tg_op = 'INSERT' and exists (
    select 1 from public.product_variants as v
    where v.product_id = new.product_id and v.currency <> new.currency
  ) then
    perform private.fail(
      409, 'currency_differs', 'All variants of a product have one currency.',
      'Make another product for another currency.'
    );
  end if;
  if new.weight_grams is not null then
    select p.kind into v_kind from public.products as p where p.id = new.product_id;
    if v_kind <> 'physical' then
      perform private.fail(422, 'weight_not_allowed', 'Only physical products have a weight.');
    end if;
  end if;
  if (tg_op = 'INSERT' or new.options <> old.options)
    and not private.options_fit(new.product_id, new.options) then
    perform private.fail(
      422, 'invalid_options', 'options has one choice for each option of the product.',
      'See product_options; set them by rpc/set_product_options.'
    );
  end if;
  return new;
end;
$$;
comment on function private.tg_product_variants__consistent() is
'Currency, weight and options of a variant agree with its product.';
revoke all on function private.tg_product_variants__consistent() from public;

create or replace trigger tg_product_variants__consistent
before insert or update of options, weight_grams on public.product_variants
for each row execute function private.tg_product_variants__consistent();

create or replace function private.are_choices(p_choices jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select case when jsonb_typeof(p_choices) = 'array' then
    jsonb_array_length(p_choices) between 1 and 100 and not exists (
      select 1 from jsonb_array_elements(p_choices) as c (value)
      where jsonb_typeof(c.value) <> 'string' or c.value #>> '{}' !~ '^[^[:cntrl:]|]{1,40}$'
    ) and jsonb_array_length(p_choices) = (
      select count(distinct c.value) from jsonb_array_elements(p_choices) as c (value)
    )
  else false end;
$$;
comment on function private.are_choices(jsonb) is
'1 to 100 different strings of 1 to 40 characters?';
revoke all on function private.are_choices(jsonb) from public;

create or replace function private.set_product_options(p_product_id uuid, p_options jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
  v_valid boolean;
begin
  -- One condition after the other: a shape is looked into only once it is known.
  v_valid := case
    when jsonb_typeof(p_options) is distinct from 'array' then false
    when jsonb_array_length(p_options) > 3 then false
    else (
      select coalesce(bool_and(
        case
          when jsonb_typeof(o.value) <> 'object' then false
          else coalesce(jsonb_typeof(o.value -> 'name') = 'string', false)
            and coalesce(o.value ->> 'name' ~ '^[^[:cntrl:]=|]{1,40}$', false)
            and coalesce(private.are_choices(o.value -> 'choices'), false)
        end
      ), true)
        and count(*) = count(distinct o.value -> 'name')
      from jsonb_array_elements(p_options) as o (value)
    )
  end;
  if not v_valid then
    perform private.fail(
      422, 'invalid_product_options',
      'Up to 3 options, each {"name": …, "choices": [1 to 100 different names]}.'
    );
  end if;
  delete from public.product_options as o where o.product_id = p_product_id;
  insert into public.product_options (product_id, name, choices, position)
  select p_product_id, o.value ->> 'name',
    array(select jsonb_array_elements_text(o.value -> 'choices')), o.n - 1
  from jsonb_array_elements(p_options) with ordinality as o (value, n);
  -- A public product's variants stay complete; a draft's may still be given the new options.
  if exists (
    select 1 from public.product_variants as v
    where v.product_id = p_product_id and not private.options_fit(p_product_id, v.options)
      and (v_product.status = 'active' or exists (
        select 1 from jsonb_each_text(v.options) as k
        where not exists (
          select 1 from public.product_options as o
          where o.product_id = p_product_id and o.name = k.key and k.value = any(o.choices)
        )
      ))
  ) then
    perform private.fail(
      409, 'option_in_use', 'A variant of the product would no longer fit its options.',
      'Change the variants first; to add an option to a public product, archive it meanwhile.'
    );
  end if;
  return coalesce((
    select jsonb_agg(to_jsonb(o) order by o.position) from public.product_options as o
    where o.product_id = p_product_id
  ), '[]');
end;
$$;
comment on function private.set_product_options(uuid, jsonb) is 'See public.set_product_options.';
revoke all on function private.set_product_options(uuid, jsonb) from public;
grant execute on function private.set_product_options(uuid, jsonb) to authenticated;

create or replace function public.set_product_options(product_id uuid, options jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  select private.set_product_options(product_id, options);
$$;
comment on function public.set_product_options(uuid, jsonb) is
'What a buyer chooses between, in order: [{"name": "Size", "choices": ["S", "M"]}], replacing what was. Then each variant has {"Size": "S"} as its options. Errors: product_not_found, invalid_product_options, option_in_use.';
revoke all on function public.set_product_options(uuid, jsonb) from public, anon, service_role;
grant execute on function public.set_product_options(uuid, jsonb) to authenticated;

create or replace function private.delete_variant(p_variant_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product_id uuid;
  v_product public.products;
begin
  perform private.require_user();
  select v.product_id into v_product_id from public.product_variants as v
  where v.id = p_variant_id and v.shop_id in (select private.shop_ids_with('catalogue.edit'));
  if v_product_id is null then
    perform private.fail(404, 'variant_not_found', 'You manage no such variant.');
  end if;
  v_product := private.managed_product(v_product_id);
  if v_product.status = 'active' and (
    select count(*) from public.product_variants as v where v.product_id = v_product_id
  ) = 1 then
    perform private.fail(
      409, 'product_has_no_variant', 'A public product keeps one variant at least.',
      'Archive the product first: rpc/archive_product.'
    );
  end if;
  delete from public.product_variants as v where v.id = p_variant_id;
exception
  when foreign_key_violation then
    perform private.fail(
      409, 'variant_in_use', 'The variant was ordered, or a bundle holds it.',
      'Set its stock to 0 instead.'
    );
end;
$$;
comment on function private.delete_variant(uuid) is 'See public.delete_variant.';
revoke all on function private.delete_variant(uuid) from public;
grant execute on function private.delete_variant(uuid) to authenticated;

create or replace function public.delete_variant(variant_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.delete_variant(variant_id);
$$;
comment on function public.delete_variant(uuid) is
'Remove a variant that nobody has ordered. Errors: variant_not_found, variant_in_use, product_has_no_variant.';
revoke all on function public.delete_variant(uuid) from public, anon, service_role;
grant execute on function public.delete_variant(uuid) to authenticated;
