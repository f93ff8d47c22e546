-- Reviews: by verified buyers, once per purchase, for 30 days; the seller's answer; moderation; pages.
begin;
select no_plan();
select tests.world();
select tests.add_to_cart('stranger', 'poster');
select tests.check_out('stranger', 'unpaid');
select tests.remember('unpaid/poster', (select i.id from public.order_items as i where i.order_id = tests.ref('unpaid')));

create function pg_temp.write(p_item text, p_stars integer default 5, p_title text default '', p_body text default '')
returns text
language sql
as $$
  select tests.outcome(format('select public.write_review(%L, %L, %L, %L)', tests.ref(p_item), p_stars, p_title, p_body));
$$;

-- Who may.
select tests.become('stranger');
select is(pg_temp.write('sale/ebook'), 'order_item_not_found', 'not another''s purchase');
select is(pg_temp.write('nothing'), 'order_item_not_found', 'nor none at all');
select is(pg_temp.write('unpaid/poster'), 'not_purchased', 'not what is not paid');
select tests.become_role('authenticated');
select is(pg_temp.write('sale/ebook'), 'sign_in_required', 'nobody');
select tests.become_anon();
select is(pg_temp.write('sale/ebook'), '42501', 'nor anon');
select tests.become('buyer');
select is(pg_temp.write('sale/ebook', 0), 'invalid_review', 'no stars');
select is(pg_temp.write('sale/ebook', 6), 'invalid_review', 'six');
select is(pg_temp.write('sale/ebook', null), 'invalid_review', 'null');
select is(pg_temp.write('sale/ebook', 5, repeat('x', 121)), 'invalid_review', 'a title too long');
select is(pg_temp.write('sale/ebook', 5, e'two\nlines'), 'invalid_review', 'of two lines');
select is(pg_temp.write('sale/ebook', 5, '', repeat('x', 5001)), 'invalid_review', 'a text too long');
select is(pg_temp.write('sale/ebook', 5, '', e'bell \x07'), 'invalid_review', 'with a control character');
select is(
  tests.status(format('select public.write_review(%L, 9)', tests.ref('sale/ebook'))), 422, 'as 422'
);
select is(pg_temp.write('sale/ebook', 4, 'Good', e'Two\n\tlines.'), 'ok', 'a verified buyer');
select is(pg_temp.write('sale/ebook', 4), 'already_reviewed', 'once per purchase');
select pg_sleep(0.002);
select is(pg_temp.write('sale/poster', 2), 'ok', 'each item of an order for itself');
select is((select count(*) from public.product_reviews), 2::bigint, 'no refused one is left');
select tests.remember('ebook-review', (select r.id from public.product_reviews as r where r.product_id = tests.ref('ebook')));
select tests.remember('poster-review', (select r.id from public.product_reviews as r where r.product_id = tests.ref('poster')));
select tests.back();
update public.download_grants set revoked_at = now(), revoked_reason = 'refunded';
delete from private.reviewed_items where order_item_id = tests.ref('sale/ebook');
select tests.become('buyer');
select is(pg_temp.write('sale/ebook'), 'not_purchased', 'what was given back is not reviewed');
select tests.back();
insert into private.reviewed_items (order_item_id, review_id)
values (tests.ref('sale/ebook'), tests.ref('ebook-review'));
update public.download_grants set revoked_at = null, revoked_reason = null;
insert into public.shop_members (shop_id, user_id, role) values (tests.ref('beta-shop'), tests.id('buyer'), 'staff');
select tests.become('buyer');
select is(pg_temp.write('sale/mug'), 'own_product', 'nor one''s own shop''s goods');
select tests.back();
select is(
  (select count(*) from private.realtime_outbox where event = 'review.created' and channel = 'private-shop-' || tests.ref('alpha-shop')),
  2::bigint, 'the shop hears of them'
);

-- Changing it.
create function pg_temp.edit(p_review text, p_stars integer, p_body text default '')
returns text
language sql
as $$
  select tests.outcome(format('select public.edit_review(%L, %L, '''', %L)', tests.ref(p_review), p_stars, p_body));
$$;
select tests.become('admin');
select is(public.moderate_review(tests.ref('ebook-review'), false) ->> 'moderated_at' is not null, true, 'a moderator has looked');
select tests.become('owner');
select is(pg_temp.edit('ebook-review', 5), 'review_not_found', 'not by the seller');
select tests.become('buyer');
select is(pg_temp.edit('ebook-review', 9), 'invalid_review', 'not into nonsense');
select is(pg_temp.edit('ebook-review', 3, 'On second thoughts'), 'ok', 'the author');
select results_eq(
  format('select stars, body, edited_at is not null, moderated_at is null from public.product_reviews where id = %L', tests.ref('ebook-review')),
  $$ values (3::smallint, 'On second thoughts', true, true) $$, 'changes it, and it is to be looked at anew'
);
select tests.back();
update public.product_reviews set created_at = now() - interval '31 days' where id = tests.ref('ebook-review');
select tests.become('buyer');
select is(pg_temp.edit('ebook-review', 1), 'edit_window_over', 'for 30 days');

-- The seller's answer.
create function pg_temp.answer(p_reply text)
returns text
language sql
as $$
  select tests.outcome(format('select public.reply_to_review(%L, %L)', tests.ref('ebook-review'), p_reply));
$$;
select tests.become('seller');
select is(pg_temp.answer('Thanks'), 'review_not_found', 'nor another shop');
select tests.become('manager');
select is(pg_temp.answer(repeat('x', 2001)), 'invalid_reply', 'not at such length');
select is(pg_temp.answer('Thanks'), 'ok', 'a manager does');
select is(pg_temp.answer('Thank you'), 'ok', 'and changes it');
select results_eq(
  format('select seller_reply from public.product_reviews where id = %L', tests.ref('ebook-review')), array['Thank you'], 'there is one'
);
select is(pg_temp.answer('  '), 'ok', 'and takes it back');
select results_eq(
  format('select seller_reply, seller_replied_at from public.product_reviews where id = %L', tests.ref('ebook-review')),
  $$ values (null::text, null::timestamptz) $$, 'it is gone'
);
select tests.become('staff');
select is(pg_temp.answer('Thank you'), 'ok', 'again, staff may');
select tests.become('manager');

-- Moderation.
select is(tests.outcome('select public.moderate_review(tests.ref(''ebook-review''), true, ''rude'')'), 'moderator_only', 'a seller does not hide');
select is(tests.outcome('select * from public.reviews_to_moderate()'), 'moderator_only', 'nor see the list');
select tests.become('admin');
select results_eq(
  'select id from public.reviews_to_moderate()', format('values (%L::uuid), (%L::uuid)', tests.ref('ebook-review'), tests.ref('poster-review')),
  'moderators have a list'
);
select results_eq(
  format('select id from public.reviews_to_moderate(%L, 1)', tests.ref('ebook-review')), array[tests.ref('poster-review')], 'page by page'
);
select is(tests.outcome('select public.moderate_review(tests.ref(''ebook-review''), true, '' '')'), 'reason_required', 'with a reason');
select is(tests.outcome('select public.moderate_review(tests.ref(''ebook-review''), null, ''what?'')'), 'reason_required', 'and a decision');
select is(tests.outcome('select public.moderate_review(gen_random_uuid(), true, ''rude'')'), 'review_not_found', 'of a review');
select is(public.moderate_review(tests.ref('ebook-review'), true, 'rude') ->> 'status', 'hidden', 'hidden');
select is(public.moderate_review(tests.ref('ebook-review'), true, 'very rude') ->> 'hidden_reason', 'very rude', 'the reason can be put better');
select tests.become('manager');
select is(pg_temp.answer('But why'), 'review_not_found', 'a hidden one is not answered');
select tests.back();
update public.product_reviews set created_at = now() where id = tests.ref('ebook-review');
select tests.become('buyer');
select is(pg_temp.edit('ebook-review', 3, 'Milder'), 'ok', 'its author may mend it');
select results_eq(
  format('select status::text, moderated_at from public.product_reviews where id = %L', tests.ref('ebook-review')),
  $$ values ('hidden', null::timestamptz) $$, 'it stays hidden until a moderator has looked'
);
select tests.become('admin');
select is(public.moderate_review(tests.ref('ebook-review'), false) ->> 'status', 'visible', 'and restores it');
select tests.back();
select results_eq(
  format('select new ->> ''status'', new ->> ''hidden_reason'', actor_id from private.audit_log where entity = ''product_reviews'' and entity_id = %L order by 1, 2', tests.ref('ebook-review')),
  format('values (''hidden'', ''rude'', %1$L::uuid), (''visible'', null, %1$L::uuid), (null, ''very rude'', %1$L::uuid), (null, null, %1$L::uuid)', tests.id('admin')),
  'who did what, and why'
);
select results_eq(
  $$ select event from private.realtime_outbox where channel = 'private-user-' || tests.id('buyer') and event like 'review.%' order by event $$,
  array['review.hidden', 'review.replied', 'review.replied', 'review.replied', 'review.restored'], 'the author hears of it'
);

-- Pages.
do $$
declare
  v_n integer;
begin
  for v_n in 1..7 loop
    perform tests.make_user('p' || v_n);
    perform tests.add_to_cart('p' || v_n, 'ebook');
    perform tests.check_out('p' || v_n, 'o' || v_n);
    perform tests.pay('o' || v_n);
    perform tests.remember('i' || v_n, (select i.id from public.order_items as i where i.order_id = tests.ref('o' || v_n)));
    perform tests.review('p' || v_n, 'i' || v_n, 1 + v_n % 5, 'r' || v_n);
  end loop;
end;
$$;
insert into public.review_votes (review_id, user_id)
select tests.ref('r' || n), tests.id('p' || m) from generate_series(1, 3) as n
cross join generate_series(5, 7) as m where m - 4 <= n;
select tests.become_anon();
create function pg_temp.walk(p_sort text, p_size integer)
returns text[]
language plpgsql
as $$
declare
  v_page jsonb;
  v_next text;
  v_all text[] := '{}';
begin
  loop
    v_page := public.product_reviews_page(tests.ref('ebook'), v_next, p_sort, p_size);
    v_all := v_all || array(select r ->> 'id' from jsonb_array_elements(v_page -> 'reviews') as r);
    v_next := v_page ->> 'next';
    exit when v_next is null;
  end loop;
  return v_all;
end;
$$;
select is(
  pg_temp.walk('newest', 3),
  array(select r.id::text from public.product_reviews as r where r.product_id = tests.ref('ebook') order by r.id desc),
  'all of them once, newest first'
);
select is(
  pg_temp.walk('helpful', 3),
  (select array_agg(r.id::text order by r.helpful_count desc, r.id desc) from public.product_reviews as r where r.product_id = tests.ref('ebook')),
  'or the most helpful first'
);
select is(pg_temp.walk('helpful', 8), pg_temp.walk('helpful', 1), 'whatever the size of a page');
select is(cardinality(pg_temp.walk('newest', 50)), 8, 'eight');
select is((pg_temp.walk('helpful', 2))[1], tests.ref('r3')::text, 'that with three votes leads');
select results_eq(
  $$ select p -> 'rating_count', p -> 'rating_counts', p -> 'reviews' -> 0 ? 'author_id', p #>> '{reviews,0,author,id}' from public.product_reviews_page(tests.ref('ebook')) as p $$,
  format($$ values ('8'::jsonb, '[1, 2, 3, 1, 1]'::jsonb, false, %L) $$, tests.id('p7')), 'with the distribution, and who wrote'
);
select is(tests.outcome('select public.product_reviews_page(tests.ref(''draft''))'), 'product_not_found', 'not of a draft');
select is(tests.outcome('select public.product_reviews_page(tests.ref(''ebook''), null, ''worst'')'), 'invalid_sort', 'no such order');
select is(tests.outcome('select public.product_reviews_page(tests.ref(''ebook''), ''x'')'), 'invalid_cursor', 'no such page');
select is(
  tests.outcome(format('select public.product_reviews_page(tests.ref(''ebook''), %L, ''helpful'')', tests.ref('r1'))),
  'invalid_cursor', 'nor one of the other order'
);
select is(
  (select provolatile from pg_proc where oid = 'public.product_reviews_page(uuid,text,text,integer)'::regprocedure), 's',
  'callable with GET'
);
select * from finish();
rollback;
