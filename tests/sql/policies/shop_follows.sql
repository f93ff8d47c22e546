-- Twin of supabase/policies/shop_follows.sql: each person's own; active shops of others.
begin;
select no_plan();
select tests.world();
select tests.become('stranger');
select tests.remember('closed', (public.create_shop('Not open yet', 'closed-shop') ->> 'id')::uuid);
select is(
  tests.grants('authenticated', 'public.shop_follows'), 'delete insert(shop_id) select', 'what a client may write'
);
select is(tests.grants('anon', 'public.shop_follows'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.shop_follows'), 'select', 'the secret key reads');

create function pg_temp.follow(p_shop text)
returns text
language sql
as $$
  select tests.outcome(format('insert into public.shop_follows (shop_id) values (%L)', tests.ref(p_shop)));
$$;
select tests.become('buyer');
select is(pg_temp.follow('alpha-shop'), 'ok', 'a follower');
select is(pg_temp.follow('alpha-shop'), '23505', 'once');
select is(pg_temp.follow('closed'), '42501', 'not of a shop that is not open');
select is(
  tests.outcome(format(
    'insert into public.shop_follows (shop_id, user_id) values (%L, %L)', tests.ref('beta-shop'), tests.id('owner')
  )),
  '42501', 'not in another''s name'
);
select is(tests.outcome('update public.shops set follower_count = 9'), '42501', 'the number is not a client''s');
select tests.become('staff');
select is(pg_temp.follow('alpha-shop'), '42501', 'a shop does not follow itself');
select tests.become('owner');
select is_empty('select 1 from public.shop_follows', 'nor does it see who follows');
select is(tests.outcome('update public.shops set follower_count = 9'), '42501', 'nor set how many');
select is(tests.touched('delete from public.shop_follows'), 0::bigint, 'nor end it');
select tests.become_anon();
select throws_ok('select 1 from public.shop_follows', '42501', null, 'nor do visitors');
select results_eq(
  'select follower_count from public.shops where slug = ''alpha-shop''', array[1], 'everyone sees the number'
);
select tests.become('buyer');
select is(tests.touched('delete from public.shop_follows'), 1::bigint, 'the follower can stop');
select results_eq(
  'select follower_count from public.shops where slug = ''alpha-shop''', array[0], 'and is counted off'
);
select * from finish();
rollback;
