-- Members change roles, go, and are told; a shop always has exactly one owner.
begin;
select no_plan();
select tests.world();

create function pg_temp.role(p_user text, p_role text)
returns text
language sql
as $$
  select tests.outcome(format('select public.change_member_role(tests.ref(''alpha-shop''), tests.id(%L), %L)', p_user, p_role));
$$;
create function pg_temp.remove(p_user text)
returns text
language sql
as $$
  select tests.outcome(format('select public.remove_member(tests.ref(''alpha-shop''), tests.id(%L))', p_user));
$$;

select tests.become('manager');
select is(pg_temp.role('manager', 'owner'), 'permission_denied', 'nobody promotes oneself');
select is(pg_temp.role('staff', 'manager'), 'permission_denied', 'nor a colleague');
select is(pg_temp.remove('staff'), 'permission_denied', 'nor throws one out');
select tests.become('seller');
select is(pg_temp.remove('staff'), 'shop_not_found', 'of another shop');
select tests.become('owner');
select is(pg_temp.role('staff', 'owner'), 'invalid_role', 'ownership goes another way');
select is(pg_temp.role('staff', null), 'invalid_role', 'a role is needed');
select is(pg_temp.role('staff', 'king'), '22P02', 'a real one');
select is(pg_temp.role('owner', 'staff'), 'owner_stays', 'the owner stays');
select is(pg_temp.remove('owner'), 'owner_stays', 'in the shop');
select is(pg_temp.remove('stranger'), 'member_not_found', 'who is not there');
select is(tests.outcome($$ select public.leave_shop(tests.ref('alpha-shop')) $$), 'owner_stays', 'nor does the owner leave');

-- The next statement of the same session counts.
select tests.become('staff');
select is(tests.touched($$ update public.products set title = 'Mine' where id = tests.ref('poster') $$), 0::bigint, 'staff edits nothing');
select tests.become('owner');
select is(pg_temp.role('staff', 'manager'), 'ok', 'made manager');
select tests.become('staff');
select is(tests.touched($$ update public.products set title = 'Mine' where id = tests.ref('poster') $$), 1::bigint, 'it does');
select tests.become('owner');
select is(pg_temp.remove('staff'), 'ok', 'removed');
select tests.become('staff');
select is_empty('select 1 from public.shop_orders', 'sees no order any more');
select ok(not public.can_subscribe('private-shop-' || tests.ref('alpha-shop')), 'hears nothing');
select is(tests.outcome($$ select public.archive_product(tests.ref('poster')) $$), 'product_not_found', 'and does nothing');
select is(tests.outcome($$ select public.leave_shop(tests.ref('alpha-shop')) $$), 'shop_not_found', 'cannot leave again');
select tests.become('manager');
select is(tests.outcome($$ select public.leave_shop(tests.ref('alpha-shop')) $$), 'ok', 'a manager leaves');
select is_empty('select 1 from public.shop_members', 'for good');
select tests.back();
select results_eq(
  $$ select action, old ->> 'role', new ->> 'role', actor_id from private.audit_log where entity = 'shop_members' and entity_id = tests.ref('alpha-shop') || ':' || tests.id('staff') and actor_id is not null order by occurred_at $$,
  $$ select a.action, a.old, a.new, tests.id('owner') from (values ('update', 'staff', 'manager'), ('delete', 'manager', null)) as a (action, old, new) $$, 'audited'
);
select results_eq(
  $$ select count(*) from private.realtime_outbox where channel = 'private-user-' || tests.id('staff') and event = 'shop.membership' $$, array[3::bigint], 'whoever is removed is told'
);

-- Handing over.
select tests.add_member('alpha-shop', 'manager', 'manager');
select tests.add_member('alpha-shop', 'staff', 'staff');
create function pg_temp.offer(p_user text)
returns text
language sql
as $$
  select tests.outcome(format('select public.offer_ownership(tests.ref(''alpha-shop''), tests.id(%L))', p_user));
$$;
select tests.become('manager');
select is(pg_temp.offer('manager'), 'permission_denied', 'only the owner offers');
select is(tests.outcome($$ select public.accept_ownership(tests.ref('alpha-shop')) $$), 'offer_not_found', 'only what is offered is taken');
select tests.become('owner');
select is(pg_temp.offer('stranger'), 'member_not_found', 'to a member');
select is(pg_temp.offer('owner'), 'owner_stays', 'not to oneself');
select is(public.offer_ownership(tests.ref('alpha-shop'), tests.id('staff')) #>> '{payment_account,consequence}', 'stays_with_shop', 'what becomes of the money is said');
select is(pg_temp.offer('manager'), 'ok', 'a later offer');
select tests.become('staff');
select is(tests.outcome($$ select public.accept_ownership(tests.ref('alpha-shop')) $$), 'offer_not_found', 'replaces the one before');
select is(tests.outcome($$ select public.withdraw_ownership_offer(tests.ref('alpha-shop')) $$), 'offer_not_found', 'a colleague withdraws none');
select tests.become('manager');
select is(tests.outcome($$ select public.withdraw_ownership_offer(tests.ref('alpha-shop')) $$), 'ok', 'it may be declined');
select tests.become('owner');
select is(pg_temp.offer('manager'), 'ok', 'offered again');
select is(tests.outcome($$ select public.withdraw_ownership_offer(tests.ref('alpha-shop')) $$), 'ok', 'and withdrawn');
select is(pg_temp.offer('staff'), 'ok', 'to staff');
select is(pg_temp.remove('staff'), 'ok', 'who is removed');
select is_empty('select 1 from public.shop_ownership_offers', 'the offer goes with the member');
select is(pg_temp.offer('manager'), 'ok', 'once more');
select tests.back();
update public.shop_ownership_offers set expires_at = now();
select tests.become('manager');
select is(tests.outcome($$ select public.accept_ownership(tests.ref('alpha-shop')) $$), 'offer_not_found', 'an offer ends');
select tests.become('owner');
select is(pg_temp.offer('manager'), 'ok', 'and is made again');
select tests.become('manager');
select public.create_shop('Shop ' || n) from generate_series(1, 10) as n;
select is(tests.outcome($$ select public.accept_ownership(tests.ref('alpha-shop')) $$), 'too_many_shops', 'ten shops are enough');
select public.close_shop(s.id) from public.shops as s where s.name in ('Shop 1', 'Shop 2');
select is(public.accept_ownership(tests.ref('alpha-shop')) #>> '{payment_account,consequence}', 'stays_with_shop', 'accepted');
set constraints all immediate;
select results_eq(
  $$ select m.user_id, m.role::text from public.shop_members as m where m.shop_id = tests.ref('alpha-shop') order by m.role $$,
  $$ select t.id, t.role from (values (tests.id('manager'), 'owner'), (tests.id('owner'), 'manager')) as t (id, role) $$, 'they have changed places'
);
select is(tests.outcome($$ select public.accept_ownership(tests.ref('alpha-shop')) $$), 'offer_not_found', 'once');
select results_eq(
  $$ select kind, next_action from public.shop_notices where shop_id = tests.ref('alpha-shop') $$, $$ values ('ownership_transferred', 'check_payment_account') $$, 'a reminder of the payment account'
);
select tests.remember('notice', (select n.id from public.shop_notices as n where n.shop_id = tests.ref('alpha-shop')));
select is(public.begin_onboarding(tests.ref('alpha-shop')) ->> 'email', 'manager@example.test', 'which the new owner manages');
select tests.become('owner');
select is(tests.outcome($$ select public.begin_onboarding(tests.ref('alpha-shop')) $$), 'shop_not_found', 'and the former one does not');
select is(tests.outcome($$ select public.dismiss_notice(tests.ref('notice')) $$), 'notice_not_found', 'nor settles the notice');
select is(tests.outcome($$ select public.close_shop(tests.ref('alpha-shop')) $$), 'permission_denied', 'nor closes');
select tests.become('manager');
select is(tests.outcome($$ select public.dismiss_notice(tests.ref('notice')) $$), 'ok', 'the new owner does');
select is(tests.outcome($$ select public.dismiss_notice(tests.ref('notice')) $$), 'notice_not_found', 'once');

-- Whatever goes wrong in a function: never without an owner, never with two.
select tests.back();
set constraints all immediate;
select is(
  tests.outcome($$ update public.shop_members set role = 'staff' where shop_id = tests.ref('beta-shop') $$), '23514', 'the last owner is not made staff'
);
select is(tests.outcome($$ delete from public.shop_members where shop_id = tests.ref('beta-shop') $$), '23514', 'nor deleted');
select is(
  tests.outcome($$ insert into public.shops (name, slug) values ('Nobody''s', 'nobodys') $$), '23514', 'no shop without'
);
select is(
  tests.outcome($$ insert into public.shop_members (shop_id, user_id, role) values (tests.ref('beta-shop'), tests.id('stranger'), 'owner') $$), '23505', 'nor a second one'
);
select tests.become_anon();
select is(tests.outcome($$ select public.leave_shop(tests.ref('beta-shop')) $$), '42501', 'anon leaves nothing');

select * from finish();
rollback;
