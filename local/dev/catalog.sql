-- Everything that the sources make: kind, name, definition (with comment and sorted ACL), and whether
-- the current transaction made or replaced it.
with ours as (
  select oid, nspname from pg_namespace where nspname in ('public', 'private')
),

acl as (
  select 'acl' as kind, o.kind || ' ' || o.name as name,
    string_agg(
      concat_ws('/', o.part, coalesce(g.rolname, 'public'), a.privilege_type, a.is_grantable),
      ',' order by o.part, coalesce(g.rolname, 'public'), a.privilege_type
    ) as definition
  from (
    select 'function' as kind, p.pronamespace as nsp, p.oid::regprocedure::text as name, '' as part,
      coalesce(p.proacl, acldefault('f', p.proowner)) as acl
    from pg_proc as p
    union all
    select 'table', c.relnamespace, format('%I.%I', c.relnamespace::regnamespace, c.relname), '',
      coalesce(c.relacl, acldefault('r', c.relowner))
    from pg_class as c where c.relkind in ('r', 'p', 'v')
    union all
    select 'table', c.relnamespace, format('%I.%I', c.relnamespace::regnamespace, c.relname), k.attname, k.attacl
    from pg_class as c inner join pg_attribute as k on k.attrelid = c.oid
    where c.relkind in ('r', 'p', 'v') and k.attacl is not null
  ) as o
  inner join ours as n on n.oid = o.nsp
  cross join lateral aclexplode(o.acl) as a
  left join pg_roles as g on g.oid = a.grantee
  group by o.kind, o.name
)

select 'function' as kind, p.oid::regprocedure::text as name,
  concat_ws(' ', pg_get_functiondef(p.oid), obj_description(p.oid, 'pg_proc')) as definition,
  p.xmin::text = pg_current_xact_id()::xid::text as touched
from pg_proc as p
inner join ours as n on n.oid = p.pronamespace
where p.prokind = 'f'
  and not exists (select 1 from pg_depend as d where d.objid = p.oid and d.deptype = 'e')
union all
select 'trigger', format('%s on %s', t.tgname, t.tgrelid::regclass),
  concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled, obj_description(t.oid, 'pg_trigger')),
  t.xmin::text = pg_current_xact_id()::xid::text
from pg_trigger as t
inner join pg_class as c on c.oid = t.tgrelid
inner join pg_namespace as n on n.oid = c.relnamespace
where not t.tgisinternal and t.tgparentid = 0
  and (n.nspname in ('public', 'private') or (n.nspname = 'auth' and t.tgname like 'tg\_%'))
union all
select 'policy', format('%s on %I.%I', l.polname, n.nspname, c.relname),
  concat_ws(
    ' ', l.polcmd, l.polpermissive, l.polroles::regrole[], pg_get_expr(l.polqual, l.polrelid),
    pg_get_expr(l.polwithcheck, l.polrelid), obj_description(l.oid, 'pg_policy')
  ),
  l.xmin::text = pg_current_xact_id()::xid::text
from pg_policy as l
inner join pg_class as c on c.oid = l.polrelid
inner join pg_namespace as n on n.oid = c.relnamespace
union all
select 'rls', format('%I.%I', n.nspname, c.relname),
  concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity), true
from pg_class as c
inner join ours as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
union all
select kind, name, definition, true from acl;
