-- A shop's address changes; the former one leads to it and is kept for it.
begin;
select no_plan();
select tests.world();

create function pg_temp.rename(p_slug text)
returns text
language sql
as $$
  select tests.outcome(format('select public.rename_shop(tests.ref(''alpha-shop''), %L)', p_slug));
$$;
select tests.become('staff');
select is(pg_temp.rename('by-staff'), 'permission_denied', 'staff does not rename');
select tests.become('seller');
select is(pg_temp.rename('by-seller'), 'shop_not_found', 'nor another seller');
select tests.become('owner');
select is(pg_temp.rename('No Slug'), 'invalid_slug', 'a form');
select is(pg_temp.rename(null), 'invalid_slug', 'some slug');
select is(pg_temp.rename('beta-shop'), 'slug_taken', 'a free one');
select is(pg_temp.rename('alpha-shop'), 'ok', 'the same is no change');
select tests.back();
select is_empty('select 1 from private.shop_slug_history', 'nothing is remembered of all that');
select tests.become('manager');
select is(public.rename_shop(tests.ref('alpha-shop'), 'alpha-two') ->> 'slug', 'alpha-two', 'a manager renames');
select tests.become_anon();
select is(
  public.resolve_shop('alpha-shop'),
  jsonb_build_object('shop_id', tests.ref('alpha-shop'), 'slug', 'alpha-two', 'moved', true), 'the former slug leads on'
);
select is(public.resolve_shop('alpha-two') ->> 'moved', 'false', 'the present one has not moved');
select is(public.resolve_shop('Alpha-Two') ->> 'moved', 'true', 'capitals are led on');
select is(tests.outcome($$ select public.resolve_shop('nowhere') $$), 'shop_not_found', 'nowhere leads nowhere');
select is(tests.status($$ select public.resolve_shop(null) $$), 404, 'nor does nothing');
select tests.become('seller');
select is(tests.outcome($$ select public.create_shop('Alpha', 'alpha-shop') $$), 'slug_reserved', 'nobody else takes it');
select is(tests.outcome($$ select public.rename_shop(tests.ref('beta-shop'), 'alpha-shop') $$), 'slug_reserved', 'by renaming either');
select tests.become('owner');
select is(pg_temp.rename('alpha-shop'), 'ok', 'its shop may have it back');
select is(public.resolve_shop('alpha-two') ->> 'slug', 'alpha-shop', 'and the other leads there now');
select is(pg_temp.rename('alpha-two'), 'ok', 'there');
select is(pg_temp.rename('alpha-three'), 'ok', 'and on');
select is(pg_temp.rename('alpha-four'), 'ok', 'and on');
select is(pg_temp.rename('alpha-five'), 'too_many_renames', 'three former ones are enough');
select is(pg_temp.rename('alpha-shop'), 'ok', 'back is fine');

-- 90 days later.
select tests.back();
update private.shop_slug_history set retired_at = now() - interval '90 days';
select tests.become('seller');
select is(tests.outcome($$ select public.rename_shop(tests.ref('beta-shop'), 'alpha-two') $$), 'ok', 'then it is free');
select tests.become_anon();
select is((public.resolve_shop('alpha-two') ->> 'shop_id')::uuid, tests.ref('beta-shop'), 'and leads to its new shop');
select is((public.resolve_shop('alpha-three') ->> 'shop_id')::uuid, tests.ref('alpha-shop'), 'what nobody took still leads to the old one');
select tests.become('owner');
select is(pg_temp.rename('alpha-five'), 'ok', 'and one may rename again');

-- A shop that is not open is found by its members only.
select tests.become('seller');
select tests.remember('gamma-shop', (public.create_shop('Gamma', 'gamma-shop') ->> 'id')::uuid);
select is((public.resolve_shop('gamma-shop') ->> 'shop_id')::uuid, tests.ref('gamma-shop'), 'its owner finds a draft');
select tests.become('stranger');
select is(tests.outcome($$ select public.resolve_shop('gamma-shop') $$), 'shop_not_found', 'nobody else');
select tests.back();
select isnt_empty(
  $$ select 1 from private.audit_log where entity = 'shops' and old ->> 'slug' = 'alpha-shop' and new ->> 'slug' = 'alpha-two' and actor_id = tests.id('manager') $$, 'audited'
);

select * from finish();
rollback;
