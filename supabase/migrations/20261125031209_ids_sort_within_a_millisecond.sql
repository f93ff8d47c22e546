-- Stamped from supabase/functions and supabase/policies: edit there, never here.
set lock_timeout = '5s';
set check_function_bodies = off;

-- source: supabase/functions/ids.sql f3c28763cbb9a01a7404c323d31b67f1b492bf608cbfc39047817f539ef76f45
-- Identifiers.

-- Time-ordered UUID, RFC 9562 section 5.7: 48 bits of Unix milliseconds; then, by section 6.2 method 3,
-- the fraction of the millisecond in the 12 bits of rand_a, so that ids made one after another in one
-- session sort as they were made; then 62 random bits.
-- A column default: every role that inserts must be able to execute it.
create or replace function private.uuid_v7()
returns uuid
language sql
volatile
parallel safe
set search_path = ''
as $$
  select encode(
    overlay(
      overlay(
        uuid_send(gen_random_uuid())
        placing substring(int8send(t.microseconds / 1000) from 3)
        from 1 for 6
      )
      -- 0111 (version 7), then 12 bits: microseconds of the millisecond, of 1000, scaled to 4096.
      placing substring(
        int4send(28672 + (t.microseconds % 1000 * 4096 / 1000)::integer) from 3
      )
      from 7 for 2
    ),
    'hex'
  )::uuid
  from (
    select floor(extract(epoch from clock_timestamp()) * 1000000)::bigint as microseconds
  ) as t;
$$;
comment on function private.uuid_v7() is 'A new UUIDv7 (RFC 9562): sorts by time of creation.';
revoke all on function private.uuid_v7() from public;
grant execute on function private.uuid_v7() to anon, authenticated, service_role;

-- The smallest UUIDv7 of an instant: the bound of a partition.
create or replace function private.uuid_v7_floor(p_at timestamptz)
returns uuid
language sql
immutable
parallel safe
set search_path = ''
as $$
  select encode(
    substring(int8send(floor(extract(epoch from p_at) * 1000)::bigint) from 3)
    || '\x00000000000000000000'::bytea,
    'hex'
  )::uuid;
$$;
comment on function private.uuid_v7_floor(timestamptz) is
'Lower bound of the UUIDv7s made at or after p_at; partitions start there.';
revoke all on function private.uuid_v7_floor(timestamptz) from public;

reset check_function_bodies;
