-- A profile for each account, with what belongs to it.

-- Definer: Auth inserts into auth.users as its own role, which may not write public tables.
create or replace function private.tg_users__profile()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.profiles (id, handle)
  values (new.id, 'user_' || right(replace(private.uuid_v7()::text, '-', ''), 16));
  insert into public.profile_private (user_id) values (new.id);
  insert into public.email_preferences (user_id) values (new.id);
  return new;
end;
$$;
comment on function private.tg_users__profile() is
'Makes the profile of a new account under a random handle, which the person changes later, its private part and email preferences.';
revoke all on function private.tg_users__profile() from public;

create or replace trigger tg_users__profile
after insert on auth.users
for each row execute function private.tg_users__profile();

create or replace function private.tg_email_preferences__consent()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.marketing_changed_at := now();
  return new;
end;
$$;
comment on function private.tg_email_preferences__consent() is
'Keeps when consent to marketing was given or taken back.';
revoke all on function private.tg_email_preferences__consent() from public;

create or replace trigger tg_email_preferences__consent
before update of marketing on public.email_preferences
for each row when (old.marketing is distinct from new.marketing)
execute function private.tg_email_preferences__consent();

-- Definer: locks the profile, which its owner may update only in four columns.
create or replace function private.tg_addresses__rules()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One at a time per person, so that cap and defaults hold.
  perform 1 from public.profiles as p where p.id = new.user_id for no key update;
  if tg_op = 'INSERT' and (
    select count(*) from public.addresses as a where a.user_id = new.user_id
  ) >= 20 then
    perform private.fail(
      409, 'too_many_addresses', 'An address book holds 20 addresses.', 'Delete one.'
    );
  end if;
  if new.is_default_shipping then
    update public.addresses as a set is_default_shipping = false
    where a.user_id = new.user_id and a.id <> new.id and a.is_default_shipping;
  end if;
  if new.is_default_billing then
    update public.addresses as a set is_default_billing = false
    where a.user_id = new.user_id and a.id <> new.id and a.is_default_billing;
  end if;
  return new;
end;
$$;
comment on function private.tg_addresses__rules() is
'At most 20 addresses a person; a new default takes its place from the old one. Errors: too_many_addresses.';
revoke all on function private.tg_addresses__rules() from public;

create or replace trigger tg_addresses__rules
before insert or update of is_default_shipping, is_default_billing on public.addresses
for each row execute function private.tg_addresses__rules();

create or replace function private.is_my_avatar(p_path text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_path ~ ('^' || auth.uid()::text || '/[A-Za-z0-9_-]{1,100}\.(png|jpg|jpeg|webp|avif)$');
$$;
comment on function private.is_my_avatar(text) is
'Is this a path for a picture of the caller in bucket avatars: <id>/<name>.<ending>?';
revoke all on function private.is_my_avatar(text) from public;
grant execute on function private.is_my_avatar(text) to authenticated;

-- Definer: counts whatever lies there, whoever put it.
create or replace function private.may_put_avatar(p_path text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select private.is_my_avatar(p_path) and (
    select count(*) from storage.objects as o
    where o.bucket_id = 'avatars' and o.name like auth.uid() || '/%' and o.name <> p_path
  ) < 5;
$$;
comment on function private.may_put_avatar(text) is
'May the caller put a picture of themselves here? In their own folder, five at most.';
revoke all on function private.may_put_avatar(text) from public;
grant execute on function private.may_put_avatar(text) to authenticated;
