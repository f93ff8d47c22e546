-- Jobs: leased, failed, held, replayed, dropped.
begin;
select no_plan();
select tests.world();

delete from pgmq.q_email;
select tests.become_role('postgres');
select ok(private.enqueue('email', '{"id": 1}') > 0, 'a job');
select tests.become_role('agora_workers');
select results_eq(
  $$ select read_ct, message ->> 'id' from private.jobs_read('email', 30, 10) $$, $$ values (1, '1') $$, 'is leased'
);
select is_empty($$ select 1 from private.jobs_read('email', 30, 10) $$, 'to one');
select tests.back();
select set_config('tests.msg', (select q.msg_id::text from pgmq.q_email as q), true);
select tests.become_role('agora_workers');
select is(private.jobs_fail('email', current_setting('tests.msg')::bigint, 'timeout', false), 'retry', 'what fails is tried again');
select tests.back();
select ok(
  (select q.vt between clock_timestamp() and clock_timestamp() + interval '3 seconds' from pgmq.q_email as q),
  'a little later'
);
update pgmq.q_email set read_ct = 9;
select tests.become_role('agora_workers');
select is(private.jobs_fail('email', current_setting('tests.msg')::bigint, 'timeout', false), 'retry', 'nine times');
select tests.back();
select ok(
  (select q.vt between clock_timestamp() + interval '250 seconds' and clock_timestamp() + interval '15 minutes' from pgmq.q_email as q),
  'ever later, within bounds'
);
update pgmq.q_email set read_ct = 10;
select tests.become_role('agora_workers');
select is(private.jobs_fail('email', current_setting('tests.msg')::bigint, repeat('x', 3000), false), 'held', 'the tenth is the last');
select is(private.jobs_fail('email', current_setting('tests.msg')::bigint, 'late', false), 'lost', 'a worker that comes too late changes nothing');
select tests.back();
select is((select count(*) from pgmq.q_email), 0::bigint, 'it is in the queue no more');
select results_eq(
  'select queue, attempts, char_length(error), message ->> ''id'' from private.held_jobs', $$ values ('email', 10, 2000, '1') $$, 'but held, once'
);
select throws_ok($$ select private.jobs_fail('nowhere', 1, '', false) $$, 'P0002', null, 'a queue that is not there');

select tests.become_role('agora_operator');
select is((select q.held from private.jobs_queues() as q where q.queue = 'email'), 1::bigint, 'the operator sees it');
select is((select count(*) from private.jobs_held('email')), 1::bigint, 'by queue');
select is((select count(*) from private.jobs_held('payments')), 0::bigint, 'only there');
select tests.back();
select set_config('tests.held', (select h.id::text from private.held_jobs as h), true);
select tests.become_role('agora_operator');
select is(tests.outcome('select private.jobs_replay(0)'), 'job_not_held', 'no such job');
select isnt(private.jobs_replay(current_setting('tests.held')::bigint), null, 'replays it');
select is(tests.outcome($$ select private.jobs_replay(current_setting('tests.held')::bigint) $$), 'job_not_held', 'once');
select is((select count(*) from private.jobs_held()), 0::bigint, 'nothing is held now');
select tests.become_role('agora_workers');
select results_eq(
  $$ select read_ct, message ->> 'id' from private.jobs_read('email', 30, 10) $$, $$ values (1, '1') $$, 'it starts from its first attempt'
);
select tests.back();
select set_config('tests.msg', (select q.msg_id::text from pgmq.q_email as q), true);
select tests.become_role('agora_workers');
select is(private.jobs_fail('email', current_setting('tests.msg')::bigint, 'no such address', true), 'held', 'what cannot help is held at once');
select tests.back();
select set_config('tests.held', (select max(h.id)::text from private.held_jobs as h), true);
select tests.become_role('agora_operator');
select is(tests.outcome($$ select private.jobs_drop(current_setting('tests.held')::bigint, ' ') $$), 'reason_required', 'dropping takes a reason');
select is(tests.outcome($$ select private.jobs_drop(current_setting('tests.held')::bigint, 'bounced') $$), 'ok', 'which is kept');
select is(tests.outcome($$ select private.jobs_drop(current_setting('tests.held')::bigint, 'bounced') $$), 'job_not_held', 'once');
select tests.back();
select results_eq(
  'select resolution, resolution_note like ''%bounced'' from private.held_jobs order by id', $$ values ('replayed', false), ('dropped', true) $$, 'nothing vanishes'
);

-- Done, and a longer lease.
select tests.become_role('postgres');
select ok(private.enqueue('payments', '{"request_id": "from-the-cause"}') > 0, 'another');
select tests.back();
select set_config('tests.msg', (select max(q.msg_id)::text from pgmq.q_payments as q), true);
select results_eq(
  $$ select message ->> 'request_id' from pgmq.q_payments where msg_id = current_setting('tests.msg')::bigint $$, array['from-the-cause'], 'carries its request id'
);
select tests.become_role('agora_workers');
select ok(private.jobs_extend('payments', current_setting('tests.msg')::bigint, 0), 'given back');
select is(
  (select r.read_ct from private.jobs_read('payments', 0, 10) as r where r.msg_id = current_setting('tests.msg')::bigint), 1, 'read once'
);
select is(
  (select r.read_ct from private.jobs_read('payments', 30, 10) as r where r.msg_id = current_setting('tests.msg')::bigint), 2, 'its lease ran out: read twice'
);
select ok(not private.jobs_extend('payments', current_setting('tests.msg')::bigint, 0, 1), 'the first attempt cannot give it back');
select ok(not private.jobs_done('payments', current_setting('tests.msg')::bigint, 1), 'nor call it done');
select is(private.jobs_fail('payments', current_setting('tests.msg')::bigint, 'late', true, 1), 'lost', 'nor fail it');
select is_empty($$ select 1 from private.jobs_read('payments', 30, 10) where msg_id = current_setting('tests.msg')::bigint $$, 'it is the second''s all the while');
select ok(private.jobs_extend('payments', current_setting('tests.msg')::bigint, 100, 2), 'which can prolong it');
select is_empty($$ select 1 from private.jobs_read('payments', 30, 10) where msg_id = current_setting('tests.msg')::bigint $$, 'a longer lease');
select ok(private.jobs_done('payments', current_setting('tests.msg')::bigint, 2), 'and be done');
select ok(not private.jobs_done('payments', current_setting('tests.msg')::bigint, 2), 'once');
select tests.back();
select is((select count(*) from pgmq.a_payments where msg_id = current_setting('tests.msg')::bigint), 1::bigint, 'done is archived');
select set_eq(
  'select name from private.queues', $$ select queue_name from pgmq.list_queues() $$, 'every queue has its patience'
);

select * from finish();
rollback;
