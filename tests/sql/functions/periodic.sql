-- Periodic tasks, partitions, what is forgotten.
begin;
select no_plan();
select tests.world();

update private.periodic_tasks set next_run_at = clock_timestamp() + interval '1 hour';
select tests.become_role('agora_workers');
select is_empty($$ select 1 from private.run_periodic('w1') $$, 'nothing is due');
select tests.back();
update private.periodic_tasks set next_run_at = clock_timestamp() where function_name = 'purge_ephemeral';
insert into private.periodic_tasks (name, function_name, every, next_run_at)
values ('broken', 'no_such_function', '1 minute', clock_timestamp() - interval '1 minute');
select tests.become_role('agora_workers');
select results_eq(
  $$ select name, error is null from private.run_periodic('w1') order by name $$,
  $$ values ('broken', false), ('forget old idempotency keys and rate limits', true) $$, 'what is due runs, and a broken task stops no other'
);
select is_empty($$ select 1 from private.run_periodic('w2') $$, 'once');
select tests.back();
select results_eq(
  $$ select last_error is not null, next_run_at > clock_timestamp() from private.periodic_tasks where name = 'broken' $$,
  $$ values (true, true) $$, 'its error is kept, and it is tried again later'
);
select is_empty(
  $$ select t.function_name from private.periodic_tasks as t where t.name <> 'broken' and to_regprocedure('private.' || t.function_name || '()') is null $$,
  'every other task exists'
);
select is_empty(
  $$
    select t.function_name from private.periodic_tasks as t
    inner join pg_proc as p on p.proname = t.function_name and p.pronamespace = 'private'::regnamespace
    cross join lateral aclexplode(p.proacl) as a
    where a.grantee <> 'postgres'::regrole
  $$,
  'and cannot be called by anybody'
);

insert into private.rate_limits (key, tat) values ('old', now() - interval '61 minutes'), ('new', now());
update private.idempotency_keys set created_at = now() - interval '49 hours';
select tests.add_to_cart('stranger', 'mug');
select tests.check_out('stranger', 'young');
select private.purge_ephemeral();
select results_eq('select key from private.idempotency_keys', array['checkout-young'], 'keys are forgotten after two days');
select set_eq($$ select key from private.rate_limits where key in ('old', 'new') $$, array['new'], 'idle limits after an hour');

-- Partitions.
create function pg_temp.partitions()
returns setof text
language sql
as $$
  select c.relname::text from pg_inherits as i inner join pg_class as c on c.oid = i.inhrelid
  where i.inhparent = 'public.orders'::regclass;
$$;
select set_eq(
  'select * from pg_temp.partitions()',
  $$
    select 'orders_' || to_char(date_trunc('month', now() at time zone 'UTC') + make_interval(months => n), 'YYYY_MM') from generate_series(0, 4) as n
    union all select 'orders_default'
  $$,
  'this month, four ahead, and a default'
);
select tests.become_role('postgres');
select lives_ok('select private.ensure_partitions()', 'again is fine');
select tests.back();
select is((select count(*) from pg_temp.partitions()), 6::bigint, 'and makes no more');
select is((select count(*) from partitions.orders_default), 0::bigint, 'the default is empty');
select is(
  (select o.tableoid::regclass::text from public.orders as o where o.id = tests.ref('sale')),
  'partitions.orders_' || to_char(now() at time zone 'UTC', 'YYYY_MM'), 'an order lies in its month'
);
select is(
  private.uuid_v7_floor(date_trunc('month', now(), 'UTC'))::text,
  (
    select substring(pg_get_expr(c.relpartbound, c.oid) from 'FROM \(''([^'']+)''')
    from pg_class as c where c.oid = ('partitions.orders_' || to_char(now() at time zone 'UTC', 'YYYY_MM'))::regclass
  ),
  'which begins at midnight UTC'
);

select * from finish();
rollback;
