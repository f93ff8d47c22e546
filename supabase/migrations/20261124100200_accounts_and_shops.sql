-- People, their platform roles, shops, shop members, and each shop's Stripe account.
set lock_timeout = '5s';

create type public.app_role as enum ('admin', 'moderator', 'support');
create type public.shop_status as enum ('draft', 'active', 'suspended', 'closed');
create type public.shop_role as enum ('owner', 'manager', 'staff');
create type public.payment_account_state as enum (
    'none', 'requirements_due', 'pending', 'active', 'restricted'
);

create table public.profiles (
    id uuid primary key references auth.users (id) on delete cascade,
    handle text not null unique check (handle ~ '^[a-z0-9_]{3,30}$'),
    display_name text not null default '' check (char_length(display_name) <= 80),
    bio text not null default '' check (char_length(bio) <= 2000),
    avatar_path text check (char_length(avatar_path) <= 300),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.profiles is
'What everyone may see of a person; made by a trigger when the account is. The email address stays in auth.users.';
comment on column public.profiles.handle is 'Unique public name: 3-30 of a-z, 0-9 and underscore.';

create table public.user_roles (
    user_id uuid not null references public.profiles (id) on delete cascade,
    role public.app_role not null,
    granted_by uuid references public.profiles (id) on delete set null,
    reason text not null check (char_length(reason) between 1 and 500),
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (user_id, role)
);
create index on public.user_roles (granted_by);
comment on table public.user_roles is
'Platform roles. Policies read this table, never a claim of the token: a revoked role ends at once.';

create table public.shops (
    id uuid primary key default private.uuid_v7(),
    slug text not null unique check (slug ~ '^[a-z0-9](?:[a-z0-9-]{1,48}[a-z0-9])$'),
    name text not null check (char_length(name) between 2 and 80),
    description text not null default '' check (char_length(description) <= 5000),
    status public.shop_status not null default 'draft',
    status_reason text check (char_length(status_reason) <= 500),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.shops is 'A seller''s shop. Public once active.';
comment on column public.shops.status is 'Changed by RPC only (open_shop); see private.state_transitions.';

create table public.shop_members (
    shop_id uuid not null references public.shops (id) on delete cascade,
    user_id uuid not null references public.profiles (id) on delete restrict,
    role public.shop_role not null,
    created_at timestamptz not null default now(),
    primary key (shop_id, user_id)
);
create index on public.shop_members (user_id);
create unique index shop_members_one_owner_key on public.shop_members (shop_id)
where role = 'owner';
comment on table public.shop_members is
'Who works in a shop: one owner; managers edit the catalogue; staff read.';

create table public.shop_payment_accounts (
    shop_id uuid primary key references public.shops (id) on delete cascade,
    stripe_account_id text unique check (stripe_account_id ~ '^acct_[A-Za-z0-9]+$'),
    state public.payment_account_state not null default 'none',
    transfers_capability text not null default 'inactive'
    check (transfers_capability in ('inactive', 'pending', 'active')),
    payouts_enabled boolean not null default false,
    country text check (country ~ '^[A-Z]{2}$'),
    requirements jsonb not null default '{}',
    synced_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.shop_payment_accounts is
'A shop''s Stripe Connect account as Stripe last described it. No secrets. Written by webhooks only.';
comment on column public.shop_payment_accounts.requirements is
'What Stripe still asks for (currently_due, past_due, disabled_reason), to show the seller.';
