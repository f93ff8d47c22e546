-- Support: what a ticket needs, and a trace of every look.
begin;
select no_plan();
select tests.world();
select tests.make_staff('support', 'support');
select tests.make_staff('moderator', 'moderator');
create function pg_temp.ask(p_who text, p_call text)
returns jsonb
language plpgsql
as $$
declare
  v_answer jsonb;
begin
  perform tests.become(p_who);
  perform set_config('response.status', '', true);
  execute 'select public.' || p_call into v_answer;
  return v_answer;
exception when sqlstate 'PGRST' then
  return jsonb_build_object('code', sqlerrm::jsonb ->> 'code');
end;
$$;
create function pg_temp.looks()
returns setof text
language sql
as $$
  select concat_ws(' ', a.entity, a.entity_id, a.new ->> 'ticket') from private.audit_log as a
  where a.action = 'look' and a.actor_id = tests.id('support') order by a.occurred_at;
$$;
select is(pg_temp.ask(who, $$support_find_user('buyer@example.test', 'T-1')$$) ->> 'code', 'support_only', who)
from unnest(array['buyer', 'stranger', 'moderator', 'owner']) as who;
select is(pg_temp.ask('support', $$support_find_user('buyer@example.test', '')$$) ->> 'code', 'invalid_ticket', 'without a ticket');
select is(pg_temp.ask('support', $$support_find_user('buyer@example.test', 'DROP TABLE')$$) ->> 'code', 'invalid_ticket', 'which has a form');
select tests.back();
select is_empty('select * from pg_temp.looks()', 'what was refused was no look');

select is(pg_temp.ask('support', $$support_find_user(' Buyer@Example.test ', 'T-1')$$) ->> 'id', tests.id('buyer')::text, 'by address');
select is(pg_temp.ask('admin', format($$support_find_user(%L, 'T-1')$$, tests.id('buyer'))) ->> 'email', 'buyer@example.test', 'by id, also for admins');
select is(
  pg_temp.ask('support', format($$support_find_user(%L, 'T-2')$$, (select handle from public.profiles where id = tests.id('buyer')))) #>> '{orders,0,id}',
  tests.ref('sale')::text, 'by handle, with the orders'
);
select is(pg_temp.ask('support', $$support_find_user('buyer', 'T-3')$$) ->> 'code', 'user_not_found', 'no browsing: whole values only');
select is(pg_temp.ask('support', $$support_find_user('%', 'T-3')$$) ->> 'code', 'user_not_found', 'no patterns');
select is(current_setting('response.status'), '404', 'which is a 404');
select is(pg_temp.ask('support', $$support_find_user(null, 'T-3')$$) ->> 'code', 'user_not_found', 'nobody');
select tests.back();
create temp table refs on commit drop as
select 'id' as name, o.id::text as order_ref from public.orders as o where o.id = tests.ref('sale')
union all
select 'number', lower(o.order_number) from public.orders as o where o.id = tests.ref('sale');
grant select on refs to public;
select is(
  pg_temp.ask('support', format($$support_order(%L, '#77')$$, v.order_ref)) ->> 'id', tests.ref('sale')::text, 'an order by ' || v.name
)
from refs as v;
select results_eq(
  $q$ select i #>> '{downloads,used}' from jsonb_array_elements(
    pg_temp.ask('support', format($$support_order(%L, '#77')$$, tests.ref('sale'))) -> 'items'
  ) as i where i ->> 'kind' = 'digital' $q$,
  array['0'], 'with downloads'
);
select is(pg_temp.ask('support', format($$support_order(%L, '#77')$$, gen_random_uuid())) ->> 'code', 'order_not_found', 'none');
select is(pg_temp.ask('support', $$support_order('''; --', '#77')$$) ->> 'code', 'order_not_found', 'nor this');
select is(pg_temp.ask('support', $$support_order(null, '#77')$$) ->> 'code', 'order_not_found', 'nor nothing');
select is(pg_temp.ask('buyer', format($$support_order(%L, '#77')$$, tests.ref('sale'))) ->> 'code', 'support_only', 'not for its buyer');
select tests.back();
select results_eq(
  'select * from pg_temp.looks()',
  format(
    $$ values ('users %1$s T-1'), ('users %1$s T-2'), ('users none T-3'), ('users none T-3'), ('users none T-3'), ('orders %2$s #77'), ('orders %2$s #77'), ('orders %2$s #77'), ('orders none #77'), ('orders none #77'), ('orders none #77') $$,
    tests.id('buyer'), tests.ref('sale')
  ),
  'every look, also one that found nothing: who, what, for which ticket'
);
select is_empty($$ select 1 from private.audit_log as a where a::text like '%@%' $$, 'and no address that was asked for');
select tests.sanction('support', 'suspend');
select is(pg_temp.ask('support', $$support_find_user('buyer@example.test', 'T-1')$$) ->> 'code', 'account_suspended', 'a suspended colleague sees nothing');
select volatility_is('public', 'support_find_user', 'volatile', 'a look may write');
select volatility_is('public', 'support_order', 'volatile', 'by any method that may');

select * from finish();
rollback;
