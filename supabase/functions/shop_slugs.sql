-- A shop's address: changing it, and where a former one leads.

-- In a trigger and after the write, so that no way to a slug passes by and a rename that commits
-- at this moment is seen (the unique key has made us wait for it). Definer: a private table.
create or replace function private.tg_shops__slug()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_until timestamptz;
begin
  if tg_op = 'UPDATE' then
    if old.slug = new.slug then
      return null;
    end if;
    insert into private.shop_slug_history (slug, shop_id) values (old.slug, new.id);
  end if;
  select h.retired_at + interval '90 days' into v_until from private.shop_slug_history as h
  where h.slug = new.slug and h.shop_id <> new.id;
  if v_until > now() then
    perform private.fail(
      409, 'slug_reserved', 'Another shop had this slug until recently.', 'Choose another slug.',
      to_char(v_until at time zone 'UTC', 'YYYY-MM-DD')
    );
  end if;
  delete from private.shop_slug_history as h where h.slug = new.slug;
  return null;
end;
$$;
comment on function private.tg_shops__slug() is
'Keeps private.shop_slug_history; refuses what another shop was called within 90 days.';
revoke all on function private.tg_shops__slug() from public;

create or replace trigger tg_shops__slug
after insert or update of slug on public.shops
for each row execute function private.tg_shops__slug();

create or replace function private.rename_shop(p_shop_id uuid, p_slug text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop public.shops := private.require_shop(p_shop_id, 'settings.edit');
begin
  if coalesce(p_slug, '') !~ '^[a-z0-9](?:[a-z0-9-]{1,48}[a-z0-9])$' then
    perform private.fail(
      422, 'invalid_slug', 'A slug has 3 to 50 of a-z, 0-9 and hyphens.',
      'Give one: {"slug": "my-shop"}.'
    );
  end if;
  if v_shop.slug = p_slug then
    return to_jsonb(v_shop);
  end if;
  -- Each rename keeps a slug from everybody else: a few must do.
  if (
    select count(*) from private.shop_slug_history as h
    where h.shop_id = p_shop_id and h.retired_at > now() - interval '90 days'
      and h.slug <> p_slug
  ) >= 3 then
    perform private.fail(
      409, 'too_many_renames', 'A shop changes its slug three times in 90 days.',
      'Go back to a former slug, or wait.'
    );
  end if;
  begin
    update public.shops as s set slug = p_slug where s.id = p_shop_id returning * into v_shop;
  exception when unique_violation then
    perform private.fail(409, 'slug_taken', 'Another shop has this slug.', 'Choose another slug.');
  end;
  return to_jsonb(v_shop);
end;
$$;
comment on function private.rename_shop(uuid, text) is 'See public.rename_shop.';
revoke all on function private.rename_shop(uuid, text) from public;
grant execute on function private.rename_shop(uuid, text) to authenticated;

create or replace function public.rename_shop(shop_id uuid, slug text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.rename_shop(shop_id, slug);
$$;
comment on function public.rename_shop(uuid, text) is
'Give my shop another slug; the former one leads to it (resolve_shop) and is kept for it for 90 days. Errors: shop_not_found, permission_denied, shop_closed, invalid_slug, slug_taken, slug_reserved (details: until when), too_many_renames.';
revoke all on function public.rename_shop(uuid, text) from public, anon, service_role;
grant execute on function public.rename_shop(uuid, text) to authenticated;

create or replace function private.resolve_shop(p_slug text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_found jsonb;
begin
  select jsonb_build_object('shop_id', s.id, 'slug', s.slug, 'moved', s.slug <> p_slug)
  into v_found
  from public.shops as s
  where (
    s.slug = lower(p_slug)
    or s.id = (select h.shop_id from private.shop_slug_history as h where h.slug = lower(p_slug))
  )
    and (s.status = 'active' or s.id in (select private.my_shop_ids()))
  order by s.slug = lower(p_slug) desc
  limit 1;
  if v_found is null then
    perform private.fail(404, 'shop_not_found', 'There is no such shop.');
  end if;
  return v_found;
end;
$$;
comment on function private.resolve_shop(text) is 'See public.resolve_shop.';
revoke all on function private.resolve_shop(text) from public;
grant execute on function private.resolve_shop(text) to anon, authenticated;

create or replace function public.resolve_shop(slug text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.resolve_shop(slug);
$$;
comment on function public.resolve_shop(text) is
'Which shop is at this slug, present or former: {shop_id, slug, moved}; moved: redirect to slug. For everybody, may be called with GET. Errors: shop_not_found.';
revoke all on function public.resolve_shop(text) from public, service_role;
grant execute on function public.resolve_shop(text) to anon, authenticated;
