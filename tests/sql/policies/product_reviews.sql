-- Twin of supabase/policies/product_reviews.sql: public while visible and the product is; by RPC only.
begin;
select no_plan();
select tests.world();
select tests.make_user('moderator');
insert into public.user_roles (user_id, role, reason) values (tests.id('moderator'), 'moderator', 'test');
select tests.review('buyer', 'sale/ebook', 5, 'seen');
select tests.review('buyer', 'sale/mug', 1, 'unseen');
select tests.become('moderator');
select public.moderate_review(tests.ref('unseen'), true, 'an insult');
select is(tests.grants('authenticated', 'public.product_reviews'), 'select', 'a client may only read');
select is(tests.grants('anon', 'public.product_reviews'), 'select', 'anon reads');
select is(tests.grants('service_role', 'public.product_reviews'), 'select', 'the secret key reads');

create function pg_temp.seen()
returns text[]
language sql
as $$
  select array_agg(r.title order by r.id) from public.product_reviews as r;
$$;
select tests.become_anon();
select is(pg_temp.seen(), array['Title of seen'], 'visitors see visible reviews');
select tests.become('stranger');
select is(pg_temp.seen(), array['Title of seen'], 'and so does everyone');
select tests.become('seller');
select is(pg_temp.seen(), array['Title of seen'], 'the shop sees no hidden one either');
select tests.become('buyer');
select is(pg_temp.seen(), array['Title of seen', 'Title of unseen'], 'the author sees their own');
select results_eq(
  'select hidden_reason from public.product_reviews where status = ''hidden''', array['an insult'], 'and why it is hidden'
);
select tests.become('moderator');
select is(pg_temp.seen(), array['Title of seen', 'Title of unseen'], 'moderators see all');
select tests.become('admin');
select is(pg_temp.seen(), array['Title of seen', 'Title of unseen'], 'and administrators');
select tests.become('owner');
select public.archive_product(tests.ref('ebook'));
select is(pg_temp.seen(), array['Title of seen'], 'members see those of their unlisted product');
select tests.become('stranger');
select is(pg_temp.seen(), null, 'nobody else does');
select tests.become_anon();
select is(pg_temp.seen(), null, 'nor visitors');

select tests.become('buyer');
select throws_ok('update public.product_reviews set stars = 5', '42501', null, 'nobody writes the table');
select throws_ok('delete from public.product_reviews', '42501', null, 'nor deletes');
select throws_ok(
  format(
    'insert into public.product_reviews (product_id, shop_id, author_id, stars) values (%L, %L, %L, 5)',
    tests.ref('ebook'), tests.ref('alpha-shop'), tests.id('buyer')
  ),
  '42501', null, 'nor inserts'
);
select is(
  tests.outcome('select public.edit_review(tests.ref(''seen''), 4)'), 'ok', 'the author has an RPC'
);
select * from finish();
rollback;
