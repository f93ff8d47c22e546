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
