-- Ratings, votes and followers, whatever changes them and in however large a statement.
begin;
select no_plan();
select tests.world();

create function pg_temp.rating(p_product text)
returns text
language sql
as $$
  select concat_ws(' ', p.rating_count, p.rating_sum, p.rating_avg, p.rating_counts::text)
  from public.products as p where p.id = tests.ref(p_product);
$$;
select is(pg_temp.rating('ebook'), '0 0 {0,0,0,0,0}', 'no review, no average');
select tests.review('buyer', 'sale/ebook', 5, 'one');
select tests.review('buyer', 'sale/mug', 2, 'two');
select is(pg_temp.rating('ebook'), '1 5 5.00 {0,0,0,0,1}', 'one review');
select tests.become('buyer');
select public.edit_review(tests.ref('one'), 3);
select is(pg_temp.rating('ebook'), '1 3 3.00 {0,0,1,0,0}', 'changed');
select tests.become('admin');
select public.moderate_review(tests.ref('one'), true, 'an insult');
select is(pg_temp.rating('ebook'), '0 0 {0,0,0,0,0}', 'a hidden one does not count');
select tests.become('buyer');
select public.edit_review(tests.ref('one'), 4);
select is(pg_temp.rating('ebook'), '0 0 {0,0,0,0,0}', 'nor its changes');
select tests.become('admin');
select public.moderate_review(tests.ref('one'), false);
select is(pg_temp.rating('ebook'), '1 4 4.00 {0,0,0,1,0}', 'restored, it does');

-- Many at once, of several products, up and down in one statement.
select tests.back();
insert into public.product_reviews (product_id, shop_id, author_id, stars)
select
  tests.ref(case when n % 3 = 0 then 'poster' else 'ebook' end), tests.ref('alpha-shop'), tests.id('stranger'), 1 + n % 5
from generate_series(1, 60) as n;
create function pg_temp.off()
returns bigint
language sql
as $$
  select count(*) from public.products as p
  left join lateral (
    select count(*) as n, coalesce(sum(r.stars), 0) as s,
      array[
        count(*) filter (where r.stars = 1), count(*) filter (where r.stars = 2), count(*) filter (where r.stars = 3),
        count(*) filter (where r.stars = 4), count(*) filter (where r.stars = 5)
      ]::integer[] as counts
    from public.product_reviews as r where r.product_id = p.id and r.status = 'visible'
  ) as c on true
  where p.rating_count <> c.n or p.rating_sum <> c.s or p.rating_counts <> c.counts;
$$;
select is(pg_temp.off(), 0::bigint, 'sixty in one statement');
select is((select rating_count from public.products where id = tests.ref('poster')), 20, 'twenty of them there');
update public.product_reviews
set stars = 6 - stars,
  product_id = case when id::text < tests.ref('two')::text then product_id else tests.ref('mug') end;
select is(pg_temp.off(), 0::bigint, 'all turned round, and moved to another product');
update public.product_reviews set status = 'hidden', hidden_reason = 'test' where stars = 1;
select is(pg_temp.off(), 0::bigint, 'some hidden');
delete from public.product_reviews as r
where r.stars = 2 and not exists (select 1 from private.reviewed_items as i where i.review_id = r.id);
select is(pg_temp.off(), 0::bigint, 'some deleted');
select set_config('tests.xmin', (select p.xmin::text || p.ctid::text from public.products as p where p.id = tests.ref('mug')), true);
update public.product_reviews set body = 'other words';
select is(
  (select p.xmin::text || p.ctid::text from public.products as p where p.id = tests.ref('mug')), current_setting('tests.xmin'),
  'a change that changes no count writes no product'
);
select throws_ok(
  $$ update public.products set rating_counts = '{0,0}' $$, '23514', null, 'a malformed count is refused'
);

-- Votes.
insert into public.review_votes (review_id, user_id)
select tests.ref(r), tests.id(u) from unnest(array['one', 'two']) as r cross join unnest(array['owner', 'staff', 'admin']) as u;
select results_eq(
  $$ select helpful_count from public.product_reviews where id in (tests.ref('one'), tests.ref('two')) $$, array[3, 3], 'six votes'
);
delete from public.review_votes where user_id = tests.id('staff');
select results_eq(
  $$ select helpful_count from public.product_reviews where id in (tests.ref('one'), tests.ref('two')) $$, array[2, 2], 'two taken back'
);

-- Followers.
insert into public.shop_follows (shop_id, user_id)
select s.id as shop_id, u.id as user_id from public.shops as s cross join public.profiles as u;
select results_eq(
  'select distinct follower_count from public.shops', 'select count(*)::integer from public.profiles', 'everybody follows everything'
);
delete from public.shop_follows where user_id <> tests.id('buyer');
select results_eq('select distinct follower_count from public.shops', array[1], 'one is left');
select * from finish();
rollback;
