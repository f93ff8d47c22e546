-- What load balancers, Prometheus and operators ask.
begin;
select no_plan();
select tests.world();

select tests.become_role('agora_webhooks');
select is(private.readiness() ->> 'database', 'true', 'ready');
select is((private.readiness() #>> '{queues,email,ready}')::integer, 1, 'with the lag of each queue');
select is((select m.value from private.metrics() as m where m.name = 'agora_orders_pending'), 0::float8, 'no order waits');
select is((select m.value from private.metrics() as m where m.name = 'agora_jobs_ready' and m.labels ->> 'queue' = 'watermark'), 1::float8, 'one job does');
select cmp_ok((select m.value from private.metrics() as m where m.name = 'agora_realtime_outbox'), '>', 0::float8, 'so do events');
select is((select m.value from private.metrics() as m where m.name = 'agora_stripe_events_open'), 0::float8, 'every event is applied');
select is_empty('select 1 from private.metrics() where name !~ ''^agora_[a-z_]+$'' or help = ''''', 'in Prometheus'' form');

select * from finish();
rollback;
