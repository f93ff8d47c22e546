-- Every column has its privacy class, and every class can be carried out.
begin;
select no_plan();

create temp view columns_here as
select n.nspname::text as table_schema, c.relname::text as table_name, a.attname::text as column_name,
  a.attnotnull, a.atthasdef, a.attgenerated <> '' as is_generated
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname in ('public', 'private', 'auth', 'storage') and c.relkind in ('r', 'p')
  and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e');

select cmp_ok((select count(*) from columns_here), '>', 400::bigint, 'the catalog is looked at');
select is_empty(
  $$
    select format('%s.%s.%s', h.table_schema, h.table_name, h.column_name) from columns_here as h
    where not exists (
      select 1 from private.column_privacy as p
      where p.table_schema = h.table_schema and p.table_name = h.table_name
        and p.column_name = h.column_name
    )
  $$,
  'every column has a privacy class (supabase/functions/privacy_columns.sql)'
);
select is_empty(
  $$
    select format('%s.%s.%s', p.table_schema, p.table_name, p.column_name)
    from private.column_privacy as p
    where p.table_schema in ('public', 'private') and not exists (
      select 1 from columns_here as h
      where p.table_schema = h.table_schema and p.table_name = h.table_name
        and p.column_name = h.column_name
    )
  $$,
  'none is classified that does not exist'
);
-- What has no person in it cannot be personal, and the other way round.
select is_empty(
  $$
    select format('%s.%s', t.table_schema, t.table_name) from private.privacy_tables as t
    where (t.on_erasure <> 'none') is distinct from exists (
      select 1 from private.column_privacy as p
      where p.table_schema = t.table_schema and p.table_name = t.table_name
        and p.class in ('personal_export', 'personal_erase', 'personal_keep_anonymise', 'secret')
    )
  $$,
  'a table is about people exactly if it has personal columns'
);
select is_empty(
  $$
    select format('%s.%s.%s', c.table_schema, c.table_name, c.column_name)
    from private.privacy_columns(array['personal_erase', 'personal_keep_anonymise', 'secret']) as c
    where c.on_erasure = 'keep' and c.replacement is null
      and (c.class = 'personal_keep_anonymise' or not (c.is_nullable or c.has_default))
  $$,
  'what is emptied and not deleted can be empty, or says what takes its place'
);
select is_empty(
  $$
    select format('%s.%s.%s', t.table_schema, t.table_name, a.attname)
    from pg_constraint as k
    inner join pg_class as c on c.oid = k.conrelid
    inner join pg_namespace as n on n.oid = c.relnamespace and n.nspname in ('public', 'private')
    inner join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    inner join private.privacy_tables as t on t.table_schema = n.nspname and t.table_name = c.relname
    where k.contype = 'f' and k.confrelid in ('public.profiles'::regclass, 'auth.users'::regclass)
      and k.conparentid = 0 and t.on_erasure = 'none'
  $$,
  'a table that refers to a person says which rows are about whom'
);
-- Every statement that export and erasure would make is one that the database understands.
select lives_ok(
  format('select private.export_of(%L)', gen_random_uuid()), 'an export can be made'
);
select lives_ok(
  format('select private.erase_rows(%L)', gen_random_uuid()), 'so can an erasure'
);

select * from finish();
rollback;
