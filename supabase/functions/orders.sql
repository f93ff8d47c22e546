-- How an order ends: paid, cancelled, expired. Lock order everywhere: order, payment, shop, variants
-- by id, products by id, cart lines, discount codes by id.

create or replace function private.order_event(
    p_order public.orders, p_kind text, p_data jsonb default '{}'
)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into public.order_events (order_id, buyer_id, kind, data)
  values (p_order.id, p_order.buyer_id, p_kind, p_data);
$$;
comment on function private.order_event(public.orders, text, jsonb) is
'Add to an order''s history.';
revoke all on function private.order_event(public.orders, text, jsonb) from public;

-- The one completion function, whoever calls it (ANCHORS: browser and webhook must not both do it).
create or replace function private.complete_order(p_order_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_order public.orders;
begin
  update public.orders as o set status = 'paid', paid_at = now()
  where o.id = p_order_id
  returning * into v_order;
  -- All it touches at once, unlimited goods too: their products count the sale.
  perform private.lock_goods(array(
    select g.variant_id from private.order_goods(array[p_order_id]) as g
  ));
  perform private.settle_stock(p_order_id, true);
  update public.products as p set sales_count = p.sales_count + s.quantity
  from (
    select i.product_id, sum(i.quantity) as quantity from public.order_items as i
    where i.order_id = p_order_id group by i.product_id
  ) as s
  where p.id = s.product_id;
  perform private.settle_discounts(p_order_id, true);
  update public.shop_orders as s set status = 'paid' where s.order_id = p_order_id;
  update public.order_items as i set paid_at = v_order.paid_at where i.order_id = p_order_id;
  update public.shop_earnings as e
  set payable_at = now() + make_interval(days => f.hold_days)
  from public.shop_orders as s
  cross join lateral private.platform_fee(s.shop_id, s.currency, s.total_amount) as f
  where s.order_id = p_order_id and e.shop_order_id = s.id;
  perform private.grant_downloads(p_order_id);
  perform private.queue_email('receipt', p_order_id, v_order.buyer_id);
  perform private.order_event(v_order, 'paid');
  -- The cart was kept until now; more of the same added meanwhile stays in it.
  delete from public.cart_items as c using public.order_items as i
  where i.order_id = p_order_id and c.user_id = v_order.buyer_id
    and c.variant_id = i.variant_id and c.quantity <= i.quantity;
  update public.cart_items as c set quantity = c.quantity - i.quantity
  from public.order_items as i
  where i.order_id = p_order_id and c.user_id = v_order.buyer_id
    and c.variant_id = i.variant_id and c.quantity > i.quantity;
  -- The code has served; another that was put in meanwhile stays.
  delete from private.cart_discounts as d
  using public.carts as c, private.discount_redemptions as r, public.discount_codes as k
  where c.id = d.cart_id and c.user_id = v_order.buyer_id
    and r.order_id = p_order_id and k.id = r.code_id and k.code = d.code;
end;
$$;
comment on function private.complete_order(uuid) is
'Everything that follows from payment except the ledger: stock, codes, grants, receipt, history, cart. The caller holds the order''s lock and knows it may be paid.';
revoke all on function private.complete_order(uuid) from public;

create or replace function private.cancel_payment_intent(
    p_order_id uuid, p_payment_intent_id text
)
returns void
language sql
security definer
set search_path = ''
as $$
  select private.enqueue(
    'payments',
    jsonb_build_object(
      'task', 'cancel_payment_intent', 'id', p_order_id, 'payment_intent_id', p_payment_intent_id
    )
  );
$$;
comment on function private.cancel_payment_intent(uuid, text) is
'Queue the cancellation of a closed order''s PaymentIntent.';
revoke all on function private.cancel_payment_intent(uuid, text) from public;

create or replace function private.close_unpaid_order(
    p_order public.orders, p_status public.order_status
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_intent text;
begin
  update public.orders as o set status = p_status where o.id = p_order.id;
  update public.shop_orders as s set status = p_status where s.order_id = p_order.id;
  perform private.settle_stock(p_order.id, false);
  perform private.settle_discounts(p_order.id, false);
  perform private.order_event(p_order, p_status::text);
  -- So that the buyer cannot pay for what is no longer held; if it was paid in this very moment,
  -- the late payment is handled when its event arrives.
  select p.stripe_payment_intent_id into v_intent
  from public.payments as p
  where p.order_id = p_order.id and p.status in ('created', 'processing', 'failed');
  if v_intent is not null then
    perform private.cancel_payment_intent(p_order.id, v_intent);
  end if;
end;
$$;
comment on function private.close_unpaid_order(public.orders, public.order_status) is
'Cancel or expire a locked unpaid order: stock and codes back, PaymentIntent to be canceled.';
revoke all on function private.close_unpaid_order(public.orders, public.order_status) from public;

create or replace function private.cancel_order(p_order_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  -- Suspended or not: what one cannot pay for any more, one may let go.
  v_user uuid := private.require_signed_in();
  v_order public.orders;
begin
  select o.* into v_order from public.orders as o
  where o.id = p_order_id and o.buyer_id = v_user
  for update;
  if v_order.id is null then
    perform private.fail(404, 'order_not_found', 'You have no such order.');
  end if;
  if v_order.status = 'paid' then
    perform private.fail(
      409, 'order_already_paid', 'A paid order cannot be cancelled.', 'Ask for a refund.'
    );
  end if;
  if v_order.status = 'pending_payment' then
    perform private.close_unpaid_order(v_order, 'cancelled');
  end if;
  return private.checkout_result(p_order_id);
end;
$$;
comment on function private.cancel_order(uuid) is 'See public.cancel_order.';
revoke all on function private.cancel_order(uuid) from public;
grant execute on function private.cancel_order(uuid) to authenticated;

create or replace function public.cancel_order(order_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.cancel_order(order_id);
$$;
comment on function public.cancel_order(uuid) is
'Cancel my unpaid order; again is fine. Errors: order_not_found, order_already_paid.';
revoke all on function public.cancel_order(uuid) from public, anon, service_role;
grant execute on function public.cancel_order(uuid) to authenticated;

-- A payment under way (a bank debit, say) is given a day more.
create or replace function private.expire_orders()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_due uuid[];
  v_order public.orders;
begin
  select coalesce(array_agg(d.id), '{}') into v_due
  from (
    select o.id from public.orders as o
    where o.status = 'pending_payment' and o.expires_at < now()
      and not exists (
        select 1 from public.payments as p
        where p.order_id = o.id and p.status = 'processing'
          and o.expires_at > now() - interval '1 day'
      )
    order by o.expires_at
    limit 200
    for update of o skip locked
  ) as d;
  -- All their variants at once: one order after another would take them in an order of its own,
  -- and could deadlock with a checkout.
  perform private.lock_goods(array(
    select g.variant_id from private.order_goods(v_due) as g
  ));
  perform private.lock_discount_codes(array(
    select r.code_id from private.discount_redemptions as r
    where r.order_id = any (v_due) and r.state = 'held'
  ));
  for v_order in select o.* from public.orders as o where o.id = any (v_due) loop
    perform private.close_unpaid_order(v_order, 'expired');
  end loop;
end;
$$;
comment on function private.expire_orders() is
'Periodic: unpaid orders past their time expire and give their stock back.';
revoke all on function private.expire_orders() from public;
