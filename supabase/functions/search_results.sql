-- What search_products answers: cards and facets.

-- Read from the live tables: a search document may be a second old, what is unlisted since is
-- never shown.
create or replace function private.product_cards(p_ids uuid[])
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'id', p.id, 'slug', p.slug, 'title', p.title, 'kind', p.kind,
      'price_amount', p.min_price_amount, 'currency', p.price_currency,
      'is_available', p.is_available,
      'rating_avg', p.rating_avg, 'rating_count', p.rating_count, 'sales_count', p.sales_count,
      'published_at', p.published_at,
      'image', (
        select jsonb_build_object('path', g.path, 'alt', g.alt)
        from public.product_images as g
        where g.product_id = p.id and g.shop_id = p.shop_id
        order by g.position, g.id limit 1
      ),
      'shop', jsonb_build_object('id', s.id, 'slug', s.slug, 'name', s.name),
      'category', case
        when c.id is not null then jsonb_build_object('slug', c.slug, 'name', c.name)
      end
    )
    order by i.place
  ), '[]')
  from unnest(p_ids) with ordinality as i (id, place)
  inner join public.products as p on p.id = i.id and p.is_listed
  inner join public.shops as s on s.id = p.shop_id
  left join public.categories as c on c.id = p.category_id;
$$;
comment on function private.product_cards(uuid[]) is
'All that a list of products shows, in this order; what is not listed is left out.';
revoke all on function private.product_cards(uuid[]) from public;

create or replace function private.search_facets(p_hits private.search_hit[])
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with hits as materialized (
    select h.category_id, h.kind, h.price_amount, h.currency, h.rating_avg from unnest(p_hits) as h
  )
  select jsonb_build_object(
    'category', coalesce((
      select jsonb_agg(
        jsonb_build_object('slug', c.slug, 'name', c.name, 'count', g.n) order by g.n desc, c.slug
      )
      from (
        select h.category_id, count(*) as n from hits as h
        where h.category_id is not null group by 1 order by 2 desc, 1 limit 20
      ) as g
      inner join public.categories as c on c.id = g.category_id
    ), '[]'),
    'kind', coalesce((
      select jsonb_object_agg(g.kind, g.n)
      from (select h.kind, count(*) as n from hits as h group by 1) as g
    ), '{}'),
    'price', coalesce((
      select jsonb_agg(
        jsonb_build_object('currency', g.currency, 'min', g.low, 'max', g.high, 'count', g.n)
        order by g.currency, g.low
      )
      from (
        select h.currency, b.low, b.high, count(*) as n
        from hits as h
        inner join (
          values (0::bigint, 999::bigint), (1000, 2499), (2500, 4999), (5000, 9999),
            (10000, 24999), (25000, null)
        ) as b (low, high) on h.price_amount >= b.low and (b.high is null or h.price_amount <= b.high)
        group by 1, 2, 3
      ) as g
    ), '[]'),
    'rating', (
      select jsonb_object_agg(r.stars, r.n)
      from (
        select s.stars, count(*) filter (where h.rating_avg >= s.stars) as n
        from generate_series(1, 4) as s (stars) left join hits as h on true
        group by 1
      ) as r
    )
  );
$$;
comment on function private.search_facets(private.search_hit[]) is
'Counts per category, kind, price band (minor units) and at least that many stars.';
revoke all on function private.search_facets(private.search_hit[]) from public;
