-- Roles: granted, revoked, ended; one administrator remains. The token hook.
begin;
select no_plan();
select tests.world();
delete from private.audit_log where false;

create function pg_temp.granted(p_who text, p_whom text, p_role text, p_reason text default 'a test', p_until timestamptz default null)
returns text
language plpgsql
as $$
begin
  perform tests.become(p_who);
  return tests.outcome(format('select public.grant_role(%L, %L, %L, %L)', tests.id(p_whom), p_role, p_reason, p_until));
end;
$$;
create function pg_temp.revoked(p_who text, p_whom text, p_role text, p_reason text default 'a test')
returns text
language plpgsql
as $$
begin
  perform tests.become(p_who);
  return tests.outcome(format('select public.revoke_role(%L, %L, %L)', tests.id(p_whom), p_role, p_reason));
end;
$$;

select is(pg_temp.granted('buyer', 'buyer', 'admin'), 'admin_only', 'nobody but an admin grants');
select is(pg_temp.granted('admin', 'buyer', 'support', ''), 'reason_required', 'without a reason');
select is(pg_temp.granted('admin', 'buyer', 'support', p_until => now() - interval '1 day'), 'invalid_until', 'for the past');
select is(pg_temp.granted('admin', 'nobody', 'support'), 'user_not_found', 'to nobody');
select is(pg_temp.granted('admin', 'buyer', 'emperor'), '22P02', 'a role that there is not');
select is(pg_temp.granted('admin', 'buyer', 'support', 'new in the team', now() + interval '30 days'), 'ok', 'a role');
select tests.become('buyer');
select ok(private.has_role('support'), 'counts at once');
select results_eq(
  'select role::text, reason, granted_by, expires_at from public.user_roles',
  format($$ values ('support', 'new in the team', %L::uuid, now() + interval '30 days') $$, tests.id('admin')), 'who, why, until when'
);
select is(pg_temp.granted('buyer', 'stranger', 'support'), 'admin_only', 'support grants nothing');
select is(pg_temp.granted('admin', 'buyer', 'support', 'for good'), 'ok', 'prolonged');
select is(pg_temp.revoked('buyer', 'buyer', 'support'), 'admin_only', 'nobody but an admin revokes');
select is(pg_temp.revoked('admin', 'buyer', 'support', ' '), 'reason_required', 'without a reason');
select is(pg_temp.revoked('admin', 'buyer', 'moderator'), 'role_not_held', 'what is not held');
select is(pg_temp.revoked('admin', 'buyer', 'support', 'left'), 'ok', 'but what is');
select tests.become('buyer');
select ok(not private.has_role('support'), 'and counts at once');
select tests.back();
select results_eq(
  format($$ select action, actor_id, new ->> 'reason' from private.audit_log where entity = 'user_roles' and (entity_id = %1$L or new ->> 'user_id' = %1$L or old ->> 'user_id' = %1$L or entity_id like %2$L) order by occurred_at $$, tests.id('buyer'), '%' || tests.id('buyer')),
  format($$ values ('insert', %1$L::uuid, 'new in the team'), ('update', %1$L, 'for good'), ('delete', %1$L, null), ('revoke', %1$L, 'left') $$, tests.id('admin')),
  'the trail has each with its reason'
);

-- The last administrator.
select is(pg_temp.revoked('admin', 'admin', 'admin'), 'last_admin', 'is not revoked');
select is(pg_temp.granted('admin', 'admin', 'admin', p_until => now() + interval '1 day'), 'last_admin', 'does not end by itself');
select is(pg_temp.granted('admin', 'buyer', 'admin', p_until => now() + interval '1 day'), 'ok', 'one with an end');
select is(pg_temp.revoked('admin', 'admin', 'admin'), 'last_admin', 'is no replacement');
select tests.back();
select is(tests.outcome(format('delete from public.user_roles where user_id = %L', tests.id('admin'))), 'last_admin', 'nor by hand');
select is(tests.outcome(format('update public.user_roles set role = ''support'' where user_id = %L', tests.id('admin'))), 'last_admin', 'in no way');
select is(tests.outcome(format('delete from auth.users where id = %L', tests.id('admin'))), 'last_admin', 'not with the account');
select tests.become('admin');
select is(tests.outcome('select public.request_account_deletion()'), 'last_admin', 'which cannot be given up either');
select is(pg_temp.granted('admin', 'buyer', 'admin'), 'ok', 'a second one');
select is(pg_temp.revoked('buyer', 'admin', 'admin'), 'ok', 'is');
select is(pg_temp.revoked('buyer', 'buyer', 'admin'), 'last_admin', 'the last then');
select tests.back();
update public.user_roles set created_at = now();
select is((select count(*) from private.standing_admins()), 1::bigint, 'one');

-- The first, by an operator.
select tests.become_role('agora_operator');
select is(tests.outcome($$ select private.grant_first_admin('stranger@example.test', 'first') $$), 'admin_exists', 'there is one already');
select is(tests.outcome($$ select private.grant_first_admin('none@example.test', 'first') $$), 'account_not_found', 'nobody');
select is(tests.outcome($$ select private.grant_first_admin('stranger@example.test', '') $$), 'reason_required', 'no reason');
select tests.back();
set local session_replication_role = replica;
delete from public.user_roles;
set local session_replication_role = origin;
select tests.become_role('agora_operator');
select is(private.grant_first_admin('Stranger@example.test ', 'first'), tests.id('stranger'), 'the first one');
select is(tests.outcome($$ select private.grant_first_admin('buyer@example.test', 'first') $$), 'admin_exists', 'once');
select tests.become('stranger');
select ok(private.has_role('admin'), 'is one');

-- The hook of hosted Auth.
select is(pg_temp.granted('stranger', 'stranger', 'support'), 'ok', 'also support');
select tests.become_role('supabase_auth_admin');
select is(
  private.custom_access_token_hook(jsonb_build_object('user_id', tests.id('stranger'), 'claims', '{"sub": "x", "role": "authenticated"}'::jsonb)) -> 'claims',
  '{"sub": "x", "role": "authenticated", "user_role": "admin"}'::jsonb, 'the highest role, for the interface'
);
select is(
  private.custom_access_token_hook(jsonb_build_object('user_id', tests.id('buyer'), 'claims', '{"sub": "x"}'::jsonb)) -> 'claims',
  '{"sub": "x", "user_role": null}'::jsonb, 'or none'
);
select throws_ok('select 1 from public.user_roles', '42501', null, 'Auth reads no table for it');
select tests.become('buyer');
select is(tests.outcome($$ select private.custom_access_token_hook('{}') $$), '42501', 'nobody else calls it');

select * from finish();
rollback;
