-- Queues, held jobs, periodic tasks, emails, the realtime outbox, rate limits, audit.
set lock_timeout = '5s';

select pgmq.create('stripe_events');
select pgmq.create('payments');
select pgmq.create('watermark');
select pgmq.create('email');

create table private.queues (
    name text primary key,
    max_attempts integer not null check (max_attempts between 1 and 50),
    base_delay interval not null,
    max_delay interval not null
);
comment on table private.queues is 'How often and how patiently each queue''s jobs are tried before they are held.';
insert into private.queues (name, max_attempts, base_delay, max_delay)
values
('stripe_events', 12, '1 second', '10 minutes'),
('payments', 12, '2 seconds', '15 minutes'),
('watermark', 6, '2 seconds', '5 minutes'),
('email', 10, '2 seconds', '15 minutes');

create table private.held_jobs (
    id bigint generated always as identity primary key,
    queue text not null references private.queues (name),
    msg_id bigint not null,
    message jsonb not null,
    attempts integer not null,
    error text not null,
    held_at timestamptz not null default now(),
    resolution text check (resolution in ('replayed', 'dropped')),
    resolution_note text,
    resolved_at timestamptz,
    constraint held_jobs_resolved_check check ((resolution is null) = (resolved_at is null))
);
create index on private.held_jobs (queue) where resolved_at is null;
create index on private.held_jobs (queue);
comment on table private.held_jobs is
'Jobs that failed too often or can never succeed; they wait here for an operator (agora jobs). Nothing is dropped silently.';

create table private.periodic_tasks (
    name text primary key,
    function_name text not null,
    every interval not null check (every >= interval '1 second'),
    next_run_at timestamptz not null default now(),
    last_run_at timestamptz,
    last_took_ms integer,
    last_error text
);
comment on table private.periodic_tasks is
'SQL functions of schema private run by whichever worker comes first; see private.run_periodic.';
insert into private.periodic_tasks (name, function_name, every)
values
('expire unpaid orders', 'expire_orders', '5 seconds'),
('make partitions ahead', 'ensure_partitions', '6 hours'),
('forget old idempotency keys and rate limits', 'purge_ephemeral', '10 minutes');

create table private.email_messages (
    id uuid primary key default private.uuid_v7(),
    template text not null check (template in ('receipt')),
    entity_id uuid not null,
    user_id uuid not null references public.profiles (id) on delete restrict,
    state text not null default 'queued' check (state in ('queued', 'sent')),
    provider_id text,
    request_id text,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    constraint email_messages_sent_check check ((state = 'sent') = (sent_at is not null)),
    unique (template, entity_id)
);
create index on private.email_messages (user_id);
comment on table private.email_messages is
'One email per template and entity. Holds no address and no text: both are read when it is sent.';

create table private.realtime_outbox (
    id uuid primary key default private.uuid_v7(),
    channel text not null check (char_length(channel) <= 164),
    event text not null check (event ~ '^[a-z_.]{3,50}$'),
    data jsonb not null,
    created_at timestamptz not null default now()
);
comment on table private.realtime_outbox is
'Events of committed changes, not yet numbered. Ids only, never content: the client reads again under its own policies.';

create table private.realtime_events (
    id bigint generated always as identity primary key,
    channel text not null,
    event text not null,
    data jsonb not null,
    created_at timestamptz not null
);
create index on private.realtime_events (channel, id);
comment on table private.realtime_events is
'The numbered log. Numbers follow commits, not inserts: see private.realtime_sequence.';

create table private.realtime_consumers (
    name text primary key,
    last_id bigint not null default 0,
    leased_by text,
    leased_until timestamptz
);
comment on table private.realtime_consumers is 'How far each reader of the log has come.';
insert into private.realtime_consumers (name) values ('pusher');

create table private.service_accounts (
    user_id uuid primary key references auth.users (id) on delete cascade,
    buckets text[] not null
);
comment on table private.service_accounts is
'Machine users: ordinary auth accounts that Storage''s policies admit to exactly these buckets.';

create table private.rate_rules (
    route text primary key,
    burst integer not null check (burst > 0),
    period interval not null check (period > interval '0')
);
comment on table private.rate_rules is 'burst requests at once, refilled evenly over period.';
insert into private.rate_rules (route, burst, period)
values
('rest_write', 300, '1 minute'),
('checkout', 30, '1 minute'),
('upload', 60, '1 minute'),
('download', 120, '1 minute'),
('download_token', 60, '1 minute'),
('onboarding', 20, '1 minute'),
('pusher_auth', 120, '1 minute');

-- Unlogged: losing it in a crash forgives at most one period.
create unlogged table private.rate_limits (
    key text primary key,
    tat timestamptz not null
);
create index on private.rate_limits (tat);
comment on table private.rate_limits is 'GCRA: one row per key with its theoretical arrival time.';

create table private.audit_log (
    id uuid primary key default private.uuid_v7(),
    occurred_at timestamptz not null default clock_timestamp(),
    actor_id uuid,
    actor_role text not null,
    action text not null,
    entity text not null,
    entity_id text not null,
    old jsonb,
    new jsonb,
    request_id text
);
create index on private.audit_log (entity, entity_id, id);
create index on private.audit_log (actor_id, id);
comment on table private.audit_log is
'Who changed what, append-only. Ids only: the address behind a request is in the access log under its request_id.';
