-- Accounts: private data of a person, addresses, notifications, sanctions, deletion, privacy classes,
-- routes and their rate classes, avatars.
set lock_timeout = '5s';

-- A first copy of supabase/functions/texts.sql: the checks below need it.
create or replace function private.is_plain_line(p_text text)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select p_text !~ (
    '[\u0001-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F'
    || '\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\U000E0000-\U000E007F]'
  );
$$;

create or replace function private.is_plain_text(p_text text)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select p_text !~ (
    '[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB'
    || '\U000E0000-\U000E007F]'
  );
$$;

create type public.sanction_kind as enum ('warn', 'mute', 'suspend', 'ban');

create table private.countries (
    code text primary key check (code ~ '^[A-Z]{2}$')
);
comment on table private.countries is
'Country codes, ISO 3166-1 alpha-2. Their names are the client''s to show (Intl.DisplayNames).';
insert into private.countries (code)
select unnest(string_to_array(
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT '
  'BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH '
  'ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT '
  'HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS '
  'LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI '
  'NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG '
  'SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG '
  'UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW', ' '
));

-- --- the person -------------------------------------------------------------------------------

alter table public.profiles
add constraint profiles_display_name_plain_check check (private.is_plain_line(display_name)),
add constraint profiles_bio_plain_check check (private.is_plain_text(bio)),
add constraint profiles_avatar_path_own_check check (
    avatar_path ~ ('^' || id::text || '/[A-Za-z0-9_-]{1,100}\.(png|jpg|jpeg|webp|avif)$')
);
comment on column public.profiles.avatar_path is
'Object in the public bucket avatars, in the person''s own folder: <id>/<name>.png, jpg, jpeg, webp or avif.';

create table public.profile_private (
    user_id uuid primary key references public.profiles (id) on delete cascade,
    legal_name text not null default '' check (
        char_length(legal_name) <= 120 and private.is_plain_line(legal_name)
    ),
    phone text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
    birth_date date check (birth_date between '1900-01-01' and '2100-01-01'),
    locale text not null default 'en' check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    country text references private.countries (code),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index on public.profile_private (country);
comment on table public.profile_private is
'What only the person themself sees of a profile; made with the account.';
comment on column public.profile_private.phone is 'E.164: +4930123456.';
comment on column public.profile_private.locale is 'BCP 47: en, pt-BR.';

create table public.addresses (
    id uuid primary key default private.uuid_v7(),
    user_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
    label text not null default '' check (
        char_length(label) <= 40 and private.is_plain_line(label)
    ),
    recipient text not null check (
        char_length(recipient) between 1 and 120 and private.is_plain_line(recipient)
    ),
    line1 text not null check (
        char_length(line1) between 1 and 120 and private.is_plain_line(line1)
    ),
    line2 text not null default '' check (
        char_length(line2) <= 120 and private.is_plain_line(line2)
    ),
    city text not null check (char_length(city) between 1 and 80 and private.is_plain_line(city)),
    region text not null default '' check (
        char_length(region) <= 80 and private.is_plain_line(region)
    ),
    postal_code text not null default '' check (
        char_length(postal_code) <= 16 and private.is_plain_line(postal_code)
    ),
    country text not null references private.countries (code),
    phone text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
    is_default_shipping boolean not null default false,
    is_default_billing boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index on public.addresses (user_id);
create index on public.addresses (country);
create unique index addresses_one_default_shipping_key on public.addresses (user_id)
where is_default_shipping;
create unique index addresses_one_default_billing_key on public.addresses (user_id)
where is_default_billing;
comment on table public.addresses is 'A person''s address book, at most 20.';
comment on column public.addresses.is_default_shipping is 'At most one; a new one takes it from the old.';
comment on column public.addresses.is_default_billing is 'At most one; a new one takes it from the old.';

create table public.notifications (
    id uuid primary key default private.uuid_v7(),
    user_id uuid not null references public.profiles (id) on delete cascade,
    kind text not null check (kind ~ '^[a-z_.]{3,50}$'),
    dedup_key text not null check (char_length(dedup_key) between 1 and 100),
    data jsonb not null default '{}',
    occurrences integer not null default 1 check (occurrences > 0),
    read_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index on public.notifications (user_id, id desc);
create unique index notifications_unread_key on public.notifications (user_id, kind, dedup_key)
where read_at is null;
comment on table public.notifications is
'What a person is told in the application. Ids in data, never content: the client reads it again as itself.';
comment on column public.notifications.dedup_key is
'The object it is about: while one is unread, the same again only counts up.';

create table public.email_preferences (
    user_id uuid primary key references public.profiles (id) on delete cascade,
    marketing boolean not null default false,
    marketing_changed_at timestamptz,
    followed_shops boolean not null default true,
    reviews boolean not null default true,
    forum boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.email_preferences is
'Which emails a person wants, by topic; receipts and warnings are always sent. Honoured by private.queue_email.';
comment on column public.email_preferences.marketing is 'Off until the person says otherwise.';
comment on column public.email_preferences.marketing_changed_at is 'When consent was given or taken back.';

create table private.email_topics (
    template text primary key,
    topic text not null check (topic in ('marketing', 'followed_shops', 'reviews', 'forum'))
);
comment on table private.email_topics is
'Templates that a person can do without, and the column of email_preferences that says so. What is not here is always sent.';

-- --- staff and sanctions ----------------------------------------------------------------------

create table public.user_sanctions (
    id uuid primary key default private.uuid_v7(),
    user_id uuid not null references public.profiles (id) on delete cascade,
    kind public.sanction_kind not null,
    reason text not null check (char_length(reason) between 3 and 500),
    until timestamptz,
    lifted_at timestamptz,
    lift_reason text check (char_length(lift_reason) between 3 and 500),
    created_at timestamptz not null default now(),
    constraint user_sanctions_until_check check (until > created_at),
    constraint user_sanctions_lifted_check check ((lifted_at is null) = (lift_reason is null))
);
create index on public.user_sanctions (user_id);
create index user_sanctions_open_idx on public.user_sanctions (user_id, kind)
where lifted_at is null;
comment on table public.user_sanctions is
'Warnings, mutes (no posts), suspensions (no changes) and bans. Never edited: lifted, with a reason. Who did it is in private.audit_log.';
comment on column public.user_sanctions.until is 'Null: until it is lifted.';
comment on column public.user_sanctions.reason is 'The person reads it. No names or addresses in it: it is kept.';

-- --- privacy ----------------------------------------------------------------------------------

create table public.account_deletions (
    id uuid primary key default private.uuid_v7(),
    user_id uuid not null unique references public.profiles (id) on delete cascade,
    created_at timestamptz not null default now(),
    due_at timestamptz not null,
    blocked_by text,
    erased_at timestamptz
);
create index account_deletions_due_idx on public.account_deletions (due_at) where erased_at is null;
comment on table public.account_deletions is
'Accounts that their owner wants deleted: erased when due, unless it is cancelled before.';
comment on column public.account_deletions.blocked_by is
'Stable code of what stood in the way at the last try (docs/errors.md).';

create table private.privacy_tables (
    table_schema text not null,
    table_name text not null,
    on_erasure text not null check (on_erasure in ('none', 'keep', 'delete')),
    subject text,
    erase_subject text,
    primary key (table_schema, table_name),
    constraint privacy_tables_subject_check check ((on_erasure = 'none') = (subject is null))
);
comment on table private.privacy_tables is
'Which rows of a table are about a person, and what becomes of them at erasure. Filled by private.classify.';
comment on column private.privacy_tables.subject is
'Condition on a row t: it is about the person $1. Null: the table is about nobody.';
comment on column private.privacy_tables.erase_subject is 'The same for erasure, where it differs.';

create table private.column_privacy (
    table_schema text not null,
    table_name text not null,
    column_name text not null,
    class text not null check (
        class in (
            'public', 'internal', 'personal_export', 'personal_erase', 'personal_keep_anonymise', 'secret'
        )
    ),
    replacement text,
    primary key (table_schema, table_name, column_name)
);
comment on table private.column_privacy is
'The privacy class of every column (docs/dba.md). Export and erasure are generated from it; a test names each column that is missing.';
comment on column private.column_privacy.replacement is
'SQL expression over the row t that takes the value''s place at erasure; null: null, or else the default.';

-- --- requests ---------------------------------------------------------------------------------

create table private.request_routes (
    path text primary key check (path ~ '^/[a-z_0-9/]+$'),
    rate_route text references private.rate_rules (route),
    refused_by text not null default 'suspend' check (refused_by in ('suspend', 'ban', 'never')),
    by_address boolean not null default true
);
create index on private.request_routes (rate_route);
comment on table private.request_routes is
'What PostgREST''s pre-request hook knows of a path. One that is not here counts as rest_write alone and is refused to suspended people.';
comment on column private.request_routes.rate_route is 'A rule that counts beside rest_write.';
comment on column private.request_routes.refused_by is 'The sanction that closes this path.';
comment on column private.request_routes.by_address is
'Counted per address too; not what the webhook service calls for many people from one address.';

insert into private.rate_rules (route, burst, period)
values
('rest_write_address', 6000, '1 minute'),
('account', 60, '1 minute'),
('cart', 120, '1 minute'),
('catalogue', 240, '1 minute'),
('shop', 60, '1 minute'),
('moderation', 60, '1 minute'),
('support', 60, '1 minute'),
('privacy', 10, '1 hour')
on conflict (route) do nothing;

-- --- jobs, emails, files ----------------------------------------------------------------------

select pgmq.create('storage');
insert into private.queues (name, max_attempts, base_delay, max_delay)
values
('storage', 10, '2 seconds', '15 minutes');

insert into private.periodic_tasks (name, function_name, every)
values
('erase accounts whose time has come', 'erase_due_accounts', '10 minutes'),
('forget old notifications', 'purge_notifications', '6 hours');

alter table private.email_messages drop constraint if exists email_messages_template_check;
alter table private.email_messages
add constraint email_messages_template_check check (template ~ '^[a-z][a-z0-9_]{2,60}$');

-- Erasure finds a person's events by these.
create index stripe_events_order_idx on private.stripe_events
((payload #>> '{data,object,metadata,order_id}'));
create index stripe_events_intent_idx on private.stripe_events
((payload #>> '{data,object,payment_intent}'));
create index stripe_events_account_idx on private.stripe_events (account)
where account is not null;

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
(
    'avatars', 'avatars', true, 2097152,
    array['image/png', 'image/jpeg', 'image/webp', 'image/avif']
)
on conflict (id) do nothing;

-- --- people who are here already --------------------------------------------------------------

insert into public.profile_private (user_id)
select p.id from public.profiles as p
on conflict do nothing;
insert into public.email_preferences (user_id)
select p.id from public.profiles as p
on conflict do nothing;

-- Support looks orders up by their number.
create index on public.orders (order_number);
