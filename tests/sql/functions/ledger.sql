-- Balanced or refused; written once; never changed, by whomever.
begin;
select no_plan();
select tests.world();

create function pg_temp.post(p_lines jsonb, p_entity text default 'test')
returns text
language plpgsql
as $$
begin
  perform private.ledger_post('sale', p_entity, tests.ref('sale'), 'eur', p_lines);
  set constraints all immediate;
  set constraints all deferred;
  return 'ok';
exception when others then
  return sqlstate;
end;
$$;
grant execute on function pg_temp.post(jsonb, text) to public;

select is(
  pg_temp.post('[{"account": "stripe_balance", "amount": 5}, {"account": "platform_revenue", "amount": -5}]'),
  'ok', 'balanced'
);
select is(
  pg_temp.post('[{"account": "stripe_balance", "amount": 5}, {"account": "platform_revenue", "amount": -5}]'),
  '23505', 'the same movement twice'
);
select is(
  pg_temp.post('[{"account": "stripe_balance", "amount": 5}, {"account": "platform_revenue", "amount": -4}]', 'b'),
  '23514', 'unbalanced'
);
select is(pg_temp.post('[{"account": "stripe_balance", "amount": 5}]', 'c'), '23514', 'one entry');
select is(pg_temp.post('[]', 'd'), '23514', 'no entry');
select is(
  pg_temp.post('[{"account": "stripe_balance", "amount": 0}, {"account": "platform_revenue", "amount": 0}]', 'e'),
  '23514', 'nothing but zeros'
);
select is(
  pg_temp.post('[{"account": "slush_fund", "amount": 5}, {"account": "platform_revenue", "amount": -5}]', 'f'),
  '23514', 'an account that does not exist'
);
select is(
  pg_temp.post('[{"account": "seller_payable", "amount": 5}, {"account": "platform_revenue", "amount": -5}]', 'g'),
  '23514', 'a seller''s account without a seller'
);

-- The commit's check, as a client of each kind would meet it.
create function pg_temp.unbalanced_as(p_role text)
returns text
language plpgsql
as $$
declare
  v_transaction uuid := private.uuid_v7();
begin
  insert into private.ledger_transactions (id, kind, reference, order_id, currency)
  values (v_transaction, 'sale', 'sale:' || p_role, tests.ref('sale'), 'eur');
  insert into private.ledger_entries (transaction_id, account_id, currency, amount)
  select v_transaction, a.id, 'eur', 7 from private.ledger_accounts as a
  where a.code = 'stripe_balance' and a.currency = 'eur';
  perform tests.become_role(p_role);
  set constraints all immediate;
  return 'ok';
exception when others then
  return sqlstate;
end;
$$;
select is(pg_temp.unbalanced_as(r), '23514', 'an unbalanced posting is refused at commit of ' || r)
from unnest(array[
  'postgres', 'service_role', 'authenticated', 'anon', 'agora_webhooks', 'agora_workers',
  'agora_operator'
]) as r;

-- Or an entry that is added to a balanced transaction afterwards.
create function pg_temp.add_entry()
returns text
language plpgsql
as $$
begin
  insert into private.ledger_entries (transaction_id, account_id, currency, amount)
  select e.transaction_id, e.account_id, e.currency, 1 from private.ledger_entries as e limit 1;
  set constraints all immediate;
  return 'ok';
exception when others then
  return sqlstate;
end;
$$;
set constraints all immediate;
set constraints all deferred;
select is(pg_temp.add_entry(), '23514', 'an entry more, later, unbalances what was balanced');

-- Another currency than the transaction's or the account's.
select is(
  tests.outcome($$
    insert into private.ledger_entries (transaction_id, account_id, currency, amount)
    select t.id, private.ledger_account('stripe_balance', null, 'usd'), 'usd', 1
    from private.ledger_transactions as t limit 1
  $$),
  '23503', 'an entry in another currency than its transaction'
);
select is(
  tests.outcome($$
    insert into private.ledger_entries (transaction_id, account_id, currency, amount)
    select t.id, private.ledger_account('stripe_balance', null, 'usd'), 'eur', 1
    from private.ledger_transactions as t limit 1
  $$),
  '23503', 'or than its account'
);

-- Nothing is changed afterwards: by the owner (the trigger), by the others (no right).
create temp table attempts on commit drop as
select t as tab, s.statement -- noqa: RF03
from unnest(array['ledger_transactions', 'ledger_entries']) as t
cross join lateral (
  values
  (format('update private.%I set currency = ''usd''', t)), (format('delete from private.%I', t)),
  (format('truncate private.%I cascade', t))
) as s (statement);
grant select on attempts to public;
select tests.become_role('postgres');
select is(tests.outcome(statement), '55000', 'postgres: ' || statement) from attempts;
select tests.become_role('service_role');
select is(tests.outcome(statement), '42501', 'service_role: ' || statement) from attempts;
select tests.become_role('agora_webhooks');
select is(tests.outcome(statement), '42501', 'agora_webhooks: ' || statement) from attempts;
select tests.become_role('agora_workers');
select is(tests.outcome(statement), '42501', 'agora_workers: ' || statement) from attempts;
select tests.become_role('agora_operator');
select is(tests.outcome(statement), '42501', 'agora_operator: ' || statement) from attempts;
select is(
  tests.outcome('insert into private.ledger_entries default values'), '42501',
  'nor does a process write past the functions'
);

-- A sale, read by the operator.
select results_eq(
  $$ select account, amount from private.ledger_summary(tests.ref('sale')) where kind = 'sale' and transaction_id = (select min(s.transaction_id::text)::uuid from private.ledger_summary(tests.ref('sale')) as s) $$,
  $$
    values
    ('stripe_balance', 4217::bigint), ('stripe_fees', 59::bigint), ('platform_revenue', -434::bigint),
    ('seller_payable beta-shop', -679::bigint), ('seller_payable alpha-shop', -3163::bigint)
  $$,
  'the sale: 42.76 received, 0.59 kept by Stripe, the rest owed to two sellers and earned'
);
select results_eq(
  'select currency, difference, debits > 0 from private.ledger_trial_balance()',
  $$ values ('eur', 0::bigint, true) $$, 'debits equal credits'
);

select * from finish();
rollback;
