-- A shop's life: permissions, notices, vacation, former slugs, invitations, offers of ownership.
set lock_timeout = '5s';

create type public.invitation_status as enum ('pending', 'accepted', 'revoked', 'expired');

create table private.shop_permissions (
    role public.shop_role not null,
    permission text not null check (
        permission in (
            'catalogue.edit', 'orders.read', 'orders.fulfil', 'money.read', 'members.manage',
            'settings.edit', 'discounts.edit', 'reviews.reply'
        )
    ),
    primary key (role, permission)
);
comment on table private.shop_permissions is
'Which role in a shop may do what. Opening, closing, onboarding and handing over are the owner''s alone and no permission. Asked by private.shop_ids_with.';
insert into private.shop_permissions (role, permission)
values
('owner', 'catalogue.edit'), ('owner', 'orders.read'), ('owner', 'orders.fulfil'),
('owner', 'money.read'), ('owner', 'members.manage'), ('owner', 'settings.edit'),
('owner', 'discounts.edit'), ('owner', 'reviews.reply'),
('manager', 'catalogue.edit'), ('manager', 'orders.read'), ('manager', 'orders.fulfil'),
('manager', 'money.read'), ('manager', 'settings.edit'), ('manager', 'discounts.edit'),
('manager', 'reviews.reply'),
('staff', 'orders.read'), ('staff', 'orders.fulfil'), ('staff', 'reviews.reply');

-- Whoever sees a shop sees all its columns; why it is suspended is for its members: shop_notices.
alter table public.shops
drop column status_reason,
add column vacation_from timestamptz,
add column vacation_until timestamptz,
add column vacation_message text not null default ''
check (char_length(vacation_message) <= 500),
add constraint shops_vacation_check check (
    (vacation_from is null) = (vacation_until is null) and vacation_from < vacation_until
);
comment on column public.shops.status is
'Changed by RPC only (open_shop, suspend_shop, reinstate_shop, close_shop); see private.state_transitions.';
comment on column public.shops.vacation_from is
'From then until vacation_until the shop takes no orders; set by set_vacation, null when none is planned.';
comment on column public.shops.vacation_message is 'For the storefront to show during the vacation.';

create table public.shop_notices (
    id uuid primary key default private.uuid_v7(),
    shop_id uuid not null references public.shops (id) on delete cascade,
    kind text not null check (
        kind in ('suspended', 'closed', 'payment_attention', 'ownership_transferred')
    ),
    reason text not null check (char_length(reason) between 1 and 1000),
    next_action text check (
        next_action in ('contact_support', 'finish_onboarding', 'check_payment_account')
    ),
    created_at timestamptz not null default now(),
    resolved_at timestamptz
);
create index on public.shop_notices (shop_id, id desc);
create unique index shop_notices_open_key on public.shop_notices (shop_id, kind)
where resolved_at is null;
comment on table public.shop_notices is
'What the platform tells a shop: why it is in its state, and what to do next. One open notice per kind.';
comment on column public.shop_notices.next_action is 'Stable code of what to do; null: nothing.';
comment on column public.shop_notices.resolved_at is 'When its cause went away; null while it is open.';

create table private.shop_slug_history (
    slug text primary key,
    shop_id uuid not null references public.shops (id) on delete cascade,
    retired_at timestamptz not null default now()
);
create index on private.shop_slug_history (shop_id);
comment on table private.shop_slug_history is
'Former slugs, which lead to their shop (resolve_shop) and are kept for it for 90 days.';

create table public.shop_invitations (
    id uuid primary key default private.uuid_v7(),
    shop_id uuid not null references public.shops (id) on delete cascade,
    email text check (char_length(email) between 3 and 254 and email = lower(email)),
    role public.shop_role not null check (role <> 'owner'),
    status public.invitation_status not null default 'pending',
    invited_by uuid references public.profiles (id) on delete set null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    settled_at timestamptz,
    constraint shop_invitations_address_check check ((status = 'pending') = (email is not null)),
    constraint shop_invitations_settled_check check (
        (status = 'pending') = (settled_at is null)
    ),
    unique (shop_id, email)
);
create index on public.shop_invitations (invited_by);
create index shop_invitations_pending_idx on public.shop_invitations (expires_at)
where status = 'pending';
comment on table public.shop_invitations is
'Invitations to work in a shop, for those who manage its members. Their tokens are private.shop_invitation_tokens.';
comment on column public.shop_invitations.email is
'Where it was sent: the only place that holds the address, emptied as soon as the invitation is settled.';

create table private.shop_invitation_sends (
    id uuid primary key default private.uuid_v7(),
    invitation_id uuid not null references public.shop_invitations (id) on delete cascade,
    created_at timestamptz not null default now()
);
create index on private.shop_invitation_sends (invitation_id);
comment on table private.shop_invitation_sends is
'Each time an invitation was sent: the entity of its email, of which there is one per entity.';

create table private.shop_invitation_tokens (
    token_sha256 bytea primary key check (octet_length(token_sha256) = 32),
    invitation_id uuid not null references public.shop_invitations (id) on delete cascade,
    created_at timestamptz not null default now()
);
create index on private.shop_invitation_tokens (invitation_id);
comment on table private.shop_invitation_tokens is
'Hashes only. A token is made while its email is rendered and stored nowhere; an attempt that is repeated makes another, and whichever arrives works.';

create table public.shop_ownership_offers (
    shop_id uuid primary key,
    user_id uuid not null,
    offered_by uuid not null references public.profiles (id) on delete cascade,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    -- Whoever leaves the shop loses the offer.
    foreign key (shop_id, user_id) references public.shop_members (shop_id, user_id)
    on delete cascade
);
create index on public.shop_ownership_offers (shop_id, user_id);
create index on public.shop_ownership_offers (user_id);
create index on public.shop_ownership_offers (offered_by);
comment on table public.shop_ownership_offers is
'A shop that its owner wants to hand over, until the other accepts. One offer a shop.';

-- An invitation goes to an address that may have no account; a notice goes to several people.
-- Templates are files of the worker; one that it does not know is held, and no list is kept twice.
alter table private.email_messages
alter column user_id drop not null,
drop constraint email_messages_template_check,
add constraint email_messages_template_check check (template ~ '^[a-z][a-z0-9_]{2,60}$'),
add constraint email_messages_recipient_check check (
    (user_id is null) = (template = 'shop_invitation')
),
drop constraint email_messages_state_check,
add constraint email_messages_state_check check (state in ('queued', 'sent', 'dropped')),
drop constraint email_messages_template_entity_id_key,
add constraint email_messages_once_key unique nulls not distinct (template, entity_id, user_id);
comment on table private.email_messages is
'One email per template, entity and person. Holds no address and no text: both are read when it is sent. dropped: its reason went away before it was sent.';

insert into private.rate_rules (route, burst, period)
values
('invitation', 20, '1 hour'),
('invitation_address', 5, '1 day');

insert into private.periodic_tasks (name, function_name, every)
values ('expire invitations and offers', 'expire_invitations', '10 minutes');

insert into private.state_transitions (machine, from_state, to_state)
values
('shops.status', 'active', 'suspended'),
('shops.status', 'suspended', 'active'),
('shops.status', 'draft', 'closed'),
('shops.status', 'active', 'closed'),
('shops.status', 'suspended', 'closed'),
('shop_invitations.status', 'new', 'pending'),
('shop_invitations.status', 'pending', 'accepted'),
('shop_invitations.status', 'pending', 'revoked'),
('shop_invitations.status', 'pending', 'expired'),
('email_messages.state', 'queued', 'dropped');
