-- Copies: what the worker is told, what is traced back.
begin;
select no_plan();
select tests.world();

select tests.remember('copy', (select c.id from private.personalized_files as c));
select is((select count(*) from pgmq.q_watermark where message ->> 'id' = tests.ref('copy')::text), 1::bigint, 'one job for the copy');
select tests.become_role('agora_workers');
select results_eq(
  $$ select t ->> 'state', t ->> 'mime', t ->> 'file_name', t ->> 'source_sha256', t ->> 'order_item_id', t ->> 'target_bucket' from private.watermark_task(tests.ref('copy')) as t $$,
  format('values (''pending'', ''application/pdf'', ''ebook.pdf'', %L, %L, ''personalized-files'')', repeat('a', 64), tests.ref('sale/ebook')),
  'the task'
);
select unalike(private.watermark_task(tests.ref('copy'))::text, '%@example.test%', 'holds no address');
select is(private.watermark_task(gen_random_uuid()), null, 'no task for nothing');
select private.watermark_done(tests.ref('copy'), repeat('c', 64), 5000, 'pdf');
select private.watermark_done(tests.ref('copy'), repeat('d', 64), 6000, 'none');
select tests.back();
select results_eq(
  'select state, sha256, size_bytes, method from private.personalized_files',
  format('values (''ready'', %L, 5000::bigint, ''pdf'')', repeat('c', 64)), 'done once: the first counts'
);
select results_eq(
  $$ select channel from private.realtime_outbox where event = 'file.ready' $$,
  array['private-user-' || tests.id('buyer')], 'the buyer hears of it, once'
);
select set_config('tests.payload', (select payload from private.personalized_files), true);
select tests.become_role('agora_operator');
select is((private.trace_mark(current_setting('tests.payload')) ->> 'order_item_id')::uuid, tests.ref('sale/ebook'), 'the mark names the order item');
select is((private.trace_fingerprint(repeat('c', 64)) ->> 'order_item_id')::uuid, tests.ref('sale/ebook'), 'so do the bytes');
select is(private.trace_mark('0000000000000000'), null, 'an unknown mark names nobody');
select is(private.trace_fingerprint(repeat('d', 64)), null, 'nor unknown bytes');

select * from finish();
rollback;
