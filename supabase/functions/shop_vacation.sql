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
