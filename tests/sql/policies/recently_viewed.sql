-- Twin of supabase/policies/recently_viewed.sql: each person's own; written by note_view only.
begin;
select no_plan();
select tests.world();
select is(tests.grants('authenticated', 'public.recently_viewed'), 'delete select', 'read and forget');
select is(tests.grants('anon', 'public.recently_viewed'), null, 'anon may nothing');
select is(tests.grants('service_role', 'public.recently_viewed'), 'select', 'the secret key reads');
select tests.become('stranger');
select public.note_view(tests.ref('mug'));
select results_eq('select product_id from public.recently_viewed', array[tests.ref('mug')], 'one''s own');
select throws_ok(
  format('insert into public.recently_viewed (user_id, product_id) values (%L, %L)', tests.id('stranger'), tests.ref('poster')),
  '42501', null, 'not by insert'
);
select tests.become('seller');
select is_empty('select 1 from public.recently_viewed', 'the shop does not see who looks');
select is(tests.touched('delete from public.recently_viewed'), 0::bigint, 'nor removes it');
select tests.become('admin');
select is_empty('select 1 from public.recently_viewed', 'nor does an administrator');
select tests.become_anon();
select throws_ok('select 1 from public.recently_viewed', '42501', null, 'nor visitors');
select tests.become('stranger');
select is(tests.touched('delete from public.recently_viewed'), 1::bigint, 'the person forgets it');
select * from finish();
rollback;
