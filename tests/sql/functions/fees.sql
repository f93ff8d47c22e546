-- The platform's fee at its boundaries, and splitting without losing a cent.
begin;
select no_plan();
select tests.world();
set local role postgres;

-- 8.75 % + 0.30 by default.
select is(f.fee, 30 + 875::bigint, '100.00: 8.75 and 0.30') from private.platform_fee(null, 'eur', 10000) as f;
select is(f.fee, 6::bigint, '0.06: the fee never exceeds the amount') from private.platform_fee(null, 'eur', 6) as f;
select is(f.fee, 1::bigint, 'the smallest amount') from private.platform_fee(null, 'eur', 1) as f;
select is(f.fee, 30 + 87::bigint, '9.99: 0.8741 rounds down') from private.platform_fee(null, 'eur', 999) as f;
select is(f.fee, 30 + 35::bigint, '4.00: exactly 0.35') from private.platform_fee(null, 'eur', 400) as f;
select is(f.fee, 20::bigint, '0.20: capped at the amount') from private.platform_fee(null, 'eur', 20) as f;
select is(f.hold_days, 7, 'the default hold') from private.platform_fee(null, 'eur', 20) as f;
select throws_ok(
  $$ select private.platform_fee(null, 'chf', 1) $$, 'P0002', null, 'a currency without a schedule'
);

-- A shop's own schedule, from its day on; half a unit rounds up.
insert into private.fee_schedules (shop_id, currency, basis_points, fixed_amount, hold_days, effective_from)
values
(tests.ref('alpha-shop'), 'eur', 500, 0, 14, now() - interval '2 days'),
(tests.ref('alpha-shop'), 'eur', 250, 1, 3, now() - interval '1 day'),
(tests.ref('alpha-shop'), 'eur', 9999, 0, 0, now() + interval '1 day');
select is(f.fee, 3 + 1::bigint, 'the newest effective one counts: 2.5 % of 1.00 is 2.5, up to 3, and 1')
from private.platform_fee(tests.ref('alpha-shop'), 'eur', 100) as f;
select is(f.hold_days, 3, 'with its hold') from private.platform_fee(tests.ref('alpha-shop'), 'eur', 100) as f;
select is(f.fee, 39::bigint, 'other shops keep the default') from private.platform_fee(tests.ref('beta-shop'), 'eur', 100) as f;
select is(f.fee, 39::bigint, 'and other currencies') from private.platform_fee(tests.ref('alpha-shop'), 'usd', 100) as f;
select throws_ok(
  $$ insert into private.fee_schedules (currency, basis_points, fixed_amount) values ('eur', 10001, 0) $$,
  '23514', null, 'no more than everything'
);

-- allocate()
select is(private.allocate(100, array[1, 1, 1]::bigint[]), array[34, 33, 33]::bigint[], 'the earlier one gets the odd cent');
select is(private.allocate(2, array[1, 1, 1]::bigint[]), array[1, 1, 0]::bigint[], 'fewer cents than parts');
select is(private.allocate(0, array[5, 7]::bigint[]), array[0, 0]::bigint[], 'nothing to split');
select is(private.allocate(7, array[3]::bigint[]), array[7]::bigint[], 'one part');
select is(private.allocate(10, array[1, 8, 1]::bigint[]), array[1, 8, 1]::bigint[], 'exact');
select is(private.allocate(10, array[333, 667]::bigint[]), array[3, 7]::bigint[], 'to the larger fraction first');
select is(private.allocate(0, array[0, 0]::bigint[]), array[0, 0]::bigint[], 'nothing over nothing');
select is(private.allocate(3, array[0, 5, 0]::bigint[]), array[0, 3, 0]::bigint[], 'what is free bears nothing');
select throws_ok($$ select private.allocate(1, array[0, 0]::bigint[]) $$, '22012', null, 'something over nothing is a mistake');
select is(private.allocate(5, '{}'), '{}'::bigint[], 'no parts');
select is(
  (
    select count(*) from generate_series(1, 300) as n
    cross join lateral (
      select private.allocate(n * 7919 % 10007, array[n, n * 31 % 97 + 1, 99999999, 1]::bigint[]) as parts
    ) as a
    where (select sum(u.part) from unnest(a.parts) as u (part)) <> n * 7919 % 10007
      or 0 > any(a.parts) -- noqa: RF03
  ),
  0::bigint, 'the parts always sum to the total and none is negative'
);
select is(
  (select sum(p)::bigint from unnest(private.allocate(9000000000000000000, array[9000000000000000000, 9000000000000000000, 1]::bigint[])) as p),
  9000000000000000000, 'beyond what amount times weight fits into'
);
reset role;

-- On an order: the shop's fee over its items.
select results_eq(
  $$
    select s.slug, e.total_amount, e.platform_fee_amount, e.seller_amount
    from public.shop_earnings as e
    inner join public.shop_orders as o on o.id = e.shop_order_id
    inner join public.shops as s on s.id = e.shop_id
    where o.order_id = tests.ref('sale') order by s.slug
  $$,
  $$ values ('alpha-shop', 3499::bigint, 336::bigint, 3163::bigint), ('beta-shop', 777::bigint, 98::bigint, 679::bigint) $$,
  'each shop''s split'
);
select results_eq(
  $$
    select i.total_amount, f.platform_fee_amount
    from private.order_item_fees as f
    inner join public.order_items as i on i.id = f.order_item_id
    where i.order_id = tests.ref('sale') order by 1
  $$,
  $$ values (777::bigint, 98::bigint), (999::bigint, 96::bigint), (2500::bigint, 240::bigint) $$,
  'and each item''s part of the fee'
);

select * from finish();
rollback;
