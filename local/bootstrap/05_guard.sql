-- What a hosted project refuses, this one refuses: DDL by `postgres` in schemas that are not its
-- own, other than policies on Storage's tables and triggers on auth.users.
create or replace function extensions.refuse_foreign_ddl()
returns event_trigger
language plpgsql
as $$
declare
  v record;
begin
  if session_user <> 'postgres' then
    return;
  end if;
  for v in select * from pg_event_trigger_ddl_commands() loop
    if v.command_tag not in ('CREATE POLICY', 'ALTER POLICY', 'CREATE TRIGGER')
      and (
        v.schema_name in ('auth', 'storage')
        or v.object_identity ~ '(^| on )(auth|storage)\.'
      )
    then
      raise exception 'must be owner of %', v.object_identity using errcode = '42501';
    end if;
  end loop;
end;
$$;

do $$
begin
  drop event trigger if exists refuse_foreign_ddl;
  create event trigger refuse_foreign_ddl on ddl_command_end
  execute function extensions.refuse_foreign_ddl();
end;
$$;
