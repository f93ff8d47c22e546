-- A payment account that may not receive money any more: told, with what to do; nothing is unpublished.
begin;
select no_plan();
select tests.world();

create function pg_temp.account(p_capability text, p_requirements jsonb default '{}')
returns text
language sql
as $$
  select tests.stripe_event(
    'evt_' || md5(random()::text), 'account.updated',
    jsonb_build_object(
      'id', 'acct_alphashop', 'state', case p_capability when 'active' then 'active' else 'restricted' end,
      'transfers_capability', p_capability, 'requirements', p_requirements,
      'fetched_at', clock_timestamp()
    ),
    'connect'
  );
$$;
select tests.become('owner');
select is_empty('select 1 from public.shop_notices', 'all is well');
select is(pg_temp.account('inactive', '{"due": ["individual.id_number", "external_account"], "disabled_reason": "requirements.past_due"}'), 'applied', 'Stripe switches transfers off');
select tests.become('staff');
select is_empty('select 1 from public.shop_notices', 'staff is not bothered');
select tests.become('manager');
select results_eq(
  'select kind, reason, next_action, resolved_at is null from public.shop_notices',
  $$ values ('payment_attention', 'Stripe does not let this shop receive money any more. Reason: requirements.past_due. It asks for: external_account, individual.id_number.', 'finish_onboarding', true) $$,
  'owner and managers are told why, and what to do'
);
select is(public.shop_state(tests.ref('alpha-shop')) ->> 'next_action', 'finish_onboarding', 'in the state as well');
select is(public.shop_state(tests.ref('alpha-shop')) ->> 'can_receive_money', 'false', 'plainly');
select tests.remember('notice', (select n.id from public.shop_notices as n));
select tests.back();
select results_eq(
  $$ select m.user_id from private.email_messages as m where m.template = 'shop_payment_attention' and m.entity_id = tests.ref('notice') order by 1 $$,
  $$ select t.id from (values (tests.id('owner')), (tests.id('manager'))) as t (id) order by 1 $$, 'by email too, each of them'
);
select isnt_empty(
  $$ select 1 from private.realtime_outbox where channel = 'private-shop-' || tests.ref('alpha-shop') and event = 'shop.notice' and data ->> 'notice_id' = tests.ref('notice')::text $$, 'and at once'
);
select tests.remember('mail', (select m.id from private.email_messages as m where m.template = 'shop_payment_attention' and m.user_id = tests.id('manager')));
select tests.become_role('agora_workers');
select results_eq(
  $$ select t ->> 'to', t #>> '{data,reason}' like 'Stripe does not%', t #>> '{data,shop_name}' from private.email_task(tests.ref('mail')) as t $$,
  $$ values ('manager@example.test', true, 'Alpha Shop') $$, 'the email'
);

-- What is on sale stays on sale and is sold; nothing new is published.
select tests.become_anon();
select is(tests.touched('select 1 from public.products'), 3::bigint, 'nothing is unpublished');
select tests.add_to_cart('stranger', 'poster');
select tests.check_out('stranger', 'meanwhile');
select is(tests.pay('meanwhile'), 'applied', 'orders go on');
select isnt(private.shop_balances(tests.ref('alpha-shop')), null, 'and the shop is owed them');
select tests.become('owner');
select is(tests.outcome($$ select public.publish_product(tests.ref('draft')) $$), 'payment_account_not_ready', 'a draft stays one');
select is(tests.status($$ select public.publish_product(tests.ref('draft')) $$), 409, 'a conflict');
select is(public.publish_product(tests.ref('poster')) ->> 'status', 'active', 'what is published already is');
select is(tests.outcome($$ select public.open_shop(tests.ref('alpha-shop')) $$), 'payment_account_not_ready', 'no opening either');

-- Once, until it is mended; then again.
select is(pg_temp.account('pending', '{"due": []}'), 'applied', 'still not');
select tests.back();
select is((select count(*) from public.shop_notices), 1::bigint, 'is no second notice');
select is(pg_temp.account('active'), 'applied', 'mended');
select tests.become('owner');
select is_empty('select 1 from public.shop_notices where resolved_at is null', 'the notice is settled');
select is(public.publish_product(tests.ref('draft')) ->> 'status', 'active', 'and publishing works');
select is(pg_temp.account('inactive'), 'applied', 'lost again');
select tests.back();
select is((select count(*) from public.shop_notices), 2::bigint, 'is another notice');
select is((select count(*) from private.email_messages as m where m.template = 'shop_payment_attention'), 4::bigint, 'and two more emails');
select results_eq(
  $$ select n.reason from public.shop_notices as n where n.resolved_at is null $$, array['Stripe does not let this shop receive money any more.'], 'with what is known'
);
select is(pg_temp.account('active', '{"due": "nonsense"}'), 'applied', 'odd requirements');
select is(pg_temp.account('inactive', '{"due": "nonsense"}'), 'applied', 'break nothing');
select tests.become('owner');
select is(tests.outcome($$ select public.dismiss_notice(n.id) from public.shop_notices as n where n.resolved_at is null $$), 'notice_not_found', 'nor is it dismissed while it is true');

-- A shop that has never been ready is not told that it lost anything.
select tests.become('stranger');
select tests.remember('new', (public.create_shop('New', 'new-shop') ->> 'id')::uuid);
select tests.become_role('agora_webhooks');
select private.attach_stripe_account(tests.ref('new'), '{"id": "acct_new", "state": "pending", "transfers_capability": "pending"}');
select tests.become('stranger');
select is_empty('select 1 from public.shop_notices', 'pending is no loss');

select * from finish();
rollback;
