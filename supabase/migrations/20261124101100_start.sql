-- What needs the functions of the stamp before it: first partitions, PostgREST's hook.
set lock_timeout = '5s';

select private.ensure_partitions();

do $$
begin
  alter role authenticator set pgrst.db_pre_request = 'private.pre_request';
end;
$$;
notify pgrst, 'reload config';
