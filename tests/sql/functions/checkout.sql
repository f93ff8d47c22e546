-- From cart to order: every refusal by its code, and what an order is made of.
begin;
select no_plan();
select tests.world();

create function pg_temp.go(p_key text default 'a-fresh-key', p_total bigint default null)
returns text
language sql
as $$
  select tests.outcome(format('select public.begin_checkout(%L, %L)', p_key, p_total));
$$;

create function pg_temp.details(p_sql text)
returns text
language plpgsql
as $$
begin
  execute p_sql;
  return null;
exception when sqlstate 'PGRST' then
  return sqlerrm::jsonb ->> 'details';
end;
$$;

-- Refusals.
select tests.become('stranger');
select is(pg_temp.go('short'), 'invalid_idempotency_key', 'a key too short');
select is(pg_temp.go(repeat('k', 201)), 'invalid_idempotency_key', 'too long');
select is(pg_temp.go('with a space'), 'invalid_idempotency_key', 'not printable without spaces');
select is(pg_temp.go(null), 'invalid_idempotency_key', 'none');
select is(pg_temp.go(), 'cart_empty', 'nothing to order');

select tests.make_product('owner', 'alpha-shop', 'dollar', 'physical', 500, 3, 'usd');
select tests.make_product('owner', 'alpha-shop', 'cheap', 'physical', 49, 3);
select tests.make_product('owner', 'alpha-shop', 'dear', 'physical', 50000000, 9);
select tests.add_to_cart('stranger', 'mug');
select tests.add_to_cart('stranger', 'dollar');
select tests.become('stranger');
select is(pg_temp.go(), 'cart_mixed_currencies', 'two currencies');
delete from public.cart_items;
select tests.add_to_cart('stranger', 'cheap');
select tests.become('stranger');
select is(pg_temp.go(), 'amount_too_small', '0.49');
update public.cart_items set quantity = 2;
select is(pg_temp.go('just-enough'), 'ok', '0.98');
delete from public.cart_items;
select tests.add_to_cart('stranger', 'dear', 2);
select tests.become('stranger');
select is(pg_temp.go(), 'amount_too_large', 'more than Stripe takes');
delete from public.cart_items;
select tests.add_to_cart('stranger', 'mug', 5);
select tests.become('stranger');
select is(pg_temp.go(), 'out_of_stock', 'five of the four that are left');
select is(
  pg_temp.details($$ select public.begin_checkout('a-fresh-key') $$), tests.ref('mug/v')::text, 'and which it is'
);
update public.cart_items set quantity = 4;
select is(pg_temp.go(p_total => 1), 'total_changed', 'another price than the buyer saw');
select is(tests.status($$ select public.begin_checkout('a-fresh-key', 1) $$), 409, 'is a conflict');
select tests.become('seller');
select is(public.archive_product(tests.ref('mug')) ->> 'status', 'archived', 'the mug is taken off');
select tests.become('stranger');
select is(pg_temp.go(), 'product_unavailable', 'what is off sale');
select tests.become('seller');
select is(public.publish_product(tests.ref('mug')) ->> 'status', 'active', 'and put back');
select tests.add_to_cart('staff', 'poster');
select tests.become('staff');
select is(pg_temp.go(), 'own_product', 'a shop does not buy from itself');
select tests.add_to_cart('buyer', 'ebook');
select tests.become('buyer');
select is(pg_temp.go(), 'already_owned', 'a file twice');
select tests.become_role('authenticated');
select is(pg_temp.go(), 'sign_in_required', 'nobody');
select tests.become_anon();
select is(tests.outcome($$ select public.begin_checkout('a-fresh-key') $$), '42501', 'anon');

-- The order.
select tests.become('stranger');
select is(pg_temp.go('the-order-key', 3108), 'ok', 'the total that the buyer saw');
select tests.remember('order', (public.begin_checkout('the-order-key', 3108) ->> 'order_id')::uuid);
select results_eq(
  $$ select status::text, currency, subtotal_amount, total_amount, expires_at = now() + interval '30 minutes' from public.orders where id = tests.ref('order') $$,
  $$ values ('pending_payment', 'eur', 3108::bigint, 3108::bigint, true) $$, 'waits for its payment'
);
select results_eq(
  $$ select title, unit_amount, quantity, total_amount from public.order_items where order_id = tests.ref('order') $$,
  $$ values ('Title of mug', 777::bigint, 4, 3108::bigint) $$, 'with title and price of now'
);
select results_eq(
  $$ select status::text, amount from public.payments where order_id = tests.ref('order') $$,
  $$ values ('created', 3108::bigint) $$, 'and one payment'
);
select results_eq(
  $$ select stock, reserved, available from public.product_variants where id = tests.ref('mug/v') $$,
  $$ values (4, 4, 0) $$, 'the pieces are held'
);
select is(jsonb_array_length(public.cart_summary() -> 'items'), 1, 'the cart is kept until it is paid');
select tests.become('seller');
update public.product_variants set price_amount = 1 where id = tests.ref('mug/v');
update public.products set title = 'Renamed' where id = tests.ref('mug');
select tests.become('stranger');
select results_eq(
  $$ select title, unit_amount from public.order_items where order_id = tests.ref('order') $$,
  $$ values ('Title of mug', 777::bigint) $$, 'later changes do not touch it'
);

-- The same key.
select is(
  (public.begin_checkout('the-order-key', 3108) ->> 'order_id')::uuid, tests.ref('order'),
  'the same request gives the same order'
);
select is(pg_temp.go('the-order-key', 3109), 'idempotency_key_reused', 'another request does not');
select is(tests.status($$ select public.begin_checkout('the-order-key', 3109) $$), 422, 'but 422');
select is(
  (select count(*) from public.orders), 2::bigint, 'and there is no second order'
);
select tests.become('buyer');
select is(pg_temp.go('the-order-key'), 'already_owned', 'another person''s key is another key');

-- At most five at once.
select tests.become('stranger');
delete from public.cart_items;
select tests.add_to_cart('stranger', 'poster');
select tests.become('stranger');
select is(pg_temp.go('open-order-' || n), 'ok', 'open order ' || n) from generate_series(3, 5) as n;
select is(pg_temp.go('open-order-6'), 'too_many_open_orders', 'the sixth');
select is(pg_temp.go('open-order-5'), 'ok', 'a retry of the fifth is no sixth');
select is(public.cancel_order(tests.ref('order')) ->> 'status', 'cancelled', 'after a cancellation');
select is(pg_temp.go('open-order-6'), 'ok', 'there is room again');

-- The PaymentIntent.
select tests.back();
select tests.remember('sixth', (select (k.response ->> 'order_id')::uuid from private.idempotency_keys as k where k.key = 'open-order-6'));
select tests.become_role('agora_webhooks');
select is(
  tests.outcome($$ select private.attach_payment_intent(gen_random_uuid(), 'pi_1', 1250, 'eur') $$),
  'order_not_found', 'no such order'
);
select is(
  tests.outcome($$ select private.attach_payment_intent(tests.ref('sixth'), 'pi_1', 1249, 'eur') $$),
  '22000', 'another amount'
);
select is(
  tests.outcome($$ select private.attach_payment_intent(tests.ref('sixth'), 'pi_1', 1250, 'usd') $$),
  '22000', 'another currency'
);
select is(
  tests.outcome($$ select private.attach_payment_intent(tests.ref('sixth'), 'pi_1', 1250, 'eur') $$),
  'ok', 'the right one'
);
select is(
  tests.outcome($$ select private.attach_payment_intent(tests.ref('sixth'), 'pi_1', 1250, 'eur') $$),
  'ok', 'again'
);
select is(
  tests.outcome($$ select private.attach_payment_intent(tests.ref('sixth'), 'pi_2', 1250, 'eur') $$),
  'payment_exists', 'a second one'
);
select is(
  tests.outcome($$ select private.attach_payment_intent(tests.ref('order'), 'pi_1', 3108, 'eur') $$),
  '23505', 'one PaymentIntent for two orders'
);
select is(
  tests.outcome($$ select private.attach_payment_intent(tests.ref('order'), 'pi_3', 3108, 'eur') $$),
  'ok', 'one that comes after the order was cancelled'
);
select tests.back();
select is(
  (select count(*) from pgmq.q_payments where message ->> 'payment_intent_id' = 'pi_3' and message ->> 'task' = 'cancel_payment_intent'),
  1::bigint, 'is cancelled at Stripe'
);
select is(
  (select count(*) from pgmq.q_payments where message ->> 'payment_intent_id' = 'pi_1'), 0::bigint,
  'that of an open order is not'
);

-- A download that was withdrawn is no reason against buying it again.
update public.download_grants set revoked_at = now(), revoked_reason = 'refunded';
select tests.become('buyer');
select is(pg_temp.go('bought-again'), 'ok', 'a file that was withdrawn may be bought again');

select * from finish();
rollback;
