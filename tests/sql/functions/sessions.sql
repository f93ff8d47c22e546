-- Sessions: one's own, ended at once; Auth's events in the trail.
begin;
select no_plan();
select tests.world();
create function pg_temp.begins(p_who text, p_label text)
returns void
language plpgsql
as $$
begin
  perform tests.back();
  insert into auth.sessions (id, user_id, user_agent, ip) values (md5(p_label)::uuid, tests.id(p_who), p_label, '192.0.2.1');
  insert into auth.refresh_tokens (id, token, user_id, session_id) values (p_label, p_label, tests.id(p_who), md5(p_label)::uuid);
end;
$$;
create function pg_temp.in_session(p_who text, p_label text)
returns void
language plpgsql
as $$
begin
  perform tests.become(p_who);
  perform set_config(
    'request.jwt.claims',
    (current_setting('request.jwt.claims')::jsonb || jsonb_build_object('session_id', md5(p_label)))::text, true
  );
end;
$$;
select pg_temp.begins('buyer', 'laptop');
select pg_temp.begins('buyer', 'phone');
select pg_temp.begins('buyer', 'tablet');
select pg_temp.begins('stranger', 'other');
select pg_temp.in_session('buyer', 'laptop');
select set_eq(
  'select user_agent, ip, is_current from public.my_sessions()',
  $$ values ('laptop', '192.0.2.1', true), ('phone', '192.0.2.1', false), ('tablet', '192.0.2.1', false) $$, 'one sees where one is signed in'
);
select is(tests.outcome('select private.pre_request()'), 'ok', 'the session lives');
select is(tests.outcome(format('select public.end_session(%L)', md5('other'))), 'session_not_found', 'another''s is not ended');
select is(tests.outcome(format('select public.end_session(%L)', md5('phone'))), 'ok', 'one''s own is');
select is(tests.outcome(format('select public.end_session(%L)', md5('phone'))), 'session_not_found', 'once');
select tests.back();
select results_eq(
  $$ select token from auth.refresh_tokens order by token $$, $$ values ('laptop'::varchar), ('other'), ('tablet') $$, 'its refresh token is gone'
);
select pg_temp.in_session('buyer', 'phone');
select is(tests.outcome('select private.pre_request()'), 'session_ended', 'its access token is refused');
select is(tests.status('select private.pre_request()'), 401, 'as one that is not signed in');
select pg_temp.in_session('buyer', 'laptop');
select is(tests.outcome('select private.pre_request()'), 'ok', 'another session goes on');
select tests.become('buyer');
select is(tests.outcome('select private.pre_request()'), 'ok', 'a token without a session too');

-- All others at once.
select tests.back();
delete from auth.sessions;
insert into auth.sessions (id, user_id) select md5(n::text)::uuid, tests.id('buyer') from generate_series(1, 3) as n;
insert into auth.sessions (id, user_id) values (md5('other')::uuid, tests.id('stranger'));
select tests.become('buyer');
select set_config(
  'request.jwt.claims', (current_setting('request.jwt.claims')::jsonb || jsonb_build_object('session_id', md5('1')))::text, true
);
select is(public.end_other_sessions(), 2, 'all others at once');
select tests.back();
select set_eq('select id from auth.sessions', array[md5('1')::uuid, md5('other')::uuid], 'mine and another''s stay');
select tests.sanction('buyer', 'ban');
select tests.become('buyer');
select is(public.end_other_sessions(), 1, 'a banned person may sign out');
select tests.become_anon();
select is(tests.outcome('select * from public.my_sessions()'), '42501', 'anon has none');

-- The trail.
select tests.back();
create function pg_temp.trail()
returns setof text
language sql
as $$
  select a.action from private.audit_log as a
  where a.entity in ('auth.users', 'auth.sessions') and a.actor_id = tests.id('mallory') order by a.occurred_at;
$$;
select tests.make_user('mallory');
insert into auth.sessions (id, user_id) values (md5('m')::uuid, tests.id('mallory'));
update auth.users set last_sign_in_at = now() where id = tests.id('mallory');
update auth.users set email = 'm@example.test', encrypted_password = 'x', phone = '+4912345678' where id = tests.id('mallory');
update auth.users set banned_until = now() where id = tests.id('mallory');
delete from auth.sessions where user_id = tests.id('mallory');
delete from auth.users where id = tests.id('mallory');
select results_eq(
  'select * from pg_temp.trail()',
  array['sign_up', 'sign_in', 'email_changed', 'phone_changed', 'password_changed', 'auth_ban_changed', 'sign_out', 'account_removed'],
  'what Auth does is written down'
);
select is_empty($$ select 1 from private.audit_log as a where a::text ~ '@|4912345678' $$, 'without a value');

-- Reading too: last, because a transaction does not become writable again.
select tests.become('mallory');
select pg_temp.in_session('mallory', 'gone');
set local transaction_read_only = on;
select is(tests.outcome('select private.pre_request()'), 'session_ended', 'an ended session reads nothing');
select tests.become('mallory');
select is(tests.outcome('select private.pre_request()'), 'ok', 'a token without a session does');

select * from finish();
rollback;
