-- Roles, channels, machine users.
begin;
select no_plan();
select tests.world();

select tests.become('admin');
select ok(private.has_role('admin'), 'the admin is one');
select ok(not private.has_role('support'), 'and nothing else');
select isnt(public.admin_health() -> 'queues' -> 'email', null, 'sees the queues');
select tests.back();
select tests.make_staff('chief', 'admin');
update public.user_roles set expires_at = now() where user_id = tests.id('admin');
select tests.become('admin');
select ok(not private.has_role('admin'), 'until the role ends');
select is(tests.outcome('select public.admin_health()'), 'admin_only', 'at once');
select tests.become('stranger');
select is(tests.status('select public.admin_health()'), 403, 'a stranger is none');
select set_config(
  'request.jwt.claims', json_build_object('sub', tests.id('stranger'), 'role', 'authenticated', 'app_metadata', json_build_object('role', 'admin'), 'user_role', 'admin')::text, true
);
select ok(not private.has_role('admin'), 'whatever the token claims');

create function pg_temp.hears(p_who text)
returns text
language plpgsql
as $$
declare
  v_heard text;
begin
  perform tests.become(p_who);
  select string_agg(c.label, ' ' order by c.label) into v_heard from (
    values
    ('user', 'private-user-' || tests.id('buyer')), ('order', 'private-order-' || tests.ref('sale')),
    ('shop', 'private-shop-' || tests.ref('alpha-shop'))
  ) as c (label, channel)
  where public.can_subscribe(c.channel);
  return v_heard;
end;
$$;
select is(pg_temp.hears('buyer'), 'order user', 'a buyer hears of the own order');
select is(pg_temp.hears('owner'), 'shop', 'the seller of the shop');
select is(pg_temp.hears('staff'), 'shop', 'staff too');
select is(pg_temp.hears('seller'), null, 'another seller of nothing');
select is(pg_temp.hears('stranger'), null, 'a stranger neither');
select tests.become('buyer');
select ok(not public.can_subscribe(c), 'no: ' || coalesce(c, 'null'))
from unnest(array[
  null, '', 'private-user-', 'private-user-' || tests.id('buyer') || ' ', 'private-user-' || upper(tests.id('buyer')::text),
  'presence-user-' || tests.id('buyer'), 'private-admin-' || tests.id('buyer'), 'public', E'private-user-' || tests.id('buyer') || E'\n'
]) as c;
select tests.become_anon();
select is(tests.outcome($$ select public.can_subscribe('x') $$), '42501', 'anon asks nothing');

select tests.become_role('postgres');
select is(tests.outcome($$ select private.add_service_account('nobody@example.test', '{}') $$), 'account_not_found', 'a machine user signs up first');
select lives_ok($$ select private.add_service_account('Stranger@example.test', array['product-files']) $$, 'then it is admitted');
select lives_ok($$ select private.add_service_account('stranger@example.test', array['personalized-files']) $$, 'or given other buckets');
select tests.become('stranger');
select results_eq('select private.my_service_buckets()', array['personalized-files'], 'the last word counts');
select tests.become('buyer');
select is_empty('select private.my_service_buckets()', 'people have none');
select is_empty('select private.my_shop_ids()', 'a buyer works nowhere');
select tests.become('staff');
select is_empty('select private.my_managed_shop_ids()', 'staff manages nothing');

select * from finish();
rollback;
