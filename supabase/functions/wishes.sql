-- Wishlists, followed shops, what was viewed.

-- Definer: reads variants whatever the caller may see; the policy has its say on the product.
create or replace function private.tg_wishlist_items__fill()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- One at a time per person, so that the cap holds.
  perform pg_advisory_xact_lock(hashtextextended(new.user_id || ':wishlist', 0));
  if (
    select count(*) from public.wishlist_items as w where w.user_id = new.user_id
  ) >= 500 then
    perform private.fail(
      409, 'wishlist_full', 'A wishlist holds 500 products.', 'Remove some first.'
    );
  end if;
  select o.price_amount, o.currency, coalesce(o.available, false)
  into new.added_price_amount, new.added_currency, new.added_available
  from private.offer(new.product_id) as o;
  return new;
end;
$$;
comment on function private.tg_wishlist_items__fill() is
'Remembers price and availability of now; refuses the 501st.';
revoke all on function private.tg_wishlist_items__fill() from public;

create or replace trigger tg_wishlist_items__fill
before insert on public.wishlist_items
for each row execute function private.tg_wishlist_items__fill();

create or replace function private.offer(
    p_product_id uuid, out price_amount bigint, out currency text, out available boolean
)
language sql
stable
security definer
set search_path = ''
as $$
  select v.price_amount, v.currency, a.available
  from public.product_variants as v
  cross join lateral (
    select bool_or(o.is_listed and (o.stock is null or o.available > 0)) as available
    from public.product_variants as o where o.product_id = p_product_id
  ) as a
  where v.product_id = p_product_id
  order by v.price_amount, v.id
  limit 1;
$$;
comment on function private.offer(uuid) is
'A product''s lowest price of now, and whether any of its variants can be ordered.';
revoke all on function private.offer(uuid) from public;

-- Definer: a product that was taken off sale since stays on the list, as no longer available.
create or replace function private.my_wishlist(p_after uuid, p_page_size integer)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with page as (
    select w.* from public.wishlist_items as w
    where w.user_id = auth.uid() and (p_after is null or w.id < p_after)
    order by w.id desc
    limit least(greatest(coalesce(p_page_size, 50), 1), 100)
  )
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', w.id, 'product_id', w.product_id, 'title', p.title, 'slug', p.slug,
        'shop_id', p.shop_id, 'is_listed', p.is_listed, 'added_at', w.created_at,
        'added_price_amount', w.added_price_amount, 'added_currency', w.added_currency,
        'added_available', w.added_available,
        'price_amount', case when p.is_listed then o.price_amount end,
        'currency', case when p.is_listed then o.currency end,
        'available', p.is_listed and coalesce(o.available, false),
        'price_change_amount', case
          when p.is_listed and o.currency = w.added_currency
            then o.price_amount - w.added_price_amount
        end,
        'back_in_stock', p.is_listed and coalesce(o.available, false) and not w.added_available
      )
      order by w.id desc
    ),
    '[]'
  )
  from page as w
  inner join public.products as p on p.id = w.product_id
  left join lateral private.offer(w.product_id) as o on true;
$$;
comment on function private.my_wishlist(uuid, integer) is 'See public.my_wishlist.';
revoke all on function private.my_wishlist(uuid, integer) from public;
grant execute on function private.my_wishlist(uuid, integer) to authenticated;

create or replace function public.my_wishlist(
    after uuid default null, page_size integer default 50
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.my_wishlist(after, page_size);
$$;
comment on function public.my_wishlist(uuid, integer) is
'What I wish for, newest first, with the lowest price and availability then and now (price_change_amount, back_in_stock). after: the last id of the page before.';
revoke all on function public.my_wishlist(uuid, integer) from public, anon, service_role;
grant execute on function public.my_wishlist(uuid, integer) to authenticated;

-- Definer: a follower cannot write shops.
create or replace function private.tg_shop_follows__count()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shops uuid[];
  v_steps bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(d.shop_id), array_agg(d.step) into v_shops, v_steps
    from (select n.shop_id, count(*) as step from new_rows as n group by n.shop_id) as d;
  else
    select array_agg(d.shop_id), array_agg(d.step) into v_shops, v_steps
    from (select o.shop_id, -count(*) as step from old_rows as o group by o.shop_id) as d;
  end if;
  if v_shops is null then
    return null;
  end if;
  perform 1 from public.shops as s where s.id = any (v_shops) order by s.id for no key update;
  update public.shops as s set follower_count = s.follower_count + d.step
  from unnest(v_shops, v_steps) as d (shop_id, step)
  where s.id = d.shop_id;
  return null;
end;
$$;
comment on function private.tg_shop_follows__count() is 'Keeps shops.follower_count.';
revoke all on function private.tg_shop_follows__count() from public;

create or replace trigger tg_shop_follows__count_insert
after insert on public.shop_follows
referencing new table as new_rows
for each statement execute function private.tg_shop_follows__count();

create or replace trigger tg_shop_follows__count_delete
after delete on public.shop_follows
referencing old table as old_rows
for each statement execute function private.tg_shop_follows__count();

create or replace function private.note_view(p_product_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
begin
  if not exists (
    select 1 from public.products as p where p.id = p_product_id and p.is_listed
  ) then
    perform private.fail(404, 'product_not_found', 'There is no such product.');
  end if;
  -- One at a time per person: two that removed the same old rows could deadlock.
  perform pg_advisory_xact_lock(hashtextextended(v_user || ':viewed', 0));
  insert into public.recently_viewed as v (user_id, product_id, viewed_at)
  values (v_user, p_product_id, clock_timestamp())
  on conflict (user_id, product_id) do update set viewed_at = excluded.viewed_at
  -- A page that is reloaded writes nothing.
  where v.viewed_at < excluded.viewed_at - interval '10 seconds';
  if found then
    delete from public.recently_viewed as v
    where v.user_id = v_user and v.product_id in (
      select o.product_id from public.recently_viewed as o
      where o.user_id = v_user
      order by o.viewed_at desc, o.product_id
      offset 50
    );
  end if;
end;
$$;
comment on function private.note_view(uuid) is 'See public.note_view.';
revoke all on function private.note_view(uuid) from public;
grant execute on function private.note_view(uuid) to authenticated;

create or replace function public.note_view(product_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.note_view(product_id);
$$;
comment on function public.note_view(uuid) is
'Remember that I looked at a product: recently_viewed keeps the 50 newest. Errors: product_not_found.';
revoke all on function public.note_view(uuid) from public, anon, service_role;
grant execute on function public.note_view(uuid) to authenticated;
