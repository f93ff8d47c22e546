-- Twin of supabase/policies/shops.sql: public once active; managers edit name and description.
begin;
select no_plan();
select tests.world();
select tests.become('seller');
select tests.remember('gamma-shop', (public.create_shop('Gamma', 'gamma-shop') ->> 'id')::uuid);
select tests.back();

select is(
  tests.grants('authenticated', 'public.shops'), 'select update(description,name)',
  'a client reads, and edits two columns'
);
select is(tests.grants('anon', 'public.shops'), 'select', 'anon reads');
select is(tests.grants('service_role', 'public.shops'), 'select', 'the secret key reads');

select tests.become_anon();
select results_eq(
  'select slug from public.shops order by slug', array['alpha-shop', 'beta-shop'],
  'a visitor sees active shops only'
);
select throws_ok('update public.shops set name = ''mine''', '42501', null, 'and edits none');
select tests.become('stranger');
select is_empty(
  'select 1 from public.shops where slug = ''gamma-shop''', 'a stranger sees no draft'
);
select is(tests.touched('update public.shops set name = ''mine'''), 0::bigint, 'nor edits any');
select tests.become('staff');
select is(
  tests.touched('update public.shops set name = ''mine'''), 0::bigint, 'staff does not edit'
);
select tests.become('owner');
select is_empty(
  'select 1 from public.shops where slug = ''gamma-shop''', 'another seller sees no draft'
);
select results_eq(
  'select name from public.shops where slug = ''beta-shop''', array['Beta Shop'],
  'nothing was changed'
);
select is(
  tests.touched('update public.shops set name = ''Alpha'''), 1::bigint,
  'an owner edits their own, and only that'
);
select tests.become('manager');
select is(
  tests.touched('update public.shops set description = ''Prints'''), 1::bigint,
  'and so does a manager'
);
select throws_ok(
  'update public.shops set status = ''closed''', '42501', null, 'the status goes by RPC'
);
select throws_ok('update public.shops set slug = ''other''', '42501', null, 'the slug stays');
select throws_ok(
  'insert into public.shops (name, slug) values (''New'', ''new-shop'')', '42501', null,
  'shops are made by RPC'
);
select throws_ok(
  'insert into public.shops (slug, name) values (''alpha-shop'', ''x'') '
  'on conflict (slug) do update set name = excluded.name',
  '42501', null, 'nor by an upsert'
);
select throws_ok('delete from public.shops', '42501', null, 'nobody deletes one');
select tests.become('seller');
select results_eq(
  'select status from public.shops where slug = ''gamma-shop''',
  array['draft'::public.shop_status], 'its members see a draft'
);
select * from finish();
rollback;
