-- Supabase's own roles, as a hosted project has them. Run by the cluster's superuser.
do $$
declare
  v_role text;
begin
  foreach v_role in array array[
    'anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin',
    'supabase_storage_admin', 'postgres', 'local_storage_tables'
  ] loop
    if not exists (select 1 from pg_roles where rolname = v_role) then
      execute format('create role %I', v_role);
    end if;
  end loop;
end;
$$;

alter role service_role bypassrls;
alter role authenticator login noinherit;
alter role supabase_auth_admin login createrole;
alter role supabase_storage_admin login;
-- Not a superuser, as on hosted: a migration that needs one must fail here too.
alter role postgres login nosuperuser createrole createdb bypassrls replication;

do $$
begin
  grant anon, authenticated, service_role to authenticator;
  grant anon, authenticated, service_role, authenticator to postgres with admin option;
  grant anon, authenticated, service_role to supabase_storage_admin;
end;
$$;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role anon set idle_in_transaction_session_timeout = '10s';
alter role authenticated set idle_in_transaction_session_timeout = '10s';

do $$
begin
  grant set on parameter pgrst.db_pre_request to postgres;
end;
$$;
