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
