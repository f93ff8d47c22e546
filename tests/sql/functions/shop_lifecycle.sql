-- Suspended, reinstated, closed: who may, what follows, what forbids it.
begin;
select no_plan();
select tests.world();
select tests.make_user('moderator');
insert into public.user_roles (user_id, role, reason)
values (tests.id('moderator'), 'moderator', 'keeps order'), (tests.id('stranger'), 'support', 'helps');

create function pg_temp.state(p_who text, p_shop text default 'alpha-shop')
returns text
language plpgsql
as $$
declare
  v_state jsonb;
begin
  perform tests.become(p_who);
  v_state := public.shop_state(tests.ref(p_shop));
  return concat_ws(' | ', v_state ->> 'status', v_state ->> 'reason', v_state ->> 'next_action');
end;
$$;
create function pg_temp.suspend(p_who text, p_reason text default 'Sells fakes')
returns text
language plpgsql
as $$
begin
  perform tests.become(p_who);
  return tests.outcome(format('select public.suspend_shop(tests.ref(''alpha-shop''), %L)', p_reason));
end;
$$;

-- Suspending.
select is(pg_temp.suspend('owner'), 'moderator_only', 'an owner suspends nothing');
select is(pg_temp.suspend('stranger'), 'moderator_only', 'nor does support');
select is(pg_temp.suspend('moderator', ' x '), 'reason_required', 'a reason has three letters');
select is(pg_temp.suspend('moderator', null), 'reason_required', 'and is given');
select is(pg_temp.suspend('moderator', repeat('x', 501)), 'reason_required', 'within 500');
select is(tests.outcome($$ select public.suspend_shop(gen_random_uuid(), 'Sells fakes') $$), 'shop_not_found', 'a shop that is none');
select is(pg_temp.suspend('moderator'), 'ok', 'a moderator does');
select is(pg_temp.suspend('admin'), 'shop_suspended', 'once');
select tests.become_anon();
select results_eq('select slug from public.shops', array['beta-shop'], 'it is gone from the market');
select results_eq('select slug from public.products', array['mug'], 'with what it sells');
select is(pg_temp.state('staff'), 'suspended | Sells fakes | contact_support', 'every member reads why');
select is(pg_temp.state('moderator'), 'suspended | Sells fakes | contact_support', 'so do moderators');
select tests.become('seller');
select is(tests.outcome($$ select public.shop_state(tests.ref('alpha-shop')) $$), 'shop_not_found', 'nobody else');
select tests.become('buyer');
select isnt_empty('select 1 from public.list_my_downloads()', 'buyers keep what they bought');
select tests.become('owner');
select is(tests.outcome($$ select public.open_shop(tests.ref('alpha-shop')) $$), 'shop_suspended', 'the owner cannot open it');
select is(tests.outcome($$ select public.reinstate_shop(tests.ref('alpha-shop')) $$), 'moderator_only', 'nor reinstate it');
select is(tests.outcome($$ select public.invite_member(tests.ref('alpha-shop'), 'a@example.test', 'staff') $$), 'shop_suspended', 'nor invite');
select is(tests.outcome($$ select public.offer_ownership(tests.ref('alpha-shop'), tests.id('staff')) $$), 'shop_suspended', 'nor hand it over');
select tests.back();
select results_eq(
  $$ select m.user_id from private.email_messages as m where m.template = 'shop_suspended' order by m.user_id $$,
  $$ select t.id from (values (tests.id('owner')), (tests.id('manager'))) as t (id) order by 1 $$, 'owner and managers get an email'
);
select tests.back();
select tests.remember('mail', m.id) from private.email_messages as m
where m.template = 'shop_suspended' and m.user_id = tests.id('owner');
select tests.become_role('agora_workers');
select results_eq(
  $$ select t ->> 'to', t #>> '{data,reason}', t #>> '{data,shop_name}' from private.email_task(tests.ref('mail')) as t $$,
  $$ values ('owner@example.test', 'Sells fakes', 'Alpha Shop') $$, 'which says why'
);
select tests.back();
select isnt_empty(
  $$ select 1 from private.audit_log where entity = 'shops' and actor_id = tests.id('moderator') and new ->> 'status' = 'suspended' $$, 'it is audited'
);
select isnt_empty(
  $$ select 1 from private.audit_log where entity = 'shop_notices' and actor_id = tests.id('moderator') and new ->> 'reason' = 'Sells fakes' $$, 'with the reason'
);
select isnt_empty(
  $$ select 1 from private.realtime_outbox where channel = 'private-shop-' || tests.ref('alpha-shop') and event = 'shop.notice' $$, 'and the shop hears of it'
);

-- Back.
select tests.become('moderator');
select is(tests.outcome($$ select public.reinstate_shop(tests.ref('beta-shop')) $$), 'shop_not_suspended', 'what is not suspended stays');
select is(public.reinstate_shop(tests.ref('alpha-shop')) ->> 'status', 'active', 'a moderator ends it');
select tests.become_anon();
select is(tests.touched('select 1 from public.products'), 3::bigint, 'what was on sale is again');
select is(pg_temp.state('owner'), 'active', 'nothing is left to say');
select is_empty('select 1 from public.shop_notices where resolved_at is null', 'the notice is settled');
select is(tests.outcome($$ select public.suspend_shop(tests.ref('alpha-shop'), 'again') $$), 'moderator_only', 'and kept');
select isnt_empty('select 1 from public.shop_notices where resolved_at is not null', 'for the record');

-- Drafts.
select tests.become('seller');
select tests.remember('draft-shop', (public.create_shop('Draft', 'draft-shop') ->> 'id')::uuid);
select is(pg_temp.state('seller', 'draft-shop'), 'draft | The shop has not been opened yet. | finish_onboarding', 'a draft says what is next');
select tests.become_role('agora_webhooks');
select private.attach_stripe_account(tests.ref('draft-shop'), '{"id": "acct_draft", "state": "active", "transfers_capability": "active"}');
select is(pg_temp.state('seller', 'draft-shop'), 'draft | The shop has not been opened yet. | open_shop', 'when it can be paid: open it');
select tests.become('moderator');
select is(tests.outcome($$ select public.suspend_shop(tests.ref('draft-shop'), 'Sells fakes') $$), 'shop_not_active', 'a draft is not suspended');

-- Closing.
select tests.become('manager');
select is(tests.outcome($$ select public.close_shop(tests.ref('alpha-shop')) $$), 'permission_denied', 'a manager does not close');
select tests.become('stranger');
select is(tests.outcome($$ select public.close_shop(tests.ref('alpha-shop')) $$), 'shop_not_found', 'nor a stranger');
select tests.add_to_cart('stranger', 'poster');
select tests.check_out('stranger', 'open');
select tests.become('owner');
select is(tests.outcome($$ select public.close_shop(tests.ref('alpha-shop')) $$), 'shop_has_open_orders', 'an order waits for its payment');
select is(tests.status($$ select public.close_shop(tests.ref('alpha-shop')) $$), 409, 'a conflict');
select tests.become('stranger');
select public.cancel_order(tests.ref('open'));
select tests.become('owner');
select is(tests.outcome($$ select public.close_shop(tests.ref('alpha-shop')) $$), 'shop_balance_open', 'money is owed');
create function pg_temp.details(p_sql text)
returns text
language plpgsql
as $$
begin
  execute p_sql;
  return null;
exception when sqlstate 'PGRST' then
  return sqlerrm::jsonb ->> 'details';
end;
$$;
select is(
  pg_temp.details($$ select public.close_shop(tests.ref('alpha-shop')) $$)::jsonb,
  (select jsonb_build_object(min(e.currency), sum(e.seller_amount)) from public.shop_earnings as e where e.shop_id = tests.ref('alpha-shop')),
  'how much, by currency'
);
select tests.back();
select is(private.shop_balances(tests.ref('draft-shop')), null, 'a shop without sales is owed nothing');
-- It is paid out, as a later transfer will book it.
insert into private.ledger_transactions (kind, reference, order_id, currency)
values ('sale', 'sale:payout-of-the-test', tests.ref('sale'), 'eur');
insert into private.ledger_entries (transaction_id, account_id, currency, amount)
with owed as (
  select (private.shop_balances(tests.ref('alpha-shop')) ->> 'eur')::bigint as amount
)

select t.id as transaction_id, a.id as account_id, 'eur' as currency,
  (case a.code when 'seller_payable' then 1 else -1 end) * o.amount as amount
from private.ledger_transactions as t
cross join private.ledger_accounts as a
cross join owed as o
where t.reference = 'sale:payout-of-the-test' and a.currency = 'eur'
  and (a.shop_id = tests.ref('alpha-shop') or a.code = 'stripe_balance');
select is(private.shop_balances(tests.ref('alpha-shop')), null, 'paid out');
select tests.become('owner');
select public.invite_member(tests.ref('alpha-shop'), 'late@example.test', 'staff');
select public.offer_ownership(tests.ref('alpha-shop'), tests.id('staff'));
select is(public.close_shop(tests.ref('alpha-shop')) ->> 'status', 'closed', 'now it closes');
select is(pg_temp.state('owner'), 'closed | Closed by its owner.', 'for good');
select tests.become('owner');
select is(tests.outcome($$ select public.close_shop(tests.ref('alpha-shop')) $$), 'shop_closed', 'once');
select is(tests.outcome($$ select public.open_shop(tests.ref('alpha-shop')) $$), 'shop_closed', 'there is no way back');
select is(tests.outcome($$ select public.rename_shop(tests.ref('alpha-shop'), 'new-life') $$), 'shop_closed', 'nor anything to change');
select is(tests.outcome($$ select public.publish_product(tests.ref('poster')) $$), 'shop_not_active', 'or to publish');
select results_eq('select status::text, email from public.shop_invitations', $$ values ('revoked', null) $$, 'invitations are withdrawn');
select is_empty('select 1 from public.shop_ownership_offers', 'and offers');
select tests.become('moderator');
select is(tests.outcome($$ select public.reinstate_shop(tests.ref('alpha-shop')) $$), 'shop_closed', 'not even for a moderator');
select is(tests.outcome($$ select public.suspend_shop(tests.ref('alpha-shop'), 'Sells fakes') $$), 'shop_closed', 'either way');
select tests.become_anon();
select is_empty($$ select 1 from public.products where slug <> 'mug' $$, 'nothing is on sale');
select tests.become('buyer');
select isnt_empty('select 1 from public.list_my_downloads()', 'buyers keep what they bought');
select tests.become('seller');
select is(public.close_shop(tests.ref('draft-shop')) ->> 'status', 'closed', 'a draft closes');
select is(tests.outcome($$ select public.create_shop('Alpha', 'alpha-shop') $$), 'slug_taken', 'a closed shop keeps its slug');
select is(public.create_shop('Shop ' || n) ->> 'status', 'draft', 'shop ' || n) from generate_series(2, 10) as n;
select is(tests.outcome($$ select public.create_shop('Shop 11') $$), 'too_many_shops', 'closed ones do not count as owned');
select tests.become_anon();
select is(tests.outcome($$ select public.shop_state(tests.ref('beta-shop')) $$), '42501', 'anon asks for no state');
select is(tests.outcome($$ select public.close_shop(tests.ref('beta-shop')) $$), '42501', 'and closes nothing');
select is(tests.outcome($$ select public.suspend_shop(tests.ref('beta-shop'), 'because') $$), '42501', 'nor suspends');

select * from finish();
rollback;
