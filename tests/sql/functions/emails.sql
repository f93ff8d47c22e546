-- One email per template and entity, its address read when it is sent.
begin;
select no_plan();
select tests.world();

select tests.remember('mail', (select m.id from private.email_messages as m));
select results_eq(
  'select template, entity_id, user_id, state from private.email_messages',
  format('values (''receipt'', %L::uuid, %L::uuid, ''queued'')', tests.ref('sale'), tests.id('buyer')), 'a sale queues its receipt'
);
select is((select count(*) from pgmq.q_email), 1::bigint, 'with one job');
select tests.become_role('postgres');
select private.queue_email('receipt', tests.ref('sale'), tests.id('buyer'));
select tests.back();
select is((select count(*) from private.email_messages), 1::bigint, 'asked for twice, it is one');
select is((select count(*) from pgmq.q_email), 1::bigint, 'and one job');
select is_empty($$ select 1 from private.email_messages as m where m::text like '%@%' $$, 'no address is stored');
select is_empty($$ select 1 from pgmq.q_email as q where q.message::text like '%@%' $$, 'nor queued');
select tests.become_role('agora_workers');
select results_eq(
  $$ select t ->> 'to', t ->> 'idempotency_key', t #>> '{data,total_amount}', jsonb_array_length(t #> '{data,items}'), t ->> 'state' from private.email_task(tests.ref('mail')) as t $$,
  format('values (''buyer@example.test'', %L, ''4276'', 3, ''queued'')', tests.ref('mail')), 'what the worker is told'
);
select private.email_sent(tests.ref('mail'), 'provider-1');
select private.email_sent(tests.ref('mail'), 'provider-2');
select is(private.email_task(tests.ref('mail')) ->> 'state', 'sent', 'it is sent');
select tests.back();
select results_eq('select provider_id from private.email_messages', array['provider-1'], 'once');

select * from finish();
rollback;
