-- What changes in the catalogue is written down by triggers, and worked off every second: search
-- documents are brought up to date, and the storefront is told.

-- Statement triggers: one look at the rows of a change, however many they are. The column that
-- names the product is the argument. What no visitor sees (stock held, drafts) is no change.
create or replace function private.tg_catalogue_insert()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.catalogue_changes (kind, entity_id)
  select distinct 'product', (to_jsonb(n) ->> tg_argv[0])::uuid
  from new_rows as n where (to_jsonb(n) ->> 'is_listed')::boolean;
  return null;
end;
$$;
comment on function private.tg_catalogue_insert() is
'Logs the products of listed rows that came. Argument: the column that names the product.';
revoke all on function private.tg_catalogue_insert() from public;

create or replace function private.tg_catalogue_delete()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.catalogue_changes (kind, entity_id)
  select distinct 'product', (to_jsonb(o) ->> tg_argv[0])::uuid
  from old_rows as o where (to_jsonb(o) ->> 'is_listed')::boolean;
  return null;
end;
$$;
comment on function private.tg_catalogue_delete() is
'Logs the products of listed rows that went. Argument: the column that names the product.';
revoke all on function private.tg_catalogue_delete() from public;

create or replace function private.tg_catalogue_update()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- What is in one image and not in the other, by sets: a join of the two would be a nested loop,
  -- for the planner knows nothing of them, and an import of thousands of rows would take minutes.
  insert into private.catalogue_changes (kind, entity_id)
  with new_docs as (
    select to_jsonb(r) - array['updated_at', 'stock', 'reserved', 'available']
      || jsonb_build_object('sold_out', (to_jsonb(r) ->> 'available')::integer = 0) as doc
    from new_rows as r
  ),

  old_docs as (
    select to_jsonb(r) - array['updated_at', 'stock', 'reserved', 'available']
      || jsonb_build_object('sold_out', (to_jsonb(r) ->> 'available')::integer = 0) as doc
    from old_rows as r
  ),

  changed as (
    (select n.doc from new_docs as n except select o.doc from old_docs as o)
    union all
    (select o.doc from old_docs as o except select n.doc from new_docs as n)
  )

  select distinct 'product', (c.doc ->> tg_argv[0])::uuid
  from changed as c
  where (c.doc ->> 'is_listed')::boolean;
  return null;
end;
$$;
comment on function private.tg_catalogue_update() is
'Logs the products of listed rows that changed, stock aside unless it came to nothing. Argument: the column that names the product.';
revoke all on function private.tg_catalogue_update() from public;

do $$
declare
  v record;
begin
  for v in select * from (values
    ('products', 'id', true), ('product_variants', 'product_id', true),
    ('product_images', 'product_id', true), ('product_tags', 'product_id', false)
  ) as t (tab, col, updates) loop
    execute format(
      'create or replace trigger tg_%1$s__log_insert after insert on public.%1$I '
      'referencing new table as new_rows '
      'for each statement execute function private.tg_catalogue_insert(%2$L)', v.tab, v.col
    );
    execute format(
      'create or replace trigger tg_%1$s__log_delete after delete on public.%1$I '
      'referencing old table as old_rows '
      'for each statement execute function private.tg_catalogue_delete(%2$L)', v.tab, v.col
    );
    if v.updates then
      execute format(
        'create or replace trigger tg_%1$s__log_update after update on public.%1$I '
        'referencing old table as old_rows new table as new_rows '
        'for each statement execute function private.tg_catalogue_update(%2$L)', v.tab, v.col
      );
    end if;
  end loop;
end;
$$;

create or replace function private.tg_shops__changed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.status = 'active' or old.status = 'active' then
    insert into private.catalogue_changes (kind, entity_id) values ('shop', new.id);
  end if;
  -- Its products name the shop; their being listed or not is logged by their own trigger.
  if new.name <> old.name and new.status = 'active' then
    insert into private.catalogue_changes (kind, entity_id, spread_after)
    values ('shop', new.id, '00000000-0000-0000-0000-000000000000');
  end if;
  return null;
end;
$$;
comment on function private.tg_shops__changed() is 'Logs what visitors see change of a shop.';
revoke all on function private.tg_shops__changed() from public;

create or replace trigger tg_shops__changed
after update on public.shops
for each row when (
    to_jsonb(old) - 'updated_at' is distinct from to_jsonb(new) - 'updated_at'
) execute function private.tg_shops__changed();

create or replace function private.tg_categories__changed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.catalogue_changes (kind, entity_id, spread_after)
  values ('category', new.id, '00000000-0000-0000-0000-000000000000');
  return null;
end;
$$;
comment on function private.tg_categories__changed() is
'Logs a category that was renamed or moved: its products are found by its name and ancestors.';
revoke all on function private.tg_categories__changed() from public;

create or replace trigger tg_categories__changed
after update of name, parent_id, path on public.categories
for each row execute function private.tg_categories__changed();

-- A shop's or category's products follow 1000 at a time; the log line moves on with them.
create or replace function private.spread_change(p_change private.catalogue_changes)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_ids uuid[];
begin
  if p_change.kind = 'shop' then
    v_ids := array(
      select p.id from public.products as p
      where p.shop_id = p_change.entity_id and p.id > p_change.spread_after
      order by p.id limit 1000
    );
  else
    v_ids := array(
      with recursive down as (
        select c.id from public.categories as c where c.id = p_change.entity_id
        union all
        select c.id from public.categories as c inner join down as d on c.parent_id = d.id
      )
      select p.id from public.products as p
      where p.category_id in (select d.id from down as d) and p.id > p_change.spread_after
      order by p.id limit 1000
    );
  end if;
  insert into private.catalogue_changes (kind, entity_id) select 'product', i from unnest(v_ids) as i;
  if cardinality(v_ids) = 1000 then
    insert into private.catalogue_changes (kind, entity_id, spread_after)
    values (p_change.kind, p_change.entity_id, v_ids[1000]);
  end if;
end;
$$;
comment on function private.spread_change(private.catalogue_changes) is
'Log the next products that a renamed shop or category concerns.';
revoke all on function private.spread_change(private.catalogue_changes) from public;

create or replace function private.process_catalogue_changes()
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_until timestamptz := clock_timestamp() + interval '2 seconds';
  v_changes private.catalogue_changes[];
  v_change private.catalogue_changes;
  v_products uuid[];
  v_shops uuid[];
  v_count integer := 0;
begin
  -- The vocabulary's counts are differences: one at a time.
  if not pg_try_advisory_xact_lock(hashtext('private.process_catalogue_changes')) then
    return 0;
  end if;
  loop
    with taken as (
      delete from private.catalogue_changes as c
      where c.id in (
        select n.id from private.catalogue_changes as n
        order by n.id limit 500 for update skip locked
      )
      returning *
    )
    select array_agg(t::private.catalogue_changes order by t.id) into v_changes from taken as t;
    exit when v_changes is null;
    v_count := v_count + cardinality(v_changes);
    foreach v_change in array v_changes loop
      if v_change.spread_after is not null then
        perform private.spread_change(v_change);
      end if;
    end loop;
    v_products := array(
      select distinct c.entity_id from unnest(v_changes) as c where c.kind = 'product'
    );
    v_shops := array(
      select distinct c.entity_id from unnest(v_changes) as c
      where c.kind = 'shop' and c.spread_after is null
    );
    perform private.index_products(v_products);
    perform private.index_shops(v_shops);
    perform private.queue_revalidation('product', v_products);
    perform private.queue_revalidation('shop', v_shops);
    exit when clock_timestamp() > v_until;
  end loop;
  return v_count;
end;
$$;
comment on function private.process_catalogue_changes() is
'Periodic: work off private.catalogue_changes for up to two seconds. Returns how many lines.';
revoke all on function private.process_catalogue_changes() from public;

create or replace function private.index_shops(p_ids uuid[])
returns void
language sql
security definer
set search_path = ''
as $$
  delete from private.shop_search as n
  where n.shop_id = any(p_ids) and not exists (
    select 1 from public.shops as s where s.id = n.shop_id and s.status = 'active'
  );
  insert into private.shop_search as n (shop_id, name)
  select s.id, private.normalise(s.name) from public.shops as s
  where s.id = any(p_ids) and s.status = 'active'
  on conflict (shop_id) do update set name = excluded.name where n.name <> excluded.name;
$$;
comment on function private.index_shops(uuid[]) is 'Bring private.shop_search up to date.';
revoke all on function private.index_shops(uuid[]) from public;
