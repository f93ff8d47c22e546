-- What always holds: every query returns no row, after any load, crash or replay, at any moment
-- between transactions. Read by tests/invariants.py, as superuser or postgres.

-- name: ledger-transaction-balances
select e.transaction_id, sum(e.amount) as sum, count(*) as entries
from private.ledger_entries as e
group by e.transaction_id
having sum(e.amount) <> 0 or count(*) < 2;

-- name: ledger-transaction-has-entries
select t.id, t.reference
from private.ledger_transactions as t
where not exists (select 1 from private.ledger_entries as e where e.transaction_id = t.id);

-- name: ledger-currency-balances
select e.currency, sum(e.amount) as sum
from private.ledger_entries as e
group by e.currency
having sum(e.amount) <> 0;

-- name: order-is-sum-of-its-parts
select o.id, o.total_amount, s.total as shop_orders, i.total as items
from public.orders as o
left join lateral (
  select coalesce(sum(s.total_amount), 0) as total from public.shop_orders as s
  where s.order_id = o.id
) as s on true
left join lateral (
  select coalesce(sum(i.total_amount), 0) as total from public.order_items as i
  where i.order_id = o.id
) as i on true
where o.total_amount <> s.total or o.total_amount <> i.total;

-- name: shop-order-is-sum-of-its-items
select s.id, s.total_amount, i.total as items, e.total_amount as earnings, f.fee as item_fees,
  e.platform_fee_amount
from public.shop_orders as s
left join public.shop_earnings as e on e.shop_order_id = s.id
left join lateral (
  select coalesce(sum(n.total_amount), 0) as total from public.order_items as n
  where n.shop_order_id = s.id
) as i on true
left join lateral (
  select coalesce(sum(p.platform_fee_amount), 0) as fee
  from public.order_items as n
  inner join private.order_item_fees as p on p.order_item_id = n.id
  where n.shop_order_id = s.id
) as f on true
where s.total_amount <> i.total or e.total_amount is distinct from s.total_amount
  or e.platform_fee_amount is distinct from f.fee;

-- name: payment-is-its-order
select p.id, p.amount, p.currency, o.total_amount, o.currency as order_currency
from public.orders as o
left join public.payments as p on p.order_id = o.id
where p.id is null or p.amount <> o.total_amount or p.currency <> o.currency
  or p.buyer_id <> o.buyer_id;

-- name: paid-order-has-its-payment-and-back
select o.id, o.status as order_status, p.status as payment_status
from public.orders as o
inner join public.payments as p on p.order_id = o.id
where (o.status = 'paid') <> (p.status = 'succeeded');

-- name: shop-orders-share-the-orders-status
select s.id, s.status, o.status as order_status
from public.shop_orders as s
inner join public.orders as o on o.id = s.order_id
where s.status <> o.status or s.buyer_id <> o.buyer_id or s.currency <> o.currency;

-- name: sale-is-booked-to-the-cent
-- What Stripe got = what sellers are owed + what the platform earned.
select o.id, p.amount, b.received, b.sellers, b.platform, b.fees
from public.orders as o
inner join public.payments as p on p.order_id = o.id
left join lateral (
  select
    coalesce(sum(e.amount) filter (where a.code in ('stripe_balance', 'stripe_fees') and t.kind = 'sale'), 0) as received,
    coalesce(-sum(e.amount) filter (where a.code = 'seller_payable'), 0) as sellers,
    coalesce(-sum(e.amount) filter (where a.code = 'platform_revenue'), 0) as platform,
    coalesce(sum(e.amount) filter (where a.code = 'stripe_fees'), 0) as fees
  from private.ledger_transactions as t
  inner join private.ledger_entries as e on e.transaction_id = t.id
  inner join private.ledger_accounts as a on a.id = e.account_id
  where t.order_id = o.id
) as b on true
left join lateral (
  select coalesce(sum(n.seller_amount), 0) as sellers, coalesce(sum(n.platform_fee_amount), 0) as platform
  from public.shop_orders as s
  inner join public.shop_earnings as n on n.shop_order_id = s.id
  where s.order_id = o.id
) as n on true
where case
  when o.status = 'paid'
    then b.received <> p.amount or b.sellers <> n.sellers or b.platform <> n.platform
      or b.sellers + b.platform <> p.amount
  else b.received <> 0 or b.sellers <> 0 or b.platform <> 0
end;

-- name: each-seller-is-owed-exactly
select s.id, n.seller_amount, b.owed
from public.shop_orders as s
inner join public.shop_earnings as n on n.shop_order_id = s.id
left join lateral (
  select coalesce(-sum(e.amount), 0) as owed
  from private.ledger_transactions as t
  inner join private.ledger_entries as e on e.transaction_id = t.id
  inner join private.ledger_accounts as a on a.id = e.account_id
  where t.order_id = s.order_id and a.code = 'seller_payable' and a.shop_id = s.shop_id
) as b on true
where b.owed <> case when s.status = 'paid' then n.seller_amount else 0 end;

-- name: stripe-fee-is-booked-once
select c.payment_id, c.stripe_fee_amount, b.fee
from private.payment_charges as c
inner join public.payments as p on p.id = c.payment_id
left join lateral (
  select coalesce(sum(e.amount), 0) as fee
  from private.ledger_transactions as t
  inner join private.ledger_entries as e on e.transaction_id = t.id
  inner join private.ledger_accounts as a on a.id = e.account_id
  where t.order_id = p.order_id and a.code = 'stripe_fees'
) as b on true
where coalesce(c.stripe_fee_amount, 0) <> b.fee;

-- name: late-money-is-owed-until-refunded
select p.id, p.status, p.amount, b.owed
from public.payments as p
left join lateral (
  select coalesce(-sum(e.amount), 0) as owed, count(*) as lines
  from private.ledger_transactions as t
  inner join private.ledger_entries as e on e.transaction_id = t.id
  inner join private.ledger_accounts as a on a.id = e.account_id
  where t.order_id = p.order_id and a.code = 'refunds_payable'
) as b on true
where b.owed <> case when p.status = 'refund_pending' then p.amount else 0 end
  or b.lines <> case p.status when 'refund_pending' then 1 when 'refunded' then 2 else 0 end;

-- name: captured-payment-has-its-charge
select p.id, p.status
from public.payments as p
left join private.payment_charges as c on c.payment_id = p.id
where (p.status in ('succeeded', 'refund_pending', 'refunded')) <> (c.payment_id is not null)
  or (p.status = 'refunded') <> (c.refund_id is not null);

-- name: history-agrees-with-the-order
-- A terminal state is reached once and never left.
select o.id, o.status, h.paid, h.cancelled, h.expired
from public.orders as o
left join lateral (
  select count(*) filter (where e.kind = 'paid') as paid,
    count(*) filter (where e.kind = 'cancelled') as cancelled,
    count(*) filter (where e.kind = 'expired') as expired
  from public.order_events as e where e.order_id = o.id
) as h on true
where h.paid <> (o.status = 'paid')::integer
  or h.cancelled <> (o.status = 'cancelled')::integer
  or h.expired > 1
  or (o.status = 'expired' and h.expired <> 1);

-- name: stored-event-has-its-job
select s.event_id, s.state
from private.stripe_events as s
where s.state = 'received'
  and not exists (select 1 from pgmq.q_stripe_events as q where q.message ->> 'id' = s.event_id)
  and not exists (
    select 1 from private.held_jobs as h
    where h.queue = 'stripe_events' and h.message ->> 'id' = s.event_id
      and coalesce(h.resolution, 'held') <> 'replayed'
  );

-- name: job-has-its-event
select q.msg_id, q.message
from pgmq.q_stripe_events as q
where not exists (select 1 from private.stripe_events as s where s.event_id = q.message ->> 'id');

-- name: stock-is-never-negative
select v.id, v.stock, v.reserved
from public.product_variants as v
where v.stock < 0 or v.reserved < 0 or v.reserved > v.stock;

-- name: reserved-is-sum-of-held
select v.id, v.reserved, r.held
from public.product_variants as v
left join lateral (
  select coalesce(sum(r.quantity), 0) as held from private.inventory_reservations as r
  where r.variant_id = v.id and r.state = 'held'
) as r on true
where v.reserved <> r.held;

-- name: reservation-follows-the-order
select r.order_item_id, r.state, o.status, r.quantity, g.quantity as ordered
from private.inventory_reservations as r
inner join public.order_items as i on i.id = r.order_item_id
inner join public.orders as o on o.id = r.order_id
left join lateral ( -- noqa: ST05
  select sum(w.quantity) as quantity from (
    select i.quantity where i.variant_id = r.variant_id
    union all
    select i.quantity * (c ->> 'quantity')::integer from jsonb_array_elements(i.components) as c
    where (c ->> 'variant_id')::uuid = r.variant_id
  ) as w
) as g on true
where r.state <> case o.status
  when 'pending_payment' then 'held' when 'paid' then 'consumed' else 'released'
end
or r.quantity is distinct from g.quantity or r.order_id <> i.order_id;

-- name: refunds-within-captured
select p.id, p.amount, b.refunded
from public.payments as p
inner join lateral (
  select -sum(e.amount) as refunded
  from private.ledger_transactions as t
  inner join private.ledger_entries as e on e.transaction_id = t.id
  inner join private.ledger_accounts as a on a.id = e.account_id
  where t.order_id = p.order_id and t.kind = 'late_refund' and a.code = 'stripe_balance'
) as b on true
where b.refunded > p.amount;

-- name: idempotency-key-answers-its-order
select k.user_id, k.key, k.response
from private.idempotency_keys as k
left join public.orders as o on o.id = (k.response ->> 'order_id')::uuid
where k.scope = 'checkout' and o.buyer_id is distinct from k.user_id;

-- name: one-order-per-idempotency-key
select k.response ->> 'order_id' as order_id, count(*) as keys
from private.idempotency_keys as k
where k.scope = 'checkout'
group by k.response ->> 'order_id'
having count(*) > 1;

-- name: downloads-within-limit
select g.id, g.downloads_used, g.download_limit
from public.download_grants as g
where g.downloads_used > g.download_limit or g.downloads_used < 0;

-- name: downloads-used-is-count-of-granted
select g.id, g.downloads_used, a.granted
from public.download_grants as g
left join lateral (
  select count(*) as granted from private.download_attempts as a
  where a.grant_id = g.id and a.outcome = 'granted'
) as a on true
where g.downloads_used <> a.granted;

-- name: nothing-granted-after-the-end
select a.id, a.outcome, a.created_at, g.revoked_at, g.expires_at, t.expires_at as token_expires_at
from private.download_attempts as a
inner join public.download_grants as g on g.id = a.grant_id
inner join private.download_tokens as t on t.id = a.token_id
where a.outcome in ('granted', 'resumed')
  and (a.created_at > g.revoked_at or a.created_at > g.expires_at or a.created_at > t.expires_at);

-- name: grant-exactly-for-paid-digital-items
-- Of a bundle, for each digital product that it held when it was ordered.
with due as (
  select i.id as item_id, i.order_id, i.buyer_id, d.product_id
  from public.order_items as i
  inner join public.orders as o on o.id = i.order_id and o.status = 'paid'
  cross join lateral (
    select i.product_id where i.kind = 'digital' and i.components = '[]'
    union
    select (c ->> 'product_id')::uuid from jsonb_array_elements(i.components) as c
    where c ->> 'kind' = 'digital'
  ) as d
)

select d.item_id, d.product_id, g.id as grant_id
from due as d
full join public.download_grants as g
  on g.order_item_id = d.item_id and g.product_id = d.product_id
where d.item_id is null or g.id is null
  or g.buyer_id <> d.buyer_id or g.order_id <> d.order_id;

-- name: token-is-a-hash
select t.id from private.download_tokens as t where octet_length(t.token_sha256) <> 32;

-- name: copy-belongs-to-a-paid-item
select c.id, c.order_item_id
from private.personalized_files as c
inner join public.order_items as i on i.id = c.order_item_id
inner join public.product_files as f on f.id = c.product_file_id
where i.paid_at is null or not exists (
  select 1 from public.download_grants as g
  where g.order_item_id = i.id and g.product_id = f.product_id
);

-- name: mark-names-one-copy
select c.payload, count(*) as copies
from private.personalized_files as c
group by c.payload
having count(*) > 1;

-- name: pending-copy-has-its-job
select c.id
from private.personalized_files as c
where c.state = 'pending'
  and not exists (select 1 from pgmq.q_watermark as q where q.message ->> 'id' = c.id::text)
  and not exists (
    select 1 from private.held_jobs as h
    where h.queue = 'watermark' and h.message ->> 'id' = c.id::text
      and coalesce(h.resolution, 'held') <> 'replayed'
  );

-- name: queued-email-has-its-job
select m.id, m.template
from private.email_messages as m
where m.state = 'queued'
  and not exists (select 1 from pgmq.q_email as q where q.message ->> 'id' = m.id::text)
  and not exists (
    select 1 from private.held_jobs as h
    where h.queue = 'email' and h.message ->> 'id' = m.id::text
      and coalesce(h.resolution, 'held') <> 'replayed'
  );

-- name: late-payment-has-its-refund-job
select p.id
from public.payments as p
where p.status = 'refund_pending'
  and not exists (
    select 1 from pgmq.q_payments as q
    where q.message ->> 'id' = p.id::text and q.message ->> 'task' = 'refund_late_payment'
  )
  and not exists (
    select 1 from private.held_jobs as h
    where h.queue = 'payments' and h.message ->> 'id' = p.id::text
      and coalesce(h.resolution, 'held') <> 'replayed'
  );

-- name: paid-order-has-one-receipt
select o.id, o.status, count(m.id) as receipts
from public.orders as o
left join private.email_messages as m on m.entity_id = o.id and m.template = 'receipt'
group by o.id, o.status
having count(m.id) <> (o.status = 'paid')::integer;

-- name: order-change-has-its-events
-- One per state that was reached, for the order's channel and the buyer's; in outbox or log.
select o.id, o.status, x.channel, x.created, x.paid, x.cancelled, x.expired
from public.orders as o
cross join lateral (
  select c.channel,
    count(*) filter (where r.event = 'order.created') as created,
    count(*) filter (where r.event = 'order.paid') as paid,
    count(*) filter (where r.event = 'order.cancelled') as cancelled,
    count(*) filter (where r.event = 'order.expired') as expired
  from unnest(array['private-order-' || o.id, 'private-user-' || o.buyer_id]) as c (channel)
  left join lateral (
    select b.event from private.realtime_outbox as b
    where b.channel = c.channel and b.data ->> 'order_id' = o.id::text
    union all
    select e.event from private.realtime_events as e
    where e.channel = c.channel and e.data ->> 'order_id' = o.id::text
  ) as r on true
  group by c.channel
) as x
where x.created <> 1 or x.paid <> (o.status = 'paid')::integer
  or x.cancelled <> (o.status = 'cancelled')::integer
  or x.expired > 1 or (o.status = 'expired' and x.expired <> 1);

-- name: paid-shop-order-has-its-event
select s.id, s.status, count(r.event) as events
from public.shop_orders as s
left join lateral (
  select b.event from private.realtime_outbox as b
  where b.channel = 'private-shop-' || s.shop_id and b.data ->> 'shop_order_id' = s.id::text
  union all
  select e.event from private.realtime_events as e
  where e.channel = 'private-shop-' || s.shop_id and e.data ->> 'shop_order_id' = s.id::text
) as r on true
group by s.id, s.status
having count(r.event) <> (s.status = 'paid')::integer;

-- name: realtime-reader-is-not-ahead
select c.name, c.last_id
from private.realtime_consumers as c
where c.last_id > (select coalesce(max(e.id), 0) from private.realtime_events as e);

-- name: job-is-not-tried-for-ever
-- One attempt beyond the limit is a worker that was killed after its last read.
select q.queue, q.msg_id, q.read_ct
from (
  select 'stripe_events' as queue, j.msg_id, j.read_ct from pgmq.q_stripe_events as j
  union all
  select 'payments', j.msg_id, j.read_ct from pgmq.q_payments as j
  union all
  select 'watermark', j.msg_id, j.read_ct from pgmq.q_watermark as j
  union all
  select 'email', j.msg_id, j.read_ct from pgmq.q_email as j
  union all
  select 'storage', j.msg_id, j.read_ct from pgmq.q_storage as j
) as q
inner join private.queues as n on n.name = q.queue
where q.read_ct > n.max_attempts + 5;

-- name: listing-follows-product-and-shop
select p.id, p.is_listed, p.status, s.status as shop_status
from public.products as p
inner join public.shops as s on s.id = p.shop_id
where p.is_listed <> (p.status = 'active' and s.status = 'active');

-- name: children-follow-the-product
select v.id, v.is_listed, v.shop_id, p.is_listed as product_listed, p.shop_id as product_shop
from public.product_variants as v
inner join public.products as p on p.id = v.product_id
where v.is_listed <> p.is_listed or v.shop_id <> p.shop_id
union all
select i.id, i.is_listed, i.shop_id, p.is_listed as product_listed, p.shop_id as product_shop
from public.product_images as i
inner join public.products as p on p.id = i.product_id
where i.is_listed <> p.is_listed or i.shop_id <> p.shop_id
union all
select o.id, o.is_listed, o.shop_id, p.is_listed as product_listed, p.shop_id as product_shop
from public.product_options as o
inner join public.products as p on p.id = o.product_id
where o.is_listed <> p.is_listed or o.shop_id <> p.shop_id
union all
select t.product_id, t.is_listed, t.shop_id, p.is_listed as product_listed, p.shop_id as product_shop
from public.product_tags as t
inner join public.products as p on p.id = t.product_id
where t.is_listed <> p.is_listed or t.shop_id <> p.shop_id
union all
select b.variant_id, b.is_listed, b.shop_id, p.is_listed as product_listed, p.shop_id as product_shop
from public.product_bundle_items as b
inner join public.products as p on p.id = b.bundle_id
where b.is_listed <> p.is_listed or b.shop_id <> p.shop_id;

-- name: product-figures-are-a-recount
select p.id, p.min_price_amount, p.price_currency, p.is_available, v.min_price, v.available
from public.products as p
left join lateral (
  select
    min(coalesce(w.minimum_amount, w.price_amount)) as min_price, min(w.currency) as currency,
    count(distinct w.currency) as currencies, coalesce(bool_or(w.stock is null or w.available > 0), false) as available
  from public.product_variants as w where w.product_id = p.id
) as v on true
where (p.min_price_amount, p.price_currency) is distinct from (v.min_price, v.currency)
  or v.currencies > 1
  or p.is_available <> (v.available and not exists (
    select 1 from public.product_bundle_items as b
    inner join public.product_variants as c on c.id = b.variant_id
    where b.bundle_id = p.id and c.available < b.quantity
  ));

-- name: sales-count-is-a-recount
select p.id, p.sales_count, coalesce(s.quantity, 0) as sold
from public.products as p
left join ( -- noqa: ST05
  select i.product_id, sum(i.quantity) as quantity
  from public.order_items as i
  inner join public.orders as o on o.id = i.order_id and o.status = 'paid'
  group by i.product_id
) as s on s.product_id = p.id
where p.sales_count <> coalesce(s.quantity, 0);

-- name: category-path-follows-the-tree
select c.id, c.path, p.path as parent_path
from public.categories as c
left join public.categories as p on p.id = c.parent_id
where c.path::text <> concat_ws('.', p.path::text, replace(c.slug, '-', '_'));

-- name: unfinished-import-has-its-job
select j.id, j.state
from public.import_jobs as j
where j.state in ('queued', 'running')
  and not exists (select 1 from pgmq.q_imports as q where q.message ->> 'id' = j.id::text)
  and not exists (
    select 1 from private.held_jobs as h
    where h.queue = 'imports' and h.message ->> 'id' = j.id::text and h.resolved_at is null
  );

-- name: finished-import-left-nothing
select s.job_id, j.state, count(*) as staged
from private.import_staged as s
inner join public.import_jobs as j on j.id = s.job_id
where j.state in ('done', 'failed', 'cancelled')
group by s.job_id, j.state;

-- name: shop-has-owner-and-account
select s.id
from public.shops as s
where (
  select count(*) from public.shop_members as m where m.shop_id = s.id and m.role = 'owner'
) <> 1
or not exists (select 1 from public.shop_payment_accounts as a where a.shop_id = s.id);

-- name: shop-state-has-its-notice
-- A suspended or closed shop says why; an open one says nothing of the kind.
select s.id, s.status, n.kinds
from public.shops as s
left join lateral (
  select coalesce(array_agg(n.kind), '{}') as kinds from public.shop_notices as n
  where n.shop_id = s.id and n.resolved_at is null and n.kind in ('suspended', 'closed')
) as n on true
where n.kinds <> case
  when s.status in ('suspended', 'closed') then array[s.status::text] else '{}'::text[]
end;

-- name: payment-notice-follows-the-account
select n.id, n.shop_id
from public.shop_notices as n
inner join public.shop_payment_accounts as a on a.shop_id = n.shop_id
where n.kind = 'payment_attention' and n.resolved_at is null
  and a.transfers_capability = 'active';

-- name: former-slug-is-nobodys
select h.slug, s.id
from private.shop_slug_history as h
inner join public.shops as s on s.slug = h.slug;

-- name: account-has-profile
select u.id from auth.users as u
where not exists (select 1 from public.profiles as p where p.id = u.id);

-- name: payment-is-audited
select p.id, p.status
from public.payments as p
where p.status::text is distinct from (
  select a.new ->> 'status' from private.audit_log as a
  where a.entity = 'payments' and a.entity_id = p.id::text
  order by a.occurred_at desc limit 1
);

-- name: default-partition-is-empty
select o.id from partitions.orders_default as o;

-- name: next-three-months-have-partitions
select m.name
from (
  select 'orders_' || to_char(
    date_trunc('month', now() at time zone 'UTC') + make_interval(months => n.n), 'YYYY_MM'
  ) as name
  from generate_series(0, 3) as n (n)
) as m
where not exists (
  select 1 from pg_inherits as i
  inner join pg_class as c on c.oid = i.inhrelid
  where i.inhparent = 'public.orders'::regclass and c.relname = m.name
);

-- name: an-administrator-remains
-- Where there was ever one.
select 'no administrator' as fault
where exists (select 1 from public.user_roles as r where r.role = 'admin')
  and not exists (
    select 1 from public.user_roles as r
    where r.role = 'admin' and r.expires_at is null and not exists (
      select 1 from public.user_sanctions as s
      where s.user_id = r.user_id and s.kind in ('suspend', 'ban') and s.lifted_at is null
        and (s.until is null or s.until > now())
    )
  );

-- name: account-has-its-siblings
select p.id, r.user_id as private_part, e.user_id as preferences
from public.profiles as p
left join public.profile_private as r on r.user_id = p.id
left join public.email_preferences as e on e.user_id = p.id
left join public.account_deletions as d on d.user_id = p.id and d.erased_at is not null
where (r.user_id is null or e.user_id is null) and d.id is null;

-- name: erased-account-is-empty
select d.user_id
from public.account_deletions as d
inner join auth.users as u on u.id = d.user_id
inner join public.profiles as p on p.id = d.user_id
where d.erased_at is not null and (
  u.email not like 'deleted-%@deleted.invalid' or u.encrypted_password is not null
  or p.handle not like 'deleted\_%' or p.display_name <> '' or p.bio <> '' or p.avatar_path is not null
  or exists (select 1 from public.addresses as a where a.user_id = d.user_id)
  or exists (select 1 from public.profile_private as r where r.user_id = d.user_id)
  or exists (select 1 from auth.sessions as s where s.user_id = d.user_id)
);

-- name: rating-is-a-recount
-- Hidden reviews do not count.
select p.id, p.rating_count, p.rating_sum, p.rating_counts, r.counts
from public.products as p
left join lateral (
  select
    count(*) as n, coalesce(sum(r.stars), 0) as stars,
    array[
      count(*) filter (where r.stars = 1), count(*) filter (where r.stars = 2),
      count(*) filter (where r.stars = 3), count(*) filter (where r.stars = 4),
      count(*) filter (where r.stars = 5)
    ] as counts
  from public.product_reviews as r
  where r.product_id = p.id and r.status = 'visible'
) as r on true
where p.rating_count <> r.n or p.rating_sum <> r.stars or p.rating_counts::bigint[] <> r.counts;

-- name: review-is-of-a-paid-purchase
select r.id, r.product_id, i.product_id as bought, i.paid_at
from public.product_reviews as r
left join private.reviewed_items as b on b.review_id = r.id
left join public.order_items as i on i.id = b.order_item_id
where i.id is null or i.paid_at is null or i.product_id <> r.product_id
  or i.shop_id <> r.shop_id or i.buyer_id <> r.author_id;

-- name: helpful-count-is-count-of-votes
select r.id, r.helpful_count, v.n
from public.product_reviews as r
left join lateral (
  select count(*) as n from public.review_votes as v where v.review_id = r.id
) as v on true
where r.helpful_count <> v.n
  or exists (
    select 1 from public.review_votes as o where o.review_id = r.id and o.user_id = r.author_id
  );

-- name: follower-count-is-count-of-follows
select s.id, s.follower_count, f.n
from public.shops as s
left join lateral (
  select count(*) as n from public.shop_follows as f where f.shop_id = s.id
) as f on true
where s.follower_count <> f.n;

-- name: viewed-is-capped
select v.user_id, count(*) as n
from public.recently_viewed as v
group by v.user_id
having count(*) > 50;

-- name: discount-is-sum-of-its-parts
-- To the cent over shops and items, never more than an item costs, and from a code.
select o.id, o.discount_amount, s.discount as shop_orders, i.discount as items, r.discount as codes
from public.orders as o
left join lateral (
  select coalesce(sum(s.discount_amount), 0) as discount, coalesce(sum(s.subtotal_amount), 0) as subtotal
  from public.shop_orders as s where s.order_id = o.id
) as s on true
left join lateral (
  select coalesce(sum(i.discount_amount), 0) as discount,
    coalesce(bool_or(i.discount_amount > i.unit_amount * i.quantity), false) as excess
  from public.order_items as i where i.order_id = o.id
) as i on true
left join lateral (
  select coalesce(sum(r.amount), 0) as discount
  from private.discount_redemptions as r where r.order_id = o.id
) as r on true
where o.discount_amount <> s.discount or o.discount_amount <> i.discount
  or o.discount_amount <> r.discount or o.subtotal_amount <> s.subtotal or i.excess;

-- name: redemption-follows-the-order
select r.shop_order_id, r.state, o.status, r.amount, s.discount_amount
from private.discount_redemptions as r
inner join public.shop_orders as s on s.id = r.shop_order_id
inner join public.orders as o on o.id = r.order_id
inner join public.discount_codes as k on k.id = r.code_id
where r.state <> case o.status
  when 'pending_payment' then 'held' when 'paid' then 'consumed' else 'released'
end
or r.amount <> s.discount_amount or r.order_id <> s.order_id or r.buyer_id <> o.buyer_id
or k.shop_id <> s.shop_id;

-- name: uses-of-a-code-within-its-caps
select k.id, k.uses, r.n, k.max_uses, c.most, k.max_uses_per_customer
from public.discount_codes as k
left join lateral (
  select count(*) as n from private.discount_redemptions as d
  where d.code_id = k.id and d.state <> 'released'
) as r on true
left join lateral (
  select count(*) as most from private.discount_redemptions as d
  where d.code_id = k.id and d.state <> 'released'
  group by d.buyer_id
  order by most desc
  limit 1
) as c on true
where k.uses <> r.n or r.n > k.max_uses or c.most > k.max_uses_per_customer;

-- name: search-has-every-listed-product
with listed as (select p.id from public.products as p where p.is_listed)

select coalesce(p.id, s.product_id) as product_id
from listed as p
full join private.product_search as s on s.product_id = p.id
where (p.id is null or s.product_id is null) and not exists (
  select 1 from private.catalogue_changes as c
  where c.entity_id = coalesce(p.id, s.product_id) or c.spread_after is not null
);

-- name: search-words-are-counted
with used as (select unnest(s.words) as word from private.product_search as s),

counted as (select u.word, count(*) as uses from used as u group by u.word)

select w.documents, c.uses, coalesce(w.word, c.word) as word
from private.search_words as w
full join counted as c on c.word = w.word
where w.documents is distinct from c.uses;
