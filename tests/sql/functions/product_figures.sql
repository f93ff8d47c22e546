-- Lowest price, currency, availability and sales of a product; countries; what a buyer pays at will.
begin;
select no_plan();
select tests.world();
create function pg_temp.figures(p_slug text)
returns text
language sql
as $$
  select concat_ws(' ', p.min_price_amount, p.price_currency, p.is_available, p.sales_count)
  from public.products as p where p.id = tests.ref(p_slug);
$$;
select tests.back();
select is(pg_temp.figures('ebook'), '999 eur t 1', 'after one sale');
select is(pg_temp.figures('poster'), '1250 eur t 2', 'two pieces are two');
select tests.become('owner');
insert into public.products (shop_id, slug, title, kind) values (tests.ref('alpha-shop'), 'bare', 'Bare', 'physical');
select tests.remember('bare', (select p.id from public.products as p where p.slug = 'bare'));
select is(pg_temp.figures('bare'), 'f 0', 'nothing without a variant');
insert into public.product_variants (product_id, price_amount, currency, title, stock) values (tests.ref('poster'), 800, 'eur', 'small', 0);
select tests.remember('small', (select v.id from public.product_variants as v where v.title = 'small'));
select is(pg_temp.figures('poster'), '800 eur t 2', 'the lowest price counts');
update public.product_variants set stock = 0 where id = tests.ref('poster/v');
select is(pg_temp.figures('poster'), '800 eur f 2', 'sold out');
update public.product_variants set stock = 1, price_amount = 700 where id = tests.ref('small');
select is(pg_temp.figures('poster'), '700 eur t 2', 'back');
select tests.add_to_cart('stranger', 'mug', 4);
select tests.check_out('stranger', 'last');
select tests.back();
select is(pg_temp.figures('mug'), '777 eur f 1', 'held is not available');
select tests.expire('last');
select is(pg_temp.figures('mug'), '777 eur t 1', 'given back is');
select tests.pay('last');
select tests.back();
select is(pg_temp.figures('mug'), '777 eur f 5', 'paid after all: sold, and counted');
select tests.become('owner');
select public.delete_variant(tests.ref('small'));
select is(pg_temp.figures('poster'), '1250 eur f 2', 'without it');

-- What nobody writes by hand.
select throws_ok(format('update public.products set %s = %s', c, v), '42501', null, c || ' is nobody''s to write')
from (values
  ('rating_count', '1'), ('rating_sum', '5'), ('sales_count', '9'), ('min_price_amount', '1'), ('price_currency', '''eur'''),
  ('is_available', 'true'), ('publish_at', 'now()'), ('publish_problem', '''x'''), ('is_bundle', 'true'), ('rating_avg', 'default')
) as t (c, v);
select tests.back();
update public.products set rating_count = 3, rating_sum = 13 where id = tests.ref('poster');
select results_eq('select rating_avg from public.products where id = tests.ref(''poster'')', array[4.33], 'the average follows');

-- Pay what you want.
select tests.become('manager');
update public.product_variants set pricing = 'pwyw', price_amount = 1000, minimum_amount = 300 where id = tests.ref('draft/v');
select public.publish_product(tests.ref('draft'));
select is(pg_temp.figures('draft'), '300 eur t 0', 'its minimum is its price');
select tests.become('stranger');
select is(tests.outcome($$ select public.cart_add(tests.ref('ebook/v'), 1, 2000) $$), 'price_is_fixed', 'a fixed price is fixed');
select is(tests.outcome($$ select public.cart_add(tests.ref('draft/v'), 1, 299) $$), 'amount_below_minimum', 'not below the minimum');
select is(tests.outcome($$ select public.cart_add(tests.ref('draft/v'), 1, -5) $$), 'amount_below_minimum', 'nor negative');
select is(tests.outcome($$ select public.cart_add(tests.ref('draft/v'), 1, 100000000) $$), 'amount_too_high', 'nor more than can be charged');
delete from public.cart_items;
select is(public.cart_add(tests.ref('draft/v')) ->> 'subtotal_amount', '1000', 'the suggestion, if nothing is said');
select is(public.cart_add(tests.ref('draft/v'), 1, 450) ->> 'subtotal_amount', '900', 'or what the buyer says');
update public.cart_items set quantity = 1;
select throws_ok('update public.cart_items set unit_amount = 1', '42501', null, 'but not behind the function''s back');
select tests.become('manager');
update public.product_variants set minimum_amount = 500 where id = tests.ref('draft/v');
select tests.become('stranger');
select is(public.cart_summary() ->> 'can_check_out', 'false', 'a minimum that rose');
select is(tests.outcome($$ select public.begin_checkout('pwyw-1234') $$), 'amount_below_minimum', 'is asked for at checkout');
select public.cart_add(tests.ref('draft/v'), 1, 600);
update public.cart_items set quantity = 1;
select tests.check_out('stranger', 'generous');
select tests.back();
select results_eq($$ select unit_amount, total_amount from public.order_items where order_id = tests.ref('generous') $$, $$ values (600::bigint, 600::bigint) $$, 'the order keeps it');

-- Countries.
select tests.become('owner');
select is(tests.outcome(format('update public.products set countries = %L where id = %L', c, tests.ref('poster'))), '23514', 'no countries: ' || c)
from unnest(array['{}', '{de}', '{DE,NULL}', '{"DE,AT"}', '{DEU}', '{DE,""}']) as c;
select is(tests.touched(format('update public.products set countries = %L where id = %L', '{DE,AT}', tests.ref('ebook'))), 1::bigint, 'countries');
select tests.become('stranger');
delete from public.cart_items;
select public.cart_add(tests.ref('ebook/v'));
select is(tests.outcome($$ select public.begin_checkout('country-1') $$), 'country_required', 'asked for only where it matters');
select is(tests.outcome($$ select public.begin_checkout('country-1', null, 'de') $$), 'invalid_country', 'a code');
select is(tests.outcome($$ select public.begin_checkout('country-1', null, 'FR') $$), 'not_available_in_country', 'not there');
select is(public.begin_checkout('country-1', 999, 'AT') ->> 'amount', '999', 'there');
select is(tests.outcome($$ select public.begin_checkout('country-1', 999, 'DE') $$), 'idempotency_key_reused', 'the country is part of the request');
select is(public.begin_checkout('country-1', 999, 'AT') ->> 'amount', '999', 'the same again is the same');
select * from finish();
rollback;
