-- What every table must have, whoever adds the next one.
begin;
select no_plan();

create temp view ours as
select c.oid, n.nspname as nsp, c.relname as tab, c.relrowsecurity, c.relkind
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'partitions') and c.relkind in ('r', 'p')
  and not exists (
    select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e'
  );

select cmp_ok((select count(*) from ours), '>', 40::bigint, 'the catalog is looked at');
select is_empty(
  $$ select tab from ours where nsp in ('public', 'partitions') and not relrowsecurity $$,
  'row level security is on for every table of public and every partition'
);
select is_empty(
  $$
    select o.tab from ours as o
    where o.nsp = 'public' and not exists (select 1 from pg_policy as p where p.polrelid = o.oid)
  $$,
  'every table of public has a policy'
);
select is_empty(
  $$ select p.polrelid::regclass, p.polname from pg_policy as p where p.polcmd = '*' $$,
  'no policy is "for all"'
);
select is_empty(
  $$ select p.polrelid::regclass, p.polname from pg_policy as p where 0 = any (p.polroles) $$,
  'every policy names its roles'
);
select is_empty(
  $$ select p.polrelid::regclass, p.polname from pg_policy as p where not p.polpermissive $$,
  'every policy is permissive: one per role and command decides'
);
select is_empty(
  $$
    select p.polrelid::regclass, p.polcmd, r from pg_policy as p, unnest(p.polroles) as r
    group by 1, 2, 3 having count(*) > 1
  $$,
  'one policy per table, command and role'
);
select is_empty(
  $$
    select p.polrelid::regclass, p.polname from pg_policy as p
    inner join ours as o on o.oid = p.polrelid
    where obj_description(p.oid, 'pg_policy') is null
  $$,
  'every policy of ours has its sentence'
);
select is_empty(
  $$
    select p.polrelid::regclass, p.polname from pg_policy as p
    where p.polcmd in ('a', 'w', 'd') and (
      coalesce(pg_get_expr(p.polqual, p.polrelid), 'my_block()') !~ '(my_block|is_blocked)\(\)'
      or coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'my_block()') !~ '(my_block|is_blocked)\(\)'
    )
  $$,
  'every policy for a write asks private.my_block'
);
select is_empty(
  $$ select nsp, tab from ours where nsp <> 'partitions' and obj_description(oid, 'pg_class') is null $$,
  'every table has a comment'
);
select is_empty(
  $$
    select o.tab, k.conname
    from pg_constraint as k
    inner join ours as o on o.oid = k.conrelid and o.nsp <> 'partitions'
    where k.contype = 'f' and k.conparentid = 0 and not exists (
      select 1 from pg_index as i
      where i.indrelid = k.conrelid and i.indpred is null
        and (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey
    )
  $$,
  'every foreign key has an index that starts with it'
);
select is_empty(
  $$
    select o.nsp, o.tab from ours as o
    where not exists (
      select 1 from pg_constraint as k where k.conrelid = o.oid and k.contype = 'p'
    )
  $$,
  'every table has a primary key'
);
select is_empty(
  $$
    select o.tab from ours as o
    inner join pg_attribute as a on a.attrelid = o.oid and a.attname = 'updated_at'
    where o.nsp <> 'partitions' and not exists (
      select 1 from pg_trigger as t
      where t.tgrelid = o.oid and t.tgfoid = 'private.tg_touch()'::regprocedure
    )
  $$,
  'updated_at is kept wherever it exists'
);
select is_empty(
  $$
    select o.tab, a.attname from ours as o
    inner join pg_attribute as a on a.attrelid = o.oid and not a.attisdropped
    where a.attnum > 0 and a.attname ~ '(amount|fee)$'
      and a.atttypid <> 'bigint'::regtype
  $$,
  'money is bigint'
);
select is_empty(
  $$
    select o.tab, a.attname from ours as o
    inner join pg_attribute as a on a.attrelid = o.oid and not a.attisdropped
    where a.attnum > 0 and a.atttypid = 'timestamp'::regtype
  $$,
  'times have a zone'
);
select is_empty(
  $$ select c.relname from pg_class as c where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm') $$,
  'no view in public: one would need security_invoker and a test'
);

-- Client and login roles, and the internals.
select is_empty(
  $$
    select r.rolname, o.nsp, o.tab, p.privilege
    from ours as o
    cross join pg_roles as r
    cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as p (privilege)
    where r.rolname in (
      'anon', 'authenticated', 'service_role', 'authenticator', 'agora_webhooks', 'agora_workers',
      'agora_operator'
    )
      and o.nsp in ('private', 'partitions') and has_table_privilege(r.oid, o.oid, p.privilege)
  $$,
  'nobody but the owner touches a table of private or a partition'
);
select is_empty(
  $$
    select r.rolname, a.attrelid::regclass
    from pg_attribute as a
    inner join ours as o on o.oid = a.attrelid and o.nsp in ('private', 'partitions')
    cross join pg_roles as r
    where r.rolname in ('anon', 'authenticated', 'service_role') and a.attnum > 0
      and not a.attisdropped and has_column_privilege(r.oid, o.oid, a.attnum, 'SELECT,UPDATE,INSERT')
  $$,
  'nor a single column'
);
select is_empty(
  $$
    select r.rolname, c.oid::regclass from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    cross join pg_roles as r
    where r.rolname in ('agora_webhooks', 'agora_workers', 'agora_operator')
      and c.relkind in ('r', 'p', 'v', 'm')
      and n.nspname not in ('pg_catalog', 'information_schema', 'tests', 'extensions')
      and n.nspname !~ '^pg_temp'
      and has_schema_privilege(r.oid, n.oid, 'USAGE')
      and has_table_privilege(r.oid, c.oid, 'SELECT,INSERT,UPDATE,DELETE')
  $$,
  'the processes'' login roles reach no table at all'
);
select is_empty(
  $$
    select r.rolname, s.oid::regclass from pg_class as s
    cross join pg_roles as r
    where s.relkind = 'S' and s.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
      and r.rolname in ('anon', 'authenticated', 'service_role')
      and has_sequence_privilege(r.oid, s.oid, 'USAGE,SELECT,UPDATE')
  $$,
  'no sequence is given away'
);
select results_eq(
  $$
    select rolname::text collate "default", rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit,
      rolreplication
    from pg_roles where rolname like 'agora\_%' order by 1
  $$,
  $$
    values
    ('agora_operator', true, false, false, false, false, false, false),
    ('agora_webhooks', true, false, false, false, false, false, false),
    ('agora_workers', true, false, false, false, false, false, false)
  $$,
  'the login roles can log in, and nothing more'
);
select is_empty(
  $$
    select m.roleid::regrole from pg_auth_members as m
    where m.member in ('agora_webhooks'::regrole, 'agora_workers'::regrole, 'agora_operator'::regrole)
  $$,
  'and are members of nothing'
);
select is_empty(
  $$
    select r.rolname, n.nspname from pg_namespace as n cross join pg_roles as r
    where r.rolname in (
      'anon', 'authenticated', 'service_role', 'agora_webhooks', 'agora_workers', 'agora_operator'
    )
      and n.nspname in ('public', 'private', 'partitions', 'pgmq', 'auth', 'extensions')
      and has_schema_privilege(r.oid, n.oid, 'CREATE')
  $$,
  'no client or process makes objects'
);
select is_empty(
  $$
    select r.rolname, n.nspname from pg_namespace as n cross join pg_roles as r
    where r.rolname in (
      'anon', 'authenticated', 'service_role', 'agora_webhooks', 'agora_workers', 'agora_operator'
    )
      and n.nspname in ('partitions', 'pgmq') and has_schema_privilege(r.oid, n.oid, 'USAGE')
  $$,
  'partitions and queues are out of reach'
);

select * from finish();
rollback;
