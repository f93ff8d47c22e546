-- On vacation products are seen and not sold.
begin;
select no_plan();
select tests.world();

create function pg_temp.set(p_from timestamptz, p_until timestamptz, p_message text default '')
returns text
language sql
as $$
  select tests.outcome(format('select public.set_vacation(tests.ref(''alpha-shop''), %L, %L, %L)', p_from, p_until, p_message));
$$;
select tests.become('staff');
select is(pg_temp.set(null, now() + interval '1 day'), 'permission_denied', 'staff sends nobody on vacation');
select tests.become('seller');
select is(pg_temp.set(null, now() + interval '1 day'), 'shop_not_found', 'nor another seller');
select tests.become('manager');
select is(pg_temp.set(now() + interval '2 days', now() + interval '1 day'), 'invalid_vacation', 'it ends after it begins');
select is(pg_temp.set(now() - interval '2 days', now() - interval '1 day'), 'invalid_vacation', 'not in the past');
select is(pg_temp.set(now(), null), 'invalid_vacation', 'with an end');
select is(pg_temp.set(null, now() + interval '367 days'), 'invalid_vacation', 'within a year');
select is(pg_temp.set(now() + interval '400 days', now() + interval '401 days'), 'invalid_vacation', 'soon');
select is(pg_temp.set(null, 'infinity'), 'invalid_vacation', 'not for ever');
select is(pg_temp.set('-infinity', now() + interval '1 day'), 'invalid_vacation', 'nor from ever');
select is(pg_temp.set(null, now() + interval '1 day', repeat('x', 501)), 'invalid_vacation', 'a short message');

-- Planned: nothing happens yet.
select tests.add_to_cart('stranger', 'poster');
select tests.become('manager');
select is(pg_temp.set(now() + interval '1 day', now() + interval '3 days', ' At sea '), 'ok', 'a manager plans one');
select tests.become('stranger');
select is(public.cart_summary() ->> 'can_check_out', 'true', 'until then orders are taken');
select tests.become('manager');
select is(pg_temp.set(null, '2099-01-01'), 'invalid_vacation', 'again within a year');
select is(
  public.set_vacation(tests.ref('alpha-shop'), until => now() + interval '3 days', message => 'At sea') ->> 'vacation_message', 'At sea', 'from now on'
);
select tests.become_anon();
select is(tests.touched('select 1 from public.products'), 3::bigint, 'everything is still to be seen');
select results_eq(
  $$ select vacation_message, vacation_until > now() from public.shops where slug = 'alpha-shop' $$, $$ values ('At sea', true) $$, 'and why it cannot be bought'
);
select tests.become('stranger');
select is(public.cart_summary() ->> 'can_check_out', 'false', 'the cart knows');
select isnt(public.cart_summary() #>> '{items,0,shop_on_vacation_until}', null, 'until when');
select is(tests.outcome($$ select public.begin_checkout('on-vacation-key') $$), 'shop_on_vacation', 'no checkout');
select is(tests.outcome($$ select public.cart_add(tests.ref('poster/v'), 1) $$), 'shop_on_vacation', 'nothing more into the cart');
select is(tests.status($$ select public.cart_add(tests.ref('poster/v'), 1) $$), 409, 'a conflict');
select is(tests.outcome($$ select public.cart_add(tests.ref('mug/v'), 1) $$), 'ok', 'another shop works');
create function pg_temp.details()
returns text
language plpgsql
as $$
begin
  perform public.begin_checkout('on-vacation-key');
  return null;
exception when sqlstate 'PGRST' then
  return sqlerrm::jsonb ->> 'details';
end;
$$;
select is(pg_temp.details()::timestamptz, date_trunc('second', now() + interval '3 days'), 'the refusal says until when');
select tests.become('owner');
select is(public.shop_state(tests.ref('alpha-shop')) ->> 'on_vacation', 'true', 'its state too');

-- Over.
select is(public.set_vacation(tests.ref('alpha-shop')) ->> 'vacation_until', null, 'called off');
select is((select s.vacation_message from public.shops as s where s.slug = 'alpha-shop'), '', 'the message goes with it');
select tests.become('stranger');
select is(tests.outcome($$ select public.begin_checkout('back-home-key') $$), 'ok', 'and orders are taken');
select tests.back();
update public.shops set vacation_from = now() - interval '2 days', vacation_until = now() where slug = 'alpha-shop';
select is(private.vacation_end(tests.ref('alpha-shop')), null, 'it ends by itself');
select isnt_empty(
  $$ select 1 from private.audit_log where entity = 'shops' and actor_id = tests.id('manager') and new ? 'vacation_until' $$, 'audited'
);
select tests.become_anon();
select is(tests.outcome($$ select public.set_vacation(tests.ref('alpha-shop')) $$), '42501', 'anon sets none');

select * from finish();
rollback;
