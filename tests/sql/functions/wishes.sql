-- Wishlists tell what changed; what was viewed is capped.
begin;
select no_plan();
select tests.world();

select tests.become('stranger');
insert into public.wishlist_items (product_id) values (tests.ref('mug'));
select pg_sleep(0.002);
insert into public.wishlist_items (product_id) values (tests.ref('poster'));
create function pg_temp.wish(p_key text)
returns text
language sql
as $$
  select w ->> p_key from jsonb_array_elements(public.my_wishlist()) as w where w ->> 'slug' = 'mug';
$$;
select results_eq(
  'select added_price_amount, added_currency, added_available from public.wishlist_items order by 1',
  $$ values (777::bigint, 'eur', true), (1250, 'eur', true) $$, 'price and stock as they are now'
);
select is(jsonb_array_length(public.my_wishlist()), 2, 'two wishes');
select is(public.my_wishlist(null, 1) #>> '{0,slug}', 'poster', 'the newest first');
select is(public.my_wishlist((public.my_wishlist(null, 1) #>> '{0,id}')::uuid) #>> '{0,slug}', 'mug', 'then the next page');
select is(pg_temp.wish('price_change_amount'), '0', 'nothing has changed');
select tests.become('seller');
update public.product_variants set price_amount = 700, stock = 0 where id = tests.ref('mug/v');
select tests.become('stranger');
select is(pg_temp.wish('price_change_amount'), '-77', 'it is cheaper now');
select is(pg_temp.wish('available'), 'false', 'and sold out');
delete from public.wishlist_items where product_id = tests.ref('mug');
insert into public.wishlist_items (product_id) values (tests.ref('mug'));
select tests.become('seller');
update public.product_variants set stock = 3 where id = tests.ref('mug/v');
select tests.become('stranger');
select is(pg_temp.wish('back_in_stock'), 'true', 'wished for while sold out, it is back');
select tests.become('seller');
select public.archive_product(tests.ref('mug'));
select tests.become('stranger');
select is(pg_temp.wish('is_listed'), 'false', 'what is off sale stays on the list');
select is(pg_temp.wish('price_amount'), null, 'without a price');
select tests.become('buyer');
select is(public.my_wishlist(), '[]'::jsonb, 'another''s list is another''s');

-- The caps.
select tests.back();
insert into public.products (shop_id, title, kind)
select tests.ref('alpha-shop'), 'Product ' || n, 'physical' from generate_series(1, 501) as n;
update public.products set status = 'active' where title like 'Product %';
insert into public.wishlist_items (user_id, product_id)
select tests.id('buyer'), p.id from public.products as p where p.title like 'Product %'
order by p.id
limit 500;
select tests.become('buyer');
select is(
  tests.outcome(format('insert into public.wishlist_items (product_id) values (%L)', tests.ref('poster'))), 'wishlist_full',
  'five hundred wishes'
);
select is(tests.outcome('select public.note_view(tests.ref(''draft''))'), 'product_not_found', 'a draft is not looked at');
select is(tests.outcome('select public.note_view(null)'), 'product_not_found', 'nor nothing');
select tests.become_anon();
select is(tests.outcome('select public.note_view(tests.ref(''poster''))'), '42501', 'visitors are not remembered');
select tests.become('buyer');
select count(public.note_view(p.id)) from (
  select p.id from public.products as p where p.title like 'Product %' order by p.id limit 60
) as p;
select is((select count(*) from public.recently_viewed), 50::bigint, 'the fifty newest are kept');
select is_empty(
  $$
    select 1 from public.recently_viewed as v where v.product_id in (
      select p.id from public.products as p where p.title like 'Product %' order by p.id limit 10
    )
  $$,
  'the ten oldest are gone'
);
select set_config('tests.at', (select max(viewed_at)::text from public.recently_viewed), true);
select public.note_view(v.product_id) from public.recently_viewed as v order by v.viewed_at desc limit 1;
select is((select max(viewed_at)::text from public.recently_viewed), current_setting('tests.at'), 'a reload writes nothing');
select tests.back();
update public.recently_viewed set viewed_at = viewed_at - interval '1 hour';
select tests.become('buyer');
select public.note_view((select v.product_id from public.recently_viewed as v order by v.viewed_at limit 1));
select is(
  (select count(*) from public.recently_viewed where viewed_at > clock_timestamp() - interval '1 minute'), 1::bigint,
  'a later look moves it up'
);
select is((select count(*) from public.recently_viewed), 50::bigint, 'and adds nothing');
select * from finish();
rollback;
