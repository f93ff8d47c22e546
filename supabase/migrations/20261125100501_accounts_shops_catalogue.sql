-- Stamped from supabase/functions and supabase/policies: edit there, never here.
set lock_timeout = '5s';
set check_function_bodies = off;

-- source: supabase/functions/access.sql a0a8f2d4afbdb5bf42d6f732a96845fbd85f6cf2fa29965ae9cfb9d1c0411430
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
  ) and not private.is_blocked();
$$;
comment on function private.has_role(public.app_role) is
'Has the caller this platform role now, and is not blocked? Read from the tables, so a revocation counts at once.';
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
      and f.shop_id in (select private.shop_ids_with('catalogue.edit'))
  );
$$;
comment on function private.may_upload(text) is
'May the caller put a file at this path of product-files? Only where begin_upload announced it.';
revoke all on function private.may_upload(text) from public;
grant execute on function private.may_upload(text) to authenticated;

create or replace function private.may_import(p_path text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.import_jobs as j
    where j.state = 'awaiting_upload'
      and p_path = j.shop_id || '/' || j.id || '.csv'
      and j.id::text = substring(p_path from '^[^/]+/([0-9a-f-]{36})\.csv$')
      and j.shop_id in (select private.my_managed_shop_ids())
  ) and not private.is_blocked();
$$;
comment on function private.may_import(text) is
'May the caller put a file at this path of imports? Only where begin_import announced it.';
revoke all on function private.may_import(text) from public;
grant execute on function private.may_import(text) to authenticated;

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

-- source: supabase/functions/accounts.sql 3e4691a2975c268d0b608eaa45135faf19252cafe755894fc66395ba978190f2
-- A profile for each account, with what belongs to it.

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
  insert into public.profile_private (user_id) values (new.id);
  insert into public.email_preferences (user_id) values (new.id);
  return new;
end;
$$;
comment on function private.tg_users__profile() is
'Makes the profile of a new account under a random handle, which the person changes later, its private part and email preferences.';
revoke all on function private.tg_users__profile() from public;

create or replace trigger tg_users__profile
after insert on auth.users
for each row execute function private.tg_users__profile();

create or replace function private.tg_email_preferences__consent()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.marketing_changed_at := now();
  return new;
end;
$$;
comment on function private.tg_email_preferences__consent() is
'Keeps when consent to marketing was given or taken back.';
revoke all on function private.tg_email_preferences__consent() from public;

create or replace trigger tg_email_preferences__consent
before update of marketing on public.email_preferences
for each row when (old.marketing is distinct from new.marketing)
execute function private.tg_email_preferences__consent();

-- Definer: locks the profile, which its owner may update only in four columns.
create or replace function private.tg_addresses__rules()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One at a time per person, so that cap and defaults hold.
  perform 1 from public.profiles as p where p.id = new.user_id for no key update;
  if tg_op = 'INSERT' and (
    select count(*) from public.addresses as a where a.user_id = new.user_id
  ) >= 20 then
    perform private.fail(
      409, 'too_many_addresses', 'An address book holds 20 addresses.', 'Delete one.'
    );
  end if;
  if new.is_default_shipping then
    update public.addresses as a set is_default_shipping = false
    where a.user_id = new.user_id and a.id <> new.id and a.is_default_shipping;
  end if;
  if new.is_default_billing then
    update public.addresses as a set is_default_billing = false
    where a.user_id = new.user_id and a.id <> new.id and a.is_default_billing;
  end if;
  return new;
end;
$$;
comment on function private.tg_addresses__rules() is
'At most 20 addresses a person; a new default takes its place from the old one. Errors: too_many_addresses.';
revoke all on function private.tg_addresses__rules() from public;

create or replace trigger tg_addresses__rules
before insert or update of is_default_shipping, is_default_billing on public.addresses
for each row execute function private.tg_addresses__rules();

create or replace function private.is_my_avatar(p_path text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_path ~ ('^' || auth.uid()::text || '/[A-Za-z0-9_-]{1,100}\.(png|jpg|jpeg|webp|avif)$');
$$;
comment on function private.is_my_avatar(text) is
'Is this a path for a picture of the caller in bucket avatars: <id>/<name>.<ending>?';
revoke all on function private.is_my_avatar(text) from public;
grant execute on function private.is_my_avatar(text) to authenticated;

-- Definer: counts whatever lies there, whoever put it.
create or replace function private.may_put_avatar(p_path text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select private.is_my_avatar(p_path) and (
    select count(*) from storage.objects as o
    where o.bucket_id = 'avatars' and o.name like auth.uid() || '/%' and o.name <> p_path
  ) < 5;
$$;
comment on function private.may_put_avatar(text) is
'May the caller put a picture of themselves here? In their own folder, five at most.';
revoke all on function private.may_put_avatar(text) from public;
grant execute on function private.may_put_avatar(text) to authenticated;

-- source: supabase/functions/audit.sql e0401400051e242e3b8fcfdedc1b242bca88374950dfcefce6810aa0c4b85141
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
  -- No personal value in a log that cannot be erased.
  select v_old - c.columns, v_new - c.columns into v_old, v_new
  from (
    select coalesce(array_agg(c.column_name), '{}') as columns from private.column_privacy as c
    where c.table_schema = tg_table_schema and c.table_name = tg_table_name
      and c.class in ('personal_erase', 'personal_keep_anonymise', 'secret')
  ) as c;
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
comment on function private.tg_audit() is
'Writes private.audit_log, without the columns that erasure would have to empty (private.column_privacy).';
revoke all on function private.tg_audit() from public;

create or replace function private.audit(
    p_action text, p_entity text, p_entity_id text, p_new jsonb default null,
    p_actor_id uuid default auth.uid()
)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into private.audit_log (actor_id, actor_role, action, entity, entity_id, new, request_id)
  values (
    p_actor_id, coalesce(nullif(current_setting('role', true), 'none'), session_user),
    p_action, p_entity, p_entity_id, p_new, private.request_id()
  );
$$;
comment on function private.audit(text, text, text, jsonb, uuid) is
'Write private.audit_log for what is no change of a row: a look, a sign-in. Ids only in p_new.';
revoke all on function private.audit(text, text, text, jsonb, uuid) from public;

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
after insert or update of status, slug, vacation_from, vacation_until or delete on public.shops
for each row execute function private.tg_audit();

create or replace trigger tg_shop_members__audit
after insert or update or delete on public.shop_members
for each row execute function private.tg_audit();

create or replace trigger tg_shop_payment_accounts__audit
after insert or update of state, stripe_account_id or delete on public.shop_payment_accounts
for each row execute function private.tg_audit();

create or replace trigger tg_product_variants__audit
after update of price_amount, minimum_amount, compare_at_amount on public.product_variants
for each row execute function private.tg_audit();

create or replace trigger tg_categories__audit
after insert or update or delete on public.categories
for each row execute function private.tg_audit();

create or replace trigger tg_payments__audit
after insert or update of status on public.payments
for each row execute function private.tg_audit();

create or replace trigger tg_shop_notices__audit
after insert or update on public.shop_notices
for each row execute function private.tg_audit();

create or replace trigger tg_shop_invitations__audit
after insert or update or delete on public.shop_invitations
for each row execute function private.tg_audit();

create or replace trigger tg_shop_ownership_offers__audit
after insert or update or delete on public.shop_ownership_offers
for each row execute function private.tg_audit();

create or replace trigger tg_user_sanctions__audit
after insert or update or delete on public.user_sanctions
for each row execute function private.tg_audit();

create or replace trigger tg_account_deletions__audit
after insert or update of erased_at or delete on public.account_deletions
for each row execute function private.tg_audit();

-- source: supabase/functions/auth_events.sql af4f93068cb79d6c4e2f8c78bf72453c1b1c8fbe729fc7a178edc5d4dff2ca10
-- Auth's events in the audit trail: sign-up, sign-in, sign-out, changed credentials. Ids only; the
-- address behind a request is in Auth's own log.

-- Definer: Auth writes as its own role.
create or replace function private.tg_users__audit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_action text;
begin
  if tg_op <> 'UPDATE' then
    perform private.audit(
      case tg_op when 'INSERT' then 'sign_up' else 'account_removed' end, 'auth.users',
      coalesce(new.id, old.id)::text, null, coalesce(new.id, old.id)
    );
    return null;
  end if;
  foreach v_action in array array_remove(array[
    case when new.email is distinct from old.email then 'email_changed' end,
    case when new.phone is distinct from old.phone then 'phone_changed' end,
    case when new.encrypted_password is distinct from old.encrypted_password then 'password_changed' end,
    case when new.banned_until is distinct from old.banned_until then 'auth_ban_changed' end,
    case when new.deleted_at is distinct from old.deleted_at then 'account_removed' end
  ], null) loop
    perform private.audit(v_action, 'auth.users', new.id::text, null, coalesce(auth.uid(), new.id));
  end loop;
  return null;
end;
$$;
comment on function private.tg_users__audit() is
'Writes private.audit_log when an account is made, removed, or its credentials change.';
revoke all on function private.tg_users__audit() from public;

create or replace trigger tg_users__audit
after insert or delete or update of email, phone, encrypted_password, banned_until, deleted_at
on auth.users
for each row execute function private.tg_users__audit();

create or replace function private.tg_sessions__audit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.audit(
    case tg_op when 'INSERT' then 'sign_in' else 'sign_out' end, 'auth.sessions',
    coalesce(new.id, old.id)::text, null, coalesce(new.user_id, old.user_id)
  );
  return null;
end;
$$;
comment on function private.tg_sessions__audit() is
'Writes private.audit_log when a session begins and ends.';
revoke all on function private.tg_sessions__audit() from public;

-- A project that does not let postgres hang a trigger here is told so, and goes on without: Auth's
-- own auth.audit_log_entries has these events too (docs/deploy.md).
do $$
begin
  if has_table_privilege('auth.sessions', 'TRIGGER') then
    create or replace trigger tg_sessions__audit
    after insert or delete on auth.sessions
    for each row execute function private.tg_sessions__audit();
  else
    raise warning 'no trigger on auth.sessions: sign-ins are not in private.audit_log';
  end if;
end;
$$;

-- source: supabase/functions/bundles.sql 50f1d31712d61e0d277c0c44425667d040d5fd58c7f68af4a8df07c4840d621a
-- Bundles: products that are sold as one item and hold variants of other products of their shop.

create or replace function private.bundle_is_incomplete(p_product_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(sum(b.quantity), 0) < 2 or bool_or(p.kind = 'digital' and not exists (
    select 1 from public.product_files as f where f.product_id = p.id and f.status = 'ready'
  ))
  from public.product_bundle_items as b
  inner join public.products as p on p.id = b.product_id
  where b.bundle_id = p_product_id;
$$;
comment on function private.bundle_is_incomplete(uuid) is
'Does it hold fewer than two pieces, or something digital without a file?';
revoke all on function private.bundle_is_incomplete(uuid) from public;

create or replace function private.is_bundle(p_product_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select p.is_bundle from public.products as p where p.id = p_product_id;
$$;
comment on function private.is_bundle(uuid) is 'Was the product made as a bundle?';
revoke all on function private.is_bundle(uuid) from public;

create or replace function private.bundle_components(p_product_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'product_id', b.product_id, 'variant_id', b.variant_id, 'kind', p.kind,
      'title', p.title, 'variant_title', v.title, 'quantity', b.quantity
    ) order by b.position, b.variant_id
  ), '[]')
  from public.product_bundle_items as b
  inner join public.products as p on p.id = b.product_id
  inner join public.product_variants as v on v.id = b.variant_id
  where b.bundle_id = p_product_id;
$$;
comment on function private.bundle_components(uuid) is
'What a bundle holds now, as an order keeps it; [] for what is no bundle.';
revoke all on function private.bundle_components(uuid) from public;

create or replace function private.set_bundle_items(p_product_id uuid, p_items jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products;
  v_valid boolean;
  v_kind public.product_kind;
begin
  v_valid := case
    when jsonb_typeof(p_items) is distinct from 'array' then false
    when jsonb_array_length(p_items) not between 1 and 30 then false
    else (
      select bool_and(case
        when jsonb_typeof(i.value) <> 'object' then false
        else coalesce(i.value ->> 'variant_id', '')
          ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
          and coalesce(i.value ->> 'quantity', '1') ~ '^[1-9][0-9]?$'
      end) and count(*) = count(distinct i.value ->> 'variant_id')
      from jsonb_array_elements(p_items) as i (value)
    )
  end;
  if not v_valid then
    perform private.fail(
      422, 'invalid_bundle_items',
      '1 to 30 different items, each {"variant_id": …, "quantity": 1 to 99}.'
    );
  end if;
  -- What it holds is locked before the bundle itself: shop, variants, then the product.
  perform 1 from public.shops as s
  inner join public.products as p on p.shop_id = s.id
  where p.id = p_product_id and s.id in (select private.shop_ids_with('catalogue.edit')) for share of s;
  perform private.lock_variants(array(
    select v.id from public.product_variants as v
    where v.shop_id in (select private.shop_ids_with('catalogue.edit')) and (
      v.product_id = p_product_id
      or v.id in (select (i.value ->> 'variant_id')::uuid from jsonb_array_elements(p_items) as i (value))
    )
  ));
  v_product := private.managed_product(p_product_id);
  if not v_product.is_bundle then
    perform private.fail(
      409, 'product_not_bundle', 'The product was not made as a bundle.',
      'Make one with is_bundle.'
    );
  end if;
  if (
    select count(*) from jsonb_array_elements(p_items) as i (value)
    inner join public.product_variants as v on v.id = (i.value ->> 'variant_id')::uuid
    inner join public.products as p on p.id = v.product_id
    where p.shop_id = v_product.shop_id and not p.is_bundle and p.status <> 'archived'
  ) < jsonb_array_length(p_items) then
    perform private.fail(
      409, 'bundle_item_not_usable',
      'A bundle holds variants of the same shop, of products that are neither bundles nor archived.'
    );
  end if;
  delete from public.product_bundle_items as b where b.bundle_id = p_product_id;
  insert into public.product_bundle_items (
    bundle_id, variant_id, product_id, shop_id, quantity, position, is_listed
  )
  select
    p_product_id, v.id, v.product_id, v_product.shop_id,
    coalesce((i.value ->> 'quantity')::smallint, 1), i.n - 1, v_product.is_listed
  from jsonb_array_elements(p_items) with ordinality as i (value, n)
  inner join public.product_variants as v on v.id = (i.value ->> 'variant_id')::uuid;
  if v_product.status = 'active' and private.bundle_is_incomplete(p_product_id) then
    perform private.fail(
      409, 'bundle_incomplete',
      'A bundle holds two pieces at least, and its digital parts have a file.'
    );
  end if;
  -- What must be sent makes the whole physical; else what can be downloaded makes it digital.
  select (array_agg(p.kind order by array_position(
    array['physical', 'digital', 'service']::public.product_kind[], p.kind
  )))[1] into v_kind
  from public.product_bundle_items as b
  inner join public.products as p on p.id = b.product_id
  where b.bundle_id = p_product_id;
  update public.products as p set kind = v_kind where p.id = p_product_id and p.kind <> v_kind;
  perform private.refresh_products(array[p_product_id]);
  return private.bundle_components(p_product_id);
end;
$$;
comment on function private.set_bundle_items(uuid, jsonb) is 'See public.set_bundle_items.';
revoke all on function private.set_bundle_items(uuid, jsonb) from public;
grant execute on function private.set_bundle_items(uuid, jsonb) to authenticated;

create or replace function public.set_bundle_items(product_id uuid, items jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  select private.set_bundle_items(product_id, items);
$$;
comment on function public.set_bundle_items(uuid, jsonb) is
'What one piece of my bundle holds: [{"variant_id": …, "quantity": 2}], replacing what was; its kind follows. Errors: product_not_found, product_not_bundle, invalid_bundle_items, bundle_item_not_usable, bundle_incomplete.';
revoke all on function public.set_bundle_items(uuid, jsonb) from public, anon, service_role;
grant execute on function public.set_bundle_items(uuid, jsonb) to authenticated;

-- Every variant that an order takes pieces of, and how many: items, and what bundles among them
-- held when they were ordered.
create or replace function private.order_goods(p_order_ids uuid[])
returns table (
    order_item_id uuid, order_id uuid, variant_id uuid, product_id uuid,
    kind public.product_kind, quantity integer
)
language sql
stable
security definer
set search_path = ''
as $$
  select i.id, i.order_id, i.variant_id, i.product_id, i.kind, i.quantity
  from public.order_items as i
  where i.order_id = any(p_order_ids)
  union all
  select i.id, i.order_id, c.variant_id, c.product_id, c.kind, c.quantity * i.quantity
  from public.order_items as i
  cross join lateral jsonb_to_recordset(i.components) as c (
    variant_id uuid, product_id uuid, kind public.product_kind, quantity integer
  )
  where i.order_id = any(p_order_ids);
$$;
comment on function private.order_goods(uuid[]) is
'Items of these orders and what bundles among them hold.';
revoke all on function private.order_goods(uuid[]) from public;

create or replace function private.lock_goods(p_variant_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_variants(p_variant_ids);
  perform private.lock_products(array(
    select v.product_id from public.product_variants as v where v.id = any(p_variant_ids)
    union
    select b.bundle_id from public.product_bundle_items as b
    where b.variant_id = any(p_variant_ids)
  ));
end;
$$;
comment on function private.lock_goods(uuid[]) is
'Lock variants, then the products and bundles whose figures follow them: one order for everybody.';
revoke all on function private.lock_goods(uuid[]) from public;

-- source: supabase/functions/caching.sql ffd74d574e406dced12eef486265b8b5d5595b92a3437c2e0fadc052cc202594
-- Which answers a CDN may keep: what a visitor reads of the public catalogue, and nothing else.

-- PostgREST sends these headers with a successful answer only: a refusal is never kept. Called for
-- every request, so that no answer to a signed-in person lacks its no-store.
create or replace function private.set_cache_headers()
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_path text := current_setting('request.path', true);
  -- The rest is what PostgREST's answer depends on beside the address.
  c_vary constant text := '{"Vary": "Authorization, Accept, Accept-Profile, Prefer, Range"}';
begin
  if current_setting('request.method', true) in ('GET', 'HEAD')
    and current_setting('role', true) = 'anon'
    and v_path in (
      '/products', '/product_variants', '/product_images', '/product_tags', '/product_options',
      '/product_reviews', '/categories', '/shops', '/rpc/search_products'
    )
  then
    perform set_config(
      'response.headers',
      '[{"Cache-Control": "public, s-maxage=30, stale-while-revalidate=300"}, ' || c_vary || ']', true
    );
  elsif current_setting('request.method', true) in ('GET', 'HEAD')
    and current_setting('role', true) = 'anon' and v_path = '/rpc/suggest_products'
  then
    perform set_config(
      'response.headers',
      '[{"Cache-Control": "public, s-maxage=300, stale-while-revalidate=3600"}, ' || c_vary || ']',
      true
    );
  else
    perform set_config(
      'response.headers', '[{"Cache-Control": "private, no-store"}, ' || c_vary || ']', true
    );
  end if;
end;
$$;
comment on function private.set_cache_headers() is
'Cache-Control and Vary of the answer: shared caches keep the public catalogue for 30 s (suggestions 5 min), for anon by GET only.';
revoke all on function private.set_cache_headers() from public;

-- source: supabase/functions/carts.sql c4ea379e8fd9f1efdf520abf510f2da62eabc065d895da785a3e17eadb811e47
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
      v.title as variant_title, s.name as shop_name, v.pricing, v.minimum_amount, v.currency,
      private.line_amount(v, i.unit_amount) as price_amount,
      private.line_amount(v, i.unit_amount) * i.quantity as total_amount, p.countries,
      (
        v.is_listed and (v.stock is null or v.available >= i.quantity)
        and (not p.is_bundle or private.bundle_in_stock(p.id, i.quantity))
        and coalesce(private.line_amount(v, i.unit_amount) >= v.minimum_amount, true)
        and private.vacation_end(v.shop_id) is null
      ) as available,
      private.vacation_end(v.shop_id) as shop_on_vacation_until
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

drop function if exists public.cart_add(uuid, integer);
drop function if exists private.cart_add(uuid, integer);

create or replace function private.cart_add(
    p_variant_id uuid, p_quantity integer, p_amount bigint
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_cart uuid;
  v_variant public.product_variants;
begin
  if p_quantity is null or p_quantity not between 1 and 99 then
    perform private.fail(422, 'invalid_quantity', 'The quantity is 1 to 99.');
  end if;
  select v.* into v_variant from public.product_variants as v
  where v.id = p_variant_id and v.is_listed;
  if v_variant.id is null then
    perform private.fail(404, 'variant_not_found', 'No such product is on sale.');
  end if;
  perform private.refuse_on_vacation(v_variant.shop_id);
  if p_amount is not null and v_variant.pricing = 'fixed' then
    perform private.fail(422, 'price_is_fixed', 'The price of this is not yours to choose.');
  end if;
  if p_amount > 99999999 then
    perform private.fail(422, 'amount_too_high', 'The amount is above what can be charged.');
  end if;
  if p_amount < v_variant.minimum_amount then
    perform private.fail(
      409, 'amount_below_minimum', format('It costs %s at least.', v_variant.minimum_amount),
      'Choose a higher amount.', p_variant_id::text
    );
  end if;
  insert into public.carts as c (user_id) values (v_user)
  on conflict (user_id) do update set updated_at = now()
  returning c.id into v_cart;
  if (select count(*) from public.cart_items as i where i.cart_id = v_cart) >= 100 then
    perform private.fail(409, 'cart_full', 'A cart holds 100 different products.');
  end if;
  insert into public.cart_items as i (cart_id, user_id, variant_id, quantity, unit_amount)
  values (v_cart, v_user, p_variant_id, p_quantity, p_amount)
  on conflict (cart_id, variant_id) do update
  set quantity = least(i.quantity + excluded.quantity, 99),
    unit_amount = coalesce(excluded.unit_amount, i.unit_amount);
  return private.cart_summary();
end;
$$;
comment on function private.cart_add(uuid, integer, bigint) is 'See public.cart_add.';
revoke all on function private.cart_add(uuid, integer, bigint) from public;
grant execute on function private.cart_add(uuid, integer, bigint) to authenticated;

create or replace function public.cart_add(
    variant_id uuid, quantity integer default 1, amount bigint default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.cart_add(variant_id, quantity, amount);
$$;
comment on function public.cart_add(uuid, integer, bigint) is
'Put a variant into my cart, or more of it; returns the cart. amount (minor units): what I want to pay for a piece, where the variant''s pricing is pwyw. Errors: invalid_quantity, variant_not_found, shop_on_vacation, cart_full, price_is_fixed, amount_too_high, amount_below_minimum.';
revoke all on function public.cart_add(uuid, integer, bigint) from public, anon, service_role;
grant execute on function public.cart_add(uuid, integer, bigint) to authenticated;

-- source: supabase/functions/catalogue.sql 6731b281e47cb8481cbd674595c3fccbbbab4333e5fb968c3156cde597c88ac2
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
  -- Locked, or a product that is listed at this very moment would leave this child unlisted. Not
  -- for share: caps and figures of the product follow, and two sharers could not both go on.
  select p.shop_id, p.is_listed into new.shop_id, new.is_listed
  from public.products as p where p.id = new.product_id for no key update;
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

create or replace trigger tg_product_options__child
before insert on public.product_options
for each row execute function private.tg_product_child();

create or replace trigger tg_product_tags__child
before insert on public.product_tags
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
declare
  -- No join of the two: the planner does not know how many rows they have.
  v_changed uuid[] := array(
    select c.id from (
      select n.id, n.is_listed from new_rows as n
      except
      select o.id, o.is_listed from old_rows as o
    ) as c
  );
begin
  -- Most changes of a product are none of this.
  if cardinality(v_changed) = 0 then
    return null;
  end if;
  update public.product_variants as c set is_listed = p.is_listed
  from public.products as p
  where p.id = any(v_changed) and c.product_id = p.id and c.is_listed <> p.is_listed;
  update public.product_images as c set is_listed = p.is_listed
  from public.products as p
  where p.id = any(v_changed) and c.product_id = p.id and c.is_listed <> p.is_listed;
  update public.product_options as c set is_listed = p.is_listed
  from public.products as p
  where p.id = any(v_changed) and c.product_id = p.id and c.is_listed <> p.is_listed;
  update public.product_tags as c set is_listed = p.is_listed
  from public.products as p
  where p.id = any(v_changed) and c.product_id = p.id and c.is_listed <> p.is_listed;
  update public.product_bundle_items as c set is_listed = p.is_listed
  from public.products as p
  where p.id = any(v_changed) and c.bundle_id = p.id and c.is_listed <> p.is_listed;
  return null;
end;
$$;
comment on function private.tg_products__listed_children() is 'Hands is_listed down.';
revoke all on function private.tg_products__listed_children() from public;

create or replace trigger tg_products__listed_children
after update on public.products
referencing old table as old_rows new table as new_rows
for each statement execute function private.tg_products__listed_children();

create or replace function private.tg_shops__listed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Variants before products, as a checkout takes them.
  perform 1 from public.product_variants as v
  where v.shop_id = new.id order by v.id for no key update;
  perform 1 from public.products as p
  where p.shop_id = new.id order by p.id for no key update;
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

create or replace function private.lock_product(p_product_id uuid)
returns public.products
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products;
begin
  perform 1 from public.shops as s
  inner join public.products as p on p.shop_id = s.id
  where p.id = p_product_id for share of s;
  perform 1 from public.product_variants as v
  where v.product_id = p_product_id order by v.id for no key update;
  select p.* into v_product from public.products as p
  where p.id = p_product_id for no key update;
  return v_product;
end;
$$;
comment on function private.lock_product(uuid) is
'The product, locked with its shop and variants in everybody''s order: shop, variants, product.';
revoke all on function private.lock_product(uuid) from public;

create or replace function private.managed_product(p_product_id uuid)
returns public.products
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_user();
  -- Asked before any lock: a stranger holds nobody up.
  if not exists (
    select 1 from public.products as p
    where p.id = p_product_id and p.shop_id in (select private.shop_ids_with('catalogue.edit'))
  ) then
    perform private.fail(404, 'product_not_found', 'You manage no such product.');
  end if;
  return private.lock_product(p_product_id);
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
  case private.publish_problem(v_product)
    when 'shop_not_active' then
      perform private.fail(
        409, 'shop_not_active', 'The shop is not open.', 'Open it first: rpc/open_shop.'
      );
    when 'payment_account_not_ready' then
      perform private.fail(
        409, 'payment_account_not_ready',
        'The shop''s payment account cannot receive money now.',
        'Finish onboarding: POST /v1/shops/{id}/onboarding.'
      );
    when 'product_has_no_variant' then
      perform private.fail(
        409, 'product_has_no_variant', 'A product needs a price: add a variant.'
      );
    when 'product_has_no_file' then
      perform private.fail(
        409, 'product_has_no_file', 'A digital product needs a file that passed its checks.',
        'Upload one: POST /v1/uploads.'
      );
    when 'bundle_incomplete' then
      perform private.fail(
        409, 'bundle_incomplete',
        'A bundle holds two pieces at least, and its digital parts have a file.',
        'Say what it holds: rpc/set_bundle_items.'
      );
    when 'variant_options_incomplete' then
      perform private.fail(
        409, 'variant_options_incomplete',
        'Each variant needs one choice for each of the product''s options.',
        'Set the variants'' options.'
      );
    else null;
  end case;
  return to_jsonb(private.make_active(v_product));
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
'Make a product public. Errors: product_not_found, shop_not_active, payment_account_not_ready, product_has_no_variant, product_has_no_file, bundle_incomplete, variant_options_incomplete.';
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
    update public.products as p set status = 'archived', publish_at = null
    where p.id = p_product_id
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

-- source: supabase/functions/catalogue_changes.sql ebaaec61bfad054ff141266a388ec5322ed117f3aea0ca1729e85c5239194189
-- What changes in the catalogue is written down by triggers, and worked off every second: search
-- documents are brought up to date, and the storefront is told.

-- Statement triggers: one look at the rows of a change, however many they are. The column that
-- names the product is the argument. What no visitor sees (stock held, drafts) is no change.
create or replace function private.tg_catalogue_insert()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.catalogue_changes (kind, entity_id)
  select distinct 'product', (to_jsonb(n) ->> tg_argv[0])::uuid
  from new_rows as n where (to_jsonb(n) ->> 'is_listed')::boolean;
  return null;
end;
$$;
comment on function private.tg_catalogue_insert() is
'Logs the products of listed rows that came. Argument: the column that names the product.';
revoke all on function private.tg_catalogue_insert() from public;

create or replace function private.tg_catalogue_delete()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.catalogue_changes (kind, entity_id)
  select distinct 'product', (to_jsonb(o) ->> tg_argv[0])::uuid
  from old_rows as o where (to_jsonb(o) ->> 'is_listed')::boolean;
  return null;
end;
$$;
comment on function private.tg_catalogue_delete() is
'Logs the products of listed rows that went. Argument: the column that names the product.';
revoke all on function private.tg_catalogue_delete() from public;

create or replace function private.tg_catalogue_update()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.catalogue_changes (kind, entity_id)
  select distinct 'product', (n.doc ->> tg_argv[0])::uuid
  from (select to_jsonb(r) as doc from new_rows as r) as n
  inner join (select to_jsonb(r) as doc from old_rows as r) as o on o.doc -> 'id' = n.doc -> 'id'
  where ((n.doc ->> 'is_listed')::boolean or (o.doc ->> 'is_listed')::boolean)
    and n.doc - array['updated_at', 'stock', 'reserved', 'available']
    || jsonb_build_object('sold_out', (n.doc ->> 'available')::integer = 0)
    is distinct from o.doc - array['updated_at', 'stock', 'reserved', 'available']
    || jsonb_build_object('sold_out', (o.doc ->> 'available')::integer = 0);
  return null;
end;
$$;
comment on function private.tg_catalogue_update() is
'Logs the products of listed rows that changed, stock aside unless it came to nothing. Argument: the column that names the product.';
revoke all on function private.tg_catalogue_update() from public;

do $$
declare
  v record;
begin
  for v in select * from (values
    ('products', 'id', true), ('product_variants', 'product_id', true),
    ('product_images', 'product_id', true), ('product_tags', 'product_id', false)
  ) as t (tab, col, updates) loop
    execute format(
      'create or replace trigger tg_%1$s__log_insert after insert on public.%1$I '
      'referencing new table as new_rows '
      'for each statement execute function private.tg_catalogue_insert(%2$L)', v.tab, v.col
    );
    execute format(
      'create or replace trigger tg_%1$s__log_delete after delete on public.%1$I '
      'referencing old table as old_rows '
      'for each statement execute function private.tg_catalogue_delete(%2$L)', v.tab, v.col
    );
    if v.updates then
      execute format(
        'create or replace trigger tg_%1$s__log_update after update on public.%1$I '
        'referencing old table as old_rows new table as new_rows '
        'for each statement execute function private.tg_catalogue_update(%2$L)', v.tab, v.col
      );
    end if;
  end loop;
end;
$$;

create or replace function private.tg_shops__changed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.status = 'active' or old.status = 'active' then
    insert into private.catalogue_changes (kind, entity_id) values ('shop', new.id);
  end if;
  -- Its products name the shop; their being listed or not is logged by their own trigger.
  if new.name <> old.name and new.status = 'active' then
    insert into private.catalogue_changes (kind, entity_id, spread_after)
    values ('shop', new.id, '00000000-0000-0000-0000-000000000000');
  end if;
  return null;
end;
$$;
comment on function private.tg_shops__changed() is 'Logs what visitors see change of a shop.';
revoke all on function private.tg_shops__changed() from public;

create or replace trigger tg_shops__changed
after update on public.shops
for each row when (
    to_jsonb(old) - 'updated_at' is distinct from to_jsonb(new) - 'updated_at'
) execute function private.tg_shops__changed();

create or replace function private.tg_categories__changed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.catalogue_changes (kind, entity_id, spread_after)
  values ('category', new.id, '00000000-0000-0000-0000-000000000000');
  return null;
end;
$$;
comment on function private.tg_categories__changed() is
'Logs a category that was renamed or moved: its products are found by its name and ancestors.';
revoke all on function private.tg_categories__changed() from public;

create or replace trigger tg_categories__changed
after update of name, parent_id, path on public.categories
for each row execute function private.tg_categories__changed();

-- A shop's or category's products follow 1000 at a time; the log line moves on with them.
create or replace function private.spread_change(p_change private.catalogue_changes)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_ids uuid[];
begin
  if p_change.kind = 'shop' then
    v_ids := array(
      select p.id from public.products as p
      where p.shop_id = p_change.entity_id and p.id > p_change.spread_after
      order by p.id limit 1000
    );
  else
    v_ids := array(
      with recursive down as (
        select c.id from public.categories as c where c.id = p_change.entity_id
        union all
        select c.id from public.categories as c inner join down as d on c.parent_id = d.id
      )
      select p.id from public.products as p
      where p.category_id in (select d.id from down as d) and p.id > p_change.spread_after
      order by p.id limit 1000
    );
  end if;
  insert into private.catalogue_changes (kind, entity_id) select 'product', i from unnest(v_ids) as i;
  if cardinality(v_ids) = 1000 then
    insert into private.catalogue_changes (kind, entity_id, spread_after)
    values (p_change.kind, p_change.entity_id, v_ids[1000]);
  end if;
end;
$$;
comment on function private.spread_change(private.catalogue_changes) is
'Log the next products that a renamed shop or category concerns.';
revoke all on function private.spread_change(private.catalogue_changes) from public;

create or replace function private.process_catalogue_changes()
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_until timestamptz := clock_timestamp() + interval '2 seconds';
  v_changes private.catalogue_changes[];
  v_change private.catalogue_changes;
  v_products uuid[];
  v_shops uuid[];
  v_count integer := 0;
begin
  -- The vocabulary's counts are differences: one at a time.
  if not pg_try_advisory_xact_lock(hashtext('private.process_catalogue_changes')) then
    return 0;
  end if;
  loop
    with taken as (
      delete from private.catalogue_changes as c
      where c.id in (
        select n.id from private.catalogue_changes as n
        order by n.id limit 500 for update skip locked
      )
      returning *
    )
    select array_agg(t::private.catalogue_changes order by t.id) into v_changes from taken as t;
    exit when v_changes is null;
    v_count := v_count + cardinality(v_changes);
    foreach v_change in array v_changes loop
      if v_change.spread_after is not null then
        perform private.spread_change(v_change);
      end if;
    end loop;
    v_products := array(
      select distinct c.entity_id from unnest(v_changes) as c where c.kind = 'product'
    );
    v_shops := array(
      select distinct c.entity_id from unnest(v_changes) as c
      where c.kind = 'shop' and c.spread_after is null
    );
    perform private.index_products(v_products);
    perform private.index_shops(v_shops);
    perform private.queue_revalidation('product', v_products);
    perform private.queue_revalidation('shop', v_shops);
    exit when clock_timestamp() > v_until;
  end loop;
  return v_count;
end;
$$;
comment on function private.process_catalogue_changes() is
'Periodic: work off private.catalogue_changes for up to two seconds. Returns how many lines.';
revoke all on function private.process_catalogue_changes() from public;

create or replace function private.index_shops(p_ids uuid[])
returns void
language sql
security definer
set search_path = ''
as $$
  delete from private.shop_search as n
  where n.shop_id = any(p_ids) and not exists (
    select 1 from public.shops as s where s.id = n.shop_id and s.status = 'active'
  );
  insert into private.shop_search as n (shop_id, name)
  select s.id, private.normalise(s.name) from public.shops as s
  where s.id = any(p_ids) and s.status = 'active'
  on conflict (shop_id) do update set name = excluded.name where n.name <> excluded.name;
$$;
comment on function private.index_shops(uuid[]) is 'Bring private.shop_search up to date.';
revoke all on function private.index_shops(uuid[]) from public;

-- source: supabase/functions/categories.sql 8aeb69ee7efda57320f7c7a65ee187c1fea458aca8ddcb471546a1cc83476c54
-- The category tree. Its changes take turns: a lock on the table keeps two moves from making a
-- circle; readers and products are not held up by it.

create or replace function private.tg_categories__path()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_label extensions.ltree := replace(new.slug, '-', '_')::extensions.ltree;
  v_parent extensions.ltree;
begin
  if new.parent_id is null then
    new.path := v_label;
    return new;
  end if;
  select c.path into v_parent from public.categories as c where c.id = new.parent_id;
  if v_parent is null then
    perform private.fail(404, 'category_not_found', 'There is no such category.');
  end if;
  if tg_op = 'UPDATE' and v_parent operator(extensions.<@) old.path then
    perform private.fail(
      409, 'category_in_itself', 'A category cannot lie within itself.', 'Choose another parent.'
    );
  end if;
  new.path := v_parent operator(extensions.||) v_label;
  if extensions.nlevel(new.path) > 6 then
    perform private.fail(409, 'category_too_deep', 'The tree has six levels at most.');
  end if;
  return new;
end;
$$;
comment on function private.tg_categories__path() is 'Keeps categories.path of the row itself.';
revoke all on function private.tg_categories__path() from public;

create or replace trigger tg_categories__path
before insert or update of parent_id, slug on public.categories
for each row execute function private.tg_categories__path();

create or replace function private.tg_categories__subtree()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- The rows below change their path, not their parent: the trigger above leaves them alone, and
  -- this one finds nothing below them that has the old path still.
  update public.categories as c
  set path = new.path operator(extensions.||)
    extensions.subpath(c.path, extensions.nlevel(old.path))
  where c.path operator(extensions.<@) old.path and c.id <> new.id;
  if exists (
    select 1 from public.categories as c
    where c.path operator(extensions.<@) new.path and extensions.nlevel(c.path) > 6
  ) then
    perform private.fail(409, 'category_too_deep', 'The tree has six levels at most.');
  end if;
  return null;
end;
$$;
comment on function private.tg_categories__subtree() is 'Moves what is below a category with it.';
revoke all on function private.tg_categories__subtree() from public;

create or replace trigger tg_categories__subtree
after update of parent_id, slug on public.categories
for each row when (old.path is distinct from new.path)
execute function private.tg_categories__subtree();

create or replace function private.save_category(
    p_category_id uuid, p_slug text, p_name text, p_parent_id uuid, p_position smallint
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_category public.categories;
begin
  if not private.has_role('admin') then
    perform private.fail(403, 'admin_only', 'This is for administrators.');
  end if;
  if coalesce(p_slug, '') !~ '^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$' then
    perform private.fail(422, 'invalid_slug', 'A slug has 1 to 60 of a-z, 0-9 and hyphens.');
  end if;
  if char_length(coalesce(p_name, '')) not between 2 and 60 or p_name ~ '[[:cntrl:]]' then
    perform private.fail(422, 'invalid_name', 'A category''s name has 2 to 60 characters.');
  end if;
  lock table public.categories in share row exclusive mode;
  if p_category_id is null then
    insert into public.categories (parent_id, slug, name, position)
    values (p_parent_id, p_slug, p_name, coalesce(p_position, 0))
    returning * into v_category;
  else
    update public.categories as c
    set slug = p_slug, name = p_name, position = coalesce(p_position, c.position)
    where c.id = p_category_id
    returning * into v_category;
    if v_category.id is null then
      perform private.fail(404, 'category_not_found', 'There is no such category.');
    end if;
  end if;
  return to_jsonb(v_category);
exception
  when unique_violation then
    perform private.fail(
      409, 'slug_taken', 'A category beside it has this slug.', 'Choose another slug.'
    );
end;
$$;
comment on function private.save_category(uuid, text, text, uuid, smallint) is
'See public.save_category.';
revoke all on function private.save_category(uuid, text, text, uuid, smallint) from public;
grant execute on function private.save_category(uuid, text, text, uuid, smallint)
to authenticated;

create or replace function public.save_category(
    slug text, name text, parent_id uuid default null, "position" smallint default null,
    category_id uuid default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.save_category(category_id, slug, name, parent_id, "position");
$$;
comment on function public.save_category(text, text, uuid, smallint, uuid) is
'Administrators: make a category, or rename the one with this id (its parent stays: move_category). Errors: admin_only, invalid_slug, invalid_name, category_not_found, category_too_deep, slug_taken.';
revoke all on function public.save_category(text, text, uuid, smallint, uuid)
from public, anon, service_role;
grant execute on function public.save_category(text, text, uuid, smallint, uuid)
to authenticated;

create or replace function private.move_category(p_category_id uuid, p_parent_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_category public.categories;
begin
  if not private.has_role('admin') then
    perform private.fail(403, 'admin_only', 'This is for administrators.');
  end if;
  lock table public.categories in share row exclusive mode;
  if p_parent_id = p_category_id then
    perform private.fail(
      409, 'category_in_itself', 'A category cannot lie within itself.', 'Choose another parent.'
    );
  end if;
  update public.categories as c set parent_id = p_parent_id
  where c.id = p_category_id
  returning * into v_category;
  if v_category.id is null then
    perform private.fail(404, 'category_not_found', 'There is no such category.');
  end if;
  return to_jsonb(v_category);
exception
  when unique_violation then
    perform private.fail(
      409, 'slug_taken', 'A category beside it has this slug.', 'Choose another slug.'
    );
end;
$$;
comment on function private.move_category(uuid, uuid) is 'See public.move_category.';
revoke all on function private.move_category(uuid, uuid) from public;
grant execute on function private.move_category(uuid, uuid) to authenticated;

create or replace function public.move_category(category_id uuid, parent_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.move_category(category_id, parent_id);
$$;
comment on function public.move_category(uuid, uuid) is
'Administrators: move a category and all below it; null makes it a root. Errors: admin_only, category_not_found, category_in_itself, category_too_deep, slug_taken.';
revoke all on function public.move_category(uuid, uuid) from public, anon, service_role;
grant execute on function public.move_category(uuid, uuid) to authenticated;

create or replace function private.delete_category(p_category_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not private.has_role('admin') then
    perform private.fail(403, 'admin_only', 'This is for administrators.');
  end if;
  lock table public.categories in share row exclusive mode;
  delete from public.categories as c where c.id = p_category_id;
  if not found then
    perform private.fail(404, 'category_not_found', 'There is no such category.');
  end if;
exception
  when foreign_key_violation then
    perform private.fail(
      409, 'category_not_empty', 'Other categories or products are in it.', 'Move them first.'
    );
end;
$$;
comment on function private.delete_category(uuid) is 'See public.delete_category.';
revoke all on function private.delete_category(uuid) from public;
grant execute on function private.delete_category(uuid) to authenticated;

create or replace function public.delete_category(category_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.delete_category(category_id);
$$;
comment on function public.delete_category(uuid) is
'Administrators: remove an empty category. Errors: admin_only, category_not_found, category_not_empty.';
revoke all on function public.delete_category(uuid) from public, anon, service_role;
grant execute on function public.delete_category(uuid) to authenticated;

-- source: supabase/functions/checkout.sql f749b4f21ceb05360c6191c4c12e572e0e3a9040792f4114113eb34b3be26215
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

-- source: supabase/functions/checkout_rules.sql 3d8583871359b4f852fddb0ddb760fe214172bfe0766d7e16f7408e2d3990bcb
-- What else may forbid ordering a cart: amounts that buyers choose, countries, bundles.

create or replace function private.line_amount(
    p_variant public.product_variants, p_chosen bigint
)
returns bigint
language sql
immutable
set search_path = ''
as $$
  select case
    when p_variant.pricing = 'pwyw' then coalesce(p_chosen, p_variant.price_amount)
    else p_variant.price_amount
  end;
$$;
comment on function private.line_amount(public.product_variants, bigint) is
'Price of one piece: what the buyer chose where the variant lets them, else the variant''s. Minor units.';
revoke all on function private.line_amount(public.product_variants, bigint) from public;

create or replace function private.bundle_in_stock(p_product_id uuid, p_quantity integer)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select not exists (
    select 1 from public.product_bundle_items as b
    inner join public.product_variants as v on v.id = b.variant_id
    where b.bundle_id = p_product_id and v.available < b.quantity * p_quantity
  );
$$;
comment on function private.bundle_in_stock(uuid, integer) is
'Are there pieces for so many bundles? True for what is no bundle.';
revoke all on function private.bundle_in_stock(uuid, integer) from public;

create or replace function private.cart_goods(p_user uuid)
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select i.variant_id from public.cart_items as i where i.user_id = p_user
  union
  select b.variant_id from public.cart_items as i
  inner join public.product_variants as v on v.id = i.variant_id
  inner join public.product_bundle_items as b on b.bundle_id = v.product_id
  where i.user_id = p_user;
$$;
comment on function private.cart_goods(uuid) is
'Variants in a person''s cart and in the bundles in it.';
revoke all on function private.cart_goods(uuid) from public;

create or replace function private.check_catalogue_rules(p_user uuid, p_country text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v record;
begin
  if p_country is not null and p_country !~ '^[A-Z]{2}$' then
    perform private.fail(
      422, 'invalid_country', 'country is an ISO 3166-1 code of two capital letters.'
    );
  end if;
  for v in
    select p.id as product_id, p.title, p.countries, p.is_bundle, d.id as variant_id, i.quantity,
      private.line_amount(d, i.unit_amount) as amount, d.minimum_amount
    from public.cart_items as i
    inner join public.product_variants as d on d.id = i.variant_id
    inner join public.products as p on p.id = d.product_id
    where i.user_id = p_user
    order by d.id
  loop
    if v.amount < v.minimum_amount then
      perform private.fail(
        409, 'amount_below_minimum',
        format('"%s" costs %s at least.', v.title, v.minimum_amount),
        'Put it into the cart again with a higher amount.', v.variant_id::text
      );
    end if;
    if v.countries is not null and p_country is null then
      perform private.fail(
        422, 'country_required', format('"%s" is not sold everywhere.', v.title),
        'Say where the buyer is: country.', v.variant_id::text
      );
    end if;
    if p_country <> all(v.countries) then
      perform private.fail(
        409, 'not_available_in_country', format('"%s" is not sold there.', v.title),
        'Take it out of the cart.', v.variant_id::text
      );
    end if;
    if not private.bundle_in_stock(v.product_id, v.quantity) then
      perform private.fail(
        409, 'out_of_stock', format('"%s": something in it is sold out.', v.title),
        'Order fewer, or try later: pieces held by an unpaid order may come back.',
        v.variant_id::text
      );
    end if;
    if v.is_bundle and exists (
      select 1 from public.order_items as o
      inner join public.download_grants as g on g.order_item_id = o.id
      where o.product_id = v.product_id and g.buyer_id = p_user and g.revoked_at is null
        and (g.expires_at is null or g.expires_at > now())
    ) and not exists (
      select 1 from public.product_bundle_items as b
      inner join public.products as c on c.id = b.product_id
      where b.bundle_id = v.product_id and c.kind <> 'digital'
    ) then
      perform private.fail(
        409, 'already_owned', format('You own "%s" already.', v.title),
        'It is in your library: rpc/list_my_downloads.', v.variant_id::text
      );
    end if;
  end loop;
end;
$$;
comment on function private.check_catalogue_rules(uuid, text) is
'Refuses a cart with too low an amount, or goods that are not sold in this country, or that a bundle lacks. Call with the goods locked.';
revoke all on function private.check_catalogue_rules(uuid, text) from public;

-- source: supabase/functions/discount_redemptions.sql 49aa358754c43a0d39fdfd13d8efa2d4bda8a76a7a6661047b0e5cb371d18059
-- Uses of discount codes by orders: held, consumed, released, held again. Codes are locked in the
-- order of their ids, after variants and cart lines.

create or replace function private.lock_discount_codes(p_code_ids uuid[])
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
  -- With what bundles hold, at once: in two goes the order of locks would be another one.
  perform private.lock_goods(array(
    select g.variant_id from private.order_goods(array[p_order_id]) as g
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

-- source: supabase/functions/downloads.sql 1d9f1db29bfae0173e2003ef4f50fbc59a4c052b93e6ccf9d80ceae9cab2e258
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
  select i.order_item_id, i.order_id, o.buyer_id, i.product_id,
    least(1000, 5 * greatest(1, count(distinct f.id)))
  from private.order_goods(array[p_order_id]) as i
  inner join public.orders as o on o.id = i.order_id
  inner join public.products as p on p.id = i.product_id and not p.is_bundle
  left join public.product_files as f on f.product_id = i.product_id and f.status = 'ready'
  where i.kind = 'digital'
  group by i.order_item_id, i.order_id, o.buyer_id, i.product_id;
  for v_item in
    select distinct g.order_item_id as item_id, f.id as file_id
    from public.download_grants as g
    inner join public.product_files as f on f.product_id = g.product_id and f.status = 'ready'
    where g.order_id = p_order_id
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
  v_user uuid := private.require_user_not_banned();
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
  -- A bundle has a grant for each product it holds: the named file says which, else the newest.
  select g.* into v_grant from public.download_grants as g
  left join public.product_files as f on f.product_id = g.product_id and f.status = 'ready'
  where g.order_item_id = p_order_item_id and g.buyer_id = v_user
  order by (f.id = p_file_id) desc nulls last, f.id desc nulls last
  limit 1;
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
'A link to my own copy (the newest file unless one is named): shown once, good for 24 hours, counted against the grant. Errors: grant_not_found, grant_revoked, grant_expired, download_limit_reached, file_not_found, rate_limited, account_suspended (banned people only).';
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
    when private.is_banned(p_grant.buyer_id) then jsonb_build_object(
      'status', 403, 'code', 'account_suspended', 'message', 'This account is banned.',
      'hint', 'Ask support.'
    )
  end;
$$;
comment on function private.grant_refusal(public.download_grants, private.download_tokens) is
'Refusal of an expired or revoked token or grant, or a banned buyer; null if there is none.';
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
    g.order_item_id, g.order_id,
    case when i.product_id = g.product_id then i.title else i.title || ': ' || p.title end,
    s.name, f.id, f.file_name, f.version, f.mime,
    f.size_bytes, coalesce(c.state = 'ready', false), g.download_limit - g.downloads_used,
    g.expires_at, g.revoked_at is not null, g.created_at
  from public.download_grants as g
  inner join public.order_items as i on i.id = g.order_item_id
  inner join public.products as p on p.id = g.product_id
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

-- source: supabase/functions/duplicates.sql 2b6932bfde72b234493562f33aa56107d0e29ecb43e2a0c7fb84016b1cf290a6
-- A copy of a product, to start the next one from.

create or replace function private.duplicate_product(
    p_product_id uuid, p_title text, p_with_files boolean
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
  v_copy public.products;
begin
  if p_title is not null and char_length(p_title) not between 2 and 140 then
    perform private.fail(422, 'invalid_title', 'A title has 2 to 140 characters.');
  end if;
  insert into public.products (
    shop_id, slug, title, description, kind, category_id, is_bundle, countries
  )
  values (
    v_product.shop_id, null, coalesce(p_title, left(v_product.title, 133) || ' (copy)'),
    v_product.description, v_product.kind, v_product.category_id, v_product.is_bundle,
    v_product.countries
  )
  returning * into v_copy;
  insert into public.product_options (product_id, name, choices, position)
  select v_copy.id, o.name, o.choices, o.position
  from public.product_options as o where o.product_id = p_product_id;
  -- Without skus, which are unique in the shop; the stock is counted anew.
  insert into public.product_variants (
    product_id, title, price_amount, compare_at_amount, pricing, minimum_amount, currency, stock,
    weight_grams, options, position
  )
  select
    v_copy.id, v.title, v.price_amount, v.compare_at_amount, v.pricing, v.minimum_amount,
    v.currency, case when v.stock is not null then 0 end, v.weight_grams, v.options, v.position
  from public.product_variants as v where v.product_id = p_product_id;
  insert into public.product_tags (product_id, tag)
  select v_copy.id, t.tag from public.product_tags as t where t.product_id = p_product_id;
  insert into public.product_images (product_id, path, alt, position)
  select v_copy.id, i.path, i.alt, i.position
  from public.product_images as i where i.product_id = p_product_id;
  insert into public.product_bundle_items (
    bundle_id, variant_id, product_id, shop_id, quantity, position
  )
  select v_copy.id, b.variant_id, b.product_id, b.shop_id, b.quantity, b.position
  from public.product_bundle_items as b where b.bundle_id = p_product_id;
  perform private.refresh_products(array[v_copy.id]);
  if p_with_files then
    perform private.copy_files(p_product_id, v_copy.id);
  end if;
  select p.* into v_copy from public.products as p where p.id = v_copy.id;
  return to_jsonb(v_copy);
end;
$$;
comment on function private.duplicate_product(uuid, text, boolean) is
'See public.duplicate_product.';
revoke all on function private.duplicate_product(uuid, text, boolean) from public;
grant execute on function private.duplicate_product(uuid, text, boolean) to authenticated;

create or replace function public.duplicate_product(
    product_id uuid, title text default null, with_files boolean default false
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.duplicate_product(product_id, title, with_files);
$$;
comment on function public.duplicate_product(uuid, text, boolean) is
'A draft with everything of my product: texts, options, variants (without sku, stock 0), tags, the same images; its files if asked. Errors: product_not_found, invalid_title.';
revoke all on function public.duplicate_product(uuid, text, boolean)
from public, anon, service_role;
grant execute on function public.duplicate_product(uuid, text, boolean) to authenticated;

create or replace function private.copy_files(p_from_product_id uuid, p_to_product_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- The newest version of each file becomes version 1 of the copy; the bytes are shared.
  insert into public.product_files (
    product_id, shop_id, file_name, version, path, mime, size_bytes, sha256, uploaded_by
  )
  select distinct on (f.file_name)
    p_to_product_id, f.shop_id, f.file_name, 1, f.path, f.mime, f.size_bytes, f.sha256, auth.uid()
  from public.product_files as f
  where f.product_id = p_from_product_id and f.status = 'ready'
  order by f.file_name, f.version desc;
  update public.product_files as f set status = 'ready' where f.product_id = p_to_product_id;
end;
$$;
comment on function private.copy_files(uuid, uuid) is
'Give a product the ready files of another one of the same shop.';
revoke all on function private.copy_files(uuid, uuid) from public;

-- source: supabase/functions/emails.sql 1f2b1a06bc89f333a74fa9e5bf9b2d86c166fde87d6361e7c4ba525408873b05
-- Emails: one row per template and entity, in the same commit as their cause.

create or replace function private.wants_email(p_user_id uuid, p_template text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select not private.is_erased(p_user_id) and coalesce(
    (
      select (to_jsonb(e) ->> t.topic)::boolean and (private.block_of(p_user_id)).id is null
      from private.email_topics as t
      inner join public.email_preferences as e on e.user_id = p_user_id
      where t.template = p_template
    ),
    -- Receipts, warnings: whatever has no topic.
    not exists (select 1 from private.email_topics as t where t.template = p_template)
  );
$$;
comment on function private.wants_email(uuid, text) is
'May this template be sent to this person? By topic and public.email_preferences; what has no topic always, to an erased account nothing, to a blocked one nothing with a topic.';
revoke all on function private.wants_email(uuid, text) from public;

create or replace function private.queue_email(p_template text, p_entity_id uuid, p_user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  if not private.wants_email(p_user_id, p_template) then
    return;
  end if;
  insert into private.email_messages (template, entity_id, user_id, request_id)
  values (p_template, p_entity_id, p_user_id, private.request_id())
  on conflict (template, entity_id, user_id) do nothing
  returning id into v_id;
  if v_id is not null then
    perform private.enqueue('email', jsonb_build_object('id', v_id));
  end if;
end;
$$;
comment on function private.queue_email(text, uuid, uuid) is
'Send this email once to this person (null: to whom the entity names), unless the person does without it (private.wants_email).';
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
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'state', m.state, 'to', coalesce(u.email, private.invitation_address(m.entity_id)),
    'template', m.template, 'idempotency_key', m.id,
    'data', case m.template
      when 'receipt' then private.receipt_data(m.entity_id)
      when 'shop_payment_attention' then private.notice_data(m.entity_id, m.user_id)
      when 'shop_suspended' then private.notice_data(m.entity_id, m.user_id)
      when 'shop_invitation'
        then case when m.state = 'queued' then private.invitation_data(m.entity_id) end
      when 'account_deletion' then private.account_deletion_data(m.user_id, m.created_at)
      when 'new_version' then private.release_data(m.entity_id)
    end
  )
  from private.email_messages as m
  left join auth.users as u on u.id = m.user_id
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

-- source: supabase/functions/erasure.sql fa6ac1d1321f610fdbcdeaf8f9602a2ef5644e819f66b89b2034b6e15c66db6a
-- Deleting an account: asked for, may be cancelled for 14 days, then erased as the privacy classes say.

create or replace function private.check_deletion(p_user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shops text;
begin
  if exists (
    select 1 from public.user_roles as r
    where r.user_id = p_user_id and r.role = 'admin' and r.expires_at is null
  ) and not exists (
    select 1 from private.standing_admins() as a (id) where a.id <> p_user_id
  ) then
    perform private.fail(
      409, 'last_admin', 'You are the last administrator.',
      'Make another one first: rpc/grant_role without until.'
    );
  end if;
  select string_agg(s.name, ', ' order by s.name) into v_shops
  from public.shops as s
  inner join public.shop_members as m on m.shop_id = s.id
  where m.user_id = p_user_id and m.role = 'owner' and s.status in ('active', 'suspended');
  if v_shops is not null then
    perform private.fail(
      409, 'owns_open_shop', 'You own a shop that is not closed.',
      'Close it, or hand it over to somebody else, first.', v_shops
    );
  end if;
  if exists (
    select 1 from public.orders as o
    where o.buyer_id = p_user_id and o.status = 'pending_payment'
  ) then
    perform private.fail(
      409, 'open_orders', 'An order of yours waits for its payment.',
      'Cancel it (rpc/cancel_order), or wait until it is paid or has expired.'
    );
  end if;
end;
$$;
comment on function private.check_deletion(uuid) is
'Refuses to delete an account that others still depend on. Errors: last_admin, owns_open_shop, open_orders.';
revoke all on function private.check_deletion(uuid) from public;

create or replace function private.request_account_deletion()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
  v_deletion public.account_deletions;
begin
  if private.is_erased(v_user) then
    perform private.fail(404, 'user_not_found', 'This account was deleted.');
  end if;
  perform private.check_deletion(v_user);
  insert into public.account_deletions (user_id, due_at)
  values (v_user, now() + interval '14 days')
  on conflict (user_id) do nothing
  returning * into v_deletion;
  if v_deletion.id is null then
    select * into v_deletion from public.account_deletions as d where d.user_id = v_user;
  else
    -- If it was not the owner who asked, the owner has to hear of it.
    perform private.queue_email('account_deletion', v_deletion.id, v_user);
    perform private.notify(
      v_user, 'account.deletion_requested', jsonb_build_object('due_at', v_deletion.due_at)
    );
  end if;
  return to_jsonb(v_deletion);
end;
$$;
comment on function private.request_account_deletion() is 'See public.request_account_deletion.';
revoke all on function private.request_account_deletion() from public;
grant execute on function private.request_account_deletion() to authenticated;

create or replace function public.request_account_deletion()
returns jsonb
language sql
set search_path = ''
as $$
  select private.request_account_deletion();
$$;
comment on function public.request_account_deletion() is
'Have my account erased in 14 days; again gives the same date. Orders stay, without a name. Errors: last_admin, owns_open_shop, open_orders, user_not_found.';
revoke all on function public.request_account_deletion() from public, anon, service_role;
grant execute on function public.request_account_deletion() to authenticated;

create or replace function private.cancel_account_deletion()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
begin
  delete from public.account_deletions as d where d.user_id = v_user and d.erased_at is null;
  if not found then
    perform private.fail(404, 'deletion_not_requested', 'This account is not about to be deleted.');
  end if;
end;
$$;
comment on function private.cancel_account_deletion() is 'See public.cancel_account_deletion.';
revoke all on function private.cancel_account_deletion() from public;
grant execute on function private.cancel_account_deletion() to authenticated;

create or replace function public.cancel_account_deletion()
returns void
language sql
set search_path = ''
as $$
  select private.cancel_account_deletion();
$$;
comment on function public.cancel_account_deletion() is
'Keep my account after all. Errors: deletion_not_requested.';
revoke all on function public.cancel_account_deletion() from public, anon, service_role;
grant execute on function public.cancel_account_deletion() to authenticated;

-- Of the person and not of the request: that may have been cancelled before the mail is sent.
create or replace function private.account_deletion_data(p_user_id uuid, p_asked_at timestamptz)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'name', coalesce(nullif(p.display_name, ''), p.handle),
    'due_at', p_asked_at + interval '14 days', 'account_url_path', '/account'
  )
  from public.profiles as p
  where p.id = p_user_id;
$$;
comment on function private.account_deletion_data(uuid, timestamptz) is
'What the template account_deletion shows.';
revoke all on function private.account_deletion_data(uuid, timestamptz) from public;

-- What of a Stripe event tells which order it was about, and nothing about the person.
create or replace function private.bare_stripe_payload(p_payload jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_payload -> 'id', 'type', p_payload -> 'type', 'created', p_payload -> 'created',
    'data', jsonb_build_object(
      'object', jsonb_build_object(
        'id', p_payload #> '{data,object,id}', 'object', p_payload #> '{data,object,object}',
        'payment_intent', p_payload #> '{data,object,payment_intent}',
        'metadata', jsonb_build_object(
          'order_id', p_payload #> '{data,object,metadata,order_id}'
        )
      )
    )
  );
$$;
comment on function private.bare_stripe_payload(jsonb) is
'A Stripe event without what it says about a person; enough to apply it, because the worker reads the object from Stripe.';
revoke all on function private.bare_stripe_payload(jsonb) from public;

create or replace function private.erase_rows(p_user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v record;
begin
  -- Columns first: conditions look into tables whose rows go afterwards.
  for v in
    select c.table_schema, c.table_name, coalesce(c.erase_subject, c.subject) as subject,
      string_agg(
        format(
          '%I = %s', c.column_name,
          coalesce(c.replacement, case when c.is_nullable then 'null' else 'default' end)
        ), ', '
      ) as assignments
    from private.privacy_columns(
      array['personal_erase', 'personal_keep_anonymise', 'secret']
    ) as c
    where c.on_erasure = 'keep'
    group by 1, 2, 3 order by 1, 2
  loop
    execute format(
      'update %I.%I as t set %s where %s', v.table_schema, v.table_name, v.assignments, v.subject
    ) using p_user_id;
  end loop;
  for v in
    select t.table_schema, t.table_name, coalesce(t.erase_subject, t.subject) as subject
    from private.privacy_tables as t
    where t.on_erasure = 'delete'
      and to_regclass(format('%I.%I', t.table_schema, t.table_name)) is not null
    order by 1, 2
  loop
    execute format('delete from %I.%I as t where %s', v.table_schema, v.table_name, v.subject)
    using p_user_id;
  end loop;
end;
$$;
comment on function private.erase_rows(uuid) is
'Empty the personal columns and delete the rows that are about a person, as the privacy classes say.';
revoke all on function private.erase_rows(uuid) from public;

create or replace function private.erase_account(p_user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from public.profiles as p where p.id = p_user_id for update;
  perform private.check_deletion(p_user_id);
  -- Files go through Storage: a row deleted here would leave the bytes. The folder and not its
  -- files: the person has named them, and done jobs are kept.
  perform private.enqueue(
    'storage', jsonb_build_object('bucket', 'avatars', 'folder', p_user_id)
  );
  perform private.erase_rows(p_user_id);
  -- Not deleted: orders, ledger and audit refer to the id. Nobody can sign in to it any more.
  update auth.users as u
  set deleted_at = now(), banned_until = now() + interval '100 years'
  where u.id = p_user_id;
  insert into public.account_deletions as d (user_id, due_at, erased_at)
  values (p_user_id, now(), now())
  on conflict (user_id) do update set erased_at = now(), blocked_by = null;
end;
$$;
comment on function private.erase_account(uuid) is
'Erase a person now; orders, ledger and audit keep the id alone. Errors: last_admin, owns_open_shop, open_orders.';
revoke all on function private.erase_account(uuid) from public;

create or replace function private.erase_due_accounts()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_deletion public.account_deletions;
begin
  for v_deletion in
    select * from public.account_deletions as d
    where d.erased_at is null and d.due_at <= now()
    order by d.due_at
    limit 20
    for update skip locked
  loop
    begin
      perform private.erase_account(v_deletion.user_id);
    exception when sqlstate 'PGRST' then
      -- Not forgotten: told, and tried again tomorrow.
      update public.account_deletions as d
      set blocked_by = sqlerrm::jsonb ->> 'code', due_at = now() + interval '1 day'
      where d.id = v_deletion.id;
      perform private.notify(
        v_deletion.user_id, 'account.deletion_blocked',
        jsonb_build_object('code', sqlerrm::jsonb ->> 'code')
      );
    end;
  end loop;
end;
$$;
comment on function private.erase_due_accounts() is
'Periodic: erase the accounts whose time has come, at most 20 a run; what others still depend on is tried again a day later.';
revoke all on function private.erase_due_accounts() from public;

-- source: supabase/functions/errors.sql 9f902a754b917e2bbdc2c4cf547b1d194844ac86021c66aa5ed2b6a9336cfc24
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
create or replace function private.require_signed_in()
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
comment on function private.require_signed_in() is
'auth.uid(), or 401 sign_in_required. For what a banned person may do too: their data, their sessions.';
revoke all on function private.require_signed_in() from public;

-- Definer: reads sanctions for whichever function calls it.
create or replace function private.require_user()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
begin
  perform private.refuse_blocked(v_user, 'suspend');
  return v_user;
end;
$$;
comment on function private.require_user() is
'auth.uid(), or 401 sign_in_required, or 403 account_suspended.';
revoke all on function private.require_user() from public;

create or replace function private.require_user_not_banned()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
begin
  perform private.refuse_blocked(v_user, 'ban');
  return v_user;
end;
$$;
comment on function private.require_user_not_banned() is
'The same for what a suspended person keeps: what they have paid for.';
revoke all on function private.require_user_not_banned() from public;

-- source: supabase/functions/exports.sql 0ba8c4185327ff11f39863a164bfa0ddf1ae01b5765ec156ca199fac200aa97b
-- A shop's catalogue in the columns of an import.

create or replace function private.export_products(p_shop_id uuid, p_after uuid, p_limit integer)
returns table (
    variant_id uuid, sku text, product text, title text, description text, kind text,
    category text, tags text, options text, variant_title text, price_amount bigint,
    compare_at_amount bigint, minimum_amount bigint, currency text, stock integer,
    weight_grams integer, countries text, status text
)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_user();
  if not p_shop_id = any(array(select private.shop_ids_with('catalogue.edit'))) then
    perform private.fail(404, 'shop_not_found', 'You manage no such shop.');
  end if;
  return query
  select
    v.id, coalesce(v.sku, v.id::text), p.slug, p.title, p.description, p.kind::text,
    replace(replace(c.path::text, '.', '/'), '_', '-'),
    (select string_agg(t.tag, '|' order by t.tag) from public.product_tags as t where t.product_id = p.id),
    (
      select string_agg(o.name || '=' || (v.options ->> o.name), '|' order by o.position, o.name)
      from public.product_options as o where o.product_id = p.id and v.options ? o.name
    ),
    v.title, v.price_amount, v.compare_at_amount, v.minimum_amount, v.currency, v.stock,
    v.weight_grams, array_to_string(p.countries, '|'), p.status::text
  from public.product_variants as v
  inner join public.products as p on p.id = v.product_id
  left join public.categories as c on c.id = p.category_id
  where v.shop_id = p_shop_id and (p_after is null or v.id > p_after)
  order by v.id
  limit least(greatest(coalesce(p_limit, 1000), 1), 1000);
end;
$$;
comment on function private.export_products(uuid, uuid, integer) is 'See public.export_products.';
revoke all on function private.export_products(uuid, uuid, integer) from public;
grant execute on function private.export_products(uuid, uuid, integer) to authenticated;

create or replace function public.export_products(
    shop_id uuid, "after" uuid default null, "limit" integer default 1000
)
returns table (
    variant_id uuid, sku text, product text, title text, description text, kind text,
    category text, tags text, options text, variant_title text, price_amount bigint,
    compare_at_amount bigint, minimum_amount bigint, currency text, stock integer,
    weight_grams integer, countries text, status text
)
language sql
stable
set search_path = ''
as $$
  select * from private.export_products(shop_id, "after", "limit");
$$;
comment on function public.export_products(uuid, uuid, integer) is
'My shop''s variants in the columns of an import (GET; Accept: text/csv gives a file to import again). Up to 1000, by variant_id: the last one is the next page''s after. A variant without a sku shows its id as one. Errors: shop_not_found.';
revoke all on function public.export_products(uuid, uuid, integer)
from public, anon, service_role;
grant execute on function public.export_products(uuid, uuid, integer) to authenticated;

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

-- source: supabase/functions/import_apply.sql e6018f8dfc79656b2e9775ee55ceeb2278151f4c0786a88061743dd8fd59aaa9
-- Bulk import, what becomes of checked rows: staged, then products and variants, by sku.

create or replace function private.import_stage(
    p_job public.import_jobs, p_rows jsonb, p_bad integer[]
)
returns void
language sql
security definer
set search_path = ''
as $$
  with cells as materialized (
    select c.*, coalesce(c.product, 'sku:' || c.sku) as product_key
    from private.import_cells(p_rows) as c
    where c.line <> all(p_bad)
  )
  insert into private.import_staged (
    job_id, line, sku, product_key, is_first, slug, title, description, kind, category_id, tags,
    options, variant_title, price_amount, compare_at_amount, minimum_amount, currency, stock,
    weight_grams, countries, wanted_status
  )
  select
    p_job.id, c.line, c.sku, c.product_key,
    row_number() over (partition by c.product_key order by c.line) = 1 and not exists (
      select 1 from private.import_staged as s
      where s.job_id = p_job.id and s.product_key = c.product_key
    ),
    c.product, c.title, c.description, c.kind::public.product_kind,
    (
      select g.id from public.categories as g
      where g.path::text = replace(replace(c.category, '-', '_'), '/', '.')
    ),
    array(
      select distinct private.normalize_tag(t.tag)
      from unnest(string_to_array(c.tags, '|')) as t (tag)
    ),
    private.import_options(c.options), c.variant_title, c.price_amount::bigint,
    c.compare_at_amount::bigint, c.minimum_amount::bigint, lower(c.currency), c.stock::integer,
    c.weight_grams::integer, string_to_array(c.countries, '|'), c.status::public.product_status
  from cells as c;
$$;
comment on function private.import_stage(public.import_jobs, jsonb, integer[]) is
'Keep the rows of a batch, all but the bad lines.';
revoke all on function private.import_stage(public.import_jobs, jsonb, integer[]) from public;

create or replace function private.import_resolve(p_job public.import_jobs, p_from_line integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Row by row through the indexes: a join may be planned over the whole shop, batch after batch.
  update private.import_staged as s
  set variant_id = coalesce(
    (
      select v.id from public.product_variants as v
      where v.shop_id = p_job.shop_id and v.sku = s.sku
    ),
    -- As the export names a variant that has no sku.
    (
      select v.id from public.product_variants as v
      where v.id = private.import_uuid(s.sku) and v.shop_id = p_job.shop_id and v.sku is null
    )
  )
  where s.job_id = p_job.id and s.line >= p_from_line;
  update private.import_staged as s
  set product_id = coalesce(
    (select v.product_id from public.product_variants as v where v.id = s.variant_id),
    (select p.id from public.products as p where p.shop_id = p_job.shop_id and p.slug = s.slug)
  )
  where s.job_id = p_job.id and s.line >= p_from_line;
  -- What is left is new: an id for each product, made by the row that speaks for it.
  update private.import_staged as s set product_id = private.uuid_v7()
  where s.job_id = p_job.id and s.line >= p_from_line and s.product_id is null and s.is_first;
  update private.import_staged as s
  set product_id = (
    select f.product_id from private.import_staged as f
    where f.job_id = p_job.id and f.product_key = s.product_key
    order by f.line limit 1
  )
  where s.job_id = p_job.id and s.line >= p_from_line and s.product_id is null;
end;
$$;
comment on function private.import_resolve(public.import_jobs, integer) is
'Which variant each staged row is, and of which product: by sku, by slug, or a new one.';
revoke all on function private.import_resolve(public.import_jobs, integer) from public;

create or replace function private.import_apply(p_job public.import_jobs, p_from_line integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- In everybody's order: shop, variants, products.
  perform 1 from public.shops as s where s.id = p_job.shop_id for share;
  perform private.import_resolve(p_job, p_from_line);
  perform 1 from public.product_variants as v
  where v.product_id in (
    select s.product_id from private.import_staged as s
    where s.job_id = p_job.id and s.line >= p_from_line
  )
  order by v.id for no key update;
  perform 1 from public.products as p
  where p.id in (
    select s.product_id from private.import_staged as s
    where s.job_id = p_job.id and s.line >= p_from_line
  )
  order by p.id for no key update;
  perform private.import_products(p_job, p_from_line);
  perform private.import_variants(p_job, p_from_line);
  perform private.import_statuses(p_job, p_from_line);
end;
$$;
comment on function private.import_apply(public.import_jobs, integer) is
'Make and change products and variants as the staged rows from this line on say.';
revoke all on function private.import_apply(public.import_jobs, integer) from public;

create or replace function private.import_products(p_job public.import_jobs, p_from_line integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.products as p
  set
    title = coalesce(s.title, p.title),
    description = case
      when 'description' = any(p_job.columns) then coalesce(s.description, '') else p.description
    end,
    category_id = case
      when 'category' = any(p_job.columns) then s.category_id else p.category_id
    end,
    countries = case
      when 'countries' = any(p_job.columns) then s.countries else p.countries
    end
  from private.import_staged as s
  where s.job_id = p_job.id and s.line >= p_from_line and s.is_first and p.id = s.product_id;
  insert into public.products (
    id, shop_id, slug, title, description, kind, category_id, countries
  )
  select
    s.product_id, p_job.shop_id,
    coalesce(
      s.slug,
      coalesce(nullif(private.slugify(s.title, 60), ''), 'product')
        || '-' || right(s.product_id::text, 12)
    ),
    s.title, coalesce(s.description, ''), s.kind,
    s.category_id, s.countries
  from private.import_staged as s
  where s.job_id = p_job.id and s.line >= p_from_line and s.is_first
    and not exists (select 1 from public.products as p where p.id = s.product_id);
  if 'tags' = any(p_job.columns) then
    delete from public.product_tags as t
    using private.import_staged as s
    where s.job_id = p_job.id and s.line >= p_from_line and s.is_first
      and t.product_id = s.product_id and t.tag <> all(s.tags);
    insert into public.product_tags (product_id, tag)
    select s.product_id, t.tag
    from private.import_staged as s
    cross join unnest(s.tags) as t (tag)
    where s.job_id = p_job.id and s.line >= p_from_line and s.is_first
    on conflict (product_id, tag) do nothing;
  end if;
  -- Options and choices that are new; none is taken away.
  insert into public.product_options as o (product_id, shop_id, name, choices)
  select c.product_id, p_job.shop_id, c.name, array_agg(c.choice order by c.first_line)
  from (
    select s.product_id, k.key as name, k.value as choice, min(s.line) as first_line
    from private.import_staged as s
    cross join lateral jsonb_each_text(s.options) as k
    where s.job_id = p_job.id and s.line >= p_from_line
    group by s.product_id, k.key, k.value
  ) as c
  group by c.product_id, c.name
  on conflict (product_id, name) do update
  set choices = o.choices || array(
    select e.choice from unnest(excluded.choices) with ordinality as e (choice, n)
    where e.choice <> all(o.choices) order by e.n
  );
end;
$$;
comment on function private.import_products(public.import_jobs, integer) is
'Products of the staged rows, their tags and options.';
revoke all on function private.import_products(public.import_jobs, integer) from public;

create or replace function private.import_variants(p_job public.import_jobs, p_from_line integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.product_variants as v
  set
    sku = s.sku,
    title = case
      when 'variant_title' = any(p_job.columns) then coalesce(s.variant_title, '') else v.title
    end,
    price_amount = coalesce(s.price_amount, v.price_amount),
    compare_at_amount = case
      when 'compare_at_amount' = any(p_job.columns) then s.compare_at_amount
      -- A former price that the new one has overtaken is none any more.
      when v.compare_at_amount > coalesce(s.price_amount, v.price_amount) then v.compare_at_amount
    end,
    minimum_amount = case
      when 'minimum_amount' = any(p_job.columns) then s.minimum_amount else v.minimum_amount
    end,
    pricing = case
      when 'minimum_amount' <> all(p_job.columns) then v.pricing
      when s.minimum_amount is null then 'fixed'::public.variant_pricing
      else 'pwyw'::public.variant_pricing
    end,
    stock = case when 'stock' = any(p_job.columns) then s.stock else v.stock end,
    weight_grams = case
      when 'weight_grams' = any(p_job.columns) then s.weight_grams else v.weight_grams
    end,
    options = case when s.options <> '{}' then s.options else v.options end
  from private.import_staged as s
  where s.job_id = p_job.id and s.line >= p_from_line and v.id = s.variant_id;
  insert into public.product_variants (
    product_id, title, sku, price_amount, compare_at_amount, minimum_amount, pricing, currency,
    stock, weight_grams, options, position
  )
  select
    s.product_id, coalesce(s.variant_title, ''), s.sku, s.price_amount, s.compare_at_amount,
    s.minimum_amount,
    case when s.minimum_amount is null then 'fixed' else 'pwyw' end::public.variant_pricing,
    coalesce(s.currency, p.price_currency, f.currency), s.stock, s.weight_grams, s.options,
    least(row_number() over (partition by s.product_id order by s.line), 32767)
  from private.import_staged as s
  inner join public.products as p on p.id = s.product_id
  left join lateral (
    select t.currency from private.import_staged as t
    where t.job_id = p_job.id and t.product_key = s.product_key and t.currency is not null
    order by t.line limit 1
  ) as f on true
  where s.job_id = p_job.id and s.line >= p_from_line and s.variant_id is null
  order by s.line;
end;
$$;
comment on function private.import_variants(public.import_jobs, integer) is
'Variants of the staged rows, by sku.';
revoke all on function private.import_variants(public.import_jobs, integer) from public;

create or replace function private.import_statuses(p_job public.import_jobs, p_from_line integer)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.products as p
  set
    status = s.wanted_status, publish_at = null,
    published_at = case
      when s.wanted_status = 'active' then coalesce(p.published_at, now()) else p.published_at
    end
  from private.import_staged as s
  where s.job_id = p_job.id and s.line >= p_from_line and s.is_first
    and p.id = s.product_id and p.status <> s.wanted_status;
$$;
comment on function private.import_statuses(public.import_jobs, integer) is
'Publish and archive as the staged rows say.';
revoke all on function private.import_statuses(public.import_jobs, integer) from public;

-- source: supabase/functions/import_checks.sql 7127f3ff493688f6dbb7b9e0606b7724a5c3d73331e1c9ef15fa013571eb2b82
-- Bulk import, the rules for rows: what is wrong, by line and column.

create or replace function private.import_columns()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array[
    'sku', 'product', 'title', 'description', 'kind', 'category', 'tags', 'options',
    'variant_title', 'price_amount', 'compare_at_amount', 'minimum_amount', 'currency', 'stock',
    'weight_grams', 'countries', 'status', 'variant_id'
  ];
$$;
comment on function private.import_columns() is
'Columns of an import and of export_products; variant_id is the export''s cursor and not looked at.';
revoke all on function private.import_columns() from public;

-- Cells as text, trimmed, '' as null.
create or replace function private.import_cells(p_rows jsonb)
returns table (
    line integer, cells integer, sku text, product text, title text, description text, kind text,
    category text, tags text, options text, variant_title text, price_amount text,
    compare_at_amount text, minimum_amount text, currency text, stock text, weight_grams text,
    countries text, status text
)
language sql
immutable
set search_path = ''
as $$
  select
    r.line, r.cells, nullif(btrim(r.sku), ''), nullif(btrim(r.product), ''),
    nullif(btrim(r.title), ''), nullif(btrim(r.description), ''), nullif(btrim(r.kind), ''),
    nullif(btrim(r.category), ''), nullif(btrim(r.tags), ''), nullif(btrim(r.options), ''),
    nullif(btrim(r.variant_title), ''), nullif(btrim(r.price_amount), ''),
    nullif(btrim(r.compare_at_amount), ''), nullif(btrim(r.minimum_amount), ''),
    nullif(btrim(r.currency), ''), nullif(btrim(r.stock), ''), nullif(btrim(r.weight_grams), ''),
    nullif(btrim(r.countries), ''), nullif(btrim(r.status), '')
  from jsonb_to_recordset(p_rows) as r (
    line integer, cells integer, sku text, product text, title text, description text, kind text,
    category text, tags text, options text, variant_title text, price_amount text,
    compare_at_amount text, minimum_amount text, currency text, stock text, weight_grams text,
    countries text, status text
  );
$$;
comment on function private.import_cells(jsonb) is 'Rows of a batch, by column.';
revoke all on function private.import_cells(jsonb) from public;

create or replace function private.import_options(p_text text)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when p_text is null then '{}'::jsonb
    when p_text ~ '^[^=|]{1,40}=[^=|]{1,40}(\|[^=|]{1,40}=[^=|]{1,40}){0,2}$' then (
      select case when count(*) = count(distinct btrim(split_part(o.part, '=', 1))) then
        jsonb_object_agg(btrim(split_part(o.part, '=', 1)), btrim(split_part(o.part, '=', 2)))
      end
      from unnest(string_to_array(p_text, '|')) as o (part)
    )
  end;
$$;
comment on function private.import_options(text) is
'"Size=L|Colour=red" as {"Size": "L", "Colour": "red"}; null if it is not of this form.';
revoke all on function private.import_options(text) from public;

create or replace function private.import_whole(p_text text, p_max bigint)
returns bigint
language sql
immutable
set search_path = ''
as $$
  -- Nine digits at most, or the cast below could overflow.
  select case when p_text ~ '^[0-9]{1,9}$' then
    case when p_text::bigint <= p_max then p_text::bigint end
  end;
$$;
comment on function private.import_whole(text, bigint) is
'A whole number from 0 to p_max (below 10^9), else null.';
revoke all on function private.import_whole(text, bigint) from public;

create or replace function private.import_uuid(p_text text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select case
    when p_text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then p_text::uuid
  end;
$$;
comment on function private.import_uuid(text) is 'The text as an id, or null.';
revoke all on function private.import_uuid(text) from public;

-- A row is looked at together with the variant and the product it names, and with the first row of
-- its product in this file, which speaks for the product: later rows of it only add variants.
create or replace function private.import_check(p_job public.import_jobs, p_rows jsonb)
returns table (line integer, column_name text, code text, message text)
language sql
stable
security definer
set search_path = ''
as $$
  with cells as materialized (
    select
      c.*, coalesce(c.product, 'sku:' || c.sku) as product_key,
      coalesce(v.product_id, p.id) as known_id, v.id as variant_id,
      v.price_amount as old_price, v.reserved as old_reserved, v.product_id as old_product_id,
      v.minimum_amount as old_minimum, v.options as old_options,
      row_number() over (partition by c.sku order by c.line) as sku_seen
    from private.import_cells(p_rows) as c
    left join lateral (
      select w.* from public.product_variants as w
      where w.shop_id = p_job.shop_id and w.sku = c.sku
      union all
      -- As the export names a variant that has no sku.
      select w.* from public.product_variants as w
      where w.shop_id = p_job.shop_id and w.id = private.import_uuid(c.sku) and w.sku is null
      limit 1
    ) as v on true
    left join public.products as p on p.shop_id = p_job.shop_id and p.slug = c.product
  ),
  known as materialized (
    select
      c.*, e.slug as old_slug, e.kind as old_kind, e.status as old_status, e.is_bundle,
      e.price_currency as old_currency, s.line is not null as sku_staged,
      f.kind as first_kind, f.currency as first_currency, f.options as first_options,
      f.line is null and row_number() over (partition by c.product_key order by c.line) = 1
        as is_first,
      first_value(c.kind) over w as batch_kind,
      first_value(c.currency) over w as batch_currency,
      first_value(c.options) over w as batch_options
    from cells as c
    left join public.products as e on e.id = c.known_id
    left join private.import_staged as s on s.job_id = p_job.id and s.sku = c.sku
    left join lateral (
      select t.line, t.kind, t.currency, t.options from private.import_staged as t
      where t.job_id = p_job.id and t.product_key = c.product_key
      order by t.line limit 1
    ) as f on true
    window w as (partition by c.product_key order by c.line)
  ),
  typed as materialized (
    select
      k.*,
      coalesce(k.old_kind::text, k.first_kind::text, k.batch_kind) as right_kind,
      coalesce(k.old_currency, k.first_currency, k.batch_currency) as right_currency,
      coalesce(private.import_whole(k.price_amount, 99999999), k.old_price) as price,
      private.import_options(k.options) as parsed_options,
      -- The names that this product's variants choose by.
      case
        when k.known_id is not null and (exists (
          select 1 from public.product_variants as v where v.product_id = k.known_id
        ) or exists (
          select 1 from public.product_options as o where o.product_id = k.known_id
        )) then array(
          select o.name from public.product_options as o where o.product_id = k.known_id order by o.name
        )
        when k.first_options is not null
          then array(select jsonb_object_keys(k.first_options) as name order by name)
        else array(
          select jsonb_object_keys(private.import_options(k.batch_options)) as name order by name
        )
      end as option_names
    from known as k
  )
, found as materialized (
  select t.line, e.column_name, e.code, e.message
  from typed as t
  cross join lateral (values
    (t.cells <> cardinality(p_job.columns), '', 'wrong_cell_count',
      format('%s cells, the header has %s.', t.cells, cardinality(p_job.columns))),
    (t.sku is null, 'sku', 'missing_value', 'Each row needs a sku.'),
    (char_length(t.sku) > 64 or t.sku ~ '[[:cntrl:]]', 'sku', 'invalid_value', '1 to 64 characters.'),
    (t.sku_staged or t.sku_seen > 1, 'sku', 'duplicate_sku', 'The sku comes twice in this file.'),
    (t.product !~ '^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$', 'product', 'invalid_value',
      'A slug: 1 to 80 of a-z, 0-9, hyphen.'),
    (t.product is not null and t.old_product_id is not null and t.product <> t.old_slug, 'product',
      'not_changeable', format('The sku belongs to the product "%s".', t.old_slug)),
    (t.known_id is null and t.is_first and t.title is null, 'title', 'missing_value',
      'A new product needs a title.'),
    (char_length(t.title) not between 2 and 140 or t.title ~ '[[:cntrl:]]', 'title', 'invalid_value',
      '2 to 140 characters.'),
    (char_length(t.description) > 20000, 'description', 'invalid_value', '20000 characters at most.'),
    (t.description ~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]' or t.title ~ '\ufffd'
      or concat(t.sku, t.variant_title, t.options, t.tags) ~ '\ufffd', '', 'invalid_characters',
      'A control character, or one that could not be read.'),
    (t.known_id is null and t.is_first and t.kind is null, 'kind', 'missing_value',
      'A new product needs a kind.'),
    (t.kind is not null and t.kind <> all(array['digital', 'physical', 'service']), 'kind',
      'invalid_value', 'digital, physical or service.'),
    (t.kind = any(array['digital', 'physical', 'service']) and t.kind <> t.right_kind, 'kind',
      'not_changeable', format('The product is %s.', t.right_kind)),
    (t.category is not null and not exists (
      select 1 from public.categories as c
      where c.path::text = replace(replace(t.category, '-', '_'), '/', '.')
    ), 'category', 'unknown_category', 'A path of slugs, such as books/cookbooks.'),
    (exists (
      select 1 from unnest(string_to_array(t.tags, '|')) as g (tag)
      where char_length(private.normalize_tag(g.tag)) not between 2 and 40
    ) or cardinality(string_to_array(t.tags, '|')) > 15, 'tags', 'invalid_value',
      'Up to 15, each 2 to 40 letters and digits, joined by |.'),
    (t.parsed_options is null or t.options ~ '[[:cntrl:]]', 'options', 'invalid_value',
      'Up to three name=choice, joined by |.'),
    ((t.variant_id is null or t.options is not null) and t.parsed_options is not null
      and array(select jsonb_object_keys(t.parsed_options) as name order by name)
      is distinct from t.option_names,
      'options', 'options_differ',
      format('The product''s variants choose by: %s.', coalesce(nullif(array_to_string(t.option_names, ', '), ''), 'nothing'))),
    (t.parsed_options <> '{}' and exists (
      select 1 from public.product_variants as v
      where v.product_id = t.known_id and v.options = t.parsed_options
        and v.id is distinct from t.variant_id
    ), 'options', 'duplicate_options', 'Another variant of the product has the same choices.'),
    (t.parsed_options <> '{}' and (exists (
      select 1 from private.import_staged as s
      where s.job_id = p_job.id and s.product_key = t.product_key and s.options = t.parsed_options
    ) or exists (
      select 1 from typed as u
      where u.product_key = t.product_key and u.line < t.line and u.parsed_options = t.parsed_options
    )), 'options', 'duplicate_options', 'Another row of the product has the same choices.'),
    (char_length(t.variant_title) > 80 or t.variant_title ~ '[[:cntrl:]]', 'variant_title',
      'invalid_value', '80 characters at most.'),
    (t.variant_id is null and t.price_amount is null, 'price_amount', 'missing_value',
      'A new variant needs a price.'),
    (t.price_amount is not null and coalesce(private.import_whole(t.price_amount, 99999999), 0) = 0,
      'price_amount', 'invalid_value', 'Minor units, a whole number from 1 to 99999999.'),
    (t.compare_at_amount is not null
      and private.import_whole(t.compare_at_amount, 99999999) is null,
      'compare_at_amount', 'invalid_value', 'Minor units, a whole number up to 99999999.'),
    (private.import_whole(t.compare_at_amount, 99999999) <= t.price, 'compare_at_amount',
      'not_above_price', 'The former price is higher than the price.'),
    (t.minimum_amount is not null and coalesce(private.import_whole(t.minimum_amount, 99999999), 0) = 0,
      'minimum_amount', 'invalid_value', 'Minor units, a whole number from 1.'),
    (coalesce(
      private.import_whole(t.minimum_amount, 99999999),
      case when 'minimum_amount' <> all(p_job.columns) then t.old_minimum end
    ) > t.price, 'minimum_amount', 'above_price', 'The minimum is not above the suggested price.'),
    (t.variant_id is null and t.right_currency is null, 'currency', 'missing_value',
      'A new product needs a currency.'),
    (t.currency is not null and not exists (
      select 1 from private.currencies as c where c.code = lower(t.currency)
    ), 'currency', 'invalid_value', 'A currency that is sold in, such as eur.'),
    (lower(t.currency) <> lower(t.right_currency), 'currency', 'not_changeable',
      format('The product''s prices are in %s.', t.right_currency)),
    (t.stock is not null and private.import_whole(t.stock, 999999999) is null, 'stock',
      'invalid_value', 'Pieces, a whole number; empty is unlimited.'),
    (private.import_whole(t.stock, 999999999) < t.old_reserved, 'stock', 'stock_below_reserved',
      format('Unpaid orders hold %s.', t.old_reserved)),
    (t.stock is null and 'stock' = any(p_job.columns) and t.old_reserved > 0, 'stock',
      'stock_below_reserved', format('Unpaid orders hold %s: give a number.', t.old_reserved)),
    (t.weight_grams is not null
      and coalesce(private.import_whole(t.weight_grams, 1000000), 0) = 0,
      'weight_grams', 'invalid_value', 'A whole number from 1 to 1000000.'),
    (t.weight_grams is not null and t.right_kind <> 'physical', 'weight_grams',
      'weight_not_allowed', 'Only physical products have a weight.'),
    (t.countries is not null and (
      t.countries !~ '^[A-Z]{2}(\|[A-Z]{2})*$' or char_length(t.countries) > 749
    ), 'countries', 'invalid_value', 'ISO 3166-1 codes joined by |; empty is everywhere.'),
    (t.status is not null and t.status <> all(array['draft', 'active', 'archived']), 'status',
      'invalid_value', 'draft, active or archived.'),
    (t.is_first and t.status = 'draft' and t.old_status <> 'draft', 'status', 'illegal_transition',
      format('The product is %s.', t.old_status)),
    (t.is_first and t.status = 'active' and t.old_status is distinct from 'active' and not exists (
      select 1 from public.shops as s where s.id = p_job.shop_id and s.status = 'active'
    ), 'status', 'shop_not_active', 'The shop is not open.'),
    (t.is_first and t.status = 'active' and t.old_status is distinct from 'active'
      and (coalesce(t.is_bundle, false) or t.right_kind = 'digital' and not exists (
        select 1 from public.product_files as f
        where f.product_id = t.known_id and f.status = 'ready'
      )), 'status', 'product_has_no_file', 'Publish digital products and bundles by themselves.')
  ) as e (wrong, column_name, code, message)
  where e.wrong
)
  select f.line, f.column_name, f.code, f.message from found as f
  union all
  select t.line, 'product', 'first_row_invalid',
    format('Line %s, the first of this product, is wrong.', b.line)
  from typed as t
  inner join typed as b on b.product_key = t.product_key and b.is_first
  where not t.is_first and b.line in (select f.line from found as f);
$$;
comment on function private.import_check(public.import_jobs, jsonb) is
'What is wrong in these rows. Codes: docs/errors.md, Bulk import.';
revoke all on function private.import_check(public.import_jobs, jsonb) from public;

-- source: supabase/functions/imports.sql e3c119b1e3036f57cd8718582fa31e9dd746bb1a8234677929c74675e88e169a
-- Bulk import, the job: announced, uploaded through Storage, worked on by a worker in batches. The
-- rules for rows are in import_checks.sql, what becomes of them in import_apply.sql.

create or replace function private.begin_import(p_shop_id uuid, p_mode public.import_mode)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_job public.import_jobs;
begin
  -- One at a time per shop, so that the cap holds.
  perform 1 from public.shops as s
  where s.id = p_shop_id and s.id in (select private.shop_ids_with('catalogue.edit'))
  for no key update;
  if not found then
    perform private.fail(404, 'shop_not_found', 'You manage no such shop.');
  end if;
  if (
    select count(*) from public.import_jobs as j
    where j.shop_id = p_shop_id and j.state in ('awaiting_upload', 'queued', 'running')
  ) >= 5 then
    perform private.fail(
      409, 'too_many_imports', 'Five imports of this shop are unfinished.',
      'Wait, or cancel one: rpc/cancel_import.'
    );
  end if;
  insert into public.import_jobs (shop_id, created_by, mode)
  values (p_shop_id, v_user, coalesce(p_mode, 'all_or_nothing'))
  returning * into v_job;
  return jsonb_build_object(
    'job_id', v_job.id, 'bucket', 'imports', 'path', v_job.shop_id || '/' || v_job.id || '.csv'
  );
end;
$$;
comment on function private.begin_import(uuid, public.import_mode) is 'See public.begin_import.';
revoke all on function private.begin_import(uuid, public.import_mode) from public;
grant execute on function private.begin_import(uuid, public.import_mode) to authenticated;

create or replace function public.begin_import(
    shop_id uuid, mode public.import_mode default 'all_or_nothing'
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.begin_import(shop_id, mode);
$$;
comment on function public.begin_import(uuid, public.import_mode) is
'Announce a CSV of products; returns job_id and where Storage takes the file (then start_import). all_or_nothing or best_effort. Errors: shop_not_found, too_many_imports.';
revoke all on function public.begin_import(uuid, public.import_mode)
from public, anon, service_role;
grant execute on function public.begin_import(uuid, public.import_mode) to authenticated;

create or replace function private.managed_import(p_job_id uuid)
returns public.import_jobs
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs;
begin
  perform private.require_user();
  if not exists (
    select 1 from public.import_jobs as j
    where j.id = p_job_id and j.shop_id in (select private.shop_ids_with('catalogue.edit'))
  ) then
    perform private.fail(404, 'import_not_found', 'You manage no such import.');
  end if;
  -- Not a wait: while everything is being applied that would take longer than a request may.
  select j.* into v_job from public.import_jobs as j where j.id = p_job_id
  for update skip locked;
  if v_job.id is null then
    perform private.fail(
      409, 'import_busy', 'The import is being worked on.', 'Ask again in a moment.', null, 2
    );
  end if;
  return v_job;
end;
$$;
comment on function private.managed_import(uuid) is
'The job, locked, if the caller manages its shop; else 404 import_not_found, or 409 import_busy.';
revoke all on function private.managed_import(uuid) from public;

create or replace function private.start_import(p_job_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs := private.managed_import(p_job_id);
  v_size bigint;
begin
  if v_job.state = 'awaiting_upload' then
    select (o.metadata ->> 'size')::bigint into v_size from storage.objects as o
    where o.bucket_id = 'imports' and o.name = v_job.shop_id || '/' || v_job.id || '.csv';
    if not found then
      perform private.fail(
        409, 'upload_missing', 'The file is not there yet.', 'Upload it, then start.'
      );
    end if;
    update public.import_jobs as j set state = 'queued', bytes_total = v_size
    where j.id = p_job_id
    returning * into v_job;
    perform private.enqueue('imports', jsonb_build_object('id', p_job_id));
  end if;
  return to_jsonb(v_job);
end;
$$;
comment on function private.start_import(uuid) is 'See public.start_import.';
revoke all on function private.start_import(uuid) from public;
grant execute on function private.start_import(uuid) to authenticated;

create or replace function public.start_import(job_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.start_import(job_id);
$$;
comment on function public.start_import(uuid) is
'The file is uploaded: import it. Progress is in import_jobs, what is wrong in import_errors. Again changes nothing. Errors: import_not_found, import_busy, upload_missing.';
revoke all on function public.start_import(uuid) from public, anon, service_role;
grant execute on function public.start_import(uuid) to authenticated;

create or replace function private.end_import(
    p_job_id uuid, p_state public.import_state, p_problem text
)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.import_jobs as j
  set state = p_state, problem = p_problem, finished_at = now()
  where j.id = p_job_id;
  delete from private.import_staged as s where s.job_id = p_job_id;
$$;
comment on function private.end_import(uuid, public.import_state, text) is
'End a locked job; its staged rows go.';
revoke all on function private.end_import(uuid, public.import_state, text) from public;

create or replace function private.cancel_import(p_job_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs := private.managed_import(p_job_id);
begin
  if v_job.state in ('awaiting_upload', 'queued', 'running') then
    perform private.end_import(p_job_id, 'cancelled', null);
  end if;
  select * into v_job from public.import_jobs as j where j.id = p_job_id;
  return to_jsonb(v_job);
end;
$$;
comment on function private.cancel_import(uuid) is 'See public.cancel_import.';
revoke all on function private.cancel_import(uuid) from public;
grant execute on function private.cancel_import(uuid) to authenticated;

create or replace function public.cancel_import(job_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.cancel_import(job_id);
$$;
comment on function public.cancel_import(uuid) is
'End an unfinished import; with best_effort, what was applied stays. Errors: import_not_found, import_busy.';
revoke all on function public.cancel_import(uuid) from public, anon, service_role;
grant execute on function public.cancel_import(uuid) to authenticated;

-- --- the worker's side -----------------------------------------------------------------------

create or replace function private.import_begin(p_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs;
begin
  update public.import_jobs as j set state = 'running' where j.id = p_id and j.state = 'queued';
  select j.* into v_job from public.import_jobs as j where j.id = p_id;
  return case when v_job.id is not null then jsonb_build_object(
    'state', v_job.state, 'bucket', 'imports',
    'path', v_job.shop_id || '/' || v_job.id || '.csv', 'last_line', v_job.last_line
  ) end;
end;
$$;
comment on function private.import_begin(uuid) is
'What the import worker needs; rows up to last_line are dealt with. Null: no such job.';
revoke all on function private.import_begin(uuid) from public;
grant execute on function private.import_begin(uuid) to agora_workers;

create or replace function private.import_refuse(
    p_id uuid, p_line integer, p_column text, p_code text, p_message text
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs;
begin
  select j.* into v_job from public.import_jobs as j where j.id = p_id for update;
  if v_job.state is distinct from 'running' then
    return;
  end if;
  insert into public.import_errors (job_id, shop_id, line, column_name, code, message)
  values (p_id, v_job.shop_id, p_line, left(coalesce(p_column, ''), 60), p_code, left(p_message, 500));
  update public.import_jobs as j set error_count = j.error_count + 1 where j.id = p_id;
  perform private.end_import(p_id, 'failed', p_code);
end;
$$;
comment on function private.import_refuse(uuid, integer, text, text, text) is
'The file as a whole cannot be imported: not there, not CSV, not UTF-8.';
revoke all on function private.import_refuse(uuid, integer, text, text, text) from public;
grant execute on function private.import_refuse(uuid, integer, text, text, text)
to agora_workers;

create or replace function private.import_header(p_id uuid, p_columns jsonb)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_columns text[] := array(select jsonb_array_elements_text(p_columns));
  v_bad text;
begin
  select c.name into v_bad from unnest(v_columns) as c (name)
  where c.name <> all(private.import_columns()) limit 1;
  if v_bad is not null then
    perform private.import_refuse(
      p_id, 1, v_bad, 'unknown_column', format('There is no column "%s".', left(v_bad, 60))
    );
    return false;
  end if;
  select c.name into v_bad from unnest(v_columns) as c (name) group by c.name having count(*) > 1;
  if v_bad is not null then
    perform private.import_refuse(
      p_id, 1, v_bad, 'duplicate_column', format('The column "%s" comes twice.', v_bad)
    );
    return false;
  end if;
  if 'sku' <> all(v_columns) then
    perform private.import_refuse(p_id, 1, 'sku', 'missing_column', 'The column "sku" is needed.');
    return false;
  end if;
  update public.import_jobs as j set columns = v_columns where j.id = p_id and j.state = 'running';
  return found;
end;
$$;
comment on function private.import_header(uuid, jsonb) is
'The file''s header; false: the job has ended. Columns that are not there are left as they are.';
revoke all on function private.import_header(uuid, jsonb) from public;
grant execute on function private.import_header(uuid, jsonb) to agora_workers;

create or replace function private.import_rows(p_id uuid, p_rows jsonb, p_bytes_seen bigint)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs;
  v_rows jsonb;
  v_errors jsonb;
  v_bad integer[];
  v_first integer;
begin
  select j.* into v_job from public.import_jobs as j where j.id = p_id for update;
  if v_job.state is distinct from 'running' then
    return false;
  end if;
  -- Sent again by a worker that did not hear the answer.
  select jsonb_agg(r.value), min((r.value ->> 'line')::integer) into v_rows, v_first
  from jsonb_array_elements(p_rows) as r (value)
  where (r.value ->> 'line')::integer > v_job.last_line;
  if v_rows is null then
    return true;
  end if;
  if v_job.rows_seen + jsonb_array_length(v_rows) > 200000 then
    perform private.import_refuse(
      p_id, v_first, '', 'too_many_rows', 'A file has 200000 rows at most.'
    );
    return false;
  end if;
  select coalesce(jsonb_agg(to_jsonb(e) order by e.line), '[]'), coalesce(array_agg(distinct e.line), '{}')
  into v_errors, v_bad
  from private.import_check(v_job, v_rows) as e;
  insert into public.import_errors (job_id, shop_id, line, column_name, code, message)
  select p_id, v_job.shop_id, e.line, e.column_name, e.code, e.message
  from jsonb_to_recordset(v_errors) as e (line integer, column_name text, code text, message text)
  order by e.line
  limit greatest(0, 1000 - v_job.error_count);
  perform private.import_stage(v_job, v_rows, v_bad);
  if v_job.mode = 'best_effort' then
    perform private.import_apply(v_job, v_first);
  end if;
  update public.import_jobs as j
  set rows_seen = j.rows_seen + jsonb_array_length(v_rows),
    rows_failed = j.rows_failed + cardinality(v_bad),
    rows_ok = j.rows_ok + jsonb_array_length(v_rows) - cardinality(v_bad),
    error_count = j.error_count + jsonb_array_length(v_errors),
    bytes_seen = p_bytes_seen,
    last_line = (select max((r.value ->> 'line')::integer) from jsonb_array_elements(v_rows) as r (value))
  where j.id = p_id;
  return true;
end;
$$;
comment on function private.import_rows(uuid, jsonb, bigint) is
'A batch of rows, each {line, cells (how many), <column>: text}: checked and staged, with best_effort applied. Lines dealt with are left out, so a batch may come again. False: the job has ended.';
revoke all on function private.import_rows(uuid, jsonb, bigint) from public;
grant execute on function private.import_rows(uuid, jsonb, bigint) to agora_workers;

create or replace function private.import_finish(p_id uuid)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs;
begin
  select j.* into v_job from public.import_jobs as j where j.id = p_id for update;
  if v_job.state = 'running' then
    if v_job.mode = 'all_or_nothing' and v_job.rows_failed > 0 then
      perform private.end_import(p_id, 'failed', 'rows_invalid');
    else
      if v_job.mode = 'all_or_nothing' then
        perform private.import_apply(v_job, 0);
      end if;
      perform private.end_import(p_id, 'done', null);
    end if;
  end if;
  return (select j.state from public.import_jobs as j where j.id = p_id);
end;
$$;
comment on function private.import_finish(uuid) is
'The file is read to its end. all_or_nothing: everything is applied here, in this one transaction, or nothing is. Returns the job''s state.';
revoke all on function private.import_finish(uuid) from public;
grant execute on function private.import_finish(uuid) to agora_workers;

create or replace function private.tg_import_jobs__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.emit(
    'private-shop-' || new.shop_id, 'import.changed', jsonb_build_object('job_id', new.id)
  );
  return null;
end;
$$;
comment on function private.tg_import_jobs__emit() is 'Progress of an import, for the shop.';
revoke all on function private.tg_import_jobs__emit() from public;

-- Each change of state, and each 5000 rows.
create or replace trigger tg_import_jobs__emit
after update on public.import_jobs
for each row when (
  old.state is distinct from new.state or old.rows_seen / 5000 <> new.rows_seen / 5000
)
execute function private.tg_import_jobs__emit();

-- source: supabase/functions/inventory.sql 1cd131a98fac0cc5c0c60671f24e9d459c69a7aab567fbbd6090bc9790bf009c
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
  perform private.lock_goods(array(
    select g.variant_id from private.order_goods(array[p_order_id]) as g
  ));
  -- By variant: a bundle and something it holds may be in the same order.
  if exists (
    select 1 from private.order_goods(array[p_order_id]) as g
    inner join public.product_variants as v on v.id = g.variant_id
    where v.stock is not null
    group by v.id having min(v.available) < sum(g.quantity)
  ) then
    return false;
  end if;
  update public.product_variants as v set reserved = v.reserved + g.quantity
  from (
    select o.variant_id, sum(o.quantity)::integer as quantity
    from private.order_goods(array[p_order_id]) as o group by o.variant_id
  ) as g
  where v.id = g.variant_id and v.stock is not null;
  insert into private.inventory_reservations (order_item_id, order_id, variant_id, quantity)
  select g.order_item_id, g.order_id, g.variant_id, sum(g.quantity)
  from private.order_goods(array[p_order_id]) as g
  inner join public.product_variants as v on v.id = g.variant_id
  where v.stock is not null
  group by g.order_item_id, g.order_id, g.variant_id
  on conflict (order_item_id, variant_id) do update set state = 'held';
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
  perform private.lock_goods(array(
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
  from (
    select t.variant_id, sum(t.quantity)::integer as quantity from settled as t
    group by t.variant_id
  ) as s
  where v.id = s.variant_id;
end;
$$;
comment on function private.settle_stock(uuid, boolean) is
'End an order''s reservations: pieces sold, or back on the shelf. Doing it again changes nothing.';
revoke all on function private.settle_stock(uuid, boolean) from public;

-- source: supabase/functions/notifications.sql 68ee6f6fbb1f342e344c675704835074931e9baa7cd919b54acd7cfd8d0a8752
-- Notifications: what a person is told in the application.

create or replace function private.notify(
    p_user_id uuid, p_kind text, p_data jsonb default '{}', p_object text default null
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  if private.is_erased(p_user_id) then
    return null;
  end if;
  insert into public.notifications as n (user_id, kind, dedup_key, data)
  values (p_user_id, p_kind, left(coalesce(p_object, md5(p_data::text)), 100), p_data)
  on conflict (user_id, kind, dedup_key) where read_at is null do update
  set data = excluded.data, occurrences = n.occurrences + 1
  returning n.id into v_id;
  perform private.emit(
    'private-user-' || p_user_id, 'notification', jsonb_build_object('notification_id', v_id)
  );
  return v_id;
end;
$$;
comment on function private.notify(uuid, text, jsonb, text) is
'Tell a person something. p_object: what it is about (default: the data); while one about the same is unread, it counts up instead. Returns its id, null for an erased account.';
revoke all on function private.notify(uuid, text, jsonb, text) from public;

create or replace function private.mark_notifications_read(p_ids uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
  v_count integer;
begin
  update public.notifications as n set read_at = now()
  where n.user_id = v_user and n.read_at is null and (p_ids is null or n.id = any (p_ids));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.mark_notifications_read(uuid[]) is 'See public.mark_notifications_read.';
revoke all on function private.mark_notifications_read(uuid[]) from public;
grant execute on function private.mark_notifications_read(uuid[]) to authenticated;

create or replace function public.mark_notifications_read(ids uuid[] default null)
returns integer
language sql
set search_path = ''
as $$
  select private.mark_notifications_read(ids);
$$;
comment on function public.mark_notifications_read(uuid[]) is
'Mark these notifications of mine as read, or all; returns how many were unread.';
revoke all on function public.mark_notifications_read(uuid[]) from public, anon, service_role;
grant execute on function public.mark_notifications_read(uuid[]) to authenticated;

create or replace function private.purge_notifications()
returns void
language sql
security definer
set search_path = ''
as $$
  delete from public.notifications as n
  where n.created_at < now() - interval '1 year' or n.read_at < now() - interval '90 days';
$$;
comment on function private.purge_notifications() is
'Periodic: notifications go 90 days after they were read, or after a year.';
revoke all on function private.purge_notifications() from public;

-- source: supabase/functions/orders.sql 9d323a22a5732f9e3d8674c3f40281f55c5978f23d0be624786d90a994c3cc26
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

-- source: supabase/functions/previews.sql 8b915668c1c8757afefb8eca2421a3d472bfa03a47498e6ee9401be83f79dbac
-- Preview links: an unpublished product for whoever has the link, until it ends.

create or replace function private.create_preview_link(p_product_id uuid, p_hours integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_expires timestamptz;
begin
  perform private.managed_product(p_product_id);
  if p_hours is null or p_hours not between 1 and 720 then
    perform private.fail(422, 'invalid_hours', 'A preview lasts 1 to 720 hours.');
  end if;
  v_expires := now() + make_interval(hours => p_hours);
  -- Under the product's lock, so that the cap holds.
  delete from private.preview_links as l
  where l.product_id = p_product_id and l.expires_at < now();
  if (select count(*) from private.preview_links as l where l.product_id = p_product_id) >= 20 then
    perform private.fail(
      409, 'too_many_previews', 'Twenty preview links of this product are in use.',
      'End them: rpc/revoke_preview_links.'
    );
  end if;
  insert into private.preview_links (product_id, token_sha256, created_by, expires_at)
  values (p_product_id, sha256(convert_to(v_token, 'utf8')), auth.uid(), v_expires);
  return jsonb_build_object('token', v_token, 'expires_at', v_expires);
end;
$$;
comment on function private.create_preview_link(uuid, integer) is
'See public.create_preview_link.';
revoke all on function private.create_preview_link(uuid, integer) from public;
grant execute on function private.create_preview_link(uuid, integer) to authenticated;

create or replace function public.create_preview_link(product_id uuid, hours integer default 72)
returns jsonb
language sql
set search_path = ''
as $$
  select private.create_preview_link(product_id, hours);
$$;
comment on function public.create_preview_link(uuid, integer) is
'A token that shows my product to whoever has it (preview_product), whatever its status; shown once. Errors: product_not_found, invalid_hours, too_many_previews.';
revoke all on function public.create_preview_link(uuid, integer)
from public, anon, service_role;
grant execute on function public.create_preview_link(uuid, integer) to authenticated;

create or replace function private.revoke_preview_links(p_product_id uuid)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count integer;
begin
  perform private.managed_product(p_product_id);
  delete from private.preview_links as l where l.product_id = p_product_id;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.revoke_preview_links(uuid) is 'See public.revoke_preview_links.';
revoke all on function private.revoke_preview_links(uuid) from public;
grant execute on function private.revoke_preview_links(uuid) to authenticated;

create or replace function public.revoke_preview_links(product_id uuid)
returns integer
language sql
set search_path = ''
as $$
  select private.revoke_preview_links(product_id);
$$;
comment on function public.revoke_preview_links(uuid) is
'End all preview links of my product; returns how many. Errors: product_not_found.';
revoke all on function public.revoke_preview_links(uuid) from public, anon, service_role;
grant execute on function public.revoke_preview_links(uuid) to authenticated;

-- Definer: a draft, for somebody who may not even be signed in. Shows what the public page of the
-- product will show: no file, no path of one.
create or replace function private.preview_product(p_token text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_link private.preview_links;
  v_product public.products;
begin
  select l.* into v_link from private.preview_links as l
  where l.token_sha256 = sha256(convert_to(coalesce(p_token, ''), 'utf8'))
    and l.expires_at > now();
  if v_link.id is null then
    perform private.fail(
      404, 'preview_not_found', 'There is no such preview, or its time is over.',
      'Ask the seller for a new link.'
    );
  end if;
  select p.* into v_product from public.products as p where p.id = v_link.product_id;
  return (to_jsonb(v_product) - array['publish_at', 'publish_problem']) || jsonb_build_object(
    'preview_expires_at', v_link.expires_at,
    'shops', (
      select jsonb_build_object('id', s.id, 'slug', s.slug, 'name', s.name)
      from public.shops as s where s.id = v_product.shop_id
    ),
    'categories', (
      select jsonb_build_object('id', c.id, 'name', c.name, 'path', c.path::text)
      from public.categories as c where c.id = v_product.category_id
    ),
    'product_variants', (
      select coalesce(jsonb_agg(to_jsonb(v) order by v.position, v.id), '[]')
      from public.product_variants as v where v.product_id = v_product.id
    ),
    'product_options', (
      select coalesce(jsonb_agg(to_jsonb(o) order by o.position), '[]')
      from public.product_options as o where o.product_id = v_product.id
    ),
    'product_images', (
      select coalesce(jsonb_agg(to_jsonb(i) order by i.position, i.id), '[]')
      from public.product_images as i where i.product_id = v_product.id
    ),
    'product_tags', (
      select coalesce(jsonb_agg(to_jsonb(t) order by t.tag), '[]')
      from public.product_tags as t where t.product_id = v_product.id
    ),
    'product_bundle_items', private.bundle_components(v_product.id)
  );
end;
$$;
comment on function private.preview_product(text) is 'See public.preview_product.';
revoke all on function private.preview_product(text) from public;
grant execute on function private.preview_product(text) to anon, authenticated;

create or replace function public.preview_product(token text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.preview_product(token);
$$;
comment on function public.preview_product(text) is
'The product behind a preview link with everything its page shows, also without signing in (GET). Errors: preview_not_found.';
revoke all on function public.preview_product(text) from public, service_role;
grant execute on function public.preview_product(text) to anon, authenticated;

-- source: supabase/functions/privacy.sql 3af56e107b9b480def87fd052703dcc16df54d1cbb2b077b1ec086ee5e6719b2
-- Privacy classes: declared per table (supabase/functions/privacy_columns.sql), used to export and to
-- erase a person. The words are explained in docs/dba.md.

create or replace function private.classify(
    p_table text, p_erasure text, p_subject text, p_columns text,
    p_replacements jsonb default '{}', p_erase_subject text default null
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_schema text := split_part(p_table, '.', 1);
  v_name text := split_part(p_table, '.', 2);
begin
  delete from private.column_privacy as c where c.table_schema = v_schema and c.table_name = v_name;
  insert into private.privacy_tables (table_schema, table_name, on_erasure, subject, erase_subject)
  values (v_schema, v_name, p_erasure, p_subject, p_erase_subject)
  on conflict (table_schema, table_name) do update
  set on_erasure = excluded.on_erasure, subject = excluded.subject,
    erase_subject = excluded.erase_subject;
  insert into private.column_privacy (table_schema, table_name, column_name, class, replacement)
  select v_schema, v_name, c.name, split_part(l.line, ':', 1), p_replacements ->> c.name
  from regexp_split_to_table(regexp_replace(p_columns, '\s+', ' ', 'g'), ' *; *') as l (line)
  cross join regexp_split_to_table(trim(split_part(l.line, ':', 2)), ' ') as c (name);
end;
$$;
comment on function private.classify(text, text, text, text, jsonb, text) is
'Declare a table''s privacy, again is fine. p_erasure: none, keep (empty the columns) or delete (the rows). p_subject: condition on a row t that it is about the person $1. p_columns: ''class: column column; class: …''. p_replacements: column to SQL expression.';
revoke all on function private.classify(text, text, text, text, jsonb, text) from public;

-- Both are asked of the catalog, so that a project whose Auth has other columns does as well.
create or replace function private.privacy_columns(p_classes text[])
returns table (
    table_schema text, table_name text, on_erasure text, subject text, erase_subject text,
    column_name text, class text, replacement text, is_nullable boolean, has_default boolean
)
language sql
stable
set search_path = ''
as $$
  select t.table_schema, t.table_name, t.on_erasure, t.subject, t.erase_subject, p.column_name,
    p.class, p.replacement, not a.attnotnull, a.atthasdef
  from private.privacy_tables as t
  inner join private.column_privacy as p
    on p.table_schema = t.table_schema and p.table_name = t.table_name
  inner join pg_catalog.pg_attribute as a
    on a.attrelid = to_regclass(format('%I.%I', t.table_schema, t.table_name))
    and a.attname = p.column_name and a.attnum > 0 and not a.attisdropped
  where p.class = any (p_classes)
  order by t.table_schema, t.table_name, a.attnum;
$$;
comment on function private.privacy_columns(text[]) is
'The classified columns of these classes that exist here, with what their table says.';
revoke all on function private.privacy_columns(text[]) from public;

create or replace function private.export_of(p_user_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v record;
  v_rows jsonb;
  v_result jsonb := '{}';
begin
  for v in
    select c.table_schema, c.table_name, c.subject,
      string_agg(format('t.%I', c.column_name), ', ') as columns
    from private.privacy_columns(
      array['personal_export', 'personal_erase', 'personal_keep_anonymise']
    ) as c
    group by c.table_schema, c.table_name, c.subject
    order by 1, 2
  loop
    execute format(
      'select jsonb_agg(to_jsonb(r)) from (select %s from %I.%I as t where %s) as r',
      v.columns, v.table_schema, v.table_name, v.subject
    ) into v_rows using p_user_id;
    if v_rows is not null then
      v_result := v_result || jsonb_build_object(v.table_schema || '.' || v.table_name, v_rows);
    end if;
  end loop;
  return v_result;
end;
$$;
comment on function private.export_of(uuid) is
'Every personal column of every row about a person, by table: generated from the privacy classes.';
revoke all on function private.export_of(uuid) from public;

create or replace function private.export_my_data()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
begin
  perform private.audit('export', 'users', v_user::text, null, v_user);
  return jsonb_build_object(
    'user_id', v_user, 'exported_at', now(), 'tables', private.export_of(v_user)
  );
end;
$$;
comment on function private.export_my_data() is 'See public.export_my_data.';
revoke all on function private.export_my_data() from public;
grant execute on function private.export_my_data() to authenticated;

create or replace function public.export_my_data()
returns jsonb
language sql
set search_path = ''
as $$
  select private.export_my_data();
$$;
comment on function public.export_my_data() is
'All that is kept about me, as JSON by table; works for suspended and banned people too. Files of mine are in Storage.';
revoke all on function public.export_my_data() from public, anon, service_role;
grant execute on function public.export_my_data() to authenticated;

-- source: supabase/functions/privacy_columns.sql da32e0c767870fe7430305ac77be797f346cc1500a2182cec89076adf8e73648
-- The privacy class of every column of every table; what the words mean is in docs/dba.md. Sorted by
-- topic. A table that is new, or has a new column, is added here (or in a file beside this one, named
-- privacy_columns_<topic>.sql); tests/sql/structure/privacy.sql names what is missing.

-- --- people -----------------------------------------------------------------------------------
select private.classify(
  'public.profiles', 'keep', 't.id = $1',
  'internal: id updated_at; personal_export: created_at; personal_keep_anonymise: handle;
   personal_erase: display_name bio avatar_path',
  '{"handle": "''deleted_'' || encode(extensions.gen_random_bytes(8), ''hex'')"}'
);
select private.classify(
  'public.profile_private', 'delete', 't.user_id = $1',
  'internal: user_id created_at updated_at;
   personal_erase: legal_name phone birth_date locale country'
);
select private.classify(
  'public.addresses', 'delete', 't.user_id = $1',
  'internal: id user_id created_at updated_at;
   personal_erase: label recipient line1 line2 city region postal_code country phone
     is_default_shipping is_default_billing'
);
select private.classify(
  'public.notifications', 'delete', 't.user_id = $1',
  'internal: id user_id dedup_key updated_at;
   personal_erase: kind data occurrences read_at created_at'
);
select private.classify(
  'public.email_preferences', 'delete', 't.user_id = $1',
  'internal: user_id created_at updated_at;
   personal_erase: marketing marketing_changed_at followed_shops reviews forum'
);
select private.classify(
  'public.user_roles', 'delete', 't.user_id = $1',
  'internal: user_id granted_by; personal_export: role reason expires_at created_at'
);
select private.classify(
  'public.user_sanctions', 'keep', 't.user_id = $1',
  'internal: id user_id;
   personal_export: kind reason until lifted_at lift_reason created_at'
);
select private.classify(
  'public.account_deletions', 'keep', 't.user_id = $1',
  'internal: id user_id blocked_by; personal_export: created_at due_at erased_at'
);

-- --- shops and catalogue: a shop's, not a person's ----------------------------------------------
select private.classify(
  'public.shops', 'none', null,
  'public: id slug name description status created_at vacation_from vacation_until
     vacation_message follower_count; internal: updated_at'
);
-- A closed shop keeps its owner, who is nobody by then.
select private.classify(
  'public.shop_members', 'delete', 't.user_id = $1',
  'internal: user_id; personal_export: shop_id role created_at', '{}',
  't.user_id = $1 and t.role <> ''owner'''
);
select private.classify(
  'public.shop_payment_accounts', 'none', null,
  'internal: shop_id stripe_account_id state transfers_capability payouts_enabled country
     requirements synced_at created_at updated_at'
);
select private.classify(
  'public.products', 'none', null,
  'public: id shop_id slug title description kind status is_listed published_at created_at
     category_id is_bundle countries publish_at publish_problem rating_count rating_sum rating_avg
     rating_counts sales_count min_price_amount price_currency is_available;
   internal: updated_at'
);
select private.classify(
  'public.product_variants', 'none', null,
  'public: id product_id shop_id title sku price_amount currency stock reserved available position
     is_listed created_at pricing minimum_amount compare_at_amount weight_grams options;
   internal: updated_at'
);
select private.classify(
  'public.product_images', 'none', null,
  'public: id product_id shop_id path alt position is_listed created_at'
);
select private.classify(
  'public.product_files', 'keep', 't.uploaded_by = $1',
  'internal: id product_id shop_id version path mime size_bytes sha256 status rejection updated_at
     release_notes; personal_export: file_name created_at; personal_erase: uploaded_by'
);

-- --- carts and orders ---------------------------------------------------------------------------
select private.classify(
  'public.carts', 'delete', 't.user_id = $1',
  'internal: id user_id updated_at; personal_erase: created_at'
);
select private.classify(
  'public.cart_items', 'delete', 't.user_id = $1',
  'internal: id cart_id user_id updated_at; personal_erase: variant_id quantity unit_amount
     created_at'
);
select private.classify(
  'public.orders', 'keep', 't.buyer_id = $1',
  'internal: buyer_id updated_at expires_at;
   personal_export: id order_number status currency subtotal_amount discount_amount tax_amount
     shipping_amount total_amount paid_at created_at'
);
select private.classify(
  'public.shop_orders', 'keep', 't.buyer_id = $1',
  'internal: buyer_id updated_at;
   personal_export: id order_id shop_id status currency subtotal_amount discount_amount tax_amount
     shipping_amount total_amount created_at'
);
select private.classify(
  'public.order_items', 'keep', 't.buyer_id = $1',
  'internal: buyer_id shop_order_id variant_id;
   personal_export: id order_id shop_id product_id kind title variant_title unit_amount quantity
     components discount_amount tax_amount total_amount paid_at created_at'
);
select private.classify(
  'public.order_events', 'keep', 't.buyer_id = $1',
  'internal: id buyer_id; personal_export: order_id kind data created_at'
);
select private.classify(
  'public.payments', 'keep', 't.buyer_id = $1',
  'internal: buyer_id updated_at;
   personal_export: id order_id stripe_payment_intent_id status amount currency last_error_code
     created_at'
);
select private.classify(
  'public.shop_earnings', 'none', null,
  'internal: shop_order_id shop_id currency total_amount platform_fee_amount seller_amount
     payable_at created_at updated_at'
);
select private.classify(
  'public.download_grants', 'keep', 't.buyer_id = $1',
  'internal: order_item_id buyer_id updated_at;
   personal_export: id order_id product_id download_limit downloads_used expires_at revoked_at
     revoked_reason created_at'
);

-- --- private: money, delivery, jobs, rules ------------------------------------------------------
select private.classify(
  'private.stripe_events', 'keep',
  't.payload #>> ''{data,object,metadata,order_id}'' in '
  '(select o.id::text from public.orders as o where o.buyer_id = $1) '
  'or t.payload #>> ''{data,object,payment_intent}'' in '
  '(select p.stripe_payment_intent_id from public.payments as p where p.buyer_id = $1) '
  'or t.account in (select a.stripe_account_id from public.shop_payment_accounts as a '
  'inner join public.shop_members as m on m.shop_id = a.shop_id '
  'where m.user_id = $1 and m.role = ''owner'')',
  'internal: event_id endpoint type account api_version livemode request_id state received_at
     applied_at; personal_export: created_at; personal_keep_anonymise: payload',
  '{"payload": "private.bare_stripe_payload(t.payload)"}'
);
select private.classify(
  'private.download_tokens', 'keep',
  't.grant_id in (select g.id from public.download_grants as g where g.buyer_id = $1)',
  'internal: id grant_id product_file_id; personal_export: expires_at created_at;
   secret: token_sha256',
  '{"token_sha256": "extensions.gen_random_bytes(32)"}'
);
select private.classify(
  'private.download_attempts', 'keep',
  't.grant_id in (select g.id from public.download_grants as g where g.buyer_id = $1)',
  'internal: id token_id grant_id request_id; personal_export: outcome code created_at;
   personal_erase: ip user_agent device'
);
select private.classify(
  'private.personalized_files', 'keep',
  't.order_item_id in (select i.id from public.order_items as i where i.buyer_id = $1)',
  'internal: id order_item_id product_file_id payload state method path sha256 size_bytes
     request_id; personal_export: created_at ready_at'
);
select private.classify(
  'private.email_messages', 'keep', 't.user_id = $1',
  'internal: id entity_id user_id state provider_id request_id;
   personal_export: template created_at sent_at'
);
select private.classify(
  'private.idempotency_keys', 'delete', 't.user_id = $1',
  'internal: user_id scope request_hash response; personal_erase: key created_at'
);
-- old and new hold no personal value: private.tg_audit leaves those columns out.
select private.classify(
  'private.audit_log', 'keep', 't.actor_id = $1',
  'internal: id actor_id actor_role entity_id old new request_id;
   personal_export: occurred_at action entity'
);
select private.classify(
  'private.service_accounts', 'delete', 't.user_id = $1',
  'internal: user_id; personal_export: buckets'
);
select private.classify(v.tab, 'none', null, 'internal: ' || v.columns)
from (
  values
  ('private.currencies', 'code minor_units minimum_charge'),
  ('private.countries', 'code'),
  ('private.state_transitions', 'machine from_state to_state'),
  ('private.allowed_origins', 'origin'),
  ('private.payment_charges', 'payment_id stripe_charge_id stripe_fee_amount refund_id created_at updated_at'),
  ('private.fee_schedules', 'id shop_id currency basis_points fixed_amount hold_days effective_from'),
  ('private.order_item_fees', 'order_item_id platform_fee_amount'),
  ('private.ledger_accounts', 'id code shop_id currency'),
  ('private.ledger_transactions', 'id kind reference order_id currency created_at'),
  ('private.ledger_entries', 'id transaction_id account_id currency amount'),
  ('private.inventory_reservations', 'order_item_id order_id variant_id quantity state created_at updated_at'),
  ('private.queues', 'name max_attempts base_delay max_delay'),
  ('private.held_jobs', 'id queue msg_id message attempts error held_at resolution resolution_note resolved_at'),
  ('private.periodic_tasks', 'name function_name every next_run_at last_run_at last_took_ms last_error'),
  ('private.realtime_outbox', 'id channel event data created_at'),
  ('private.realtime_events', 'id channel event data created_at'),
  ('private.realtime_consumers', 'name last_id leased_by leased_until'),
  ('private.rate_rules', 'route burst period'),
  -- An address stands in a key for an hour at most after its last request.
  ('private.rate_limits', 'key tat'),
  ('private.email_topics', 'template topic'),
  ('private.request_routes', 'path rate_route refused_by by_address'),
  ('private.privacy_tables', 'table_schema table_name on_erasure subject erase_subject'),
  ('private.column_privacy', 'table_schema table_name column_name class replacement')
) as v (tab, columns);

-- source: supabase/functions/privacy_columns_auth.sql 595dc3a9677a135e747d8214537fb5cf3e05588f038bc8443026239286108a34
-- Privacy of Auth's and Storage's tables. Theirs to change, so what a hosted project has and the local
-- stack has not is here too: what does not exist is passed over.
select private.classify(
  'auth.users', 'keep', 't.id = $1',
  'internal: id instance_id aud role is_super_admin is_sso_user is_anonymous confirmed_at
     email_change_confirm_status banned_until deleted_at updated_at;
   personal_export: created_at;
   personal_keep_anonymise: email;
   personal_erase: phone email_change phone_change email_confirmed_at phone_confirmed_at invited_at
     confirmation_sent_at recovery_sent_at email_change_sent_at phone_change_sent_at
     reauthentication_sent_at last_sign_in_at raw_app_meta_data raw_user_meta_data;
   secret: encrypted_password confirmation_token recovery_token email_change_token_new
     email_change_token_current phone_change_token reauthentication_token',
  -- Auth reads null where it expects text as a fault: empty strings.
  '{"email": "''deleted-'' || t.id || ''@deleted.invalid''", "email_change": "''''", "phone_change": "''''",
    "raw_app_meta_data": "''{}''", "raw_user_meta_data": "''{}''", "confirmation_token": "''''",
    "recovery_token": "''''", "email_change_token_new": "''''", "email_change_token_current": "''''",
    "phone_change_token": "''''", "reauthentication_token": "''''"}'
);
select private.classify(
  'auth.identities', 'delete', 't.user_id = $1',
  'internal: id user_id updated_at; personal_export: created_at;
   personal_erase: provider provider_id identity_data email last_sign_in_at'
);
select private.classify(
  'auth.sessions', 'delete', 't.user_id = $1',
  'internal: id user_id not_after tag scopes updated_at aal factor_id oauth_client_id
     refresh_token_counter;
   personal_erase: refreshed_at user_agent ip created_at; secret: refresh_token_hmac_key'
);
select private.classify(
  'auth.refresh_tokens', 'delete', 't.user_id::text = $1::text',
  'internal: id instance_id user_id session_id revoked created_at updated_at; secret: token parent'
);
select private.classify(
  'auth.flow_state', 'delete', 't.user_id = $1',
  'internal: id user_id authentication_method code_challenge_method provider_type
     auth_code_issued_at oauth_client_state_id linking_target_id email_optional created_at updated_at;
   secret: auth_code code_challenge provider_access_token provider_refresh_token invite_token;
   personal_erase: referrer'
);
-- By text: an entry may name the person as actor or as object, and some versions of Auth keep the
-- payload as a JSON string.
select private.classify(
  'auth.audit_log_entries', 'delete', 'position($1::text in t.payload::text) > 0',
  'internal: id instance_id; personal_erase: payload created_at ip_address'
);
select private.classify(
  'auth.one_time_tokens', 'delete', 't.user_id = $1',
  'internal: id user_id token_type created_at updated_at; secret: token_hash; personal_erase: relates_to'
);
select private.classify(
  'auth.mfa_factors', 'delete', 't.user_id = $1',
  'internal: id user_id status updated_at last_challenged_at;
   personal_erase: friendly_name factor_type phone created_at;
   secret: secret web_authn_credential web_authn_aaguid last_webauthn_challenge_data'
);
select private.classify(
  'storage.buckets', 'none', null,
  'internal: id name owner owner_id public avif_autodetection file_size_limit allowed_mime_types
     created_at updated_at type'
);
-- Erased through Storage by a job of queue storage: the bytes have to go too. Names hold ids.
select private.classify(
  'storage.objects', 'keep', 't.owner_id = $1::text',
  'internal: id owner owner_id version path_tokens updated_at last_accessed_at level;
   personal_export: bucket_id name metadata user_metadata created_at'
);

-- source: supabase/functions/privacy_columns_market.sql 658da59ce3d170f57fc5f562f54d9ce554d1c18d76997cefde34e879e87f71e5
-- Privacy classes, continued: shops' life, catalogue, reviews, wishes, discounts, search.

-- --- shops -----------------------------------------------------------------------------------
-- Those that a person has sent (they know the address) or was sent: gone with the person.
select private.classify(
  'public.shop_invitations', 'delete',
  't.invited_by = $1 or t.email = (select u.email from auth.users as u where u.id = $1)',
  'internal: id shop_id invited_by settled_at status expires_at; personal_erase: email role created_at'
);
select private.classify(
  'public.shop_ownership_offers', 'delete', 't.user_id = $1 or t.offered_by = $1',
  'internal: shop_id user_id offered_by; personal_erase: expires_at created_at'
);

-- --- catalogue ---------------------------------------------------------------------------------
select private.classify(
  'public.import_jobs', 'keep', 't.created_by = $1',
  'internal: id shop_id mode state columns bytes_total bytes_seen rows_seen rows_ok rows_failed
     error_count problem last_line updated_at finished_at;
   personal_export: created_at; personal_erase: created_by'
);
select private.classify(
  'private.preview_links', 'keep', 't.created_by = $1',
  'internal: id product_id expires_at; personal_export: created_at; personal_erase: created_by;
   secret: token_sha256',
  '{"token_sha256": "extensions.gen_random_bytes(32)"}'
);
select private.classify(
  'private.release_notices', 'keep', 't.buyer_id = $1',
  'internal: id product_file_id buyer_id; personal_export: created_at'
);

-- --- reviews, wishes, discounts ----------------------------------------------------------------
-- The stars stay, and count; the words go.
select private.classify(
  'public.product_reviews', 'keep', 't.author_id = $1',
  'internal: author_id moderated_at;
   public: id product_id shop_id status hidden_reason helpful_count seller_reply seller_replied_at;
   personal_export: stars edited_at created_at; personal_erase: title body'
);
select private.classify(
  'public.review_votes', 'delete', 't.user_id = $1',
  'internal: user_id; personal_erase: review_id created_at'
);
select private.classify(
  'public.wishlist_items', 'delete', 't.user_id = $1',
  'internal: id user_id;
   personal_erase: product_id added_price_amount added_currency added_available created_at'
);
select private.classify(
  'public.shop_follows', 'delete', 't.user_id = $1',
  'internal: user_id; personal_erase: shop_id created_at'
);
select private.classify(
  'public.recently_viewed', 'delete', 't.user_id = $1',
  'internal: user_id; personal_erase: product_id viewed_at'
);
select private.classify(
  'private.discount_redemptions', 'keep', 't.buyer_id = $1',
  'internal: shop_order_id order_id code_id buyer_id updated_at;
   personal_export: amount currency state created_at'
);
select private.classify(
  'private.cart_discounts', 'delete',
  't.cart_id in (select c.id from public.carts as c where c.user_id = $1)',
  'internal: cart_id; personal_erase: code created_at'
);

-- --- about nobody --------------------------------------------------------------------------------
select private.classify(v.tab, 'none', null, 'internal: ' || v.columns)
from (
  values
  ('public.shop_notices', 'id shop_id kind reason next_action created_at resolved_at'),
  ('private.shop_permissions', 'role permission'),
  ('private.shop_slug_history', 'slug shop_id retired_at'),
  ('private.shop_invitation_sends', 'id invitation_id created_at'),
  ('private.shop_invitation_tokens', 'token_sha256 invitation_id created_at'),
  ('public.categories', 'id parent_id slug name path position created_at updated_at'),
  ('public.product_options', 'id product_id shop_id name choices position is_listed created_at'),
  ('public.product_tags', 'product_id tag shop_id is_listed created_at'),
  ('public.product_bundle_items', 'bundle_id variant_id product_id shop_id quantity position is_listed created_at'),
  ('public.import_errors', 'id job_id shop_id line column_name code message created_at'),
  ('private.import_staged', 'job_id line sku product_key is_first product_id variant_id slug title description kind category_id tags options variant_title price_amount compare_at_amount minimum_amount currency stock weight_grams countries wanted_status'),
  ('private.release_announcements', 'product_file_id product_id last_grant_id created_at done_at'),
  ('public.discount_codes', 'id shop_id product_id code basis_points fixed_amount currency minimum_subtotal_amount max_uses max_uses_per_customer uses starts_at ends_at is_active created_at'),
  ('private.reviewed_items', 'order_item_id review_id'),
  ('private.catalogue_changes', 'id kind entity_id spread_after created_at'),
  ('private.product_search', 'product_id shop_id category_id kind tier score published_at price_amount currency rating_avg sales_count labels words document'),
  ('private.shop_search', 'shop_id name'),
  ('private.search_tiers', 'tier capacity min_score'),
  ('private.search_words', 'word stem documents'),
  ('private.revalidations', 'kind entity_id queued_at')
) as v (tab, columns);

-- source: supabase/functions/product_figures.sql 90b856581327648e908084e555b7a66d3d253c3edc742aeccabc8dd1a1192c79
-- min_price_amount, price_currency and is_available of a product, from its variants and, for a
-- bundle, from what it holds. Locks: variants first, then products by id.

create or replace function private.product_figures(p_product_ids uuid[])
returns table (product_id uuid, min_price bigint, currency text, available boolean)
language sql
stable
security definer
set search_path = ''
as $$
  select
    p.id, v.min_price, v.currency,
    coalesce(v.available, false) and not exists (
      select 1 from public.product_bundle_items as b
      inner join public.product_variants as c on c.id = b.variant_id
      where b.bundle_id = p.id and c.available < b.quantity
    )
  from public.products as p
  left join (
    select
      w.product_id, min(coalesce(w.minimum_amount, w.price_amount)) as min_price,
      min(w.currency) as currency, bool_or(w.stock is null or w.available > 0) as available
    from public.product_variants as w
    where w.product_id = any(p_product_ids)
    group by w.product_id
  ) as v on v.product_id = p.id
  where p.id = any(p_product_ids);
$$;
comment on function private.product_figures(uuid[]) is
'The figures of these products, counted afresh.';
revoke all on function private.product_figures(uuid[]) from public;

create or replace function private.lock_products(p_product_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from public.products as p
  where p.id = any(p_product_ids) order by p.id for no key update;
end;
$$;
comment on function private.lock_products(uuid[]) is 'Lock products, in one order for everybody.';
revoke all on function private.lock_products(uuid[]) from public;

create or replace function private.refresh_products(p_product_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if cardinality(p_product_ids) = 0 then
    return;
  end if;
  -- A statement of its own: the next one then sees what was committed while this one waited.
  perform private.lock_products(p_product_ids);
  update public.products as p
  set min_price_amount = f.min_price, price_currency = f.currency, is_available = f.available
  from private.product_figures(p_product_ids) as f
  where p.id = f.product_id
    and (p.min_price_amount, p.price_currency, p.is_available)
    is distinct from (f.min_price, f.currency, f.available);
end;
$$;
comment on function private.refresh_products(uuid[]) is
'Bring the figures of these products up to date.';
revoke all on function private.refresh_products(uuid[]) from public;

-- Definer, as all here: a buyer's checkout changes products that are not theirs.
create or replace function private.tg_product_variants__figures_insert()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.refresh_products(array(select distinct n.product_id from new_rows as n));
  return null;
end;
$$;
comment on function private.tg_product_variants__figures_insert() is
'Figures of products that got a variant.';
revoke all on function private.tg_product_variants__figures_insert() from public;

create or replace function private.tg_product_variants__figures_update()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Only what changes a figure: a sale out of many must not queue at the product's row. No join of
  -- the two: the planner does not know how many rows they have.
  perform private.refresh_products(array(
    select c.product_id from (
      select n.id, n.product_id, n.price_amount, n.minimum_amount, n.stock is null or n.available > 0
      from new_rows as n
      except
      select o.id, o.product_id, o.price_amount, o.minimum_amount, o.stock is null or o.available > 0
      from old_rows as o
    ) as c
    union
    select b.bundle_id from public.product_bundle_items as b
    where b.variant_id in (
      select c.id from (
        select n.id, n.available from new_rows as n
        except
        select o.id, o.available from old_rows as o
      ) as c
    )
  ));
  return null;
end;
$$;
comment on function private.tg_product_variants__figures_update() is
'Figures of products, and of bundles that hold them, when a price or availability changes.';
revoke all on function private.tg_product_variants__figures_update() from public;

create or replace function private.tg_product_variants__figures_delete()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.refresh_products(array(select distinct o.product_id from old_rows as o));
  return null;
end;
$$;
comment on function private.tg_product_variants__figures_delete() is
'Figures of products that lost a variant.';
revoke all on function private.tg_product_variants__figures_delete() from public;

create or replace trigger tg_product_variants__figures_insert
after insert on public.product_variants
referencing new table as new_rows
for each statement execute function private.tg_product_variants__figures_insert();

create or replace trigger tg_product_variants__figures_update
after update on public.product_variants
referencing old table as old_rows new table as new_rows
for each statement execute function private.tg_product_variants__figures_update();

create or replace trigger tg_product_variants__figures_delete
after delete on public.product_variants
referencing old table as old_rows
for each statement execute function private.tg_product_variants__figures_delete();

-- source: supabase/functions/product_options.sql 7a7a839b87a180926a056bf3ce6845be5b2292a4fb8626fadc0b2c1430a9045f
-- Options (Size: S, M, L) and the variants that choose among them; what else a variant must agree
-- with its product about.

create or replace function private.options_fit(p_product_id uuid, p_options jsonb)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select case when jsonb_typeof(p_options) = 'object' then
    (select count(*) from jsonb_object_keys(p_options)) = count(o.id)
    and coalesce(bool_and(
      jsonb_typeof(p_options -> o.name) = 'string' and p_options ->> o.name = any(o.choices)
    ), true)
  else false end
  from public.product_options as o
  where o.product_id = p_product_id;
$$;
comment on function private.options_fit(uuid, jsonb) is
'Is this exactly one choice for each option of the product?';
revoke all on function private.options_fit(uuid, jsonb) from public;

-- After tg_…__child (triggers fire by name), so that the product is locked on insert.
create or replace function private.tg_product_variants__consistent()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_kind public.product_kind;
begin
  -- Whom the policy is going to refuse learns nothing about the product here.
  if new.shop_id is null or (
    auth.uid() is not null and new.shop_id not in (select private.shop_ids_with('catalogue.edit'))
  ) then
    return new;
  end if;
  if tg_op = 'INSERT' and exists (
    select 1 from public.product_variants as v
    where v.product_id = new.product_id and v.currency <> new.currency
  ) then
    perform private.fail(
      409, 'currency_differs', 'All variants of a product have one currency.',
      'Make another product for another currency.'
    );
  end if;
  if new.weight_grams is not null then
    select p.kind into v_kind from public.products as p where p.id = new.product_id;
    if v_kind <> 'physical' then
      perform private.fail(422, 'weight_not_allowed', 'Only physical products have a weight.');
    end if;
  end if;
  if (tg_op = 'INSERT' or new.options <> old.options)
    and not private.options_fit(new.product_id, new.options) then
    perform private.fail(
      422, 'invalid_options', 'options has one choice for each option of the product.',
      'See product_options; set them by rpc/set_product_options.'
    );
  end if;
  return new;
end;
$$;
comment on function private.tg_product_variants__consistent() is
'Currency, weight and options of a variant agree with its product.';
revoke all on function private.tg_product_variants__consistent() from public;

create or replace trigger tg_product_variants__consistent
before insert or update of options, weight_grams on public.product_variants
for each row execute function private.tg_product_variants__consistent();

create or replace function private.are_choices(p_choices jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select case when jsonb_typeof(p_choices) = 'array' then
    jsonb_array_length(p_choices) between 1 and 100 and not exists (
      select 1 from jsonb_array_elements(p_choices) as c (value)
      where jsonb_typeof(c.value) <> 'string' or c.value #>> '{}' !~ '^[^[:cntrl:]|]{1,40}$'
    ) and jsonb_array_length(p_choices) = (
      select count(distinct c.value) from jsonb_array_elements(p_choices) as c (value)
    )
  else false end;
$$;
comment on function private.are_choices(jsonb) is
'1 to 100 different strings of 1 to 40 characters?';
revoke all on function private.are_choices(jsonb) from public;

create or replace function private.set_product_options(p_product_id uuid, p_options jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
  v_valid boolean;
begin
  -- One condition after the other: a shape is looked into only once it is known.
  v_valid := case
    when jsonb_typeof(p_options) is distinct from 'array' then false
    when jsonb_array_length(p_options) > 3 then false
    else (
      select coalesce(bool_and(
        case
          when jsonb_typeof(o.value) <> 'object' then false
          else coalesce(jsonb_typeof(o.value -> 'name') = 'string', false)
            and coalesce(o.value ->> 'name' ~ '^[^[:cntrl:]=|]{1,40}$', false)
            and coalesce(private.are_choices(o.value -> 'choices'), false)
        end
      ), true)
        and count(*) = count(distinct o.value -> 'name')
      from jsonb_array_elements(p_options) as o (value)
    )
  end;
  if not v_valid then
    perform private.fail(
      422, 'invalid_product_options',
      'Up to 3 options, each {"name": …, "choices": [1 to 100 different names]}.'
    );
  end if;
  delete from public.product_options as o where o.product_id = p_product_id;
  insert into public.product_options (product_id, name, choices, position)
  select p_product_id, o.value ->> 'name',
    array(select jsonb_array_elements_text(o.value -> 'choices')), o.n - 1
  from jsonb_array_elements(p_options) with ordinality as o (value, n);
  -- A public product's variants stay complete; a draft's may still be given the new options.
  if exists (
    select 1 from public.product_variants as v
    where v.product_id = p_product_id and not private.options_fit(p_product_id, v.options)
      and (v_product.status = 'active' or exists (
        select 1 from jsonb_each_text(v.options) as k
        where not exists (
          select 1 from public.product_options as o
          where o.product_id = p_product_id and o.name = k.key and k.value = any(o.choices)
        )
      ))
  ) then
    perform private.fail(
      409, 'option_in_use', 'A variant of the product would no longer fit its options.',
      'Change the variants first; to add an option to a public product, archive it meanwhile.'
    );
  end if;
  return coalesce((
    select jsonb_agg(to_jsonb(o) order by o.position) from public.product_options as o
    where o.product_id = p_product_id
  ), '[]');
end;
$$;
comment on function private.set_product_options(uuid, jsonb) is 'See public.set_product_options.';
revoke all on function private.set_product_options(uuid, jsonb) from public;
grant execute on function private.set_product_options(uuid, jsonb) to authenticated;

create or replace function public.set_product_options(product_id uuid, options jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  select private.set_product_options(product_id, options);
$$;
comment on function public.set_product_options(uuid, jsonb) is
'What a buyer chooses between, in order: [{"name": "Size", "choices": ["S", "M"]}], replacing what was. Then each variant has {"Size": "S"} as its options. Errors: product_not_found, invalid_product_options, option_in_use.';
revoke all on function public.set_product_options(uuid, jsonb) from public, anon, service_role;
grant execute on function public.set_product_options(uuid, jsonb) to authenticated;

create or replace function private.delete_variant(p_variant_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product_id uuid;
  v_product public.products;
begin
  perform private.require_user();
  select v.product_id into v_product_id from public.product_variants as v
  where v.id = p_variant_id and v.shop_id in (select private.shop_ids_with('catalogue.edit'));
  if v_product_id is null then
    perform private.fail(404, 'variant_not_found', 'You manage no such variant.');
  end if;
  v_product := private.managed_product(v_product_id);
  if v_product.status = 'active' and (
    select count(*) from public.product_variants as v where v.product_id = v_product_id
  ) = 1 then
    perform private.fail(
      409, 'product_has_no_variant', 'A public product keeps one variant at least.',
      'Archive the product first: rpc/archive_product.'
    );
  end if;
  delete from public.product_variants as v where v.id = p_variant_id;
exception
  when foreign_key_violation then
    perform private.fail(
      409, 'variant_in_use', 'The variant was ordered, or a bundle holds it.',
      'Set its stock to 0 instead.'
    );
end;
$$;
comment on function private.delete_variant(uuid) is 'See public.delete_variant.';
revoke all on function private.delete_variant(uuid) from public;
grant execute on function private.delete_variant(uuid) to authenticated;

create or replace function public.delete_variant(variant_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.delete_variant(variant_id);
$$;
comment on function public.delete_variant(uuid) is
'Remove a variant that nobody has ordered. Errors: variant_not_found, variant_in_use, product_has_no_variant.';
revoke all on function public.delete_variant(uuid) from public, anon, service_role;
grant execute on function public.delete_variant(uuid) to authenticated;

-- source: supabase/functions/product_tags.sql 1c1b57a0acb682d1f6713c9dc021f4d085a32b6216dbee8bbe705bb2457eb819
-- Tags and images: normal form, caps, order.

create or replace function private.normalize_tag(p_tag text)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Whatever is neither letter nor digit joins words: spaces, but also invisible characters.
  select trim(both '-' from regexp_replace(lower(normalize(p_tag, nfkc)), '[^[:alnum:]]+', '-', 'g'));
$$;
comment on function private.normalize_tag(text) is
'Lower case, compatibility characters folded, words joined by single hyphens; may come out empty.';
revoke all on function private.normalize_tag(text) from public;

-- Definer: the caller cannot execute the normal form.
create or replace function private.tg_product_tags__normal()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.tag := private.normalize_tag(new.tag);
  if char_length(coalesce(new.tag, '')) not between 2 and 40 then
    perform private.fail(422, 'invalid_tag', 'A tag has 2 to 40 letters and digits.');
  end if;
  return new;
end;
$$;
comment on function private.tg_product_tags__normal() is 'Tags are stored in their normal form.';
revoke all on function private.tg_product_tags__normal() from public;

create or replace trigger tg_product_tags__normal
before insert on public.product_tags
for each row execute function private.tg_product_tags__normal();

-- Under the product's lock, taken by tg_…__child before: the caps hold.
create or replace function private.tg_product_tags__cap()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if (select count(*) from public.product_tags as t where t.product_id = new.product_id) > 15 then
    perform private.fail(409, 'too_many_tags', 'A product has 15 tags at most.');
  end if;
  return null;
end;
$$;
comment on function private.tg_product_tags__cap() is 'At most 15 tags a product.';
revoke all on function private.tg_product_tags__cap() from public;

create or replace trigger tg_product_tags__cap
after insert on public.product_tags
for each row execute function private.tg_product_tags__cap();

create or replace function private.tg_product_images__cap()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if (
    select count(*) from public.product_images as i where i.product_id = new.product_id
  ) > 20 then
    perform private.fail(409, 'too_many_images', 'A product has 20 images at most.');
  end if;
  return null;
end;
$$;
comment on function private.tg_product_images__cap() is 'At most 20 images a product.';
revoke all on function private.tg_product_images__cap() from public;

create or replace trigger tg_product_images__cap
after insert on public.product_images
for each row execute function private.tg_product_images__cap();

create or replace function private.reorder_images(p_product_id uuid, p_image_ids uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.managed_product(p_product_id);
  if array(
    select i.id from public.product_images as i where i.product_id = p_product_id order by i.id
  ) is distinct from array(select u.id from unnest(p_image_ids) as u (id) order by u.id) then
    perform private.fail(
      422, 'invalid_image_order', 'Name each image of the product once.',
      'Read product_images again.'
    );
  end if;
  update public.product_images as i set position = u.n - 1
  from unnest(p_image_ids) with ordinality as u (id, n)
  where i.id = u.id and i.position <> u.n - 1;
  return coalesce((
    select jsonb_agg(to_jsonb(i) order by i.position, i.id) from public.product_images as i
    where i.product_id = p_product_id
  ), '[]');
end;
$$;
comment on function private.reorder_images(uuid, uuid[]) is 'See public.reorder_images.';
revoke all on function private.reorder_images(uuid, uuid[]) from public;
grant execute on function private.reorder_images(uuid, uuid[]) to authenticated;

create or replace function public.reorder_images(product_id uuid, image_ids uuid[])
returns jsonb
language sql
set search_path = ''
as $$
  select private.reorder_images(product_id, image_ids);
$$;
comment on function public.reorder_images(uuid, uuid[]) is
'Show my product''s images in this order. Errors: product_not_found, invalid_image_order.';
revoke all on function public.reorder_images(uuid, uuid[]) from public, anon, service_role;
grant execute on function public.reorder_images(uuid, uuid[]) to authenticated;

-- source: supabase/functions/publishing.sql 4700030cb419d2e7250e174f40a0405ba54c770cb6610b43ebf1e8ff170bbe71
-- Publishing: what stands in the way, and doing it at a time the seller chose.

create or replace function private.publish_problem(p_product public.products)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when not exists (
      select 1 from public.shops as s where s.id = p_product.shop_id and s.status = 'active'
    ) then 'shop_not_active'
    when not exists (
      select 1 from public.product_variants as v where v.product_id = p_product.id
    ) then 'product_has_no_variant'
    when p_product.is_bundle and private.bundle_is_incomplete(p_product.id)
      then 'bundle_incomplete'
    when p_product.kind = 'digital' and not p_product.is_bundle and not exists (
      select 1 from public.product_files as f
      where f.product_id = p_product.id and f.status = 'ready'
    ) then 'product_has_no_file'
    when exists (
      select 1 from public.product_variants as v
      where v.product_id = p_product.id and not private.options_fit(v.product_id, v.options)
    ) then 'variant_options_incomplete'
    -- What is on sale stays on sale (shop_notices.sql); nothing new is added to it.
    when p_product.status <> 'active' and not exists (
      select 1 from public.shop_payment_accounts as a
      where a.shop_id = p_product.shop_id and a.transfers_capability = 'active'
    ) then 'payment_account_not_ready'
  end;
$$;
comment on function private.publish_problem(public.products) is
'Stable code of what forbids publishing this product, or null.';
revoke all on function private.publish_problem(public.products) from public;

create or replace function private.make_active(p_product public.products)
returns public.products
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_product.status <> 'active' then
    update public.products as p
    set status = 'active', published_at = coalesce(p.published_at, now()),
      publish_at = null, publish_problem = null
    where p.id = p_product.id
    returning * into p_product;
  end if;
  return p_product;
end;
$$;
comment on function private.make_active(public.products) is
'Publish a locked product that nothing stands in the way of; again changes nothing.';
revoke all on function private.make_active(public.products) from public;

create or replace function private.schedule_product(p_product_id uuid, p_publish_at timestamptz)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
begin
  if v_product.status = 'active' then
    perform private.fail(409, 'product_is_active', 'The product is public already.');
  end if;
  if p_publish_at is not null
    and p_publish_at not between now() and now() + interval '1 year' then
    perform private.fail(
      422, 'invalid_publish_time', 'A product is scheduled for within a year from now.'
    );
  end if;
  update public.products as p set publish_at = p_publish_at, publish_problem = null
  where p.id = p_product_id
  returning * into v_product;
  return to_jsonb(v_product);
end;
$$;
comment on function private.schedule_product(uuid, timestamptz) is 'See public.schedule_product.';
revoke all on function private.schedule_product(uuid, timestamptz) from public;
grant execute on function private.schedule_product(uuid, timestamptz) to authenticated;

create or replace function public.schedule_product(product_id uuid, publish_at timestamptz)
returns jsonb
language sql
set search_path = ''
as $$
  select private.schedule_product(product_id, publish_at);
$$;
comment on function public.schedule_product(uuid, timestamptz) is
'Publish my product at this time; null cancels. If it cannot be published then, publish_problem says why. Errors: product_not_found, product_is_active, invalid_publish_time.';
revoke all on function public.schedule_product(uuid, timestamptz)
from public, anon, service_role;
grant execute on function public.schedule_product(uuid, timestamptz) to authenticated;

create or replace function private.publish_scheduled()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
  v_product public.products;
  v_problem text;
begin
  -- In the order of their ids: what this holds on to grows product by product.
  for v_id in
    select d.id from (
      select p.id from public.products as p
      where p.publish_at <= now() order by p.publish_at limit 100
    ) as d
    order by d.id
  loop
    v_product := private.lock_product(v_id);
    -- Cancelled, or published by hand, a moment ago.
    continue when v_product.publish_at is null or v_product.publish_at > now();
    v_problem := private.publish_problem(v_product);
    if v_problem is null then
      perform private.make_active(v_product);
    else
      update public.products as p set publish_at = null, publish_problem = v_problem
      where p.id = v_id;
    end if;
    perform private.emit(
      'private-shop-' || v_product.shop_id,
      case when v_problem is null then 'product.published' else 'product.publish_failed' end,
      jsonb_build_object('product_id', v_id)
    );
  end loop;
end;
$$;
comment on function private.publish_scheduled() is
'Periodic: publishes what is due; what cannot be published keeps the reason for its seller.';
revoke all on function private.publish_scheduled() from public;

-- source: supabase/functions/releases.sql 2cec385419367c39ca972220f420ec0b944a0089c14fd5c1e694dd62f737c0e4
-- New versions of digital files: their buyers are told, and get them under the grant they have.

create or replace function private.announce_release(p_file public.product_files)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into private.release_announcements (product_file_id, product_id)
  select p_file.id, p_file.product_id
  where p_file.version > 1 and exists (
    select 1 from public.download_grants as g where g.product_id = p_file.product_id
  )
  on conflict (product_file_id) do nothing;
$$;
comment on function private.announce_release(public.product_files) is
'A file has passed its checks: if it is a new version of something sold, its buyers are going to be told.';
revoke all on function private.announce_release(public.product_files) from public;

create or replace function private.announce_releases()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_release private.release_announcements;
  v_grant public.download_grants;
  v_notice uuid;
  v_count integer := 0;
begin
  select * into v_release from private.release_announcements as a
  where a.done_at is null order by a.created_at limit 1
  for update skip locked;
  if v_release.product_file_id is null then
    return;
  end if;
  for v_grant in
    select g.* from public.download_grants as g
    where g.product_id = v_release.product_id
      and g.id > coalesce(v_release.last_grant_id, '00000000-0000-0000-0000-000000000000')
      and g.created_at <= v_release.created_at
    order by g.id limit 500
    for no key update
  loop
    v_count := v_count + 1;
    v_release.last_grant_id := v_grant.id;
    continue when v_grant.revoked_at is not null or v_grant.expires_at < now();
    update public.download_grants as g
    set download_limit = least(g.download_limit + 5, 1000)
    where g.id = v_grant.id;
    insert into private.release_notices (product_file_id, buyer_id)
    values (v_release.product_file_id, v_grant.buyer_id)
    on conflict (product_file_id, buyer_id) do nothing
    returning id into v_notice;
    -- Two grants (alone, and in a bundle) are one message.
    if found then
      perform private.queue_email('new_version', v_notice, v_grant.buyer_id);
      perform private.emit(
        'private-user-' || v_grant.buyer_id, 'file.new_version',
        jsonb_build_object(
          'product_id', v_release.product_id, 'file_id', v_release.product_file_id,
          'order_item_id', v_grant.order_item_id
        )
      );
    end if;
  end loop;
  update private.release_announcements as a
  set last_grant_id = v_release.last_grant_id, done_at = case when v_count < 500 then now() end
  where a.product_file_id = v_release.product_file_id;
end;
$$;
comment on function private.announce_releases() is
'Periodic: 500 buyers at a time get five more downloads for a new version, an email and an event.';
revoke all on function private.announce_releases() from public;

create or replace function private.release_data(p_notice_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'buyer_name', coalesce(nullif(b.display_name, ''), b.handle), 'product', p.title,
    'shop', s.name, 'file_name', f.file_name, 'version', f.version,
    'release_notes', f.release_notes, 'library_url_path', '/library'
  )
  from private.release_notices as n
  inner join public.product_files as f on f.id = n.product_file_id
  inner join public.products as p on p.id = f.product_id
  inner join public.shops as s on s.id = f.shop_id
  inner join public.profiles as b on b.id = n.buyer_id
  where n.id = p_notice_id;
$$;
comment on function private.release_data(uuid) is 'What the template new_version shows.';
revoke all on function private.release_data(uuid) from public;

-- source: supabase/functions/request_routes.sql 95721ad9833ce8a630beaf5cf8d854ad2fb381d495cf0627ae70627257ae4699
-- Paths that PostgREST's pre-request hook treats in a way of their own: see private.request_routes.
-- Data, edited here and stamped like a function.
insert into private.request_routes (path, rate_route, refused_by, by_address)
values
('/profiles', 'account', 'suspend', true),
('/profile_private', 'account', 'suspend', true),
('/addresses', 'account', 'suspend', true),
('/email_preferences', 'account', 'suspend', true),
('/rpc/mark_notifications_read', 'account', 'never', true),
('/rpc/end_session', 'account', 'never', true),
('/rpc/end_other_sessions', 'account', 'never', true),
('/rpc/export_my_data', 'privacy', 'never', true),
('/rpc/request_account_deletion', 'privacy', 'never', true),
('/rpc/cancel_account_deletion', 'privacy', 'never', true),
('/cart_items', 'cart', 'suspend', true),
('/rpc/cart_add', 'cart', 'suspend', true),
('/rpc/begin_checkout', null, 'suspend', false),
('/rpc/cancel_order', null, 'never', true),
('/rpc/issue_download_token', null, 'ban', true),
('/products', 'catalogue', 'suspend', true),
('/product_variants', 'catalogue', 'suspend', true),
('/product_images', 'catalogue', 'suspend', true),
('/rpc/publish_product', 'catalogue', 'suspend', true),
('/rpc/archive_product', 'catalogue', 'suspend', true),
('/rpc/begin_upload', null, 'suspend', false),
('/shops', 'shop', 'suspend', true),
('/rpc/create_shop', 'shop', 'suspend', true),
('/rpc/open_shop', 'shop', 'suspend', true),
('/rpc/grant_role', 'moderation', 'suspend', true),
('/rpc/revoke_role', 'moderation', 'suspend', true),
('/rpc/sanction_user', 'moderation', 'suspend', true),
('/rpc/lift_sanction', 'moderation', 'suspend', true),
('/rpc/support_find_user', 'support', 'suspend', true),
('/rpc/support_order', 'support', 'suspend', true)
on conflict (path) do update
set rate_route = excluded.rate_route, refused_by = excluded.refused_by,
  by_address = excluded.by_address;

-- source: supabase/functions/requests.sql 2dee4baee3ab9cd6148c0952a646230990dd9833bf5b90c1e97afd4bf8294352
-- What happens before each PostgREST request: ended sessions; of changes Origin, sanctions, rates.

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

create or replace function private.refuse_if_limited(p_route text, p_subject text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_wait integer;
begin
  -- A class without a rule is not limited: an operator may switch one off by deleting its row.
  if not exists (select 1 from private.rate_rules as r where r.route = p_route) then
    return;
  end if;
  v_wait := private.rate_hit(p_route, p_subject);
  if v_wait > 0 then
    perform private.fail(
      429, 'rate_limited', 'Too many changes in a short time.',
      'Wait as long as Retry-After says.', p_route, v_wait
    );
  end if;
end;
$$;
comment on function private.refuse_if_limited(text, text) is
'Count one request; 429 rate_limited with Retry-After, and the class as details, when it is one too many.';
revoke all on function private.refuse_if_limited(text, text) from public;

-- Definer: reads and writes private tables for every role. Asks whether the transaction may write
-- and not which HTTP method came: a POST to a STABLE function is read-only.
create or replace function private.pre_request()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
  v_headers jsonb;
  v_origin text;
  v_address text;
  v_route private.request_routes;
begin
  if private.session_has_ended() then
    perform private.fail(
      401, 'session_ended', 'This session was ended.', 'Sign in again.'
    );
  end if;
  perform private.set_cache_headers();
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
  select * into v_route from private.request_routes as r
  where r.path = current_setting('request.path', true);
  -- A policy refuses silently; this says why. A suspension is the rule for unknown paths.
  if v_user is not null and v_route.refused_by is distinct from 'never' then
    perform private.refuse_blocked(
      v_user, coalesce(v_route.refused_by, 'suspend')::public.sanction_kind
    );
  end if;
  v_address := nullif(trim(split_part(v_headers ->> 'x-forwarded-for', ',', -1)), '');
  perform private.refuse_if_limited(
    'rest_write', coalesce(v_user::text, v_address, 'unknown')
  );
  if v_route.rate_route is not null then
    perform private.refuse_if_limited(
      v_route.rate_route, coalesce(v_user::text, v_address, 'unknown')
    );
  end if;
  if v_address is not null and coalesce(v_route.by_address, true) then
    perform private.refuse_if_limited('rest_write_address', v_address);
  end if;
end;
$$;
comment on function private.pre_request() is
'PostgREST''s db-pre-request: ended sessions, and for changes foreign Origins, blocked people and too many of them (per person, per class of path, per address) are refused here.';
revoke all on function private.pre_request() from public;
grant execute on function private.pre_request() to anon, authenticated, service_role;

-- source: supabase/functions/revalidation.sql 10d21f8f6bbe929e73328251be5a1bc9a342d664efd17e4917821d0702a5d0d9
-- Telling a storefront which of its static pages are out of date.

create or replace function private.revalidate(p_kind text, p_id uuid)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into private.catalogue_changes (kind, entity_id) values (p_kind, p_id);
$$;
comment on function private.revalidate(text, uuid) is
'The page of this product or shop is out of date: in the transaction of the cause, coalesced a second later.';
revoke all on function private.revalidate(text, uuid) from public;

create or replace function private.queue_revalidation(p_kind text, p_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  for v_id in
    insert into private.revalidations (kind, entity_id)
    select p_kind, i from unnest(p_ids) as i order by i
    on conflict (kind, entity_id) do nothing
    returning entity_id
  loop
    perform private.enqueue('revalidate', jsonb_build_object('kind', p_kind, 'id', v_id));
  end loop;
end;
$$;
comment on function private.queue_revalidation(text, uuid[]) is
'Queue one call per entity, unless one waits already.';
revoke all on function private.queue_revalidation(text, uuid[]) from public;

create or replace function private.begin_revalidation(p_kind text, p_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Forgotten before the call is made: what changes during it is told by another.
  delete from private.revalidations as r where r.kind = p_kind and r.entity_id = p_id;
  return case p_kind
    when 'product' then (
      select jsonb_build_object(
        'slug', p.slug, 'shop_slug', s.slug, 'is_listed', p.is_listed
      )
      from public.products as p inner join public.shops as s on s.id = p.shop_id
      where p.id = p_id
    )
    when 'shop' then (
      select jsonb_build_object('slug', s.slug, 'is_listed', s.status = 'active')
      from public.shops as s where s.id = p_id
    )
  end;
end;
$$;
comment on function private.begin_revalidation(text, uuid) is
'For the worker: what the storefront is told of an entity; null when it is gone.';
revoke all on function private.begin_revalidation(text, uuid) from public;
grant execute on function private.begin_revalidation(text, uuid) to agora_workers;

-- source: supabase/functions/review_counts.sql 17b5bbaa860d6963c96ccad3ff90da5ad7fb5593816261a4ea6dbfa045f881c8
-- Ratings and helpful votes, counted exactly: one statement's differences at a time, the rows that
-- carry the counters locked in the order of their ids.

create or replace function private.add_ratings(
    p_product_ids uuid[], p_stars smallint[], p_steps bigint[]
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

create or replace function private.add_votes(p_review_ids uuid[], p_steps bigint[])
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

-- source: supabase/functions/review_pages.sql deda28b4dfab13084eff416a780fd454c6b6a4f416c71edc9c389fd68e4a55f1
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

-- source: supabase/functions/reviews.sql 281ef95d58c6040a1909585ceb3afbc8b700be65ffbcf855b4b06642201a5455
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
    and r.shop_id in (select private.shop_ids_with('reviews.reply'))
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

-- source: supabase/functions/roles.sql 9d3fd6245999c0abf286a9ec04c39960a67165405d07a10fd6bd53d4806abd43
-- Platform roles: granted and revoked by administrators, the first by an operator. One administrator
-- without an end always remains.

create or replace function private.standing_admins()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select r.user_id from public.user_roles as r
  where r.role = 'admin' and r.expires_at is null
    and (private.block_of(r.user_id)).id is null;
$$;
comment on function private.standing_admins() is
'Administrators without an end, and not blocked: those who are still there tomorrow.';
revoke all on function private.standing_admins() from public;

-- Volatile on purpose: after the lock it must see what the others have committed.
create or replace function private.check_admin_remains()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('agora.admins', 0));
  if not exists (select 1 from private.standing_admins()) then
    perform private.fail(
      409, 'last_admin', 'One administrator without an end has to remain.',
      'Make another one first: rpc/grant_role without until.'
    );
  end if;
end;
$$;
comment on function private.check_admin_remains() is
'Refuses the change just made if it leaves no standing administrator; one such change at a time.';
revoke all on function private.check_admin_remains() from public;

-- Definer: whoever deletes an account or a role may not see the others.
create or replace function private.tg_user_roles__last_admin()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if old.role = 'admin' and old.expires_at is null then
    perform private.check_admin_remains();
  end if;
  return null;
end;
$$;
comment on function private.tg_user_roles__last_admin() is
'The last administrator stays: whoever ends the role, by whatever way, expiry and deletion included.';
revoke all on function private.tg_user_roles__last_admin() from public;

create or replace trigger tg_user_roles__last_admin
after update or delete on public.user_roles
for each row execute function private.tg_user_roles__last_admin();

create or replace function private.tg_user_sanctions__last_admin()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.kind in ('suspend', 'ban') and exists (
    select 1 from public.user_roles as r where r.user_id = new.user_id and r.role = 'admin'
  ) then
    perform private.check_admin_remains();
  end if;
  return null;
end;
$$;
comment on function private.tg_user_sanctions__last_admin() is
'The last administrator can be neither suspended nor banned.';
revoke all on function private.tg_user_sanctions__last_admin() from public;

create or replace trigger tg_user_sanctions__last_admin
after insert on public.user_sanctions
for each row execute function private.tg_user_sanctions__last_admin();

create or replace function private.require_admin()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  if not private.has_role('admin') then
    perform private.fail(403, 'admin_only', 'This is for administrators.');
  end if;
  return v_user;
end;
$$;
comment on function private.require_admin() is 'The caller, an administrator, or 403 admin_only.';
revoke all on function private.require_admin() from public;

create or replace function private.grant_role(
    p_user_id uuid, p_role public.app_role, p_reason text, p_until timestamptz
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_admin uuid := private.require_admin();
  v_row public.user_roles;
begin
  if char_length(trim(coalesce(p_reason, ''))) not between 3 and 500 then
    perform private.fail(422, 'reason_required', 'Say why, in 3 to 500 characters.');
  end if;
  if p_until <= now() + interval '1 minute' or p_until > now() + interval '10 years' then
    perform private.fail(
      422, 'invalid_until', 'The end is a time within ten years from now.',
      'Leave it out for one that lasts until it is lifted.'
    );
  end if;
  if p_role is null or private.is_erased(p_user_id) or not exists (
    select 1 from public.profiles as p where p.id = p_user_id
  ) then
    perform private.fail(404, 'user_not_found', 'No such person, or no such role.');
  end if;
  insert into public.user_roles as r (user_id, role, granted_by, reason, expires_at)
  values (p_user_id, p_role, v_admin, trim(p_reason), p_until)
  on conflict (user_id, role) do update
  set granted_by = excluded.granted_by, reason = excluded.reason, expires_at = excluded.expires_at
  returning * into v_row;
  perform private.notify(p_user_id, 'account.role_granted', jsonb_build_object('role', p_role));
  return to_jsonb(v_row);
end;
$$;
comment on function private.grant_role(uuid, public.app_role, text, timestamptz) is
'See public.grant_role.';
revoke all on function private.grant_role(uuid, public.app_role, text, timestamptz) from public;
grant execute on function private.grant_role(uuid, public.app_role, text, timestamptz)
to authenticated;

create or replace function public.grant_role(
    user_id uuid, role public.app_role, reason text, until timestamptz default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.grant_role(user_id, role, reason, until);
$$;
comment on function public.grant_role(uuid, public.app_role, text, timestamptz) is
'Administrators: give somebody a role, or change its end; counts from the next request on. Errors: admin_only, reason_required, invalid_until, user_not_found, last_admin.';
revoke all on function public.grant_role(uuid, public.app_role, text, timestamptz)
from public, anon, service_role;
grant execute on function public.grant_role(uuid, public.app_role, text, timestamptz)
to authenticated;

create or replace function private.revoke_role(
    p_user_id uuid, p_role public.app_role, p_reason text
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_admin uuid := private.require_admin();
begin
  if char_length(trim(coalesce(p_reason, ''))) not between 3 and 500 then
    perform private.fail(422, 'reason_required', 'Say why, in 3 to 500 characters.');
  end if;
  delete from public.user_roles as r where r.user_id = p_user_id and r.role = p_role;
  if not found then
    perform private.fail(404, 'role_not_held', 'This person has no such role.');
  end if;
  perform private.audit(
    'revoke', 'user_roles', p_user_id::text,
    jsonb_build_object('role', p_role, 'reason', trim(p_reason), 'by', v_admin)
  );
  perform private.notify(p_user_id, 'account.role_revoked', jsonb_build_object('role', p_role));
end;
$$;
comment on function private.revoke_role(uuid, public.app_role, text) is 'See public.revoke_role.';
revoke all on function private.revoke_role(uuid, public.app_role, text) from public;
grant execute on function private.revoke_role(uuid, public.app_role, text) to authenticated;

create or replace function public.revoke_role(user_id uuid, role public.app_role, reason text)
returns void
language sql
set search_path = ''
as $$
  select private.revoke_role(user_id, role, reason);
$$;
comment on function public.revoke_role(uuid, public.app_role, text) is
'Administrators: take a role away; the next request is refused, whatever the token says. Errors: admin_only, reason_required, role_not_held, last_admin.';
revoke all on function public.revoke_role(uuid, public.app_role, text)
from public, anon, service_role;
grant execute on function public.revoke_role(uuid, public.app_role, text) to authenticated;

-- The operator makes only the first: a stolen login of the command is not a way in.
create or replace function private.grant_first_admin(p_email text, p_reason text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid;
begin
  if char_length(trim(coalesce(p_reason, ''))) not between 3 and 500 then
    perform private.fail(422, 'reason_required', 'Say why, in 3 to 500 characters.');
  end if;
  select u.id into v_user from auth.users as u where u.email = lower(trim(p_email));
  if v_user is null then
    perform private.fail(
      404, 'account_not_found', 'No such account.', 'Sign it up first.'
    );
  end if;
  perform pg_advisory_xact_lock(hashtextextended('agora.admins', 0));
  if exists (select 1 from private.standing_admins()) then
    perform private.fail(
      409, 'admin_exists', 'There is an administrator already.', 'They grant roles: rpc/grant_role.'
    );
  end if;
  insert into public.user_roles as r (user_id, role, reason)
  values (v_user, 'admin', trim(p_reason))
  on conflict (user_id, role) do update set reason = excluded.reason, expires_at = null;
  return v_user;
end;
$$;
comment on function private.grant_first_admin(text, text) is
'agora admin grant: the first administrator, by address. Errors: account_not_found, admin_exists, reason_required.';
revoke all on function private.grant_first_admin(text, text) from public;
grant execute on function private.grant_first_admin(text, text) to agora_operator;

-- https://supabase.com/docs/guides/auth/auth-hooks/custom-access-token-hook. For a user interface
-- that shows or hides things: what somebody may do is read from the table, at each request.
create or replace function private.custom_access_token_hook(event jsonb)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_set(
    event, '{claims,user_role}',
    coalesce(
      (
        select to_jsonb(min(r.role)) from public.user_roles as r
        where r.user_id = (event ->> 'user_id')::uuid
          and (r.expires_at is null or r.expires_at > now())
      ),
      'null'
    )
  );
$$;
comment on function private.custom_access_token_hook(jsonb) is
'Auth hook of hosted Supabase: adds the claim user_role (admin before moderator before support, or null), for user interfaces only.';
revoke all on function private.custom_access_token_hook(jsonb) from public;
grant execute on function private.custom_access_token_hook(jsonb) to supabase_auth_admin;
grant usage on schema private to supabase_auth_admin;

-- source: supabase/functions/sanctions.sql 24ef70c30e03c9bb9b7867c42829e98b25d77079ca1366f7d8d8076e8dde128e
-- Sanctions: who is blocked now, and the staff's functions that decide it.

-- The heaviest sanction that ends access, of one person, now. An erased account is banned: its last
-- token may still be valid.
create or replace function private.block_of(p_user_id uuid)
returns public.user_sanctions
language sql
stable
security definer
set search_path = ''
as $$
  select s.* from public.user_sanctions as s
  where s.user_id = p_user_id and s.kind in ('suspend', 'ban') and s.lifted_at is null
    and (s.until is null or s.until > now())
  order by s.kind desc, s.until desc nulls first
  limit 1;
$$;
comment on function private.block_of(uuid) is
'The suspension or ban that a person is under now; the ban before the suspension, the longest first.';
revoke all on function private.block_of(uuid) from public;

create or replace function private.is_erased(p_user_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.account_deletions as d
    where d.user_id = p_user_id and d.erased_at is not null
  );
$$;
comment on function private.is_erased(uuid) is 'Was this account erased? Its last token may still be valid.';
revoke all on function private.is_erased(uuid) from public;

-- For policies, `(select private.my_block()) is null`: of this form pgrls can prove that such a policy
-- still scopes by person, of `not (select private.is_blocked())` it cannot.
create or replace function private.my_block()
returns public.sanction_kind
language sql
stable
security definer
set search_path = ''
as $$
  select case when private.is_erased(auth.uid()) then 'ban' else (
    select max(s.kind) from public.user_sanctions as s
    where s.user_id = auth.uid() and s.kind in ('suspend', 'ban') and s.lifted_at is null
      and (s.until is null or s.until > now())
  ) end;
$$;
comment on function private.my_block() is
'suspend or ban while the caller is under one (an erased account: ban), else null. Every policy for a client''s write asks.';
revoke all on function private.my_block() from public;
grant execute on function private.my_block() to authenticated;

create or replace function private.is_blocked()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select private.my_block() is not null;
$$;
comment on function private.is_blocked() is
'Is the caller suspended, banned or erased now? The same as private.my_block, for functions.';
revoke all on function private.is_blocked() from public;
grant execute on function private.is_blocked() to authenticated;

create or replace function private.is_sanctioned(p_kind text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.user_sanctions as s
    where s.user_id = auth.uid() and s.kind >= p_kind::public.sanction_kind
      and s.lifted_at is null and (s.until is null or s.until > now())
  );
$$;
comment on function private.is_sanctioned(text) is
'Is the caller under this sanction (warn, mute, suspend, ban) or a heavier one now?';
revoke all on function private.is_sanctioned(text) from public;
grant execute on function private.is_sanctioned(text) to authenticated;

create or replace function private.is_banned(p_user_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce((private.block_of(p_user_id)).kind = 'ban', false)
    or private.is_erased(p_user_id);
$$;
comment on function private.is_banned(uuid) is 'Is this person banned or erased now?';
revoke all on function private.is_banned(uuid) from public;

create or replace function private.refuse_blocked(p_user_id uuid, p_from public.sanction_kind)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_block public.user_sanctions := private.block_of(p_user_id);
begin
  if v_block.kind >= p_from then
    perform private.fail(
      403, 'account_suspended',
      case
        when v_block.kind = 'ban' then 'This account is banned'
        else 'This account is suspended'
      end
      || coalesce(' until ' || to_char(v_block.until at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), '')
      || ': ' || v_block.reason,
      'What was paid for, your data and the end of the account stay yours: see docs/client.md.',
      jsonb_build_object('kind', v_block.kind, 'until', v_block.until)::text
    );
  end if;
  if private.is_erased(p_user_id) then
    perform private.fail(403, 'account_suspended', 'This account was deleted.');
  end if;
end;
$$;
comment on function private.refuse_blocked(uuid, public.sanction_kind) is
'403 account_suspended if the person is under this sanction or a heavier one; details: {kind, until}.';
revoke all on function private.refuse_blocked(uuid, public.sanction_kind) from public;

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
    perform private.fail(403, 'moderator_only', 'This is for moderators.');
  end if;
  return v_user;
end;
$$;
comment on function private.require_moderator() is 'The caller, a moderator or administrator, or 403 moderator_only.';
revoke all on function private.require_moderator() from public;

-- Staff is judged by administrators only, whoever judges not oneself.
create or replace function private.check_may_sanction(p_actor uuid, p_user_id uuid, p_reason text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if char_length(trim(coalesce(p_reason, ''))) not between 3 and 500 then
    perform private.fail(422, 'reason_required', 'Say why, in 3 to 500 characters.');
  end if;
  if p_user_id = p_actor then
    perform private.fail(409, 'own_account', 'Nobody judges themselves.', 'Ask a colleague.');
  end if;
  if not exists (select 1 from public.profiles as p where p.id = p_user_id) then
    perform private.fail(404, 'user_not_found', 'No such person.');
  end if;
  if not private.has_role('admin') and exists (
    select 1 from public.user_roles as r
    where r.user_id = p_user_id and (r.expires_at is null or r.expires_at > now())
  ) then
    perform private.fail(403, 'staff_protected', 'Only an administrator sanctions staff.');
  end if;
end;
$$;
comment on function private.check_may_sanction(uuid, uuid, text) is
'Refuses what a moderator may not do to this person, or does without a reason.';
revoke all on function private.check_may_sanction(uuid, uuid, text) from public;

create or replace function private.sanction_user(
    p_user_id uuid, p_kind public.sanction_kind, p_reason text, p_until timestamptz
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_actor uuid := private.require_moderator();
  v_sanction public.user_sanctions;
begin
  perform private.check_may_sanction(v_actor, p_user_id, p_reason);
  if p_kind is null then
    perform private.fail(422, 'invalid_kind', 'kind is warn, mute, suspend or ban.');
  end if;
  if p_until <= now() + interval '1 minute' or p_until > now() + interval '10 years' then
    perform private.fail(
      422, 'invalid_until', 'The end is a time within ten years from now.',
      'Leave it out for one that lasts until it is lifted.'
    );
  end if;
  insert into public.user_sanctions (user_id, kind, reason, until)
  values (p_user_id, p_kind, trim(p_reason), p_until)
  returning * into v_sanction;
  perform private.notify(
    p_user_id, 'account.sanctioned',
    jsonb_build_object('sanction_id', v_sanction.id, 'kind', p_kind)
  );
  return to_jsonb(v_sanction);
end;
$$;
comment on function private.sanction_user(uuid, public.sanction_kind, text, timestamptz) is
'See public.sanction_user.';
revoke all on function private.sanction_user(uuid, public.sanction_kind, text, timestamptz)
from public;
grant execute on function private.sanction_user(uuid, public.sanction_kind, text, timestamptz)
to authenticated;

create or replace function public.sanction_user(
    user_id uuid, kind public.sanction_kind, reason text, until timestamptz default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.sanction_user(user_id, kind, reason, until);
$$;
comment on function public.sanction_user(uuid, public.sanction_kind, text, timestamptz) is
'Moderators: warn, mute, suspend or ban somebody, until a time or until it is lifted. The person reads the reason. Errors: moderator_only, reason_required, own_account, user_not_found, staff_protected, invalid_kind, invalid_until, last_admin.';
revoke all on function public.sanction_user(uuid, public.sanction_kind, text, timestamptz)
from public, anon, service_role;
grant execute on function public.sanction_user(uuid, public.sanction_kind, text, timestamptz)
to authenticated;

create or replace function private.lift_sanction(p_sanction_id uuid, p_reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_actor uuid := private.require_moderator();
  v_sanction public.user_sanctions;
begin
  select s.* into v_sanction from public.user_sanctions as s where s.id = p_sanction_id for update;
  if v_sanction.id is null then
    perform private.fail(404, 'sanction_not_found', 'No such sanction.');
  end if;
  perform private.check_may_sanction(v_actor, v_sanction.user_id, p_reason);
  if v_sanction.lifted_at is null then
    update public.user_sanctions as s set lifted_at = now(), lift_reason = trim(p_reason)
    where s.id = p_sanction_id
    returning * into v_sanction;
    perform private.notify(
      v_sanction.user_id, 'account.sanction_lifted',
      jsonb_build_object('sanction_id', v_sanction.id, 'kind', v_sanction.kind)
    );
  end if;
  return to_jsonb(v_sanction);
end;
$$;
comment on function private.lift_sanction(uuid, text) is 'See public.lift_sanction.';
revoke all on function private.lift_sanction(uuid, text) from public;
grant execute on function private.lift_sanction(uuid, text) to authenticated;

create or replace function public.lift_sanction(sanction_id uuid, reason text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.lift_sanction(sanction_id, reason);
$$;
comment on function public.lift_sanction(uuid, text) is
'Moderators: end a sanction before its time; again is fine. Errors: moderator_only, sanction_not_found, reason_required, own_account, staff_protected.';
revoke all on function public.lift_sanction(uuid, text) from public, anon, service_role;
grant execute on function public.lift_sanction(uuid, text) to authenticated;

-- source: supabase/functions/search.sql ffecfb433987b80e43aeeb1b612d38dbe7eac1cab2da39836530424287a14cba
-- search_products: the one way in.

-- Definer: reads the search documents. Everything that it shows is listed, whoever asks.
create or replace function private.search_products(
    p_query text, p_category text, p_min_price bigint, p_max_price bigint, p_currency text,
    p_kind text, p_min_rating numeric, p_shop text, p_available boolean, p_country text,
    p_sort text, p_after text, p_page_size integer, p_facets boolean
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  c_most constant integer := 600;
  v_filter private.search_filter := private.search_filter_of(
    p_query, p_category, p_min_price, p_max_price, p_currency, p_kind, p_min_rating, p_shop,
    p_available, p_country
  );
  v_text text := private.search_text(p_query);
  v_sort text := coalesce(p_sort, 'relevance');
  v_size integer := coalesce(p_page_size, 24);
  v_column text;
  v_type text;
  v_falling boolean := v_sort <> 'price_asc';
  v_hash text;
  v_cursor jsonb;
  v_hits private.search_hit[];
  v_page private.search_hit[];
  v_capped boolean;
  v_match text := 'exact';
  v_last private.search_hit;
begin
  if v_size not between 1 and 100 then
    perform private.fail(422, 'invalid_page_size', 'A page has 1 to 100 results.');
  end if;
  select o.col, o.typ into v_column, v_type from (values
    ('relevance', case when v_text is null then 'score' else 'rank' end, 'double precision'),
    ('newest', 'published_at', 'timestamptz'), ('price_asc', 'price_amount', 'bigint'),
    ('price_desc', 'price_amount', 'bigint'), ('rating', 'rating_avg', 'numeric'),
    ('sales', 'sales_count', 'bigint')
  ) as o (sort, col, typ) where o.sort = v_sort;
  if v_column is null then
    perform private.fail(
      422, 'invalid_sort', 'No such order.',
      'One of: relevance, newest, price_asc, price_desc, rating, sales.'
    );
  end if;
  if v_column = 'price_amount' and v_filter.currency is null then
    perform private.fail(
      422, 'currency_required', 'Prices can be compared in one currency only.',
      'Give one: currency=eur.'
    );
  end if;
  v_hash := left(md5(v_filter::text || v_sort), 12);
  v_cursor := private.read_search_cursor(p_after, v_hash, v_type);

  if v_text is not null and numnode(v_filter.query) = 0 then
    v_hits := '{}';  -- only signs: nothing is called that
  elsif v_text is not null and querytree(v_filter.query) in ('', 'T') then
    perform private.fail(422, 'query_needs_a_word', 'Exclusions alone find nothing.');
  else
    v_hits := array(select h from private.search_candidates(v_filter, c_most + 1) as h);
  end if;
  v_capped := cardinality(v_hits) > c_most;
  if v_text is not null and cardinality(v_hits) < 3 then
    select w.hits, w.match into v_hits, v_match
    from private.widened_search(v_filter, v_text, v_hits, c_most) as w;
  end if;

  if v_capped and v_column <> 'rank' then
    v_page := array(
      select h from private.search_ordered(
        v_filter, v_column, v_type, v_falling, v_cursor ->> 'k', (v_cursor ->> 'i')::uuid, v_size + 1
      ) as h
    );
  else
    execute format(
      'select array(select h from unnest($1) as h where h.%1$I is not null %2$s '
      'order by h.%1$I %3$s, h.product_id %3$s limit $4)',
      v_column,
      case when v_cursor is not null then format(
        'and (h.%I, h.product_id) %s (($2 ->> ''k'')::%s, ($2 ->> ''i'')::uuid)', v_column,
        case when v_falling then '<' else '>' end, v_type
      ) end,
      case when v_falling then 'desc' else 'asc' end
    ) into v_page using v_hits, v_cursor, null, v_size + 1;
  end if;
  -- One more than asked for, or where a long walk ended, says that there is a next page.
  if cardinality(v_page) > v_size then
    v_page := v_page[1:v_size];
    v_last := v_page[v_size];
  elsif not (v_page[cardinality(v_page)]).is_result then
    v_last := v_page[cardinality(v_page)];
  end if;
  return jsonb_build_object(
    'items', private.product_cards(
      array(
        select h.product_id from unnest(v_page) with ordinality as h
        where h.is_result order by h.ordinality
      )
    ),
    'next', case when v_last.product_id is not null then private.search_cursor(
      v_hash, to_jsonb(v_last) ->> v_column, v_last.product_id
    ) end,
    'match', v_match,
    'total', least(cardinality(v_hits), c_most),
    'approximate', v_capped,
    'facets', case when p_facets then private.search_facets(v_hits[1:c_most]) end
  );
end;
$$;
comment on function private.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) is 'See public.search_products.';
revoke all on function private.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) from public;
grant execute on function private.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) to anon, authenticated;

-- Too little was found: first with mistyped words put right, then with any of the words. What
-- matched better stays in front.
create or replace function private.widened_search(
    p_filter private.search_filter, p_text text, p_hits private.search_hit[], p_most integer,
    out hits private.search_hit[], out match text
)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_filter private.search_filter := p_filter;
  v_any boolean;
  v_before integer;
begin
  hits := p_hits;
  match := 'exact';
  -- An exclusion or a phrase was meant as it is.
  if p_text ~ '(^| )-|"' then
    return;
  end if;
  foreach v_any in array array[false, true] loop
    v_filter.query := private.corrected_tsquery(p_text, v_any);
    if v_filter.query is null then
      return;
    end if;
    v_before := cardinality(hits);
    hits := hits || array(
      select (
        h.product_id, h.rank * case when v_any then 0.01 else 0.1 end, h.score, h.published_at,
        h.price_amount, h.rating_avg, h.sales_count, h.category_id, h.kind, h.currency, true
      )::private.search_hit
      from private.search_candidates(v_filter, p_most) as h
      where not exists (select 1 from unnest(hits) as k where k.product_id = h.product_id)
    );
    if cardinality(hits) > v_before then
      match := case when v_any then 'any_word' else 'similar' end;
    end if;
    exit when cardinality(hits) >= 3;
  end loop;
end;
$$;
comment on function private.widened_search(
    private.search_filter, text, private.search_hit[], integer
) is 'What a query was probably meant to find.';
revoke all on function private.widened_search(
    private.search_filter, text, private.search_hit[], integer
) from public;

create or replace function public.search_products(
    query text default null, category text default null, min_price bigint default null,
    max_price bigint default null, currency text default null, kind text default null,
    min_rating numeric default null, shop text default null, available boolean default null,
    country text default null, sort text default 'relevance', after text default null,
    page_size integer default 24, facets boolean default false
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.search_products(
    query, category, min_price, max_price, currency, kind, min_rating, shop, available, country,
    sort, after, page_size, facets
  );
$$;
comment on function public.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) is
'Listed products by words and filters; by GET, so that a CDN can keep the answer. Errors: query_too_long, query_needs_a_word, currency_required, category_not_found, shop_not_found, invalid_currency, invalid_price, invalid_kind, invalid_rating, invalid_country, invalid_sort, invalid_page_size, invalid_cursor.';
revoke all on function public.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) from public, anon, service_role;
grant execute on function public.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) to anon, authenticated;

-- source: supabase/functions/search_candidates.sql 602b52d89d538f86fd1f6a63295cab0f64a2b19dd69c893afe3d23fc9fa94431
-- Candidates of a search, with bounded work. Two ways: tier by tier through the index of words
-- and labels, popular products first, until there are enough; or along the index of a sort order.

create or replace function private.search_conditions(p_filter private.search_filter)
returns text
language sql
immutable
set search_path = ''
as $$
  -- "+ 0": these narrow what labels have found; an index of their own would be read whole for it.
  select concat_ws(
    ' and ', 'true',
    case when p_filter.query is not null then 's.document @@ $1' end,
    case when p_filter.labels <> '{}' then 's.labels @> $2' end,
    case when p_filter.countries is not null then 's.labels && $3' end,
    case when p_filter.bands is not null then 's.labels && $4' end,
    case when p_filter.min_price is not null then 's.price_amount + 0 >= $5' end,
    case when p_filter.max_price is not null then 's.price_amount + 0 <= $6' end,
    case when p_filter.min_rating is not null then 's.rating_avg + 0 >= $7' end
  );
$$;
comment on function private.search_conditions(private.search_filter) is
'SQL of the conditions on private.product_search s; constant texts only, the values are $1 to $7.';
revoke all on function private.search_conditions(private.search_filter) from public;

create or replace function private.search_candidates(
    p_filter private.search_filter, p_limit integer
)
returns setof private.search_hit
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_left integer := p_limit;
  v_found integer;
  v_tier smallint;
begin
  for v_tier in select t.tier from private.search_tiers as t order by t.tier loop
    return query execute format(
      'select s.product_id, %s, s.score, s.published_at, s.price_amount, s.rating_avg, '
      's.sales_count, s.category_id, s.kind, s.currency, true '
      'from private.product_search as s where s.tier = %s and %s limit $8',
      case when (p_filter).query is null then 's.score' else
        'ts_rank(''{0.05, 0.15, 0.5, 1}'', s.document, $1, 1)::double precision '
        '* (1 + 0.04 * ln(1 + s.sales_count::double precision) + 0.03 * s.rating_avg::double precision)'
      end,
      v_tier, private.search_conditions(p_filter)
    )
    using (p_filter).query, (p_filter).labels, (p_filter).countries, (p_filter).bands,
      (p_filter).min_price, (p_filter).max_price, (p_filter).min_rating, v_left;
    get diagnostics v_found = row_count;
    v_left := v_left - v_found;
    exit when v_left <= 0;
  end loop;
end;
$$;
comment on function private.search_candidates(private.search_filter, integer) is
'Up to p_limit matching products, from the most popular tier on; within the last tier that is read, any.';
revoke all on function private.search_candidates(private.search_filter, integer) from public;

create or replace function private.search_ordered(
    p_filter private.search_filter, p_column text, p_type text, p_descending boolean,
    p_key text, p_id uuid, p_limit integer
)
returns setof private.search_hit
language plpgsql
stable
security definer
set search_path = ''
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
  c_steps constant integer := 20000;
  v_direction text := case when p_descending then 'desc' else 'asc' end;
  v_columns text := 's.product_id, s.score, s.score, s.published_at, s.price_amount, s.rating_avg, '
    's.sales_count, s.category_id, s.kind, s.currency, ';
  v_scan text := format(
    'select * from private.product_search as s where s.%1$I is not null %2$s %3$s '
    'order by s.%1$I %4$s, s.product_id %4$s',
    p_column,
    -- What bounds the walk's own column belongs to the walk: its index skips the rest.
    case
      when p_column = 'price_amount' then concat_ws(
        ' and ', 'and s.currency = $8',
        case when (p_filter).min_price is not null then 's.price_amount >= $5' end,
        case when (p_filter).max_price is not null then 's.price_amount <= $6' end
      )
      when p_column = 'rating_avg' and (p_filter).min_rating is not null
        then 'and s.rating_avg >= $7'
    end,
    case when p_key is not null then format(
      'and (s.%I, s.product_id) %s ($9::%s, $10)', p_column,
      case when p_descending then '<' else '>' end, p_type
    ) end,
    v_direction
  );
  v_found integer;
begin
  return query execute format(
    'select %s true from (%s limit %s) as s where %s order by s.%I %s, s.product_id %s limit $11',
    v_columns, v_scan, c_steps, private.search_conditions(p_filter), p_column, v_direction,
    v_direction
  )
  using (p_filter).query, (p_filter).labels, (p_filter).countries, (p_filter).bands,
    (p_filter).min_price, (p_filter).max_price, (p_filter).min_rating, (p_filter).currency,
    p_key, p_id, p_limit;
  get diagnostics v_found = row_count;
  if v_found < p_limit then
    -- Not found or not reached? The place where the walk ended is where the next page goes on.
    return query execute format('select %s false from (%s offset %s limit 1) as s',
      v_columns, v_scan, c_steps - 1)
    using (p_filter).query, (p_filter).labels, (p_filter).countries, (p_filter).bands,
      (p_filter).min_price, (p_filter).max_price, (p_filter).min_rating, (p_filter).currency,
      p_key, p_id, p_limit;
  end if;
end;
$$;
comment on function private.search_ordered(
    private.search_filter, text, text, boolean, text, uuid, integer
) is
'The next matching products in a sort order, of at most 20 000 looked at; then a last row with is_result false says where the walk ended.';
revoke all on function private.search_ordered(
    private.search_filter, text, text, boolean, text, uuid, integer
) from public;

-- source: supabase/functions/search_documents.sql 80339d82e56190ca391fdad519687fcb1ee5cccd4874c6670850b96aa2e56041
-- The search documents: one row of private.product_search per listed product, and the vocabulary.

-- Immutable, as its dictionary is pinned by name: unaccent's own mark is only stable.
create or replace function private.normalise(p_text text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select lower(extensions.unaccent('extensions.unaccent'::regdictionary, p_text));
$$;
comment on function private.normalise(text) is 'Text without case and accents, for comparing names.';
revoke all on function private.normalise(text) from public;

-- A band is a factor of about 1.65; the labels of a range's bands find it in the index.
create or replace function private.price_band(p_amount bigint)
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select floor(2 * ln(greatest(p_amount, 1)::double precision))::integer;
$$;
comment on function private.price_band(bigint) is 'Which band of search labels a price is in.';
revoke all on function private.price_band(bigint) from public;

-- e times the sales, one more star, or half a year younger: each is worth one point. Five ratings
-- of 3.5 are added, so that a single one does not decide. Adding the day instead of decaying with
-- it keeps a stored score comparable for ever.
create or replace function private.search_score(
    p_sales bigint, p_rating_sum bigint, p_rating_count integer, p_published_at timestamptz
)
returns double precision
language sql
immutable
parallel safe
set search_path = ''
as $$
  select ln(1 + greatest(p_sales, 0)::double precision)
    + (p_rating_sum + 17.5) / (p_rating_count + 5) - 3.5
    + extract(epoch from p_published_at)::double precision / 15552000;
$$;
comment on function private.search_score(bigint, bigint, integer, timestamptz) is
'Popularity of a product: sales, rating and day of publication.';
revoke all on function private.search_score(bigint, bigint, integer, timestamptz) from public;

create or replace function private.search_rows(p_ids uuid[])
returns setof private.product_search
language sql
stable
security definer
set search_path = ''
as $$
  with recursive up as (
    select c.id, c.id as ancestor, c.parent_id, c.name from public.categories as c
    union all
    select u.id, a.id, a.parent_id, a.name
    from up as u inner join public.categories as a on a.id = u.parent_id
  ),
  lineages as materialized (
    select u.id, array_agg('c:' || u.ancestor) as labels, string_agg(u.name, ' ') as names
    from up as u group by u.id
  ),
  found as materialized (
    select
      p.id, p.shop_id, p.category_id, p.kind, p.title, p.description, p.min_price_amount,
      p.price_currency, p.sales_count, p.is_available, p.countries,
      coalesce(p.rating_avg, 0) as rating_avg,
      coalesce(p.published_at, p.created_at) as published_at,
      private.search_score(
        p.sales_count, p.rating_sum, p.rating_count, coalesce(p.published_at, p.created_at)
      ) as score,
      l.labels as category_labels,
      concat_ws(' ', t.tags, l.names, s.name) as context
    from public.products as p
    inner join public.shops as s on s.id = p.shop_id
    left join lineages as l on l.id = p.category_id
    left join lateral (
      select string_agg(g.tag, ' ') as tags from public.product_tags as g where g.product_id = p.id
    ) as t on true
    where p.id = any(p_ids) and p.is_listed
  )
  select
    f.id, f.shop_id, f.category_id, f.kind,
    (select min(t.tier) from private.search_tiers as t where f.score >= t.min_score)::smallint,
    f.score, f.published_at, f.min_price_amount, f.price_currency, f.rating_avg, f.sales_count,
    array_remove(
      coalesce(f.category_labels, '{}')
      || array[
        's:' || f.shop_id, 'k:' || f.kind, 'm:' || f.price_currency,
        'p:' || f.price_currency || ':' || private.price_band(f.min_price_amount),
        case when f.is_available then 'a' end
      ]
      || array(select 'r:' || n from generate_series(1, floor(f.rating_avg)::integer) as n)
      || coalesce(array(select 'x:' || c from unnest(f.countries) as c where c is not null), '{}')
      || case when f.countries is null then array['x:*'] else '{}' end,
      null
    ),
    array(
      select w from unnest(
        tsvector_to_array(to_tsvector('private.plain'::regconfig, f.title || ' ' || f.context))
      ) as w
      where w ~ '^[[:alpha:]]{2,40}$'
    ),
    setweight(
      to_tsvector('private.english'::regconfig, f.title)
      || to_tsvector('private.plain'::regconfig, f.title), 'A'
    )
    || setweight(
      to_tsvector('private.english'::regconfig, f.context)
      || to_tsvector('private.plain'::regconfig, f.context), 'B'
    )
    -- Only the stemmed form: a word that no stemmer knows is found by it too, as it is.
    || setweight(to_tsvector('private.english'::regconfig, left(f.description, 8000)), 'C')
  from found as f;
$$;
comment on function private.search_rows(uuid[]) is
'The search documents of these products as they have to be now; none for what is not listed.';
revoke all on function private.search_rows(uuid[]) from public;

create or replace function private.index_products(p_ids uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_fresh private.product_search[] := array(select r from private.search_rows(p_ids) as r);
  v_count integer;
begin
  insert into private.search_words as w (word, stem, documents)
  select
    d.word, coalesce((ts_lexize('pg_catalog.english_stem', d.word))[1], d.word), sum(d.change)
  from (
    select unnest(f.words) as word, 1 as change from unnest(v_fresh) as f
    union all
    select unnest(s.words), -1 from private.product_search as s where s.product_id = any(p_ids)
  ) as d
  group by d.word
  having sum(d.change) <> 0
  on conflict (word) do update set documents = w.documents + excluded.documents;
  delete from private.search_words as w where w.documents <= 0;

  -- Not an upsert: a row whose tier is another one moves to another partition.
  delete from private.product_search as s
  where s.product_id = any(p_ids) and not exists (select 1 from unnest(v_fresh) as f where f = s);
  insert into private.product_search
  select f.* from unnest(v_fresh) as f
  where not exists (select 1 from private.product_search as s where s.product_id = f.product_id);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.index_products(uuid[]) is
'Bring the search documents of these products and the vocabulary up to date. Callers take turns (private.process_catalogue_changes).';
revoke all on function private.index_products(uuid[]) from public;

create or replace function private.retier_search()
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_tier private.search_tiers;
  v_before bigint := 0;
  v_score double precision;
  v_count integer := 0;
  v_moved integer;
begin
  -- Not beside private.process_catalogue_changes: both write the same rows.
  if not pg_try_advisory_xact_lock(hashtext('private.process_catalogue_changes')) then
    return 0;
  end if;
  for v_tier in select * from private.search_tiers as t order by t.tier loop
    v_before := v_before + v_tier.capacity;
    select s.score into v_score from private.product_search as s
    order by s.score desc, s.product_id desc
    offset v_before - 1 limit 1;
    if not found then
      v_score := '-infinity';
    end if;
    update private.search_tiers as t set min_score = v_score
    where t.tier = v_tier.tier and t.min_score <> v_score;
    exit when v_score = '-infinity';
  end loop;
  update private.search_tiers as t set min_score = '-infinity'
  where t.tier > v_tier.tier and t.min_score <> '-infinity';

  for v_tier in select * from private.search_tiers as t order by t.tier loop
    with misplaced as (
      select s.product_id from private.product_search as s
      where s.tier = v_tier.tier
        and (
          s.score < v_tier.min_score
          or s.score >= (
            select min(t.min_score) from private.search_tiers as t where t.tier < v_tier.tier
          )
        )
      limit 2000
    )
    update private.product_search as s
    set tier = (select min(t.tier) from private.search_tiers as t where s.score >= t.min_score)
    from misplaced as m where m.product_id = s.product_id and s.tier = v_tier.tier;
    get diagnostics v_moved = row_count;
    v_count := v_count + v_moved;
  end loop;
  return v_count;
end;
$$;
comment on function private.retier_search() is
'Periodic: set the tiers'' thresholds anew and move up to 2000 products of each that are in the wrong one.';
revoke all on function private.retier_search() from public;

-- source: supabase/functions/search_queries.sql 03ed207c774066837af9f5c12c08c54b5d2f6303bef5d816b6b65a7a3654546b
-- From what a person types to what the index is asked.

create or replace function private.search_text(p_query text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_text text := trim(regexp_replace(coalesce(p_query, ''), '[[:cntrl:][:space:]]+', ' ', 'g'));
begin
  if char_length(v_text) > 200 then
    perform private.fail(422, 'query_too_long', 'A query has at most 200 characters.');
  end if;
  return nullif(v_text, '');
end;
$$;
comment on function private.search_text(text) is
'A query without control characters; null if empty. Errors: query_too_long.';
revoke all on function private.search_text(text) from public;

-- Stemmed or as it is: the plain form finds what English leaves out ("so", "was") in titles, tags
-- and names. Not with an exclusion: the plain form of one would not exclude the stemmed word.
create or replace function private.search_tsquery(p_text text)
returns tsquery
language sql
immutable
set search_path = ''
as $$
  select case
    when numnode(e.q) = 0 then p.q
    when e.q::text ~ '!' or e.q::text = p.q::text then e.q
    else e.q || p.q
  end
  from
    websearch_to_tsquery('private.english'::regconfig, p_text) as e (q),
    websearch_to_tsquery('private.plain'::regconfig, p_text) as p (q);
$$;
comment on function private.search_tsquery(text) is
'websearch syntax ("a phrase", or, -not) in English and in no language at once. Never fails.';
revoke all on function private.search_tsquery(text) from public;

-- Words of the vocabulary that this one may be meant to be: a letter or two off, best first.
create or replace function private.similar_words(p_word text)
returns text[]
language plpgsql
stable
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_length integer := char_length(p_word);
  -- Trigrams of a short word do not survive two letters changing places, or one that is wrong.
  v_swapped text[] := array(
    select overlay(p_word placing substr(p_word, n + 1, 1) || substr(p_word, n, 1) from n for 2)
    from generate_series(1, v_length - 1) as n
  );
  v_letters text[] := string_to_array('abcdefghijklmnopqrstuvwxyz', null);
  v_typed text[] := case when v_length between 3 and 5 then array(
    select substr(p_word, 1, n) || l || substr(p_word, n + 1 + changed)
    from generate_series(0, v_length) as n, unnest(v_letters || ''::text) as l,
      generate_series(0, 1) as changed
  ) else '{}' end;
begin
  if v_length < 3 then
    return '{}';
  end if;
  return array(
    select n.word
    from (
      select w.word, w.documents from private.search_words as w
      where w.word operator(extensions.%) p_word
      union
      select w.word, w.documents from private.search_words as w
      where w.word = any(v_swapped || v_typed)
    ) as n
    cross join lateral (
      select
        case
          when n.word = any(v_swapped) then 1
          else extensions.levenshtein_less_equal(n.word, p_word, 3)
        end as distance,
        extensions.similarity(n.word, p_word) as likeness
    ) as m
    where m.distance <= case when v_length < 6 then 1 when v_length < 10 then 2 else 3 end
    order by m.distance, m.likeness desc, n.documents desc, n.word
    limit 3
  );
end;
$$;
comment on function private.similar_words(text) is
'Up to three words of the catalogue within 1 (short words) to 3 (long ones) letters of this one.';
revoke all on function private.similar_words(text) from public;

create or replace function private.corrected_tsquery(p_text text, p_any boolean)
returns tsquery
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_result tsquery;
  v_word text;
  v_part tsquery;
  v_split tsquery;
  v_like text;
begin
  -- What is excluded stays as it was; operators and quotes are left out: this is a second try.
  for v_word in
    select distinct m[1] from regexp_matches(
      private.normalise(p_text), '(?<![[:alnum:]-])([[:alnum:]]{2,40})', 'g'
    ) as m
    where m[1] <> 'or'
    limit 12
  loop
    v_part := private.search_tsquery(v_word);
    if numnode(v_part) = 0 then
      continue;
    end if;
    if not exists (
      select 1 from private.search_words as w
      where w.stem = coalesce((ts_lexize('pg_catalog.english_stem', v_word))[1], v_word)
        or w.word = v_word
    ) then
      foreach v_like in array private.similar_words(v_word) loop
        v_part := v_part || private.search_tsquery(v_like);
      end loop;
      -- "teddybear": two words of the catalogue without their space.
      select
        private.search_tsquery(s.left_part) && private.search_tsquery(s.right_part)
      into v_split
      from (
        select left(v_word, n) as left_part, substr(v_word, n + 1) as right_part
        from generate_series(3, char_length(v_word) - 3) as n
      ) as s
      where exists (select 1 from private.search_words as w where w.word = s.left_part)
        and exists (select 1 from private.search_words as w where w.word = s.right_part)
      limit 1;
      v_part := v_part || coalesce(v_split, '');
    end if;
    v_result := case
      when v_result is null then v_part
      when p_any then v_result || v_part
      else v_result && v_part
    end;
  end loop;
  return v_result;
end;
$$;
comment on function private.corrected_tsquery(text, boolean) is
'The query with each word that no product has widened by similar ones; p_any: one of the words is enough. Null when no word is left.';
revoke all on function private.corrected_tsquery(text, boolean) from public;

-- source: supabase/functions/search_requests.sql 7bc2dd2d6a136cd1fd9d7cf6e12b37c106e39db7c09ecdbfaa84ff9dcbd7d2bb
-- What search_products is asked: filters checked and turned into labels, cursors.

create or replace function private.search_filter_of(
    p_query text, p_category text, p_min_price bigint, p_max_price bigint, p_currency text,
    p_kind text, p_min_rating numeric, p_shop text, p_available boolean, p_country text
)
returns private.search_filter
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v private.search_filter;
  v_id uuid;
  v_text text := private.search_text(p_query);
begin
  v.query := case when v_text is not null then private.search_tsquery(v_text) end;
  v.currency := lower(p_currency);
  v.labels := '{}';
  if v.currency is not null then
    if not exists (select 1 from private.currencies as c where c.code = v.currency) then
      perform private.fail(422, 'invalid_currency', 'Nothing is sold in this currency.');
    end if;
    v.labels := v.labels || ('m:' || v.currency);
  end if;
  if p_min_price is not null or p_max_price is not null then
    if v.currency is null then
      perform private.fail(
        422, 'currency_required', 'Prices can be compared in one currency only.',
        'Give one: currency=eur.'
      );
    end if;
    if coalesce(p_min_price, 0) < 0 or coalesce(p_max_price, 0) < 0
      or p_min_price > p_max_price then
      perform private.fail(422, 'invalid_price', 'Prices are minor units, from 0 on, min to max.');
    end if;
    v.min_price := least(p_min_price, 1000000000);
    v.max_price := least(p_max_price, 1000000000);
    v.bands := array(
      select 'p:' || v.currency || ':' || b
      from generate_series(
        private.price_band(coalesce(v.min_price, 1)),
        private.price_band(coalesce(v.max_price, 1000000000))
      ) as b
    );
  end if;
  if p_category is not null then
    -- A path, or a slug; of several that are called so, the one nearest to the root.
    select c.id into v_id from public.categories as c
    where c.slug = lower(p_category)
      or c.path::text = replace(lower(p_category), '-', '_')
    order by extensions.nlevel(c.path), c.id
    limit 1;
    if v_id is null then
      perform private.fail(404, 'category_not_found', 'No such category.');
    end if;
    v.labels := v.labels || ('c:' || v_id);
  end if;
  if p_shop is not null then
    select s.id into v_id from public.shops as s
    where s.slug = lower(p_shop) and s.status = 'active';
    if not found then
      perform private.fail(404, 'shop_not_found', 'No such shop.');
    end if;
    v.labels := v.labels || ('s:' || v_id);
  end if;
  if p_kind is not null then
    if p_kind <> all (enum_range(null::public.product_kind)::text[]) then
      perform private.fail(422, 'invalid_kind', 'A kind is digital, physical or service.');
    end if;
    v.labels := v.labels || ('k:' || p_kind);
  end if;
  if p_min_rating is not null then
    if p_min_rating not between 0 and 5 then
      perform private.fail(422, 'invalid_rating', 'A rating is 0 to 5.');
    end if;
    v.min_rating := p_min_rating;
    if p_min_rating >= 1 then
      v.labels := v.labels || ('r:' || floor(p_min_rating));
    end if;
  end if;
  if p_available then
    v.labels := v.labels || 'a'::text;
  end if;
  if p_country is not null then
    if p_country !~ '^[A-Za-z]{2}$' then
      perform private.fail(422, 'invalid_country', 'A country is an ISO 3166-1 alpha-2 code.');
    end if;
    v.countries := array['x:*', 'x:' || upper(p_country)];
  end if;
  return v;
end;
$$;
comment on function private.search_filter_of(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text
) is
'Check a search''s filters. Errors: query_too_long, currency_required, category_not_found, shop_not_found, invalid_currency, invalid_price, invalid_kind, invalid_rating, invalid_country.';
revoke all on function private.search_filter_of(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text
) from public;

-- A cursor belongs to one query: `h` is its fingerprint.
create or replace function private.search_cursor(
    p_hash text, p_key text, p_id uuid
)
returns text
language sql
immutable
set search_path = ''
as $$
  select translate(
    encode(
      convert_to(jsonb_build_object('h', p_hash, 'k', p_key, 'i', p_id)::text, 'UTF8'), 'base64'
    ),
    E'+/=\n', '-_'
  );
$$;
comment on function private.search_cursor(text, text, uuid) is
'The place after a result, opaque for clients and fit for an address.';
revoke all on function private.search_cursor(text, text, uuid) from public;

create or replace function private.read_search_cursor(
    p_cursor text, p_hash text, p_type text
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_cursor jsonb;
  v_ok boolean := false;
begin
  if p_cursor is null then
    return null;
  end if;
  begin
    if char_length(p_cursor) <= 500 and p_cursor ~ '^[A-Za-z0-9_-]+$' then
      v_cursor := convert_from(
        decode(
          rpad(
            translate(p_cursor, '-_', '+/'),
            char_length(p_cursor) + (4 - char_length(p_cursor) % 4) % 4, '='
          ),
          'base64'
        ),
        'UTF8'
      )::jsonb;
      execute format(
        'select $1 ->> ''h'' = $2 and ($1 ->> ''k'')::%s is not null '
        'and ($1 ->> ''i'')::uuid is not null', p_type
      ) into v_ok using v_cursor, p_hash;
    end if;
  exception when data_exception or invalid_text_representation then
    v_ok := false;  -- whatever a made-up cursor breaks on
  end;
  if v_ok is not true then
    perform private.fail(
      422, 'invalid_cursor', 'This cursor is none of this query''s.', 'Begin without `after`.'
    );
  end if;
  return v_cursor;
end;
$$;
comment on function private.read_search_cursor(text, text, text) is
'{k: sort key, i: product id} of a cursor; null for none. Errors: invalid_cursor.';
revoke all on function private.read_search_cursor(text, text, text) from public;

-- source: supabase/functions/search_results.sql 4425b663ba5301a7a1ac907758e39acb69748248a0d420026721cfab3d23c916
-- What search_products answers: cards and facets.

-- Read from the live tables: a search document may be a second old, what is unlisted since is
-- never shown.
create or replace function private.product_cards(p_ids uuid[])
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'id', p.id, 'slug', p.slug, 'title', p.title, 'kind', p.kind,
      'price_amount', p.min_price_amount, 'currency', p.price_currency,
      'is_available', p.is_available,
      'rating_avg', p.rating_avg, 'rating_count', p.rating_count, 'sales_count', p.sales_count,
      'published_at', p.published_at,
      'image', (
        select jsonb_build_object('path', g.path, 'alt', g.alt)
        from public.product_images as g
        where g.product_id = p.id and g.shop_id = p.shop_id
        order by g.position, g.id limit 1
      ),
      'shop', jsonb_build_object('id', s.id, 'slug', s.slug, 'name', s.name),
      'category', case
        when c.id is not null then jsonb_build_object('slug', c.slug, 'name', c.name)
      end
    )
    order by i.place
  ), '[]')
  from unnest(p_ids) with ordinality as i (id, place)
  inner join public.products as p on p.id = i.id and p.is_listed
  inner join public.shops as s on s.id = p.shop_id
  left join public.categories as c on c.id = p.category_id;
$$;
comment on function private.product_cards(uuid[]) is
'All that a list of products shows, in this order; what is not listed is left out.';
revoke all on function private.product_cards(uuid[]) from public;

create or replace function private.search_facets(p_hits private.search_hit[])
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with hits as materialized (
    select h.category_id, h.kind, h.price_amount, h.currency, h.rating_avg from unnest(p_hits) as h
  )
  select jsonb_build_object(
    'category', coalesce((
      select jsonb_agg(
        jsonb_build_object('slug', c.slug, 'name', c.name, 'count', g.n) order by g.n desc, c.slug
      )
      from (
        select h.category_id, count(*) as n from hits as h
        where h.category_id is not null group by 1 order by 2 desc, 1 limit 20
      ) as g
      inner join public.categories as c on c.id = g.category_id
    ), '[]'),
    'kind', coalesce((
      select jsonb_object_agg(g.kind, g.n)
      from (select h.kind, count(*) as n from hits as h group by 1) as g
    ), '{}'),
    'price', coalesce((
      select jsonb_agg(
        jsonb_build_object('currency', g.currency, 'min', g.low, 'max', g.high, 'count', g.n)
        order by g.currency, g.low
      )
      from (
        select h.currency, b.low, b.high, count(*) as n
        from hits as h
        inner join (
          values (0::bigint, 999::bigint), (1000, 2499), (2500, 4999), (5000, 9999),
            (10000, 24999), (25000, null)
        ) as b (low, high) on h.price_amount >= b.low and (b.high is null or h.price_amount <= b.high)
        group by 1, 2, 3
      ) as g
    ), '[]'),
    'rating', (
      select jsonb_object_agg(r.stars, r.n)
      from (
        select s.stars, count(*) filter (where h.rating_avg >= s.stars) as n
        from generate_series(1, 4) as s (stars) left join hits as h on true
        group by 1
      ) as r
    )
  );
$$;
comment on function private.search_facets(private.search_hit[]) is
'Counts per category, kind, price band (minor units) and at least that many stars.';
revoke all on function private.search_facets(private.search_hit[]) from public;

-- source: supabase/functions/sessions.sql 8b7d0fd007e49185068fa0fbedf7751e9f0b37444a63c090d3aae167b26db2f3
-- A person's own sessions. Deleting Auth's row ends one: its refresh tokens go with it (Auth's own
-- foreign key), and its access token is refused from the next request on (private.pre_request).

create or replace function private.session_id()
returns uuid
language sql
stable
set search_path = ''
as $$
  select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'session_id')::uuid;
$$;
comment on function private.session_id() is 'The session of the caller''s token, null if it names none.';
revoke all on function private.session_id() from public;

-- Not on a read replica: it may not have heard of a session that has just begun.
create or replace function private.session_has_ended()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select private.session_id() is not null and not pg_is_in_recovery()
    and not exists (select 1 from auth.sessions as s where s.id = private.session_id());
$$;
comment on function private.session_has_ended() is
'Does the caller''s token name a session that is no more?';
revoke all on function private.session_has_ended() from public;

create or replace function private.my_sessions()
returns table (
    id uuid, created_at timestamptz, last_used_at timestamptz, user_agent text, ip text,
    is_current boolean
)
language sql
stable
security definer
set search_path = ''
as $$
  select
    s.id, s.created_at, coalesce(s.refreshed_at at time zone 'UTC', s.updated_at, s.created_at),
    s.user_agent, host(s.ip), coalesce(s.id = private.session_id(), false)
  from auth.sessions as s
  where s.user_id = auth.uid() and (s.not_after is null or s.not_after > now())
  order by 3 desc
  limit 200;
$$;
comment on function private.my_sessions() is 'See public.my_sessions.';
revoke all on function private.my_sessions() from public;
grant execute on function private.my_sessions() to authenticated;

create or replace function public.my_sessions()
returns table (
    id uuid, created_at timestamptz, last_used_at timestamptz, user_agent text, ip text,
    is_current boolean
)
language sql
stable
set search_path = ''
as $$
  select * from private.my_sessions();
$$;
comment on function public.my_sessions() is 'Where I am signed in, the last used first.';
revoke all on function public.my_sessions() from public, anon, service_role;
grant execute on function public.my_sessions() to authenticated;

create or replace function private.end_session(p_session_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
begin
  delete from auth.sessions as s where s.id = p_session_id and s.user_id = v_user;
  if not found then
    perform private.fail(404, 'session_not_found', 'You have no such session.', 'See: rpc/my_sessions.');
  end if;
end;
$$;
comment on function private.end_session(uuid) is 'See public.end_session.';
revoke all on function private.end_session(uuid) from public;
grant execute on function private.end_session(uuid) to authenticated;

create or replace function public.end_session(session_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.end_session(session_id);
$$;
comment on function public.end_session(uuid) is
'Sign one of my sessions out, this one included: its refresh fails, and its access token is refused here from now on. Errors: session_not_found.';
revoke all on function public.end_session(uuid) from public, anon, service_role;
grant execute on function public.end_session(uuid) to authenticated;

create or replace function private.end_other_sessions()
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
  v_count integer;
begin
  delete from auth.sessions as s
  where s.user_id = v_user and s.id is distinct from private.session_id();
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.end_other_sessions() is 'See public.end_other_sessions.';
revoke all on function private.end_other_sessions() from public;
grant execute on function private.end_other_sessions() to authenticated;

create or replace function public.end_other_sessions()
returns integer
language sql
set search_path = ''
as $$
  select private.end_other_sessions();
$$;
comment on function public.end_other_sessions() is
'Sign all my sessions out but this one; returns how many.';
revoke all on function public.end_other_sessions() from public, anon, service_role;
grant execute on function public.end_other_sessions() to authenticated;

-- source: supabase/functions/shop_invitations.sql 87e0e8a477cb01839b94f55acbea286c3e88b35c9abaa1965eb535c1be3cfad3
-- Invitations to work in a shop: a token by email, for whoever owns the address.

-- The address lives only as long as the invitation is open, and so does an email that still waits.
create or replace function private.tg_shop_invitations__settle()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.email := null;
  new.settled_at := now();
  update private.email_messages as m set state = 'dropped'
  where m.template = 'shop_invitation' and m.state = 'queued' and m.entity_id in (
    select s.id from private.shop_invitation_sends as s where s.invitation_id = new.id
  );
  return new;
end;
$$;
comment on function private.tg_shop_invitations__settle() is
'Accepted, revoked or expired: forgets the address and drops emails that were not sent yet.';
revoke all on function private.tg_shop_invitations__settle() from public;

create or replace trigger tg_shop_invitations__settle
before update of status on public.shop_invitations
for each row when (old.status = 'pending' and new.status <> 'pending')
execute function private.tg_shop_invitations__settle();

create or replace function private.limit_invitations(p_user uuid, p_email text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  -- A hash: the address itself is kept in the invitation only.
  v_wait integer := greatest(
    private.rate_hit('invitation', p_user::text),
    private.rate_hit(
      'invitation_address', encode(sha256(convert_to(p_email, 'utf8')), 'hex')
    )
  );
begin
  if v_wait > 0 then
    perform private.fail(
      429, 'rate_limited', 'Too many invitations, or too many to this address.',
      'Wait as long as Retry-After says.', null, v_wait
    );
  end if;
end;
$$;
comment on function private.limit_invitations(uuid, text) is
'Invitations are emails to strangers: limited per sender and per address. Errors: rate_limited.';
revoke all on function private.limit_invitations(uuid, text) from public;

create or replace function private.invite_member(
    p_shop_id uuid, p_email text, p_role public.shop_role
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop public.shops := private.require_shop(p_shop_id, 'members.manage');
  v_email text := lower(trim(coalesce(p_email, '')));
  v_invitation public.shop_invitations;
  v_send uuid;
begin
  if v_shop.status = 'suspended' then
    perform private.fail(409, 'shop_suspended', 'The shop is suspended.', 'See rpc/shop_state.');
  end if;
  if p_role is null or p_role = 'owner' then
    perform private.fail(
      422, 'invalid_role', 'The role is manager or staff.',
      'A shop is handed over by rpc/offer_ownership.'
    );
  end if;
  if v_email !~ '^[^@[:space:][:cntrl:]<>",;:\\()]+@[^@[:space:][:cntrl:]<>",;:\\()]+\.[^@[:space:][:cntrl:]<>",;:\\().]+$'
    or char_length(v_email) > 254
  then
    perform private.fail(422, 'invalid_email', 'This is no email address.');
  end if;
  if exists (
    select 1 from public.shop_members as m
    inner join auth.users as u on u.id = m.user_id
    where m.shop_id = p_shop_id and lower(u.email) = v_email
  ) then
    perform private.fail(409, 'already_member', 'Whoever has this address works here already.');
  end if;
  -- The shop's lock makes invitations take turns, so that the cap holds.
  if (
    select count(*) from public.shop_members as m where m.shop_id = p_shop_id
  ) + (
    select count(*) from public.shop_invitations as i
    where i.shop_id = p_shop_id and i.email <> v_email
  ) >= 50 then
    perform private.fail(
      409, 'too_many_members', 'A shop has 50 members and open invitations at most.',
      'Revoke one: rpc/revoke_invitation.'
    );
  end if;
  perform private.limit_invitations(auth.uid(), v_email);
  insert into public.shop_invitations as i (shop_id, email, role, invited_by, expires_at)
  values (p_shop_id, v_email, p_role, auth.uid(), now() + interval '7 days')
  on conflict (shop_id, email) do update
  set role = excluded.role, invited_by = excluded.invited_by, expires_at = excluded.expires_at
  returning * into v_invitation;
  insert into private.shop_invitation_sends (invitation_id) values (v_invitation.id)
  returning id into v_send;
  perform private.queue_email('shop_invitation', v_send, null);
  return to_jsonb(v_invitation);
end;
$$;
comment on function private.invite_member(uuid, text, public.shop_role) is
'See public.invite_member.';
revoke all on function private.invite_member(uuid, text, public.shop_role) from public;
grant execute on function private.invite_member(uuid, text, public.shop_role) to authenticated;

create or replace function public.invite_member(
    shop_id uuid, email text, role public.shop_role
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.invite_member(shop_id, email, role);
$$;
comment on function public.invite_member(uuid, text, public.shop_role) is
'Invite somebody into my shop as manager or staff; again: send it once more. Whether the address has an account is not told. Errors: shop_not_found, permission_denied, shop_closed, shop_suspended, invalid_role, invalid_email, already_member, too_many_members, rate_limited.';
revoke all on function public.invite_member(uuid, text, public.shop_role)
from public, anon, service_role;
grant execute on function public.invite_member(uuid, text, public.shop_role) to authenticated;

create or replace function private.revoke_invitation(p_invitation_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop uuid;
begin
  select i.shop_id into v_shop from public.shop_invitations as i
  where i.id = p_invitation_id and i.shop_id in (select private.my_shop_ids());
  if v_shop is null then
    perform private.fail(404, 'invitation_not_found', 'There is no such invitation.');
  end if;
  perform private.require_shop(v_shop, 'members.manage');
  update public.shop_invitations as i set status = 'revoked'
  where i.id = p_invitation_id and i.status = 'pending';
end;
$$;
comment on function private.revoke_invitation(uuid) is 'See public.revoke_invitation.';
revoke all on function private.revoke_invitation(uuid) from public;
grant execute on function private.revoke_invitation(uuid) to authenticated;

create or replace function public.revoke_invitation(invitation_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.revoke_invitation(invitation_id);
$$;
comment on function public.revoke_invitation(uuid) is
'Withdraw an open invitation of my shop; again is fine. Errors: invitation_not_found, permission_denied, shop_closed.';
revoke all on function public.revoke_invitation(uuid) from public, anon, service_role;
grant execute on function public.revoke_invitation(uuid) to authenticated;

create or replace function private.accept_invitation(p_token text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_invitation public.shop_invitations;
  v_shop public.shops;
  v_account record;
begin
  select i.* into v_invitation
  from private.shop_invitation_tokens as t
  inner join public.shop_invitations as i on i.id = t.invitation_id
  where t.token_sha256 = sha256(convert_to(p_token, 'utf8'));
  if v_invitation.id is null then
    perform private.fail(404, 'invitation_not_found', 'There is no such invitation.');
  end if;
  -- The shop first, as everywhere; then as it is now.
  select s.* into v_shop from public.shops as s where s.id = v_invitation.shop_id
  for no key update;
  select i.* into v_invitation from public.shop_invitations as i where i.id = v_invitation.id;
  if v_invitation.status = 'expired' or v_invitation.expires_at <= now() then
    perform private.fail(
      410, 'invitation_expired', 'The invitation has expired.', 'Ask the shop for another.'
    );
  end if;
  if v_invitation.status <> 'pending' then
    perform private.fail(
      410, 'invitation_settled', 'The invitation was used or withdrawn.',
      'Ask the shop for another.'
    );
  end if;
  select lower(u.email) as email, u.email_confirmed_at is not null as confirmed into v_account
  from auth.users as u where u.id = v_user;
  if v_account.email is distinct from v_invitation.email then
    perform private.fail(
      403, 'invitation_for_another', 'The invitation went to another address.',
      'Sign in with the account of that address.'
    );
  end if;
  if not v_account.confirmed then
    perform private.fail(
      403, 'email_not_confirmed', 'The account''s address is not confirmed yet.',
      'Follow the link in Auth''s email first.'
    );
  end if;
  if v_shop.status = 'suspended' then
    perform private.fail(409, 'shop_suspended', 'The shop is suspended.', 'Try later.');
  end if;
  insert into public.shop_members (shop_id, user_id, role)
  values (v_invitation.shop_id, v_user, v_invitation.role)
  on conflict (shop_id, user_id) do nothing;
  if not found then
    perform private.fail(409, 'already_member', 'You work in this shop already.');
  end if;
  update public.shop_invitations as i set status = 'accepted' where i.id = v_invitation.id;
  return jsonb_build_object(
    'shop_id', v_shop.id, 'slug', v_shop.slug, 'name', v_shop.name, 'role', v_invitation.role
  );
end;
$$;
comment on function private.accept_invitation(text) is 'See public.accept_invitation.';
revoke all on function private.accept_invitation(text) from public;
grant execute on function private.accept_invitation(text) to authenticated;

create or replace function public.accept_invitation(token text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.accept_invitation(token);
$$;
comment on function public.accept_invitation(text) is
'Join the shop that invited my address, once; returns {shop_id, slug, name, role}. Errors: invitation_not_found, invitation_expired, invitation_settled, invitation_for_another, email_not_confirmed, shop_suspended, already_member.';
revoke all on function public.accept_invitation(text) from public, anon, service_role;
grant execute on function public.accept_invitation(text) to authenticated;

create or replace function private.invitation_address(p_send_id uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select i.email from private.shop_invitation_sends as s
  inner join public.shop_invitations as i on i.id = s.invitation_id
  where s.id = p_send_id;
$$;
comment on function private.invitation_address(uuid) is
'Where an invitation goes; null once it is settled.';
revoke all on function private.invitation_address(uuid) from public;

create or replace function private.invitation_data(p_send_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_data jsonb;
begin
  insert into private.shop_invitation_tokens (token_sha256, invitation_id)
  select sha256(convert_to(v_token, 'utf8')), s.invitation_id
  from private.shop_invitation_sends as s where s.id = p_send_id;
  select jsonb_build_object(
    'shop_name', s.name, 'role', i.role, 'expires_at', i.expires_at,
    'inviter_name', coalesce(nullif(p.display_name, ''), p.handle, s.name),
    -- Behind a #: a browser sends that to no server, so that no access log holds it.
    'accept_url_path', '/invitations#' || v_token
  )
  into v_data
  from private.shop_invitation_sends as n
  inner join public.shop_invitations as i on i.id = n.invitation_id
  inner join public.shops as s on s.id = i.shop_id
  left join public.profiles as p on p.id = i.invited_by
  where n.id = p_send_id;
  return v_data;
end;
$$;
comment on function private.invitation_data(uuid) is
'What an invitation''s email shows, with a fresh token of which only the hash is kept.';
revoke all on function private.invitation_data(uuid) from public;

create or replace function private.expire_invitations()
returns void
language sql
security definer
set search_path = ''
as $$
  update public.shop_invitations as i set status = 'expired'
  where i.id in (
    select e.id from public.shop_invitations as e
    where e.status = 'pending' and e.expires_at <= now()
    order by e.expires_at limit 1000
    for update skip locked
  );
  delete from public.shop_ownership_offers as o where o.expires_at <= now();
$$;
comment on function private.expire_invitations() is
'Periodic: invitations and offers of ownership past their time; the addresses go with them.';
revoke all on function private.expire_invitations() from public;

-- source: supabase/functions/shop_lifecycle.sql 4c4f5edd523ee68d06217ca16c1e555afc428620e8e98f35cea2794bc57ccf91
-- How a shop is suspended, comes back, and ends. Opening it is in shops.sql.

create or replace function private.shop_for_moderation(p_shop_id uuid)
returns public.shops
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop public.shops;
begin
  perform private.require_user();
  if not (private.has_role('moderator') or private.has_role('admin')) then
    perform private.fail(403, 'moderator_only', 'This is for moderators.');
  end if;
  select s.* into v_shop from public.shops as s where s.id = p_shop_id for no key update;
  if v_shop.id is null then
    perform private.fail(404, 'shop_not_found', 'There is no such shop.');
  end if;
  if v_shop.status = 'closed' then
    perform private.fail(409, 'shop_closed', 'The shop is closed for good.');
  end if;
  return v_shop;
end;
$$;
comment on function private.shop_for_moderation(uuid) is
'The shop, locked, for a moderator or administrator. Errors: moderator_only, shop_not_found, shop_closed.';
revoke all on function private.shop_for_moderation(uuid) from public;

create or replace function private.suspend_shop(p_shop_id uuid, p_reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop public.shops := private.shop_for_moderation(p_shop_id);
  v_reason text := trim(coalesce(p_reason, ''));
begin
  if char_length(v_reason) not between 3 and 500 then
    perform private.fail(
      422, 'reason_required', 'A reason of 3 to 500 characters is needed.',
      'The shop''s members read it.'
    );
  end if;
  if v_shop.status = 'suspended' then
    perform private.fail(409, 'shop_suspended', 'The shop is suspended already.');
  end if;
  if v_shop.status <> 'active' then
    perform private.fail(409, 'shop_not_active', 'The shop is not open.');
  end if;
  update public.shops as s set status = 'suspended' where s.id = p_shop_id returning * into v_shop;
  perform private.email_notice(
    'shop_suspended',
    private.open_notice(p_shop_id, 'suspended', v_reason, 'contact_support')
  );
  return to_jsonb(v_shop);
end;
$$;
comment on function private.suspend_shop(uuid, text) is 'See public.suspend_shop.';
revoke all on function private.suspend_shop(uuid, text) from public;
grant execute on function private.suspend_shop(uuid, text) to authenticated;

create or replace function public.suspend_shop(shop_id uuid, reason text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.suspend_shop(shop_id, reason);
$$;
comment on function public.suspend_shop(uuid, text) is
'Moderators: take a shop and all its products off the market, for a reason its members read. Orders and downloads stay. Errors: moderator_only, shop_not_found, reason_required, shop_not_active, shop_suspended, shop_closed.';
revoke all on function public.suspend_shop(uuid, text) from public, anon, service_role;
grant execute on function public.suspend_shop(uuid, text) to authenticated;

create or replace function private.reinstate_shop(p_shop_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop public.shops := private.shop_for_moderation(p_shop_id);
begin
  if v_shop.status <> 'suspended' then
    perform private.fail(409, 'shop_not_suspended', 'The shop is not suspended.');
  end if;
  update public.shops as s set status = 'active' where s.id = p_shop_id returning * into v_shop;
  perform private.resolve_notice(p_shop_id, 'suspended');
  return to_jsonb(v_shop);
end;
$$;
comment on function private.reinstate_shop(uuid) is 'See public.reinstate_shop.';
revoke all on function private.reinstate_shop(uuid) from public;
grant execute on function private.reinstate_shop(uuid) to authenticated;

create or replace function public.reinstate_shop(shop_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.reinstate_shop(shop_id);
$$;
comment on function public.reinstate_shop(uuid) is
'Moderators: end a suspension; what was on sale is again. Errors: moderator_only, shop_not_found, shop_not_suspended, shop_closed.';
revoke all on function public.reinstate_shop(uuid) from public, anon, service_role;
grant execute on function public.reinstate_shop(uuid) to authenticated;

create or replace function private.shop_balances(p_shop_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_object_agg(b.currency, -b.amount)
  from (
    select e.currency, sum(e.amount) as amount
    from private.ledger_accounts as a
    inner join private.ledger_entries as e
      on e.account_id = a.id and e.currency = a.currency
    where a.code = 'seller_payable' and a.shop_id = p_shop_id
    group by e.currency
  ) as b
  where b.amount <> 0;
$$;
comment on function private.shop_balances(uuid) is
'What the platform owes a shop, minor units by currency (negative: the shop owes); null if nothing.';
revoke all on function private.shop_balances(uuid) from public;

create or replace function private.close_shop(p_shop_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop public.shops := private.require_shop(p_shop_id, 'owner');
  v_open bigint;
  v_balances jsonb;
begin
  -- A checkout holds its variants until it commits: after this, every order that got through is
  -- seen below, and every later one finds its products off sale.
  perform private.lock_variants(array(
    select v.id from public.product_variants as v where v.shop_id = p_shop_id
  ));
  select count(*) into v_open from public.shop_orders as o
  where o.shop_id = p_shop_id and o.status = 'pending_payment';
  if v_open > 0 then
    perform private.fail(
      409, 'shop_has_open_orders', format('%s orders wait for payment.', v_open),
      'Take the products off sale (rpc/archive_product) and wait until they are paid or expire.',
      v_open::text
    );
  end if;
  v_balances := private.shop_balances(p_shop_id);
  if v_balances is not null then
    perform private.fail(
      409, 'shop_balance_open', 'The shop''s balance is not zero.',
      'Wait until everything is paid out; see shop_earnings.payable_at.', v_balances::text
    );
  end if;
  update public.shops as s set status = 'closed' where s.id = p_shop_id returning * into v_shop;
  update public.shop_invitations as i set status = 'revoked'
  where i.shop_id = p_shop_id and i.status = 'pending';
  delete from public.shop_ownership_offers as o where o.shop_id = p_shop_id;
  update public.shop_notices as n set resolved_at = now()
  where n.shop_id = p_shop_id and n.resolved_at is null;
  perform private.open_notice(p_shop_id, 'closed', 'Closed by its owner.', null);
  return to_jsonb(v_shop);
end;
$$;
comment on function private.close_shop(uuid) is 'See public.close_shop.';
revoke all on function private.close_shop(uuid) from public;
grant execute on function private.close_shop(uuid) to authenticated;

create or replace function public.close_shop(shop_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.close_shop(shop_id);
$$;
comment on function public.close_shop(uuid) is
'Close my shop for good. Buyers keep what they bought; the slug is not given to anybody else. Errors: shop_not_found, permission_denied, shop_closed, shop_has_open_orders (details: how many), shop_balance_open (details: minor units by currency).';
revoke all on function public.close_shop(uuid) from public, anon, service_role;
grant execute on function public.close_shop(uuid) to authenticated;

create or replace function private.shop_state(p_shop_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_state jsonb;
begin
  select jsonb_build_object(
    'shop_id', s.id,
    'status', s.status,
    'reason', coalesce(
      n.reason, case s.status when 'draft' then 'The shop has not been opened yet.' end
    ),
    'next_action', case
      when s.status <> 'draft' then n.next_action
      when a.transfers_capability = 'active' then 'open_shop'
      else 'finish_onboarding'
    end,
    'since', n.created_at,
    'can_receive_money', a.transfers_capability = 'active',
    'on_vacation', private.vacation_end(s.id) is not null
  )
  into v_state
  from public.shops as s
  inner join public.shop_payment_accounts as a on a.shop_id = s.id
  left join public.shop_notices as n
    on n.shop_id = s.id and n.resolved_at is null
    and n.kind = case s.status when 'active' then 'payment_attention' else s.status::text end
  where s.id = p_shop_id
    and (
      s.id in (select private.my_shop_ids())
      or private.has_role('moderator') or private.has_role('admin')
    );
  if v_state is null then
    perform private.fail(404, 'shop_not_found', 'You work in no such shop.');
  end if;
  return v_state;
end;
$$;
comment on function private.shop_state(uuid) is 'See public.shop_state.';
revoke all on function private.shop_state(uuid) from public;
grant execute on function private.shop_state(uuid) to authenticated;

create or replace function public.shop_state(shop_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.shop_state(shop_id);
$$;
comment on function public.shop_state(uuid) is
'For members and moderators: {status, reason, next_action, since, can_receive_money, on_vacation}. next_action: finish_onboarding, open_shop, contact_support or null. May be called with GET. Errors: shop_not_found.';
revoke all on function public.shop_state(uuid) from public, anon, service_role;
grant execute on function public.shop_state(uuid) to authenticated;

-- source: supabase/functions/shop_members.sql e56151e17dbb05ec6ea33bc98e837cadfda9fa18d268bb7c8ec9d793a9637621
-- Who works in a shop: one owner always, others come by invitation and go.

-- Definer: a deferred check runs at commit as whoever is the role then.
create or replace function private.tg_shop_members__one_owner()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop uuid := case tg_table_name
    when 'shops' then to_jsonb(new) ->> 'id'
    else coalesce(to_jsonb(new), to_jsonb(old)) ->> 'shop_id'
  end;
begin
  if exists (select 1 from public.shops as s where s.id = v_shop) and not exists (
    select 1 from public.shop_members as m where m.shop_id = v_shop and m.role = 'owner'
  ) then
    raise exception 'shop % has no owner', v_shop
      using errcode = '23514', constraint = 'shop_members_one_owner';
  end if;
  return null;
end;
$$;
comment on function private.tg_shop_members__one_owner() is
'At commit: a shop has an owner. That it has no second one is a unique index.';
revoke all on function private.tg_shop_members__one_owner() from public;

drop trigger if exists tg_shop_members__one_owner on public.shop_members;
create constraint trigger tg_shop_members__one_owner
after update of role or delete on public.shop_members
deferrable initially deferred
for each row execute function private.tg_shop_members__one_owner();

drop trigger if exists tg_shops__one_owner on public.shops;
create constraint trigger tg_shops__one_owner
after insert on public.shops
deferrable initially deferred
for each row execute function private.tg_shop_members__one_owner();

create or replace function private.tg_shop_members__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_row public.shop_members := coalesce(new, old);
begin
  perform private.emit(
    'private-shop-' || v_row.shop_id, 'shop.members',
    jsonb_build_object('shop_id', v_row.shop_id)
  );
  perform private.emit(
    'private-user-' || v_row.user_id, 'shop.membership',
    jsonb_build_object('shop_id', v_row.shop_id)
  );
  return null;
end;
$$;
comment on function private.tg_shop_members__emit() is
'Who joins, leaves or changes role: for the shop, and for the person, who may not hear the shop any more.';
revoke all on function private.tg_shop_members__emit() from public;

create or replace trigger tg_shop_members__emit
after insert or update or delete on public.shop_members
for each row execute function private.tg_shop_members__emit();

create or replace function private.other_member(p_shop_id uuid, p_user_id uuid)
returns public.shop_members
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_member public.shop_members;
begin
  select m.* into v_member from public.shop_members as m
  where m.shop_id = p_shop_id and m.user_id = p_user_id;
  if v_member.user_id is null then
    perform private.fail(404, 'member_not_found', 'Nobody of that id works in the shop.');
  end if;
  if v_member.role = 'owner' then
    perform private.fail(
      409, 'owner_stays', 'A shop always has its owner.',
      'Hand it over (rpc/offer_ownership) or close it (rpc/close_shop).'
    );
  end if;
  return v_member;
end;
$$;
comment on function private.other_member(uuid, uuid) is
'A member who is not the owner. Errors: member_not_found, owner_stays.';
revoke all on function private.other_member(uuid, uuid) from public;

create or replace function private.remove_member(p_shop_id uuid, p_user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_shop(p_shop_id, 'members.manage');
  perform private.other_member(p_shop_id, p_user_id);
  delete from public.shop_members as m where m.shop_id = p_shop_id and m.user_id = p_user_id;
end;
$$;
comment on function private.remove_member(uuid, uuid) is 'See public.remove_member.';
revoke all on function private.remove_member(uuid, uuid) from public;
grant execute on function private.remove_member(uuid, uuid) to authenticated;

create or replace function public.remove_member(shop_id uuid, user_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.remove_member(shop_id, user_id);
$$;
comment on function public.remove_member(uuid, uuid) is
'Take somebody out of my shop, from their next request on. Errors: shop_not_found, permission_denied, shop_closed, member_not_found, owner_stays.';
revoke all on function public.remove_member(uuid, uuid) from public, anon, service_role;
grant execute on function public.remove_member(uuid, uuid) to authenticated;

create or replace function private.change_member_role(
    p_shop_id uuid, p_user_id uuid, p_role public.shop_role
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_member public.shop_members;
begin
  perform private.require_shop(p_shop_id, 'members.manage');
  if p_role is null or p_role = 'owner' then
    perform private.fail(
      422, 'invalid_role', 'The role is manager or staff.',
      'A shop is handed over by rpc/offer_ownership.'
    );
  end if;
  v_member := private.other_member(p_shop_id, p_user_id);
  if v_member.role <> p_role then
    update public.shop_members as m set role = p_role
    where m.shop_id = p_shop_id and m.user_id = p_user_id;
  end if;
end;
$$;
comment on function private.change_member_role(uuid, uuid, public.shop_role) is
'See public.change_member_role.';
revoke all on function private.change_member_role(uuid, uuid, public.shop_role) from public;
grant execute on function private.change_member_role(uuid, uuid, public.shop_role)
to authenticated;

create or replace function public.change_member_role(
    shop_id uuid, user_id uuid, role public.shop_role
)
returns void
language sql
set search_path = ''
as $$
  select private.change_member_role(shop_id, user_id, role);
$$;
comment on function public.change_member_role(uuid, uuid, public.shop_role) is
'Make a member of my shop manager or staff, from their next request on. Errors: shop_not_found, permission_denied, shop_closed, invalid_role, member_not_found, owner_stays.';
revoke all on function public.change_member_role(uuid, uuid, public.shop_role)
from public, anon, service_role;
grant execute on function public.change_member_role(uuid, uuid, public.shop_role)
to authenticated;

create or replace function private.leave_shop(p_shop_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  perform 1 from public.shops as s
  where s.id = p_shop_id and s.id in (select private.my_shop_ids())
  for no key update;
  if not found then
    perform private.fail(404, 'shop_not_found', 'You work in no such shop.');
  end if;
  perform private.other_member(p_shop_id, v_user);
  delete from public.shop_members as m where m.shop_id = p_shop_id and m.user_id = v_user;
end;
$$;
comment on function private.leave_shop(uuid) is 'See public.leave_shop.';
revoke all on function private.leave_shop(uuid) from public;
grant execute on function private.leave_shop(uuid) to authenticated;

create or replace function public.leave_shop(shop_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.leave_shop(shop_id);
$$;
comment on function public.leave_shop(uuid) is
'Stop working in a shop. Errors: shop_not_found, owner_stays.';
revoke all on function public.leave_shop(uuid) from public, anon, service_role;
grant execute on function public.leave_shop(uuid) to authenticated;

-- source: supabase/functions/shop_notices.sql 4d066b2332517a1702c66023ca44e846b0ef619f82d24f04bf07f5bd2ab047a9
-- Notices: why a shop is in its state, and what to do next.

create or replace function private.open_notice(
    p_shop_id uuid, p_kind text, p_reason text, p_next_action text
)
returns uuid
language sql
security definer
set search_path = ''
as $$
  insert into public.shop_notices as n (shop_id, kind, reason, next_action)
  values (p_shop_id, p_kind, left(p_reason, 1000), p_next_action)
  on conflict (shop_id, kind) where resolved_at is null do update
  set reason = excluded.reason, next_action = excluded.next_action
  returning n.id;
$$;
comment on function private.open_notice(uuid, text, text, text) is
'Tell a shop something; an open notice of the same kind is brought up to date. Returns its id.';
revoke all on function private.open_notice(uuid, text, text, text) from public;

create or replace function private.resolve_notice(p_shop_id uuid, p_kind text)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.shop_notices as n set resolved_at = now()
  where n.shop_id = p_shop_id and n.kind = p_kind and n.resolved_at is null;
$$;
comment on function private.resolve_notice(uuid, text) is 'The cause of a notice has gone.';
revoke all on function private.resolve_notice(uuid, text) from public;

create or replace function private.email_notice(p_template text, p_notice_id uuid)
returns void
language sql
security definer
set search_path = ''
as $$
  select private.queue_email(p_template, n.id, m.user_id)
  from public.shop_notices as n
  inner join public.shop_members as m on m.shop_id = n.shop_id
  inner join private.shop_permissions as p
    on p.role = m.role and p.permission = 'money.read'
  where n.id = p_notice_id;
$$;
comment on function private.email_notice(text, uuid) is
'Send a notice to those who answer for the shop''s money: owner and managers.';
revoke all on function private.email_notice(text, uuid) from public;

create or replace function private.notice_data(p_notice_id uuid, p_user_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'shop_name', s.name, 'reason', n.reason,
    'shop_url_path', '/seller/shops/' || s.id,
    'recipient_name', coalesce(nullif(r.display_name, ''), r.handle)
  )
  from public.shop_notices as n
  inner join public.shops as s on s.id = n.shop_id
  inner join public.profiles as r on r.id = p_user_id
  where n.id = p_notice_id;
$$;
comment on function private.notice_data(uuid, uuid) is 'What a notice''s email shows.';
revoke all on function private.notice_data(uuid, uuid) from public;

create or replace function private.tg_shop_notices__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.emit(
    'private-shop-' || new.shop_id, 'shop.notice',
    jsonb_build_object('shop_id', new.shop_id, 'notice_id', new.id)
  );
  return null;
end;
$$;
comment on function private.tg_shop_notices__emit() is 'A new, changed or resolved notice, for the shop.';
revoke all on function private.tg_shop_notices__emit() from public;

create or replace trigger tg_shop_notices__emit
after insert or update on public.shop_notices
for each row execute function private.tg_shop_notices__emit();

create or replace function private.dismiss_notice(p_notice_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop uuid;
begin
  perform private.require_user();
  update public.shop_notices as n set resolved_at = now()
  where n.id = p_notice_id and n.kind = 'ownership_transferred' and n.resolved_at is null
    and n.shop_id in (
      select m.shop_id from public.shop_members as m
      where m.user_id = auth.uid() and m.role = 'owner'
    )
  returning n.shop_id into v_shop;
  if v_shop is null then
    perform private.fail(
      404, 'notice_not_found', 'There is no such notice to be settled by you.'
    );
  end if;
end;
$$;
comment on function private.dismiss_notice(uuid) is 'See public.dismiss_notice.';
revoke all on function private.dismiss_notice(uuid) from public;
grant execute on function private.dismiss_notice(uuid) to authenticated;

create or replace function public.dismiss_notice(notice_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.dismiss_notice(notice_id);
$$;
comment on function public.dismiss_notice(uuid) is
'Done: the owner settles the notice of a handed-over shop. The others end with their cause. Errors: notice_not_found.';
revoke all on function public.dismiss_notice(uuid) from public, anon, service_role;
grant execute on function public.dismiss_notice(uuid) to authenticated;

-- Nothing is taken off sale: Stripe asks for papers again now and then, the platform collects all
-- payments itself, and what a shop is owed stays booked to it until it can be transferred.
create or replace function private.tg_shop_payment_accounts__attention()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_due text;
begin
  if new.transfers_capability = 'active' then
    perform private.resolve_notice(new.shop_id, 'payment_attention');
  elsif old.transfers_capability = 'active' then
    select string_agg(d.item, ', ' order by d.item) into v_due
    from jsonb_array_elements_text(
      case
        when jsonb_typeof(new.requirements -> 'due') = 'array' then new.requirements -> 'due'
        else '[]'
      end
    ) as d (item);
    perform private.email_notice(
      'shop_payment_attention',
      private.open_notice(
        new.shop_id, 'payment_attention',
        concat_ws(
          ' ', 'Stripe does not let this shop receive money any more.',
          'Reason: ' || nullif(new.requirements ->> 'disabled_reason', '') || '.',
          'It asks for: ' || v_due || '.'
        ),
        'finish_onboarding'
      )
    );
  end if;
  return null;
end;
$$;
comment on function private.tg_shop_payment_accounts__attention() is
'A payment account that may not receive transfers any more: the shop is told why, and again when it may.';
revoke all on function private.tg_shop_payment_accounts__attention() from public;

create or replace trigger tg_shop_payment_accounts__attention
after update of transfers_capability on public.shop_payment_accounts
for each row when (old.transfers_capability is distinct from new.transfers_capability)
execute function private.tg_shop_payment_accounts__attention();

-- source: supabase/functions/shop_ownership.sql 0b6d10bb880b7239dd5bff5280414385e33811b2b2932f41b8e0974816fc4e4b
-- Handing a shop over: offered by the owner, accepted by the other; exactly one owner at any time.

create or replace function private.ownership_consequences(p_shop_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'state', a.state,
    'consequence', case when a.stripe_account_id is null then 'none' else 'stays_with_shop' end,
    'explanation', case
      when a.stripe_account_id is null then 'The shop has no payment account yet.'
      else 'The Stripe account stays with the shop and goes on receiving what it earned and earns. '
        || 'It is in the former owner''s name until the representative and the bank account are '
        || 'changed in Stripe''s dashboard.'
    end
  )
  from public.shop_payment_accounts as a
  where a.shop_id = p_shop_id;
$$;
comment on function private.ownership_consequences(uuid) is
'What a change of owner means for the shop''s payment account.';
revoke all on function private.ownership_consequences(uuid) from public;

create or replace function private.offer_ownership(p_shop_id uuid, p_user_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop public.shops := private.require_shop(p_shop_id, 'owner');
  v_offer public.shop_ownership_offers;
begin
  if v_shop.status = 'suspended' then
    perform private.fail(409, 'shop_suspended', 'The shop is suspended.', 'See rpc/shop_state.');
  end if;
  perform private.other_member(p_shop_id, p_user_id);
  insert into public.shop_ownership_offers as o (shop_id, user_id, offered_by, expires_at)
  values (p_shop_id, p_user_id, auth.uid(), now() + interval '7 days')
  on conflict (shop_id) do update
  set user_id = excluded.user_id, offered_by = excluded.offered_by,
    expires_at = excluded.expires_at
  returning * into v_offer;
  perform private.emit(
    'private-user-' || p_user_id, 'shop.ownership_offered',
    jsonb_build_object('shop_id', p_shop_id)
  );
  return to_jsonb(v_offer)
    || jsonb_build_object('payment_account', private.ownership_consequences(p_shop_id));
end;
$$;
comment on function private.offer_ownership(uuid, uuid) is 'See public.offer_ownership.';
revoke all on function private.offer_ownership(uuid, uuid) from public;
grant execute on function private.offer_ownership(uuid, uuid) to authenticated;

create or replace function public.offer_ownership(shop_id uuid, user_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.offer_ownership(shop_id, user_id);
$$;
comment on function public.offer_ownership(uuid, uuid) is
'Offer my shop to one of its members, for 7 days; a later offer replaces it. payment_account says what becomes of the Stripe account. Errors: shop_not_found, permission_denied, shop_closed, shop_suspended, member_not_found, owner_stays.';
revoke all on function public.offer_ownership(uuid, uuid) from public, anon, service_role;
grant execute on function public.offer_ownership(uuid, uuid) to authenticated;

create or replace function private.withdraw_ownership_offer(p_shop_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  delete from public.shop_ownership_offers as o
  where o.shop_id = p_shop_id and (
    o.user_id = v_user or exists (
      select 1 from public.shop_members as m
      where m.shop_id = o.shop_id and m.user_id = v_user and m.role = 'owner'
    )
  );
  if not found then
    perform private.fail(404, 'offer_not_found', 'There is no such offer.');
  end if;
end;
$$;
comment on function private.withdraw_ownership_offer(uuid) is 'See public.withdraw_ownership_offer.';
revoke all on function private.withdraw_ownership_offer(uuid) from public;
grant execute on function private.withdraw_ownership_offer(uuid) to authenticated;

create or replace function public.withdraw_ownership_offer(shop_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.withdraw_ownership_offer(shop_id);
$$;
comment on function public.withdraw_ownership_offer(uuid) is
'Take an offer of my shop back, or decline one made to me. Errors: offer_not_found.';
revoke all on function public.withdraw_ownership_offer(uuid) from public, anon, service_role;
grant execute on function public.withdraw_ownership_offer(uuid) to authenticated;

create or replace function private.accept_ownership(p_shop_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_shop public.shops;
  v_consequences jsonb := private.ownership_consequences(p_shop_id);
begin
  -- The person before the shop, as in create_shop.
  perform private.limit_owned_shops(v_user);
  select s.* into v_shop from public.shops as s where s.id = p_shop_id for no key update;
  if not exists (
    select 1 from public.shop_ownership_offers as o
    where o.shop_id = p_shop_id and o.user_id = v_user and o.expires_at > now()
  ) then
    perform private.fail(404, 'offer_not_found', 'There is no such offer.');
  end if;
  if v_shop.status = 'suspended' then
    perform private.fail(409, 'shop_suspended', 'The shop is suspended.', 'See rpc/shop_state.');
  end if;
  update public.shop_members as m set role = 'manager'
  where m.shop_id = p_shop_id and m.role = 'owner';
  update public.shop_members as m set role = 'owner'
  where m.shop_id = p_shop_id and m.user_id = v_user;
  delete from public.shop_ownership_offers as o where o.shop_id = p_shop_id;
  if v_consequences ->> 'consequence' = 'stays_with_shop' then
    perform private.open_notice(
      p_shop_id, 'ownership_transferred', v_consequences ->> 'explanation',
      'check_payment_account'
    );
  end if;
  return to_jsonb(v_shop) || jsonb_build_object('payment_account', v_consequences);
end;
$$;
comment on function private.accept_ownership(uuid) is 'See public.accept_ownership.';
revoke all on function private.accept_ownership(uuid) from public;
grant execute on function private.accept_ownership(uuid) to authenticated;

create or replace function public.accept_ownership(shop_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.accept_ownership(shop_id);
$$;
comment on function public.accept_ownership(uuid) is
'Take over a shop that was offered to me; its owner until now becomes manager. payment_account says what becomes of the Stripe account. Errors: offer_not_found, shop_suspended, too_many_shops.';
revoke all on function public.accept_ownership(uuid) from public, anon, service_role;
grant execute on function public.accept_ownership(uuid) to authenticated;

-- source: supabase/functions/shop_permissions.sql 4f67b526fe937a37da53eccd6977102f3b05e6d26b809b90742ea0b36931c8cc
-- What a member of a shop may do: private.shop_permissions, asked anew by every request.

-- Definer: policies on the very tables ask it, and the caller cannot read the permissions.
create or replace function private.shop_ids_with(p_permission text)
returns setof uuid
language sql
stable
security definer
set search_path = ''
rows 5
as $$
  select m.shop_id
  from public.shop_members as m
  inner join private.shop_permissions as p on p.role = m.role
  where m.user_id = auth.uid() and p.permission = p_permission;
$$;
comment on function private.shop_ids_with(text) is 'Shops in which the caller has this permission.';
revoke all on function private.shop_ids_with(text) from public;
grant execute on function private.shop_ids_with(text) to authenticated;

create or replace function private.has_shop_permission(p_shop_id uuid, p_permission text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from private.shop_ids_with(p_permission) as s (id) where s.id = p_shop_id
  );
$$;
comment on function private.has_shop_permission(uuid, text) is
'Has the caller this permission in this shop now?';
revoke all on function private.has_shop_permission(uuid, text) from public;
grant execute on function private.has_shop_permission(uuid, text) to authenticated;

-- No key update: checkouts of the shop's goods, which refer to it by key, go on meanwhile.
create or replace function private.require_shop(p_shop_id uuid, p_permission text)
returns public.shops
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_shop public.shops;
  v_role public.shop_role;
begin
  select s.* into v_shop from public.shops as s
  where s.id = p_shop_id and s.id in (select private.my_shop_ids())
  for no key update;
  -- Read under the lock: memberships change under it.
  select m.role into v_role from public.shop_members as m
  where m.shop_id = v_shop.id and m.user_id = v_user;
  if v_role is null then
    perform private.fail(404, 'shop_not_found', 'You work in no such shop.');
  end if;
  if (p_permission = 'owner' and v_role <> 'owner')
    or (p_permission <> 'owner' and not private.has_shop_permission(p_shop_id, p_permission))
  then
    perform private.fail(
      403, 'permission_denied', 'Your role in this shop does not allow this.',
      'rpc/my_shop_permissions tells what it allows.'
    );
  end if;
  if v_shop.status = 'closed' then
    perform private.fail(409, 'shop_closed', 'The shop is closed for good.');
  end if;
  return v_shop;
end;
$$;
comment on function private.require_shop(uuid, text) is
'The shop, locked against changes of state and members, if the caller has the permission (''owner'': is its owner) and it is not closed. Errors: shop_not_found, permission_denied, shop_closed.';
revoke all on function private.require_shop(uuid, text) from public;

create or replace function private.my_shop_permissions(p_shop_id uuid)
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(p.permission order by p.permission), '{}')
  from public.shop_members as m
  inner join private.shop_permissions as p on p.role = m.role
  where m.shop_id = p_shop_id and m.user_id = auth.uid();
$$;
comment on function private.my_shop_permissions(uuid) is 'See public.my_shop_permissions.';
revoke all on function private.my_shop_permissions(uuid) from public;
grant execute on function private.my_shop_permissions(uuid) to authenticated;

create or replace function public.my_shop_permissions(shop_id uuid)
returns text[]
language sql
stable
set search_path = ''
as $$
  select private.my_shop_permissions(shop_id);
$$;
comment on function public.my_shop_permissions(uuid) is
'What I may do in this shop, to show or hide controls; empty if I do not work there. May be called with GET.';
revoke all on function public.my_shop_permissions(uuid) from public, anon, service_role;
grant execute on function public.my_shop_permissions(uuid) to authenticated;

-- source: supabase/functions/shop_slugs.sql 523e9f3bb7de3f7bbb9e6c0d6c5075e6e95862e5c3de9c639df4ef86eb03571e
-- A shop's address: changing it, and where a former one leads.

-- In a trigger and after the write, so that no way to a slug passes by and a rename that commits
-- at this moment is seen (the unique key has made us wait for it). Definer: a private table.
create or replace function private.tg_shops__slug()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_until timestamptz;
begin
  if tg_op = 'UPDATE' then
    if old.slug = new.slug then
      return null;
    end if;
    insert into private.shop_slug_history (slug, shop_id) values (old.slug, new.id);
  end if;
  select h.retired_at + interval '90 days' into v_until from private.shop_slug_history as h
  where h.slug = new.slug and h.shop_id <> new.id;
  if v_until > now() then
    perform private.fail(
      409, 'slug_reserved', 'Another shop had this slug until recently.', 'Choose another slug.',
      to_char(v_until at time zone 'UTC', 'YYYY-MM-DD')
    );
  end if;
  delete from private.shop_slug_history as h where h.slug = new.slug;
  return null;
end;
$$;
comment on function private.tg_shops__slug() is
'Keeps private.shop_slug_history; refuses what another shop was called within 90 days.';
revoke all on function private.tg_shops__slug() from public;

create or replace trigger tg_shops__slug
after insert or update of slug on public.shops
for each row execute function private.tg_shops__slug();

create or replace function private.rename_shop(p_shop_id uuid, p_slug text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop public.shops := private.require_shop(p_shop_id, 'settings.edit');
begin
  if coalesce(p_slug, '') !~ '^[a-z0-9](?:[a-z0-9-]{1,48}[a-z0-9])$' then
    perform private.fail(
      422, 'invalid_slug', 'A slug has 3 to 50 of a-z, 0-9 and hyphens.',
      'Give one: {"slug": "my-shop"}.'
    );
  end if;
  if v_shop.slug = p_slug then
    return to_jsonb(v_shop);
  end if;
  -- Each rename keeps a slug from everybody else: a few must do.
  if (
    select count(*) from private.shop_slug_history as h
    where h.shop_id = p_shop_id and h.retired_at > now() - interval '90 days'
      and h.slug <> p_slug
  ) >= 3 then
    perform private.fail(
      409, 'too_many_renames', 'A shop changes its slug three times in 90 days.',
      'Go back to a former slug, or wait.'
    );
  end if;
  begin
    update public.shops as s set slug = p_slug where s.id = p_shop_id returning * into v_shop;
  exception when unique_violation then
    perform private.fail(409, 'slug_taken', 'Another shop has this slug.', 'Choose another slug.');
  end;
  return to_jsonb(v_shop);
end;
$$;
comment on function private.rename_shop(uuid, text) is 'See public.rename_shop.';
revoke all on function private.rename_shop(uuid, text) from public;
grant execute on function private.rename_shop(uuid, text) to authenticated;

create or replace function public.rename_shop(shop_id uuid, slug text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.rename_shop(shop_id, slug);
$$;
comment on function public.rename_shop(uuid, text) is
'Give my shop another slug; the former one leads to it (resolve_shop) and is kept for it for 90 days. Errors: shop_not_found, permission_denied, shop_closed, invalid_slug, slug_taken, slug_reserved (details: until when), too_many_renames.';
revoke all on function public.rename_shop(uuid, text) from public, anon, service_role;
grant execute on function public.rename_shop(uuid, text) to authenticated;

create or replace function private.resolve_shop(p_slug text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_found jsonb;
begin
  select jsonb_build_object('shop_id', s.id, 'slug', s.slug, 'moved', s.slug <> p_slug)
  into v_found
  from public.shops as s
  where (
    s.slug = lower(p_slug)
    or s.id = (select h.shop_id from private.shop_slug_history as h where h.slug = lower(p_slug))
  )
    and (s.status = 'active' or s.id in (select private.my_shop_ids()))
  order by s.slug = lower(p_slug) desc
  limit 1;
  if v_found is null then
    perform private.fail(404, 'shop_not_found', 'There is no such shop.');
  end if;
  return v_found;
end;
$$;
comment on function private.resolve_shop(text) is 'See public.resolve_shop.';
revoke all on function private.resolve_shop(text) from public;
grant execute on function private.resolve_shop(text) to anon, authenticated;

create or replace function public.resolve_shop(slug text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.resolve_shop(slug);
$$;
comment on function public.resolve_shop(text) is
'Which shop is at this slug, present or former: {shop_id, slug, moved}; moved: redirect to slug. For everybody, may be called with GET. Errors: shop_not_found.';
revoke all on function public.resolve_shop(text) from public, service_role;
grant execute on function public.resolve_shop(text) to anon, authenticated;

-- source: supabase/functions/shop_vacation.sql d669ed81ee28d77746b8a9c3845dddac6e01438e84531e74aa9791ae6b117ad9
-- Vacation: products stay visible, orders are not taken.

create or replace function private.vacation_end(p_shop_id uuid)
returns timestamptz
language sql
stable
security definer
set search_path = ''
as $$
  select s.vacation_until from public.shops as s
  where s.id = p_shop_id and s.vacation_from <= now() and s.vacation_until > now();
$$;
comment on function private.vacation_end(uuid) is
'When the vacation that the shop has now ends; null if it has none.';
revoke all on function private.vacation_end(uuid) from public;

create or replace function private.refuse_on_vacation(p_shop_id uuid)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_until timestamptz := private.vacation_end(p_shop_id);
begin
  if v_until is not null then
    perform private.fail(
      409, 'shop_on_vacation', 'The shop is on vacation and takes no orders.',
      'Come back when it ends.', to_char(v_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    );
  end if;
end;
$$;
comment on function private.refuse_on_vacation(uuid) is
'409 shop_on_vacation, with the end in details (ISO 8601), while the shop is on vacation.';
revoke all on function private.refuse_on_vacation(uuid) from public;

create or replace function private.set_vacation(
    p_shop_id uuid, p_from timestamptz, p_until timestamptz, p_message text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop public.shops := private.require_shop(p_shop_id, 'settings.edit');
  v_from timestamptz := coalesce(p_from, now());
  v_message text := trim(coalesce(p_message, ''));
begin
  if p_until is null and p_from is not null
    or p_until <= greatest(v_from, now())
    or not isfinite(v_from) or not isfinite(p_until)
    or p_until > greatest(v_from, now()) + interval '1 year'
    or v_from > now() + interval '1 year'
  then
    perform private.fail(
      422, 'invalid_vacation', 'A vacation ends after it begins, in the future, within a year.',
      'Without until the vacation is called off.'
    );
  end if;
  if char_length(v_message) > 500 then
    perform private.fail(422, 'invalid_vacation', 'The message has at most 500 characters.');
  end if;
  update public.shops as s
  set
    vacation_from = case when p_until is not null then v_from end,
    vacation_until = p_until,
    vacation_message = case when p_until is not null then v_message else '' end
  where s.id = p_shop_id
  returning * into v_shop;
  return to_jsonb(v_shop);
end;
$$;
comment on function private.set_vacation(uuid, timestamptz, timestamptz, text) is
'See public.set_vacation.';
revoke all on function private.set_vacation(uuid, timestamptz, timestamptz, text) from public;
grant execute on function private.set_vacation(uuid, timestamptz, timestamptz, text)
to authenticated;

-- noqa: disable=RF06
create or replace function public.set_vacation(
    shop_id uuid, "from" timestamptz default null, until timestamptz default null,
    message text default ''
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.set_vacation($1, $2, $3, $4);
$$;
-- noqa: enable=RF06
comment on function public.set_vacation(uuid, timestamptz, timestamptz, text) is
'Take no orders from (default: now) until; without until the vacation is called off. Errors: shop_not_found, permission_denied, shop_closed, invalid_vacation.';
revoke all on function public.set_vacation(uuid, timestamptz, timestamptz, text)
from public, anon, service_role;
grant execute on function public.set_vacation(uuid, timestamptz, timestamptz, text)
to authenticated;

-- source: supabase/functions/shops.sql 9ae858476dc84b16bda106945961b7fbc50f15ebf90a29078a7f6cae62ff7f12
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

create or replace function private.limit_owned_shops(p_user uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One at a time per person, so that the cap holds.
  perform 1 from public.profiles as p where p.id = p_user for no key update;
  if (
    select count(*) from public.shop_members as m
    inner join public.shops as s on s.id = m.shop_id
    where m.user_id = p_user and m.role = 'owner' and s.status <> 'closed'
  ) >= 10 then
    perform private.fail(409, 'too_many_shops', 'One person may own 10 shops.');
  end if;
end;
$$;
comment on function private.limit_owned_shops(uuid) is
'409 too_many_shops for whoever owns ten shops that are not closed; locks the person.';
revoke all on function private.limit_owned_shops(uuid) from public;

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
  perform private.limit_owned_shops(v_user);
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
'Make a shop of mine, as a draft. Errors: invalid_name, invalid_slug, slug_taken, slug_reserved, too_many_shops.';
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
  for no key update of s;
  if v_shop.id is null then
    perform private.fail(404, 'shop_not_found', 'You own no such shop.');
  end if;
  if v_shop.status = 'suspended' then
    perform private.fail(
      409, 'shop_suspended', 'Only a moderator ends a suspension.', 'See rpc/shop_state.'
    );
  end if;
  if v_shop.status = 'closed' then
    perform private.fail(409, 'shop_closed', 'The shop is closed for good.');
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
'Make my draft shop public. Errors: shop_not_found, payment_account_not_ready, shop_suspended, shop_closed.';
revoke all on function public.open_shop(uuid) from public, anon, service_role;
grant execute on function public.open_shop(uuid) to authenticated;

-- source: supabase/functions/suggest.sql 220eff6e1bfde11be222b896c06bdd298abd720838ebb59455a0bffc0835fed5
-- suggest_products: what a search box shows while somebody types.

create or replace function private.suggest_tsquery(p_prefix text)
returns tsquery
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_words text[] := array(
    select m[1] from regexp_matches(private.normalise(p_prefix), '([[:alnum:]]+)', 'g') as m
  );
  v_all tsquery;
  v_word text;
begin
  -- Each word but the last is whole; quoted, so that nothing in it is an operator.
  foreach v_word in array v_words[1:cardinality(v_words) - 1] loop
    v_all := case
      when v_all is null then plainto_tsquery('private.plain'::regconfig, v_word)
      else v_all && plainto_tsquery('private.plain'::regconfig, v_word)
    end;
  end loop;
  if cardinality(v_words) = 0 then
    return null;
  end if;
  v_word := quote_literal(v_words[cardinality(v_words)]);
  return case when v_all is null then (v_word || ':*AB')::tsquery else
    v_all && (v_word || ':*AB')::tsquery
  end;
end;
$$;
comment on function private.suggest_tsquery(text) is
'Whole words and the beginning of a last one; null when there is no word.';
revoke all on function private.suggest_tsquery(text) from public;

create or replace function private.similar_shops(p_text text)
returns uuid[]
language sql
stable
security definer
set search_path = ''
-- The planner takes trigrams for dearer than a walk through some ten thousand names.
set enable_seqscan = off
as $$
  select array(
    select n.shop_id from private.shop_search as n
    where n.name operator(extensions.%) p_text
    order by extensions.similarity(n.name, p_text) desc, n.name limit 3
  );
$$;
comment on function private.similar_shops(text) is 'Up to three open shops that are called like this.';
revoke all on function private.similar_shops(text) from public;

-- Definer: reads the search documents; shows listed products, open shops and categories only.
create or replace function private.suggest_products(p_prefix text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_text text := private.normalise(private.search_text(p_prefix));
  v_like text := replace(replace(replace(v_text, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  v_filter private.search_filter;
  v_hits private.search_hit[] := '{}';
  v_shops uuid[];
begin
  if char_length(v_text) >= 2 then
    v_filter.labels := '{}';
    v_filter.query := private.suggest_tsquery(v_text);
    if v_filter.query is not null then
      v_hits := array(select h from private.search_candidates(v_filter, 60) as h);
      if cardinality(v_hits) = 0 and char_length(v_text) >= 4 then
        v_filter.query := private.corrected_tsquery(v_text, false);
        v_hits := array(select h from private.search_candidates(v_filter, 60) as h);
      end if;
    end if;
  end if;
  v_shops := array(
    select n.shop_id from private.shop_search as n where n.name like v_like order by n.name limit 3
  );
  if v_shops = '{}' and char_length(v_text) >= 4 then
    v_shops := private.similar_shops(v_text);
  end if;
  return jsonb_build_object(
    'products', (
      select coalesce(jsonb_agg(
        jsonb_build_object('id', p.id, 'slug', p.slug, 'title', p.title, 'shop_slug', s.slug)
        order by t.place
      ), '[]')
      from (
        select h.product_id, row_number() over (order by h.score desc, h.product_id) as place
        from unnest(v_hits) as h
      ) as t
      inner join public.products as p on p.id = t.product_id and p.is_listed
      inner join public.shops as s on s.id = p.shop_id
      where t.place <= 8
    ),
    'shops', (
      select coalesce(jsonb_agg(
        jsonb_build_object('id', s.id, 'slug', s.slug, 'name', s.name) order by t.place
      ), '[]')
      from unnest(v_shops) with ordinality as t (id, place)
      inner join public.shops as s on s.id = t.id and s.status = 'active'
    ),
    'categories', (
      select coalesce(jsonb_agg(jsonb_build_object('slug', c.slug, 'name', c.name)), '[]')
      from (
        select c.slug, c.name
        from (
          select g.slug, g.name, private.normalise(g.name) as plain from public.categories as g
          offset 0
        ) as c
        where c.plain like v_like or c.plain like '% ' || v_like
        order by c.name limit 3
      ) as c
    )
  );
end;
$$;
comment on function private.suggest_products(text) is 'See public.suggest_products.';
revoke all on function private.suggest_products(text) from public;
grant execute on function private.suggest_products(text) to anon, authenticated;

create or replace function public.suggest_products(prefix text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.suggest_products(prefix);
$$;
comment on function public.suggest_products(text) is
'Up to 8 products, 3 shops and 3 categories that go on like this, while somebody types; by GET. Errors: query_too_long.';
revoke all on function public.suggest_products(text) from public, anon, service_role;
grant execute on function public.suggest_products(text) to anon, authenticated;

-- source: supabase/functions/support.sql 9a0a3cf2bafa6f14d0b3df541e28532f4c099b453896394aa4ed89f1fc7b816b
-- Support: what a ticket needs, through functions that write down every look. They are volatile and
-- answer 'nothing found' as a result with status 404: a raise would take the trace back.

create or replace function private.begin_look(p_ticket text)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  if not (private.has_role('support') or private.has_role('admin')) then
    perform private.fail(403, 'support_only', 'This is for support staff.');
  end if;
  if coalesce(p_ticket, '') !~ '^[A-Za-z0-9#/_-]{2,64}$' then
    perform private.fail(
      422, 'invalid_ticket', 'Name the ticket: 2 to 64 letters, digits, #, /, - or _.'
    );
  end if;
  return v_user;
end;
$$;
comment on function private.begin_look(text) is
'The caller, a member of support or an administrator with a ticket, or a refusal.';
revoke all on function private.begin_look(text) from public;

create or replace function private.look_result(p_found jsonb, p_code text, p_message text)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  if p_found is null then
    perform set_config('response.status', '404', true);
    return jsonb_build_object('message', p_message, 'details', null, 'hint', null)
      || jsonb_build_object('code', p_code);
  end if;
  return p_found;
end;
$$;
comment on function private.look_result(jsonb, text, text) is
'What was found, or a 404 that keeps the transaction.';
revoke all on function private.look_result(jsonb, text, text) from public;

create or replace function private.support_person(p_user_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p.id, 'handle', p.handle, 'display_name', p.display_name, 'email', u.email,
    'email_confirmed', u.email_confirmed_at is not null, 'joined_at', p.created_at,
    'last_sign_in_at', u.last_sign_in_at, 'erased', private.is_erased(p.id),
    'deletion_due_at', (
      select d.due_at from public.account_deletions as d where d.user_id = p.id
    ),
    'sanctions', coalesce(
      (
        select jsonb_agg(to_jsonb(s) - 'user_id' order by s.id desc)
        from public.user_sanctions as s
        where s.user_id = p.id and s.lifted_at is null and (s.until is null or s.until > now())
      ), '[]'
    ),
    'orders', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'id', o.id, 'order_number', o.order_number, 'status', o.status,
            'total_amount', o.total_amount, 'currency', o.currency, 'created_at', o.created_at
          ) order by o.id desc
        )
        from (
          select * from public.orders as b where b.buyer_id = p.id order by b.id desc limit 20
        ) as o
      ), '[]'
    )
  )
  from public.profiles as p
  inner join auth.users as u on u.id = p.id
  where p.id = p_user_id;
$$;
comment on function private.support_person(uuid) is
'A person as support sees them: name, address of email, sanctions, newest orders. No addresses, no files.';
revoke all on function private.support_person(uuid) from public;

create or replace function private.support_find_user(p_query text, p_ticket text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_staff uuid := private.begin_look(p_ticket);
  v_query text := lower(trim(coalesce(p_query, '')));
  v_user uuid;
begin
  -- Whole values only: a ticket names somebody, and browsing is nobody's work.
  select u.id into v_user
  from auth.users as u
  inner join public.profiles as p on p.id = u.id
  where u.email = v_query or p.handle = v_query or u.id::text = v_query;
  perform private.audit(
    'look', 'users', coalesce(v_user::text, 'none'), jsonb_build_object('ticket', p_ticket), v_staff
  );
  return private.look_result(
    private.support_person(v_user), 'user_not_found', 'No such person.'
  );
end;
$$;
comment on function private.support_find_user(text, text) is 'See public.support_find_user.';
revoke all on function private.support_find_user(text, text) from public;
grant execute on function private.support_find_user(text, text) to authenticated;

create or replace function public.support_find_user(query text, ticket text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.support_find_user(query, ticket);
$$;
comment on function public.support_find_user(text, text) is
'Support: a person by whole email address, handle or id, for a ticket. Every look is written down. Errors: support_only, invalid_ticket, user_not_found.';
revoke all on function public.support_find_user(text, text) from public, anon, service_role;
grant execute on function public.support_find_user(text, text) to authenticated;

create or replace function private.support_order_data(p_order_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(o) || jsonb_build_object(
    'buyer', jsonb_build_object('id', b.id, 'handle', b.handle, 'email', u.email),
    'payment', (
      select jsonb_build_object(
        'status', p.status, 'last_error_code', p.last_error_code,
        'stripe_payment_intent_id', p.stripe_payment_intent_id
      )
      from public.payments as p where p.order_id = o.id
    ),
    'items', (
      select jsonb_agg(
        jsonb_build_object(
          'id', i.id, 'title', i.title, 'variant', i.variant_title, 'kind', i.kind,
          'quantity', i.quantity, 'total_amount', i.total_amount,
          'shop', jsonb_build_object('id', s.id, 'name', s.name),
          'downloads', (
            select jsonb_build_object(
              'used', g.downloads_used, 'limit', g.download_limit, 'expires_at', g.expires_at,
              'revoked_reason', g.revoked_reason
            )
            from public.download_grants as g where g.order_item_id = i.id
          )
        ) order by i.id
      )
      from public.order_items as i
      inner join public.shops as s on s.id = i.shop_id
      where i.order_id = o.id
    ),
    'history', (
      select jsonb_agg(
        jsonb_build_object('kind', e.kind, 'data', e.data, 'at', e.created_at) order by e.id
      )
      from public.order_events as e where e.order_id = o.id
    )
  )
  from public.orders as o
  inner join public.profiles as b on b.id = o.buyer_id
  inner join auth.users as u on u.id = b.id
  where o.id = p_order_id;
$$;
comment on function private.support_order_data(uuid) is 'An order as support sees it.';
revoke all on function private.support_order_data(uuid) from public;

create or replace function private.support_order(p_order text, p_ticket text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_staff uuid := private.begin_look(p_ticket);
  v_order uuid;
begin
  if p_order ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    v_order := p_order::uuid;
  else
    -- For people to read and not a key: of two with the same number the newer is meant.
    select o.id into v_order from public.orders as o
    where o.order_number = upper(trim(p_order))
    order by o.id desc limit 1;
  end if;
  perform private.audit(
    'look', 'orders',
    coalesce((select o.id::text from public.orders as o where o.id = v_order), 'none'),
    jsonb_build_object('ticket', p_ticket), v_staff
  );
  return private.look_result(
    private.support_order_data(v_order), 'order_not_found', 'No such order.'
  );
end;
$$;
comment on function private.support_order(text, text) is 'See public.support_order.';
revoke all on function private.support_order(text, text) from public;
grant execute on function private.support_order(text, text) to authenticated;

create or replace function public.support_order(order_ref text, ticket text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.support_order(order_ref, ticket);
$$;
comment on function public.support_order(text, text) is
'Support: an order by number or id, for a ticket: items, payment, downloads, history. Every look is written down. Errors: support_only, invalid_ticket, order_not_found.';
revoke all on function public.support_order(text, text) from public, anon, service_role;
grant execute on function public.support_order(text, text) to authenticated;

-- source: supabase/functions/texts.sql 2ed3a3df5b16919252eb3308206a7a012bb1857c05d5058324f206a3c09d4770
-- What a name may consist of. Used by check constraints: every role that writes must execute them.

-- Controls, soft hyphen, invisible fillers, zero-width and bidi characters, line breaks, tags:
-- whatever makes two names look the same or a name look like another. NUL never gets this far.
create or replace function private.is_plain_line(p_text text)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select p_text !~ (
    '[\u0001-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F'
    || '\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\U000E0000-\U000E007F]'
  );
$$;
comment on function private.is_plain_line(text) is
'One line without control, zero-width, bidi or other invisible characters: for names.';
revoke all on function private.is_plain_line(text) from public;
grant execute on function private.is_plain_line(text) to anon, authenticated, service_role;

-- Joiners stay (Persian and emoji need them); what turns the direction of the text does not.
create or replace function private.is_plain_text(p_text text)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select p_text !~ (
    '[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB'
    || '\U000E0000-\U000E007F]'
  );
$$;
comment on function private.is_plain_text(text) is
'Text of several lines without control characters (tab and line breaks aside) and bidi overrides.';
revoke all on function private.is_plain_text(text) from public;
grant execute on function private.is_plain_text(text) to anon, authenticated, service_role;

-- source: supabase/functions/triggers.sql ef326d3ed6716e6acd7d5e9d9feaa45016a05868dc0b98690e10ee7b5511a69b
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
declare
  v_blanks jsonb;
begin
  -- Erasure of a person empties columns, and can do nothing else to history.
  if tg_op = 'UPDATE' and tg_nargs > 0 then
    select jsonb_object_agg(b.name, null) into v_blanks from unnest(tg_argv) as b (name);
    if to_jsonb(new) = to_jsonb(old) || v_blanks then
      return new;
    end if;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '55000';
end;
$$;
comment on function private.tg_append_only() is
'Refuses update, delete and truncate, for every role. Arguments: columns that an update may set to null, all of them at once and no other (erasure of a person).';
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
    ('private', 'inventory_reservations'),
    ('public', 'profile_private'), ('public', 'addresses'), ('public', 'notifications'),
    ('public', 'email_preferences'),
    ('public', 'categories'), ('public', 'import_jobs'), ('private', 'discount_redemptions')
  ) as t (nsp, tab) loop
    execute format(
      'create or replace trigger tg_%2$s__touch before update on %1$I.%2$I '
      'for each row execute function private.tg_touch()', v.nsp, v.tab
    );
  end loop;

  for v in select * from (values
    ('public', 'shops', 'status'), ('public', 'shop_payment_accounts', 'state'),
    ('public', 'shop_invitations', 'status'),
    ('public', 'products', 'status'), ('public', 'product_files', 'status'),
    ('public', 'orders', 'status'), ('public', 'shop_orders', 'status'),
    ('public', 'payments', 'status'), ('private', 'stripe_events', 'state'),
    ('private', 'inventory_reservations', 'state'), ('private', 'personalized_files', 'state'),
    ('private', 'email_messages', 'state'), ('public', 'import_jobs', 'state'),
    ('public', 'product_reviews', 'status'), ('private', 'discount_redemptions', 'state')
  ) as t (nsp, tab, col) loop
    execute format(
      'create or replace trigger tg_%2$s__state before insert or update of %3$I on %1$I.%2$I '
      'for each row execute function private.tg_state_transition(%4$L)',
      v.nsp, v.tab, v.col, v.tab || '.' || v.col
    );
  end loop;

  for v in select * from (values
    ('private', 'ledger_transactions', ''), ('private', 'ledger_entries', ''),
    ('private', 'download_attempts', '''ip'', ''user_agent'', ''device'''),
    ('private', 'audit_log', ''), ('public', 'order_events', ''),
    ('private', 'order_item_fees', '')
  ) as t (nsp, tab, blanks) loop
    execute format(
      'create or replace trigger tg_%2$s__append_only before update or delete on %1$I.%2$I '
      'for each row execute function private.tg_append_only(%3$s)', v.nsp, v.tab, v.blanks
    );
    execute format(
      'create or replace trigger tg_%2$s__no_truncate before truncate on %1$I.%2$I '
      'for each statement execute function private.tg_append_only()', v.nsp, v.tab
    );
  end loop;
end;
$$;

-- source: supabase/functions/uploads.sql dbe4473beb3112a0abd2fbe573cc84f024c29253724a82001d541359fb37f312
-- Digital files: announced, uploaded through Storage, checked, ready.

drop function if exists public.begin_upload(uuid, text, bigint, text, text);
drop function if exists private.begin_upload(uuid, text, bigint, text, text);

create or replace function private.begin_upload(
    p_product_id uuid, p_file_name text, p_size_bytes bigint, p_mime text, p_sha256 text,
    p_release_notes text
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
  if v_product.kind <> 'digital' or v_product.is_bundle then
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
  if char_length(p_release_notes) > 5000 then
    perform private.fail(422, 'invalid_release_notes', 'Release notes have 5000 characters at most.');
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
    id, product_id, shop_id, file_name, version, path, mime, size_bytes, sha256, uploaded_by,
    release_notes
  )
  select
    v_id, v_product.id, v_product.shop_id, p_file_name,
    coalesce(max(f.version), 0) + 1,
    concat_ws('/', v_product.shop_id, v_product.id, v_id),
    p_mime, p_size_bytes, p_sha256, auth.uid(), coalesce(p_release_notes, '')
  from public.product_files as f
  where f.product_id = v_product.id and f.file_name = p_file_name
  returning * into v_file;
  return jsonb_build_object(
    'file_id', v_file.id, 'bucket', 'product-files', 'path', v_file.path,
    'version', v_file.version
  );
end;
$$;
comment on function private.begin_upload(uuid, text, bigint, text, text, text) is
'See public.begin_upload.';
revoke all on function private.begin_upload(uuid, text, bigint, text, text, text) from public;
grant execute on function private.begin_upload(uuid, text, bigint, text, text, text)
to authenticated;

create or replace function public.begin_upload(
    product_id uuid, file_name text, size_bytes bigint, mime text, sha256 text,
    release_notes text default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.begin_upload(
    product_id, file_name, size_bytes, mime, sha256, release_notes
  );
$$;
comment on function public.begin_upload(uuid, text, bigint, text, text, text) is
'Announce a file of a digital product; returns where to upload it. Called by POST /v1/uploads. Errors: product_not_found, product_not_digital, invalid_file_name, invalid_file_size, invalid_sha256, invalid_mime, invalid_release_notes, too_many_uploads.';
revoke all on function public.begin_upload(uuid, text, bigint, text, text, text)
from public, anon, service_role;
grant execute on function public.begin_upload(uuid, text, bigint, text, text, text) to authenticated;

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
  if v_file.status = 'ready' then
    perform private.announce_release(v_file);
  end if;
  return v_file.status;
end;
$$;
comment on function private.complete_upload(uuid, text, bigint, text, text) is
'Record the result of an upload''s checks, once. p_rejection: stable code, null = passed.';
revoke all on function private.complete_upload(uuid, text, bigint, text, text) from public;
grant execute on function private.complete_upload(uuid, text, bigint, text, text)
to agora_webhooks;

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

-- source: supabase/policies/account_deletions.sql 7fbce4d4c294c8d94b4844a26667cebcf9f45b586aab9d88a22e9c152f03c010
-- Deletions that were asked for: whose account it is. Written by RPC only.
alter table public.account_deletions enable row level security;
revoke all on public.account_deletions from public, anon, authenticated, service_role;
grant select on public.account_deletions to service_role;
grant select on public.account_deletions to authenticated;

drop policy if exists select_own on public.account_deletions;
create policy select_own on public.account_deletions
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.account_deletions is
'Each person sees whether and when their account goes.';

-- source: supabase/policies/addresses.sql 820c1b3200b742a1d53a30bc08f03b1c5fb77b66107b92e0b876233b7722fafe
-- Addresses: their owner only; user_id is filled in.
alter table public.addresses enable row level security;
revoke all on public.addresses from public, anon, authenticated, service_role;
grant select on public.addresses to service_role;
grant select, delete on public.addresses to authenticated;
grant insert (
  label, recipient, line1, line2, city, region, postal_code, country, phone, is_default_shipping,
  is_default_billing
) on public.addresses to authenticated;
grant update (
  label, recipient, line1, line2, city, region, postal_code, country, phone, is_default_shipping,
  is_default_billing
) on public.addresses to authenticated;

drop policy if exists select_own on public.addresses;
create policy select_own on public.addresses
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.addresses is
'Each person reads their own.';

drop policy if exists insert_own on public.addresses;
create policy insert_own on public.addresses
for insert to authenticated
with check (user_id = (select auth.uid()) and (select private.my_block()) is null);
comment on policy insert_own on public.addresses is
'Each person adds their own, unless suspended.';

drop policy if exists update_own on public.addresses;
create policy update_own on public.addresses
for update to authenticated
using (user_id = (select auth.uid()) and (select private.my_block()) is null)
with check (user_id = (select auth.uid()) and (select private.my_block()) is null);
comment on policy update_own on public.addresses is
'Each person edits their own, unless suspended.';

drop policy if exists delete_own on public.addresses;
create policy delete_own on public.addresses
for delete to authenticated
using (user_id = (select auth.uid()) and (select private.my_block()) is null);
comment on policy delete_own on public.addresses is
'Each person deletes their own, unless suspended.';

-- source: supabase/policies/cart_items.sql ef3c3912a1a32b2dcae435af5165fc311bfc45a3a46c69ff1bdbe04dfee8fc41
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
using (user_id = (select auth.uid())
  and (select private.my_block()) is null)
with check (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy update_own on public.cart_items is
'Each person changes quantities in their own cart.';

drop policy if exists delete_own on public.cart_items;
create policy delete_own on public.cart_items
for delete to authenticated
using (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy delete_own on public.cart_items is
'Each person empties their own cart.';

-- source: supabase/policies/categories.sql 4efa07ae0fba5009913b2d481d2bca440c103573e06cd3d523d6ce5e3a886625
-- Categories: public. Written by save_category, move_category and delete_category.
alter table public.categories enable row level security;
revoke all on public.categories from public, anon, authenticated, service_role;
grant select on public.categories to service_role;
grant select on public.categories to anon, authenticated;

drop policy if exists select_all on public.categories;
create policy select_all on public.categories
for select to anon, authenticated
using (true);
comment on policy select_all on public.categories is
'The category tree is for everyone.';

-- source: supabase/policies/discount_codes.sql 3135c5628d81cdb71b18328a0c68a56b41d4882d1486b1c2d135cc503adbe0e1
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
using (shop_id = any(array(select private.shop_ids_with('discounts.edit'))));
comment on policy select_manager on public.discount_codes is
'Owner and managers see their shop''s codes.';

drop policy if exists insert_manager on public.discount_codes;
create policy insert_manager on public.discount_codes
for insert to authenticated
with check (shop_id = any(array(select private.shop_ids_with('discounts.edit')))
  and (select private.my_block()) is null);
comment on policy insert_manager on public.discount_codes is
'Owner and managers make codes.';

drop policy if exists update_manager on public.discount_codes;
create policy update_manager on public.discount_codes
for update to authenticated
using (shop_id = any(array(select private.shop_ids_with('discounts.edit')))
  and (select private.my_block()) is null)
with check (shop_id = any(array(select private.shop_ids_with('discounts.edit')))
  and (select private.my_block()) is null);
comment on policy update_manager on public.discount_codes is
'Owner and managers change schedule, cap and minimum, or switch a code off.';

drop policy if exists delete_manager on public.discount_codes;
create policy delete_manager on public.discount_codes
for delete to authenticated
using (shop_id = any(array(select private.shop_ids_with('discounts.edit')))
  and (select private.my_block()) is null);
comment on policy delete_manager on public.discount_codes is
'Owner and managers remove codes that no order has used.';

-- source: supabase/policies/email_preferences.sql fdaf2a8e4060b9b483e24e8f104a4f57c0eef266c40bdc4fd6395b07a4cff6ba
-- Email preferences: their owner only.
alter table public.email_preferences enable row level security;
revoke all on public.email_preferences from public, anon, authenticated, service_role;
grant select on public.email_preferences to service_role;
grant select on public.email_preferences to authenticated;
grant update (marketing, followed_shops, reviews, forum) on public.email_preferences to authenticated;

drop policy if exists select_own on public.email_preferences;
create policy select_own on public.email_preferences
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.email_preferences is
'Each person reads their own.';

drop policy if exists update_own on public.email_preferences;
create policy update_own on public.email_preferences
for update to authenticated
using (user_id = (select auth.uid()) and (select private.my_block()) is null)
with check (user_id = (select auth.uid()) and (select private.my_block()) is null);
comment on policy update_own on public.email_preferences is
'Each person edits their own, unless suspended.';

-- source: supabase/policies/import_errors.sql e9cd86de81e929d9dfa829463cadefba5b7812ba3420601dd5a9a25cd109225b
-- Errors of imports: the shop's owner and managers. Written by the worker.
alter table public.import_errors enable row level security;
revoke all on public.import_errors from public, anon, authenticated, service_role;
grant select on public.import_errors to service_role;
grant select on public.import_errors to authenticated;

drop policy if exists select_manager on public.import_errors;
create policy select_manager on public.import_errors
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit'))));
comment on policy select_manager on public.import_errors is
'Owner and managers see what is wrong in imports of their shop.';

-- source: supabase/policies/import_jobs.sql 6809ad9fb712fd502164771fcd261e1da4d4d08422074466a83abc081b042125
-- Imports: the shop's owner and managers. Written by begin_import and the worker.
alter table public.import_jobs enable row level security;
revoke all on public.import_jobs from public, anon, authenticated, service_role;
grant select on public.import_jobs to service_role;
grant select on public.import_jobs to authenticated;

drop policy if exists select_manager on public.import_jobs;
create policy select_manager on public.import_jobs
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit'))));
comment on policy select_manager on public.import_jobs is
'Owner and managers see imports of their shop.';

-- source: supabase/policies/notifications.sql aa172e5489792125d40486dd633bd837843a3cfc93718b3715227917f0270ebc
-- Notifications: who they are for. Read by RPC mark_notifications_read, written by private.notify.
alter table public.notifications enable row level security;
revoke all on public.notifications from public, anon, authenticated, service_role;
grant select on public.notifications to service_role;
grant select on public.notifications to authenticated;

drop policy if exists select_own on public.notifications;
create policy select_own on public.notifications
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.notifications is
'Each person reads their own.';

-- source: supabase/policies/order_items.sql 076d3dfa67428ee0a7e398c22b31c04f040cec27caa481188fbfbcc0f8b319dd
-- Order items: the buyer, and the members of that shop.
alter table public.order_items enable row level security;
revoke all on public.order_items from public, anon, authenticated, service_role;
grant select on public.order_items to service_role;
grant select on public.order_items to authenticated;

drop policy if exists select_buyer_or_member on public.order_items;
create policy select_buyer_or_member on public.order_items
for select to authenticated
using (buyer_id = (select auth.uid())
  or (shop_id = any(array(select private.shop_ids_with('orders.read'))) and paid_at is not null));
comment on policy select_buyer_or_member on public.order_items is
'The buyer; and the shop, once it is paid.';

-- source: supabase/policies/product_bundle_items.sql e337edbd56eb7b228b46ba3cf4a91de917bf78ace918c80e4eb68ae10630ce1f
-- What bundles hold: public while the bundle is listed. Written by set_bundle_items.
alter table public.product_bundle_items enable row level security;
revoke all on public.product_bundle_items from public, anon, authenticated, service_role;
grant select on public.product_bundle_items to service_role;
grant select on public.product_bundle_items to anon, authenticated;

drop policy if exists select_listed on public.product_bundle_items;
create policy select_listed on public.product_bundle_items
for select to anon
using (is_listed);
comment on policy select_listed on public.product_bundle_items is
'Visitors see what listed bundles hold.';

drop policy if exists select_listed_or_member on public.product_bundle_items;
create policy select_listed_or_member on public.product_bundle_items
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.product_bundle_items is
'Everyone sees what listed bundles hold; members see all of their shop.';

-- source: supabase/policies/product_files.sql 9163ed6dea33f532299145a3e75df621f9216398e99f7eeff3be0d17d1cbbdfc
-- Digital originals: the shop's members only; a buyer never sees a storage path. Managers correct
-- release notes; everything else goes through begin_upload and its checks.
alter table public.product_files enable row level security;
revoke all on public.product_files from public, anon, authenticated, service_role;
grant select on public.product_files to service_role;
grant select on public.product_files to authenticated;
grant update (release_notes) on public.product_files to authenticated;

drop policy if exists select_member on public.product_files;
create policy select_member on public.product_files
for select to authenticated
using (shop_id = any(array(select private.my_shop_ids())));
comment on policy select_member on public.product_files is
'Members of the shop see its files.';

drop policy if exists update_manager on public.product_files;
create policy update_manager on public.product_files
for update to authenticated
using (
  shop_id = any(array(select private.shop_ids_with('catalogue.edit'))) and (select private.my_block()) is null
)
with check (
  shop_id = any(array(select private.shop_ids_with('catalogue.edit'))) and (select private.my_block()) is null
);
comment on policy update_manager on public.product_files is
'Owner and managers write release notes.';

-- source: supabase/policies/product_images.sql 335d282b603183eb0e203f71ba0febf5969fe8a9712eb42e64a8df12cb792eda
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
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and path like shop_id::text || '/' || product_id::text || '/%'
  and (select private.my_block()) is null);
comment on policy insert_manager on public.product_images is
'Owner and managers add images that lie in the folder of their product.';

drop policy if exists update_manager on public.product_images;
create policy update_manager on public.product_images
for update to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null)
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy update_manager on public.product_images is
'Owner and managers edit order and alt text.';

drop policy if exists delete_manager on public.product_images;
create policy delete_manager on public.product_images
for delete to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy delete_manager on public.product_images is
'Owner and managers remove images.';

-- source: supabase/policies/product_options.sql 2ec614b166588fd1c7c84da8f783ffca78bcf1c5c72a6d8de528d3ebe511f8b5
-- Options: public while the product is listed. Written by set_product_options and imports.
alter table public.product_options enable row level security;
revoke all on public.product_options from public, anon, authenticated, service_role;
grant select on public.product_options to service_role;
grant select on public.product_options to anon, authenticated;

drop policy if exists select_listed on public.product_options;
create policy select_listed on public.product_options
for select to anon
using (is_listed);
comment on policy select_listed on public.product_options is
'Visitors see options of listed products.';

drop policy if exists select_listed_or_member on public.product_options;
create policy select_listed_or_member on public.product_options
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.product_options is
'Everyone sees options of listed products; members see all of their shop.';

-- source: supabase/policies/product_reviews.sql 20f35dd601be7d1552d864799724285414543cb336709f3fc1ccfb9658458f10
-- Reviews: public while visible and the product is; hidden ones for author and moderators. By RPC only.
alter table public.product_reviews enable row level security;
revoke all on public.product_reviews from public, anon, authenticated, service_role;
grant select on public.product_reviews to service_role;
grant select on public.product_reviews to anon, authenticated;

drop policy if exists select_visible on public.product_reviews;
create policy select_visible on public.product_reviews
for select to anon
using (status = 'visible' and exists (
  select 1 from public.products as p where p.id = product_reviews.product_id and p.is_listed
));
comment on policy select_visible on public.product_reviews is
'Visitors see visible reviews of listed products.';

drop policy if exists select_visible_or_own on public.product_reviews;
create policy select_visible_or_own on public.product_reviews
for select to authenticated
using (author_id = (select auth.uid())
  or (status = 'visible' and exists (select 1 from public.products as p where p.id = product_reviews.product_id))
  or (select private.has_role('moderator'))
  or (select private.has_role('admin')));
comment on policy select_visible_or_own on public.product_reviews is
'Everyone sees visible reviews of products they see; authors their own; moderators all.';

-- source: supabase/policies/product_tags.sql ed234518fff7330b7c8a42ab0e9e997d3ef8f3274448a2db63966b718063672d
-- Tags: public while the product is listed; managers add and remove them.
alter table public.product_tags enable row level security;
revoke all on public.product_tags from public, anon, authenticated, service_role;
grant select on public.product_tags to service_role;
grant select on public.product_tags to anon, authenticated;
grant insert (product_id, tag) on public.product_tags to authenticated;
grant delete on public.product_tags to authenticated;

drop policy if exists select_listed on public.product_tags;
create policy select_listed on public.product_tags
for select to anon
using (is_listed);
comment on policy select_listed on public.product_tags is
'Visitors see tags of listed products.';

drop policy if exists select_listed_or_member on public.product_tags;
create policy select_listed_or_member on public.product_tags
for select to authenticated
using (is_listed or shop_id = any(array(select private.my_shop_ids())));
comment on policy select_listed_or_member on public.product_tags is
'Everyone sees tags of listed products; members see all of their shop.';

drop policy if exists insert_manager on public.product_tags;
create policy insert_manager on public.product_tags
for insert to authenticated
with check (
  shop_id = any(array(select private.shop_ids_with('catalogue.edit'))) and (select private.my_block()) is null
);
comment on policy insert_manager on public.product_tags is
'Owner and managers add tags; shop_id is copied from the product first.';

drop policy if exists delete_manager on public.product_tags;
create policy delete_manager on public.product_tags
for delete to authenticated
using (
  shop_id = any(array(select private.shop_ids_with('catalogue.edit'))) and (select private.my_block()) is null
);
comment on policy delete_manager on public.product_tags is
'Owner and managers remove tags.';

-- source: supabase/policies/product_variants.sql 13fc518d3c2ac9bcb0a57a719c218907a34fea675d7fbc151459cc4df5c79f9b
-- Variants: public while the product is listed; managers set price and stock.
alter table public.product_variants enable row level security;
revoke all on public.product_variants from public, anon, authenticated, service_role;
grant select on public.product_variants to service_role;
grant select on public.product_variants to anon, authenticated;
grant insert (
    product_id, title, sku, price_amount, currency, stock, position, pricing, minimum_amount,
    compare_at_amount, weight_grams, options
)
on public.product_variants to authenticated;
grant update (
    title, sku, price_amount, stock, position, pricing, minimum_amount, compare_at_amount,
    weight_grams, options
)
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
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy insert_manager on public.product_variants is
'Owner and managers add variants; shop_id is copied from the product first.';

drop policy if exists update_manager on public.product_variants;
create policy update_manager on public.product_variants
for update to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null)
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy update_manager on public.product_variants is
'Owner and managers set price and stock.';

-- source: supabase/policies/products.sql aa2d34e38fbba3c49bdc4b5894741a25e3f47538b1d91f5c55720faf936f9896
-- Products: public while listed; members see all of their shop's. Status by RPC only.
alter table public.products enable row level security;
revoke all on public.products from public, anon, authenticated, service_role;
grant select on public.products to service_role;
grant select on public.products to anon, authenticated;
grant insert (shop_id, slug, title, description, kind, category_id, is_bundle, countries)
on public.products to authenticated;
grant update (slug, title, description, category_id, countries)
on public.products to authenticated;

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
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy insert_manager on public.products is
'Owner and managers add products.';

drop policy if exists update_manager on public.products;
create policy update_manager on public.products
for update to authenticated
using (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null)
with check (shop_id = any(array(select private.shop_ids_with('catalogue.edit')))
  and (select private.my_block()) is null);
comment on policy update_manager on public.products is
'Owner and managers edit texts.';

-- source: supabase/policies/profile_private.sql 6997d85c726db4c4f07fe6e030ac3e877cbae194925608345ad919c9695320c8
-- The private part of a profile: its owner only.
alter table public.profile_private enable row level security;
revoke all on public.profile_private from public, anon, authenticated, service_role;
grant select on public.profile_private to service_role;
grant select on public.profile_private to authenticated;
grant update (legal_name, phone, birth_date, locale, country)
on public.profile_private to authenticated;

drop policy if exists select_own on public.profile_private;
create policy select_own on public.profile_private
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.profile_private is
'Each person reads their own.';

drop policy if exists update_own on public.profile_private;
create policy update_own on public.profile_private
for update to authenticated
using (user_id = (select auth.uid()) and (select private.my_block()) is null)
with check (user_id = (select auth.uid()) and (select private.my_block()) is null);
comment on policy update_own on public.profile_private is
'Each person edits their own, unless suspended.';

-- source: supabase/policies/profiles.sql 976970eb05daa9048be0ba5da5db0c2c84b7ce2840598fdcb6a45788a6f90683
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
using (id = (select auth.uid())
  and (select private.my_block()) is null)
with check (id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy update_own on public.profiles is
'Each person edits their own profile.';

-- source: supabase/policies/recently_viewed.sql fdc369d8202c9bcd50588f57aaaa6faa72b22742e13512e2a6d91b36337e3e50
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
using (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy delete_own on public.recently_viewed is
'Each person forgets what they viewed.';

-- source: supabase/policies/review_votes.sql c7524d410d2b3d1a64de63f5b9fa850e9a673e88afc74843a27d55ca2e525b3e
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
  and (select private.my_block()) is null
  and exists (
    select 1 from public.product_reviews as r
    where r.id = review_votes.review_id and r.status = 'visible' and r.author_id <> (select auth.uid())
  ));
comment on policy insert_own on public.review_votes is
'A vote for a visible review of somebody else.';

drop policy if exists delete_own on public.review_votes;
create policy delete_own on public.review_votes
for delete to authenticated
using (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy delete_own on public.review_votes is
'Each person takes their own votes back.';

-- source: supabase/policies/shop_earnings.sql 7014afb5fe80ea3458e239415a5cf9af2a43e01a6a6c46898138a74652452f79
-- Earnings: the shop's managers; the buyer has no business with the platform's fee.
alter table public.shop_earnings enable row level security;
revoke all on public.shop_earnings from public, anon, authenticated, service_role;
grant select on public.shop_earnings to service_role;
grant select on public.shop_earnings to authenticated;

drop policy if exists select_manager on public.shop_earnings;
create policy select_manager on public.shop_earnings
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('money.read'))) and payable_at is not null);
comment on policy select_manager on public.shop_earnings is
'Owner and managers see fee and net, once paid.';

-- source: supabase/policies/shop_follows.sql 0b0e6e8218eff01a02597d91615f6870d4137016161425160631b194ae7aeee5
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
  and (select private.my_block()) is null
  and shop_id <> all(array(select private.my_shop_ids()))
  and exists (select 1 from public.shops as s where s.id = shop_follows.shop_id and s.status = 'active'));
comment on policy insert_own on public.shop_follows is
'Each person follows active shops of others.';

drop policy if exists delete_own on public.shop_follows;
create policy delete_own on public.shop_follows
for delete to authenticated
using (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy delete_own on public.shop_follows is
'Each person stops following.';

-- source: supabase/policies/shop_invitations.sql 742b3ac904ce058be43f79a2d9dce69f83d9301d6807909ba874b3ba6d02f915
-- Invitations: those who manage the shop's members. Written by RPCs.
alter table public.shop_invitations enable row level security;
revoke all on public.shop_invitations from public, anon, authenticated, service_role;
grant select on public.shop_invitations to service_role;
grant select on public.shop_invitations to authenticated;

drop policy if exists select_manager on public.shop_invitations;
create policy select_manager on public.shop_invitations
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('members.manage'))));
comment on policy select_manager on public.shop_invitations is
'Whoever manages the members sees who is invited.';

-- source: supabase/policies/shop_notices.sql 55f8f4f4dd0ad836c7991b291d8b853e4471faaeb03410bbc01088ad797a8c0d
-- Notices: the shop's members; what is about money, those who see its money. Written by functions.
alter table public.shop_notices enable row level security;
revoke all on public.shop_notices from public, anon, authenticated, service_role;
grant select on public.shop_notices to service_role;
grant select on public.shop_notices to authenticated;

drop policy if exists select_member on public.shop_notices;
create policy select_member on public.shop_notices
for select to authenticated
using (
  (
    kind in ('suspended', 'closed')
    and shop_id = any(array(select private.my_shop_ids()))
  )
  or shop_id = any(array(select private.shop_ids_with('money.read')))
);
comment on policy select_member on public.shop_notices is
'Members see why their shop is in its state; owner and managers also what is about money.';

-- source: supabase/policies/shop_orders.sql c7c71624a41b8b10d72f4ffa1fd26b9d0636992489d6c782e4d6ccf9869654d7
-- Shop orders: the buyer, and the members of that shop.
alter table public.shop_orders enable row level security;
revoke all on public.shop_orders from public, anon, authenticated, service_role;
grant select on public.shop_orders to service_role;
grant select on public.shop_orders to authenticated;

drop policy if exists select_buyer_or_member on public.shop_orders;
create policy select_buyer_or_member on public.shop_orders
for select to authenticated
using (buyer_id = (select auth.uid())
  or (shop_id = any(array(select private.shop_ids_with('orders.read'))) and status = 'paid'));
comment on policy select_buyer_or_member on public.shop_orders is
'The buyer; and the shop, once it is paid.';

-- source: supabase/policies/shop_ownership_offers.sql 3a658bb24ef1d12f5e60a9528ab93a936c3490f4d825555cc7936333134547e6
-- Offers of ownership: the owner, and the person it was made to. Written by RPCs.
alter table public.shop_ownership_offers enable row level security;
revoke all on public.shop_ownership_offers from public, anon, authenticated, service_role;
grant select on public.shop_ownership_offers to service_role;
grant select on public.shop_ownership_offers to authenticated;

drop policy if exists select_party on public.shop_ownership_offers;
create policy select_party on public.shop_ownership_offers
for select to authenticated
using (
  user_id = (select auth.uid())
  or shop_id = any(array(select private.shop_ids_with('members.manage')))
);
comment on policy select_party on public.shop_ownership_offers is
'The owner who offers the shop, and the member who may take it.';

-- source: supabase/policies/shop_payment_accounts.sql d0418c220b6fbdf1369c7dd3d29fefb209afadda3a161325975a58dbd7eae04f
-- A shop's Stripe account: its managers read; only Stripe's events write.
alter table public.shop_payment_accounts enable row level security;
revoke all on public.shop_payment_accounts from public, anon, authenticated, service_role;
grant select on public.shop_payment_accounts to service_role;
grant select on public.shop_payment_accounts to authenticated;

drop policy if exists select_manager on public.shop_payment_accounts;
create policy select_manager on public.shop_payment_accounts
for select to authenticated
using (shop_id = any(array(select private.shop_ids_with('money.read'))));
comment on policy select_manager on public.shop_payment_accounts is
'Owner and managers see the onboarding state.';

-- source: supabase/policies/shops.sql 13f2cda59fe41d398dcf81a38546c711c5de255aa585093437cd4e9cd3730c5a
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
using (id = any(array(select private.shop_ids_with('settings.edit')))
  and (select private.my_block()) is null)
with check (id = any(array(select private.shop_ids_with('settings.edit')))
  and (select private.my_block()) is null);
comment on policy update_manager on public.shops is
'Owner and managers edit name and description.';

-- source: supabase/policies/storage_objects.sql 6f4f43e4d23920efed9467c243c0945455f68eb066d1a9395640ef841b88a720
-- Files. The machine user reaches exactly the buckets of private.service_accounts; a shop's managers
-- put in what begin_upload announced; buyers have no access here: they get signed URLs of their own
-- copies from the webhook service. Everybody keeps pictures of themselves in a folder of their own in
-- avatars. No comments on these policies: a hosted project refuses them.
drop policy if exists agora_select on storage.objects;
create policy agora_select on storage.objects
for select to authenticated
using (
  bucket_id = any(array(select private.my_service_buckets()))
  or (
    bucket_id in ('product-files', 'product-images')
    and (storage.foldername(name))[1] = any(array(select private.my_shop_ids()::text))
  )
  or (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
  or (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any(array(select private.shop_ids_with('catalogue.edit')::text))
  )
);

drop policy if exists agora_insert on storage.objects;
create policy agora_insert on storage.objects
for insert to authenticated
with check (
  (
    bucket_id = any(array(select private.my_service_buckets()))
    or (bucket_id = 'product-files' and private.may_upload(name))
    or (bucket_id = 'imports' and private.may_import(name))
    or (
      bucket_id = 'product-images'
      and (storage.foldername(name))[1] = any(array(select private.shop_ids_with('catalogue.edit')::text))
    )
    or (bucket_id = 'avatars' and private.may_put_avatar(name))
  )
  and (select private.my_block()) is null
);

drop policy if exists agora_update on storage.objects;
create policy agora_update on storage.objects
for update to authenticated
using (
  (
    (
      bucket_id = 'personalized-files'
      and bucket_id = any(array(select private.my_service_buckets()))
    )
    or (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
  )
  and (select private.my_block()) is null
)
with check (
  (
    (
      bucket_id = 'personalized-files'
      and bucket_id = any(array(select private.my_service_buckets()))
    )
    or (bucket_id = 'avatars' and private.is_my_avatar(name))
  )
  and (select private.my_block()) is null
);

drop policy if exists agora_delete on storage.objects;
create policy agora_delete on storage.objects
for delete to authenticated
using (
  (
    (
      bucket_id in ('personalized-files', 'avatars')
      and bucket_id = any(array(select private.my_service_buckets()))
    )
    or (
      bucket_id in ('product-images', 'imports')
      and (storage.foldername(name))[1] = any(array(select private.shop_ids_with('catalogue.edit')::text))
    )
    or (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
  )
  and (select private.my_block()) is null
);

-- source: supabase/policies/user_sanctions.sql 04f6bb6d0f78e4d7e6c0de97d9bb340e50c8707c36da4eb5856d8039ee0e924b
-- Sanctions: whom they are about, and moderators. Written by RPC only (sanction_user, lift_sanction).
alter table public.user_sanctions enable row level security;
revoke all on public.user_sanctions from public, anon, authenticated, service_role;
grant select on public.user_sanctions to service_role;
grant select on public.user_sanctions to authenticated;

drop policy if exists select_own_or_moderator on public.user_sanctions;
create policy select_own_or_moderator on public.user_sanctions
for select to authenticated
using (
  user_id = (select auth.uid())
  or (select private.has_role('moderator')) or (select private.has_role('admin'))
);
comment on policy select_own_or_moderator on public.user_sanctions is
'Each person reads their own; moderators and administrators all.';

-- source: supabase/policies/wishlist_items.sql cbf601667c41723b6b6f9278f43f0b23df576e718ffae7c389136430cd3e96fb
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
  and (select private.my_block()) is null
  and exists (select 1 from public.products as p where p.id = wishlist_items.product_id and p.is_listed));
comment on policy insert_own on public.wishlist_items is
'Each person wishes for what is listed.';

drop policy if exists delete_own on public.wishlist_items;
create policy delete_own on public.wishlist_items
for delete to authenticated
using (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy delete_own on public.wishlist_items is
'Each person removes wishes.';

reset check_function_bodies;
