-- Who changed what.
begin;
select no_plan();
select tests.world();

select set_config('request.headers', '{"x-request-id": "audit-1234"}', true);
create function pg_temp.last(p_entity text)
returns table (actor_id uuid, actor_role text, action text, entity_id text, old jsonb, new jsonb, request_id text)
language sql
as $$
  select a.actor_id, a.actor_role, a.action, a.entity_id, a.old, a.new, a.request_id
  from private.audit_log as a where a.entity = p_entity order by a.occurred_at desc limit 1;
$$;

select tests.become('owner');
update public.product_variants set price_amount = 1300 where id = tests.ref('poster/v');
select tests.back();
select results_eq(
  $$ select * from pg_temp.last('product_variants') $$,
  format(
    'values (%L::uuid, ''authenticated'', ''update'', %L, ''{"price_amount": 1250}''::jsonb, ''{"price_amount": 1300}''::jsonb, ''audit-1234'')',
    tests.id('owner'), tests.ref('poster/v')
  ),
  'a price: who, what, from, to, in which request'
);
create temp table n on commit drop as select count(*) as n from private.audit_log;
select tests.become('owner');
update public.product_variants set price_amount = 1300 where id = tests.ref('poster/v');
update public.product_variants set stock = 7 where id = tests.ref('poster/v');
select tests.back();
select is((select count(*) from private.audit_log), (select n.n from n), 'what changed nothing, or no price, is none');

update public.user_roles set reason = 'changed' where user_id = tests.id('admin');
select results_eq(
  $$ select action, entity_id, old, new, actor_role from pg_temp.last('user_roles') $$,
  format('values (''update'', %L, ''{"reason": "runs the platform"}''::jsonb, ''{"reason": "changed"}''::jsonb, ''supabase_admin'')', tests.id('admin')), 'roles'
);
select tests.make_staff('chief', 'admin');
delete from public.user_roles where user_id = tests.id('admin');
select results_eq($$ select action, new from pg_temp.last('user_roles') $$, $$ values ('delete', null::jsonb) $$, 'their end');
delete from public.shop_members where user_id = tests.id('staff');
select results_eq(
  $$ select action, entity_id from pg_temp.last('shop_members') $$,
  format('values (''delete'', %L)', tests.ref('alpha-shop') || ':' || tests.id('staff')), 'members'
);
select results_eq(
  $$ select action, old ->> 'status', new ->> 'status', actor_role from private.audit_log where entity = 'payments' order by occurred_at $$,
  $$ values ('insert', null, 'created', 'authenticated'), ('update', 'created', 'succeeded', 'agora_workers') $$, 'payments'
);
select results_eq(
  $$ select action, new ->> 'status' from private.audit_log where entity = 'shops' and entity_id = tests.ref('alpha-shop')::text order by occurred_at $$,
  $$ values ('insert', 'draft'), ('update', 'active') $$, 'shops'
);
select isnt_empty(
  $$ select 1 from private.audit_log where entity = 'shop_payment_accounts' and new ->> 'state' = 'active' $$, 'payment accounts'
);
select is_empty($$ select 1 from private.audit_log as a where a::text like '%@%' $$, 'no address in it');

select * from finish();
rollback;
