-- Stripe's events, applied. What counts is the object as Stripe has it now, not the order in
-- which events arrive: any permutation or repetition ends in the same state.

create or replace function private.store_stripe_event(
    p_endpoint text, p_event jsonb, p_request_id text
)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_created text := p_event ->> 'created';
begin
  insert into private.stripe_events (
    event_id, endpoint, type, account, api_version, created_at, livemode, payload, request_id
  )
  values (
    p_event ->> 'id',
    p_endpoint,
    p_event ->> 'type',
    coalesce(p_event ->> 'account', p_event ->> 'context'),
    p_event ->> 'api_version',
    -- v1 events carry Unix seconds, v2 thin events ISO 8601.
    case
      when v_created ~ '^\d+$' then to_timestamp(v_created::bigint)
      else v_created::timestamptz
    end,
    coalesce((p_event ->> 'livemode')::boolean, false),
    p_event,
    p_request_id
  )
  on conflict (event_id) do nothing;
  if not found then
    return false;
  end if;
  perform private.enqueue(
    'stripe_events', jsonb_build_object('id', p_event ->> 'id', 'request_id', p_request_id)
  );
  return true;
end;
$$;
comment on function private.store_stripe_event(text, jsonb, text) is
'Inbox: store a verified event and its job in one commit; false if it was there already. p_endpoint: platform or connect.';
revoke all on function private.store_stripe_event(text, jsonb, text) from public;
grant execute on function private.store_stripe_event(text, jsonb, text) to agora_webhooks;

create or replace function private.stripe_event(p_event_id text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(e) from private.stripe_events as e where e.event_id = p_event_id;
$$;
comment on function private.stripe_event(text) is 'A stored event, for the worker.';
revoke all on function private.stripe_event(text) from public;
grant execute on function private.stripe_event(text) to agora_workers;

create or replace function private.apply_stripe_event(p_event_id text, p_object jsonb)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_event private.stripe_events;
  v_object jsonb;
  v_known boolean;
begin
  select * into v_event from private.stripe_events as e where e.event_id = p_event_id for update;
  if v_event.event_id is null then
    raise exception 'no Stripe event %', p_event_id using errcode = 'P0002';
  end if;
  if v_event.state <> 'received' then
    return 'duplicate';
  end if;
  -- What follows (emails, copies, events) carries on the id of the request that brought it.
  perform set_config('agora.request_id', coalesce(v_event.request_id, ''), true);
  v_object := coalesce(p_object, v_event.payload #> '{data,object}');
  v_known := case
    -- A connected account's own payments are none of ours: only the platform endpoint moves money.
    when v_event.endpoint = 'platform' and v_event.type like 'payment_intent.%'
      then private.apply_payment_intent(v_object)
    when v_event.endpoint = 'platform' and v_event.type = 'charge.updated'
      then private.apply_charge(v_object)
    when v_event.endpoint = 'connect' and (
      v_event.type in ('account.updated', 'capability.updated')
      or v_event.type like 'v2.core.account%'
    )
      then private.apply_connect_account(v_object)
    else false
  end;
  update private.stripe_events as e
  set state = case when v_known then 'applied' else 'ignored' end, applied_at = now()
  where e.event_id = p_event_id;
  return case when v_known then 'applied' else 'ignored' end;
end;
$$;
comment on function private.apply_stripe_event(text, jsonb) is
'Apply a stored event, once. p_object: the object freshly read from Stripe (null: the one in the event). Returns applied, ignored (not ours) or duplicate.';
revoke all on function private.apply_stripe_event(text, jsonb) from public;
grant execute on function private.apply_stripe_event(text, jsonb) to agora_workers;

create or replace function private.apply_payment_intent(p_intent jsonb)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_order public.orders;
  v_payment public.payments;
  v_order_id uuid;
begin
  -- Our own id in the metadata: a webhook that overtakes our commit still finds its order.
  if coalesce(p_intent #>> '{metadata,order_id}', '') !~ '^[0-9a-f-]{36}$' then
    return false;
  end if;
  v_order_id := (p_intent #>> '{metadata,order_id}')::uuid;
  select o.* into v_order from public.orders as o where o.id = v_order_id for update;
  if v_order.id is null then
    return false;
  end if;
  select p.* into v_payment from public.payments as p where p.order_id = v_order_id for update;
  if v_payment.stripe_payment_intent_id <> p_intent ->> 'id' then
    -- Left over from a checkout to which Stripe answered 500: nobody has its client_secret.
    if coalesce((p_intent ->> 'amount_received')::bigint, 0) = 0 then
      return false;
    end if;
    raise exception 'order % is paid by %, not by %', v_order_id,
      v_payment.stripe_payment_intent_id, p_intent ->> 'id' using errcode = '22000';
  end if;
  if v_payment.amount <> (p_intent ->> 'amount')::bigint
    or v_payment.currency <> p_intent ->> 'currency' then
    raise exception 'PaymentIntent % has another amount than order %', p_intent ->> 'id',
      v_order_id using errcode = '22000';
  end if;
  update public.payments as p set stripe_payment_intent_id = p_intent ->> 'id'
  where p.id = v_payment.id and p.stripe_payment_intent_id is null;

  case p_intent ->> 'status'
    when 'succeeded' then
      perform private.payment_succeeded(v_order, v_payment, p_intent);
    when 'canceled' then
      if v_payment.status in ('created', 'processing', 'failed') then
        update public.payments as p set status = 'canceled' where p.id = v_payment.id;
        if v_order.status = 'pending_payment' then
          perform private.close_unpaid_order(v_order, 'cancelled');
        end if;
      end if;
    when 'processing' then
      update public.payments as p set status = 'processing'
      where p.id = v_payment.id and p.status in ('created', 'failed');
    when 'requires_payment_method' then
      if p_intent -> 'last_payment_error' ->> 'code' is not null
        and v_payment.status in ('created', 'processing', 'failed') then
        update public.payments as p
        set status = 'failed', last_error_code = p_intent -> 'last_payment_error' ->> 'code'
        where p.id = v_payment.id
          and (p.status, p.last_error_code) is distinct from (
            'failed'::public.payment_status, p_intent -> 'last_payment_error' ->> 'code'
          );
        -- Other events bring the same PaymentIntent again.
        if found then
          perform private.order_event(
            v_order, 'payment_failed',
            jsonb_build_object('code', p_intent -> 'last_payment_error' ->> 'code')
          );
        end if;
      end if;
    else null;
  end case;
  return true;
end;
$$;
comment on function private.apply_payment_intent(jsonb) is
'Bring payment and order to what the PaymentIntent says; false if it is not one of ours.';
revoke all on function private.apply_payment_intent(jsonb) from public;

create or replace function private.payment_succeeded(
    p_order public.orders, p_payment public.payments, p_intent jsonb
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_charge jsonb := p_intent -> 'latest_charge';
  v_fee bigint;
begin
  if p_payment.status in ('succeeded', 'refund_pending', 'refunded') then
    return;
  end if;
  if p_payment.amount <> (p_intent ->> 'amount_received')::bigint then
    raise exception 'PaymentIntent % received another amount', p_intent ->> 'id'
      using errcode = '22000';
  end if;
  -- The fee is known when Stripe has made the balance transaction; else charge.updated brings it.
  v_fee := private.charge_fee(v_charge, p_payment.currency);
  insert into private.payment_charges (payment_id, stripe_charge_id, stripe_fee_amount)
  values (p_payment.id, coalesce(v_charge ->> 'id', p_intent ->> 'latest_charge'), v_fee);

  -- Late: stock and codes went back when the order expired. Take them again, or give the money back.
  if p_order.status = 'pending_payment'
    or (p_order.status = 'expired' and private.hold_again(p_order.id)) then
    update public.payments as p set status = 'succeeded' where p.id = p_payment.id;
    perform private.complete_order(p_order.id);
    perform private.post_sale(p_order.id, p_payment, v_fee);
  else
    update public.payments as p set status = 'refund_pending' where p.id = p_payment.id;
    perform private.ledger_post(
      'late_payment', p_payment.id::text, p_order.id, p_order.currency,
      jsonb_build_array(
        jsonb_build_object('account', 'stripe_balance', 'amount', p_payment.amount - coalesce(v_fee, 0)),
        jsonb_build_object('account', 'stripe_fees', 'amount', coalesce(v_fee, 0)),
        jsonb_build_object('account', 'refunds_payable', 'amount', -p_payment.amount)
      )
    );
    perform private.order_event(p_order, 'late_payment_refunded');
    perform private.enqueue(
      'payments', jsonb_build_object('task', 'refund_late_payment', 'id', p_payment.id)
    );
  end if;
end;
$$;
comment on function private.payment_succeeded(public.orders, public.payments, jsonb) is
'The money is there: complete the order, or, if it is closed and its goods are gone, refund.';
revoke all on function private.payment_succeeded(public.orders, public.payments, jsonb)
from public;

create or replace function private.post_sale(
    p_order_id uuid, p_payment public.payments, p_fee bigint
)
returns void
language sql
security definer
set search_path = ''
as $$
  select private.ledger_post(
    'sale', p_payment.id::text, p_order_id, p_payment.currency,
    jsonb_build_array(
      jsonb_build_object('account', 'stripe_balance', 'amount', p_payment.amount - coalesce(p_fee, 0)),
      jsonb_build_object('account', 'stripe_fees', 'amount', coalesce(p_fee, 0)),
      jsonb_build_object('account', 'platform_revenue', 'amount', -sum(e.platform_fee_amount))
    ) || jsonb_agg(
      jsonb_build_object(
        'account', 'seller_payable', 'shop_id', e.shop_id, 'amount', -e.seller_amount
      )
    )
  )
  from public.shop_orders as s
  inner join public.shop_earnings as e on e.shop_order_id = s.id
  where s.order_id = p_order_id;
$$;
comment on function private.post_sale(uuid, public.payments, bigint) is
'Book a sale: what Stripe holds for us and keeps, what each seller is owed, what the platform earned.';
revoke all on function private.post_sale(uuid, public.payments, bigint) from public;

create or replace function private.charge_fee(p_charge jsonb, p_currency text)
returns bigint
language sql
immutable
set search_path = ''
as $$
  select (p_charge -> 'balance_transaction' ->> 'fee')::bigint
  where coalesce(p_charge -> 'balance_transaction' ->> 'currency', p_currency) = p_currency;
$$;
comment on function private.charge_fee(jsonb, text) is
'Stripe''s fee on an expanded charge; null while unknown, or if Stripe settles in another currency: then it is no amount of this order''s ledger.';
revoke all on function private.charge_fee(jsonb, text) from public;

create or replace function private.apply_charge(p_charge jsonb)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_fee bigint;
begin
  select p.* into v_payment
  from public.payments as p
  where p.stripe_payment_intent_id = coalesce(
    p_charge #>> '{payment_intent,id}', p_charge ->> 'payment_intent'
  )
  for update;
  if v_payment.id is null and p_charge #>> '{metadata,order_id}' ~ '^[0-9a-f-]{36}$' then
    -- Stripe copies the PaymentIntent's metadata: found even before the intent is attached.
    select p.* into v_payment from public.payments as p
    where p.order_id = (p_charge #>> '{metadata,order_id}')::uuid
    for update;
  end if;
  if v_payment.id is null then
    return false;
  end if;
  v_fee := private.charge_fee(p_charge, v_payment.currency);
  if v_fee is not null and not exists (
    select 1 from private.payment_charges as c where c.payment_id = v_payment.id
  ) then
    -- Not ignored: the payment may be applied right now from a reading that lacks the fee.
    raise exception 'the payment of charge % is not applied yet', p_charge ->> 'id'
      using errcode = '55000';
  end if;
  update private.payment_charges as c set stripe_fee_amount = v_fee
  where c.payment_id = v_payment.id and c.stripe_charge_id = p_charge ->> 'id'
    and c.stripe_fee_amount is null and v_fee is not null;
  if found then
    perform private.ledger_post(
      'stripe_fee', v_payment.id::text, v_payment.order_id, v_payment.currency,
      jsonb_build_array(
        jsonb_build_object('account', 'stripe_fees', 'amount', v_fee),
        jsonb_build_object('account', 'stripe_balance', 'amount', -v_fee)
      )
    );
  end if;
  return true;
end;
$$;
comment on function private.apply_charge(jsonb) is
'Book Stripe''s fee where it was not known when the payment was applied; false if not ours. Raises 55000, to be tried again, before the payment is applied.';
revoke all on function private.apply_charge(jsonb) from public;

create or replace function private.late_refund(p_payment_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'payment_intent_id', p.stripe_payment_intent_id, 'amount', p.amount,
    'currency', p.currency, 'idempotency_key', 'late-refund:' || p.id
  )
  from public.payments as p
  where p.id = p_payment_id and p.status = 'refund_pending';
$$;
comment on function private.late_refund(uuid) is
'What to refund for a payment that came too late; null when done.';
revoke all on function private.late_refund(uuid) from public;
grant execute on function private.late_refund(uuid) to agora_workers;

create or replace function private.late_refund_done(
    p_payment_id uuid, p_refund_id text, p_status text
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  if p_status not in ('succeeded', 'pending') then
    raise exception 'refund % is %', p_refund_id, p_status using errcode = '22000';
  end if;
  select p.* into v_payment from public.payments as p where p.id = p_payment_id for update;
  if v_payment.status is distinct from 'refund_pending' then
    return;
  end if;
  update public.payments as p set status = 'refunded' where p.id = p_payment_id;
  update private.payment_charges as c set refund_id = p_refund_id
  where c.payment_id = p_payment_id;
  perform private.ledger_post(
    'late_refund', p_payment_id::text, v_payment.order_id, v_payment.currency,
    jsonb_build_array(
      jsonb_build_object('account', 'refunds_payable', 'amount', v_payment.amount),
      jsonb_build_object('account', 'stripe_balance', 'amount', -v_payment.amount)
    )
  );
end;
$$;
comment on function private.late_refund_done(uuid, text, text) is
'Record the refund of a late payment; again is fine.';
revoke all on function private.late_refund_done(uuid, text, text) from public;
grant execute on function private.late_refund_done(uuid, text, text) to agora_workers;
