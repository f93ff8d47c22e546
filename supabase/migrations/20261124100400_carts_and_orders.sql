-- Carts, and orders split per shop. Amounts are minor units of the order's currency.
set lock_timeout = '5s';

create type public.order_status as enum ('pending_payment', 'paid', 'cancelled', 'expired');
create type public.payment_status as enum (
    'created', 'processing', 'failed', 'succeeded', 'canceled', 'refund_pending', 'refunded'
);

create table public.carts (
    id uuid primary key default private.uuid_v7(),
    user_id uuid not null unique references public.profiles (id) on delete cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (id, user_id)
);
comment on table public.carts is 'One cart a person; kept until what is in it is paid.';

create table public.cart_items (
    id uuid primary key default private.uuid_v7(),
    cart_id uuid not null,
    user_id uuid not null,
    variant_id uuid not null references public.product_variants (id) on delete cascade,
    quantity integer not null check (quantity between 1 and 99),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    foreign key (cart_id, user_id) references public.carts (id, user_id) on delete cascade,
    unique (cart_id, variant_id)
);
create index on public.cart_items (cart_id, user_id);
create index on public.cart_items (user_id);
create index on public.cart_items (variant_id);
comment on table public.cart_items is 'Added by cart_add; the quantity is the owner''s to change.';

-- By range of the UUIDv7 key: the key stays (id), foreign keys stay single-column, and a look-up
-- by id prunes to one partition. Partitions of orders are never detached: children refer to it.
create table public.orders (
    id uuid primary key default private.uuid_v7(),
    order_number text not null generated always as (upper(right(id::text, 10))) stored,
    buyer_id uuid not null references public.profiles (id) on delete restrict,
    status public.order_status not null default 'pending_payment',
    currency text not null references private.currencies (code),
    subtotal_amount bigint not null check (subtotal_amount >= 0),
    discount_amount bigint not null default 0 check (discount_amount >= 0),
    tax_amount bigint not null default 0 check (tax_amount >= 0),
    shipping_amount bigint not null default 0 check (shipping_amount >= 0),
    total_amount bigint not null,
    expires_at timestamptz not null,
    paid_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint orders_total_check check (
        total_amount = subtotal_amount - discount_amount + tax_amount + shipping_amount
        and total_amount > 0
    ),
    constraint orders_paid_at_check check ((status = 'paid') = (paid_at is not null))
) partition by range (id);
create index on public.orders (buyer_id, id desc);
create index on public.orders (currency);
create index orders_pending_idx on public.orders (expires_at) where status = 'pending_payment';
comment on table public.orders is 'What a buyer pays in one payment. Written by begin_checkout and the payment events only.';
comment on column public.orders.order_number is 'For people to read; not a key.';
comment on column public.orders.expires_at is 'Until when stock is held for this unpaid order.';
create table partitions.orders_default partition of public.orders default;
alter table partitions.orders_default enable row level security;

create table public.shop_orders (
    id uuid primary key default private.uuid_v7(),
    order_id uuid not null references public.orders (id) on delete restrict,
    shop_id uuid not null references public.shops (id) on delete restrict,
    buyer_id uuid not null references public.profiles (id) on delete restrict,
    status public.order_status not null default 'pending_payment',
    currency text not null references private.currencies (code),
    subtotal_amount bigint not null check (subtotal_amount >= 0),
    discount_amount bigint not null default 0 check (discount_amount >= 0),
    tax_amount bigint not null default 0 check (tax_amount >= 0),
    shipping_amount bigint not null default 0 check (shipping_amount >= 0),
    total_amount bigint not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint shop_orders_total_check check (
        total_amount = subtotal_amount - discount_amount + tax_amount + shipping_amount
        and total_amount > 0
    ),
    unique (order_id, shop_id)
);
create index on public.shop_orders (shop_id, id desc);
create index on public.shop_orders (buyer_id, id desc);
create index on public.shop_orders (currency);
comment on table public.shop_orders is 'One seller''s part of an order.';

create table public.shop_earnings (
    shop_order_id uuid primary key references public.shop_orders (id) on delete restrict,
    shop_id uuid not null references public.shops (id) on delete restrict,
    currency text not null references private.currencies (code),
    total_amount bigint not null check (total_amount > 0),
    platform_fee_amount bigint not null check (platform_fee_amount >= 0),
    seller_amount bigint not null check (seller_amount >= 0),
    payable_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint shop_earnings_split_check check (
        total_amount = platform_fee_amount + seller_amount
    )
);
create index on public.shop_earnings (shop_id);
create index on public.shop_earnings (currency);
comment on table public.shop_earnings is
'What the seller gets of a shop order. Apart from shop_orders because the buyer may not see it.';
comment on column public.shop_earnings.payable_at is 'When the hold ends; null until paid.';

create table public.order_items (
    id uuid primary key default private.uuid_v7(),
    order_id uuid not null references public.orders (id) on delete restrict,
    shop_order_id uuid not null references public.shop_orders (id) on delete restrict,
    shop_id uuid not null references public.shops (id) on delete restrict,
    buyer_id uuid not null references public.profiles (id) on delete restrict,
    product_id uuid not null references public.products (id) on delete restrict,
    variant_id uuid not null references public.product_variants (id) on delete restrict,
    kind public.product_kind not null,
    title text not null,
    variant_title text not null,
    unit_amount bigint not null check (unit_amount > 0),
    quantity integer not null check (quantity > 0),
    discount_amount bigint not null default 0 check (discount_amount >= 0),
    tax_amount bigint not null default 0 check (tax_amount >= 0),
    total_amount bigint not null,
    paid_at timestamptz,
    created_at timestamptz not null default now(),
    constraint order_items_total_check check (
        total_amount = unit_amount * quantity - discount_amount + tax_amount and total_amount > 0
    ),
    unique (order_id, variant_id)
);
create index on public.order_items (shop_order_id);
create index on public.order_items (shop_id, id desc);
create index on public.order_items (buyer_id, id desc);
create index on public.order_items (product_id);
create index on public.order_items (variant_id);
comment on table public.order_items is 'Price and title as they were when ordered.';
comment on column public.order_items.paid_at is 'Null until paid; the shop sees the item from then on.';

create table public.order_events (
    id uuid primary key default private.uuid_v7(),
    order_id uuid not null references public.orders (id) on delete restrict,
    buyer_id uuid not null references public.profiles (id) on delete restrict,
    kind text not null check (kind ~ '^[a-z_.]{3,50}$'),
    data jsonb not null default '{}',
    created_at timestamptz not null default now()
);
create index on public.order_events (order_id, id);
create index on public.order_events (buyer_id);
comment on table public.order_events is 'An order''s history, append-only, for its buyer.';

create table public.payments (
    id uuid primary key default private.uuid_v7(),
    order_id uuid not null unique references public.orders (id) on delete restrict,
    buyer_id uuid not null references public.profiles (id) on delete restrict,
    stripe_payment_intent_id text unique check (stripe_payment_intent_id ~ '^pi_[A-Za-z0-9_]+$'),
    status public.payment_status not null default 'created',
    amount bigint not null check (amount > 0),
    currency text not null references private.currencies (code),
    last_error_code text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index on public.payments (buyer_id);
create index on public.payments (currency);
comment on table public.payments is 'The one payment of an order, as Stripe last described it.';
