-- Periodic tasks: declared in private.periodic_tasks, run by whichever worker comes first.

create or replace function private.run_periodic(p_worker text)
returns table (name text, took_ms integer, error text)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_task private.periodic_tasks;
  v_started timestamptz;
begin
  for v_task in
    select * from private.periodic_tasks as t
    where t.next_run_at <= clock_timestamp()
    order by t.next_run_at
    for update skip locked
  loop
    v_started := clock_timestamp();
    error := null;
    begin
      execute format('select private.%I()', v_task.function_name);
    exception when others then
      -- One broken task must not stop the others; it is kept, reported and tried again.
      error := sqlerrm;
    end;
    name := v_task.name;
    took_ms := (1000 * extract(epoch from clock_timestamp() - v_started))::integer;
    update private.periodic_tasks as t
    set next_run_at = clock_timestamp() + t.every, last_run_at = v_started,
      last_took_ms = run_periodic.took_ms, last_error = run_periodic.error
    where t.name = v_task.name;
    return next;
  end loop;
end;
$$;
comment on function private.run_periodic(text) is
'Run what is due. Safe with many workers: a task''s row is locked while it runs.';
revoke all on function private.run_periodic(text) from public;
grant execute on function private.run_periodic(text) to agora_workers;

create or replace function private.purge_ephemeral()
returns void
language sql
security definer
set search_path = ''
as $$
  delete from private.idempotency_keys as k where k.created_at < now() - interval '48 hours';
  delete from private.rate_limits as l where l.tat < now() - interval '1 hour';
$$;
comment on function private.purge_ephemeral() is
'Periodic: idempotency keys after 48 hours (Stripe keeps its own for 24), idle rate limits.';
revoke all on function private.purge_ephemeral() from public;

create or replace function private.ensure_partitions()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_month timestamptz;
  v_name text;
begin
  for v_month in
    select generate_series(
      date_trunc('month', now(), 'UTC'), date_trunc('month', now(), 'UTC') + interval '4 months',
      interval '1 month', 'UTC'
    )
  loop
    v_name := 'orders_' || to_char(v_month at time zone 'UTC', 'YYYY_MM');
    if to_regclass('partitions.' || v_name) is null then
      execute format(
        'create table partitions.%I partition of public.orders for values from (%L) to (%L)',
        v_name,
        private.uuid_v7_floor(v_month),
        private.uuid_v7_floor(date_add(v_month, interval '1 month', 'UTC'))
      );
      execute format('alter table partitions.%I enable row level security', v_name);
    end if;
  end loop;
end;
$$;
comment on function private.ensure_partitions() is
'Periodic: this month''s partition of orders and the next four, so that the default stays empty.';
revoke all on function private.ensure_partitions() from public;
