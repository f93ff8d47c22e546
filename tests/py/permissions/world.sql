-- tests.world(), more personas, and a row in every table that it leaves empty.
select tests.world();
select tests.make_user('support');
select tests.make_user('moderator');
insert into public.user_roles (user_id, role, reason)
values
(tests.id('support'), 'support', 'helps buyers'),
(tests.id('moderator'), 'moderator', 'keeps order');
select tests.become('owner');
insert into public.product_images (product_id, path)
values (
  tests.ref('ebook'),
  tests.ref('alpha-shop') || '/' || tests.ref('ebook') || '/cover.png'
);
select tests.back();
select tests.add_to_cart('stranger', 'mug');

-- The buyer's own things.
insert into public.addresses (user_id, recipient, line1, city, postal_code, country)
values (tests.id('buyer'), 'Bo Buyer', 'Somewhere 1', 'Berlin', '10115', 'DE');
select private.notify(tests.id('buyer'), 'test.kind');
insert into public.user_sanctions (user_id, kind, reason)
values (tests.id('buyer'), 'warn', 'to try it');
insert into public.account_deletions (user_id, due_at)
values (tests.id('buyer'), now() + interval '30 days');
select tests.review('buyer', 'sale/ebook', 4, 'review');
select tests.become('buyer');
insert into public.wishlist_items (product_id) values (tests.ref('mug'));
insert into public.shop_follows (shop_id) values (tests.ref('alpha-shop'));
select public.note_view(tests.ref('mug'));
select tests.become('stranger');
insert into public.review_votes (review_id) values (tests.ref('review'));

-- The shop's.
select tests.make_code('owner', 'alpha-shop', 'TENOFF', 1000);
select tests.make_bundle('owner', 'alpha-shop', 'both', 1500, array['ebook', 'poster']);
select tests.become('owner');
insert into public.product_tags (product_id, tag) values (tests.ref('ebook'), 'ropes');
select public.set_product_options(tests.ref('draft'), '[{"name": "Size", "choices": ["S", "M"]}]');
select public.invite_member(tests.ref('alpha-shop'), 'new@example.test', 'staff');
select public.offer_ownership(tests.ref('alpha-shop'), tests.id('manager'));
select public.begin_import(tests.ref('alpha-shop'));
select tests.back();
insert into public.import_errors (job_id, shop_id, line, code, message)
select j.id, j.shop_id, 2, 'invalid_value', 'Not a number.' from public.import_jobs as j;
select private.open_notice(
  tests.ref('alpha-shop'), 'ownership_transferred', 'To try it.', 'check_payment_account'
);
