-- Reviews, wishlists, follows, what was viewed; discount codes and their use by orders.
set lock_timeout = '5s';

-- --- reviews ---------------------------------------------------------------------------------

alter table public.products
add column if not exists rating_count integer not null default 0,
add column if not exists rating_sum bigint not null default 0,
add column if not exists rating_avg numeric(3, 2) generated always as (
    case when rating_count > 0 then round(rating_sum::numeric / rating_count, 2) end
) stored,
add column if not exists sales_count bigint not null default 0,
add column rating_counts integer[] not null default '{0,0,0,0,0}',
add constraint products_rating_counts_check check (
    cardinality(rating_counts) = 5 and 0 <= all(rating_counts) and rating_count >= 0
);
comment on column public.products.rating_counts is
'Visible reviews with one star, two … five. rating_count and rating_sum are their sums; all are kept by the triggers on product_reviews.';

create type public.review_status as enum ('visible', 'hidden');

create table public.product_reviews (
    id uuid primary key default private.uuid_v7(),
    product_id uuid not null references public.products (id) on delete restrict,
    shop_id uuid not null references public.shops (id) on delete restrict,
    author_id uuid not null references public.profiles (id) on delete restrict,
    stars smallint not null check (stars between 1 and 5),
    title text not null default '' check (
        char_length(title) <= 120 and title !~ '[[:cntrl:]]'
    ),
    body text not null default '' check (
        char_length(body) <= 5000 and translate(body, e'\n\t', '') !~ '[[:cntrl:]]'
    ),
    status public.review_status not null default 'visible',
    hidden_reason text check (char_length(hidden_reason) between 3 and 500),
    moderated_at timestamptz,
    helpful_count integer not null default 0 check (helpful_count >= 0),
    seller_reply text check (
        char_length(seller_reply) between 1 and 2000
        and translate(seller_reply, e'\n\t', '') !~ '[[:cntrl:]]'
    ),
    seller_replied_at timestamptz,
    edited_at timestamptz,
    created_at timestamptz not null default now(),
    constraint product_reviews_hidden_check check (
        (status = 'hidden') = (hidden_reason is not null)
    ),
    constraint product_reviews_reply_check check (
        (seller_reply is null) = (seller_replied_at is null)
    )
);
create index on public.product_reviews (product_id, id desc);
create index product_reviews_helpful_idx
on public.product_reviews (product_id, helpful_count desc, id desc) where status = 'visible';
create index on public.product_reviews (shop_id, id desc);
create index on public.product_reviews (author_id, id desc);
create index product_reviews_unmoderated_idx on public.product_reviews (id)
where moderated_at is null;
comment on table public.product_reviews is
'What buyers say of a product: one review per purchase. Written by RPC only (write_review, edit_review, reply_to_review, moderate_review).';
comment on column public.product_reviews.status is 'Hidden by a moderator: for its author and moderators only, and not counted.';
comment on column public.product_reviews.moderated_at is
'When a moderator last decided; null: nobody has looked at the present text.';
comment on column public.product_reviews.helpful_count is 'Equals the rows of review_votes.';

-- Not a column of the review: that is public, and an order item's id tells when it was bought.
create table private.reviewed_items (
    order_item_id uuid primary key references public.order_items (id) on delete restrict,
    review_id uuid not null unique references public.product_reviews (id) on delete cascade
);
comment on table private.reviewed_items is 'The purchase that each review is about; each once.';

create table public.review_votes (
    review_id uuid not null references public.product_reviews (id) on delete cascade,
    user_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
    created_at timestamptz not null default now(),
    primary key (review_id, user_id)
);
create index on public.review_votes (user_id);
comment on table public.review_votes is 'Who found which review helpful. Insert review_id only; delete to take it back.';

-- --- wishlists, follows, viewed ---------------------------------------------------------------

create table public.wishlist_items (
    id uuid primary key default private.uuid_v7(),
    user_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
    product_id uuid not null references public.products (id) on delete cascade,
    added_price_amount bigint check (added_price_amount > 0),
    added_currency text references private.currencies (code),
    added_available boolean not null default false,
    created_at timestamptz not null default now(),
    constraint wishlist_items_price_check check (
        (added_price_amount is null) = (added_currency is null)
    ),
    unique (user_id, product_id)
);
create index on public.wishlist_items (product_id);
create index on public.wishlist_items (added_currency);
comment on table public.wishlist_items is
'What a person wishes for, with price and availability as they were then, so that rpc/my_wishlist can tell what changed. Insert product_id only.';
comment on column public.wishlist_items.added_price_amount is
'The lowest price of a variant when it was added, in minor units of added_currency.';

alter table public.shops
add column follower_count integer not null default 0 check (follower_count >= 0);
comment on column public.shops.follower_count is 'Equals the rows of shop_follows.';

create table public.shop_follows (
    shop_id uuid not null references public.shops (id) on delete cascade,
    user_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
    created_at timestamptz not null default now(),
    primary key (shop_id, user_id)
);
create index on public.shop_follows (user_id, created_at desc);
comment on table public.shop_follows is
'Who follows which shop; the shop sees the number only. Insert shop_id only.';

create table public.recently_viewed (
    user_id uuid not null references public.profiles (id) on delete cascade,
    product_id uuid not null references public.products (id) on delete cascade,
    viewed_at timestamptz not null default now(),
    primary key (user_id, product_id)
);
create index on public.recently_viewed (user_id, viewed_at desc);
create index on public.recently_viewed (product_id);
comment on table public.recently_viewed is 'The 50 products a person looked at last. Written by note_view.';

-- --- discount codes ---------------------------------------------------------------------------

create table public.discount_codes (
    id uuid primary key default private.uuid_v7(),
    shop_id uuid not null references public.shops (id) on delete restrict,
    product_id uuid,
    code text not null check (code ~ '^[A-Z0-9][A-Z0-9_-]{2,31}$'),
    basis_points integer check (basis_points between 1 and 10000),
    fixed_amount bigint check (fixed_amount between 1 and 99999999),
    currency text references private.currencies (code),
    minimum_subtotal_amount bigint not null default 0
    check (minimum_subtotal_amount between 0 and 99999999),
    max_uses integer check (max_uses > 0),
    max_uses_per_customer integer check (max_uses_per_customer > 0),
    uses integer not null default 0 check (uses >= 0),
    starts_at timestamptz not null default now(),
    ends_at timestamptz,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    constraint discount_codes_value_check check (
        (basis_points is null) <> (fixed_amount is null)
    ),
    constraint discount_codes_currency_check check (
        currency is not null or (fixed_amount is null and minimum_subtotal_amount = 0)
    ),
    constraint discount_codes_schedule_check check (ends_at > starts_at),
    -- The cap holds even if a function forgets its lock.
    constraint discount_codes_cap_check check (uses <= max_uses),
    foreign key (product_id, shop_id) references public.products (id, shop_id) on delete restrict,
    unique (shop_id, code)
);
create index on public.discount_codes (product_id, shop_id);
create index on public.discount_codes (currency);
comment on table public.discount_codes is
'Codes that lower a shop''s part of an order. Its managers'' only: a buyer has to know the code. What it gives (code, scope, value, cap per customer) stays as it was made.';
comment on column public.discount_codes.product_id is 'Only this product; null: everything of the shop.';
comment on column public.discount_codes.code is 'Upper case; what is typed is upper-cased and trimmed.';
comment on column public.discount_codes.basis_points is 'Hundredths of a percent of the eligible items, half a unit up.';
comment on column public.discount_codes.fixed_amount is
'Minor units of currency off the shop''s part of an order, at most the price of the eligible items.';
comment on column public.discount_codes.currency is 'Only orders in this currency; null (percent only): any.';
comment on column public.discount_codes.minimum_subtotal_amount is 'Of the eligible items, before the discount; minor units of currency.';
comment on column public.discount_codes.uses is 'Orders that hold or have consumed it; equals the rows of private.discount_redemptions.';

create table private.cart_discounts (
    cart_id uuid primary key references public.carts (id) on delete cascade,
    code text not null,
    created_at timestamptz not null default now()
);
comment on table private.cart_discounts is
'The code in a person''s cart: in each shop of the cart that has a code of that name, it is that shop''s.';

create table private.discount_redemptions (
    shop_order_id uuid primary key references public.shop_orders (id) on delete restrict,
    order_id uuid not null references public.orders (id) on delete restrict,
    code_id uuid not null references public.discount_codes (id) on delete restrict,
    buyer_id uuid not null references public.profiles (id) on delete restrict,
    amount bigint not null check (amount > 0),
    currency text not null references private.currencies (code),
    state text not null default 'held' check (state in ('held', 'consumed', 'released')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (order_id, code_id)
);
create index on private.discount_redemptions (code_id, buyer_id);
create index on private.discount_redemptions (buyer_id);
create index on private.discount_redemptions (currency);
comment on table private.discount_redemptions is
'Uses of a code: held by an unpaid order, consumed by its payment, released when it ends unpaid.';

-- A code may make an item, or a shop's part, free; an order is never.
alter table public.order_items
drop constraint order_items_total_check,
add constraint order_items_total_check check (
    total_amount = unit_amount * quantity - discount_amount + tax_amount and total_amount >= 0
);
alter table public.shop_orders
drop constraint shop_orders_total_check,
add constraint shop_orders_total_check check (
    total_amount = subtotal_amount - discount_amount + tax_amount + shipping_amount
    and total_amount >= 0
);
alter table public.shop_earnings
drop constraint shop_earnings_total_amount_check,
add constraint shop_earnings_total_amount_check check (total_amount >= 0);

-- --- states, limits ---------------------------------------------------------------------------

insert into private.state_transitions (machine, from_state, to_state)
values
('product_reviews.status', 'new', 'visible'),
('product_reviews.status', 'visible', 'hidden'),
('product_reviews.status', 'hidden', 'visible'),

('discount_redemptions.state', 'new', 'held'),
('discount_redemptions.state', 'held', 'consumed'),
('discount_redemptions.state', 'held', 'released'),
('discount_redemptions.state', 'released', 'held');

insert into private.rate_rules (route, burst, period)
values
('discount_code', 20, '1 minute');
