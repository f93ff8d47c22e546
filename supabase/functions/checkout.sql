-- From cart to order, in one transaction: key, locks, prices, discounts, stock, split, fees.

create or replace function private.checkout_lines(p_user uuid)
returns table (
    variant_id uuid, product_id uuid, shop_id uuid, kind public.product_kind, title text,
    variant_title text, unit_amount bigint, quantity integer, currency text, is_listed boolean,
    available integer
)
language sql
stable
security definer
set search_path = ''
as $$
  select
    v.id, v.product_id, v.shop_id, p.kind, p.title, v.title,
    private.line_amount(v, i.unit_amount), i.quantity,
    v.currency, v.is_listed, v.available
  from public.cart_items as i
  inner join public.product_variants as v on v.id = i.variant_id
  inner join public.products as p on p.id = v.product_id
  where i.user_id = p_user
  order by v.id;
$$;
comment on function private.checkout_lines(uuid) is 'A person''s cart as it would be ordered now.';
revoke all on function private.checkout_lines(uuid) from public;

create or replace function private.check_checkout(p_user uuid, p_expected_total bigint)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v record;
  v_total bigint;
  v_currency text;
  v_count bigint;
  v_discount jsonb;
begin
  select
    sum(l.unit_amount * l.quantity - coalesce(d.discount_amount, 0)), min(l.currency),
    count(distinct l.currency)
  into v_total, v_currency, v_count
  from private.checkout_lines(p_user) as l
  left join private.discount_lines(p_user) as d on d.variant_id = l.variant_id;
  if v_total is null then
    perform private.fail(409, 'cart_empty', 'The cart is empty.', 'Add something: rpc/cart_add.');
  end if;
  if v_count > 1 then
    perform private.fail(
      409, 'cart_mixed_currencies', 'One order has one currency.', 'Order them one after another.'
    );
  end if;
  for v in select * from private.checkout_lines(p_user) loop
    if not v.is_listed then
      perform private.fail(
        409, 'product_unavailable', format('"%s" is no longer on sale.', v.title),
        'Take it out of the cart.', v.variant_id::text
      );
    end if;
    perform private.refuse_on_vacation(v.shop_id);
    if v.available < v.quantity then
      perform private.fail(
        409, 'out_of_stock', format('"%s": %s left.', v.title, v.available),
        'Order fewer, or try later: pieces held by an unpaid order may come back.',
        v.variant_id::text
      );
    end if;
    if exists (
      select 1 from public.shop_members as m
      where m.shop_id = v.shop_id and m.user_id = p_user
    ) then
      perform private.fail(
        409, 'own_product', format('"%s" is sold by a shop you work in.', v.title), null,
        v.variant_id::text
      );
    end if;
    if v.kind = 'digital' and not private.is_bundle(v.product_id) and exists (
      select 1 from public.download_grants as g
      where g.buyer_id = p_user and g.product_id = v.product_id and g.revoked_at is null
        and (g.expires_at is null or g.expires_at > now())
    ) then
      perform private.fail(
        409, 'already_owned', format('You own "%s" already.', v.title),
        'It is in your library: rpc/list_my_downloads.', v.variant_id::text
      );
    end if;
  end loop;
  -- Not silently at the full price: the buyer counts on the code.
  v_discount := private.cart_discount(p_user);
  if v_discount ->> 'applies' = 'false' then
    perform private.fail(
      409, 'discount_not_applicable',
      format('The discount code %s does not apply.', v_discount ->> 'code'),
      'Take it out of the cart: rpc/remove_discount_code.', v_discount ->> 'reason'
    );
  end if;
  if p_expected_total is not null and p_expected_total <> v_total then
    perform private.fail(
      409, 'total_changed', format('The total is now %s.', v_total),
      'Show it to the buyer and ask again.', v_total::text
    );
  end if;
  if v_total < (select c.minimum_charge from private.currencies as c where c.code = v_currency)
  then
    perform private.fail(409, 'amount_too_small', 'The total is below what can be charged.');
  end if;
  -- Stripe's own limit: eight digits.
  if v_total > 99999999 then
    perform private.fail(
      409, 'amount_too_large', 'The total is above what can be charged at once.',
      'Order in two parts.'
    );
  end if;
end;
$$;
comment on function private.check_checkout(uuid, bigint) is
'Everything that forbids ordering this cart now, as a clear refusal. Call with variants and discount codes locked.';
revoke all on function private.check_checkout(uuid, bigint) from public;

create or replace function private.place_order(p_user uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_order public.orders;
  v_shop record;
  v_fee record;
  v_shop_order uuid;
begin
  insert into public.orders (
    buyer_id, currency, subtotal_amount, discount_amount, total_amount, expires_at
  )
  select p_user, min(l.currency), sum(l.unit_amount * l.quantity),
    coalesce(sum(d.discount_amount), 0),
    sum(l.unit_amount * l.quantity - coalesce(d.discount_amount, 0)),
    now() + interval '30 minutes'
  from private.checkout_lines(p_user) as l
  left join private.discount_lines(p_user) as d on d.variant_id = l.variant_id
  returning * into v_order;

  for v_shop in
    select l.shop_id, sum(l.unit_amount * l.quantity)::bigint as subtotal,
      coalesce(sum(d.discount_amount), 0)::bigint as discount,
      sum(l.unit_amount * l.quantity - coalesce(d.discount_amount, 0))::bigint as amount
    from private.checkout_lines(p_user) as l
    left join private.discount_lines(p_user) as d on d.variant_id = l.variant_id
    group by l.shop_id order by l.shop_id
  loop
    select f.fee, f.hold_days into v_fee
    from private.platform_fee(v_shop.shop_id, v_order.currency, v_shop.amount) as f;
    insert into public.shop_orders (
      order_id, shop_id, buyer_id, currency, subtotal_amount, discount_amount, total_amount
    )
    values (
      v_order.id, v_shop.shop_id, p_user, v_order.currency, v_shop.subtotal, v_shop.discount,
      v_shop.amount
    )
    returning id into v_shop_order;
    insert into public.shop_earnings (
      shop_order_id, shop_id, currency, total_amount, platform_fee_amount, seller_amount
    )
    values (
      v_shop_order, v_shop.shop_id, v_order.currency, v_shop.amount, v_fee.fee,
      v_shop.amount - v_fee.fee
    );
    insert into public.order_items (
      order_id, shop_order_id, shop_id, buyer_id, product_id, variant_id, kind, title,
      variant_title, unit_amount, quantity, discount_amount, total_amount, components
    )
    select
      v_order.id, v_shop_order, l.shop_id, p_user, l.product_id, l.variant_id, l.kind, l.title,
      l.variant_title, l.unit_amount, l.quantity, coalesce(d.discount_amount, 0),
      l.unit_amount * l.quantity - coalesce(d.discount_amount, 0),
      private.bundle_components(l.product_id)
    from private.checkout_lines(p_user) as l
    left join private.discount_lines(p_user) as d on d.variant_id = l.variant_id
    where l.shop_id = v_shop.shop_id;
    insert into private.order_item_fees (order_item_id, platform_fee_amount)
    select i.ids[n.n], i.parts[n.n]
    from (
      select array_agg(oi.id order by oi.id) as ids,
        private.allocate(v_fee.fee, array_agg(oi.total_amount order by oi.id)) as parts
      from public.order_items as oi where oi.shop_order_id = v_shop_order
    ) as i
    cross join generate_subscripts(i.ids, 1) as n (n);
  end loop;

  perform private.redeem_discounts(v_order.id);
  insert into public.payments (order_id, buyer_id, amount, currency)
  values (v_order.id, p_user, v_order.total_amount, v_order.currency);
  if not private.hold_stock(v_order.id) then
    perform private.fail(409, 'out_of_stock', 'Sold out a moment ago.');
  end if;
  return v_order.id;
end;
$$;
comment on function private.place_order(uuid) is
'Write the order of a checked cart: per-shop split, discounts, fees, price snapshots, held codes, payment, held stock.';
revoke all on function private.place_order(uuid) from public;

create or replace function private.checkout_result(p_order_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'order_id', o.id, 'order_number', o.order_number, 'status', o.status,
    'amount', o.total_amount, 'currency', o.currency, 'minor_units', c.minor_units,
    'expires_at', o.expires_at, 'payment_intent_id', p.stripe_payment_intent_id
  )
  from public.orders as o
  inner join public.payments as p on p.order_id = o.id
  inner join private.currencies as c on c.code = o.currency
  where o.id = p_order_id;
$$;
comment on function private.checkout_result(uuid) is 'What begin_checkout answers about an order.';
revoke all on function private.checkout_result(uuid) from public;

drop function if exists public.begin_checkout(text, bigint);
drop function if exists private.begin_checkout(text, bigint);

create or replace function private.begin_checkout(
    p_key text, p_expected_total bigint, p_country text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_hash bytea := sha256(
    convert_to(concat_ws(':', coalesce(p_expected_total::text, ''), p_country), 'utf8')
  );
  v_seen private.idempotency_keys;
  v_order uuid;
begin
  if coalesce(p_key, '') !~ '^[\x21-\x7e]{8,200}$' then
    perform private.fail(
      422, 'invalid_idempotency_key', 'The key is 8 to 200 printable ASCII characters.',
      'A fresh UUID for each purchase that the buyer starts.'
    );
  end if;
  -- Not a wait: a client that sends the same key twice at once learns so and asks again.
  if not pg_try_advisory_xact_lock(hashtextextended(v_user || ':checkout:' || p_key, 0)) then
    perform private.fail(
      409, 'idempotency_in_flight', 'The same request is being carried out.', 'Send it again.',
      null, 1
    );
  end if;
  select * into v_seen from private.idempotency_keys as k
  where k.user_id = v_user and k.scope = 'checkout' and k.key = p_key;
  if v_seen.key is not null then
    if v_seen.request_hash <> v_hash then
      perform private.fail(
        422, 'idempotency_key_reused', 'This key belongs to a request with another content.',
        'Use a new key.'
      );
    end if;
    return private.checkout_result((v_seen.response ->> 'order_id')::uuid);
  end if;

  -- The cart's lock makes one person's checkouts take turns, so that the cap holds.
  perform 1 from public.carts as c where c.user_id = v_user for update;
  if (
    select count(*) from public.orders as o
    where o.buyer_id = v_user and o.status = 'pending_payment'
  ) >= 5 then
    perform private.fail(
      409, 'too_many_open_orders', 'Five unpaid orders are open.',
      'Pay one, cancel one (rpc/cancel_order) or wait until they expire.'
    );
  end if;
  perform private.lock_goods(array(select private.cart_goods(v_user)));
  -- And the lines: a quantity that changed between here and there would split the totals. After
  -- the goods, as in complete_order.
  perform 1 from public.cart_items as i where i.user_id = v_user order by i.id for update;
  perform private.lock_cart_discount(v_user);
  perform private.check_checkout(v_user, p_expected_total);
  perform private.check_catalogue_rules(v_user, p_country);
  v_order := private.place_order(v_user);
  insert into private.idempotency_keys (user_id, scope, key, request_hash, response)
  values (v_user, 'checkout', p_key, v_hash, jsonb_build_object('order_id', v_order));
  return private.checkout_result(v_order);
end;
$$;
comment on function private.begin_checkout(text, bigint, text) is 'See public.begin_checkout.';
revoke all on function private.begin_checkout(text, bigint, text) from public;
grant execute on function private.begin_checkout(text, bigint, text) to authenticated;

create or replace function public.begin_checkout(
    idempotency_key text, expected_total bigint default null, country text default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.begin_checkout(idempotency_key, expected_total, country);
$$;
comment on function public.begin_checkout(text, bigint, text) is
'Order my cart: stock is held for 30 minutes; POST /v1/checkout calls this and adds the payment. The same key gives the same order. expected_total (minor units, after the discount) refuses if the price changed; country (ISO 3166-1) is needed for goods that are not sold everywhere. Errors: cart_empty, cart_mixed_currencies, product_unavailable, shop_on_vacation, out_of_stock, own_product, already_owned, discount_not_applicable, total_changed, amount_too_small, amount_too_large, too_many_open_orders, invalid_idempotency_key, idempotency_key_reused, idempotency_in_flight, amount_below_minimum, invalid_country, country_required, not_available_in_country.';
revoke all on function public.begin_checkout(text, bigint, text) from public, anon, service_role;
grant execute on function public.begin_checkout(text, bigint, text) to authenticated;

create or replace function private.attach_payment_intent(
    p_order_id uuid, p_payment_intent_id text, p_amount bigint, p_currency text
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_order public.orders;
  v_payment public.payments;
begin
  select o.* into v_order from public.orders as o where o.id = p_order_id for update;
  select p.* into v_payment from public.payments as p where p.order_id = p_order_id for update;
  if v_payment.id is null then
    perform private.fail(404, 'order_not_found', 'No such order.');
  end if;
  if v_payment.amount <> p_amount or v_payment.currency <> p_currency then
    raise exception 'PaymentIntent % is of % %, order % of % %', p_payment_intent_id, p_amount,
      p_currency, p_order_id, v_payment.amount, v_payment.currency using errcode = '22000';
  end if;
  if v_payment.stripe_payment_intent_id is null then
    update public.payments as p set stripe_payment_intent_id = p_payment_intent_id
    where p.id = v_payment.id;
    -- The order ended while the PaymentIntent was being made: nobody else will cancel it.
    if v_order.status in ('cancelled', 'expired') then
      perform private.cancel_payment_intent(p_order_id, p_payment_intent_id);
    end if;
  elsif v_payment.stripe_payment_intent_id <> p_payment_intent_id then
    perform private.fail(409, 'payment_exists', 'The order has another payment already.');
  end if;
end;
$$;
comment on function private.attach_payment_intent(uuid, text, bigint, text) is
'Remember the PaymentIntent made for an order; again is fine. Errors: order_not_found, payment_exists.';
revoke all on function private.attach_payment_intent(uuid, text, bigint, text) from public;
grant execute on function private.attach_payment_intent(uuid, text, bigint, text)
to agora_webhooks;
