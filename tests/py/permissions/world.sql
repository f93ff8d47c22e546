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
