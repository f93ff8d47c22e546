-- How an unpaid order ends: cancelled or expired, its stock back.
begin;
select no_plan();
select tests.world();

select tests.add_to_cart('stranger', 'poster', 3);
select tests.check_out('stranger', 'one');
select tests.check_out('stranger', 'two');
select tests.become('stranger');
select results_eq(
  $$ select stock, reserved from public.product_variants where id = tests.ref('poster/v') $$,
  $$ values (8, 6) $$, 'two orders hold six of the eight that are left'
);

-- Cancelling.
select tests.become('buyer');
select is(tests.outcome($$ select public.cancel_order(tests.ref('one')) $$), 'order_not_found', 'not another''s');
select is(tests.outcome($$ select public.cancel_order(tests.ref('sale')) $$), 'order_already_paid', 'not a paid one');
select tests.become('owner');
select is(tests.outcome($$ select public.cancel_order(tests.ref('one')) $$), 'order_not_found', 'not by the seller');
select tests.become('stranger');
select is(public.cancel_order(tests.ref('one')) ->> 'status', 'cancelled', 'one''s own');
select is(public.cancel_order(tests.ref('one')) ->> 'status', 'cancelled', 'again is fine');
select results_eq(
  $$ select reserved from public.product_variants where id = tests.ref('poster/v') $$, array[3],
  'its pieces are back, once'
);
select results_eq(
  $$ select status::text from public.shop_orders where order_id = tests.ref('one') $$, array['cancelled'],
  'the shops'' parts with it'
);
select results_eq(
  $$ select kind from public.order_events where order_id = tests.ref('one') $$, array['cancelled'],
  'and its history says so, once'
);
select tests.back();
select results_eq(
  $$ select message ->> 'task', message ->> 'id', message ->> 'payment_intent_id' from pgmq.q_payments $$,
  format('values (''cancel_payment_intent'', %L, ''pi_one'')', tests.ref('one')),
  'its PaymentIntent is to be cancelled at Stripe'
);

-- Expiring.
select tests.become_role('postgres');
select lives_ok('select private.expire_orders()', 'nothing is due');
select results_eq(
  $$ select status::text from public.orders where id = tests.ref('two') $$, array['pending_payment'],
  'an order whose time runs is left alone'
);
select tests.expire('two');
select results_eq(
  $$ select status::text from public.orders where id = tests.ref('two') $$, array['expired'], 'time is up'
);
select results_eq(
  $$ select stock, reserved from public.product_variants where id = tests.ref('poster/v') $$,
  $$ values (8, 0) $$, 'all pieces are back'
);
select results_eq(
  $$ select distinct state from private.inventory_reservations where order_id in (tests.ref('one'), tests.ref('two')) $$,
  array['released'], 'their reservations are released'
);
select tests.become('stranger');
select is(public.cancel_order(tests.ref('two')) ->> 'status', 'expired', 'cancelling changes nothing then');

-- A payment under way is given a day.
select tests.check_out('stranger', 'three');
select tests.stripe_event('evt_p', 'payment_intent.processing', tests.intent('three', 'processing'));
select tests.expire('three');
select results_eq(
  $$ select status::text from public.orders where id = tests.ref('three') $$, array['pending_payment'],
  'a payment that is being made is waited for'
);
update public.orders set expires_at = now() - interval '25 hours' where id = tests.ref('three');
select private.expire_orders();
select results_eq(
  $$ select status::text from public.orders where id = tests.ref('three') $$, array['expired'],
  'for a day'
);
select results_eq(
  $$ select status::text from public.orders where id = tests.ref('sale') $$, array['paid'],
  'a paid order never expires'
);

select * from finish();
rollback;
