-- Twin of supabase/policies/wishlist_items.sql: each person's own.
begin;
select no_plan();
select tests.world();
select is(
  tests.grants('authenticated', 'public.wishlist_items'), 'delete insert(product_id) select', 'what a client may write'
);
select is(tests.grants('anon', 'public.wishlist_items'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.wishlist_items'), 'select', 'the secret key reads');

create function pg_temp.wish(p_product text)
returns text
language sql
as $$
  select tests.outcome(format('insert into public.wishlist_items (product_id) values (%L)', tests.ref(p_product)));
$$;
select tests.become('stranger');
select is(pg_temp.wish('mug'), 'ok', 'a wish');
select is(pg_temp.wish('mug'), '23505', 'once');
select is(pg_temp.wish('draft'), '42501', 'not for what is not public');
select is(
  tests.outcome(format(
    'insert into public.wishlist_items (product_id, user_id) values (%L, %L)', tests.ref('poster'), tests.id('buyer')
  )),
  '42501', 'not on another''s list'
);
select is(
  tests.outcome(format(
    'insert into public.wishlist_items (product_id, added_price_amount) values (%L, 1)', tests.ref('poster')
  )),
  '42501', 'the price is not the client''s to say'
);
select is(tests.outcome('update public.wishlist_items set created_at = now()'), '42501', 'nothing to change');
select tests.become('seller');
select is_empty('select 1 from public.wishlist_items', 'the shop sees no wishes');
select is(pg_temp.wish('mug'), 'ok', 'a seller may wish too');
select is(tests.touched('delete from public.wishlist_items'), 1::bigint, 'and removes their own only');
select tests.become('admin');
select is_empty('select 1 from public.wishlist_items', 'nor does an administrator');
select tests.become_anon();
select throws_ok('select 1 from public.wishlist_items', '42501', null, 'nor visitors');
select tests.become('stranger');
select results_eq('select product_id from public.wishlist_items', array[tests.ref('mug')], 'the own list is still there');
select is(tests.touched('delete from public.wishlist_items'), 1::bigint, 'and can be emptied');
select * from finish();
rollback;
