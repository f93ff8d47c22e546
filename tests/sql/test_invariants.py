"""Each invariant holds after every kind of order, and each one can fail."""

from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest

from tests import invariants

# An order of each ending: paid, open, cancelled, expired, late and taken, late and refunded twice.
WORLD: LiteralString = """
select tests.world();
select tests.add_to_cart('stranger', 'poster');
select tests.check_out('stranger', 'open');
select tests.check_out('stranger', 'cancelled');
select tests.become('stranger');
select public.cancel_order(tests.ref('cancelled'));
select tests.check_out('stranger', 'expired');
select tests.expire('expired');
select tests.check_out('stranger', 'late');
select tests.expire('late');
select tests.pay('late', null);
select tests.add_to_cart('stranger', 'mug', 4);
select tests.check_out('stranger', 'refunded');
select tests.expire('refunded');
select tests.become('seller');
update public.product_variants set stock = 0 where id = tests.ref('mug/v');
select tests.pay('refunded');
select tests.remember('refund', (select p.id from public.payments as p
    where p.order_id = tests.ref('refunded')));
select tests.become_role('agora_workers');
select private.late_refund_done(tests.ref('refund'), 're_1', 'succeeded');
select tests.empty_cart('stranger');
select tests.add_to_cart('stranger', 'poster');
select tests.check_out('stranger', 'owed');
select tests.become('stranger');
select public.cancel_order(tests.ref('owed'));
select tests.pay('owed');
select tests.become('buyer');
select set_config('tests.token', encode(sha256(convert_to(
    public.issue_download_token(tests.ref('sale/ebook')) ->> 'token', 'utf8')), 'hex'), true);
select tests.become_role('agora_workers');
select tests.back();
select private.watermark_done(c.id, repeat('c', 64), 10, 'pdf')
from private.personalized_files as c;
select tests.add_file('owner', 'ebook', 'extra.pdf');
select tests.make_bundle('owner', 'alpha-shop', 'set', 1500, array['draft', 'poster']);
select tests.add_to_cart('stranger', 'set');
select tests.check_out('stranger', 'bundled');
select tests.pay('bundled');
select tests.become('buyer');
select public.issue_download_token(tests.ref('sale/ebook'));
select tests.become_role('agora_webhooks');
select private.redeem_download(current_setting('tests.token'), '192.0.2.1', null, null, null);
select tests.review('buyer', 'sale/ebook', 4, 'review');
select tests.make_code('owner', 'alpha-shop', 'TENTH', 1000, p_max_uses => 2, p_per_customer => 1);
select tests.empty_cart('buyer');
select tests.add_to_cart('buyer', 'poster');
select tests.become('buyer');
select public.apply_discount_code('TENTH');
select tests.check_out('buyer', 'discounted');
select tests.become('stranger');
insert into public.review_votes (review_id) values (tests.ref('review'));
insert into public.shop_follows (shop_id) values (tests.ref('alpha-shop'));
select public.note_view(tests.ref('mug'));
select tests.back();
set constraints all immediate;
"""

# How each invariant is broken, with triggers and foreign keys off. Check constraints that forbid
# the very thing are dropped first.
PLANTS: dict[str, LiteralString] = {
    "an-administrator-remains": """
        update public.user_roles set expires_at = now() + interval '1 day'""",
    "account-has-its-siblings": """
        delete from public.email_preferences where user_id = tests.id('buyer')""",
    "erased-account-is-empty": """
        insert into public.account_deletions (user_id, due_at, erased_at)
        values (tests.id('buyer'), now(), now())""",
    "search-has-every-listed-product": """
        delete from private.catalogue_changes;
        delete from private.product_search where product_id = tests.ref('mug')""",
    "search-words-are-counted": """
        insert into private.search_words (word, stem, documents) values ('nobody', 'nobodi', 1)""",
    "ledger-transaction-balances": """
        update private.ledger_entries set amount = amount + 1
        where id = (select min(id::text)::uuid from private.ledger_entries)""",
    "ledger-transaction-has-entries": """
        insert into private.ledger_transactions (kind, reference, order_id, currency)
        values ('sale', 'sale:nothing', tests.ref('open'), 'eur')""",
    "ledger-currency-balances": """
        update private.ledger_entries set currency = 'usd'
        where id = (select min(id::text)::uuid from private.ledger_entries)""",
    "order-is-sum-of-its-parts": """
        update public.orders set subtotal_amount = subtotal_amount + 1,
        total_amount = total_amount + 1 where id = tests.ref('open')""",
    "shop-order-is-sum-of-its-items": """
        update private.order_item_fees set platform_fee_amount = platform_fee_amount + 1
        where order_item_id = tests.ref('sale/mug')""",
    "payment-is-its-order": """
        update public.payments set amount = amount - 1 where order_id = tests.ref('open')""",
    "paid-order-has-its-payment-and-back": """
        update public.payments set status = 'failed' where order_id = tests.ref('sale')""",
    "shop-orders-share-the-orders-status": """
        update public.shop_orders set status = 'pending_payment'
        where order_id = tests.ref('sale')""",
    "sale-is-booked-to-the-cent": """
        delete from private.ledger_transactions where order_id = tests.ref('sale');
        delete from private.ledger_entries as e
        where not exists (select 1 from private.ledger_transactions t
            where t.id = e.transaction_id)""",
    "each-seller-is-owed-exactly": """
        update private.ledger_accounts set shop_id = tests.ref('alpha-shop'),
        currency = 'gbp' where shop_id = tests.ref('beta-shop')""",
    "stripe-fee-is-booked-once": """
        update private.payment_charges set stripe_fee_amount = 60
        where stripe_charge_id = 'ch_sale'""",
    "late-money-is-owed-until-refunded": """
        update public.payments set status = 'refunded' where order_id = tests.ref('owed')""",
    "captured-payment-has-its-charge": """
        delete from private.payment_charges where stripe_charge_id = 'ch_sale'""",
    "history-agrees-with-the-order": """
        insert into public.order_events (order_id, buyer_id, kind)
        values (tests.ref('sale'), tests.id('buyer'), 'paid')""",
    "stored-event-has-its-job": """
        update private.stripe_events set state = 'received' where event_id = 'evt_sale';
        delete from pgmq.q_stripe_events where message ->> 'id' = 'evt_sale'""",
    "job-has-its-event": """
        delete from private.stripe_events where event_id = 'evt_sale'""",
    "stock-is-never-negative": """
        alter table public.product_variants drop constraint product_variants_stock_check;
        alter table public.product_variants
        drop constraint product_variants_reserved_stock_check;
        update public.product_variants set stock = -1 where id = tests.ref('mug/v')""",
    "reserved-is-sum-of-held": """
        update public.product_variants set reserved = reserved + 1
        where id = tests.ref('poster/v')""",
    "reservation-follows-the-order": """
        update private.inventory_reservations set state = 'released'
        where order_id = tests.ref('sale')""",
    "refunds-within-captured": """
        update private.ledger_entries as e set amount = 2 * e.amount
        from private.ledger_transactions as t
        where t.id = e.transaction_id and t.kind = 'late_refund'""",
    "idempotency-key-answers-its-order": """
        update private.idempotency_keys set user_id = tests.id('owner')
        where key = 'checkout-sale'""",
    "one-order-per-idempotency-key": """
        insert into private.idempotency_keys (user_id, scope, key, request_hash, response)
        select user_id, scope, 'another-key', request_hash, response
        from private.idempotency_keys where key = 'checkout-sale'""",
    "downloads-within-limit": """
        alter table public.download_grants drop constraint download_grants_limit_check;
        update public.download_grants set downloads_used = download_limit + 1""",
    "downloads-used-is-count-of-granted": """
        update public.download_grants set downloads_used = downloads_used + 1""",
    "nothing-granted-after-the-end": """
        update public.download_grants set revoked_at = now() - interval '1 hour',
        revoked_reason = 'refunded'""",
    "grant-exactly-for-paid-digital-items": """
        delete from public.download_grants""",
    "token-is-a-hash": """
        alter table private.download_tokens
        drop constraint download_tokens_token_sha256_check;
        update private.download_tokens set token_sha256 = token_sha256 || 'x'""",
    "copy-belongs-to-a-paid-item": """
        update private.personalized_files set order_item_id = tests.ref('sale/mug')
        where id = (select min(id::text)::uuid from private.personalized_files)""",
    "mark-names-one-copy": """
        alter table private.personalized_files drop constraint personalized_files_payload_key;
        update private.personalized_files set payload = '0000000000000000'""",
    "pending-copy-has-its-job": """
        delete from pgmq.q_watermark""",
    "queued-email-has-its-job": """
        delete from pgmq.q_email""",
    "late-payment-has-its-refund-job": """
        delete from pgmq.q_payments""",
    "paid-order-has-one-receipt": """
        delete from private.email_messages where entity_id = tests.ref('sale')""",
    "order-change-has-its-events": """
        delete from private.realtime_outbox
        where channel = 'private-order-' || tests.ref('sale') and event = 'order.paid'""",
    "paid-shop-order-has-its-event": """
        delete from private.realtime_outbox
        where channel = 'private-shop-' || tests.ref('beta-shop')""",
    "realtime-reader-is-not-ahead": """
        update private.realtime_consumers set last_id = 1000000""",
    "job-is-not-tried-for-ever": """
        update pgmq.q_email set read_ct = 16""",
    "listing-follows-product-and-shop": """
        update public.products set is_listed = false where id = tests.ref('mug')""",
    "children-follow-the-product": """
        update public.product_variants set is_listed = false where id = tests.ref('mug/v')""",
    "product-figures-are-a-recount": """
        update public.products set min_price_amount = 1 where id = tests.ref('mug')""",
    "sales-count-is-a-recount": """
        update public.products set sales_count = sales_count + 1 where id = tests.ref('mug')""",
    "category-path-follows-the-tree": """
        update public.categories set path = 'elsewhere' where path = 'books.poetry'""",
    "unfinished-import-has-its-job": """
        insert into public.import_jobs (shop_id, mode, state)
        values (tests.ref('alpha-shop'), 'best_effort', 'running')""",
    "finished-import-left-nothing": """
        with job as (
          insert into public.import_jobs (shop_id, mode, state, finished_at)
          values (tests.ref('alpha-shop'), 'best_effort', 'done', now()) returning id
        )
        insert into private.import_staged (job_id, line, sku, product_key, is_first)
        select id, 2, 'a', 'a', true from job""",
    "shop-has-owner-and-account": """
        delete from public.shop_members where user_id = tests.id('seller')""",
    "shop-state-has-its-notice": """
        update public.shops set status = 'suspended' where id = tests.ref('beta-shop')""",
    "payment-notice-follows-the-account": """
        insert into public.shop_notices (shop_id, kind, reason)
        values (tests.ref('beta-shop'), 'payment_attention', 'x')""",
    "former-slug-is-nobodys": """
        insert into private.shop_slug_history (slug, shop_id)
        values ('alpha-shop', tests.ref('beta-shop'))""",
    "account-has-profile": """
        delete from public.profiles where id = tests.id('admin')""",
    "payment-is-audited": """
        update public.payments set status = 'processing' where order_id = tests.ref('open')""",
    "default-partition-is-empty": """
        insert into partitions.orders_default
        (id, buyer_id, currency, subtotal_amount, total_amount, expires_at)
        values ('ffffffff-ffff-7fff-bfff-ffffffffffff', tests.id('buyer'), 'eur', 1, 1, now())""",
    "rating-is-a-recount": """
        update public.products set rating_counts = '{0,0,0,0,1}' where id = tests.ref('ebook')""",
    "review-is-of-a-paid-purchase": """
        update private.reviewed_items set order_item_id = tests.ref('sale/mug')""",
    "helpful-count-is-count-of-votes": """
        update public.review_votes set user_id = tests.id('buyer')""",
    "follower-count-is-count-of-follows": """
        delete from public.shop_follows""",
    "viewed-is-capped": """
        insert into public.recently_viewed (user_id, product_id)
        select tests.id('buyer'), gen_random_uuid() from generate_series(1, 51)""",
    "discount-is-sum-of-its-parts": """
        update public.order_items set discount_amount = discount_amount + 1,
        total_amount = total_amount - 1 where order_id = tests.ref('discounted')""",
    "redemption-follows-the-order": """
        update private.discount_redemptions set state = 'released'""",
    "uses-of-a-code-within-its-caps": """
        update public.discount_codes set uses = 2""",
    "next-three-months-have-partitions": """
        do $$
        begin
          execute format('alter table public.orders detach partition partitions.%I',
            'orders_' || to_char(now() at time zone 'UTC' + interval '2 months', 'YYYY_MM'));
        end $$""",
}


@pytest.fixture
def world(sql_database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(sql_database) as connection:
        connection.execute(WORLD)
        yield connection
        connection.rollback()


def test_all_hold(world: psycopg.Connection[Any]) -> None:
    assert [str(violation) for violation in invariants.check(world)] == []


def test_hold_in_an_empty_database(sql_database: str) -> None:
    assert [str(violation) for violation in invariants.run(sql_database)] == []


def test_each_is_tried() -> None:
    assert set(PLANTS) == set(invariants.queries())


@pytest.mark.parametrize("name", sorted(PLANTS))
def test_can_fail(world: psycopg.Connection[Any], name: str) -> None:
    world.execute("set local session_replication_role = replica")
    world.execute(PLANTS[name])
    assert name in {violation.name for violation in invariants.check(world)}
