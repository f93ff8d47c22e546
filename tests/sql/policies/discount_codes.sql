-- Twin of supabase/policies/discount_codes.sql: the shop's managers only; what it gives stays.
begin;
select no_plan();
select tests.world();
select is(
  tests.grants('authenticated', 'public.discount_codes'),
  'delete insert(basis_points,code,currency,ends_at,fixed_amount,is_active,max_uses,max_uses_per_customer,'
  'minimum_subtotal_amount,product_id,shop_id,starts_at) select '
  'update(ends_at,is_active,max_uses,minimum_subtotal_amount,starts_at)',
  'what a client may write'
);
select is(tests.grants('anon', 'public.discount_codes'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.discount_codes'), 'select', 'the secret key reads');

create function pg_temp.make(p_shop text, p_columns text, p_values text)
returns text
language sql
as $$
  select tests.outcome(format(
    'insert into public.discount_codes (shop_id, %s) values (%L, %s)', p_columns, tests.ref(p_shop), p_values
  ));
$$;
select tests.become('manager');
select is(pg_temp.make('alpha-shop', 'code, basis_points', $$ ' spring-10 ', 1000 $$), 'ok', 'a manager makes one');
select results_eq('select code from public.discount_codes', array['SPRING-10'], 'in upper case, trimmed');
select is(pg_temp.make('alpha-shop', 'code, basis_points', $$ 'Spring-10', 1000 $$), '23505', 'one of a name in a shop');
select is(pg_temp.make('beta-shop', 'code, basis_points', $$ 'MINE', 1000 $$), '42501', 'not in another''s shop');
select is(
  pg_temp.make('alpha-shop', 'code, basis_points, product_id', format($$ 'MUGS', 1000, %L $$, tests.ref('mug'))),
  '23503', 'nor for another''s product'
);
select is(pg_temp.make('alpha-shop', 'code, basis_points', $$ 'a b', 1000 $$), '23514', 'no spaces');
select is(pg_temp.make('alpha-shop', 'code, basis_points', $$ 'ÄRA', 1000 $$), '23514', 'no umlauts');
select is(pg_temp.make('alpha-shop', 'code, basis_points', $$ 'MORE', 10001 $$), '23514', 'no more than everything');
select is(pg_temp.make('alpha-shop', 'code, basis_points, fixed_amount, currency', $$ 'BOTH', 1000, 5, 'eur' $$), '23514', 'percent or amount');
select is(pg_temp.make('alpha-shop', 'code', $$ 'NONE' $$), '23514', 'one of them');
select is(pg_temp.make('alpha-shop', 'code, fixed_amount', $$ 'FIXED', 500 $$), '23514', 'an amount has a currency');
select is(pg_temp.make('alpha-shop', 'code, fixed_amount, currency', $$ 'FIXED', 500, 'eur' $$), 'ok', 'like this');
select is(pg_temp.make('alpha-shop', 'code, basis_points, minimum_subtotal_amount', $$ 'LEAST', 1, 5 $$), '23514', 'and so has a minimum');
select is(pg_temp.make('alpha-shop', 'code, basis_points, ends_at', $$ 'EARLY', 1, now() - interval '1 day' $$), '23514', 'it ends after it starts');
select is(pg_temp.make('alpha-shop', 'code, basis_points, uses', $$ 'USED', 1, 5 $$), '42501', 'uses are counted, not said');
select is(tests.outcome('update public.discount_codes set uses = 0'), '42501', 'nor reset');
select is(tests.outcome('update public.discount_codes set code = ''X12'''), '42501', 'the name stays');
select is(tests.outcome('update public.discount_codes set basis_points = 1'), '42501', 'and the value');
select is(
  tests.touched('update public.discount_codes set is_active = false where code = ''FIXED'''), 1::bigint, 'it can be switched off'
);
select tests.become('staff');
select is_empty('select 1 from public.discount_codes', 'staff sees none');
select is(pg_temp.make('alpha-shop', 'code, basis_points', $$ 'STAFF', 1000 $$), '42501', 'and makes none');
select tests.become('seller');
select is_empty('select 1 from public.discount_codes', 'nor another seller');
select is(tests.touched('update public.discount_codes set is_active = false'), 0::bigint, 'who changes none');
select is(tests.touched('delete from public.discount_codes'), 0::bigint, 'nor removes any');
select tests.become('buyer');
select is_empty('select 1 from public.discount_codes', 'a buyer cannot list codes');
select is_empty('select 1 from public.discount_codes where code = ''SPRING-10''', 'nor try one here');
select tests.become('admin');
select is_empty('select 1 from public.discount_codes', 'nor an administrator');
select tests.become_anon();
select throws_ok('select 1 from public.discount_codes', '42501', null, 'nor visitors');
select tests.become('owner');
select results_eq(
  'select code, is_active from public.discount_codes order by code', $$ values ('FIXED', false), ('SPRING-10', true) $$,
  'the denied changes changed nothing'
);
select is(tests.touched('delete from public.discount_codes where code = ''FIXED'''), 1::bigint, 'the owner removes one');
select tests.back();
select results_eq(
  $$ select action, count(*) from private.audit_log where entity = 'discount_codes' group by action order by action $$,
  $$ values ('delete', 1::bigint), ('insert', 2::bigint), ('update', 1::bigint) $$, 'all of it is audited'
);
select * from finish();
rollback;
