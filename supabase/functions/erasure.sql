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
