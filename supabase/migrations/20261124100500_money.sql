-- Stripe's inbox, the platform fee, the double-entry ledger, reservations, idempotency keys.
set lock_timeout = '5s';

create table private.stripe_events (
    event_id text primary key,
    endpoint text not null check (endpoint in ('platform', 'connect')),
    type text not null,
    account text,
    api_version text,
    created_at timestamptz not null,
    livemode boolean not null,
    payload jsonb not null,
    request_id text,
    state text not null default 'received',
    received_at timestamptz not null default now(),
    applied_at timestamptz,
    constraint stripe_events_state_check check (state in ('received', 'applied', 'ignored'))
);
create index stripe_events_open_idx on private.stripe_events (received_at)
where state = 'received';
comment on table private.stripe_events is
'Inbox: each event once, whatever Stripe repeats. A job that cannot apply one is held in private.held_jobs.';

create table private.payment_charges (
    payment_id uuid primary key references public.payments (id) on delete restrict,
    stripe_charge_id text not null unique,
    stripe_fee_amount bigint check (stripe_fee_amount >= 0),
    refund_id text unique,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table private.payment_charges is
'What the buyer need not see of a payment: Stripe''s charge, its fee (minor units, null until known), a late payment''s refund.';

create table private.fee_schedules (
    id uuid primary key default private.uuid_v7(),
    shop_id uuid references public.shops (id) on delete cascade,
    currency text not null references private.currencies (code),
    basis_points integer not null check (basis_points between 0 and 10000),
    fixed_amount bigint not null check (fixed_amount >= 0),
    hold_days integer not null default 7 check (hold_days between 0 and 90),
    effective_from timestamptz not null default now(),
    unique nulls not distinct (shop_id, currency, effective_from)
);
create index on private.fee_schedules (currency);
comment on table private.fee_schedules is
'The platform''s commission per shop order; shop_id null is the default. The newest effective row counts.';

insert into private.fee_schedules (currency, basis_points, fixed_amount, effective_from)
values
('usd', 875, 30, '2020-01-01'), ('eur', 875, 30, '2020-01-01'),
('gbp', 875, 25, '2020-01-01'), ('jpy', 875, 40, '2020-01-01');

create table private.order_item_fees (
    order_item_id uuid primary key references public.order_items (id) on delete restrict,
    platform_fee_amount bigint not null check (platform_fee_amount >= 0)
);
comment on table private.order_item_fees is
'The shop order''s fee split over its items by largest remainder, so that a refund by item returns exactly its part.';

create table private.ledger_accounts (
    id uuid primary key default private.uuid_v7(),
    code text not null check (
        code in (
            'stripe_balance', 'stripe_fees', 'seller_payable', 'platform_revenue', 'refunds_payable'
        )
    ),
    shop_id uuid references public.shops (id) on delete restrict,
    currency text not null references private.currencies (code),
    unique nulls not distinct (code, shop_id, currency),
    unique (id, currency),
    constraint ledger_accounts_shop_check check ((code = 'seller_payable') = (shop_id is not null))
);
create index on private.ledger_accounts (shop_id);
create index on private.ledger_accounts (currency);
comment on table private.ledger_accounts is
'stripe_balance: asset; stripe_fees: expense; seller_payable (per shop) and refunds_payable: liabilities; platform_revenue: revenue.';

create table private.ledger_transactions (
    id uuid primary key default private.uuid_v7(),
    kind text not null check (
        kind in ('sale', 'stripe_fee', 'late_payment', 'late_refund')
    ),
    reference text not null unique,
    order_id uuid not null references public.orders (id) on delete restrict,
    currency text not null references private.currencies (code),
    created_at timestamptz not null default now(),
    unique (id, currency)
);
create index on private.ledger_transactions (order_id);
create index on private.ledger_transactions (currency);
comment on table private.ledger_transactions is
'Append-only. reference (kind:entity) makes each movement once-only.';

create table private.ledger_entries (
    id uuid primary key default private.uuid_v7(),
    transaction_id uuid not null,
    account_id uuid not null,
    currency text not null references private.currencies (code),
    amount bigint not null check (amount <> 0),
    -- One currency a transaction and an account, by key and not by code.
    foreign key (transaction_id, currency)
    references private.ledger_transactions (id, currency) on delete restrict,
    foreign key (account_id, currency)
    references private.ledger_accounts (id, currency) on delete restrict
);
create index on private.ledger_entries (transaction_id, currency);
create index on private.ledger_entries (account_id, currency);
create index on private.ledger_entries (currency);
comment on table private.ledger_entries is 'Append-only. Debits and credits; those of a transaction sum to zero.';
comment on column private.ledger_entries.amount is 'Minor units; debit positive, credit negative.';

create table private.inventory_reservations (
    order_item_id uuid primary key references public.order_items (id) on delete restrict,
    order_id uuid not null references public.orders (id) on delete restrict,
    variant_id uuid not null references public.product_variants (id) on delete restrict,
    quantity integer not null check (quantity > 0),
    state text not null default 'held' check (state in ('held', 'consumed', 'released')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index on private.inventory_reservations (order_id);
create index on private.inventory_reservations (variant_id) where state = 'held';
create index on private.inventory_reservations (variant_id);
comment on table private.inventory_reservations is 'Pieces of limited stock set aside for an order item.';

create table private.idempotency_keys (
    user_id uuid not null references public.profiles (id) on delete cascade,
    scope text not null,
    key text not null check (char_length(key) between 8 and 200),
    request_hash bytea not null,
    response jsonb not null,
    created_at timestamptz not null default now(),
    primary key (user_id, scope, key)
);
create index on private.idempotency_keys (created_at);
comment on table private.idempotency_keys is 'What a client''s retry gets again; kept for 48 hours.';
