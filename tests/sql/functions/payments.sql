-- Stripe's events, applied: once, in any order, late.
begin;
select no_plan();
select tests.world();

-- A sale, as it is after one payment_intent.succeeded.
create function pg_temp.state(p_name text)
returns text
language sql
stable
as $$
  select concat_ws(
    ' ', o.status, p.status,
    'shop_orders', (select string_agg(distinct s.status::text, ',') from public.shop_orders as s where s.order_id = o.id),
    'ledger', (select string_agg(t.kind, ',' order by t.kind) from private.ledger_transactions as t where t.order_id = o.id),
    'grants', (select count(*) from public.download_grants as g where g.order_id = o.id),
    'copies', (select count(*) from private.personalized_files as c inner join public.order_items as i on i.id = c.order_item_id where i.order_id = o.id),
    'receipts', (select count(*) from private.email_messages as m where m.entity_id = o.id),
    'paid events', (select count(*) from public.order_events as e where e.order_id = o.id and e.kind = 'paid'),
    'realtime', (select count(*) from private.realtime_outbox as r where r.data ->> 'order_id' = o.id::text and r.event = 'order.paid'),
    'reservations', (select string_agg(distinct r.state, ',') from private.inventory_reservations as r where r.order_id = o.id)
  )
  from public.orders as o
  inner join public.payments as p on p.order_id = o.id
  where o.id = tests.ref(p_name);
$$;

select is(
  pg_temp.state('sale'),
  'paid succeeded shop_orders paid ledger sale grants 1 copies 1 receipts 1 paid events 1 realtime 2 reservations consumed',
  'one payment does everything that follows from it'
);
select results_eq(
  $$ select stock, reserved from public.product_variants where id in (tests.ref('poster/v'), tests.ref('mug/v')) order by 1 $$,
  $$ values (4, 0), (8, 0) $$, 'the pieces are sold'
);
select results_eq(
  $$ select payable_at = now() + interval '7 days' from public.shop_earnings as e inner join public.shop_orders as s on s.id = e.shop_order_id where s.order_id = tests.ref('sale') $$,
  array[true, true], 'the sellers'' money is payable after the hold'
);
select is(
  (select count(*) from private.realtime_outbox where event = 'order.paid' and channel like 'private-shop-%'),
  2::bigint, 'each shop hears of it once'
);

-- Again.
select is(private.store_stripe_event('platform', '{"id": "evt_sale", "type": "x", "created": 1}', null), false, 'an event is stored once');
select is(private.apply_stripe_event('evt_sale', null), 'duplicate', 'and applied once');
select is(
  tests.stripe_event('evt_again', 'payment_intent.succeeded', tests.intent('sale')), 'applied',
  'another event about the same'
);
select is(
  tests.stripe_event('evt_older', 'payment_intent.processing', tests.intent('sale', 'processing')), 'applied',
  'or about what was before'
);
select is(
  tests.stripe_event('evt_failed', 'payment_intent.payment_failed', tests.intent('sale', 'requires_payment_method')), 'applied',
  'even a failure before'
);
select is(
  tests.stripe_event('evt_canceled', 'payment_intent.canceled', tests.intent('sale', 'canceled')), 'applied',
  'or something that cannot be'
);
select is(
  pg_temp.state('sale'),
  'paid succeeded shop_orders paid ledger sale grants 1 copies 1 receipts 1 paid events 1 realtime 2 reservations consumed',
  'changes nothing'
);

-- Every order in which the events of one payment can come ends the same.
create function pg_temp.permuted()
returns setof text
language plpgsql
as $$
declare
  v_name text;
  v_kinds text[];
  v_kind text;
  n integer := 0;
begin
  for v_kinds in
    select array[a, b, c] from unnest(array['processing', 'requires_payment_method', 'succeeded']) as a,
      unnest(array['processing', 'requires_payment_method', 'succeeded']) as b,
      unnest(array['processing', 'requires_payment_method', 'succeeded']) as c
    where 'succeeded' in (a, b, c)
  loop
    n := n + 1;
    v_name := 'perm' || n;
    perform tests.make_user(v_name);
    perform tests.add_to_cart(v_name, 'ebook');
    perform tests.check_out(v_name, v_name);
    foreach v_kind in array v_kinds loop
      perform tests.stripe_event(
        gen_random_uuid()::text, 'payment_intent.x', tests.intent(v_name, v_kind)
      );
    end loop;
    return next pg_temp.state(v_name);
  end loop;
end;
$$;
create temp table permuted on commit drop as select s from pg_temp.permuted() as s;
select is((select count(*) from permuted), 19::bigint, 'nineteen sequences are tried');
select set_eq(
  'select s from permuted',
  array['paid succeeded shop_orders paid ledger sale grants 1 copies 1 receipts 1 paid events 1 realtime 2 reservations'],
  'all of them end the same'
);

-- A declined card.
select tests.add_to_cart('stranger', 'poster', 2);
select tests.check_out('stranger', 'declined');
select tests.stripe_event('evt_d' || n, 'payment_intent.payment_failed', tests.intent('declined', 'requires_payment_method'))
from generate_series(1, 3) as n;
select results_eq(
  $$ select status::text, last_error_code from public.payments where order_id = tests.ref('declined') $$,
  $$ values ('failed', 'card_declined') $$, 'the payment failed'
);
select results_eq(
  $$ select kind, data ->> 'code' from public.order_events where order_id = tests.ref('declined') $$,
  $$ values ('payment_failed', 'card_declined') $$, 'the buyer reads so once, however often Stripe says it'
);
select is(pg_temp.state('declined'), 'pending_payment failed shop_orders pending_payment ledger grants 0 copies 0 receipts 0 paid events 0 realtime 0 reservations held', 'the order waits');
select is(tests.pay('declined'), 'applied', 'another card');
select matches(pg_temp.state('declined'), '^paid succeeded', 'and it is paid');

-- Canceled at Stripe.
select tests.add_to_cart('stranger', 'poster', 2);
select tests.check_out('stranger', 'given_up');
select is(
  tests.stripe_event('evt_gu', 'payment_intent.canceled', tests.intent('given_up', 'canceled')), 'applied', 'a PaymentIntent is canceled'
);
select is(
  pg_temp.state('given_up'),
  'cancelled canceled shop_orders cancelled ledger grants 0 copies 0 receipts 0 paid events 0 realtime 0 reservations released',
  'and the order with it'
);
select is((select count(*) from pgmq.q_payments), 0::bigint, 'nothing is left to cancel at Stripe');

-- Paid late: the goods are still there.
select tests.check_out('stranger', 'late_good');
select tests.expire('late_good');
select is(tests.pay('late_good'), 'applied', 'paid after it expired');
select is(
  pg_temp.state('late_good'),
  'paid succeeded shop_orders paid ledger sale grants 0 copies 0 receipts 1 paid events 1 realtime 2 reservations consumed',
  'the pieces are taken again'
);
select results_eq(
  $$ select stock, reserved from public.product_variants where id = tests.ref('poster/v') $$,
  $$ values (4, 0) $$, 'and counted once'
);

-- Paid late: the goods are gone.
select tests.add_to_cart('stranger', 'poster', 3);
select tests.check_out('stranger', 'late_bad');
select tests.expire('late_bad');
select tests.become('owner');
update public.product_variants set stock = 2 where id = tests.ref('poster/v');
select is(tests.pay('late_bad', null), 'applied', 'paid when it is sold out');
select is(
  pg_temp.state('late_bad'),
  'expired refund_pending shop_orders expired ledger late_payment grants 0 copies 0 receipts 0 paid events 0 realtime 0 reservations released',
  'the money goes back'
);
select results_eq(
  $$ select stock, reserved from public.product_variants where id = tests.ref('poster/v') $$,
  $$ values (2, 0) $$, 'no piece is touched'
);
select is(
  (select count(*) from pgmq.q_payments where message ->> 'task' = 'refund_late_payment'), 1::bigint, 'by one job'
);
select tests.remember('late-payment', (select p.id from public.payments as p where p.order_id = tests.ref('late_bad')));
select tests.become_role('agora_workers');
select is(private.late_refund(tests.ref('late-payment')) ->> 'amount', '3750', 'which refunds all of it');
select is(private.late_refund(tests.ref('late-payment')) ->> 'payment_intent_id', 'pi_late_bad', 'of that payment');
select is(
  tests.outcome($$ select private.late_refund_done(tests.ref('late-payment'), 're_1', 'failed') $$), '22000',
  'a refund that failed is none'
);
select lives_ok($$ select private.late_refund_done(tests.ref('late-payment'), 're_1', 'succeeded') $$, 'a refund');
select lives_ok($$ select private.late_refund_done(tests.ref('late-payment'), 're_1', 'succeeded') $$, 'recorded twice');
select is(private.late_refund(tests.ref('late-payment')), null, 'there is nothing left to do');
select tests.back();
select is(tests.pay('late_bad'), 'duplicate', 'the same event');
select is(tests.stripe_event('evt_lb2', 'payment_intent.succeeded', tests.intent('late_bad')), 'applied', 'or another');
select is(
  pg_temp.state('late_bad'),
  'expired refunded shop_orders expired ledger late_payment,late_refund grants 0 copies 0 receipts 0 paid events 0 realtime 0 reservations released',
  'refunds once'
);

-- Cancelled by the buyer, and yet paid: always back.
select tests.empty_cart('stranger');
select tests.add_to_cart('stranger', 'mug');
select tests.check_out('stranger', 'regret');
select tests.become('stranger');
select is(public.cancel_order(tests.ref('regret')) ->> 'status', 'cancelled', 'the buyer cancels');
select is(tests.pay('regret'), 'applied', 'as the payment goes through');
select matches(pg_temp.state('regret'), '^cancelled refund_pending .* ledger late_payment grants 0', 'it is refunded');

-- Stripe's fee, when it was not known.
select is(
  tests.stripe_event('evt_fee1', 'charge.updated', '{"id": "ch_late_bad", "payment_intent": "pi_late_bad", "balance_transaction": {"fee": 61, "currency": "eur"}}'),
  'applied', 'charge.updated brings it'
);
select is(
  tests.stripe_event('evt_fee2', 'charge.updated', '{"id": "ch_late_bad", "payment_intent": "pi_late_bad", "balance_transaction": {"fee": 61, "currency": "eur"}}'),
  'applied', 'twice'
);
select results_eq(
  $$ select a.code, sum(e.amount)::bigint from private.ledger_entries as e inner join private.ledger_accounts as a on a.id = e.account_id inner join private.ledger_transactions as t on t.id = e.transaction_id where t.order_id = tests.ref('late_bad') group by 1 order by 1 $$,
  $$ values ('refunds_payable', 0::bigint), ('stripe_balance', -61::bigint), ('stripe_fees', 61::bigint) $$,
  'what remains of a refunded payment is Stripe''s fee, once'
);
select is(
  tests.stripe_event('evt_fee3', 'charge.updated', '{"id": "ch_sale", "payment_intent": "pi_sale", "balance_transaction": {"fee": 99, "currency": "eur"}}'),
  'applied', 'a fee that is known'
);
select is((select count(*) from private.ledger_transactions where kind = 'stripe_fee' and order_id = tests.ref('sale')), 0::bigint, 'is not booked again');
select is(
  tests.stripe_event('evt_fee4', 'charge.updated', '{"id": "ch_x", "payment_intent": "pi_unknown", "balance_transaction": {"fee": 99}}'),
  'ignored', 'a charge that is not ours'
);
select tests.empty_cart('stranger');
select tests.add_to_cart('stranger', 'mug');
select tests.check_out('stranger', 'early_fee');
select is(
  tests.outcome($$ select tests.stripe_event('evt_fee5', 'charge.updated', '{"id": "ch_early_fee", "payment_intent": "pi_early_fee", "balance_transaction": {"fee": 99, "currency": "eur"}}') $$),
  '55000', 'a fee before its payment is tried again, not forgotten'
);
select tests.back();
select is(tests.pay('early_fee', null), 'applied', 'the payment, read before the fee was known');
select is(
  tests.stripe_event('evt_fee6', 'charge.updated', '{"id": "ch_early_fee", "payment_intent": "pi_early_fee", "balance_transaction": {"fee": 99, "currency": "usd"}}'),
  'applied', 'a fee in another currency'
);
select is((select c.stripe_fee_amount from private.payment_charges as c where c.stripe_charge_id = 'ch_early_fee'), null, 'is no amount of this ledger');
select is(
  tests.stripe_event('evt_fee7', 'charge.updated', '{"id": "ch_early_fee", "payment_intent": "pi_early_fee", "balance_transaction": {"fee": 99, "currency": "eur"}}'),
  'applied', 'the fee, again'
);
select is((select c.stripe_fee_amount from private.payment_charges as c where c.stripe_charge_id = 'ch_early_fee'), 99::bigint, 'is booked');

-- Not ours, or not right.
select is(tests.stripe_event('evt_o1', 'payment_intent.succeeded', '{"id": "pi_o", "status": "succeeded"}'), 'ignored', 'a PaymentIntent without an order');
select is(
  tests.stripe_event('evt_o2', 'payment_intent.succeeded', '{"id": "pi_o", "status": "succeeded", "metadata": {"order_id": "019b76da-a800-7000-8000-000000000000"}}'),
  'ignored', 'or with one that is not here'
);
select is(
  tests.stripe_event('evt_o3', 'payment_intent.succeeded', tests.intent('sale'), 'connect'), 'ignored',
  'a connected account moves no money of ours'
);
select is(tests.stripe_event('evt_o4', 'customer.created', '{}'), 'ignored', 'a type that nothing is done for');
select tests.empty_cart('stranger');
select tests.add_to_cart('stranger', 'mug');
select tests.check_out('stranger', 'strict');
select is(
  tests.outcome($$ select tests.stripe_event('evt_o5', 'payment_intent.succeeded', tests.intent('strict') || '{"id": "pi_other"}') $$), '22000', 'another PaymentIntent for the order'
);
select tests.back();
select is(
  tests.outcome($$ select tests.stripe_event('evt_o6', 'payment_intent.succeeded', tests.intent('strict') || '{"amount": 1}') $$), '22000', 'another amount'
);
select tests.back();
select is(
  tests.outcome($$ select tests.stripe_event('evt_o7', 'payment_intent.succeeded', tests.intent('strict') || '{"amount_received": 1}') $$), '22000', 'less received'
);
select tests.back();
select is(
  tests.outcome($$ select tests.stripe_event('evt_o8', 'payment_intent.succeeded', tests.intent('strict') || '{"currency": "usd"}') $$), '22000', 'another currency'
);
select tests.back();
select matches(pg_temp.state('strict'), '^pending_payment created', 'pay nothing');
select is(tests.outcome($$ select private.apply_stripe_event('evt_none', null) $$), 'P0002', 'an event that was never stored');
select is((select count(*) from private.stripe_events where state = 'received'), 0::bigint, 'every stored event was dealt with');
select is(
  (select count(*) from private.stripe_events), (select count(*) from pgmq.q_stripe_events),
  'each event had its job'
);
select lives_ok('set constraints all immediate', 'and everything booked balances');

select * from finish();
rollback;
