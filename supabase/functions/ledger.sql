-- The double-entry ledger: every movement of money, once, summing to zero.

create or replace function private.ledger_account(p_code text, p_shop_id uuid, p_currency text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  select a.id into v_id from private.ledger_accounts as a
  where a.code = p_code and a.shop_id is not distinct from p_shop_id and a.currency = p_currency;
  if v_id is null then
    insert into private.ledger_accounts (code, shop_id, currency)
    values (p_code, p_shop_id, p_currency)
    on conflict (code, shop_id, currency) do nothing;
    select a.id into v_id from private.ledger_accounts as a
    where a.code = p_code and a.shop_id is not distinct from p_shop_id
      and a.currency = p_currency;
  end if;
  return v_id;
end;
$$;
comment on function private.ledger_account(text, uuid, text) is
'The account of that code, shop (null: the platform) and currency; made when first used.';
revoke all on function private.ledger_account(text, uuid, text) from public;

create or replace function private.ledger_post(
    p_kind text, p_entity text, p_order_id uuid, p_currency text, p_lines jsonb
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into private.ledger_transactions (kind, reference, order_id, currency)
  values (p_kind, p_kind || ':' || p_entity, p_order_id, p_currency)
  returning id into v_id;
  insert into private.ledger_entries (transaction_id, account_id, currency, amount)
  select
    v_id,
    private.ledger_account(l ->> 'account', (l ->> 'shop_id')::uuid, p_currency),
    p_currency,
    (l ->> 'amount')::bigint
  from jsonb_array_elements(p_lines) as l
  where (l ->> 'amount')::bigint <> 0;
  return v_id;
end;
$$;
comment on function private.ledger_post(text, text, uuid, text, jsonb) is
'Post one movement. p_lines: [{account, shop_id, amount}], debit positive. A second post of the same kind and entity is a unique violation; a sum other than zero is refused at commit.';
revoke all on function private.ledger_post(text, text, uuid, text, jsonb) from public;

-- Definer: a deferred constraint trigger runs at commit as whoever is the role then, and an
-- invoker's view under RLS would let an unbalanced posting through.
create or replace function private.tg_ledger_balanced()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_transaction uuid := case
    when tg_table_name = 'ledger_transactions' then to_jsonb(new) ->> 'id'
    else to_jsonb(new) ->> 'transaction_id'
  end;
  v_sum numeric;
  v_count integer;
begin
  select coalesce(sum(e.amount), 0), count(*) into v_sum, v_count
  from private.ledger_entries as e where e.transaction_id = v_transaction;
  if v_sum <> 0 or v_count < 2 then
    raise exception 'ledger transaction % has % entries that sum to %, not to zero',
      v_transaction, v_count, v_sum
      using errcode = '23514', constraint = 'ledger_zero_sum';
  end if;
  return null;
end;
$$;
comment on function private.tg_ledger_balanced() is
'At commit: a transaction has at least two entries and they sum to zero.';
revoke all on function private.tg_ledger_balanced() from public;

drop trigger if exists tg_ledger_entries__balanced on private.ledger_entries;
create constraint trigger tg_ledger_entries__balanced
after insert on private.ledger_entries
deferrable initially deferred
for each row execute function private.tg_ledger_balanced();

drop trigger if exists tg_ledger_transactions__balanced on private.ledger_transactions;
create constraint trigger tg_ledger_transactions__balanced
after insert on private.ledger_transactions
deferrable initially deferred
for each row execute function private.tg_ledger_balanced();

create or replace function private.ledger_summary(p_order_id uuid default null)
returns table (
    transaction_id uuid, kind text, account text, currency text, amount bigint
)
language sql
stable
security definer
set search_path = ''
as $$
  select
    t.id, t.kind, concat_ws(' ', a.code, s.slug), e.currency, e.amount
  from private.ledger_transactions as t
  inner join private.ledger_entries as e on e.transaction_id = t.id
  inner join private.ledger_accounts as a on a.id = e.account_id
  left join public.shops as s on s.id = a.shop_id
  where p_order_id is null or t.order_id = p_order_id
  order by t.id, e.amount desc, a.code, s.slug
  limit 10000;
$$;
comment on function private.ledger_summary(uuid) is 'The postings, of one order or all (10,000 at most).';
revoke all on function private.ledger_summary(uuid) from public;
grant execute on function private.ledger_summary(uuid) to agora_operator;

create or replace function private.ledger_trial_balance()
returns table (currency text, debits bigint, credits bigint, difference bigint)
language sql
stable
security definer
set search_path = ''
as $$
  select
    e.currency,
    coalesce(sum(e.amount) filter (where e.amount > 0), 0)::bigint,
    coalesce(-sum(e.amount) filter (where e.amount < 0), 0)::bigint,
    sum(e.amount)::bigint
  from private.ledger_entries as e
  group by e.currency
  order by e.currency;
$$;
comment on function private.ledger_trial_balance() is 'Debits and credits per currency; the difference is zero.';
revoke all on function private.ledger_trial_balance() from public;
grant execute on function private.ledger_trial_balance() to agora_operator;
