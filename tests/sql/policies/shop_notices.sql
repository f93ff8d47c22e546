-- Twin of supabase/policies/shop_notices.sql: members read; what is about money, owner and managers.
begin;
select no_plan();
select tests.world();
select private.open_notice(tests.ref('alpha-shop'), 'suspended', 'Fakes', 'contact_support');
select private.open_notice(tests.ref('alpha-shop'), 'payment_attention', 'Papers', 'finish_onboarding');

select is(tests.grants('authenticated', 'public.shop_notices'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.shop_notices'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.shop_notices'), 'select', 'the secret key reads');

select tests.become('owner');
select results_eq(
  'select kind from public.shop_notices order by kind', array['payment_attention', 'suspended'],
  'the owner sees both'
);
select throws_ok(
  'update public.shop_notices set resolved_at = now()', '42501', null, 'and writes none'
);
select throws_ok('delete from public.shop_notices', '42501', null, 'nor deletes any');
select tests.become('manager');
select is(tests.touched('select 1 from public.shop_notices'), 2::bigint, 'so does a manager');
select tests.become('staff');
select results_eq(
  'select kind from public.shop_notices', array['suspended'], 'staff sees nothing about money'
);
select tests.become('seller');
select is_empty('select 1 from public.shop_notices', 'another seller sees none');
select tests.become('stranger');
select is_empty('select 1 from public.shop_notices', 'nor a stranger');
select tests.become_anon();
select throws_ok('select 1 from public.shop_notices', '42501', null, 'nor anon');

select * from finish();
rollback;
