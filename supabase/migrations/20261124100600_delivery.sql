-- Download grants, their tokens and attempts, and each buyer's own copies.
set lock_timeout = '5s';

create table public.download_grants (
    id uuid primary key default private.uuid_v7(),
    order_item_id uuid not null unique references public.order_items (id) on delete restrict,
    order_id uuid not null references public.orders (id) on delete restrict,
    buyer_id uuid not null references public.profiles (id) on delete restrict,
    product_id uuid not null references public.products (id) on delete restrict,
    download_limit integer not null check (download_limit between 1 and 1000),
    downloads_used integer not null default 0 check (downloads_used >= 0),
    expires_at timestamptz,
    revoked_at timestamptz,
    revoked_reason text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    -- The limit holds even if a function forgets its lock.
    constraint download_grants_limit_check check (downloads_used <= download_limit),
    constraint download_grants_revoked_check check (
        (revoked_at is null) = (revoked_reason is null)
    )
);
create index on public.download_grants (order_id);
create index on public.download_grants (buyer_id, product_id);
create index on public.download_grants (product_id);
comment on table public.download_grants is
'The right of an order item''s buyer to download its files so many times.';

create table private.personalized_files (
    id uuid primary key default private.uuid_v7(),
    order_item_id uuid not null references public.order_items (id) on delete restrict,
    product_file_id uuid not null references public.product_files (id) on delete restrict,
    payload text not null unique check (payload ~ '^[0-9a-f]{16}$'),
    state text not null default 'pending' check (state in ('pending', 'ready')),
    method text check (method in ('pdf', 'none')),
    path text not null unique,
    sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint check (size_bytes > 0),
    request_id text,
    created_at timestamptz not null default now(),
    ready_at timestamptz,
    constraint personalized_files_ready_check check (
        (state = 'ready') = (ready_at is not null and sha256 is not null and method is not null)
    ),
    unique (order_item_id, product_file_id)
);
create index on private.personalized_files (product_file_id);
create index on private.personalized_files (sha256);
comment on table private.personalized_files is
'A buyer''s own copy. payload: the random 64 bits hidden in it, in hex; it says nothing without this table.';

create table private.download_tokens (
    id uuid primary key default private.uuid_v7(),
    grant_id uuid not null references public.download_grants (id) on delete restrict,
    product_file_id uuid not null references public.product_files (id) on delete restrict,
    token_sha256 bytea not null unique check (octet_length(token_sha256) = 32),
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
);
create index on private.download_tokens (grant_id);
create index on private.download_tokens (product_file_id);
comment on table private.download_tokens is 'Hashes only: the token itself is shown once and never stored.';

create table private.download_attempts (
    id uuid primary key default private.uuid_v7(),
    token_id uuid references private.download_tokens (id) on delete restrict,
    grant_id uuid references public.download_grants (id) on delete restrict,
    outcome text not null check (
        outcome in ('granted', 'resumed', 'preparing', 'refused')
    ),
    code text,
    ip inet,
    user_agent text,
    device text,
    request_id text,
    created_at timestamptz not null default now()
);
create index on private.download_attempts (token_id, created_at);
create index on private.download_attempts (grant_id, created_at);
comment on table private.download_attempts is
'Every redemption, granted or not, append-only. device: hash of what the client tells about itself.';
