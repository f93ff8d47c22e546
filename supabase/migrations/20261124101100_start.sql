-- What needs the functions of the stamp before it: first partitions, PostgREST's hook.
set lock_timeout = '5s';

select private.ensure_partitions();

alter role authenticator set pgrst.db_pre_request = 'private.pre_request';
notify pgrst, 'reload config';
