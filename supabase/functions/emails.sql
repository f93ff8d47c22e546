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
