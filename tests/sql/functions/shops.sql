-- Making and opening a shop; its Stripe account.
begin;
select no_plan();
select tests.world();

select tests.become('stranger');
select is(tests.outcome($$ select public.create_shop('x') $$), 'invalid_name', 'a name of one letter');
select is(tests.outcome($$ select public.create_shop(repeat('x', 81)) $$), 'invalid_name', 'of 81');
select is(tests.outcome($$ select public.create_shop(null) $$), 'invalid_name', 'none');
select is(tests.outcome($$ select public.create_shop('Good', 'Not Good') $$), 'invalid_slug', 'a slug has a form');
select is(tests.outcome($$ select public.create_shop('日本') $$), 'invalid_slug', 'a name that gives none');
select is(tests.outcome($$ select public.create_shop('Alpha', 'alpha-shop') $$), 'slug_taken', 'a taken one');
select is(public.create_shop(' My Shop ') ->> 'slug', 'my-shop', 'a slug from the name');
select tests.remember('shop', (select s.id from public.shops as s where s.slug = 'my-shop'));
select results_eq(
  $$ select s.name, s.status::text, m.role::text, a.state::text from public.shops as s inner join public.shop_members as m on m.shop_id = s.id inner join public.shop_payment_accounts as a on a.shop_id = s.id where s.id = tests.ref('shop') $$,
  $$ values ('My Shop', 'draft', 'owner', 'none') $$, 'a draft with its owner and an empty payment account'
);
select is(tests.outcome($$ select public.open_shop(tests.ref('shop')) $$), 'payment_account_not_ready', 'it opens when it can be paid');
select is(tests.outcome($$ select public.open_shop(tests.ref('alpha-shop')) $$), 'shop_not_found', 'not another''s');
select is(tests.outcome($$ select public.begin_onboarding(tests.ref('alpha-shop')) $$), 'shop_not_found', 'nor its onboarding');
select is(public.begin_onboarding(tests.ref('shop')) ->> 'email', 'stranger@example.test', 'the owner starts it');
select tests.become('manager');
select is(tests.outcome($$ select public.begin_onboarding(tests.ref('alpha-shop')) $$), 'shop_not_found', 'a manager does not');
select is(tests.outcome($$ select public.open_shop(tests.ref('alpha-shop')) $$), 'shop_not_found', 'nor open');

create function pg_temp.account(p_state text, p_capability text, p_at text default null, p_id text default 'acct_mine')
returns jsonb
language sql
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'id', p_id, 'state', p_state, 'transfers_capability', p_capability, 'country', 'de', 'fetched_at', p_at
  ));
$$;
select tests.become_role('agora_webhooks');
select lives_ok($$ select private.attach_stripe_account(tests.ref('shop'), pg_temp.account('requirements_due', 'inactive', '2026-01-01T00:00:00Z')) $$, 'the account is attached');
select lives_ok($$ select private.attach_stripe_account(tests.ref('shop'), pg_temp.account('requirements_due', 'inactive', '2026-01-01T00:00:00Z')) $$, 'twice');
select is(
  tests.outcome($$ select private.attach_stripe_account(tests.ref('shop'), pg_temp.account('active', 'active', null, 'acct_other')) $$), 'account_exists', 'not another one'
);
select is(
  tests.outcome($$ select private.attach_stripe_account(tests.ref('beta-shop'), pg_temp.account('active', 'active')) $$), 'account_exists', 'nor over a shop''s own'
);
select is(
  tests.stripe_event('evt_a1', 'v2.core.account[requirements].updated', pg_temp.account('active', 'active', '2026-01-03T00:00:00Z'), 'connect'), 'applied', 'Stripe says it is active'
);
select is(
  tests.stripe_event('evt_a2', 'account.updated', pg_temp.account('pending', 'pending', '2026-01-02T00:00:00Z'), 'connect'), 'applied', 'an older reading'
);
select is(
  tests.stripe_event('evt_a3', 'account.updated', pg_temp.account('restricted', 'inactive'), 'platform'), 'ignored', 'the wrong endpoint'
);
select is(
  tests.stripe_event('evt_a4', 'account.updated', pg_temp.account('active', 'active', null, 'acct_nobodys'), 'connect'), 'ignored', 'nobody''s account'
);
select tests.become('stranger');
select results_eq(
  $$ select state::text, transfers_capability, country from public.shop_payment_accounts $$,
  $$ values ('active', 'active', 'DE') $$, 'changes nothing'
);
select is(public.open_shop(tests.ref('shop')) ->> 'status', 'active', 'now it opens');
select is(public.open_shop(tests.ref('shop')) ->> 'status', 'active', 'again is fine');
select is(public.create_shop('Shop ' || n) ->> 'status', 'draft', 'shop ' || n) from generate_series(2, 10) as n;
select is(tests.outcome($$ select public.create_shop('Shop 11') $$), 'too_many_shops', 'ten are enough');
select tests.become_anon();
select is(tests.outcome($$ select public.create_shop('Shop') $$), '42501', 'anon makes none');
select tests.back();
select throws_ok(
  $$ insert into public.shop_members (shop_id, user_id, role) values (tests.ref('shop'), tests.id('admin'), 'owner') $$, '23505', null, 'one owner a shop'
);

select * from finish();
rollback;
