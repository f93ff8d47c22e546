-- Outbox, log, leases.
begin;
select no_plan();
select tests.world();

select is(
  (select string_agg(event, ' ' order by event, channel) from private.realtime_outbox where channel = 'private-order-' || tests.ref('sale')),
  'order.created order.paid', 'an order tells its channel what happens to it'
);
select is_empty(
  $$ select 1 from private.realtime_outbox, jsonb_each_text(data) as d where d.value !~ '^[0-9a-f-]{36}$' $$, 'ids only, never content'
);
create temp table before on commit drop as select count(*) as n from private.realtime_outbox;
select tests.become_role('agora_workers');
select is(private.realtime_sequence(2), 2, 'two are numbered');
select tests.back();
select is((select count(*) from private.realtime_events), 2::bigint, 'and in the log');
select is((select count(*) from private.realtime_outbox), (select n - 2 from before), 'no more in the outbox');
select tests.become_role('agora_workers');
select cmp_ok(private.realtime_sequence(1000), '>', 0, 'the rest');
select is(private.realtime_sequence(1000), 0, 'nothing is left');
select tests.back();
select is((select count(*) from private.realtime_events), (select n from before), 'each event once');
select is_empty(
  $$ select 1 from (select e.id, e.created_at < lag(e.created_at) over (order by e.id) as back from private.realtime_events as e) as x where back $$, 'in their order'
);

select tests.become_role('agora_workers');
select set_config('tests.last', (select max(c.id)::text from private.realtime_claim('pusher', 'w1', 30, 3) as c), true);
select is_empty($$ select 1 from private.realtime_claim('pusher', 'w2', 30, 3) $$, 'another worker waits for the lease');
select is((select count(*) from private.realtime_claim('pusher', 'w1', 30, 3)), 3::bigint, 'its holder does not');
select private.realtime_advance('pusher', 'w2', 999999);
select is((select min(c.id) < current_setting('tests.last')::bigint from private.realtime_claim('pusher', 'w1', 30, 3) as c), true, 'who holds no lease advances nothing');
select private.realtime_advance('pusher', 'w1', current_setting('tests.last')::bigint);
select is((select min(c.id) from private.realtime_claim('pusher', 'w2', 30, 3) as c), current_setting('tests.last')::bigint + 1, 'then the other goes on where it stood');
select private.realtime_advance('pusher', 'w2', 0);
select is((select min(c.id) from private.realtime_claim('pusher', 'w2', 30, 3) as c), current_setting('tests.last')::bigint + 1, 'never backwards');
select tests.back();
update private.realtime_consumers set leased_until = clock_timestamp() - interval '1 second';
select tests.become_role('agora_workers');
select isnt_empty($$ select 1 from private.realtime_claim('pusher', 'w3', 30, 3) $$, 'a dead worker''s lease runs out');
select is_empty($$ select 1 from private.realtime_claim('nobody', 'w3', 30, 3) $$, 'an unknown reader gets nothing');

select * from finish();
rollback;
