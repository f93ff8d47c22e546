-- The cart: what gets in, what it says.
begin;
select no_plan();
select tests.world();

select tests.become('stranger');
select is(tests.status($$ select public.cart_add(tests.ref('mug/v'), 0) $$), 422, 'a bad quantity is 422');
select is(tests.outcome($$ select public.cart_add(tests.ref('mug/v'), 0) $$), 'invalid_quantity', 'zero');
select is(tests.outcome($$ select public.cart_add(tests.ref('mug/v'), 100) $$), 'invalid_quantity', 'too many');
select is(tests.outcome($$ select public.cart_add(tests.ref('mug/v'), null) $$), 'invalid_quantity', 'null');
select is(tests.outcome($$ select public.cart_add(tests.ref('draft/v'), 1) $$), 'variant_not_found', 'a draft');
select is(tests.outcome($$ select public.cart_add(gen_random_uuid(), 1) $$), 'variant_not_found', 'nothing');
select is(public.cart_summary() ->> 'can_check_out', 'false', 'an empty cart cannot be ordered');
select is(public.cart_add(tests.ref('mug/v')) ->> 'subtotal_amount', '777', 'one by default');
select is(public.cart_add(tests.ref('mug/v'), 2) ->> 'subtotal_amount', '2331', 'more of the same adds up');
select is(
  jsonb_array_length(public.cart_add(tests.ref('poster/v'), 1) -> 'items'), 2, 'another is another line'
);
select is(public.cart_summary() ->> 'can_check_out', 'true', 'it could be ordered');
select is(public.cart_summary() ->> 'currency', 'eur', 'in one currency');
select is(
  public.cart_add(tests.ref('mug/v'), 98) #>> '{items,0,quantity}', '99', 'up to 99 of one'
);
select is(public.cart_summary() ->> 'can_check_out', 'false', 'of which there are only 5');
select tests.become('buyer');
select is(jsonb_array_length(public.cart_summary() -> 'items'), 0, 'the buyer''s is empty after paying');

select tests.back();
insert into public.product_variants (product_id, price_amount, currency)
select tests.ref('poster'), 100, 'eur' from generate_series(1, 99);
insert into public.cart_items (cart_id, user_id, variant_id, quantity)
select c.id as cart_id, c.user_id, v.id as variant_id, 1 as quantity from public.carts as c
cross join public.product_variants as v
where c.user_id = tests.id('stranger') and v.price_amount = 100
order by v.id
limit 98;
select tests.become('stranger');
select is(
  tests.outcome(format('select public.cart_add(%L, 1)', tests.ref('ebook/v'))), 'cart_full',
  'a hundred lines are enough'
);
select tests.become_role('authenticated');
select is(tests.outcome($$ select public.cart_add(tests.ref('mug/v'), 1) $$), 'sign_in_required', 'who is it?');
select is(tests.status($$ select public.cart_add(tests.ref('mug/v'), 1) $$), 401, 'as 401');
select tests.become_anon();
select is(tests.outcome($$ select public.cart_add(tests.ref('mug/v'), 1) $$), '42501', 'anon has no cart');

select * from finish();
rollback;
