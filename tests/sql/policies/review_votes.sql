-- Twin of supabase/policies/review_votes.sql: one vote per person and review, not of one's own.
begin;
select no_plan();
select tests.world();
select tests.review('buyer', 'sale/ebook', 5, 'seen');
select tests.review('buyer', 'sale/mug', 1, 'unseen');
select tests.become('admin');
select public.moderate_review(tests.ref('unseen'), true, 'an insult');
select is(
  tests.grants('authenticated', 'public.review_votes'), 'delete insert(review_id) select', 'what a client may write'
);
select is(tests.grants('anon', 'public.review_votes'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.review_votes'), 'select', 'the secret key reads');

create function pg_temp.vote(p_review text)
returns text
language sql
as $$
  select tests.outcome(format('insert into public.review_votes (review_id) values (%L)', tests.ref(p_review)));
$$;
select tests.become('stranger');
select is(pg_temp.vote('seen'), 'ok', 'a vote');
select is(pg_temp.vote('seen'), '23505', 'only one');
select is(pg_temp.vote('unseen'), '42501', 'not for a hidden review');
select is(
  tests.outcome(format(
    'insert into public.review_votes (review_id, user_id) values (%L, %L)', tests.ref('seen'), tests.id('owner')
  )),
  '42501', 'not in another''s name'
);
select is(tests.outcome('update public.review_votes set created_at = now()'), '42501', 'nothing to change');
select tests.become('buyer');
select is(pg_temp.vote('seen'), '42501', 'not for one''s own');
select tests.become('admin');
select is(pg_temp.vote('unseen'), '42501', 'not even by who sees the hidden one');
select is_empty('select 1 from public.review_votes', 'others'' votes are not seen');
select is(tests.touched('delete from public.review_votes'), 0::bigint, 'nor taken back');
select tests.become_anon();
select throws_ok('select 1 from public.review_votes', '42501', null, 'nor by visitors');
select results_eq('select helpful_count from public.product_reviews', array[1], 'who see the number');
select tests.become('stranger');
select results_eq('select user_id from public.review_votes', array[tests.id('stranger')], 'one''s own is');
select is(tests.touched('delete from public.review_votes'), 1::bigint, 'and can be taken back');
select results_eq('select helpful_count from public.product_reviews', array[0], 'and counted off');
select * from finish();
rollback;
