-- Stamped from supabase/functions and supabase/policies: edit there, never here.
set lock_timeout = '5s';
set check_function_bodies = off;

-- source: supabase/functions/access.sql b1c16446f1fbd8a488c56298420192ef4fc7fa6b0e47eb7a5253ddc17d8e4e75
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

-- source: supabase/functions/accounts.sql cd85085cdef9ad286444b12cf4157ab4911c24adfe4aafc5dc4f77045d96fd63
-- A profile for each account.

-- Definer: Auth inserts into auth.users as its own role, which may not write public tables.
create or replace function private.tg_users__profile()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.profiles (id, handle)
  values (new.id, 'user_' || right(replace(private.uuid_v7()::text, '-', ''), 16));
  return new;
end;
$$;
comment on function private.tg_users__profile() is
'Makes the profile of a new account under a random handle; the person chooses another later.';
revoke all on function private.tg_users__profile() from public;

create or replace trigger tg_users__profile
after insert on auth.users
for each row execute function private.tg_users__profile();

-- source: supabase/functions/audit.sql d2e0cd53d214a32a8a80c2af8726ecbb0c85215fe96ec8b8df9873369e6ddb31
-- The audit trail: who changed roles, members, shop states, prices, payments, accounts.

-- Definer: writes a table that no client may touch.
create or replace function private.tg_audit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_row jsonb := coalesce(v_new, v_old);
begin
  -- Of an update, the changed columns only; the clock is no change.
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, v_new -> o.key)
    into v_old, v_new
    from jsonb_each(v_old) as o
    where o.key <> 'updated_at' and o.value is distinct from v_new -> o.key;
    if v_old is null then
      return null;
    end if;
  end if;
  insert into private.audit_log (
    actor_id, actor_role, action, entity, entity_id, old, new, request_id
  )
  values (
    auth.uid(),
    coalesce(nullif(current_setting('role', true), 'none'), session_user),
    lower(tg_op),
    tg_table_name,
    coalesce(v_row ->> 'id', concat_ws(':', v_row ->> 'shop_id', v_row ->> 'user_id')),
    v_old,
    v_new,
    private.request_id()
  );
  return null;
end;
$$;
comment on function private.tg_audit() is 'Writes private.audit_log.';
revoke all on function private.tg_audit() from public;

create or replace function private.request_id()
returns text
language sql
stable
set search_path = ''
as $$
  select coalesce(
    substring(
      nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id'
      from '^[A-Za-z0-9._-]{8,64}$'
    ),
    nullif(current_setting('agora.request_id', true), '')
  );
$$;
comment on function private.request_id() is
'The HTTP request''s X-Request-Id, if it has a sane one; in a job, that of the request which caused it (setting agora.request_id).';
revoke all on function private.request_id() from public;

create or replace trigger tg_user_roles__audit
after insert or update or delete on public.user_roles
for each row execute function private.tg_audit();

create or replace trigger tg_shops__audit
after insert or update of status, slug or delete on public.shops
for each row execute function private.tg_audit();

create or replace trigger tg_shop_members__audit
after insert or update or delete on public.shop_members
for each row execute function private.tg_audit();

create or replace trigger tg_shop_payment_accounts__audit
after insert or update of state, stripe_account_id or delete on public.shop_payment_accounts
for each row execute function private.tg_audit();

create or replace trigger tg_product_variants__audit
after update of price_amount on public.product_variants
for each row execute function private.tg_audit();

create or replace trigger tg_payments__audit
after insert or update of status on public.payments
for each row execute function private.tg_audit();

-- source: supabase/functions/carts.sql bd304ee20ce788612e91f2c0e551e202f28dfad8c3e02d47c413810c8f0f41a2
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
  )
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(to_jsonb(l) order by l.id), '[]'),
    'subtotal_amount', coalesce(sum(l.total_amount), 0),
    'currency', case when count(distinct l.currency) = 1 then min(l.currency) end,
    'can_check_out', count(*) > 0 and bool_and(l.available) and count(distinct l.currency) = 1
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
'My cart at today''s prices (minor units); can_check_out says whether begin_checkout would take it.';
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

-- source: supabase/functions/catalogue.sql dc7100db9a80398e9c0c8b359516effbfe70f6850e76860a0b326589a15208f2
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
  select p.* into v_product from public.products as p
  where p.id = p_product_id and p.shop_id in (select private.my_managed_shop_ids())
  for update;
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

-- source: supabase/functions/checkout.sql dad3ca8149849c5eb9c7b61938389ff0396fbe2b702b706a0299905b3a6c4cde
-- From cart to order, in one transaction: key, locks, prices, stock, split, fees.

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
begin
  select sum(l.unit_amount * l.quantity), min(l.currency), count(distinct l.currency)
  into v_total, v_currency, v_count
  from private.checkout_lines(p_user) as l;
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
'Everything that forbids ordering this cart now, as a clear refusal. Call with the variants locked.';
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
    buyer_id, currency, subtotal_amount, total_amount, expires_at
  )
  select p_user, min(l.currency), sum(l.unit_amount * l.quantity),
    sum(l.unit_amount * l.quantity), now() + interval '30 minutes'
  from private.checkout_lines(p_user) as l
  returning * into v_order;

  for v_shop in
    select l.shop_id, sum(l.unit_amount * l.quantity)::bigint as amount
    from private.checkout_lines(p_user) as l
    group by l.shop_id order by l.shop_id
  loop
    select f.fee, f.hold_days into v_fee
    from private.platform_fee(v_shop.shop_id, v_order.currency, v_shop.amount) as f;
    insert into public.shop_orders (
      order_id, shop_id, buyer_id, currency, subtotal_amount, total_amount
    )
    values (
      v_order.id, v_shop.shop_id, p_user, v_order.currency, v_shop.amount, v_shop.amount
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
      variant_title, unit_amount, quantity, total_amount
    )
    select
      v_order.id, v_shop_order, l.shop_id, p_user, l.product_id, l.variant_id, l.kind, l.title,
      l.variant_title, l.unit_amount, l.quantity, l.unit_amount * l.quantity
    from private.checkout_lines(p_user) as l
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

  insert into public.payments (order_id, buyer_id, amount, currency)
  values (v_order.id, p_user, v_order.total_amount, v_order.currency);
  if not private.hold_stock(v_order.id) then
    perform private.fail(409, 'out_of_stock', 'Sold out a moment ago.');
  end if;
  return v_order.id;
end;
$$;
comment on function private.place_order(uuid) is
'Write the order of a checked cart: per-shop split, fees, price snapshots, payment, held stock.';
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
'Order my cart: stock is held for 30 minutes; POST /v1/checkout calls this and adds the payment. The same key gives the same order. expected_total (minor units) refuses if the price changed. Errors: cart_empty, cart_mixed_currencies, product_unavailable, out_of_stock, own_product, already_owned, total_changed, amount_too_small, amount_too_large, too_many_open_orders, invalid_idempotency_key, idempotency_key_reused, idempotency_in_flight.';
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

-- source: supabase/functions/downloads.sql d73d58a122bac3c49a97169fbf8bd813880924969faf6c05c18a6191fbdda47c
-- The right to download, its tokens, and redeeming one.

create or replace function private.grant_downloads(p_order_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_item record;
begin
  insert into public.download_grants (
    order_item_id, order_id, buyer_id, product_id, download_limit
  )
  select i.id, i.order_id, i.buyer_id, i.product_id, 5 * greatest(1, count(f.id))
  from public.order_items as i
  left join public.product_files as f on f.product_id = i.product_id and f.status = 'ready'
  where i.order_id = p_order_id and i.kind = 'digital'
  group by i.id;
  for v_item in
    select i.id as item_id, f.id as file_id
    from public.order_items as i
    inner join public.product_files as f on f.product_id = i.product_id and f.status = 'ready'
    where i.order_id = p_order_id and i.kind = 'digital'
  loop
    perform private.personalize(v_item.item_id, v_item.file_id);
  end loop;
end;
$$;
comment on function private.grant_downloads(uuid) is
'Grants for a paid order''s digital items (5 downloads per file), and the jobs that make their copies.';
revoke all on function private.grant_downloads(uuid) from public;

-- One answer for a token that never existed and for one of somebody else: nothing to learn here.
create or replace function private.issue_download_token(p_order_item_id uuid, p_file_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_grant public.download_grants;
  v_file uuid;
  v_token text;
  v_wait integer := private.rate_hit('download_token', v_user::text);
  v_expires timestamptz := now() + interval '24 hours';
begin
  if v_wait > 0 then
    perform private.fail(
      429, 'rate_limited', 'Too many download links.', 'Use one you have.', null, v_wait
    );
  end if;
  select g.* into v_grant from public.download_grants as g
  where g.order_item_id = p_order_item_id and g.buyer_id = v_user;
  if v_grant.id is null then
    perform private.fail(404, 'grant_not_found', 'You have bought no such item.');
  end if;
  if v_grant.revoked_at is not null then
    perform private.fail(403, 'grant_revoked', 'The right to download this was withdrawn.',
      null, v_grant.revoked_reason);
  end if;
  if v_grant.expires_at < now() then
    perform private.fail(403, 'grant_expired', 'The time to download this is over.');
  end if;
  if v_grant.downloads_used >= v_grant.download_limit then
    perform private.fail(
      403, 'download_limit_reached', 'All downloads are used.', 'Ask the seller or support.'
    );
  end if;
  select f.id into v_file from public.product_files as f
  where f.product_id = v_grant.product_id and f.status = 'ready'
    and (p_file_id is null or f.id = p_file_id)
  order by f.id desc
  limit 1;
  if v_file is null then
    perform private.fail(404, 'file_not_found', 'The product has no such file.');
  end if;
  perform private.personalize(p_order_item_id, v_file);
  v_token := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  insert into private.download_tokens (grant_id, product_file_id, token_sha256, expires_at)
  values (v_grant.id, v_file, sha256(convert_to(v_token, 'utf8')), v_expires);
  return jsonb_build_object(
    'token', v_token, 'path', '/v1/downloads/' || v_token, 'file_id', v_file,
    'expires_at', v_expires, 'remaining', v_grant.download_limit - v_grant.downloads_used
  );
end;
$$;
comment on function private.issue_download_token(uuid, uuid) is 'See public.issue_download_token.';
revoke all on function private.issue_download_token(uuid, uuid) from public;
grant execute on function private.issue_download_token(uuid, uuid) to authenticated;

create or replace function public.issue_download_token(
    order_item_id uuid, file_id uuid default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.issue_download_token(order_item_id, file_id);
$$;
comment on function public.issue_download_token(uuid, uuid) is
'A link to my own copy (the newest file unless one is named): shown once, good for 24 hours, counted against the grant. Errors: grant_not_found, grant_revoked, grant_expired, download_limit_reached, file_not_found, rate_limited.';
revoke all on function public.issue_download_token(uuid, uuid) from public, anon, service_role;
grant execute on function public.issue_download_token(uuid, uuid) to authenticated;

create or replace function private.log_attempt(
    p_token private.download_tokens, p_outcome text, p_code text, p_client jsonb
)
returns uuid
language sql
security definer
set search_path = ''
as $$
  insert into private.download_attempts (
    token_id, grant_id, outcome, code, ip, user_agent, device, request_id
  )
  values (
    p_token.id, p_token.grant_id, p_outcome, p_code, (p_client ->> 'ip')::inet,
    left(p_client ->> 'user_agent', 400), left(p_client ->> 'device', 100),
    p_client ->> 'request_id'
  )
  returning id;
$$;
comment on function private.log_attempt(private.download_tokens, text, text, jsonb) is
'Write private.download_attempts.';
revoke all on function private.log_attempt(private.download_tokens, text, text, jsonb)
from public;

-- Why a grant gives nothing now, or null.
create or replace function private.grant_refusal(
    p_grant public.download_grants, p_token private.download_tokens
)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when p_token.expires_at < now() then jsonb_build_object(
      'status', 410, 'code', 'token_expired', 'message', 'This link has expired.',
      'hint', 'Make a new one in your library.'
    )
    when p_grant.revoked_at is not null then jsonb_build_object(
      'status', 403, 'code', 'grant_revoked',
      'message', 'The right to download this was withdrawn.'
    )
    when p_grant.expires_at < now() then jsonb_build_object(
      'status', 403, 'code', 'grant_expired', 'message', 'The time to download this is over.'
    )
  end;
$$;
comment on function private.grant_refusal(public.download_grants, private.download_tokens) is
'Refusal of an expired or revoked token or grant, null if there is none.';
revoke all on function private.grant_refusal(public.download_grants, private.download_tokens)
from public;

-- Returns refusals instead of raising them: an attempt is logged, granted or not. The grant's row
-- lock makes the limit hold under any number of redemptions at once.
create or replace function private.redeem_download(
    p_token_sha256 text, p_ip text, p_user_agent text, p_device text, p_request_id text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_client jsonb := jsonb_build_object(
    'ip', p_ip, 'user_agent', p_user_agent, 'device', p_device, 'request_id', p_request_id
  );
  v_token private.download_tokens;
  v_grant public.download_grants;
  v_copy private.personalized_files;
  v_file public.product_files;
  v_refusal jsonb;
  v_resumed boolean;
begin
  select * into v_token from private.download_tokens as t
  where t.token_sha256 = decode(p_token_sha256, 'hex');
  if v_token.id is null then
    perform private.log_attempt(v_token, 'refused', 'token_unknown', v_client);
    return jsonb_build_object(
      'outcome', 'refused', 'status', 404, 'code', 'token_unknown',
      'message', 'No such download link.', 'hint', 'Make a new one in your library.'
    );
  end if;
  select g.* into v_grant from public.download_grants as g where g.id = v_token.grant_id
  for update;
  v_refusal := private.grant_refusal(v_grant, v_token);
  if v_refusal is not null then
    perform private.log_attempt(v_token, 'refused', v_refusal ->> 'code', v_client);
    return v_refusal || jsonb_build_object('outcome', 'refused');
  end if;

  select c.* into v_copy from private.personalized_files as c
  where c.order_item_id = v_grant.order_item_id and c.product_file_id = v_token.product_file_id;
  select f.* into v_file from public.product_files as f where f.id = v_token.product_file_id;

  -- A browser that resumes (Range, retry) is the same download: it counts once in ten minutes.
  v_resumed := exists (
    select 1 from private.download_attempts as a
    where a.token_id = v_token.id and a.outcome = 'granted'
      and a.created_at > now() - interval '10 minutes'
      and a.ip is not distinct from p_ip::inet and a.device is not distinct from left(p_device, 100)
  );
  if not v_resumed and v_grant.downloads_used >= v_grant.download_limit then
    perform private.log_attempt(v_token, 'refused', 'download_limit_reached', v_client);
    return jsonb_build_object(
      'outcome', 'refused', 'status', 403, 'code', 'download_limit_reached',
      'message', 'All downloads are used.', 'hint', 'Ask the seller or support.'
    );
  end if;
  if v_copy.state is distinct from 'ready' then
    perform private.log_attempt(v_token, 'preparing', null, v_client);
    return jsonb_build_object('outcome', 'preparing', 'retry_after', 2);
  end if;
  if not v_resumed then
    update public.download_grants as g set downloads_used = g.downloads_used + 1
    where g.id = v_grant.id;
  end if;
  return jsonb_build_object(
    'outcome', 'ready',
    'attempt_id', private.log_attempt(
      v_token, case when v_resumed then 'resumed' else 'granted' end, null, v_client
    ),
    'bucket', 'personalized-files', 'path', v_copy.path, 'file_name', v_file.file_name,
    -- Long enough for a slow line, short because a signed URL cannot be revoked.
    'url_seconds', greatest(120, least(3600, v_copy.size_bytes / 50000))
  );
end;
$$;
comment on function private.redeem_download(text, text, text, text, text) is
'Redeem a token (hex SHA-256): ready, preparing or refused, see GET /v1/downloads/{token}.';
revoke all on function private.redeem_download(text, text, text, text, text) from public;
grant execute on function private.redeem_download(text, text, text, text, text)
to agora_webhooks;

create or replace function private.list_my_downloads()
returns table (
    order_item_id uuid, order_id uuid, product_title text, shop_name text, file_id uuid,
    file_name text, version integer, mime text, size_bytes bigint, ready boolean,
    remaining integer, expires_at timestamptz, revoked boolean, bought_at timestamptz
)
language sql
stable
security definer
set search_path = ''
as $$
  select
    g.order_item_id, g.order_id, i.title, s.name, f.id, f.file_name, f.version, f.mime,
    f.size_bytes, coalesce(c.state = 'ready', false), g.download_limit - g.downloads_used,
    g.expires_at, g.revoked_at is not null, g.created_at
  from public.download_grants as g
  inner join public.order_items as i on i.id = g.order_item_id
  inner join public.shops as s on s.id = i.shop_id
  inner join public.product_files as f on f.product_id = g.product_id and f.status = 'ready'
  left join private.personalized_files as c
    on c.order_item_id = g.order_item_id and c.product_file_id = f.id
  where g.buyer_id = auth.uid()
  order by g.id desc, f.id desc;
$$;
comment on function private.list_my_downloads() is 'See public.list_my_downloads.';
revoke all on function private.list_my_downloads() from public;
grant execute on function private.list_my_downloads() to authenticated;

create or replace function public.list_my_downloads()
returns table (
    order_item_id uuid, order_id uuid, product_title text, shop_name text, file_id uuid,
    file_name text, version integer, mime text, size_bytes bigint, ready boolean,
    remaining integer, expires_at timestamptz, revoked boolean, bought_at timestamptz
)
language sql
stable
set search_path = ''
as $$
  select * from private.list_my_downloads();
$$;
comment on function public.list_my_downloads() is
'My library: every file of everything I bought, newest first, and how often I may still download it.';
revoke all on function public.list_my_downloads() from public, anon, service_role;
grant execute on function public.list_my_downloads() to authenticated;

-- source: supabase/functions/emails.sql aee050ef3aa9fc0b8f7f817929dbf54e374d806aa1ef68930341a186559e36a2
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
    'tax_amount', o.tax_amount, 'shipping_amount', o.shipping_amount,
    'total_amount', o.total_amount,
    'buyer_name', coalesce(nullif(b.display_name, ''), b.handle),
    'library_url_path', '/library',
    'items', (
      select jsonb_agg(
        jsonb_build_object(
          'title', i.title, 'variant', i.variant_title, 'shop', s.name,
          'quantity', i.quantity, 'unit_amount', i.unit_amount,
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

-- source: supabase/functions/errors.sql c7a5af531be3a8d34910d294a9054f6e08c586d0add563c6e458b8df3bfad5e9
-- The one way in which the database refuses something that a client can act on.

-- PostgREST turns SQLSTATE 'PGRST' into the status, headers and body given here
-- (https://docs.postgrest.org/en/v12/references/errors.html#raise-errors-with-http-status-codes).
-- Everything is rolled back; a refusal that must leave a trace returns a value instead.
create or replace function private.fail(
    p_status integer,
    p_code text,
    p_message text,
    p_hint text default null,
    p_details text default null,
    p_retry_after integer default null
)
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise sqlstate 'PGRST' using
    message = jsonb_build_object(
      'code', p_code, 'message', p_message, 'details', p_details, 'hint', p_hint
    )::text,
    detail = jsonb_build_object(
      'status', p_status,
      'headers', case
        when p_retry_after is null then '{}'::jsonb
        else jsonb_build_object('Retry-After', p_retry_after::text)
      end
    )::text;
end;
$$;
comment on function private.fail(integer, text, text, text, text, integer) is
'Refuse with an HTTP status and a stable code of docs/errors.md. p_retry_after in seconds.';
revoke all on function private.fail(integer, text, text, text, text, integer) from public;
grant execute on function private.fail(integer, text, text, text, text, integer)
to anon, authenticated, service_role;

-- The caller's id, or a clear refusal. Definer functions call this first.
create or replace function private.require_user()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
begin
  if v_user is null then
    perform private.fail(401, 'sign_in_required', 'This needs a signed-in user.');
  end if;
  return v_user;
end;
$$;
comment on function private.require_user() is 'auth.uid(), or 401 sign_in_required.';
revoke all on function private.require_user() from public;

-- source: supabase/functions/fees.sql 72ba5d0786f6a09ec7b0bad968dc7743d4d60c758435498d5dd3bed14a0b2d85
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
      div(p_total::numeric * w.weight, sum(w.weight) over ()) as base,
      mod(p_total::numeric * w.weight, sum(w.weight) over ()) as remainder
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
'Split a non-negative total in proportion to positive weights; the parts sum to the total exactly.';
revoke all on function private.allocate(bigint, bigint[]) from public;

-- source: supabase/functions/ids.sql 15f3a2a04a98cd8e3aaa592fccf9a8989a11f466bc361f0dc7dfa42abe1eb25d
-- Identifiers.

-- Time-ordered UUID, RFC 9562 section 5.7: 48 bits of Unix milliseconds, then random bits.
-- A column default: every role that inserts must be able to execute it.
create or replace function private.uuid_v7()
returns uuid
language sql
volatile
parallel safe
set search_path = ''
as $$
  select encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          placing substring(
            int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3
          )
          from 1 for 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid;
$$;
comment on function private.uuid_v7() is 'A new UUIDv7 (RFC 9562): sorts by time of creation.';
revoke all on function private.uuid_v7() from public;
grant execute on function private.uuid_v7() to anon, authenticated, service_role;

-- The smallest UUIDv7 of an instant: the bound of a partition.
create or replace function private.uuid_v7_floor(p_at timestamptz)
returns uuid
language sql
immutable
parallel safe
set search_path = ''
as $$
  select encode(
    substring(int8send(floor(extract(epoch from p_at) * 1000)::bigint) from 3)
    || '\x00000000000000000000'::bytea,
    'hex'
  )::uuid;
$$;
comment on function private.uuid_v7_floor(timestamptz) is
'Lower bound of the UUIDv7s made at or after p_at; partitions start there.';
revoke all on function private.uuid_v7_floor(timestamptz) from public;

-- source: supabase/functions/inventory.sql 5de3d7aa8ed1d84d3bbd36fa5a2588b8ad784a176459e588a25b134bd9fd0928
-- Stock: set aside, taken, given back. Every function here locks variants in the order of their
-- ids, so that two orders over the same products cannot deadlock.

create or replace function private.lock_variants(p_variant_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from public.product_variants as v
  where v.id = any (p_variant_ids)
  order by v.id
  for no key update;
end;
$$;
comment on function private.lock_variants(uuid[]) is 'Lock variants, in one order for everybody.';
revoke all on function private.lock_variants(uuid[]) from public;

create or replace function private.hold_stock(p_order_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_variants(array(
    select i.variant_id from public.order_items as i where i.order_id = p_order_id
  ));
  if exists (
    select 1 from public.order_items as i
    inner join public.product_variants as v on v.id = i.variant_id
    where i.order_id = p_order_id and v.available < i.quantity
  ) then
    return false;
  end if;
  update public.product_variants as v set reserved = v.reserved + i.quantity
  from public.order_items as i
  where i.order_id = p_order_id and v.id = i.variant_id and v.stock is not null;
  insert into private.inventory_reservations (order_item_id, order_id, variant_id, quantity)
  select i.id, i.order_id, i.variant_id, i.quantity
  from public.order_items as i
  inner join public.product_variants as v on v.id = i.variant_id
  where i.order_id = p_order_id and v.stock is not null
  on conflict (order_item_id) do update set state = 'held';
  return true;
end;
$$;
comment on function private.hold_stock(uuid) is
'Set an order''s pieces aside, all or none; false if there are too few. Also after a release.';
revoke all on function private.hold_stock(uuid) from public;

create or replace function private.settle_stock(p_order_id uuid, p_sold boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_variants(array(
    select r.variant_id from private.inventory_reservations as r
    where r.order_id = p_order_id and r.state = 'held'
  ));
  with settled as (
    update private.inventory_reservations as r
    set state = case when p_sold then 'consumed' else 'released' end
    where r.order_id = p_order_id and r.state = 'held'
    returning r.variant_id, r.quantity
  )
  update public.product_variants as v
  set
    reserved = v.reserved - s.quantity,
    stock = v.stock - case when p_sold then s.quantity else 0 end
  from settled as s
  where v.id = s.variant_id;
end;
$$;
comment on function private.settle_stock(uuid, boolean) is
'End an order''s reservations: pieces sold, or back on the shelf. Doing it again changes nothing.';
revoke all on function private.settle_stock(uuid, boolean) from public;

-- source: supabase/functions/jobs.sql fe3eef8815b245de38a7fc71112730d6963228470bb22b676340688f285262b8
-- Jobs: pgmq's queues behind functions, so that a worker's role touches no table, and so that
-- retry, hold, replay and drop are decided here.

create or replace function private.enqueue(p_queue text, p_message jsonb)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_msg_id bigint;
begin
  v_msg_id := pgmq.send(
    p_queue,
    p_message || jsonb_build_object(
      'request_id', coalesce(p_message ->> 'request_id', private.request_id())
    )
  );
  -- A hint only: workers poll all the same.
  perform pg_notify('agora_jobs', p_queue);
  return v_msg_id;
end;
$$;
comment on function private.enqueue(text, jsonb) is
'Queue a job in the transaction of its cause; it carries the request id on.';
revoke all on function private.enqueue(text, jsonb) from public;

create or replace function private.jobs_read(
    p_queue text, p_lease_seconds integer, p_batch integer
)
returns table (msg_id bigint, read_ct integer, enqueued_at timestamptz, message jsonb)
language sql
security definer
set search_path = ''
as $$
  select r.msg_id, r.read_ct, r.enqueued_at, r.message
  from pgmq.read(p_queue, p_lease_seconds, p_batch) as r;
$$;
comment on function private.jobs_read(text, integer, integer) is
'Lease up to p_batch jobs; one that is not done by then is seen again by itself.';
revoke all on function private.jobs_read(text, integer, integer) from public;
grant execute on function private.jobs_read(text, integer, integer) to agora_workers;

create or replace function private.jobs_extend(
    p_queue text, p_msg_id bigint, p_lease_seconds integer
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform pgmq.set_vt(p_queue, p_msg_id, p_lease_seconds);
end;
$$;
comment on function private.jobs_extend(text, bigint, integer) is 'A longer lease for a long job.';
revoke all on function private.jobs_extend(text, bigint, integer) from public;
grant execute on function private.jobs_extend(text, bigint, integer) to agora_workers;

create or replace function private.jobs_done(p_queue text, p_msg_id bigint)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform pgmq.archive(p_queue, p_msg_id);
end;
$$;
comment on function private.jobs_done(text, bigint) is 'The job is done; it goes to the archive.';
revoke all on function private.jobs_done(text, bigint) from public;
grant execute on function private.jobs_done(text, bigint) to agora_workers;

create or replace function private.jobs_fail(
    p_queue text, p_msg_id bigint, p_error text, p_permanent boolean
)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_queue private.queues;
  v_job record;
  v_delay interval;
begin
  select * into strict v_queue from private.queues as q where q.name = p_queue;
  -- set_vt returns the job and takes its row's lock until commit.
  select m.msg_id, m.read_ct, m.message into v_job
  from pgmq.set_vt(p_queue, p_msg_id, 0) as m;
  if v_job.msg_id is null then
    return 'held';  -- another worker has settled it: its lease had run out here
  end if;
  if p_permanent or v_job.read_ct >= v_queue.max_attempts then
    insert into private.held_jobs (queue, msg_id, message, attempts, error)
    values (p_queue, p_msg_id, v_job.message, v_job.read_ct, left(p_error, 2000));
    perform pgmq.archive(p_queue, p_msg_id);
    return 'held';
  end if;
  -- Exponential with full jitter on its upper half, so that a burst of failures spreads out.
  v_delay := least(
    v_queue.max_delay, v_queue.base_delay * power(2, least(v_job.read_ct, 20) - 1)
  ) * (0.5 + random() / 2);
  perform pgmq.set_vt(p_queue, p_msg_id, greatest(1, extract(epoch from v_delay))::integer);
  return 'retry';
end;
$$;
comment on function private.jobs_fail(text, bigint, text, boolean) is
'A job failed: tried again later, or, if that cannot help or was done often enough, held for an operator. Returns retry or held.';
revoke all on function private.jobs_fail(text, bigint, text, boolean) from public;
grant execute on function private.jobs_fail(text, bigint, text, boolean) to agora_workers;

create or replace function private.jobs_queues()
returns table (queue text, ready bigint, leased bigint, held bigint, oldest_seconds integer)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_name text;
begin
  for v_name in select q.name from private.queues as q order by q.name loop
    return query execute format(
      'select %L::text, count(*) filter (where m.vt <= clock_timestamp()), '
      'count(*) filter (where m.vt > clock_timestamp()), '
      '(select count(*) from private.held_jobs as h where h.queue = %L and h.resolved_at is null), '
      'coalesce(extract(epoch from clock_timestamp() - min(m.enqueued_at)), 0)::integer '
      'from pgmq.%I as m', v_name, v_name, 'q_' || v_name
    );
  end loop;
end;
$$;
comment on function private.jobs_queues() is
'Each queue: jobs ready, leased or waiting for a retry, held, and the age of the oldest.';
revoke all on function private.jobs_queues() from public;
grant execute on function private.jobs_queues() to agora_operator;

create or replace function private.jobs_held(p_queue text default null)
returns table (
    id bigint, queue text, msg_id bigint, message jsonb, attempts integer, error text,
    held_at timestamptz
)
language sql
stable
security definer
set search_path = ''
as $$
  select h.id, h.queue, h.msg_id, h.message, h.attempts, h.error, h.held_at
  from private.held_jobs as h
  where h.resolved_at is null and (p_queue is null or h.queue = p_queue)
  order by h.id
  limit 1000;
$$;
comment on function private.jobs_held(text) is 'Held jobs that wait for a decision, oldest first.';
revoke all on function private.jobs_held(text) from public;
grant execute on function private.jobs_held(text) to agora_operator;

create or replace function private.resolve_held_job(
    p_id bigint, p_resolution text, p_note text
)
returns private.held_jobs
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job private.held_jobs;
begin
  update private.held_jobs as h
  set resolution = p_resolution, resolution_note = p_note, resolved_at = now()
  where h.id = p_id and h.resolved_at is null
  returning * into v_job;
  if v_job.id is null then
    perform private.fail(404, 'job_not_held', 'No such held job.', 'See: agora jobs held.');
  end if;
  return v_job;
end;
$$;
comment on function private.resolve_held_job(bigint, text, text) is
'Settle a held job, once. Errors: job_not_held.';
revoke all on function private.resolve_held_job(bigint, text, text) from public;

create or replace function private.jobs_replay(p_id bigint)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job private.held_jobs := private.resolve_held_job(p_id, 'replayed', session_user);
begin
  return private.enqueue(v_job.queue, v_job.message);
end;
$$;
comment on function private.jobs_replay(bigint) is
'Queue a held job again from its first attempt; returns the new message id. Errors: job_not_held.';
revoke all on function private.jobs_replay(bigint) from public;
grant execute on function private.jobs_replay(bigint) to agora_operator;

create or replace function private.jobs_drop(p_id bigint, p_reason text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if char_length(trim(coalesce(p_reason, ''))) < 3 then
    perform private.fail(422, 'reason_required', 'Say why the job may be dropped.');
  end if;
  perform private.resolve_held_job(p_id, 'dropped', session_user || ': ' || p_reason);
end;
$$;
comment on function private.jobs_drop(bigint, text) is
'Give a held job up, with a reason that is kept. Errors: job_not_held, reason_required.';
revoke all on function private.jobs_drop(bigint, text) from public;
grant execute on function private.jobs_drop(bigint, text) to agora_operator;

-- source: supabase/functions/ledger.sql f292cbef57cd829a4429f7746c581835f0dead8563c1083e71f1d6241a2d192d
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

-- source: supabase/functions/onboarding.sql ec3a6739e6032124457266828b1452d67b58c3aba90e2c6f4f615eacb79b3475
-- A shop's Stripe Connect account: who may start it, and what Stripe says of it.

create or replace function private.begin_onboarding(p_shop_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_result jsonb;
begin
  select jsonb_build_object(
    'shop_id', s.id, 'shop_name', s.name, 'stripe_account_id', a.stripe_account_id,
    'state', a.state, 'country', a.country, 'email', u.email
  )
  into v_result
  from public.shops as s
  inner join public.shop_members as m
    on m.shop_id = s.id and m.user_id = v_user and m.role = 'owner'
  inner join public.shop_payment_accounts as a on a.shop_id = s.id
  inner join auth.users as u on u.id = v_user
  where s.id = p_shop_id;
  if v_result is null then
    perform private.fail(404, 'shop_not_found', 'You own no such shop.');
  end if;
  return v_result;
end;
$$;
comment on function private.begin_onboarding(uuid) is 'See public.begin_onboarding.';
revoke all on function private.begin_onboarding(uuid) from public;
grant execute on function private.begin_onboarding(uuid) to authenticated;

create or replace function public.begin_onboarding(shop_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.begin_onboarding(shop_id);
$$;
comment on function public.begin_onboarding(uuid) is
'What POST /v1/shops/{id}/onboarding needs, for the shop''s owner only. Errors: shop_not_found.';
revoke all on function public.begin_onboarding(uuid) from public, anon, service_role;
grant execute on function public.begin_onboarding(uuid) to authenticated;

create or replace function private.attach_stripe_account(p_shop_id uuid, p_account jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_known text;
begin
  select a.stripe_account_id into v_known
  from public.shop_payment_accounts as a where a.shop_id = p_shop_id for update;
  if v_known is not null and v_known <> p_account ->> 'id' then
    perform private.fail(409, 'account_exists', 'The shop has another payment account already.');
  end if;
  update public.shop_payment_accounts as a
  set stripe_account_id = p_account ->> 'id'
  where a.shop_id = p_shop_id and a.stripe_account_id is null;
  perform private.apply_connect_account(p_account);
end;
$$;
comment on function private.attach_stripe_account(uuid, jsonb) is
'Remember the Stripe account made for a shop (normalised form). Errors: account_exists.';
revoke all on function private.attach_stripe_account(uuid, jsonb) from public;
grant execute on function private.attach_stripe_account(uuid, jsonb) to agora_webhooks;

-- The worker reads the account from Stripe before each call, so the newest reading wins; an older
-- one that arrives late (fetched_at) changes nothing.
create or replace function private.apply_connect_account(p_account jsonb)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop uuid;
  v_fetched timestamptz := coalesce((p_account ->> 'fetched_at')::timestamptz, now());
begin
  update public.shop_payment_accounts as a
  set
    state = (p_account ->> 'state')::public.payment_account_state,
    transfers_capability = p_account ->> 'transfers_capability',
    payouts_enabled = coalesce((p_account ->> 'payouts_enabled')::boolean, false),
    country = coalesce(upper(p_account ->> 'country'), a.country),
    requirements = coalesce(p_account -> 'requirements', '{}'),
    synced_at = v_fetched
  where a.stripe_account_id = p_account ->> 'id'
    and (a.synced_at is null or a.synced_at <= v_fetched)
  returning a.shop_id into v_shop;
  return v_shop is not null
    or exists (
      select 1 from public.shop_payment_accounts as a
      where a.stripe_account_id = p_account ->> 'id'
    );
end;
$$;
comment on function private.apply_connect_account(jsonb) is
'Store what Stripe says of an account now; false if no shop has it.';
revoke all on function private.apply_connect_account(jsonb) from public;

-- source: supabase/functions/operations.sql 0882778f6b5ea572a7d012866c20a4c1479a4c7d7879f20d7be2bef81db9e95f
-- What an operator and a load balancer ask.

create or replace function private.readiness()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'database', true,
    'queues', (
      select jsonb_object_agg(
        q.queue,
        jsonb_build_object('ready', q.ready, 'held', q.held, 'oldest_seconds', q.oldest_seconds)
      )
      from private.jobs_queues() as q
    )
  );
$$;
comment on function private.readiness() is 'For /readyz: the database answers, and how far the queues lag.';
revoke all on function private.readiness() from public;
grant execute on function private.readiness() to agora_webhooks, agora_operator;

create or replace function private.metrics()
returns table (name text, labels jsonb, value float8, kind text, help text)
language sql
stable
security definer
set search_path = ''
as $$
  select 'agora_jobs_ready', jsonb_build_object('queue', q.queue), q.ready::float8, 'gauge',
    'Jobs that wait for a worker'
  from private.jobs_queues() as q
  union all
  select 'agora_jobs_held', jsonb_build_object('queue', q.queue), q.held::float8, 'gauge',
    'Jobs that wait for an operator'
  from private.jobs_queues() as q
  union all
  select 'agora_jobs_oldest_seconds', jsonb_build_object('queue', q.queue),
    q.oldest_seconds::float8, 'gauge', 'Age of the oldest open job'
  from private.jobs_queues() as q
  union all
  select 'agora_stripe_events_open', '{}'::jsonb, count(*)::float8, 'gauge',
    'Stripe events stored and not yet applied'
  from private.stripe_events as e where e.state = 'received'
  union all
  select 'agora_orders_pending', '{}'::jsonb, count(*)::float8, 'gauge',
    'Orders that wait for payment'
  from public.orders as o where o.status = 'pending_payment'
  union all
  select 'agora_realtime_outbox', '{}'::jsonb, count(*)::float8, 'gauge',
    'Realtime events not yet numbered'
  from private.realtime_outbox;
$$;
comment on function private.metrics() is 'For /metrics: what only the database knows.';
revoke all on function private.metrics() from public;
grant execute on function private.metrics() to agora_webhooks;

create or replace function private.admin_health()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not private.has_role('admin') then
    perform private.fail(403, 'admin_only', 'This is for administrators.');
  end if;
  return private.readiness() || jsonb_build_object(
    'periodic', (
      select jsonb_agg(
        jsonb_build_object(
          'name', t.name, 'last_run_at', t.last_run_at, 'last_took_ms', t.last_took_ms,
          'last_error', t.last_error
        ) order by t.name
      )
      from private.periodic_tasks as t
    )
  );
end;
$$;
comment on function private.admin_health() is 'See public.admin_health.';
revoke all on function private.admin_health() from public;
grant execute on function private.admin_health() to authenticated;

create or replace function public.admin_health()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.admin_health();
$$;
comment on function public.admin_health() is
'Queues and periodic tasks, for administrators. Errors: admin_only.';
revoke all on function public.admin_health() from public, anon, service_role;
grant execute on function public.admin_health() to authenticated;

-- source: supabase/functions/orders.sql 7c7f8eb970a9b63ec917ac3b7eac0a5215853004ffca45e11c20028ab0f2573b
-- How an order ends: paid, cancelled, expired. Lock order everywhere: order, payment, variants.

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
end;
$$;
comment on function private.complete_order(uuid) is
'Everything that follows from payment except the ledger: stock, grants, receipt, history, cart. The caller holds the order''s lock and knows it may be paid.';
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
'Cancel or expire a locked unpaid order: stock back, PaymentIntent to be canceled.';
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
  for v_order in select o.* from public.orders as o where o.id = any (v_due) loop
    perform private.close_unpaid_order(v_order, 'expired');
  end loop;
end;
$$;
comment on function private.expire_orders() is
'Periodic: unpaid orders past their time expire and give their stock back.';
revoke all on function private.expire_orders() from public;

-- source: supabase/functions/payments.sql 86323db5eba6e40df3c285ed0815a96742b174f37e13f70b7805ff6c0c5e79f0
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

  -- Late: the stock went back when the order expired. Take it again, or give the money back.
  if p_order.status = 'pending_payment'
    or (p_order.status = 'expired' and private.hold_stock(p_order.id)) then
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

-- source: supabase/functions/periodic.sql cbcd2688e82586cea5b99a39d372f4c9659ad1ea5bbf4596edad0e865a69a86b
-- Periodic tasks: declared in private.periodic_tasks, run by whichever worker comes first.

create or replace function private.run_periodic(p_worker text)
returns table (name text, took_ms integer, error text)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_task private.periodic_tasks;
  v_started timestamptz;
begin
  for v_task in
    select * from private.periodic_tasks as t
    where t.next_run_at <= clock_timestamp()
    order by t.next_run_at
    for update skip locked
  loop
    v_started := clock_timestamp();
    error := null;
    begin
      execute format('select private.%I()', v_task.function_name);
    exception when others then
      -- One broken task must not stop the others; it is kept, reported and tried again.
      error := sqlerrm;
    end;
    name := v_task.name;
    took_ms := (1000 * extract(epoch from clock_timestamp() - v_started))::integer;
    update private.periodic_tasks as t
    set next_run_at = clock_timestamp() + t.every, last_run_at = v_started,
      last_took_ms = run_periodic.took_ms, last_error = run_periodic.error
    where t.name = v_task.name;
    return next;
  end loop;
end;
$$;
comment on function private.run_periodic(text) is
'Run what is due. Safe with many workers: a task''s row is locked while it runs.';
revoke all on function private.run_periodic(text) from public;
grant execute on function private.run_periodic(text) to agora_workers;

create or replace function private.purge_ephemeral()
returns void
language sql
security definer
set search_path = ''
as $$
  delete from private.idempotency_keys as k where k.created_at < now() - interval '48 hours';
  delete from private.rate_limits as l where l.tat < now() - interval '1 hour';
$$;
comment on function private.purge_ephemeral() is
'Periodic: idempotency keys after 48 hours (Stripe keeps its own for 24), idle rate limits.';
revoke all on function private.purge_ephemeral() from public;

create or replace function private.ensure_partitions()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_month timestamptz;
  v_name text;
begin
  for v_month in
    select generate_series(
      date_trunc('month', now(), 'UTC'), date_trunc('month', now(), 'UTC') + interval '4 months',
      interval '1 month', 'UTC'
    )
  loop
    v_name := 'orders_' || to_char(v_month at time zone 'UTC', 'YYYY_MM');
    if to_regclass('partitions.' || v_name) is null then
      execute format(
        'create table partitions.%I partition of public.orders for values from (%L) to (%L)',
        v_name,
        private.uuid_v7_floor(v_month),
        private.uuid_v7_floor(date_add(v_month, interval '1 month', 'UTC'))
      );
      execute format('alter table partitions.%I enable row level security', v_name);
    end if;
  end loop;
end;
$$;
comment on function private.ensure_partitions() is
'Periodic: this month''s partition of orders and the next four, so that the default stays empty.';
revoke all on function private.ensure_partitions() from public;

-- source: supabase/functions/personalized_files.sql 42835acfa8027d7c6799af028e2269e484404c93e2b8f313c3f5fa83a63330f3
-- Each buyer's own copy of a file: asked for, made by a worker, traced back.

create or replace function private.personalize(p_order_item_id uuid, p_file_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid := private.uuid_v7();
begin
  insert into private.personalized_files (
    id, order_item_id, product_file_id, payload, path, request_id
  )
  values (
    v_id, p_order_item_id, p_file_id, encode(extensions.gen_random_bytes(8), 'hex'),
    p_order_item_id || '/' || v_id, private.request_id()
  )
  on conflict (order_item_id, product_file_id) do nothing;
  if found then
    perform private.enqueue('watermark', jsonb_build_object('id', v_id));
  end if;
end;
$$;
comment on function private.personalize(uuid, uuid) is
'Ask for the buyer''s copy of a file, once per order item and file.';
revoke all on function private.personalize(uuid, uuid) from public;

create or replace function private.watermark_task(p_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'state', c.state, 'payload', c.payload,
    'source_bucket', 'product-files', 'source_path', f.path, 'source_sha256', f.sha256,
    'target_bucket', 'personalized-files', 'target_path', c.path,
    'mime', f.mime, 'file_name', f.file_name,
    'order_id', i.order_id, 'order_item_id', i.id, 'order_number', o.order_number,
    'buyer_label', coalesce(nullif(b.display_name, ''), b.handle), 'sold_at', o.paid_at
  )
  from private.personalized_files as c
  inner join public.product_files as f on f.id = c.product_file_id
  inner join public.order_items as i on i.id = c.order_item_id
  inner join public.orders as o on o.id = i.order_id
  inner join public.profiles as b on b.id = i.buyer_id
  where c.id = p_id;
$$;
comment on function private.watermark_task(uuid) is 'What the watermark worker needs to know.';
revoke all on function private.watermark_task(uuid) from public;
grant execute on function private.watermark_task(uuid) to agora_workers;

create or replace function private.watermark_done(
    p_id uuid, p_sha256 text, p_size bigint, p_method text
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_item public.order_items;
  v_copy private.personalized_files;
begin
  update private.personalized_files as c
  set state = 'ready', ready_at = now(), sha256 = p_sha256, size_bytes = p_size,
    method = p_method
  where c.id = p_id and c.state = 'pending'
  returning * into v_copy;
  if v_copy.id is null then
    return;
  end if;
  select i.* into v_item from public.order_items as i where i.id = v_copy.order_item_id;
  perform private.emit(
    'private-user-' || v_item.buyer_id, 'file.ready',
    jsonb_build_object(
      'order_id', v_item.order_id, 'order_item_id', v_item.id, 'file_id', v_copy.product_file_id
    )
  );
end;
$$;
comment on function private.watermark_done(uuid, text, bigint, text) is
'The copy is in its bucket: p_method pdf (marked) or none (fingerprint only). Again is fine.';
revoke all on function private.watermark_done(uuid, text, bigint, text) from public;
grant execute on function private.watermark_done(uuid, text, bigint, text) to agora_workers;

create or replace function private.trace(p_copy private.personalized_files)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'order_id', i.order_id, 'order_number', o.order_number, 'order_item_id', i.id,
    'product_title', i.title, 'file_name', f.file_name, 'buyer_handle', b.handle,
    'shop_slug', s.slug, 'sold_at', o.paid_at, 'delivered_at', p_copy.ready_at
  )
  from public.order_items as i
  inner join public.orders as o on o.id = i.order_id
  inner join public.profiles as b on b.id = i.buyer_id
  inner join public.shops as s on s.id = i.shop_id
  inner join public.product_files as f on f.id = p_copy.product_file_id
  where i.id = p_copy.order_item_id;
$$;
comment on function private.trace(private.personalized_files) is 'The sale that a copy comes from.';
revoke all on function private.trace(private.personalized_files) from public;

create or replace function private.trace_mark(p_payload text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.trace(c) from private.personalized_files as c where c.payload = p_payload;
$$;
comment on function private.trace_mark(text) is
'The sale behind a payload read from a file (16 hex digits), or null.';
revoke all on function private.trace_mark(text) from public;
grant execute on function private.trace_mark(text) to agora_operator;

create or replace function private.trace_fingerprint(p_sha256 text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.trace(c) from private.personalized_files as c
  where c.sha256 = p_sha256 and c.state = 'ready'
  order by c.id limit 1;
$$;
comment on function private.trace_fingerprint(text) is
'The sale behind a delivered file with exactly these bytes (hex SHA-256), or null.';
revoke all on function private.trace_fingerprint(text) from public;
grant execute on function private.trace_fingerprint(text) to agora_operator;

-- source: supabase/functions/realtime.sql cf0f4a8ae66f7ae0efc9f3aa2035a945ab8dd8bbc38205b5d1c8bc5e042be643
-- Realtime: outbox rows in the commit of their cause, then a log numbered in order of commit.

create or replace function private.emit(p_channel text, p_event text, p_data jsonb)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into private.realtime_outbox (channel, event, data) values (p_channel, p_event, p_data);
$$;
comment on function private.emit(text, text, jsonb) is
'Tell a channel that something happened: ids only, the client reads again as itself.';
revoke all on function private.emit(text, text, jsonb) from public;

create or replace function private.tg_orders__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_event text := 'order.' || case
    when new.status = 'pending_payment' then 'created' else new.status::text
  end;
begin
  perform private.emit(
    'private-order-' || new.id, v_event, jsonb_build_object('order_id', new.id)
  );
  perform private.emit(
    'private-user-' || new.buyer_id, v_event, jsonb_build_object('order_id', new.id)
  );
  return null;
end;
$$;
comment on function private.tg_orders__emit() is 'Order changes, for its buyer.';
revoke all on function private.tg_orders__emit() from public;

create or replace trigger tg_orders__emit_insert
after insert on public.orders
for each row execute function private.tg_orders__emit();

create or replace trigger tg_orders__emit_update
after update of status on public.orders
for each row when (old.status is distinct from new.status)
execute function private.tg_orders__emit();

-- A seller hears of an order when it is paid, not of carts that came to nothing.
create or replace function private.tg_shop_orders__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.emit(
    'private-shop-' || new.shop_id, 'order.paid', jsonb_build_object('shop_order_id', new.id)
  );
  return null;
end;
$$;
comment on function private.tg_shop_orders__emit() is 'Paid orders, for their sellers.';
revoke all on function private.tg_shop_orders__emit() from public;

create or replace trigger tg_shop_orders__emit
after update of status on public.shop_orders
for each row when (old.status is distinct from new.status and new.status = 'paid')
execute function private.tg_shop_orders__emit();

create or replace function private.tg_shop_payment_accounts__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.emit(
    'private-shop-' || new.shop_id, 'shop.payment_account',
    jsonb_build_object('shop_id', new.shop_id)
  );
  return null;
end;
$$;
comment on function private.tg_shop_payment_accounts__emit() is
'A changed onboarding state, for the shop.';
revoke all on function private.tg_shop_payment_accounts__emit() from public;

create or replace trigger tg_shop_payment_accounts__emit
after update of state on public.shop_payment_accounts
for each row when (old.state is distinct from new.state)
execute function private.tg_shop_payment_accounts__emit();

-- One sequencer at a time; its lock is held until commit, so numbers become visible in order and
-- a reader that follows them misses nothing, however late another transaction commits.
create or replace function private.realtime_sequence(p_limit integer)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_moved integer;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('agora.realtime_sequence', 0)) then
    return 0;
  end if;
  -- Materialized: as a subquery of the delete it may be run again for every row, beyond its limit.
  with next as materialized (
    select n.id from private.realtime_outbox as n order by n.id limit p_limit
    for update skip locked
  ),
  moved as (
    delete from private.realtime_outbox as o using next as n where o.id = n.id
    returning o.*
  )
  insert into private.realtime_events (channel, event, data, created_at)
  select m.channel, m.event, m.data, m.created_at from moved as m order by m.id;
  get diagnostics v_moved = row_count;
  return v_moved;
end;
$$;
comment on function private.realtime_sequence(integer) is
'Number up to p_limit committed outbox rows; 0 if there are none or another worker is at it.';
revoke all on function private.realtime_sequence(integer) from public;
grant execute on function private.realtime_sequence(integer) to agora_workers;

create or replace function private.realtime_claim(
    p_consumer text, p_worker text, p_lease_seconds integer, p_batch integer
)
returns table (id bigint, channel text, event text, data jsonb)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_last bigint;
begin
  update private.realtime_consumers as c
  set leased_by = p_worker,
    leased_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where c.name = p_consumer
    and (c.leased_by is null or c.leased_by = p_worker or c.leased_until < clock_timestamp())
  returning c.last_id into v_last;
  if v_last is null then
    return;
  end if;
  return query
  select e.id, e.channel, e.event, e.data from private.realtime_events as e
  where e.id > v_last order by e.id limit p_batch;
end;
$$;
comment on function private.realtime_claim(text, text, integer, integer) is
'The next events for a reader of the log, under a lease; none if another worker holds it.';
revoke all on function private.realtime_claim(text, text, integer, integer) from public;
grant execute on function private.realtime_claim(text, text, integer, integer) to agora_workers;

create or replace function private.realtime_advance(
    p_consumer text, p_worker text, p_last_id bigint
)
returns void
language sql
security definer
set search_path = ''
as $$
  update private.realtime_consumers as c
  set last_id = greatest(c.last_id, p_last_id), leased_by = null, leased_until = null
  where c.name = p_consumer and c.leased_by = p_worker;
$$;
comment on function private.realtime_advance(text, text, bigint) is
'Events up to p_last_id are delivered; gives the lease back.';
revoke all on function private.realtime_advance(text, text, bigint) from public;
grant execute on function private.realtime_advance(text, text, bigint) to agora_workers;

-- source: supabase/functions/requests.sql f3dad5cfe28a21bc0a6142846929109812f9ce9964146a715956283243c6ba72
-- What happens before each PostgREST request: Origin and rate limits of mutations.

-- GCRA (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm), one row per key. Returns 0
-- when allowed, else after how many seconds to come back; a refusal writes nothing.
create or replace function private.rate_hit(p_route text, p_subject text)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_key text := p_route || ':' || p_subject;
  v_rule private.rate_rules;
  v_step interval;
  v_ahead interval;
  v_tat timestamptz;
begin
  select * into v_rule from private.rate_rules as r where r.route = p_route;
  if not found then
    raise exception 'no rate rule for route %', p_route using errcode = 'P0002';
  end if;
  v_step := v_rule.period / v_rule.burst;
  -- Whole steps and not the period: a step is rounded to microseconds.
  v_ahead := v_step * (v_rule.burst - 1);
  insert into private.rate_limits as l (key, tat) values (v_key, v_now + v_step)
  on conflict (key) do update
  set tat = greatest(l.tat, v_now) + v_step
  where l.tat <= v_now + v_ahead
  returning l.tat into v_tat;
  if v_tat is not null then
    return 0;
  end if;
  select l.tat into v_tat from private.rate_limits as l where l.key = v_key;
  return greatest(1, ceil(extract(epoch from v_tat - v_ahead - v_now)))::integer;
end;
$$;
comment on function private.rate_hit(text, text) is
'Count one request against private.rate_rules; 0 or seconds to wait.';
revoke all on function private.rate_hit(text, text) from public;

create or replace function private.rate_check(p_route text, p_subject text)
returns jsonb
language sql
security definer
set search_path = ''
as $$
  select jsonb_build_object('allowed', w.wait = 0, 'retry_after', w.wait)
  from (select private.rate_hit(p_route, left(p_subject, 200)) as wait) as w;
$$;
comment on function private.rate_check(text, text) is
'For the webhook service: {allowed, retry_after (seconds)}.';
revoke all on function private.rate_check(text, text) from public;
grant execute on function private.rate_check(text, text) to agora_webhooks;

create or replace function private.origins_allowed()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(o.origin order by o.origin), '[]') from private.allowed_origins as o;
$$;
comment on function private.origins_allowed() is 'Browser origins that may send mutations.';
revoke all on function private.origins_allowed() from public;
grant execute on function private.origins_allowed() to agora_webhooks;

-- Definer: reads and writes private tables for every role. Asks whether the transaction may write
-- and not which HTTP method came: a POST to a STABLE function is read-only.
create or replace function private.pre_request()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_headers jsonb;
  v_origin text;
  v_wait integer;
begin
  if current_setting('transaction_read_only') = 'on' then
    return;
  end if;
  v_headers := coalesce(nullif(current_setting('request.headers', true), ''), '{}')::jsonb;
  v_origin := v_headers ->> 'origin';
  if v_origin is not null
    and not exists (select 1 from private.allowed_origins as o where o.origin = v_origin)
  then
    perform private.fail(
      403, 'origin_refused', 'This origin may not send changes.',
      'Ask the operator to add it to private.allowed_origins.'
    );
  end if;
  v_wait := private.rate_hit(
    'rest_write',
    coalesce(
      auth.uid()::text,
      trim(split_part(v_headers ->> 'x-forwarded-for', ',', -1)),
      'unknown'
    )
  );
  if v_wait > 0 then
    perform private.fail(
      429, 'rate_limited', 'Too many changes in a short time.',
      'Wait as long as Retry-After says.', null, v_wait
    );
  end if;
end;
$$;
comment on function private.pre_request() is
'PostgREST''s db-pre-request: foreign Origins and too many writes are refused here.';
revoke all on function private.pre_request() from public;
grant execute on function private.pre_request() to anon, authenticated, service_role;

-- source: supabase/functions/shops.sql 0c233fe091a71b70cc688b61cf0c18dad0618ab536a353cf71e1b10092223a6a
-- Making and opening a shop.

create or replace function private.slugify(p_text text, p_max integer)
returns text
language sql
immutable
set search_path = ''
as $$
  select trim(
    both '-' from left(regexp_replace(lower(p_text), '[^a-z0-9]+', '-', 'g'), p_max)
  );
$$;
comment on function private.slugify(text, integer) is 'ASCII slug of a name; may come out empty.';
revoke all on function private.slugify(text, integer) from public;
-- Called by an invoker's trigger when a client inserts a product.
grant execute on function private.slugify(text, integer) to authenticated;

-- Definer: the new shop becomes visible to its maker only by the membership row written here.
create or replace function private.create_shop(p_name text, p_slug text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_shop public.shops;
  v_slug text := coalesce(p_slug, private.slugify(p_name, 50));
begin
  if char_length(trim(coalesce(p_name, ''))) not between 2 and 80 then
    perform private.fail(422, 'invalid_name', 'A shop''s name has 2 to 80 characters.');
  end if;
  if v_slug !~ '^[a-z0-9](?:[a-z0-9-]{1,48}[a-z0-9])$' then
    perform private.fail(
      422, 'invalid_slug', 'A slug has 3 to 50 of a-z, 0-9 and hyphens.',
      'Give one: {"slug": "my-shop"}.'
    );
  end if;
  -- One at a time per person, so that the cap below holds.
  perform 1 from public.profiles as p where p.id = v_user for update;
  if (
    select count(*) from public.shop_members as m where m.user_id = v_user and m.role = 'owner'
  ) >= 10 then
    perform private.fail(409, 'too_many_shops', 'One person may own 10 shops.');
  end if;
  insert into public.shops (name, slug) values (trim(p_name), v_slug)
  on conflict (slug) do nothing
  returning * into v_shop;
  if v_shop.id is null then
    perform private.fail(409, 'slug_taken', 'Another shop has this slug.', 'Choose another slug.');
  end if;
  insert into public.shop_members (shop_id, user_id, role) values (v_shop.id, v_user, 'owner');
  insert into public.shop_payment_accounts (shop_id) values (v_shop.id);
  return to_jsonb(v_shop);
end;
$$;
comment on function private.create_shop(text, text) is
'See public.create_shop.';
revoke all on function private.create_shop(text, text) from public;
grant execute on function private.create_shop(text, text) to authenticated;

create or replace function public.create_shop(name text, slug text default null)
returns jsonb
language sql
set search_path = ''
as $$
  select private.create_shop(name, slug);
$$;
comment on function public.create_shop(text, text) is
'Make a shop of mine, as a draft. Errors: invalid_name, invalid_slug, slug_taken, too_many_shops.';
revoke all on function public.create_shop(text, text) from public, anon, service_role;
grant execute on function public.create_shop(text, text) to authenticated;

create or replace function private.open_shop(p_shop_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_shop public.shops;
  v_account public.shop_payment_accounts;
begin
  select s.* into v_shop
  from public.shops as s
  inner join public.shop_members as m on m.shop_id = s.id
  where s.id = p_shop_id and m.user_id = v_user and m.role = 'owner'
  for update of s;
  if v_shop.id is null then
    perform private.fail(404, 'shop_not_found', 'You own no such shop.');
  end if;
  select * into v_account from public.shop_payment_accounts as a where a.shop_id = p_shop_id;
  if v_account.transfers_capability is distinct from 'active' then
    perform private.fail(
      409, 'payment_account_not_ready', 'The shop''s payment account cannot receive money yet.',
      'Finish onboarding: POST /v1/shops/{id}/onboarding.'
    );
  end if;
  if v_shop.status <> 'active' then
    update public.shops as s set status = 'active' where s.id = p_shop_id returning * into v_shop;
  end if;
  return to_jsonb(v_shop);
end;
$$;
comment on function private.open_shop(uuid) is 'See public.open_shop.';
revoke all on function private.open_shop(uuid) from public;
grant execute on function private.open_shop(uuid) to authenticated;

create or replace function public.open_shop(shop_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.open_shop(shop_id);
$$;
comment on function public.open_shop(uuid) is
'Make my draft shop public. Errors: shop_not_found, payment_account_not_ready.';
revoke all on function public.open_shop(uuid) from public, anon, service_role;
grant execute on function public.open_shop(uuid) to authenticated;

-- source: supabase/functions/triggers.sql 9186ef949a5f49ce957c77992aad62cc3edd217614bfcbf546667c52e1987926
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
    ('private', 'inventory_reservations')
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
    ('private', 'email_messages', 'state')
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

-- source: supabase/functions/uploads.sql ea28c220312876ab48d71eae8c8b9088860e05ce23c22474bf7325954a2fa3a6
-- Digital files: announced, uploaded through Storage, checked, ready.

create or replace function private.begin_upload(
    p_product_id uuid, p_file_name text, p_size_bytes bigint, p_mime text, p_sha256 text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
  v_file public.product_files;
  v_id uuid := private.uuid_v7();
begin
  if v_product.kind <> 'digital' then
    perform private.fail(409, 'product_not_digital', 'Only a digital product has files.');
  end if;
  if coalesce(p_file_name, '') !~ '^[^[:cntrl:]/\\]{1,150}$' then
    perform private.fail(
      422, 'invalid_file_name', 'A file name has 1 to 150 characters and no slash.'
    );
  end if;
  if p_size_bytes is null or p_size_bytes not between 1 and 104857600 then
    perform private.fail(422, 'invalid_file_size', 'A file has 1 byte to 100 MiB.');
  end if;
  if coalesce(p_sha256, '') !~ '^[0-9a-f]{64}$' then
    perform private.fail(422, 'invalid_sha256', 'sha256 is 64 lower-case hex digits.');
  end if;
  if coalesce(p_mime, '') !~ '^[a-z]+/[a-z0-9.+-]+$' or char_length(p_mime) > 100 then
    perform private.fail(422, 'invalid_mime', 'mime is a media type such as application/pdf.');
  end if;
  if (
    select count(*) from public.product_files as f
    where f.product_id = p_product_id and f.status = 'pending'
  ) >= 20 then
    perform private.fail(
      409, 'too_many_uploads', 'This product has 20 unfinished uploads.',
      'Complete them first: POST /v1/uploads/{id}/complete.'
    );
  end if;
  insert into public.product_files (
    id, product_id, shop_id, file_name, version, path, mime, size_bytes, sha256, uploaded_by
  )
  select
    v_id, v_product.id, v_product.shop_id, p_file_name,
    coalesce(max(f.version), 0) + 1,
    concat_ws('/', v_product.shop_id, v_product.id, v_id),
    p_mime, p_size_bytes, p_sha256, auth.uid()
  from public.product_files as f
  where f.product_id = v_product.id and f.file_name = p_file_name
  returning * into v_file;
  return jsonb_build_object(
    'file_id', v_file.id, 'bucket', 'product-files', 'path', v_file.path,
    'version', v_file.version
  );
end;
$$;
comment on function private.begin_upload(uuid, text, bigint, text, text) is
'See public.begin_upload.';
revoke all on function private.begin_upload(uuid, text, bigint, text, text) from public;
grant execute on function private.begin_upload(uuid, text, bigint, text, text) to authenticated;

create or replace function public.begin_upload(
    product_id uuid, file_name text, size_bytes bigint, mime text, sha256 text
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.begin_upload(product_id, file_name, size_bytes, mime, sha256);
$$;
comment on function public.begin_upload(uuid, text, bigint, text, text) is
'Announce a file of a digital product; returns where to upload it. Called by POST /v1/uploads. Errors: product_not_found, product_not_digital, invalid_file_name, invalid_file_size, invalid_sha256, invalid_mime, too_many_uploads.';
revoke all on function public.begin_upload(uuid, text, bigint, text, text)
from public, anon, service_role;
grant execute on function public.begin_upload(uuid, text, bigint, text, text) to authenticated;

create or replace function private.complete_upload(
    p_file_id uuid, p_sha256 text, p_size bigint, p_mime text, p_rejection text
)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_file public.product_files;
begin
  select f.* into v_file from public.product_files as f where f.id = p_file_id for update;
  if v_file.id is null then
    perform private.fail(404, 'file_not_found', 'No such file.');
  end if;
  if v_file.status <> 'pending' then
    return v_file.status;
  end if;
  update public.product_files as f
  set
    status = case when p_rejection is null then 'ready' else 'rejected' end::public.file_status,
    rejection = p_rejection,
    -- What was measured replaces what was announced only where nothing was wrong with it.
    sha256 = case when p_rejection is null then p_sha256 else f.sha256 end,
    size_bytes = case when p_rejection is null then p_size else f.size_bytes end,
    mime = case when p_rejection is null then p_mime else f.mime end
  where f.id = p_file_id
  returning * into v_file;
  return v_file.status;
end;
$$;
comment on function private.complete_upload(uuid, text, bigint, text, text) is
'Record the result of an upload''s checks, once. p_rejection: stable code, null = passed.';
revoke all on function private.complete_upload(uuid, text, bigint, text, text) from public;
grant execute on function private.complete_upload(uuid, text, bigint, text, text)
to agora_webhooks;

-- source: supabase/policies/cart_items.sql 2849848cbba976bb974ac2df1a82dd4f66fb4e77cb21a09e1e5162915cf9138a
-- Cart items: each person's own. Added by cart_add, so that only what is on sale gets in.
alter table public.cart_items enable row level security;
revoke all on public.cart_items from public, anon, authenticated, service_role;
grant select on public.cart_items to service_role;
grant select, delete on public.cart_items to authenticated;
grant update (quantity) on public.cart_items to authenticated;

drop policy if exists select_own on public.cart_items;
create policy select_own on public.cart_items
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.cart_items is
'Each person sees their own cart.';

drop policy if exists update_own on public.cart_items;
create policy update_own on public.cart_items
for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));
comment on policy update_own on public.cart_items is
'Each person changes quantities in their own cart.';

drop policy if exists delete_own on public.cart_items;
create policy delete_own on public.cart_items
for delete to authenticated
using (user_id = (select auth.uid()));
comment on policy delete_own on public.cart_items is
'Each person empties their own cart.';

-- source: supabase/policies/carts.sql 197b939853dd914dcc58ded88584323da91e6ad5c7b3d1f64be1d76281547589
-- Carts: each person's own. Made by cart_add.
alter table public.carts enable row level security;
revoke all on public.carts from public, anon, authenticated, service_role;
grant select on public.carts to service_role;
grant select on public.carts to authenticated;

drop policy if exists select_own on public.carts;
create policy select_own on public.carts
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.carts is
'Each person sees their own cart.';

-- source: supabase/policies/download_grants.sql 66b16fee4ab2cd6638939218f2ee95cd0d7f1d073ed86e52f13b2b9f46e820e5
-- Download grants: the buyer only. Redeemed through tokens.
alter table public.download_grants enable row level security;
revoke all on public.download_grants from public, anon, authenticated, service_role;
grant select on public.download_grants to service_role;
grant select on public.download_grants to authenticated;

drop policy if exists select_buyer on public.download_grants;
create policy select_buyer on public.download_grants
for select to authenticated
using (buyer_id = (select auth.uid()));
comment on policy select_buyer on public.download_grants is
'A buyer sees their own grants.';

-- source: supabase/policies/order_events.sql b18a0a72edc5eb8d46d867790c42fdf1c386e497a0e8803dd053cef51cebfe28
-- Order history: the buyer only.
alter table public.order_events enable row level security;
revoke all on public.order_events from public, anon, authenticated, service_role;
grant select on public.order_events to service_role;
grant select on public.order_events to authenticated;

drop policy if exists select_buyer on public.order_events;
create policy select_buyer on public.order_events
for select to authenticated
using (buyer_id = (select auth.uid()));
comment on policy select_buyer on public.order_events is
'A buyer sees the history of their own orders.';

-- source: supabase/policies/order_items.sql ab8d613bb8bf5f16cd30d48e2cab63f143e0144f3b3646d515217f87cac41eeb
-- Order items: the buyer, and the members of that shop.
alter table public.order_items enable row level security;
revoke all on public.order_items from public, anon, authenticated, service_role;
grant select on public.order_items to service_role;
grant select on public.order_items to authenticated;

drop policy if exists select_buyer_or_member on public.order_items;
create policy select_buyer_or_member on public.order_items
for select to authenticated
using (buyer_id = (select auth.uid())
  or (shop_id = any(array(select private.my_shop_ids())) and paid_at is not null));
comment on policy select_buyer_or_member on public.order_items is
'The buyer; and the shop, once it is paid.';

-- source: supabase/policies/orders.sql bc1c988cbf6d6c9e8d8b64d217fc48cafa3690f69b919fde0e2d9f540c671ae1
-- Orders: the buyer only; a seller sees shop_orders. No client writes here.
alter table public.orders enable row level security;
revoke all on public.orders from public, anon, authenticated, service_role;
grant select on public.orders to service_role;
grant select on public.orders to authenticated;

drop policy if exists select_buyer on public.orders;
create policy select_buyer on public.orders
for select to authenticated
using (buyer_id = (select auth.uid()));
comment on policy select_buyer on public.orders is
'A buyer sees their own orders.';

-- source: supabase/policies/payments.sql ba2ac98ad490da98f816287a0e7c60897c2e45756b2890d2c172b3b03d13d54a
-- Payments: the buyer only. Written by Stripe's events.
alter table public.payments enable row level security;
revoke all on public.payments from public, anon, authenticated, service_role;
grant select on public.payments to service_role;
grant select on public.payments to authenticated;

drop policy if exists select_buyer on public.payments;
create policy select_buyer on public.payments
for select to authenticated
using (buyer_id = (select auth.uid()));
comment on policy select_buyer on public.payments is
'A buyer sees their own payments.';

-- source: supabase/policies/product_files.sql 658d6d2a056c3559a3188381966f2d24af2e5894f69000ff5b90f89f74359faf
-- Digital originals: the shop's members only; a buyer never sees a storage path.
alter table public.product_files enable row level security;
revoke all on public.product_files from public, anon, authenticated, service_role;
grant select on public.product_files to service_role;
grant select on public.product_files to authenticated;

drop policy if exists select_member on public.product_files;
create policy select_member on public.product_files
for select to authenticated
using (shop_id = any(array(select private.my_shop_ids())));
comment on policy select_member on public.product_files is
'Members of the shop see its files.';

-- source: supabase/policies/product_images.sql 54d21587a8dd3618eff0fd5c27a7d88da6eb98bc4e7a3c15a76d95af7a8253b2
-- Images: public while the product is listed; managers arrange them.
alter table public.product_images enable row level security;
revoke all on public.product_images from public, anon, authenticated, service_role;
grant select on public.product_images to service_role;
grant select on public.product_images to anon, authenticated;
grant insert (product_id, path, alt, position) on public.product_images to authenticated;
grant update (alt, position) on public.product_images to authenticated;
grant delete on public.product_images to authenticated;

drop policy if exists select_listed on public.product_images;
create policy select_listed on public.product_images
for select to anon
using (is_listed);
comment on policy select_listed on public.product_images is
'Visitors see images of listed products.';

drop policy if exists select_listed_or_member on public.product_images;
create policy select_listed_or_member on public.product_images
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.product_images is
'Everyone sees images of listed products; members see all of their shop.';

drop policy if exists insert_manager on public.product_images;
create policy insert_manager on public.product_images
for insert to authenticated
with check (shop_id = any(array(select private.my_managed_shop_ids()))
  and path like shop_id::text || '/' || product_id::text || '/%');
comment on policy insert_manager on public.product_images is
'Owner and managers add images that lie in the folder of their product.';

drop policy if exists update_manager on public.product_images;
create policy update_manager on public.product_images
for update to authenticated
using (shop_id = any(array(select private.my_managed_shop_ids())))
with check (shop_id = any(array(select private.my_managed_shop_ids())));
comment on policy update_manager on public.product_images is
'Owner and managers edit order and alt text.';

drop policy if exists delete_manager on public.product_images;
create policy delete_manager on public.product_images
for delete to authenticated
using (shop_id = any(array(select private.my_managed_shop_ids())));
comment on policy delete_manager on public.product_images is
'Owner and managers remove images.';

-- source: supabase/policies/product_variants.sql 322077e56606a3336a7ba6b47bc63b8b39eb89baab6f5499d518144ce5dace86
-- Variants: public while the product is listed; managers set price and stock.
alter table public.product_variants enable row level security;
revoke all on public.product_variants from public, anon, authenticated, service_role;
grant select on public.product_variants to service_role;
grant select on public.product_variants to anon, authenticated;
grant insert (product_id, title, sku, price_amount, currency, stock, position)
on public.product_variants to authenticated;
grant update (title, sku, price_amount, stock, position)
on public.product_variants to authenticated;

drop policy if exists select_listed on public.product_variants;
create policy select_listed on public.product_variants
for select to anon
using (is_listed);
comment on policy select_listed on public.product_variants is
'Visitors see variants of listed products.';

drop policy if exists select_listed_or_member on public.product_variants;
create policy select_listed_or_member on public.product_variants
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.product_variants is
'Everyone sees variants of listed products; members see all of their shop.';

drop policy if exists insert_manager on public.product_variants;
create policy insert_manager on public.product_variants
for insert to authenticated
with check (shop_id = any(array(select private.my_managed_shop_ids())));
comment on policy insert_manager on public.product_variants is
'Owner and managers add variants; shop_id is copied from the product first.';

drop policy if exists update_manager on public.product_variants;
create policy update_manager on public.product_variants
for update to authenticated
using (shop_id = any(array(select private.my_managed_shop_ids())))
with check (shop_id = any(array(select private.my_managed_shop_ids())));
comment on policy update_manager on public.product_variants is
'Owner and managers set price and stock.';

-- source: supabase/policies/products.sql 1c812d42be5932ddb6e4e422a1109e821b948ac6d658264652b3e81922cf1143
-- Products: public while listed; members see all of their shop's. Status by RPC only.
alter table public.products enable row level security;
revoke all on public.products from public, anon, authenticated, service_role;
grant select on public.products to service_role;
grant select on public.products to anon, authenticated;
grant insert (shop_id, slug, title, description, kind) on public.products to authenticated;
grant update (slug, title, description) on public.products to authenticated;

drop policy if exists select_listed on public.products;
create policy select_listed on public.products
for select to anon
using (is_listed);
comment on policy select_listed on public.products is
'Visitors see listed products.';

drop policy if exists select_listed_or_member on public.products;
create policy select_listed_or_member on public.products
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.products is
'Everyone sees listed products; members see all of their shop.';

drop policy if exists insert_manager on public.products;
create policy insert_manager on public.products
for insert to authenticated
with check (shop_id = any(array(select private.my_managed_shop_ids())));
comment on policy insert_manager on public.products is
'Owner and managers add products.';

drop policy if exists update_manager on public.products;
create policy update_manager on public.products
for update to authenticated
using (shop_id = any(array(select private.my_managed_shop_ids())))
with check (shop_id = any(array(select private.my_managed_shop_ids())));
comment on policy update_manager on public.products is
'Owner and managers edit texts.';

-- source: supabase/policies/profiles.sql 53a2e1cd2170dbab13a0ebc4f4a1087b5a41d12e08e866a93cdca915cc99428b
-- Profiles: everyone reads, each person edits their own.
alter table public.profiles enable row level security;
revoke all on public.profiles from public, anon, authenticated, service_role;
grant select on public.profiles to service_role;
grant select on public.profiles to anon, authenticated;
grant update (handle, display_name, bio, avatar_path) on public.profiles to authenticated;

drop policy if exists select_all on public.profiles;
create policy select_all on public.profiles
for select to anon, authenticated
using (true);
comment on policy select_all on public.profiles is
'A profile is public; it holds nothing private.';

drop policy if exists update_own on public.profiles;
create policy update_own on public.profiles
for update to authenticated
using (id = (select auth.uid()))
with check (id = (select auth.uid()));
comment on policy update_own on public.profiles is
'Each person edits their own profile.';

-- source: supabase/policies/shop_earnings.sql 83483da6da7e6f2c75b150751132a120f91a36b93a9a3d58ae044854295a3cd4
-- Earnings: the shop's managers; the buyer has no business with the platform's fee.
alter table public.shop_earnings enable row level security;
revoke all on public.shop_earnings from public, anon, authenticated, service_role;
grant select on public.shop_earnings to service_role;
grant select on public.shop_earnings to authenticated;

drop policy if exists select_manager on public.shop_earnings;
create policy select_manager on public.shop_earnings
for select to authenticated
using (shop_id = any(array(select private.my_managed_shop_ids())) and payable_at is not null);
comment on policy select_manager on public.shop_earnings is
'Owner and managers see fee and net, once paid.';

-- source: supabase/policies/shop_members.sql d1c17fcff3f81a6c5dcd163261f440d5aac3ac18655c7d4b12888578d821360f
-- Shop members: colleagues see each other. No client writes here.
alter table public.shop_members enable row level security;
revoke all on public.shop_members from public, anon, authenticated, service_role;
grant select on public.shop_members to service_role;
grant select on public.shop_members to authenticated;

drop policy if exists select_colleague on public.shop_members;
create policy select_colleague on public.shop_members
for select to authenticated
using (shop_id = any(array(select private.my_shop_ids())));
comment on policy select_colleague on public.shop_members is
'Members of a shop see its members.';

-- source: supabase/policies/shop_orders.sql 832a4011022dd8fee744bd5c6dc12266f32e99f9896c7e8b56eb57b0df836eb3
-- Shop orders: the buyer, and the members of that shop.
alter table public.shop_orders enable row level security;
revoke all on public.shop_orders from public, anon, authenticated, service_role;
grant select on public.shop_orders to service_role;
grant select on public.shop_orders to authenticated;

drop policy if exists select_buyer_or_member on public.shop_orders;
create policy select_buyer_or_member on public.shop_orders
for select to authenticated
using (buyer_id = (select auth.uid())
  or (shop_id = any(array(select private.my_shop_ids())) and status = 'paid'));
comment on policy select_buyer_or_member on public.shop_orders is
'The buyer; and the shop, once it is paid.';

-- source: supabase/policies/shop_payment_accounts.sql 00b08e19fead9824bc373f96dab10797eb18b8cc850351a3b976f78d60790acf
-- A shop's Stripe account: its managers read; only Stripe's events write.
alter table public.shop_payment_accounts enable row level security;
revoke all on public.shop_payment_accounts from public, anon, authenticated, service_role;
grant select on public.shop_payment_accounts to service_role;
grant select on public.shop_payment_accounts to authenticated;

drop policy if exists select_manager on public.shop_payment_accounts;
create policy select_manager on public.shop_payment_accounts
for select to authenticated
using (shop_id = any(array(select private.my_managed_shop_ids())));
comment on policy select_manager on public.shop_payment_accounts is
'Owner and managers see the onboarding state.';

-- source: supabase/policies/shops.sql ae31424b84a9d73e6f6f889a707406e4c7f1b9927077fd22c2f74f82f6c201f8
-- Shops: public once active; members see theirs in any state. Made and opened by RPC.
alter table public.shops enable row level security;
revoke all on public.shops from public, anon, authenticated, service_role;
grant select on public.shops to service_role;
grant select on public.shops to anon, authenticated;
grant update (name, description) on public.shops to authenticated;

drop policy if exists select_active on public.shops;
create policy select_active on public.shops
for select to anon
using (status = 'active');
comment on policy select_active on public.shops is
'Visitors see active shops.';

drop policy if exists select_active_or_member on public.shops;
create policy select_active_or_member on public.shops
for select to authenticated
using (status = 'active' or id = any(array(select private.my_shop_ids())));
comment on policy select_active_or_member on public.shops is
'Everyone sees active shops; members see theirs in any state.';

drop policy if exists update_manager on public.shops;
create policy update_manager on public.shops
for update to authenticated
using (id = any(array(select private.my_managed_shop_ids())))
with check (id = any(array(select private.my_managed_shop_ids())));
comment on policy update_manager on public.shops is
'Owner and managers edit name and description.';

-- source: supabase/policies/storage_objects.sql 383f9ceefcac84918461908e8cc169b363aa324a8914e4e5adffb2dd7ada7fc9
-- Files. The machine user reaches exactly the buckets of private.service_accounts; a shop's managers
-- put in what begin_upload announced; buyers have no access here: they get signed URLs of their own
-- copies from the webhook service. No comments on these policies: a hosted project refuses them.
drop policy if exists agora_select on storage.objects;
create policy agora_select on storage.objects
for select to authenticated
using (
  bucket_id = any(array(select private.my_service_buckets()))
  or (
    bucket_id in ('product-files', 'product-images')
    and (storage.foldername(name))[1] = any(array(select private.my_shop_ids()::text))
  )
);

drop policy if exists agora_insert on storage.objects;
create policy agora_insert on storage.objects
for insert to authenticated
with check (
  bucket_id = any(array(select private.my_service_buckets()))
  or (bucket_id = 'product-files' and private.may_upload(name))
  or (
    bucket_id = 'product-images'
    and (storage.foldername(name))[1] = any(array(select private.my_managed_shop_ids()::text))
  )
);

drop policy if exists agora_update on storage.objects;
create policy agora_update on storage.objects
for update to authenticated
using (
  bucket_id = 'personalized-files'
  and bucket_id = any(array(select private.my_service_buckets()))
)
with check (
  bucket_id = 'personalized-files'
  and bucket_id = any(array(select private.my_service_buckets()))
);

drop policy if exists agora_delete on storage.objects;
create policy agora_delete on storage.objects
for delete to authenticated
using (
  (
    bucket_id = 'personalized-files'
    and bucket_id = any(array(select private.my_service_buckets()))
  )
  or (
    bucket_id = 'product-images'
    and (storage.foldername(name))[1] = any(array(select private.my_managed_shop_ids()::text))
  )
);

-- source: supabase/policies/user_roles.sql a466c4a9f23dd264abc656090950c22756e605acd81e414f2bf1f97b2aef515a
-- Platform roles: each person sees their own. Granted by the operator only.
alter table public.user_roles enable row level security;
revoke all on public.user_roles from public, anon, authenticated, service_role;
grant select on public.user_roles to service_role;
grant select on public.user_roles to authenticated;

drop policy if exists select_own on public.user_roles;
create policy select_own on public.user_roles
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.user_roles is
'Each person sees the roles they have.';

reset check_function_bodies;
