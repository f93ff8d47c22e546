-- Stamped from supabase/functions and supabase/policies: edit there, never here.
set lock_timeout = '5s';
set check_function_bodies = off;

-- source: supabase/functions/access.sql 70edf10b1d1dc3f009a7fd59c30249c3ef9ffaa8448f369ad0938c802e8c67f1
-- Who may what: the predicates that policies, RPCs, Storage and Pusher all ask.

-- Definer, as all here: a policy on shop_members that read shop_members would recurse.
create or replace function private.my_shop_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
rows 5
as $$
  select m.shop_id from public.shop_members as m where m.user_id = auth.uid();
$$;
comment on function private.my_shop_ids() is 'Shops in which the caller works, in any role.';
revoke all on function private.my_shop_ids() from public;
grant execute on function private.my_shop_ids() to authenticated;

create or replace function private.my_managed_shop_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
rows 5
as $$
  select m.shop_id from public.shop_members as m
  where m.user_id = auth.uid() and m.role in ('owner', 'manager');
$$;
comment on function private.my_managed_shop_ids() is
'Shops whose catalogue the caller may edit: as owner or manager.';
revoke all on function private.my_managed_shop_ids() from public;
grant execute on function private.my_managed_shop_ids() to authenticated;

create or replace function private.has_role(p_role public.app_role)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.user_roles as r
    where r.user_id = auth.uid() and r.role = p_role
      and (r.expires_at is null or r.expires_at > now())
  );
$$;
comment on function private.has_role(public.app_role) is
'Has the caller this platform role now? Read from the table, so a revocation counts at once.';
revoke all on function private.has_role(public.app_role) from public;
grant execute on function private.has_role(public.app_role) to authenticated;

create or replace function private.is_blocked()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select false;
$$;
comment on function private.is_blocked() is
'Is the caller suspended or banned now? Write policies ask this.';
revoke all on function private.is_blocked() from public;
grant execute on function private.is_blocked() to authenticated;

create or replace function private.my_service_buckets()
returns setof text
language sql
stable
security definer
set search_path = ''
rows 2
as $$
  select unnest(a.buckets) from private.service_accounts as a where a.user_id = auth.uid();
$$;
comment on function private.my_service_buckets() is
'Buckets of the calling machine user; none for people.';
revoke all on function private.my_service_buckets() from public;
grant execute on function private.my_service_buckets() to authenticated;

create or replace function private.may_upload(p_path text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.product_files as f
    where f.path = p_path and f.status = 'pending'
      and f.shop_id in (select private.my_managed_shop_ids())
  );
$$;
comment on function private.may_upload(text) is
'May the caller put a file at this path of product-files? Only where begin_upload announced it.';
revoke all on function private.may_upload(text) from public;
grant execute on function private.may_upload(text) to authenticated;

-- A channel name is a claim about ids; whoever may read the row may hear of it.
create or replace function private.can_subscribe(p_channel text)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
  v_parts text[] := regexp_match(
    p_channel,
    '^private-(user|order|shop)-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$'
  );
begin
  if v_user is null or v_parts is null then
    return false;
  end if;
  return case v_parts[1]
    when 'user' then v_parts[2]::uuid = v_user
    when 'order' then exists (
      select 1 from public.orders as o where o.id = v_parts[2]::uuid and o.buyer_id = v_user
    )
    when 'shop' then v_parts[2]::uuid in (select private.my_shop_ids())
    else false
  end;
end;
$$;
comment on function private.can_subscribe(text) is 'May the caller hear this realtime channel?';
revoke all on function private.can_subscribe(text) from public;
grant execute on function private.can_subscribe(text) to authenticated;

create or replace function public.can_subscribe(channel text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select private.can_subscribe(channel);
$$;
comment on function public.can_subscribe(text) is
'May I hear this realtime channel? Asked by POST /v1/pusher/auth with your token.';
revoke all on function public.can_subscribe(text) from public, anon, service_role;
grant execute on function public.can_subscribe(text) to authenticated;

create or replace function private.add_service_account(p_email text, p_buckets text[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid;
begin
  select u.id into v_user from auth.users as u where u.email = lower(p_email);
  if v_user is null then
    perform private.fail(
      404, 'account_not_found', 'No such account.', 'Sign the machine user up first.'
    );
  end if;
  insert into private.service_accounts (user_id, buckets) values (v_user, p_buckets)
  on conflict (user_id) do update set buckets = excluded.buckets;
end;
$$;
comment on function private.add_service_account(text, text[]) is
'Make an ordinary auth account the machine user of these buckets (deploy step; idempotent).';
revoke all on function private.add_service_account(text, text[]) from public;

-- source: supabase/functions/carts.sql 2339d59ad977cf1f7d6100261753384110c395e0e8e1b5d9ab6e4f8c50bec626
-- The cart.

create or replace function private.cart_summary()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with lines as (
    select
      i.id, i.variant_id, i.quantity, v.product_id, v.shop_id, p.title, p.kind,
      v.title as variant_title, s.name as shop_name, v.price_amount, v.currency,
      v.price_amount * i.quantity as total_amount,
      (v.is_listed and (v.stock is null or v.available >= i.quantity)) as available
    from public.cart_items as i
    inner join public.product_variants as v on v.id = i.variant_id
    inner join public.products as p on p.id = v.product_id
    inner join public.shops as s on s.id = v.shop_id
    where i.user_id = auth.uid()
  ),
  discount as (
    select private.cart_discount(auth.uid()) as discount
  )
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(to_jsonb(l) order by l.id), '[]'),
    'subtotal_amount', coalesce(sum(l.total_amount), 0),
    'discount', (select d.discount from discount as d),
    'discount_amount', (select coalesce((d.discount ->> 'amount')::bigint, 0) from discount as d),
    'total_amount', coalesce(sum(l.total_amount), 0)
      - (select coalesce((d.discount ->> 'amount')::bigint, 0) from discount as d),
    'currency', case when count(distinct l.currency) = 1 then min(l.currency) end,
    'can_check_out', count(*) > 0 and bool_and(l.available) and count(distinct l.currency) = 1
      and (select coalesce((d.discount ->> 'applies')::boolean, true) from discount as d)
  )
  from lines as l;
$$;
comment on function private.cart_summary() is 'See public.cart_summary.';
revoke all on function private.cart_summary() from public;
grant execute on function private.cart_summary() to authenticated;

create or replace function public.cart_summary()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.cart_summary();
$$;
comment on function public.cart_summary() is
'My cart at today''s prices (minor units); discount: the code in it, what it takes off, or the reason why it does not apply; can_check_out says whether begin_checkout would take it.';
revoke all on function public.cart_summary() from public, anon, service_role;
grant execute on function public.cart_summary() to authenticated;

create or replace function private.cart_add(p_variant_id uuid, p_quantity integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_cart uuid;
  v_quantity integer;
begin
  if p_quantity is null or p_quantity not between 1 and 99 then
    perform private.fail(422, 'invalid_quantity', 'The quantity is 1 to 99.');
  end if;
  if not exists (
    select 1 from public.product_variants as v where v.id = p_variant_id and v.is_listed
  ) then
    perform private.fail(404, 'variant_not_found', 'No such product is on sale.');
  end if;
  insert into public.carts as c (user_id) values (v_user)
  on conflict (user_id) do update set updated_at = now()
  returning c.id into v_cart;
  if (select count(*) from public.cart_items as i where i.cart_id = v_cart) >= 100 then
    perform private.fail(409, 'cart_full', 'A cart holds 100 different products.');
  end if;
  insert into public.cart_items as i (cart_id, user_id, variant_id, quantity)
  values (v_cart, v_user, p_variant_id, p_quantity)
  on conflict (cart_id, variant_id) do update
  set quantity = least(i.quantity + excluded.quantity, 99)
  returning i.quantity into v_quantity;
  return private.cart_summary();
end;
$$;
comment on function private.cart_add(uuid, integer) is 'See public.cart_add.';
revoke all on function private.cart_add(uuid, integer) from public;
grant execute on function private.cart_add(uuid, integer) to authenticated;

create or replace function public.cart_add(variant_id uuid, quantity integer default 1)
returns jsonb
language sql
set search_path = ''
as $$
  select private.cart_add(variant_id, quantity);
$$;
comment on function public.cart_add(uuid, integer) is
'Put a variant into my cart, or more of it; returns the cart. Errors: invalid_quantity, variant_not_found, cart_full.';
revoke all on function public.cart_add(uuid, integer) from public, anon, service_role;
grant execute on function public.cart_add(uuid, integer) to authenticated;

-- source: supabase/functions/catalogue.sql bb1d7cf5c8b466d0507bda27ff5bc89426093f0ffcaa19cbd7808fbc8c5138f4
-- Products: what is filled in for the client, and publishing.

-- Children of a product carry its shop_id and is_listed, so that a policy needs no join. Clients
-- may set neither: they are copied here.
create or replace function private.tg_product_child()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Locked, or a product that is listed at this very moment would leave this child unlisted.
  select p.shop_id, p.is_listed into new.shop_id, new.is_listed
  from public.products as p where p.id = new.product_id for share;
  return new;
end;
$$;
comment on function private.tg_product_child() is 'Copies shop_id and is_listed from the product.';
revoke all on function private.tg_product_child() from public;

create or replace trigger tg_product_variants__child
before insert on public.product_variants
for each row execute function private.tg_product_child();

create or replace trigger tg_product_images__child
before insert on public.product_images
for each row execute function private.tg_product_child();

create or replace function private.tg_products__fill()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.slug is null then
    new.slug := coalesce(nullif(private.slugify(new.title, 60), ''), 'product')
      || '-' || right(new.id::text, 6);
  end if;
  return new;
end;
$$;
comment on function private.tg_products__fill() is 'A slug from the title where none was given.';
revoke all on function private.tg_products__fill() from public;

create or replace trigger tg_products__fill
before insert on public.products
for each row execute function private.tg_products__fill();

-- is_listed = product active and shop active, kept from both sides. Definer: the shop's status may
-- be changed by somebody who cannot write its products.
create or replace function private.tg_products__listed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Under the shop's lock, or a shop that changes now would be read as it was.
  perform 1 from public.shops as s where s.id = new.shop_id for share;
  new.is_listed := new.status = 'active' and exists (
    select 1 from public.shops as s where s.id = new.shop_id and s.status = 'active'
  );
  return new;
end;
$$;
comment on function private.tg_products__listed() is 'Keeps products.is_listed.';
revoke all on function private.tg_products__listed() from public;

create or replace trigger tg_products__listed
before insert or update of status on public.products
for each row execute function private.tg_products__listed();

create or replace function private.tg_products__listed_children()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- In the order in which checkouts lock them.
  perform private.lock_variants(array(
    select v.id from public.product_variants as v where v.product_id = new.id
  ));
  update public.product_variants as v set is_listed = new.is_listed
  where v.product_id = new.id and v.is_listed <> new.is_listed;
  update public.product_images as i set is_listed = new.is_listed
  where i.product_id = new.id and i.is_listed <> new.is_listed;
  return null;
end;
$$;
comment on function private.tg_products__listed_children() is 'Hands is_listed down.';
revoke all on function private.tg_products__listed_children() from public;

create or replace trigger tg_products__listed_children
after update on public.products
for each row when (old.is_listed is distinct from new.is_listed)
execute function private.tg_products__listed_children();

create or replace function private.tg_shops__listed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- All products, then all variants, each in one order: product by product would take the variants
  -- in an order of its own, and could deadlock with a checkout.
  perform 1 from public.products as p where p.shop_id = new.id order by p.id for no key update;
  perform private.lock_variants(array(
    select v.id from public.product_variants as v where v.shop_id = new.id
  ));
  update public.products as p
  set is_listed = (p.status = 'active' and new.status = 'active')
  where p.shop_id = new.id and p.is_listed <> (p.status = 'active' and new.status = 'active');
  return null;
end;
$$;
comment on function private.tg_shops__listed() is 'Lists or unlists a shop''s products with it.';
revoke all on function private.tg_shops__listed() from public;

create or replace trigger tg_shops__listed
after update of status on public.shops
for each row when (old.status is distinct from new.status)
execute function private.tg_shops__listed();

create or replace function private.managed_product(p_product_id uuid)
returns public.products
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products;
begin
  -- The shop before the product, as when a shop opens or closes. No stronger than its update needs:
  -- a checkout that holds the variants refers to the product (for key share).
  perform 1 from public.shops as s
  where s.id in (select private.my_managed_shop_ids())
    and s.id = (select p.shop_id from public.products as p where p.id = p_product_id)
  for share;
  select p.* into v_product from public.products as p
  where p.id = p_product_id and p.shop_id in (select private.my_managed_shop_ids())
  for no key update;
  if v_product.id is null then
    perform private.fail(404, 'product_not_found', 'You manage no such product.');
  end if;
  return v_product;
end;
$$;
comment on function private.managed_product(uuid) is
'The product, locked, if the caller manages its shop; else 404 product_not_found.';
revoke all on function private.managed_product(uuid) from public;

create or replace function private.publish_product(p_product_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
begin
  if not exists (
    select 1 from public.shops as s where s.id = v_product.shop_id and s.status = 'active'
  ) then
    perform private.fail(
      409, 'shop_not_active', 'The shop is not open.', 'Open it first: rpc/open_shop.'
    );
  end if;
  if not exists (
    select 1 from public.product_variants as v where v.product_id = p_product_id
  ) then
    perform private.fail(409, 'product_has_no_variant', 'A product needs a price: add a variant.');
  end if;
  if v_product.kind = 'digital' and not exists (
    select 1 from public.product_files as f
    where f.product_id = p_product_id and f.status = 'ready'
  ) then
    perform private.fail(
      409, 'product_has_no_file', 'A digital product needs a file that passed its checks.',
      'Upload one: POST /v1/uploads.'
    );
  end if;
  if v_product.status <> 'active' then
    update public.products as p
    set status = 'active', published_at = coalesce(p.published_at, now())
    where p.id = p_product_id
    returning * into v_product;
  end if;
  return to_jsonb(v_product);
end;
$$;
comment on function private.publish_product(uuid) is 'See public.publish_product.';
revoke all on function private.publish_product(uuid) from public;
grant execute on function private.publish_product(uuid) to authenticated;

create or replace function public.publish_product(product_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.publish_product(product_id);
$$;
comment on function public.publish_product(uuid) is
'Make a product public. Errors: product_not_found, shop_not_active, product_has_no_variant, product_has_no_file.';
revoke all on function public.publish_product(uuid) from public, anon, service_role;
grant execute on function public.publish_product(uuid) to authenticated;

create or replace function private.archive_product(p_product_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
begin
  if v_product.status <> 'archived' then
    update public.products as p set status = 'archived' where p.id = p_product_id
    returning * into v_product;
  end if;
  return to_jsonb(v_product);
end;
$$;
comment on function private.archive_product(uuid) is 'See public.archive_product.';
revoke all on function private.archive_product(uuid) from public;
grant execute on function private.archive_product(uuid) to authenticated;

create or replace function public.archive_product(product_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.archive_product(product_id);
$$;
comment on function public.archive_product(uuid) is
'Take a product off sale; orders keep it. Errors: product_not_found.';
revoke all on function public.archive_product(uuid) from public, anon, service_role;
grant execute on function public.archive_product(uuid) to authenticated;

-- source: supabase/functions/checkout.sql bea00ba17f1ca3810f2a39b6cec21e3d0eb4821f116c845ee1b2a24a0764fd4d
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
    v.id, v.product_id, v.shop_id, p.kind, p.title, v.title, v.price_amount, i.quantity,
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
    if v.kind = 'digital' and exists (
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
      variant_title, unit_amount, quantity, discount_amount, total_amount
    )
    select
      v_order.id, v_shop_order, l.shop_id, p_user, l.product_id, l.variant_id, l.kind, l.title,
      l.variant_title, l.unit_amount, l.quantity, coalesce(d.discount_amount, 0),
      l.unit_amount * l.quantity - coalesce(d.discount_amount, 0)
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

create or replace function private.begin_checkout(p_key text, p_expected_total bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_hash bytea := sha256(convert_to(coalesce(p_expected_total::text, ''), 'utf8'));
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
  perform private.lock_variants(array(
    select i.variant_id from public.cart_items as i where i.user_id = v_user
  ));
  -- And the lines: a quantity that changed between here and there would split the totals. After
  -- the variants, as in complete_order.
  perform 1 from public.cart_items as i where i.user_id = v_user order by i.id for update;
  perform private.lock_cart_discount(v_user);
  perform private.check_checkout(v_user, p_expected_total);
  v_order := private.place_order(v_user);
  insert into private.idempotency_keys (user_id, scope, key, request_hash, response)
  values (v_user, 'checkout', p_key, v_hash, jsonb_build_object('order_id', v_order));
  return private.checkout_result(v_order);
end;
$$;
comment on function private.begin_checkout(text, bigint) is 'See public.begin_checkout.';
revoke all on function private.begin_checkout(text, bigint) from public;
grant execute on function private.begin_checkout(text, bigint) to authenticated;

create or replace function public.begin_checkout(
    idempotency_key text, expected_total bigint default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.begin_checkout(idempotency_key, expected_total);
$$;
comment on function public.begin_checkout(text, bigint) is
'Order my cart: stock is held for 30 minutes; POST /v1/checkout calls this and adds the payment. The same key gives the same order. expected_total (minor units, after the discount) refuses if the price changed. Errors: cart_empty, cart_mixed_currencies, product_unavailable, out_of_stock, own_product, already_owned, discount_not_applicable, total_changed, amount_too_small, amount_too_large, too_many_open_orders, invalid_idempotency_key, idempotency_key_reused, idempotency_in_flight.';
revoke all on function public.begin_checkout(text, bigint) from public, anon, service_role;
grant execute on function public.begin_checkout(text, bigint) to authenticated;

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

-- source: supabase/functions/discount_redemptions.sql 4e8fbd43710c35e3ef3ebf156fd0959f157465991fd094b98bbdfe79bb300741
-- Uses of discount codes by orders: held, consumed, released, held again. Codes are locked in the
-- order of their ids, after variants and cart lines.

create or replace function private.lock_discount_codes(p_code_ids uuid [])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from public.discount_codes as k
  where k.id = any (p_code_ids)
  order by k.id
  for no key update;
end;
$$;
comment on function private.lock_discount_codes(uuid[]) is
'Lock codes, in one order for everybody.';
revoke all on function private.lock_discount_codes(uuid[]) from public;

create or replace function private.lock_cart_discount(p_user uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from private.cart_discounts as d
  inner join public.carts as c on c.id = d.cart_id
  where c.user_id = p_user
  for update of d;
  -- All of that name, those that are off included: one may be switched on meanwhile.
  perform private.lock_discount_codes(array(
    select k.id from private.cart_discounts as d
    inner join public.carts as c on c.id = d.cart_id
    inner join public.discount_codes as k on k.code = d.code
    where c.user_id = p_user
      and k.shop_id in (select l.shop_id from private.checkout_lines(p_user) as l)
  ));
end;
$$;
comment on function private.lock_cart_discount(uuid) is
'Lock the code in a person''s cart and what it stands for, so that its caps hold until commit.';
revoke all on function private.lock_cart_discount(uuid) from public;

create or replace function private.redeem_discounts(p_order_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  with held as (
    insert into private.discount_redemptions (
      shop_order_id, order_id, code_id, buyer_id, amount, currency
    )
    select s.id, s.order_id, k.code_id, s.buyer_id, s.discount_amount, s.currency
    from public.shop_orders as s
    inner join private.cart_codes(
      (select o.buyer_id from public.orders as o where o.id = p_order_id)
    ) as k on k.shop_id = s.shop_id
    where s.order_id = p_order_id and s.discount_amount > 0
    returning code_id
  )
  update public.discount_codes as k set uses = k.uses + 1
  from held as h
  where k.id = h.code_id;
end;
$$;
comment on function private.redeem_discounts(uuid) is
'Hold the codes of a new order. Its shop orders have their discounts, the codes are locked.';
revoke all on function private.redeem_discounts(uuid) from public;

create or replace function private.settle_discounts(p_order_id uuid, p_paid boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_paid then
    update private.discount_redemptions as r set state = 'consumed'
    where r.order_id = p_order_id and r.state = 'held';
    return;
  end if;
  perform private.lock_discount_codes(array(
    select r.code_id from private.discount_redemptions as r
    where r.order_id = p_order_id and r.state = 'held'
  ));
  with released as (
    update private.discount_redemptions as r set state = 'released'
    where r.order_id = p_order_id and r.state = 'held'
    returning r.code_id
  )
  update public.discount_codes as k set uses = k.uses - 1
  from released as r
  where k.id = r.code_id;
end;
$$;
comment on function private.settle_discounts(uuid, boolean) is
'End an order''s hold on codes: used, or free again. Doing it again changes nothing.';
revoke all on function private.settle_discounts(uuid, boolean) from public;

-- Schedule and minimum were right when the order was placed; only the caps can be in the way now.
create or replace function private.hold_discounts(p_order_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_discount_codes(array(
    select r.code_id from private.discount_redemptions as r where r.order_id = p_order_id
  ));
  if exists (
    select 1 from private.discount_redemptions as r
    inner join public.discount_codes as k on k.id = r.code_id
    where r.order_id = p_order_id and r.state = 'released' and (
      k.uses >= k.max_uses
      or k.max_uses_per_customer <= (
        select count(*) from private.discount_redemptions as o
        where o.code_id = k.id and o.buyer_id = r.buyer_id and o.state <> 'released'
      )
    )
  ) then
    return false;
  end if;
  with held as (
    update private.discount_redemptions as r set state = 'held'
    where r.order_id = p_order_id and r.state = 'released'
    returning r.code_id
  )
  update public.discount_codes as k set uses = k.uses + 1
  from held as h
  where k.id = h.code_id;
  return true;
end;
$$;
comment on function private.hold_discounts(uuid) is
'Hold the codes of an order again after their release, all or none; false if a cap is reached.';
revoke all on function private.hold_discounts(uuid) from public;

create or replace function private.hold_again(p_order_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_variants(array(
    select i.variant_id from public.order_items as i where i.order_id = p_order_id
  ));
  if not private.hold_discounts(p_order_id) then
    return false;
  end if;
  if not private.hold_stock(p_order_id) then
    perform private.settle_discounts(p_order_id, false);
    return false;
  end if;
  return true;
end;
$$;
comment on function private.hold_again(uuid) is
'Set an expired order''s pieces and codes aside once more, for a payment that came late; all or none.';
revoke all on function private.hold_again(uuid) from public;

-- source: supabase/functions/discounts.sql 8b7b96704d224ec92e2bc12b77e6d25654d079ce0781981c11f0a3dfb6249623
-- Discount codes in a cart: which apply, to which lines, with how much.

create or replace function private.tg_discount_codes__fill()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.code := upper(btrim(new.code));
  return new;
end;
$$;
comment on function private.tg_discount_codes__fill() is 'Codes are upper case.';
revoke all on function private.tg_discount_codes__fill() from public;

create or replace trigger tg_discount_codes__fill
before insert on public.discount_codes
for each row execute function private.tg_discount_codes__fill();

create or replace trigger tg_discount_codes__audit
after insert or delete or update of is_active, starts_at, ends_at, max_uses,
minimum_subtotal_amount on public.discount_codes
for each row execute function private.tg_audit();

-- Half a unit rounds up, as for the fee.
create or replace function private.discount_value(
    p_basis_points integer, p_fixed_amount bigint, p_eligible bigint
)
returns bigint
language sql
immutable
set search_path = ''
as $$
  select least(
    p_eligible, coalesce(p_fixed_amount, (p_eligible * p_basis_points + 5000) / 10000)
  );
$$;
comment on function private.discount_value(integer, bigint, bigint) is
'What a code takes off eligible items of p_eligible (minor units); never more than that.';
revoke all on function private.discount_value(integer, bigint, bigint) from public;

create or replace function private.cart_codes(p_user uuid)
returns table (
    code_id uuid, shop_id uuid, product_id uuid, eligible_amount bigint, discount_amount bigint,
    reason text
)
language sql
stable
security definer
set search_path = ''
as $$
  with lines as (
    select * from private.checkout_lines(p_user)
  ),
  offers as (
    select
      k.*,
      (
        select coalesce(sum(l.unit_amount * l.quantity), 0)::bigint from lines as l
        where l.shop_id = k.shop_id and (k.product_id is null or l.product_id = k.product_id)
      ) as eligible,
      (select min(l.currency) from lines as l where l.shop_id = k.shop_id) as cart_currency
    from private.cart_discounts as d
    inner join public.carts as c on c.id = d.cart_id
    inner join public.discount_codes as k on k.code = d.code
    where c.user_id = p_user
      and k.shop_id in (select l.shop_id from lines as l)
      -- As if it did not exist: nobody need know what a shop prepares.
      and k.is_active and k.starts_at <= now()
  ),
  judged as (
    select
      o.*,
      private.discount_value(o.basis_points, o.fixed_amount, o.eligible) as value,
      case
        when o.ends_at <= now() then 'discount_ended'
        when o.currency <> o.cart_currency then 'discount_other_currency'
        when o.eligible = 0 then 'discount_other_products'
        when o.eligible < o.minimum_subtotal_amount then 'discount_below_minimum'
        when o.uses >= o.max_uses then 'discount_used_up'
        when o.max_uses_per_customer <= (
          select count(*) from private.discount_redemptions as r
          where r.code_id = o.id and r.buyer_id = p_user and r.state <> 'released'
        ) then 'discount_used_before'
        when private.discount_value(o.basis_points, o.fixed_amount, o.eligible) = 0
          then 'discount_too_small'
      end as reason
    from offers as o
  )
  select
    j.id, j.shop_id, j.product_id, j.eligible, case when j.reason is null then j.value else 0 end,
    j.reason
  from judged as j;
$$;
comment on function private.cart_codes(uuid) is
'The codes that the name in a person''s cart stands for, a row per shop: what each takes off now, or why it does not.';
revoke all on function private.cart_codes(uuid) from public;

create or replace function private.discount_lines(p_user uuid)
returns table (variant_id uuid, discount_amount bigint)
language sql
stable
security definer
set search_path = ''
as $$
  with split as (
    select
      array_agg(l.variant_id order by l.variant_id) as ids,
      private.allocate(
        c.discount_amount, array_agg(l.unit_amount * l.quantity order by l.variant_id)
      ) as parts
    from private.cart_codes(p_user) as c
    inner join private.checkout_lines(p_user) as l
      on l.shop_id = c.shop_id and (c.product_id is null or l.product_id = c.product_id)
    where c.discount_amount > 0
    group by c.code_id, c.discount_amount
  )
  select s.ids[n.n], s.parts[n.n]
  from split as s
  cross join lateral generate_subscripts(s.ids, 1) as n (n);
$$;
comment on function private.discount_lines(uuid) is
'What is off each line of a person''s cart, by largest remainder; lines without a discount are left out.';
revoke all on function private.discount_lines(uuid) from public;

create or replace function private.cart_discount(p_user uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'code', d.code, 'amount', coalesce(k.amount, 0), 'applies', coalesce(k.amount, 0) > 0,
    'reason', case
      when k.amount > 0 then null else coalesce(k.reason, 'discount_not_found')
    end,
    'shops', coalesce(k.shops, '[]')
  )
  from private.cart_discounts as d
  inner join public.carts as c on c.id = d.cart_id
  cross join lateral (
    select
      sum(o.discount_amount)::bigint as amount, min(o.reason) as reason,
      jsonb_agg(
        jsonb_build_object(
          'shop_id', o.shop_id, 'amount', o.discount_amount, 'reason', o.reason
        )
        order by o.shop_id
      ) as shops
    from private.cart_codes(p_user) as o
  ) as k
  where c.user_id = p_user;
$$;
comment on function private.cart_discount(uuid) is
'The code in a person''s cart as cart_summary shows it; null if there is none.';
revoke all on function private.cart_discount(uuid) from public;

create or replace function private.apply_discount_code(p_code text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_code text := upper(btrim(left(coalesce(p_code, ''), 100)));
  v_cart uuid;
  v_wait integer := private.rate_hit('discount_code', v_user::text);
begin
  if v_wait > 0 then
    perform private.fail(
      429, 'rate_limited', 'Too many codes in a short time.',
      'Wait as long as Retry-After says.', null, v_wait
    );
  end if;
  select c.id into v_cart from public.carts as c where c.user_id = v_user for update;
  if exists (
    select 1 from public.discount_codes as k
    where k.code = v_code and k.is_active and k.starts_at <= now()
      and k.shop_id in (select l.shop_id from private.checkout_lines(v_user) as l)
  ) then
    insert into private.cart_discounts (cart_id, code) values (v_cart, v_code)
    on conflict (cart_id) do update set code = excluded.code;
    return private.cart_summary();
  end if;
  -- Not raised: that would forget the attempt, and codes could be guessed without end.
  return private.cart_summary() || jsonb_build_object(
    'refused_code', left(v_code, 32), 'refused_reason', 'discount_not_found'
  );
end;
$$;
comment on function private.apply_discount_code(text) is 'See public.apply_discount_code.';
revoke all on function private.apply_discount_code(text) from public;
grant execute on function private.apply_discount_code(text) to authenticated;

create or replace function public.apply_discount_code(code text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.apply_discount_code(code);
$$;
comment on function public.apply_discount_code(text) is
'Put a discount code into my cart, in place of another; returns the cart. Its discount says what it takes off, or the reason why it does not apply yet. A code that no shop in the cart has is not kept: refused_code and refused_reason. Errors: rate_limited.';
revoke all on function public.apply_discount_code(text) from public, anon, service_role;
grant execute on function public.apply_discount_code(text) to authenticated;

create or replace function private.remove_discount_code()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  perform 1 from public.carts as c where c.user_id = v_user for update;
  delete from private.cart_discounts as d using public.carts as c
  where c.id = d.cart_id and c.user_id = v_user;
  return private.cart_summary();
end;
$$;
comment on function private.remove_discount_code() is 'See public.remove_discount_code.';
revoke all on function private.remove_discount_code() from public;
grant execute on function private.remove_discount_code() to authenticated;

create or replace function public.remove_discount_code()
returns jsonb
language sql
set search_path = ''
as $$
  select private.remove_discount_code();
$$;
comment on function public.remove_discount_code() is
'Take the discount code out of my cart; returns the cart.';
revoke all on function public.remove_discount_code() from public, anon, service_role;
grant execute on function public.remove_discount_code() to authenticated;

-- source: supabase/functions/emails.sql eb3123b5c77abe06eee39671260a03fae6fdd8bd9b27ecb1e4844c10c724818b
-- Emails: one row per template and entity, in the same commit as their cause.

create or replace function private.queue_email(p_template text, p_entity_id uuid, p_user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into private.email_messages (template, entity_id, user_id, request_id)
  values (p_template, p_entity_id, p_user_id, private.request_id())
  on conflict (template, entity_id) do nothing
  returning id into v_id;
  if v_id is not null then
    perform private.enqueue('email', jsonb_build_object('id', v_id));
  end if;
end;
$$;
comment on function private.queue_email(text, uuid, uuid) is 'Send this email once.';
revoke all on function private.queue_email(text, uuid, uuid) from public;

create or replace function private.receipt_data(p_order_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'order_id', o.id, 'order_number', o.order_number, 'paid_at', o.paid_at,
    'currency', o.currency, 'minor_units', c.minor_units,
    'subtotal_amount', o.subtotal_amount, 'discount_amount', o.discount_amount,
    'discount_codes', (
      select coalesce(jsonb_agg(distinct k.code), '[]')
      from private.discount_redemptions as r
      inner join public.discount_codes as k on k.id = r.code_id
      where r.order_id = o.id
    ),
    'tax_amount', o.tax_amount, 'shipping_amount', o.shipping_amount,
    'total_amount', o.total_amount,
    'buyer_name', coalesce(nullif(b.display_name, ''), b.handle),
    'library_url_path', '/library',
    'items', (
      select jsonb_agg(
        jsonb_build_object(
          'title', i.title, 'variant', i.variant_title, 'shop', s.name,
          'quantity', i.quantity, 'unit_amount', i.unit_amount,
          'subtotal_amount', i.unit_amount * i.quantity, 'discount_amount', i.discount_amount,
          'total_amount', i.total_amount, 'digital', i.kind = 'digital'
        ) order by i.id
      )
      from public.order_items as i
      inner join public.shops as s on s.id = i.shop_id
      where i.order_id = o.id
    )
  )
  from public.orders as o
  inner join private.currencies as c on c.code = o.currency
  inner join public.profiles as b on b.id = o.buyer_id
  where o.id = p_order_id;
$$;
comment on function private.receipt_data(uuid) is 'What the receipt template shows; amounts in minor units.';
revoke all on function private.receipt_data(uuid) from public;

create or replace function private.email_task(p_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'state', m.state, 'to', u.email, 'template', m.template, 'idempotency_key', m.id,
    'data', case m.template when 'receipt' then private.receipt_data(m.entity_id) end
  )
  from private.email_messages as m
  inner join auth.users as u on u.id = m.user_id
  where m.id = p_id;
$$;
comment on function private.email_task(uuid) is
'What the email worker needs; the address is read now and kept nowhere.';
revoke all on function private.email_task(uuid) from public;
grant execute on function private.email_task(uuid) to agora_workers;

create or replace function private.email_sent(p_id uuid, p_provider_id text)
returns void
language sql
security definer
set search_path = ''
as $$
  update private.email_messages as m
  set state = 'sent', sent_at = now(), provider_id = p_provider_id
  where m.id = p_id and m.state = 'queued';
$$;
comment on function private.email_sent(uuid, text) is 'The provider has taken it. Again is fine.';
revoke all on function private.email_sent(uuid, text) from public;
grant execute on function private.email_sent(uuid, text) to agora_workers;

-- source: supabase/functions/fees.sql d42fff3ac9e90596c740649b60b82c8b84f8d266f55b62dcea94995a2f072859
-- The platform's commission, and how an amount is split without losing a cent.

-- Half a unit rounds up; the fee never exceeds the amount, so the seller's part is never negative.
create or replace function private.platform_fee(
    p_shop_id uuid, p_currency text, p_amount bigint, out fee bigint, out hold_days integer
)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  select
    least(p_amount, (p_amount * f.basis_points + 5000) / 10000 + f.fixed_amount),
    f.hold_days
  into fee, hold_days
  from private.fee_schedules as f
  where f.currency = p_currency and f.effective_from <= now()
    and (f.shop_id = p_shop_id or f.shop_id is null)
  order by f.shop_id nulls last, f.effective_from desc
  limit 1;
  if not found then
    raise exception 'no fee schedule for currency %', p_currency using errcode = 'P0002';
  end if;
end;
$$;
comment on function private.platform_fee(uuid, text, bigint) is
'The platform''s fee on a shop order of p_amount (minor units), and the hold in days. The shop''s own schedule comes before the default.';
revoke all on function private.platform_fee(uuid, text, bigint) from public;

-- Largest remainder (Hamilton): floors first, then one unit each to the largest fractions, the
-- earlier item on a tie. numeric: amount × weight overflows bigint.
create or replace function private.allocate(p_total bigint, p_weights bigint[])
returns bigint[]
language sql
immutable
set search_path = ''
as $$
  with parts as (
    select
      w.n,
      -- Nothing over nothing: the parts of an order that a discount made free.
      case
        when p_total = 0 then 0 else div(p_total::numeric * w.weight, sum(w.weight) over ())
      end as base,
      case
        when p_total = 0 then 0 else mod(p_total::numeric * w.weight, sum(w.weight) over ())
      end as remainder
    from unnest(p_weights) with ordinality as w (weight, n)
  ),
  ranked as (
    select
      n, base,
      row_number() over (order by remainder desc, n) as place,
      p_total - sum(base) over () as leftover
    from parts
  )
  select coalesce(
    array_agg((base + case when place <= leftover then 1 else 0 end)::bigint order by n), '{}'
  )
  from ranked;
$$;
comment on function private.allocate(bigint, bigint[]) is
'Split a non-negative total in proportion to weights that are not negative and, unless the total is 0, not all 0; the parts sum to the total exactly.';
revoke all on function private.allocate(bigint, bigint[]) from public;

-- source: supabase/functions/orders.sql 28097e78b8d5cfc3d44f3ee836a46305282ed79d35b40d4d7a2b4cb1c68748fc
-- How an order ends: paid, cancelled, expired. Lock order everywhere: order, payment, variants,
-- cart lines, discount codes.

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
  perform private.settle_stock(p_order_id, true);
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
  v_user uuid := private.require_user();
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
  perform private.lock_variants(array(
    select i.variant_id from public.order_items as i where i.order_id = any (v_due)
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

-- source: supabase/functions/payments.sql 82d673e4af6b15b4f7f477c7f0496791ec22e077db71196a76738e169132a249
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

-- source: supabase/functions/review_counts.sql 7fb796c5dcf9a8606bd6b016818ab2052f87ddfc52f2afe6487a833a4b39f156
-- Ratings and helpful votes, counted exactly: one statement's differences at a time, the rows that
-- carry the counters locked in the order of their ids.

create or replace function private.add_ratings(
    p_product_ids uuid [], p_stars smallint [], p_steps bigint []
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_product_ids is null then
    return;
  end if;
  perform 1 from public.products as p
  where p.id = any (p_product_ids)
  order by p.id
  for no key update;
  update public.products as p
  set
    rating_counts = array[
      p.rating_counts[1] + d.ones, p.rating_counts[2] + d.twos, p.rating_counts[3] + d.threes,
      p.rating_counts[4] + d.fours, p.rating_counts[5] + d.fives
    ],
    rating_count = p.rating_count + d.ones + d.twos + d.threes + d.fours + d.fives,
    rating_sum = p.rating_sum + d.ones + 2 * d.twos + 3 * d.threes + 4 * d.fours + 5 * d.fives
  from (
    select
      c.product_id,
      coalesce(sum(c.step) filter (where c.stars = 1), 0)::integer as ones,
      coalesce(sum(c.step) filter (where c.stars = 2), 0)::integer as twos,
      coalesce(sum(c.step) filter (where c.stars = 3), 0)::integer as threes,
      coalesce(sum(c.step) filter (where c.stars = 4), 0)::integer as fours,
      coalesce(sum(c.step) filter (where c.stars = 5), 0)::integer as fives
    from unnest(p_product_ids, p_stars, p_steps) as c (product_id, stars, step)
    group by c.product_id
  ) as d
  where p.id = d.product_id;
end;
$$;
comment on function private.add_ratings(uuid[], smallint[], bigint[]) is
'Add p_steps[n] reviews (fewer, if negative) of p_stars[n] stars to product p_product_ids[n]. Null: nothing.';
revoke all on function private.add_ratings(uuid[], smallint[], bigint[]) from public;

-- Hidden reviews do not count. What changes no count (an edited text, a vote) locks no product.
create or replace function private.tg_product_reviews__rating()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_products uuid[];
  v_stars smallint[];
  v_steps bigint[];
begin
  case tg_op
    when 'INSERT' then
      select array_agg(d.product_id), array_agg(d.stars), array_agg(d.step)
      into v_products, v_stars, v_steps
      from (
        select n.product_id, n.stars, count(*) as step from new_rows as n
        where n.status = 'visible'
        group by n.product_id, n.stars
      ) as d;
    when 'DELETE' then
      select array_agg(d.product_id), array_agg(d.stars), array_agg(d.step)
      into v_products, v_stars, v_steps
      from (
        select o.product_id, o.stars, -count(*) as step from old_rows as o
        where o.status = 'visible'
        group by o.product_id, o.stars
      ) as d;
    else
      select array_agg(d.product_id), array_agg(d.stars), array_agg(d.step)
      into v_products, v_stars, v_steps
      from (
        select c.product_id, c.stars, sum(c.step)::bigint as step
        from (
          select n.product_id, n.stars, 1 as step from new_rows as n where n.status = 'visible'
          union all
          select o.product_id, o.stars, -1 as step from old_rows as o where o.status = 'visible'
        ) as c
        group by c.product_id, c.stars
        having sum(c.step) <> 0
      ) as d;
  end case;
  perform private.add_ratings(v_products, v_stars, v_steps);
  return null;
end;
$$;
comment on function private.tg_product_reviews__rating() is 'Keeps the ratings of products.';
revoke all on function private.tg_product_reviews__rating() from public;

create or replace trigger tg_product_reviews__rating_insert
after insert on public.product_reviews
referencing new table as new_rows
for each statement execute function private.tg_product_reviews__rating();

create or replace trigger tg_product_reviews__rating_update
after update on public.product_reviews
referencing old table as old_rows new table as new_rows
for each statement execute function private.tg_product_reviews__rating();

create or replace trigger tg_product_reviews__rating_delete
after delete on public.product_reviews
referencing old table as old_rows
for each statement execute function private.tg_product_reviews__rating();

create or replace function private.add_votes(p_review_ids uuid [], p_steps bigint [])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from public.product_reviews as r
  where r.id = any (p_review_ids)
  order by r.id
  for no key update;
  update public.product_reviews as r set helpful_count = r.helpful_count + d.step
  from unnest(p_review_ids, p_steps) as d (review_id, step)
  where r.id = d.review_id;
end;
$$;
comment on function private.add_votes(uuid[], bigint[]) is
'Add p_steps[n] helpful votes (fewer, if negative) to review p_review_ids[n].';
revoke all on function private.add_votes(uuid[], bigint[]) from public;

-- Definer: a voter cannot write reviews. Votes are never updated.
create or replace function private.tg_review_votes__count()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_reviews uuid[];
  v_steps bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(d.review_id), array_agg(d.step) into v_reviews, v_steps
    from (select n.review_id, count(*) as step from new_rows as n group by n.review_id) as d;
  else
    select array_agg(d.review_id), array_agg(d.step) into v_reviews, v_steps
    from (select o.review_id, -count(*) as step from old_rows as o group by o.review_id) as d;
  end if;
  if v_reviews is not null then
    perform private.add_votes(v_reviews, v_steps);
  end if;
  return null;
end;
$$;
comment on function private.tg_review_votes__count() is 'Keeps product_reviews.helpful_count.';
revoke all on function private.tg_review_votes__count() from public;

create or replace trigger tg_review_votes__count_insert
after insert on public.review_votes
referencing new table as new_rows
for each statement execute function private.tg_review_votes__count();

create or replace trigger tg_review_votes__count_delete
after delete on public.review_votes
referencing old table as old_rows
for each statement execute function private.tg_review_votes__count();

-- source: supabase/functions/review_pages.sql 50f64c359a7c5861bbe2776690387524e61e4ce61c0bd4983c9cc1319ca8b0e8
-- Reading reviews: a product's page by page, and the moderators' list.

-- Definer: one look at the product instead of one per review, and no look at profiles' policies.
create or replace function private.product_reviews_page(
    p_product_id uuid, p_after text, p_sort text, p_page_size integer
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_product public.products;
  v_size integer := least(greatest(coalesce(p_page_size, 20), 1), 50);
  v_after text[] := regexp_match(
    p_after,
    '^(?:(\d{1,9}):)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$'
  );
  v_ids uuid[];
  v_last public.product_reviews;
begin
  if coalesce(p_sort, '') not in ('newest', 'helpful') then
    perform private.fail(422, 'invalid_sort', 'Sort by newest or helpful.');
  end if;
  if p_after is not null and (v_after is null or (v_after[1] is null) <> (p_sort = 'newest')) then
    perform private.fail(
      422, 'invalid_cursor', 'No page begins there.', 'Give next of the page before, same sort.'
    );
  end if;
  select p.* into v_product from public.products as p
  where p.id = p_product_id
    and (p.is_listed or p.shop_id in (select private.my_shop_ids()));
  if v_product.id is null then
    perform private.fail(404, 'product_not_found', 'There is no such product.');
  end if;
  -- One more than the page, to know whether there is another.
  if p_sort = 'newest' then
    v_ids := array(
      select r.id from public.product_reviews as r
      where r.product_id = p_product_id and r.status = 'visible'
        and (v_after is null or r.id < v_after[2]::uuid)
      order by r.id desc
      limit v_size + 1
    );
  else
    v_ids := array(
      select r.id from public.product_reviews as r
      where r.product_id = p_product_id and r.status = 'visible'
        and (v_after is null
          or (r.helpful_count, r.id) < (v_after[1]::integer, v_after[2]::uuid))
      order by r.helpful_count desc, r.id desc
      limit v_size + 1
    );
  end if;
  if cardinality(v_ids) > v_size then
    select r.* into v_last from public.product_reviews as r where r.id = v_ids[v_size];
  end if;
  return jsonb_build_object(
    'product_id', v_product.id, 'rating_count', v_product.rating_count,
    'rating_avg', v_product.rating_avg, 'rating_counts', to_jsonb(v_product.rating_counts),
    'reviews', (
      select coalesce(
        jsonb_agg(
          to_jsonb(r) - array['shop_id', 'hidden_reason', 'moderated_at', 'status', 'author_id']
          || jsonb_build_object(
            'author', jsonb_build_object(
              'id', a.id, 'handle', a.handle, 'display_name', a.display_name,
              'avatar_path', a.avatar_path
            )
          )
          order by l.n
        ),
        '[]'
      )
      from unnest(v_ids[1:v_size]) with ordinality as l (id, n)
      inner join public.product_reviews as r on r.id = l.id
      inner join public.profiles as a on a.id = r.author_id
    ),
    'next', case
      when v_last.id is not null and p_sort = 'newest' then v_last.id::text
      when v_last.id is not null then v_last.helpful_count || ':' || v_last.id
    end
  );
end;
$$;
comment on function private.product_reviews_page(uuid, text, text, integer) is
'See public.product_reviews_page.';
revoke all on function private.product_reviews_page(uuid, text, text, integer) from public;
grant execute on function private.product_reviews_page(uuid, text, text, integer)
to anon, authenticated;

create or replace function public.product_reviews_page(
    product_id uuid, after text default null, sort text default 'newest',
    page_size integer default 20
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.product_reviews_page(product_id, after, sort, page_size);
$$;
comment on function public.product_reviews_page(uuid, text, text, integer) is
'A product''s visible reviews (sort: newest or helpful; at most 50) with its rating and how many reviews gave one to five stars (rating_counts). after: next of the page before; next is null on the last. Callable with GET, by visitors too. Errors: product_not_found, invalid_cursor, invalid_sort.';
revoke all on function public.product_reviews_page(uuid, text, text, integer)
from public, service_role;
grant execute on function public.product_reviews_page(uuid, text, text, integer)
to anon, authenticated;

create or replace function private.require_moderator()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  if not (private.has_role('moderator') or private.has_role('admin')) then
    perform private.fail(403, 'moderator_only', 'Only for moderators.');
  end if;
  return v_user;
end;
$$;
comment on function private.require_moderator() is
'The caller''s id if they moderate (or administrate) now; else 401 sign_in_required or 403 moderator_only.';
revoke all on function private.require_moderator() from public;

create or replace function private.reviews_to_moderate(p_after uuid, p_page_size integer)
returns setof public.product_reviews
language plpgsql
stable
security definer
set search_path = ''
rows 50
as $$
begin
  perform private.require_moderator();
  return query
  select r.* from public.product_reviews as r
  where r.moderated_at is null and (p_after is null or r.id > p_after)
  order by r.id
  limit least(greatest(coalesce(p_page_size, 50), 1), 100);
end;
$$;
comment on function private.reviews_to_moderate(uuid, integer) is 'See public.reviews_to_moderate.';
revoke all on function private.reviews_to_moderate(uuid, integer) from public;
grant execute on function private.reviews_to_moderate(uuid, integer) to authenticated;

create or replace function public.reviews_to_moderate(
    after uuid default null, page_size integer default 50
)
returns setof public.product_reviews
language sql
stable
set search_path = ''
rows 50
as $$
  select * from private.reviews_to_moderate(after, page_size);
$$;
comment on function public.reviews_to_moderate(uuid, integer) is
'Reviews whose present text no moderator has looked at, oldest first. after: the last id of the page before. Errors: moderator_only.';
revoke all on function public.reviews_to_moderate(uuid, integer) from public, anon, service_role;
grant execute on function public.reviews_to_moderate(uuid, integer) to authenticated;

create or replace function private.moderate_review(
    p_review_id uuid, p_hide boolean, p_reason text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_review public.product_reviews;
  v_was public.review_status;
  v_reason text := btrim(coalesce(p_reason, ''));
begin
  perform private.require_moderator();
  select r.* into v_review from public.product_reviews as r where r.id = p_review_id
  for no key update;
  if v_review.id is null then
    perform private.fail(404, 'review_not_found', 'There is no such review.');
  end if;
  if p_hide is null or (p_hide and char_length(v_reason) not between 3 and 500) then
    perform private.fail(
      422, 'reason_required', 'Say why, in 3 to 500 characters; the author reads it.'
    );
  end if;
  v_was := v_review.status;
  update public.product_reviews as r
  set
    status = case when p_hide then 'hidden' else 'visible' end::public.review_status,
    hidden_reason = case when p_hide then v_reason end,
    moderated_at = now()
  where r.id = p_review_id
  returning * into v_review;
  if v_was <> v_review.status then
    perform private.emit(
      'private-user-' || v_review.author_id, 'review.' || case
        when p_hide then 'hidden' else 'restored'
      end,
      jsonb_build_object('review_id', v_review.id)
    );
  end if;
  return to_jsonb(v_review);
end;
$$;
comment on function private.moderate_review(uuid, boolean, text) is 'See public.moderate_review.';
revoke all on function private.moderate_review(uuid, boolean, text) from public;
grant execute on function private.moderate_review(uuid, boolean, text) to authenticated;

create or replace function public.moderate_review(
    review_id uuid, hide boolean, reason text default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.moderate_review(review_id, hide, reason);
$$;
comment on function public.moderate_review(uuid, boolean, text) is
'Hide a review, with a reason for its author, or (hide false) restore or keep it. Audited. Errors: moderator_only, review_not_found, reason_required.';
revoke all on function public.moderate_review(uuid, boolean, text)
from public, anon, service_role;
grant execute on function public.moderate_review(uuid, boolean, text) to authenticated;

create or replace trigger tg_product_reviews__audit
after update of status, hidden_reason on public.product_reviews
for each row execute function private.tg_audit();

-- source: supabase/functions/reviews.sql 845fa722f1fd207b9720ba17423afbc8b85a50b58f5e178fe809e47feac46341
-- Reviews: who may write one, until when it may be changed, what the seller answers.
-- Locks: the review first, then (in the triggers of review_counts.sql) its product.

create or replace function private.check_review(p_stars integer, p_title text, p_body text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if coalesce(p_stars, 0) not between 1 and 5 then
    perform private.fail(422, 'invalid_review', 'A review has one to five stars.');
  end if;
  if char_length(coalesce(p_title, '')) > 120 or coalesce(p_title, '') ~ '[[:cntrl:]]' then
    perform private.fail(422, 'invalid_review', 'A title is one line of at most 120 characters.');
  end if;
  if char_length(coalesce(p_body, '')) > 5000
    or translate(coalesce(p_body, ''), e'\n\t', '') ~ '[[:cntrl:]]'
  then
    perform private.fail(
      422, 'invalid_review', 'A text has at most 5000 characters, and no control characters.'
    );
  end if;
end;
$$;
comment on function private.check_review(integer, text, text) is
'Refuse what is no review. Errors: invalid_review.';
revoke all on function private.check_review(integer, text, text) from public;

create or replace function private.write_review(
    p_order_item_id uuid, p_stars integer, p_title text, p_body text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_item public.order_items;
  v_review public.product_reviews;
begin
  select i.* into v_item from public.order_items as i
  where i.id = p_order_item_id and i.buyer_id = v_user;
  if v_item.id is null then
    perform private.fail(404, 'order_item_not_found', 'You have ordered no such thing.');
  end if;
  -- Paid and not given back: the order, its payment, and what a refund takes away.
  if not exists (
    select 1 from public.orders as o
    inner join public.payments as p on p.order_id = o.id
    where o.id = v_item.order_id and o.status = 'paid' and p.status = 'succeeded'
  ) or exists (
    select 1 from public.download_grants as g
    where g.order_item_id = v_item.id and g.revoked_at is not null
  ) then
    perform private.fail(
      409, 'not_purchased', 'Only what is paid and not refunded can be reviewed.'
    );
  end if;
  if exists (
    select 1 from public.shop_members as m
    where m.shop_id = v_item.shop_id and m.user_id = v_user
  ) then
    perform private.fail(409, 'own_product', 'It is sold by a shop you work in.');
  end if;
  perform private.check_review(p_stars, p_title, p_body);
  insert into public.product_reviews (product_id, shop_id, author_id, stars, title, body)
  values (
    v_item.product_id, v_item.shop_id, v_user, p_stars, coalesce(p_title, ''),
    coalesce(p_body, '')
  )
  returning * into v_review;
  insert into private.reviewed_items (order_item_id, review_id)
  values (v_item.id, v_review.id)
  on conflict (order_item_id) do nothing;
  if not found then
    perform private.fail(
      409, 'already_reviewed', 'This purchase has a review.', 'Change it: rpc/edit_review.'
    );
  end if;
  perform private.emit(
    'private-shop-' || v_review.shop_id, 'review.created',
    jsonb_build_object('review_id', v_review.id)
  );
  return to_jsonb(v_review);
end;
$$;
comment on function private.write_review(uuid, integer, text, text) is 'See public.write_review.';
revoke all on function private.write_review(uuid, integer, text, text) from public;
grant execute on function private.write_review(uuid, integer, text, text) to authenticated;

create or replace function public.write_review(
    order_item_id uuid, stars integer, title text default '', body text default ''
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.write_review(order_item_id, stars, title, body);
$$;
comment on function public.write_review(uuid, integer, text, text) is
'Review something I bought, once per purchase: 1 to 5 stars, a title, a text. Errors: order_item_not_found, not_purchased, own_product, already_reviewed, invalid_review.';
revoke all on function public.write_review(uuid, integer, text, text)
from public, anon, service_role;
grant execute on function public.write_review(uuid, integer, text, text) to authenticated;

create or replace function private.edit_review(
    p_review_id uuid, p_stars integer, p_title text, p_body text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_review public.product_reviews;
begin
  select r.* into v_review from public.product_reviews as r
  where r.id = p_review_id and r.author_id = v_user
  for no key update;
  if v_review.id is null then
    perform private.fail(404, 'review_not_found', 'There is no such review.');
  end if;
  if v_review.created_at < now() - interval '30 days' then
    perform private.fail(
      409, 'edit_window_over', 'A review can be changed for 30 days after it was written.'
    );
  end if;
  perform private.check_review(p_stars, p_title, p_body);
  -- A hidden one stays hidden; either way a moderator is to look at the new text.
  update public.product_reviews as r
  set stars = p_stars, title = coalesce(p_title, ''), body = coalesce(p_body, ''),
    edited_at = now(), moderated_at = null
  where r.id = p_review_id
  returning * into v_review;
  return to_jsonb(v_review);
end;
$$;
comment on function private.edit_review(uuid, integer, text, text) is 'See public.edit_review.';
revoke all on function private.edit_review(uuid, integer, text, text) from public;
grant execute on function private.edit_review(uuid, integer, text, text) to authenticated;

create or replace function public.edit_review(
    review_id uuid, stars integer, title text default '', body text default ''
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.edit_review(review_id, stars, title, body);
$$;
comment on function public.edit_review(uuid, integer, text, text) is
'Change my review, up to 30 days after writing it; moderators see it anew. Errors: review_not_found, edit_window_over, invalid_review.';
revoke all on function public.edit_review(uuid, integer, text, text)
from public, anon, service_role;
grant execute on function public.edit_review(uuid, integer, text, text) to authenticated;

create or replace function private.reply_to_review(p_review_id uuid, p_reply text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_review public.product_reviews;
  v_reply text := nullif(btrim(p_reply), '');
begin
  perform private.require_user();
  select r.* into v_review from public.product_reviews as r
  where r.id = p_review_id and r.status = 'visible'
    and r.shop_id in (select private.my_managed_shop_ids())
  for no key update;
  if v_review.id is null then
    perform private.fail(404, 'review_not_found', 'There is no such review of your shop.');
  end if;
  if char_length(v_reply) > 2000 or translate(v_reply, e'\n\t', '') ~ '[[:cntrl:]]' then
    perform private.fail(
      422, 'invalid_reply', 'A reply has at most 2000 characters, and no control characters.'
    );
  end if;
  update public.product_reviews as r
  set seller_reply = v_reply, seller_replied_at = case when v_reply is not null then now() end
  where r.id = p_review_id
  returning * into v_review;
  if v_reply is not null then
    perform private.emit(
      'private-user-' || v_review.author_id, 'review.replied',
      jsonb_build_object('review_id', v_review.id)
    );
  end if;
  return to_jsonb(v_review);
end;
$$;
comment on function private.reply_to_review(uuid, text) is 'See public.reply_to_review.';
revoke all on function private.reply_to_review(uuid, text) from public;
grant execute on function private.reply_to_review(uuid, text) to authenticated;

create or replace function public.reply_to_review(review_id uuid, reply text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.reply_to_review(review_id, reply);
$$;
comment on function public.reply_to_review(uuid, text) is
'My shop''s one answer to a review; again changes it, an empty one takes it back. Owner and managers. Errors: review_not_found, invalid_reply.';
revoke all on function public.reply_to_review(uuid, text) from public, anon, service_role;
grant execute on function public.reply_to_review(uuid, text) to authenticated;

-- source: supabase/functions/triggers.sql 7457e2b26654772e970d6778092d618ea666ddd77c7e90b4ff1585b13572985a
-- Trigger functions that many tables share, and where they hang.

create or replace function private.tg_touch()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.tg_touch() is 'Keeps updated_at.';
revoke all on function private.tg_touch() from public;

-- Definer: the caller cannot read private.state_transitions.
create or replace function private.tg_state_transition()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  -- Not tg_table_name: on a partition that is the partition's own.
  v_machine text := tg_argv[0];
  v_column text := split_part(tg_argv[0], '.', 2);
  v_from text := 'new';
  v_to text := to_jsonb(new) ->> v_column;
begin
  if tg_op = 'UPDATE' then
    v_from := to_jsonb(old) ->> v_column;
    if v_from = v_to then
      return new;
    end if;
  end if;
  if not exists (
    select 1 from private.state_transitions as t
    where t.machine = v_machine and t.from_state = v_from and t.to_state = v_to
  ) then
    perform private.fail(
      409, 'illegal_transition', format('%s cannot go from %s to %s.', v_machine, v_from, v_to)
    );
  end if;
  return new;
end;
$$;
comment on function private.tg_state_transition() is
'Refuses a state change that private.state_transitions does not list. Argument: the machine, "table.column".';
revoke all on function private.tg_state_transition() from public;

create or replace function private.tg_append_only()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '55000';
end;
$$;
comment on function private.tg_append_only() is 'Refuses update, delete and truncate, for every role.';
revoke all on function private.tg_append_only() from public;

do $$
declare
  v record;
begin
  for v in select * from (values
    ('public', 'profiles'), ('public', 'shops'), ('public', 'shop_payment_accounts'),
    ('public', 'products'), ('public', 'product_variants'), ('public', 'product_files'),
    ('public', 'carts'), ('public', 'cart_items'), ('public', 'orders'),
    ('public', 'shop_orders'), ('public', 'shop_earnings'), ('public', 'payments'),
    ('public', 'download_grants'), ('private', 'payment_charges'),
    ('private', 'inventory_reservations'), ('private', 'discount_redemptions')
  ) as t (nsp, tab) loop
    execute format(
      'create or replace trigger tg_%2$s__touch before update on %1$I.%2$I '
      'for each row execute function private.tg_touch()', v.nsp, v.tab
    );
  end loop;

  for v in select * from (values
    ('public', 'shops', 'status'), ('public', 'shop_payment_accounts', 'state'),
    ('public', 'products', 'status'), ('public', 'product_files', 'status'),
    ('public', 'orders', 'status'), ('public', 'shop_orders', 'status'),
    ('public', 'payments', 'status'), ('private', 'stripe_events', 'state'),
    ('private', 'inventory_reservations', 'state'), ('private', 'personalized_files', 'state'),
    ('private', 'email_messages', 'state'), ('public', 'product_reviews', 'status'),
    ('private', 'discount_redemptions', 'state')
  ) as t (nsp, tab, col) loop
    execute format(
      'create or replace trigger tg_%2$s__state before insert or update of %3$I on %1$I.%2$I '
      'for each row execute function private.tg_state_transition(%4$L)',
      v.nsp, v.tab, v.col, v.tab || '.' || v.col
    );
  end loop;

  for v in select * from (values
    ('private', 'ledger_transactions'), ('private', 'ledger_entries'),
    ('private', 'download_attempts'), ('private', 'audit_log'), ('public', 'order_events'),
    ('private', 'order_item_fees')
  ) as t (nsp, tab) loop
    execute format(
      'create or replace trigger tg_%2$s__append_only before update or delete on %1$I.%2$I '
      'for each row execute function private.tg_append_only()', v.nsp, v.tab
    );
    execute format(
      'create or replace trigger tg_%2$s__no_truncate before truncate on %1$I.%2$I '
      'for each statement execute function private.tg_append_only()', v.nsp, v.tab
    );
  end loop;
end;
$$;

-- source: supabase/functions/wishes.sql 332db39a77fa4395878e5fa16fcc34704ba584c0f38c114c7adc0e22f89b2b8d
-- Wishlists, followed shops, what was viewed.

-- Definer: reads variants whatever the caller may see; the policy has its say on the product.
create or replace function private.tg_wishlist_items__fill()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One at a time per person, so that the cap holds.
  perform pg_advisory_xact_lock(hashtextextended(new.user_id || ':wishlist', 0));
  if (
    select count(*) from public.wishlist_items as w where w.user_id = new.user_id
  ) >= 500 then
    perform private.fail(
      409, 'wishlist_full', 'A wishlist holds 500 products.', 'Remove some first.'
    );
  end if;
  select o.price_amount, o.currency, coalesce(o.available, false)
  into new.added_price_amount, new.added_currency, new.added_available
  from private.offer(new.product_id) as o;
  return new;
end;
$$;
comment on function private.tg_wishlist_items__fill() is
'Remembers price and availability of now; refuses the 501st.';
revoke all on function private.tg_wishlist_items__fill() from public;

create or replace trigger tg_wishlist_items__fill
before insert on public.wishlist_items
for each row execute function private.tg_wishlist_items__fill();

create or replace function private.offer(
    p_product_id uuid, out price_amount bigint, out currency text, out available boolean
)
language sql
stable
security definer
set search_path = ''
as $$
  select v.price_amount, v.currency, a.available
  from public.product_variants as v
  cross join lateral (
    select bool_or(o.is_listed and (o.stock is null or o.available > 0)) as available
    from public.product_variants as o where o.product_id = p_product_id
  ) as a
  where v.product_id = p_product_id
  order by v.price_amount, v.id
  limit 1;
$$;
comment on function private.offer(uuid) is
'A product''s lowest price of now, and whether any of its variants can be ordered.';
revoke all on function private.offer(uuid) from public;

-- Definer: a product that was taken off sale since stays on the list, as no longer available.
create or replace function private.my_wishlist(p_after uuid, p_page_size integer)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with page as (
    select w.* from public.wishlist_items as w
    where w.user_id = auth.uid() and (p_after is null or w.id < p_after)
    order by w.id desc
    limit least(greatest(coalesce(p_page_size, 50), 1), 100)
  )
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', w.id, 'product_id', w.product_id, 'title', p.title, 'slug', p.slug,
        'shop_id', p.shop_id, 'is_listed', p.is_listed, 'added_at', w.created_at,
        'added_price_amount', w.added_price_amount, 'added_currency', w.added_currency,
        'added_available', w.added_available,
        'price_amount', case when p.is_listed then o.price_amount end,
        'currency', case when p.is_listed then o.currency end,
        'available', p.is_listed and coalesce(o.available, false),
        'price_change_amount', case
          when p.is_listed and o.currency = w.added_currency
            then o.price_amount - w.added_price_amount
        end,
        'back_in_stock', p.is_listed and coalesce(o.available, false) and not w.added_available
      )
      order by w.id desc
    ),
    '[]'
  )
  from page as w
  inner join public.products as p on p.id = w.product_id
  left join lateral private.offer(w.product_id) as o on true;
$$;
comment on function private.my_wishlist(uuid, integer) is 'See public.my_wishlist.';
revoke all on function private.my_wishlist(uuid, integer) from public;
grant execute on function private.my_wishlist(uuid, integer) to authenticated;

create or replace function public.my_wishlist(
    after uuid default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.my_wishlist(after, page_size);
$$;
comment on function public.my_wishlist(uuid, integer) is
'What I wish for, newest first, with the lowest price and availability then and now (price_change_amount, back_in_stock). after: the last id of the page before.';
revoke all on function public.my_wishlist(uuid, integer) from public, anon, service_role;
grant execute on function public.my_wishlist(uuid, integer) to authenticated;

-- Definer: a follower cannot write shops.
create or replace function private.tg_shop_follows__count()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shops uuid[];
  v_steps bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(d.shop_id), array_agg(d.step) into v_shops, v_steps
    from (select n.shop_id, count(*) as step from new_rows as n group by n.shop_id) as d;
  else
    select array_agg(d.shop_id), array_agg(d.step) into v_shops, v_steps
    from (select o.shop_id, -count(*) as step from old_rows as o group by o.shop_id) as d;
  end if;
  if v_shops is null then
    return null;
  end if;
  perform 1 from public.shops as s where s.id = any (v_shops) order by s.id for no key update;
  update public.shops as s set follower_count = s.follower_count + d.step
  from unnest(v_shops, v_steps) as d (shop_id, step)
  where s.id = d.shop_id;
  return null;
end;
$$;
comment on function private.tg_shop_follows__count() is 'Keeps shops.follower_count.';
revoke all on function private.tg_shop_follows__count() from public;

create or replace trigger tg_shop_follows__count_insert
after insert on public.shop_follows
referencing new table as new_rows
for each statement execute function private.tg_shop_follows__count();

create or replace trigger tg_shop_follows__count_delete
after delete on public.shop_follows
referencing old table as old_rows
for each statement execute function private.tg_shop_follows__count();

create or replace function private.note_view(p_product_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  if not exists (
    select 1 from public.products as p where p.id = p_product_id and p.is_listed
  ) then
    perform private.fail(404, 'product_not_found', 'There is no such product.');
  end if;
  -- One at a time per person: two that removed the same old rows could deadlock.
  perform pg_advisory_xact_lock(hashtextextended(v_user || ':viewed', 0));
  insert into public.recently_viewed as v (user_id, product_id, viewed_at)
  values (v_user, p_product_id, clock_timestamp())
  on conflict (user_id, product_id) do update set viewed_at = excluded.viewed_at
  -- A page that is reloaded writes nothing.
  where v.viewed_at < excluded.viewed_at - interval '10 seconds';
  if found then
    delete from public.recently_viewed as v
    where v.user_id = v_user and v.product_id in (
      select o.product_id from public.recently_viewed as o
      where o.user_id = v_user
      order by o.viewed_at desc, o.product_id
      offset 50
    );
  end if;
end;
$$;
comment on function private.note_view(uuid) is 'See public.note_view.';
revoke all on function private.note_view(uuid) from public;
grant execute on function private.note_view(uuid) to authenticated;

create or replace function public.note_view(product_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.note_view(product_id);
$$;
comment on function public.note_view(uuid) is
'Remember that I looked at a product: recently_viewed keeps the 50 newest. Errors: product_not_found.';
revoke all on function public.note_view(uuid) from public, anon, service_role;
grant execute on function public.note_view(uuid) to authenticated;

-- source: supabase/policies/discount_codes.sql 041001373e2e0a3c63962a80e6890c576951654e1998bc9538cdf7474d4dd9af
-- Discount codes: the shop's managers only, so that nobody can list or try them here.
alter table public.discount_codes enable row level security;
revoke all on public.discount_codes from public, anon, authenticated, service_role;
grant select on public.discount_codes to service_role;
grant select, delete on public.discount_codes to authenticated;
grant insert (
    shop_id, product_id, code, basis_points, fixed_amount, currency, minimum_subtotal_amount,
    max_uses, max_uses_per_customer, starts_at, ends_at, is_active
) on public.discount_codes to authenticated;
grant update (minimum_subtotal_amount, max_uses, starts_at, ends_at, is_active)
on public.discount_codes to authenticated;

drop policy if exists select_manager on public.discount_codes;
create policy select_manager on public.discount_codes
for select to authenticated
using (shop_id = any(array(select private.my_managed_shop_ids())));
comment on policy select_manager on public.discount_codes is
'Owner and managers see their shop''s codes.';

drop policy if exists insert_manager on public.discount_codes;
create policy insert_manager on public.discount_codes
for insert to authenticated
with check (shop_id = any(array(select private.my_managed_shop_ids()))
  and not (select private.is_blocked()));
comment on policy insert_manager on public.discount_codes is
'Owner and managers make codes.';

drop policy if exists update_manager on public.discount_codes;
create policy update_manager on public.discount_codes
for update to authenticated
using (shop_id = any(array(select private.my_managed_shop_ids())))
with check (shop_id = any(array(select private.my_managed_shop_ids()))
  and not (select private.is_blocked()));
comment on policy update_manager on public.discount_codes is
'Owner and managers change schedule, cap and minimum, or switch a code off.';

drop policy if exists delete_manager on public.discount_codes;
create policy delete_manager on public.discount_codes
for delete to authenticated
using (shop_id = any(array(select private.my_managed_shop_ids()))
  and not (select private.is_blocked()));
comment on policy delete_manager on public.discount_codes is
'Owner and managers remove codes that no order has used.';

-- source: supabase/policies/product_reviews.sql ee8581e0fddaa855cb6a337ef3a1e774d8feec94fc650440e97819596a9826ec
-- Reviews: public while visible and the product is; hidden ones for author and moderators. By RPC only.
alter table public.product_reviews enable row level security;
revoke all on public.product_reviews from public, anon, authenticated, service_role;
grant select on public.product_reviews to service_role;
grant select on public.product_reviews to anon, authenticated;

drop policy if exists select_visible on public.product_reviews;
create policy select_visible on public.product_reviews
for select to anon
using (status = 'visible' and exists (
  select 1 from public.products as p where p.id = product_id and p.is_listed
));
comment on policy select_visible on public.product_reviews is
'Visitors see visible reviews of listed products.';

drop policy if exists select_visible_or_own on public.product_reviews;
create policy select_visible_or_own on public.product_reviews
for select to authenticated
using (author_id = (select auth.uid())
  or (status = 'visible' and exists (select 1 from public.products as p where p.id = product_id))
  or (select private.has_role('moderator'))
  or (select private.has_role('admin')));
comment on policy select_visible_or_own on public.product_reviews is
'Everyone sees visible reviews of products they see; authors their own; moderators all.';

-- source: supabase/policies/recently_viewed.sql 3bf324f2f7b17a563cfedd915fdb08d58862f810832ad176ba5ccca7337cc9fe
-- What was viewed: each person's own. Written by note_view.
alter table public.recently_viewed enable row level security;
revoke all on public.recently_viewed from public, anon, authenticated, service_role;
grant select on public.recently_viewed to service_role;
grant select, delete on public.recently_viewed to authenticated;

drop policy if exists select_own on public.recently_viewed;
create policy select_own on public.recently_viewed
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.recently_viewed is
'Each person sees what they viewed.';

drop policy if exists delete_own on public.recently_viewed;
create policy delete_own on public.recently_viewed
for delete to authenticated
using (user_id = (select auth.uid()));
comment on policy delete_own on public.recently_viewed is
'Each person forgets what they viewed.';

-- source: supabase/policies/review_votes.sql ed08f3c3c1a4811189e14b402db3c260630635517c5ab742ff30c31af2c8a67b
-- Helpful votes: one per person and review, not of one's own. Each person sees theirs.
alter table public.review_votes enable row level security;
revoke all on public.review_votes from public, anon, authenticated, service_role;
grant select on public.review_votes to service_role;
grant select, delete on public.review_votes to authenticated;
grant insert (review_id) on public.review_votes to authenticated;

drop policy if exists select_own on public.review_votes;
create policy select_own on public.review_votes
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.review_votes is
'Each person sees their own votes.';

drop policy if exists insert_own on public.review_votes;
create policy insert_own on public.review_votes
for insert to authenticated
with check (user_id = (select auth.uid())
  and not (select private.is_blocked())
  and exists (
    select 1 from public.product_reviews as r
    where r.id = review_id and r.status = 'visible' and r.author_id <> (select auth.uid())
  ));
comment on policy insert_own on public.review_votes is
'A vote for a visible review of somebody else.';

drop policy if exists delete_own on public.review_votes;
create policy delete_own on public.review_votes
for delete to authenticated
using (user_id = (select auth.uid()));
comment on policy delete_own on public.review_votes is
'Each person takes their own votes back.';

-- source: supabase/policies/shop_follows.sql 5391b50f020678d210aa96e6bb17e217831cf7638eac6ce9b5efa01b4da013c7
-- Follows: each person's own; a shop sees its number only, and does not follow itself.
alter table public.shop_follows enable row level security;
revoke all on public.shop_follows from public, anon, authenticated, service_role;
grant select on public.shop_follows to service_role;
grant select, delete on public.shop_follows to authenticated;
grant insert (shop_id) on public.shop_follows to authenticated;

drop policy if exists select_own on public.shop_follows;
create policy select_own on public.shop_follows
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.shop_follows is
'Each person sees whom they follow.';

drop policy if exists insert_own on public.shop_follows;
create policy insert_own on public.shop_follows
for insert to authenticated
with check (user_id = (select auth.uid())
  and not (select private.is_blocked())
  and shop_id <> all(array(select private.my_shop_ids()))
  and exists (select 1 from public.shops as s where s.id = shop_id and s.status = 'active'));
comment on policy insert_own on public.shop_follows is
'Each person follows active shops of others.';

drop policy if exists delete_own on public.shop_follows;
create policy delete_own on public.shop_follows
for delete to authenticated
using (user_id = (select auth.uid()));
comment on policy delete_own on public.shop_follows is
'Each person stops following.';

-- source: supabase/policies/wishlist_items.sql e431879f93fd445e24fac6015fdd17aa6cde3c0c9d876898780e492ebb48faf3
-- Wishlists: each person's own; what is listed gets in.
alter table public.wishlist_items enable row level security;
revoke all on public.wishlist_items from public, anon, authenticated, service_role;
grant select on public.wishlist_items to service_role;
grant select, delete on public.wishlist_items to authenticated;
grant insert (product_id) on public.wishlist_items to authenticated;

drop policy if exists select_own on public.wishlist_items;
create policy select_own on public.wishlist_items
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.wishlist_items is
'Each person sees their own wishlist.';

drop policy if exists insert_own on public.wishlist_items;
create policy insert_own on public.wishlist_items
for insert to authenticated
with check (user_id = (select auth.uid())
  and not (select private.is_blocked())
  and exists (select 1 from public.products as p where p.id = product_id and p.is_listed));
comment on policy insert_own on public.wishlist_items is
'Each person wishes for what is listed.';

drop policy if exists delete_own on public.wishlist_items;
create policy delete_own on public.wishlist_items
for delete to authenticated
using (user_id = (select auth.uid()));
comment on policy delete_own on public.wishlist_items is
'Each person removes wishes.';

reset check_function_bodies;
