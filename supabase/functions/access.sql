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
