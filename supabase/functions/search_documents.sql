-- The search documents: one row of private.product_search per listed product, and the vocabulary.

-- Immutable, as its dictionary is pinned by name: unaccent's own mark is only stable.
create or replace function private.normalise(p_text text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select lower(extensions.unaccent('extensions.unaccent'::regdictionary, p_text));
$$;
comment on function private.normalise(text) is 'Text without case and accents, for comparing names.';
revoke all on function private.normalise(text) from public;

-- A band is a factor of about 1.65; the labels of a range's bands find it in the index.
create or replace function private.price_band(p_amount bigint)
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select floor(2 * ln(greatest(p_amount, 1)::double precision))::integer;
$$;
comment on function private.price_band(bigint) is 'Which band of search labels a price is in.';
revoke all on function private.price_band(bigint) from public;

-- e times the sales, one more star, or half a year younger: each is worth one point. Five ratings
-- of 3.5 are added, so that a single one does not decide. Adding the day instead of decaying with
-- it keeps a stored score comparable for ever.
create or replace function private.search_score(
    p_sales bigint, p_rating_sum bigint, p_rating_count integer, p_published_at timestamptz
)
returns double precision
language sql
immutable
parallel safe
set search_path = ''
as $$
  select ln(1 + greatest(p_sales, 0)::double precision)
    + (p_rating_sum + 17.5) / (p_rating_count + 5) - 3.5
    + extract(epoch from p_published_at)::double precision / 15552000;
$$;
comment on function private.search_score(bigint, bigint, integer, timestamptz) is
'Popularity of a product: sales, rating and day of publication.';
revoke all on function private.search_score(bigint, bigint, integer, timestamptz) from public;

create or replace function private.search_rows(p_ids uuid[])
returns setof private.product_search
language sql
stable
security definer
set search_path = ''
as $$
  with recursive up as (
    select c.id, c.id as ancestor, c.parent_id, c.name from public.categories as c
    union all
    select u.id, a.id, a.parent_id, a.name
    from up as u inner join public.categories as a on a.id = u.parent_id
  ),
  lineages as materialized (
    select u.id, array_agg('c:' || u.ancestor) as labels, string_agg(u.name, ' ') as names
    from up as u group by u.id
  ),
  found as materialized (
    select
      p.id, p.shop_id, p.category_id, p.kind, p.title, p.description, p.min_price_amount,
      p.price_currency, p.sales_count, p.is_available, p.countries,
      coalesce(p.rating_avg, 0) as rating_avg,
      coalesce(p.published_at, p.created_at) as published_at,
      private.search_score(
        p.sales_count, p.rating_sum, p.rating_count, coalesce(p.published_at, p.created_at)
      ) as score,
      l.labels as category_labels,
      concat_ws(' ', t.tags, l.names, s.name) as context
    from public.products as p
    inner join public.shops as s on s.id = p.shop_id
    left join lineages as l on l.id = p.category_id
    left join lateral (
      select string_agg(g.tag, ' ') as tags from public.product_tags as g where g.product_id = p.id
    ) as t on true
    where p.id = any(p_ids) and p.is_listed
  )
  select
    f.id, f.shop_id, f.category_id, f.kind,
    (select min(t.tier) from private.search_tiers as t where f.score >= t.min_score)::smallint,
    f.score, f.published_at, f.min_price_amount, f.price_currency, f.rating_avg, f.sales_count,
    array_remove(
      coalesce(f.category_labels, '{}')
      || array[
        's:' || f.shop_id, 'k:' || f.kind, 'm:' || f.price_currency,
        'p:' || f.price_currency || ':' || private.price_band(f.min_price_amount),
        case when f.is_available then 'a' end
      ]
      || array(select 'r:' || n from generate_series(1, floor(f.rating_avg)::integer) as n)
      || coalesce(array(select 'x:' || c from unnest(f.countries) as c where c is not null), '{}')
      || case when f.countries is null then array['x:*'] else '{}' end,
      null
    ),
    array(
      select w from unnest(
        tsvector_to_array(to_tsvector('private.plain'::regconfig, f.title || ' ' || f.context))
      ) as w
      where w ~ '^[[:alpha:]]{2,40}$'
    ),
    setweight(
      to_tsvector('private.english'::regconfig, f.title)
      || to_tsvector('private.plain'::regconfig, f.title), 'A'
    )
    || setweight(
      to_tsvector('private.english'::regconfig, f.context)
      || to_tsvector('private.plain'::regconfig, f.context), 'B'
    )
    -- Only the stemmed form: a word that no stemmer knows is found by it too, as it is.
    || setweight(to_tsvector('private.english'::regconfig, left(f.description, 8000)), 'C')
  from found as f;
$$;
comment on function private.search_rows(uuid[]) is
'The search documents of these products as they have to be now; none for what is not listed.';
revoke all on function private.search_rows(uuid[]) from public;

create or replace function private.index_products(p_ids uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_fresh private.product_search[] := array(select r from private.search_rows(p_ids) as r);
  v_count integer;
begin
  insert into private.search_words as w (word, stem, documents)
  select
    d.word, coalesce((ts_lexize('pg_catalog.english_stem', d.word))[1], d.word), sum(d.change)
  from (
    select unnest(f.words) as word, 1 as change from unnest(v_fresh) as f
    union all
    select unnest(s.words), -1 from private.product_search as s where s.product_id = any(p_ids)
  ) as d
  group by d.word
  having sum(d.change) <> 0
  on conflict (word) do update set documents = w.documents + excluded.documents;
  delete from private.search_words as w where w.documents <= 0;

  -- Not an upsert: a row whose tier is another one moves to another partition.
  delete from private.product_search as s
  where s.product_id = any(p_ids) and not exists (select 1 from unnest(v_fresh) as f where f = s);
  insert into private.product_search
  select f.* from unnest(v_fresh) as f
  where not exists (select 1 from private.product_search as s where s.product_id = f.product_id);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.index_products(uuid[]) is
'Bring the search documents of these products and the vocabulary up to date. Callers take turns (private.process_catalogue_changes).';
revoke all on function private.index_products(uuid[]) from public;

create or replace function private.retier_search()
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_tier private.search_tiers;
  v_before bigint := 0;
  v_score double precision;
  v_count integer := 0;
  v_moved integer;
begin
  -- Not beside private.process_catalogue_changes: both write the same rows.
  if not pg_try_advisory_xact_lock(hashtext('private.process_catalogue_changes')) then
    return 0;
  end if;
  for v_tier in select * from private.search_tiers as t order by t.tier loop
    v_before := v_before + v_tier.capacity;
    select s.score into v_score from private.product_search as s
    order by s.score desc, s.product_id desc
    offset v_before - 1 limit 1;
    if not found then
      v_score := '-infinity';
    end if;
    update private.search_tiers as t set min_score = v_score
    where t.tier = v_tier.tier and t.min_score <> v_score;
    exit when v_score = '-infinity';
  end loop;
  update private.search_tiers as t set min_score = '-infinity'
  where t.tier > v_tier.tier and t.min_score <> '-infinity';

  for v_tier in select * from private.search_tiers as t order by t.tier loop
    with misplaced as (
      select s.product_id from private.product_search as s
      where s.tier = v_tier.tier
        and (
          s.score < v_tier.min_score
          or s.score >= (
            select min(t.min_score) from private.search_tiers as t where t.tier < v_tier.tier
          )
        )
      limit 2000
    )
    update private.product_search as s
    set tier = (select min(t.tier) from private.search_tiers as t where s.score >= t.min_score)
    from misplaced as m where m.product_id = s.product_id and s.tier = v_tier.tier;
    get diagnostics v_moved = row_count;
    v_count := v_count + v_moved;
  end loop;
  return v_count;
end;
$$;
comment on function private.retier_search() is
'Periodic: set the tiers'' thresholds anew and move up to 2000 products of each that are in the wrong one.';
revoke all on function private.retier_search() from public;
