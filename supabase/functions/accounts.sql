-- A profile for each account.

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
  return new;
end;
$$;
comment on function private.tg_users__profile() is
'Makes the profile of a new account under a random handle; the person chooses another later.';
revoke all on function private.tg_users__profile() from public;

create or replace trigger tg_users__profile
after insert on auth.users
for each row execute function private.tg_users__profile();
