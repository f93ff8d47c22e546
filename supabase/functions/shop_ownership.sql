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
