-- What holds even if a function forgets it: keys that keep a second row out, checks that keep
-- impossible values out. Triggers and foreign keys are off, so that nothing else stands in the way.
begin;
select no_plan();
select tests.world();
select tests.become('buyer');
select public.issue_download_token(tests.ref('sale/ebook')) ->> 'file_id';
select tests.back();
set constraints all immediate;
set local session_replication_role = replica;

-- Inserts a copy of a row of the table, with some values changed; the constraint that refuses it.
create function pg_temp.twin(p_table text, p_changes jsonb, p_where text default 'true')
returns text
language plpgsql
as $$
declare
  v_columns text;
  v_row jsonb;
  v_constraint text;
begin
  select string_agg(quote_ident(a.attname), ', ') into v_columns from pg_attribute as a
  where a.attrelid = p_table::regclass and a.attnum > 0 and not a.attisdropped
    and a.attgenerated = '';
  execute format('select to_jsonb(t) from %s as t where %s limit 1', p_table, p_where) into strict v_row;
  execute format(
    'insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, $1)', p_table, v_columns
  ) using v_row || p_changes;
  return 'taken';
exception
  when unique_violation or check_violation then
    get stacked diagnostics v_constraint = constraint_name;
    return v_constraint;
end;
$$;
create function pg_temp.fresh()
returns uuid
language sql
as $$
  select private.uuid_v7();
$$;

-- Once only.
select is(pg_temp.twin(k.tab, k.changes), k.key, k.key || ': ' || k.rule)
from (
  values
  ('public.download_grants', 'download_grants_order_item_id_product_id_key', 'one grant per order item and product', jsonb_build_object('id', pg_temp.fresh())),
  ('public.payments', 'payments_order_id_key', 'one payment per order', jsonb_build_object('id', pg_temp.fresh(), 'stripe_payment_intent_id', null)),
  ('public.payments', 'payments_stripe_payment_intent_id_key', 'a PaymentIntent pays one order', jsonb_build_object('id', pg_temp.fresh(), 'order_id', pg_temp.fresh())),
  ('public.order_items', 'order_items_order_id_variant_id_key', 'a variant is one line of an order', jsonb_build_object('id', pg_temp.fresh())),
  ('public.shop_orders', 'shop_orders_order_id_shop_id_key', 'a shop has one part of an order', jsonb_build_object('id', pg_temp.fresh())),
  ('public.shop_payment_accounts', 'shop_payment_accounts_stripe_account_id_key', 'a Stripe account is one shop''s', jsonb_build_object('shop_id', pg_temp.fresh())),
  ('private.stripe_events', 'stripe_events_pkey', 'an event is stored once', '{}'),
  ('private.idempotency_keys', 'idempotency_keys_pkey', 'a key names one request of a person', '{}'),
  ('private.download_tokens', 'download_tokens_token_sha256_key', 'a token opens one grant', jsonb_build_object('id', pg_temp.fresh())),
  ('private.personalized_files', 'personalized_files_payload_key', 'a mark names one copy', jsonb_build_object('id', pg_temp.fresh(), 'path', 'x', 'order_item_id', pg_temp.fresh())),
  ('private.payment_charges', 'payment_charges_stripe_charge_id_key', 'a charge belongs to one payment', jsonb_build_object('payment_id', pg_temp.fresh()))
) as k (tab, key, rule, changes);

-- Impossible.
select is(pg_temp.twin(c.tab, c.changes, c.of_which), c.name, c.name || ': ' || c.rule)
from (
  values
  ('public.product_variants', 'product_variants_reserved_stock_check', 'no more is held than there is', '{"stock": 1, "reserved": 2}'::jsonb, 'stock is not null'),
  ('public.product_variants', 'product_variants_price_amount_check', 'nothing is free', '{"price_amount": 0}', 'true'),
  ('public.shop_earnings', 'shop_earnings_split_check', 'fee and earnings are the total', '{"seller_amount": 1}', 'true'),
  ('public.orders', 'orders_total_check', 'a total is the sum of its parts', '{"shipping_amount": 1}', 'true'),
  ('public.orders', 'orders_paid_at_check', 'a paid order was paid at some time', '{"paid_at": null}', 'status = ''paid'''),
  ('public.order_items', 'order_items_total_check', 'a line is its price times its pieces', '{"unit_amount": 1}', 'true'),
  ('private.personalized_files', 'personalized_files_ready_check', 'a copy that is ready has a checksum', '{"state": "ready"}', 'true')
) as c (tab, name, rule, changes, of_which);

select * from finish();
rollback;
