-- Making and opening a shop.

create or replace function private.slugify(p_text text, p_max integer)
returns text
language sql
immutable
set search_path = ''
as $$
  select trim(
    both '-' from left(regexp_replace(lower(p_text), '[^a-z0-9]+', '-', 'g'), p_max)
  );
$$;
comment on function private.slugify(text, integer) is 'ASCII slug of a name; may come out empty.';
revoke all on function private.slugify(text, integer) from public;
-- Called by an invoker's trigger when a client inserts a product.
grant execute on function private.slugify(text, integer) to authenticated;

create or replace function private.limit_owned_shops(p_user uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One at a time per person, so that the cap holds.
  perform 1 from public.profiles as p where p.id = p_user for no key update;
  if (
    select count(*) from public.shop_members as m
    inner join public.shops as s on s.id = m.shop_id
    where m.user_id = p_user and m.role = 'owner' and s.status <> 'closed'
  ) >= 10 then
    perform private.fail(409, 'too_many_shops', 'One person may own 10 shops.');
  end if;
end;
$$;
comment on function private.limit_owned_shops(uuid) is
'409 too_many_shops for whoever owns ten shops that are not closed; locks the person.';
revoke all on function private.limit_owned_shops(uuid) from public;

-- Definer: the new shop becomes visible to its maker only by the membership row written here.
create or replace function private.create_shop(p_name text, p_slug text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_shop public.shops;
  v_slug text := coalesce(p_slug, private.slugify(p_name, 50));
begin
  if char_length(trim(coalesce(p_name, ''))) not between 2 and 80 then
    perform private.fail(422, 'invalid_name', 'A shop''s name has 2 to 80 characters.');
  end if;
  if v_slug !~ '^[a-z0-9](?:[a-z0-9-]{1,48}[a-z0-9])$' then
    perform private.fail(
      422, 'invalid_slug', 'A slug has 3 to 50 of a-z, 0-9 and hyphens.',
      'Give one: {"slug": "my-shop"}.'
    );
  end if;
  perform private.limit_owned_shops(v_user);
  insert into public.shops (name, slug) values (trim(p_name), v_slug)
  on conflict (slug) do nothing
  returning * into v_shop;
  if v_shop.id is null then
    perform private.fail(409, 'slug_taken', 'Another shop has this slug.', 'Choose another slug.');
  end if;
  insert into public.shop_members (shop_id, user_id, role) values (v_shop.id, v_user, 'owner');
  insert into public.shop_payment_accounts (shop_id) values (v_shop.id);
  return to_jsonb(v_shop);
end;
$$;
comment on function private.create_shop(text, text) is
'See public.create_shop.';
revoke all on function private.create_shop(text, text) from public;
grant execute on function private.create_shop(text, text) to authenticated;

create or replace function public.create_shop(name text, slug text default null)
returns jsonb
language sql
set search_path = ''
as $$
  select private.create_shop(name, slug);
$$;
comment on function public.create_shop(text, text) is
'Make a shop of mine, as a draft. Errors: invalid_name, invalid_slug, slug_taken, slug_reserved, too_many_shops.';
revoke all on function public.create_shop(text, text) from public, anon, service_role;
grant execute on function public.create_shop(text, text) to authenticated;

create or replace function private.open_shop(p_shop_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_shop public.shops;
  v_account public.shop_payment_accounts;
begin
  select s.* into v_shop
  from public.shops as s
  inner join public.shop_members as m on m.shop_id = s.id
  where s.id = p_shop_id and m.user_id = v_user and m.role = 'owner'
  for no key update of s;
  if v_shop.id is null then
    perform private.fail(404, 'shop_not_found', 'You own no such shop.');
  end if;
  if v_shop.status = 'suspended' then
    perform private.fail(
      409, 'shop_suspended', 'Only a moderator ends a suspension.', 'See rpc/shop_state.'
    );
  end if;
  if v_shop.status = 'closed' then
    perform private.fail(409, 'shop_closed', 'The shop is closed for good.');
  end if;
  select * into v_account from public.shop_payment_accounts as a where a.shop_id = p_shop_id;
  if v_account.transfers_capability is distinct from 'active' then
    perform private.fail(
      409, 'payment_account_not_ready', 'The shop''s payment account cannot receive money yet.',
      'Finish onboarding: POST /v1/shops/{id}/onboarding.'
    );
  end if;
  if v_shop.status <> 'active' then
    update public.shops as s set status = 'active' where s.id = p_shop_id returning * into v_shop;
  end if;
  return to_jsonb(v_shop);
end;
$$;
comment on function private.open_shop(uuid) is 'See public.open_shop.';
revoke all on function private.open_shop(uuid) from public;
grant execute on function private.open_shop(uuid) to authenticated;

create or replace function public.open_shop(shop_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.open_shop(shop_id);
$$;
comment on function public.open_shop(uuid) is
'Make my draft shop public. Errors: shop_not_found, payment_account_not_ready, shop_suspended, shop_closed.';
revoke all on function public.open_shop(uuid) from public, anon, service_role;
grant execute on function public.open_shop(uuid) to authenticated;
