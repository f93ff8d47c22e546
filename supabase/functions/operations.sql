-- What an operator and a load balancer ask.

create or replace function private.readiness()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'database', true,
    'queues', (
      select jsonb_object_agg(
        q.queue,
        jsonb_build_object('ready', q.ready, 'held', q.held, 'oldest_seconds', q.oldest_seconds)
      )
      from private.jobs_queues() as q
    )
  );
$$;
comment on function private.readiness() is 'For /readyz: the database answers, and how far the queues lag.';
revoke all on function private.readiness() from public;
grant execute on function private.readiness() to agora_webhooks, agora_operator;

create or replace function private.metrics()
returns table (name text, labels jsonb, value float8, kind text, help text)
language sql
stable
security definer
set search_path = ''
as $$
  select 'agora_jobs_ready', jsonb_build_object('queue', q.queue), q.ready::float8, 'gauge',
    'Jobs that wait for a worker'
  from private.jobs_queues() as q
  union all
  select 'agora_jobs_held', jsonb_build_object('queue', q.queue), q.held::float8, 'gauge',
    'Jobs that wait for an operator'
  from private.jobs_queues() as q
  union all
  select 'agora_jobs_oldest_seconds', jsonb_build_object('queue', q.queue),
    q.oldest_seconds::float8, 'gauge', 'Age of the oldest open job'
  from private.jobs_queues() as q
  union all
  select 'agora_stripe_events_open', '{}'::jsonb, count(*)::float8, 'gauge',
    'Stripe events stored and not yet applied'
  from private.stripe_events as e where e.state = 'received'
  union all
  select 'agora_orders_pending', '{}'::jsonb, count(*)::float8, 'gauge',
    'Orders that wait for payment'
  from public.orders as o where o.status = 'pending_payment'
  union all
  select 'agora_realtime_outbox', '{}'::jsonb, count(*)::float8, 'gauge',
    'Realtime events not yet numbered'
  from private.realtime_outbox;
$$;
comment on function private.metrics() is 'For /metrics: what only the database knows.';
revoke all on function private.metrics() from public;
grant execute on function private.metrics() to agora_webhooks;

create or replace function private.admin_health()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not private.has_role('admin') then
    perform private.fail(403, 'admin_only', 'This is for administrators.');
  end if;
  return private.readiness() || jsonb_build_object(
    'periodic', (
      select jsonb_agg(
        jsonb_build_object(
          'name', t.name, 'last_run_at', t.last_run_at, 'last_took_ms', t.last_took_ms,
          'last_error', t.last_error
        ) order by t.name
      )
      from private.periodic_tasks as t
    )
  );
end;
$$;
comment on function private.admin_health() is 'See public.admin_health.';
revoke all on function private.admin_health() from public;
grant execute on function private.admin_health() to authenticated;

create or replace function public.admin_health()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.admin_health();
$$;
comment on function public.admin_health() is
'Queues and periodic tasks, for administrators. Errors: admin_only.';
revoke all on function public.admin_health() from public, anon, service_role;
grant execute on function public.admin_health() to authenticated;
