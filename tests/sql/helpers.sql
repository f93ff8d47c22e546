-- Personas and fixtures for the pgTAP files, in a schema of their own, in test databases only.
-- Ids follow from names: tests.id('buyer'). Everything is made through the product's functions, as
-- the persona who would do it.
create schema tests;
-- The processes' roles call pgTAP here; the product gives them nothing of extensions.
grant usage on schema tests, extensions to public;

create table tests.refs (
    label text primary key,
    id uuid not null
);
grant select on tests.refs to public;

create function tests.ref(p_name text)
returns uuid
language sql
stable
as $$
  select r.id from tests.refs as r where r.label = p_name;
$$;

create function tests.remember(p_name text, p_id uuid)
returns void
language plpgsql
security definer
as $$
begin
  insert into tests.refs (label, id) values (p_name, p_id)
  on conflict (label) do update set id = excluded.id;
end;
$$;

-- --- personas --------------------------------------------------------------------------------

create function tests.id(p_name text)
returns uuid
language sql
immutable
as $$
  select md5('user ' || p_name)::uuid;
$$;

create function tests.become_role(p_role text)
returns void
language plpgsql
as $$
begin
  perform set_config('request.jwt.claims', '', true);
  perform set_config('role', p_role, true);
end;
$$;

create function tests.become(p_name text)
returns void
language plpgsql
as $$
begin
  perform set_config('role', 'authenticated', true);
  perform set_config(
    'request.jwt.claims',
    json_build_object('sub', tests.id(p_name), 'role', 'authenticated')::text, true
  );
end;
$$;

create function tests.become_anon()
returns void
language plpgsql
as $$
begin
  perform set_config('role', 'anon', true);
  perform set_config('request.jwt.claims', '{"role": "anon"}', true);
end;
$$;

-- The superuser of the test database: prepares, looks behind the curtain.
create function tests.back()
returns void
language plpgsql
as $$
begin
  perform tests.become_role('none');
end;
$$;

create function tests.make_user(p_name text)
returns void
language plpgsql
as $$
begin
  perform tests.back();
  insert into auth.users (id, email) values (tests.id(p_name), p_name || '@example.test');
end;
$$;

create function tests.make_staff(p_name text, p_role public.app_role)
returns void
language plpgsql
as $$
begin
  perform tests.make_user(p_name);
  insert into public.user_roles (user_id, role, reason) values (tests.id(p_name), p_role, 'test');
end;
$$;

create function tests.sanction(
    p_name text, p_kind public.sanction_kind, p_until timestamptz default null
)
returns void
language plpgsql
as $$
begin
  perform tests.back();
  insert into public.user_sanctions (user_id, kind, reason, until)
  values (tests.id(p_name), p_kind, 'a test', p_until);
end;
$$;

create function tests.lift(p_name text)
returns void
language plpgsql
as $$
begin
  perform tests.back();
  update public.user_sanctions set lifted_at = now(), lift_reason = 'a test'
  where user_id = tests.id(p_name) and lifted_at is null;
end;
$$;

-- --- asking ----------------------------------------------------------------------------------

-- The stable code of a refusal, the SQLSTATE of another error, or 'ok'.
create function tests.outcome(p_sql text)
returns text
language plpgsql
as $$
begin
  execute p_sql;
  return 'ok';
exception
  when sqlstate 'PGRST' then
    return sqlerrm::jsonb ->> 'code';
  when others then
    return sqlstate;
end;
$$;

-- The HTTP status of a refusal.
create function tests.status(p_sql text)
returns integer
language plpgsql
as $$
declare
  v_detail text;
begin
  execute p_sql;
  return 200;
exception
  when sqlstate 'PGRST' then
    get stacked diagnostics v_detail = pg_exception_detail;
    return (v_detail::jsonb ->> 'status')::integer;
end;
$$;

-- How many rows a statement reads or writes; a policy's denial of a write is silent.
create function tests.touched(p_sql text)
returns bigint
language plpgsql
as $$
declare
  v_count bigint;
begin
  execute p_sql;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;

-- What a role may do to a table: 'select', 'insert(a,b)', 'update(c)', 'delete' …, sorted.
create function tests.grants(p_role text, p_table text)
returns text
language sql
stable
as $$
  with commands as (
    select unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as command
  )
  select string_agg(
    case
      when has_table_privilege(p_role, p_table, c.command) then lower(c.command)
      else lower(c.command) || '(' || k.columns || ')'
    end,
    ' ' order by lower(c.command)
  )
  from commands as c
  left join lateral (
    select string_agg(a.attname, ',' order by a.attname) as columns
    from pg_attribute as a
    where a.attrelid = p_table::regclass and a.attnum > 0 and not a.attisdropped
      and c.command in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
      and has_column_privilege(p_role, p_table, a.attname, c.command)
  ) as k on true
  where has_table_privilege(p_role, p_table, c.command) or k.columns is not null;
$$;

-- --- fixtures --------------------------------------------------------------------------------

create function tests.make_shop(p_owner text, p_slug text)
returns void
language plpgsql
as $$
declare
  v_shop uuid;
begin
  perform tests.become(p_owner);
  v_shop := (public.create_shop(initcap(replace(p_slug, '-', ' ')), p_slug) ->> 'id')::uuid;
  perform tests.become_role('agora_webhooks');
  perform private.attach_stripe_account(
    v_shop,
    jsonb_build_object(
      'id', 'acct_' || replace(p_slug, '-', ''), 'state', 'active',
      'transfers_capability', 'active', 'payouts_enabled', true, 'country', 'DE'
    )
  );
  perform tests.become(p_owner);
  perform public.open_shop(v_shop);
  perform tests.back();
  perform tests.remember(p_slug, v_shop);
end;
$$;

create function tests.add_member(p_shop text, p_user text, p_role public.shop_role)
returns void
language plpgsql
as $$
begin
  perform tests.back();
  insert into public.shop_members (shop_id, user_id, role)
  values (tests.ref(p_shop), tests.id(p_user), p_role);
end;
$$;

-- A file of a product, uploaded and checked.
create function tests.add_file(p_manager text, p_product text, p_file_name text)
returns uuid
language plpgsql
as $$
declare
  v_file uuid;
begin
  perform tests.become(p_manager);
  v_file := (
    public.begin_upload(
      tests.ref(p_product), p_file_name, 1000, 'application/pdf', repeat('a', 64)
    ) ->> 'file_id'
  )::uuid;
  perform tests.become_role('agora_webhooks');
  perform private.complete_upload(v_file, repeat('a', 64), 1000, 'application/pdf', null);
  perform tests.back();
  return v_file;
end;
$$;

-- A product with one variant (remembered as '<slug>/v') and, if digital, one file ('<slug>/f').
create function tests.make_product(
    p_manager text, p_shop text, p_slug text, p_kind public.product_kind, p_price bigint,
    p_stock integer default null, p_currency text default 'eur', p_publish boolean default true
)
returns void
language plpgsql
as $$
declare
  v_product uuid;
  v_variant uuid;
begin
  perform tests.become(p_manager);
  insert into public.products (shop_id, slug, title, kind)
  values (tests.ref(p_shop), p_slug, 'Title of ' || p_slug, p_kind)
  returning id into v_product;
  insert into public.product_variants (product_id, price_amount, currency, stock)
  values (v_product, p_price, p_currency, p_stock)
  returning id into v_variant;
  perform tests.remember(p_slug, v_product);
  perform tests.remember(p_slug || '/v', v_variant);
  if p_kind = 'digital' then
    perform tests.remember(
      p_slug || '/f', tests.add_file(p_manager, p_slug, p_slug || '.pdf')
    );
  end if;
  if p_publish then
    perform tests.become(p_manager);
    perform public.publish_product(v_product);
  end if;
  perform tests.back();
end;
$$;

-- A published bundle of the first variants of these products, one piece of each.
create function tests.make_bundle(
    p_manager text, p_shop text, p_slug text, p_price bigint, p_products text[],
    p_publish boolean default true
)
returns void
language plpgsql
as $$
declare
  v_product uuid;
  v_variant uuid;
begin
  perform tests.become(p_manager);
  insert into public.products (shop_id, slug, title, kind, is_bundle)
  values (tests.ref(p_shop), p_slug, 'Title of ' || p_slug, 'digital', true)
  returning id into v_product;
  insert into public.product_variants (product_id, price_amount, currency)
  values (v_product, p_price, 'eur')
  returning id into v_variant;
  perform tests.remember(p_slug, v_product);
  perform tests.remember(p_slug || '/v', v_variant);
  perform public.set_bundle_items(v_product, (
    select jsonb_agg(jsonb_build_object('variant_id', tests.ref(n.name || '/v')))
    from unnest(p_products) as n (name)
  ));
  if p_publish then
    perform public.publish_product(v_product);
  end if;
  perform tests.back();
end;
$$;

create function tests.add_to_cart(p_buyer text, p_product text, p_quantity integer default 1)
returns void
language plpgsql
as $$
begin
  perform tests.become(p_buyer);
  perform public.cart_add(tests.ref(p_product || '/v'), p_quantity);
  perform tests.back();
end;
$$;

create function tests.empty_cart(p_buyer text)
returns void
language plpgsql
as $$
begin
  perform tests.become(p_buyer);
  delete from public.cart_items where user_id = tests.id(p_buyer);
  perform tests.back();
end;
$$;

-- Orders the buyer's cart and attaches the PaymentIntent pi_<name>; remembered as p_name.
create function tests.check_out(p_buyer text, p_name text)
returns void
language plpgsql
as $$
declare
  v_result jsonb;
begin
  perform tests.become(p_buyer);
  v_result := public.begin_checkout('checkout-' || p_name);
  perform tests.become_role('agora_webhooks');
  perform private.attach_payment_intent(
    (v_result ->> 'order_id')::uuid, 'pi_' || p_name, (v_result ->> 'amount')::bigint,
    v_result ->> 'currency'
  );
  perform tests.back();
  perform tests.remember(p_name, (v_result ->> 'order_id')::uuid);
end;
$$;

-- The PaymentIntent of an order as Stripe would show it. p_fee null: not known yet.
create function tests.intent(
    p_name text, p_status text default 'succeeded', p_fee bigint default 59
)
returns jsonb
language sql
stable
as $$
  select jsonb_build_object(
    'id', 'pi_' || p_name, 'object', 'payment_intent', 'amount', o.total_amount,
    'amount_received', case when p_status = 'succeeded' then o.total_amount else 0 end,
    'currency', o.currency, 'status', p_status,
    'metadata', jsonb_build_object('order_id', o.id),
    'latest_charge', case
      when p_status = 'succeeded' then jsonb_build_object(
        'id', 'ch_' || p_name,
        'balance_transaction', case
          when p_fee is not null then jsonb_build_object('fee', p_fee, 'currency', o.currency)
        end
      )
    end,
    'last_payment_error', case
      when p_status = 'requires_payment_method' then jsonb_build_object('code', 'card_declined')
    end
  )
  from public.orders as o
  where o.id = tests.ref(p_name);
$$;

-- An event stored by the webhook service and applied by a worker; returns what the worker hears.
create function tests.stripe_event(
    p_event_id text, p_type text, p_object jsonb, p_endpoint text default 'platform'
)
returns text
language plpgsql
as $$
declare
  v_result text;
begin
  perform tests.become_role('agora_webhooks');
  perform private.store_stripe_event(
    p_endpoint,
    jsonb_build_object(
      'id', p_event_id, 'type', p_type, 'created', 1764000000, 'livemode', false,
      'api_version', '2026-01-28', 'data', jsonb_build_object('object', p_object)
    ),
    'request-' || p_event_id
  );
  perform tests.become_role('agora_workers');
  v_result := private.apply_stripe_event(p_event_id, null);
  perform tests.back();
  return v_result;
end;
$$;

create function tests.pay(p_name text, p_fee bigint default 59)
returns text
language plpgsql
as $$
begin
  perform tests.back();
  return tests.stripe_event(
    'evt_' || p_name, 'payment_intent.succeeded', tests.intent(p_name, 'succeeded', p_fee)
  );
end;
$$;

-- Time passes for an unpaid order.
create function tests.expire(p_name text)
returns void
language plpgsql
as $$
begin
  perform tests.back();
  update public.orders set expires_at = now() - interval '1 minute' where id = tests.ref(p_name);
  perform tests.become_role('postgres');
  perform private.expire_orders();
  perform tests.back();
end;
$$;

-- A buyer's review of an order item, remembered as p_name.
create function tests.review(p_buyer text, p_item text, p_stars integer, p_name text)
returns void
language plpgsql
as $$
begin
  perform tests.become(p_buyer);
  perform tests.remember(
    p_name,
    (
      public.write_review(tests.ref(p_item), p_stars, 'Title of ' || p_name, 'Text') ->> 'id'
    )::uuid
  );
  perform tests.back();
end;
$$;

-- A discount code, remembered by its name; percent in basis points, or a fixed amount of euros.
create function tests.make_code(
    p_manager text, p_shop text, p_code text, p_basis_points integer, p_fixed bigint default null,
    p_product text default null, p_max_uses integer default null,
    p_per_customer integer default null, p_minimum bigint default 0
)
returns void
language plpgsql
as $$
declare
  v_id uuid;
begin
  perform tests.become(p_manager);
  insert into public.discount_codes (
    shop_id, product_id, code, basis_points, fixed_amount, currency, minimum_subtotal_amount,
    max_uses, max_uses_per_customer
  )
  values (
    tests.ref(p_shop), tests.ref(p_product), p_code, p_basis_points, p_fixed,
    case when p_fixed is not null or p_minimum > 0 then 'eur' end, p_minimum, p_max_uses,
    p_per_customer
  )
  returning id into v_id;
  perform tests.remember(p_code, v_id);
  perform tests.back();
end;
$$;

-- owner, manager, staff of alpha-shop; seller of beta-shop; buyer with a paid order over both
-- shops ('sale'); stranger; admin. alpha sells ebook (digital), poster (stock 10) and has a draft;
-- beta sells mug (stock 5).
create function tests.world()
returns void
language plpgsql
as $$
declare
  v_name text;
begin
  foreach v_name in array array[
    'owner', 'manager', 'staff', 'seller', 'buyer', 'stranger', 'admin'
  ] loop
    perform tests.make_user(v_name);
  end loop;
  insert into public.user_roles (user_id, role, reason)
  values (tests.id('admin'), 'admin', 'runs the platform');
  perform tests.make_shop('owner', 'alpha-shop');
  perform tests.add_member('alpha-shop', 'manager', 'manager');
  perform tests.add_member('alpha-shop', 'staff', 'staff');
  perform tests.make_shop('seller', 'beta-shop');
  perform tests.make_product('owner', 'alpha-shop', 'ebook', 'digital', 999);
  perform tests.make_product('manager', 'alpha-shop', 'poster', 'physical', 1250, 10);
  perform tests.make_product('owner', 'alpha-shop', 'draft', 'digital', 500, p_publish => false);
  perform tests.make_product('seller', 'beta-shop', 'mug', 'physical', 777, 5);
  perform tests.add_to_cart('buyer', 'ebook');
  perform tests.add_to_cart('buyer', 'poster', 2);
  perform tests.add_to_cart('buyer', 'mug');
  perform tests.check_out('buyer', 'sale');
  perform tests.pay('sale');
  perform tests.remember('sale/' || p.slug, i.id)
  from public.order_items as i
  inner join public.products as p on p.id = i.product_id
  where i.order_id = tests.ref('sale');
  perform tests.back();
end;
$$;

-- Product roles call the helpers too.
grant execute on all functions in schema tests to public;
