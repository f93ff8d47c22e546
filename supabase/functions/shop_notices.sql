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
