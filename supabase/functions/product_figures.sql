-- min_price_amount, price_currency and is_available of a product, from its variants and, for a
-- bundle, from what it holds. Locks: variants first, then products by id.

create or replace function private.product_figures(p_product_ids uuid[])
returns table (product_id uuid, min_price bigint, currency text, available boolean)
language sql
stable
security definer
set search_path = ''
as $$
  select
    p.id, v.min_price, v.currency,
    coalesce(v.available, false) and not exists (
      select 1 from public.product_bundle_items as b
      inner join public.product_variants as c on c.id = b.variant_id
      where b.bundle_id = p.id and c.available < b.quantity
    )
  from public.products as p
  left join (
    select
      w.product_id, min(coalesce(w.minimum_amount, w.price_amount)) as min_price,
      min(w.currency) as currency, bool_or(w.stock is null or w.available > 0) as available
    from public.product_variants as w
    where w.product_id = any(p_product_ids)
    group by w.product_id
  ) as v on v.product_id = p.id
  where p.id = any(p_product_ids);
$$;
comment on function private.product_figures(uuid[]) is
'The figures of these products, counted afresh.';
revoke all on function private.product_figures(uuid[]) from public;

create or replace function private.lock_products(p_product_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from public.products as p
  where p.id = any(p_product_ids) order by p.id for no key update;
end;
$$;
comment on function private.lock_products(uuid[]) is 'Lock products, in one order for everybody.';
revoke all on function private.lock_products(uuid[]) from public;

create or replace function private.refresh_products(p_product_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if cardinality(p_product_ids) = 0 then
    return;
  end if;
  -- A statement of its own: the next one then sees what was committed while this one waited.
  perform private.lock_products(p_product_ids);
  update public.products as p
  set min_price_amount = f.min_price, price_currency = f.currency, is_available = f.available
  from private.product_figures(p_product_ids) as f
  where p.id = f.product_id
    and (p.min_price_amount, p.price_currency, p.is_available)
    is distinct from (f.min_price, f.currency, f.available);
end;
$$;
comment on function private.refresh_products(uuid[]) is
'Bring the figures of these products up to date.';
revoke all on function private.refresh_products(uuid[]) from public;

-- Definer, as all here: a buyer's checkout changes products that are not theirs.
create or replace function private.tg_product_variants__figures_insert()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.refresh_products(array(select distinct n.product_id from new_rows as n));
  return null;
end;
$$;
comment on function private.tg_product_variants__figures_insert() is
'Figures of products that got a variant.';
revoke all on function private.tg_product_variants__figures_insert() from public;

create or replace function private.tg_product_variants__figures_update()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Only what changes a figure: a sale out of many must not queue at the product's row. No join of
  -- the two: the planner does not know how many rows they have.
  perform private.refresh_products(array(
    select c.product_id from (
      select n.id, n.product_id, n.price_amount, n.minimum_amount, n.stock is null or n.available > 0
      from new_rows as n
      except
      select o.id, o.product_id, o.price_amount, o.minimum_amount, o.stock is null or o.available > 0
      from old_rows as o
    ) as c
    union
    select b.bundle_id from public.product_bundle_items as b
    where b.variant_id in (
      select c.id from (
        select n.id, n.available from new_rows as n
        except
        select o.id, o.available from old_rows as o
      ) as c
    )
  ));
  return null;
end;
$$;
comment on function private.tg_product_variants__figures_update() is
'Figures of products, and of bundles that hold them, when a price or availability changes.';
revoke all on function private.tg_product_variants__figures_update() from public;

create or replace function private.tg_product_variants__figures_delete()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.refresh_products(array(select distinct o.product_id from old_rows as o));
  return null;
end;
$$;
comment on function private.tg_product_variants__figures_delete() is
'Figures of products that lost a variant.';
revoke all on function private.tg_product_variants__figures_delete() from public;

create or replace trigger tg_product_variants__figures_insert
after insert on public.product_variants
referencing new table as new_rows
for each statement execute function private.tg_product_variants__figures_insert();

create or replace trigger tg_product_variants__figures_update
after update on public.product_variants
referencing old table as old_rows new table as new_rows
for each statement execute function private.tg_product_variants__figures_update();

create or replace trigger tg_product_variants__figures_delete
after delete on public.product_variants
referencing old table as old_rows
for each statement execute function private.tg_product_variants__figures_delete();
