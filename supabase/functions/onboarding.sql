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
