-- Schemas, extensions and default privileges of a fresh Supabase database.
create schema if not exists extensions;
create schema if not exists auth authorization supabase_auth_admin;
create schema if not exists storage authorization supabase_storage_admin;

grant usage on schema public, extensions, auth, storage
to postgres, anon, authenticated, service_role;
grant all on schema public to postgres;
grant create on schema extensions to postgres;

create extension if not exists pgcrypto schema extensions;
create extension if not exists "uuid-ossp" schema extensions;
create extension if not exists pg_stat_statements schema extensions;
create extension if not exists pgmq;
grant all on schema pgmq to postgres with grant option;
grant all on all tables in schema pgmq to postgres with grant option;
grant all on all sequences in schema pgmq to postgres with grant option;
grant all on all routines in schema pgmq to postgres with grant option;

-- What a hosted project gives away by default; migrations must revoke it by name.
alter default privileges for role postgres in schema public
grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
grant all on functions to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
grant all on sequences to anon, authenticated, service_role;

do $$
begin
  -- Auth makes its schema "if not exists", and Postgres asks for the right all the same.
  execute format('grant create on database %I to supabase_auth_admin, postgres', current_database());
  execute format(
    'alter database %I set search_path = "$user", public, extensions', current_database()
  );
end;
$$;
