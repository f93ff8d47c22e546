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
