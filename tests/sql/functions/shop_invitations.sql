-- A token by email, for whoever owns the address, once.
begin;
select no_plan();
select tests.world();
update auth.users set email_confirmed_at = now() where email = 'stranger@example.test';

create function pg_temp.invite(p_email text, p_role text default 'staff')
returns text
language sql
as $$
  select tests.outcome(format('select public.invite_member(tests.ref(''alpha-shop''), %L, %L)', p_email, p_role));
$$;
-- What the worker puts into the newest email.
create function pg_temp.mailed()
returns jsonb
language plpgsql
as $$
declare
  v_id uuid;
  v_task jsonb;
begin
  perform tests.back();
  select m.id into v_id from private.email_messages as m
  where m.template = 'shop_invitation' order by m.id desc limit 1;
  perform tests.become_role('agora_workers');
  v_task := private.email_task(v_id);
  perform tests.back();
  return v_task;
end;
$$;
create function pg_temp.token()
returns text
language sql
as $$
  select split_part(pg_temp.mailed() #>> '{data,accept_url_path}', '#', 2);
$$;
create function pg_temp.accept(p_token text)
returns text
language sql
as $$
  select tests.outcome(format('select public.accept_invitation(%L)', p_token));
$$;

select tests.become('manager');
select is(pg_temp.invite('new@example.test'), 'permission_denied', 'a manager invites nobody');
select tests.become('stranger');
select is(pg_temp.invite('new@example.test'), 'shop_not_found', 'nor a stranger');
select tests.become('owner');
select is(pg_temp.invite(e), 'invalid_email', 'no address: ' || coalesce(e, 'null'))
from unnest(array[
  null, '', 'nobody', 'a@b', '@example.test', 'a b@example.test', 'a@exa mple.test', E'a@example.test\nBcc: all@example.test',
  '"A" <a@example.test>', 'a@example.test, b@example.test', repeat('a', 250) || '@example.test', 'a@@example.test'
]) as e;
select is(pg_temp.invite('new@example.test', 'owner'), 'invalid_role', 'nobody is invited as owner');
select is(pg_temp.invite('new@example.test', null), 'invalid_role', 'nor as nothing');
select is(pg_temp.invite('Manager@Example.test'), 'already_member', 'who is there already');
select is(pg_temp.invite(' Stranger@Example.test '), 'ok', 'the owner invites');
select results_eq(
  $$ select email, role::text, status::text, invited_by, expires_at = now() + interval '7 days' from public.shop_invitations $$,
  $$ select 'stranger@example.test', 'staff', 'pending', tests.id('owner'), true $$, 'for a week'
);
select tests.remember('invitation', (select i.id from public.shop_invitations as i));
select tests.back();
select is_empty('select 1 from private.shop_invitation_tokens', 'no token before the email is written');
select is_empty($$ select 1 from private.email_messages as m where m::text like '%@%' $$, 'no address beside the invitation');
select is_empty($$ select 1 from pgmq.q_email as q where q.message::text like '%@%' $$, 'nor in the job');

create temp table mail on commit drop as select pg_temp.mailed() as task;
select results_eq(
  $$ select task ->> 'to', task #>> '{data,shop_name}', task #>> '{data,role}', task #>> '{data,inviter_name}' from mail $$,
  $$ select 'stranger@example.test', 'Alpha Shop', 'staff', p.handle from public.profiles as p where p.id = tests.id('owner') $$, 'the email'
);
create temp table tokens on commit drop as
select split_part(m.task #>> '{data,accept_url_path}', '#', 2) as first, pg_temp.token() as second from mail as m;
grant select on tokens to authenticated;
select matches(t.first, '^[A-Za-z0-9_-]{43}$', '256 random bits') from tokens as t;
select isnt(t.first, t.second, 'a repeated attempt has another token') from tokens as t;
select is((select count(*) from private.shop_invitation_tokens), 2::bigint, 'of each the hash is kept');
select is_empty(
  $$ select 1 from tokens as t where (select string_agg(x::text, '') from private.shop_invitation_tokens as x) like '%' || t.first || '%' $$, 'and nothing else'
);

-- Accepting.
select tests.become('buyer');
select is(pg_temp.accept('nonsense'), 'invitation_not_found', 'an unknown token');
select is(pg_temp.accept(null), 'invitation_not_found', 'none');
select is(pg_temp.accept(t.first), 'invitation_for_another', 'somebody else''s') from tokens as t;
select is(tests.status(format('select public.accept_invitation(%L)', t.first)), 403, 'is forbidden') from tokens as t;
select tests.back();
update auth.users set email_confirmed_at = null where email = 'stranger@example.test';
select tests.become('stranger');
select is(pg_temp.accept(t.first), 'email_not_confirmed', 'an address that was not proven') from tokens as t;
select tests.back();
update auth.users set email_confirmed_at = now() where email = 'stranger@example.test';
update public.shop_invitations set expires_at = now();
select tests.become('stranger');
select is(pg_temp.accept(t.first), 'invitation_expired', 'too late') from tokens as t;
select is(tests.status(format('select public.accept_invitation(%L)', t.first)), 410, 'is gone') from tokens as t;
select tests.back();
update public.shop_invitations set expires_at = now() + interval '1 day';
select tests.become('stranger');
select is_empty('select private.my_shop_ids()', 'not a member yet');
select is(public.accept_invitation(t.first) ->> 'role', 'staff', 'accepted') from tokens as t;
select results_eq('select private.my_shop_ids()', array[tests.ref('alpha-shop')], 'a member now');
select is(pg_temp.accept(t.first), 'invitation_settled', 'once') from tokens as t;
select is(pg_temp.accept(t.second), 'invitation_settled', 'with the other token neither') from tokens as t;
select tests.become('owner');
select results_eq(
  $$ select status::text, email, settled_at is not null from public.shop_invitations $$, $$ values ('accepted', null, true) $$, 'the address is forgotten'
);
select is(tests.outcome($$ select public.revoke_invitation(tests.ref('invitation')) $$), 'ok', 'revoking it now');
select results_eq('select status::text from public.shop_invitations', array['accepted'], 'changes nothing');
select is(pg_temp.invite('stranger@example.test'), 'already_member', 'nor is there another one');
select tests.back();
select is(pg_temp.mailed() ->> 'state', 'dropped', 'an email that still waited is dropped');
select is(pg_temp.mailed() ->> 'to', null, 'and goes nowhere');
select is((select count(*) from private.shop_invitation_tokens), 2::bigint, 'without another token');
select is_empty($$ select 1 from private.audit_log as a where a::text like '%@%' $$, 'no address in the audit');
select isnt_empty(
  $$ select 1 from private.audit_log where entity = 'shop_invitations' and actor_id = tests.id('stranger') and new ->> 'status' = 'accepted' $$, 'which knows who accepted'
);
select isnt_empty(
  $$ select 1 from private.audit_log where entity = 'shop_members' and actor_id = tests.id('stranger') and action = 'insert' $$, 'and joined'
);

-- Again, revoked, expired.
select tests.become('owner');
select is(pg_temp.invite('new@example.test'), 'ok', 'one who has no account');
select tests.remember('new', (select i.id from public.shop_invitations as i where i.status = 'pending'));
select is(pg_temp.invite('new@example.test', 'manager'), 'ok', 'again');
select results_eq(
  $$ select id, role::text from public.shop_invitations where status = 'pending' $$, $$ select tests.ref('new'), 'manager' $$, 'is the same invitation'
);
select tests.back();
select is((select count(*) from private.email_messages as m where m.state = 'queued' and m.template = 'shop_invitation'), 2::bigint, 'sent twice');
select tests.become('owner');
select is(pg_temp.invite('new@example.test'), 'ok', 'and again') from generate_series(3, 5);
select is(pg_temp.invite('new@example.test'), 'rate_limited', 'five emails a day to one address');
select is(tests.status($$ select public.invite_member(tests.ref('alpha-shop'), 'new@example.test', 'staff') $$), 429, 'as 429');
create temp table later on commit drop as select pg_temp.token() as token;
grant select on later to authenticated;
select tests.become('stranger');
select is(tests.outcome($$ select public.revoke_invitation(tests.ref('new')) $$), 'permission_denied', 'staff revokes none');
select tests.become('buyer');
select is(tests.outcome($$ select public.revoke_invitation(tests.ref('new')) $$), 'invitation_not_found', 'nor a stranger');
select tests.become('owner');
select is(tests.outcome($$ select public.revoke_invitation(tests.ref('new')) $$), 'ok', 'the owner does');
select tests.make_user('new');
update auth.users set email_confirmed_at = now() where email = 'new@example.test';
select tests.become('new');
select is(pg_temp.accept(l.token), 'invitation_settled', 'what was withdrawn is no more') from later as l;
select tests.become('owner');
select is(pg_temp.invite('other@example.test'), 'ok', 'another');
drop table later;
create temp table later on commit drop as select pg_temp.token() as token;
grant select on later to authenticated;
select tests.back();
update public.shop_invitations set expires_at = now() where status = 'pending';
select private.expire_invitations();
select results_eq(
  $$ select i.status::text, count(i.email) from public.shop_invitations as i group by 1 order by 1 $$,
  $$ values ('accepted', 0::bigint), ('expired', 0::bigint), ('revoked', 0::bigint) $$, 'those past their time expire, and no address is left'
);
select is_empty($$ select 1 from private.email_messages as m where m.template = 'shop_invitation' and m.state = 'queued' $$, 'no email waits for nothing');
select tests.make_user('other');
update auth.users set email_confirmed_at = now() where email = 'other@example.test';
select tests.become('other');
select is(pg_temp.accept(l.token), 'invitation_expired', 'as whoever comes late is told') from later as l;

-- Bounds.
select tests.become('owner');
select is(pg_temp.invite('many-' || n || '@example.test'), 'ok', 'invitation ' || n) from generate_series(1, 13) as n;
select is(pg_temp.invite('one-more@example.test'), 'rate_limited', 'twenty an hour');
select tests.back();
delete from private.rate_limits;
insert into public.shop_invitations (shop_id, email, role, expires_at)
select tests.ref('alpha-shop'), 'filler-' || n || '@example.test', 'staff', now() + interval '1 day'
from generate_series(1, 33) as n;
select tests.become('owner');
select is(pg_temp.invite('one-more@example.test'), 'too_many_members', 'fifty people and invitations');
select is(pg_temp.invite('filler-1@example.test'), 'ok', 'one that is counted may be sent again');
select tests.become_anon();
select is(pg_temp.accept('x'), '42501', 'anon accepts nothing');

select * from finish();
rollback;
