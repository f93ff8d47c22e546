-- The ground everything stands on: the private schema, the processes' login roles, deny by
-- default, ids, currencies, and the table of legal state transitions.
set lock_timeout = '5s';

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pgmq;

create schema private;
comment on schema private is 'Rules, ledger, inbox, outbox, queues'' bookkeeping. Never exposed by PostgREST.';

create schema partitions;
comment on schema partitions is 'Partitions of large tables, made ahead of time. Never exposed.';

-- One login per kind of process, so that a stolen credential is worth little. Passwords are set by
-- the operator (docs/deploy.md), never in a migration. Roles are cluster-wide: guard the repeat.
do $$
declare
  v_role text;
begin
  foreach v_role in array array['agora_webhooks', 'agora_workers', 'agora_operator'] loop
    if not exists (select 1 from pg_catalog.pg_roles where rolname = v_role) then
      execute format('create role %I login noinherit', v_role);
    end if;
    execute format('alter role %I set statement_timeout = %L', v_role, '15s');
    execute format('alter role %I set idle_in_transaction_session_timeout = %L', v_role, '15s');
    execute format('alter role %I set lock_timeout = %L', v_role, '10s');
  end loop;
end;
$$;

grant usage on schema private
to anon, authenticated, service_role, agora_webhooks, agora_workers, agora_operator;

-- Deny by default. Only the global form takes PUBLIC's execute away from new functions; a hosted
-- project's own per-schema defaults (all to anon, authenticated, service_role) go by name.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public
revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public
revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public
revoke all on functions from anon, authenticated, service_role;

-- A first copy of supabase/functions/ids.sql: the tables' defaults need it.
create function private.uuid_v7()
returns uuid
language sql
volatile
parallel safe
set search_path = ''
as $$
  select encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          placing substring(
            int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3
          )
          from 1 for 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid;
$$;

create table private.currencies (
    code text primary key check (code ~ '^[a-z]{3}$'),
    minor_units smallint not null check (minor_units between 0 and 3),
    minimum_charge bigint not null check (minimum_charge > 0)
);
comment on table private.currencies is
'Currencies that may be sold in; minimum_charge (minor units) is Stripe''s, see https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts.';

insert into private.currencies (code, minor_units, minimum_charge)
values
('usd', 2, 50), ('eur', 2, 50), ('gbp', 2, 30), ('jpy', 0, 50);

create table private.state_transitions (
    machine text not null,
    from_state text not null,
    to_state text not null,
    primary key (machine, from_state, to_state)
);
comment on table private.state_transitions is
'Every legal change of every state column ("table.column"); from_state ''new'' is an insert. Enforced by private.tg_state_transition.';

create table private.allowed_origins (
    origin text primary key check (origin ~ '^https?://[^/]+$')
);
comment on table private.allowed_origins is
'Browser origins that may send mutations, for PostgREST and the webhook service alike.';
