-- Export and erasure of somebody with a row in every table: the rows are made from the catalog, so that
-- a table that is new is tried without a word here. Each personal value names its class and column.
begin;
select no_plan();
select tests.world();
set constraints all immediate;

-- Planted values fit no check and refer to nothing.
do $$
declare
  v record;
begin
  for v in
    select k.conrelid::regclass as tab, k.conname from pg_constraint as k
    where k.contype in ('c', 'f') and k.conparentid = 0 and k.coninhcount = 0
      and k.connamespace in ('public'::regnamespace, 'private'::regnamespace, 'auth'::regnamespace, 'storage'::regnamespace)
  loop
    execute format('alter table %s drop constraint %I', v.tab, v.conname);
  end loop;
end;
$$;

-- A value for a column. What is personal says so; every id is the person's own, so that whatever way a
-- table is joined to a person leads to them.
create function pg_temp.value_of(p_class text, p_column text, p_type oid, p_id uuid)
returns text
language plpgsql
as $$
declare
  v_mark text := p_class || '~' || p_column;
  v_erased boolean := p_class in ('personal_erase', 'personal_keep_anonymise', 'secret');
  v_typtype "char";
begin
  select t.typtype into v_typtype from pg_type as t where t.oid = p_type;
  if v_typtype = 'e' then
    return (
      select quote_literal(e.enumlabel) || '::' || p_type::regtype
      from pg_enum as e where e.enumtypid = p_type order by e.enumsortorder limit 1
    );
  end if;
  return case p_type::regtype::text
    when 'uuid' then quote_literal(p_id) || '::uuid'
    when 'boolean' then 'true'
    when 'smallint' then '7'
    when 'integer' then '7'
    when 'bigint' then '7'
    when 'numeric' then '7'
    when 'date' then case when v_erased then '''1971-03-05''' else 'current_date' end
    when 'timestamp with time zone' then 'now()'
    when 'timestamp without time zone' then 'now()'
    when 'interval' then '''1 day'''
    when 'inet' then case when v_erased then '''203.0.113.77''' else '''192.0.2.1''' end
    when 'bytea' then format('convert_to(%L, ''utf8'')', v_mark)
    when 'text[]' then format('array[%L]', v_mark)
    when 'jsonb' then format('%L', jsonb_build_object('mark', v_mark, 'actor_id', p_id, 'data', jsonb_build_object('object', jsonb_build_object('metadata', jsonb_build_object('order_id', p_id)))))
    when 'json' then format('%L', jsonb_build_object('mark', v_mark, 'actor_id', p_id))
    else quote_literal(case when p_class = 'internal' then p_id::text else v_mark end)
  end;
end;
$$;

create function pg_temp.plant(p_id uuid)
returns void
language plpgsql
as $$
declare
  v record;
begin
  set local session_replication_role = replica;
  for v in
    select t.table_schema, t.table_name,
      string_agg(quote_ident(a.attname), ', ' order by a.attnum) as names,
      string_agg(
        pg_temp.value_of(coalesce(p.class, 'internal'), format('%s.%s.%s', t.table_schema, t.table_name, a.attname), a.atttypid, p_id),
        ', ' order by a.attnum
      ) as vals
    from private.privacy_tables as t
    inner join pg_attribute as a
      on a.attrelid = to_regclass(format('%I.%I', t.table_schema, t.table_name))
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
    left join private.column_privacy as p
      on p.table_schema = t.table_schema and p.table_name = t.table_name and p.column_name = a.attname
    where t.on_erasure <> 'none'
    group by 1, 2
  loop
    execute format('insert into %I.%I (%s) values (%s)', v.table_schema, v.table_name, v.names, v.vals);
  end loop;
  update public.orders set status = 'paid' where id = p_id;
  -- The avatar's file is Storage's to remove; see tests/py/e2e/test_privacy.py.
  set local session_replication_role = origin;
end;
$$;

-- Where in the whole database a pattern is found, whatever schema.
create function pg_temp.found(p_pattern text)
returns table (tab text, hit text)
language plpgsql
as $$
declare
  v record;
begin
  for v in
    select c.oid::regclass as rel from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'tests')
      and n.nspname !~ '^pg_(temp|toast)'
  loop
    return query execute format(
      'select %L::text, m[1] from %s as r, regexp_matches(r::text, %L, ''g'') as m', v.rel, v.rel, p_pattern
    );
  end loop;
end;
$$;

-- 'secret~' and the others, as text and as Postgres prints bytes.
create function pg_temp.left_over()
returns table (tab text, hit text)
language sql
as $$
  select f.tab, f.hit from pg_temp.found(
    '((?:personal_erase|personal_keep_anonymise|secret)~[a-z_.0-9]*|7365637265747e|203\.0\.113\.77|1971-03-05)'
  ) as f;
$$;

select pg_temp.plant(md5('the person')::uuid);
create temp table kept on commit drop as
select to_jsonb(o) - 'updated_at' as was from public.orders as o
union all
select to_jsonb(e) from private.ledger_entries as e
union all
select to_jsonb(i) from public.order_items as i;
create temp table exported on commit drop as select private.export_of(md5('the person')::uuid) as data;
create temp table others on commit drop as
select 'sale' as name, private.export_of(tests.id('buyer')) as data;

select cmp_ok((select count(*) from jsonb_object_keys((select data from exported))), '>', 25::bigint, 'the person is in every table');
select is_empty(
  $$
    select format('%s.%s.%s', c.table_schema, c.table_name, c.column_name)
    from private.privacy_columns(array['personal_export', 'personal_erase', 'personal_keep_anonymise']) as c
    where not coalesce((select data -> (c.table_schema || '.' || c.table_name) -> 0 ? c.column_name from exported), false)
  $$,
  'the export has every personal column'
);
select is_empty(
  $$
    select distinct m[1] from pg_temp.found('(personal_(?:export|erase|keep_anonymise)~[a-z_.0-9]+)') as f
    cross join lateral regexp_matches(f.hit, '(.*)') as m
    where position(m[1] in (select data::text from exported)) = 0
  $$,
  'with its value'
);
select ok((select data::text from exported) !~ '(secret|internal)~', 'and no secret');
select is_empty(
  $$ select 1 from others where data::text ~ '~' $$, 'nobody else''s export has any of it'
);
select cmp_ok((select count(distinct tab) from pg_temp.left_over()), '>', 12::bigint, 'before, it is everywhere');

select lives_ok($$ select private.erase_account(md5('the person')::uuid) $$, 'the person is erased');
select is_empty('select distinct tab, hit from pg_temp.left_over()', 'and nowhere in the whole database');
select cmp_ok(
  (select count(*) from pg_temp.found('(personal_export~[a-z_.0-9]+)')), '>', 10::bigint, 'what has to be kept is kept'
);
select is_empty(
  $$
    select was from kept
    except
    (select to_jsonb(o) - 'updated_at' from public.orders as o
    union all select to_jsonb(e) from private.ledger_entries as e
    union all select to_jsonb(i) from public.order_items as i)
  $$,
  'orders and ledger are as they were'
);
select is(
  (select data from others), private.export_of(tests.id('buyer')), 'nobody else has lost anything'
);
select is_empty($$ select 1 from auth.sessions where user_id = md5('the person')::uuid $$, 'no session is left');
select results_eq(
  $$ select email, encrypted_password, deleted_at is not null, banned_until > now() from auth.users where id = md5('the person')::uuid $$,
  format($$ values (%L::varchar, null::varchar, true, true) $$, 'deleted-' || md5('the person')::uuid || '@deleted.invalid'), 'nor a way in'
);
select matches((select handle from public.profiles where id = md5('the person')::uuid), '^deleted_[0-9a-f]{16}$', 'nor a name');
select lives_ok($$ select private.erase_account(md5('the person')::uuid) $$, 'again is fine');

select * from finish();
rollback;
