-- Deleting an account: asked for, cancelled, refused, due.
begin;
select no_plan();
select tests.world();
set constraints all immediate;

create function pg_temp.asks(p_who text, p_what text default 'request_account_deletion')
returns text
language plpgsql
as $$
begin
  perform tests.become(p_who);
  return tests.outcome(format('select public.%I()', p_what));
end;
$$;
select is(pg_temp.asks('owner'), 'owns_open_shop', 'the owner of an open shop stays');
select is(pg_temp.asks('admin'), 'last_admin', 'so does the last administrator');
select tests.add_to_cart('stranger', 'mug');
select tests.check_out('stranger', 'open');
select is(pg_temp.asks('stranger'), 'open_orders', 'and who has an order to pay');
select tests.become('stranger');
select public.cancel_order(tests.ref('open'));
select is(pg_temp.asks('stranger', 'cancel_account_deletion'), 'deletion_not_requested', 'nothing to cancel');
select is(pg_temp.asks('stranger'), 'ok', 'others may go');
select is(pg_temp.asks('stranger'), 'ok', 'again is the same');
select results_eq('select due_at from public.account_deletions', $$ values (now() + interval '14 days') $$, 'in 14 days');
select tests.back();
select results_eq(
  $$ select m.template, private.email_task(m.id) ->> 'to', (private.email_task(m.id) #>> '{data,due_at}')::timestamptz from private.email_messages as m where m.user_id = tests.id('stranger') $$,
  $$ values ('account_deletion', 'stranger@example.test', now() + interval '14 days') $$, 'the person hears of it by email, once'
);
select is(pg_temp.asks('stranger', 'cancel_account_deletion'), 'ok', 'and may stay');
select is(pg_temp.asks('stranger'), 'ok', 'and go');
select tests.become_role('postgres');
select private.erase_due_accounts();
select ok(not private.is_erased(tests.id('stranger')), 'not before the time');
select tests.sanction('buyer', 'ban');
select is(pg_temp.asks('buyer'), 'ok', 'a banned person may go too');
select tests.back();
update public.account_deletions set due_at = now();
insert into public.account_deletions (user_id, due_at) values (tests.id('owner'), now());
insert into storage.objects (bucket_id, name) values ('avatars', tests.id('buyer') || '/me.png'), ('avatars', tests.id('owner') || '/me.png');
insert into public.addresses (user_id, recipient, line1, city, country) values (tests.id('buyer'), 'Ada Lovelace', 'Street 1', 'Berlin', 'DE');
select tests.become_role('postgres');
select private.erase_due_accounts();
select tests.back();
select results_eq(
  'select user_id, erased_at is not null, blocked_by from public.account_deletions order by user_id',
  format(
    $$ select * from (values (%L::uuid, true, null), (%L, true, null), (%L, false, 'owns_open_shop')) as v (id, erased, blocked) order by 1 $$,
    tests.id('stranger'), tests.id('buyer'), tests.id('owner')
  ),
  'who is due is erased; what cannot be yet says why'
);
select results_eq(
  format($$ select kind, data ->> 'code' from public.notifications where user_id = %L $$, tests.id('owner')),
  $$ values ('account.deletion_blocked', 'owns_open_shop') $$, 'to the person too'
);
select is((select due_at from public.account_deletions where user_id = tests.id('owner')), now() + interval '1 day', 'and is tried again tomorrow');
select results_eq(
  'select message - ''request_id'' from pgmq.q_storage order by 1',
  format(
    $$ select jsonb_build_object('bucket', 'avatars', 'folder', d.user_id) from public.account_deletions as d where d.erased_at is not null order by 1 $$
  ), 'the pictures are for Storage to remove'
);
select is_empty($$ select 1 from public.addresses as a where a.user_id = tests.id('buyer') $$, 'addresses are gone');
select results_eq(
  $$ select o.status::text, o.buyer_id from public.orders as o where o.id = tests.ref('sale') $$, format($$ values ('paid', %L::uuid) $$, tests.id('buyer')), 'the order is not'
);
-- A token that is still valid does nothing.
select tests.lift('buyer');
select tests.become('buyer');
select is(tests.outcome(format('select public.cart_add(%L)', tests.ref('mug/v'))), 'account_suspended', 'the last token buys nothing');
select is(
  tests.outcome($$ insert into public.addresses (recipient, line1, city, country) values ('Ada', 'Street 1', 'Berlin', 'DE') $$), '42501', 'and writes nothing'
);
select is(pg_temp.asks('buyer'), 'user_not_found', 'nor asks again');
select tests.back();
select is(private.notify(tests.id('buyer'), 'shop.news'), null, 'nobody is told anything');
select private.queue_email('receipt', gen_random_uuid(), tests.id('buyer'));
select is_empty($$ select 1 from private.email_messages where user_id = tests.id('buyer') and state = 'queued' and entity_id <> tests.ref('sale') and template <> 'account_deletion' $$, 'nor written to');
select lives_ok($$ insert into auth.users (id, email) values (gen_random_uuid(), 'buyer@example.test') $$, 'the address is free again');

-- A team member leaves the team; history cannot be changed otherwise.
insert into public.account_deletions (user_id, due_at) values (tests.id('staff'), now());
select tests.become_role('postgres');
select private.erase_due_accounts();
select is_empty($$ select 1 from public.shop_members where user_id = tests.id('staff') $$, 'a member is no member any more');
select tests.back();
insert into private.download_attempts (outcome, ip, user_agent, device) values ('refused', '192.0.2.9', 'ua', 'dev');
select is(tests.outcome('update private.download_attempts set ' || v.change), v.code, v.change)
from (
  values
  ('ip = ''192.0.2.10''', '55000'), ('ip = null', '55000'), ('outcome = ''granted''', '55000'),
  ('ip = null, user_agent = null, device = null, outcome = ''granted''', '55000'),
  ('ip = null, user_agent = null, device = ''other''', '55000'), ('ip = null, user_agent = null, device = null', 'ok'),
  ('ip = ''192.0.2.10''', '55000')
) as v (change, code);

select * from finish();
rollback;
