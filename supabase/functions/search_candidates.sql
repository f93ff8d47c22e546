-- Candidates of a search, with bounded work. Two ways: tier by tier through the index of words
-- and labels, popular products first, until there are enough; or along the index of a sort order.

create or replace function private.search_conditions(p_filter private.search_filter)
returns text
language sql
immutable
set search_path = ''
as $$
  -- "+ 0": these narrow what labels have found; an index of their own would be read whole for it.
  select concat_ws(
    ' and ', 'true',
    case when p_filter.query is not null then 's.document @@ $1' end,
    case when p_filter.labels <> '{}' then 's.labels @> $2' end,
    case when p_filter.countries is not null then 's.labels && $3' end,
    case when p_filter.bands is not null then 's.labels && $4' end,
    case when p_filter.min_price is not null then 's.price_amount + 0 >= $5' end,
    case when p_filter.max_price is not null then 's.price_amount + 0 <= $6' end,
    case when p_filter.min_rating is not null then 's.rating_avg + 0 >= $7' end
  );
$$;
comment on function private.search_conditions(private.search_filter) is
'SQL of the conditions on private.product_search s; constant texts only, the values are $1 to $7.';
revoke all on function private.search_conditions(private.search_filter) from public;

create or replace function private.search_candidates(
    p_filter private.search_filter, p_limit integer
)
returns setof private.search_hit
language plpgsql
stable
security definer
set search_path = ''
set enable_seqscan = on
as $$
declare
  v_left integer := p_limit;
  v_found integer;
  v_tier smallint;
begin
  -- The planner cannot tell how rare the beginning of a word is, and reads a whole tier in vain.
  -- Until the end of this function only: its own setting is restored.
  if (p_filter).query is not null or (p_filter).labels <> '{}' then
    perform set_config('enable_seqscan', 'off', true);
  end if;
  for v_tier in select t.tier from private.search_tiers as t order by t.tier loop
    return query execute format(
      'select s.product_id, %s, s.score, s.published_at, s.price_amount, s.rating_avg, '
      's.sales_count, s.category_id, s.kind, s.currency, true '
      'from private.product_search as s where s.tier = %s and %s limit $8',
      case when (p_filter).query is null then 's.score' else
        'ts_rank(''{0.05, 0.15, 0.5, 1}'', s.document, $1, 1)::double precision '
        '* (1 + 0.04 * ln(1 + s.sales_count::double precision) + 0.03 * s.rating_avg::double precision)'
      end,
      v_tier, private.search_conditions(p_filter)
    )
    using (p_filter).query, (p_filter).labels, (p_filter).countries, (p_filter).bands,
      (p_filter).min_price, (p_filter).max_price, (p_filter).min_rating, v_left;
    get diagnostics v_found = row_count;
    v_left := v_left - v_found;
    exit when v_left <= 0;
  end loop;
end;
$$;
comment on function private.search_candidates(private.search_filter, integer) is
'Up to p_limit matching products, from the most popular tier on; within the last tier that is read, any.';
revoke all on function private.search_candidates(private.search_filter, integer) from public;

create or replace function private.search_ordered(
    p_filter private.search_filter, p_column text, p_type text, p_descending boolean,
    p_key text, p_id uuid, p_limit integer
)
returns setof private.search_hit
language plpgsql
stable
security definer
set search_path = ''
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
  c_steps constant integer := 20000;
  v_direction text := case when p_descending then 'desc' else 'asc' end;
  v_columns text := 's.product_id, s.score, s.score, s.published_at, s.price_amount, s.rating_avg, '
    's.sales_count, s.category_id, s.kind, s.currency, ';
  v_scan text := format(
    'select * from private.product_search as s where s.%1$I is not null %2$s %3$s '
    'order by s.%1$I %4$s, s.product_id %4$s',
    p_column,
    -- What bounds the walk's own column belongs to the walk: its index skips the rest.
    case
      when p_column = 'price_amount' then concat_ws(
        ' and ', 'and s.currency = $8',
        case when (p_filter).min_price is not null then 's.price_amount >= $5' end,
        case when (p_filter).max_price is not null then 's.price_amount <= $6' end
      )
      when p_column = 'rating_avg' and (p_filter).min_rating is not null
        then 'and s.rating_avg >= $7'
    end,
    case when p_key is not null then format(
      'and (s.%I, s.product_id) %s ($9::%s, $10)', p_column,
      case when p_descending then '<' else '>' end, p_type
    ) end,
    v_direction
  );
  v_found integer;
begin
  return query execute format(
    'select %s true from (%s limit %s) as s where %s order by s.%I %s, s.product_id %s limit $11',
    v_columns, v_scan, c_steps, private.search_conditions(p_filter), p_column, v_direction,
    v_direction
  )
  using (p_filter).query, (p_filter).labels, (p_filter).countries, (p_filter).bands,
    (p_filter).min_price, (p_filter).max_price, (p_filter).min_rating, (p_filter).currency,
    p_key, p_id, p_limit;
  get diagnostics v_found = row_count;
  if v_found < p_limit then
    -- Not found or not reached? The place where the walk ended is where the next page goes on.
    return query execute format('select %s false from (%s offset %s limit 1) as s',
      v_columns, v_scan, c_steps - 1)
    using (p_filter).query, (p_filter).labels, (p_filter).countries, (p_filter).bands,
      (p_filter).min_price, (p_filter).max_price, (p_filter).min_rating, (p_filter).currency,
      p_key, p_id, p_limit;
  end if;
end;
$$;
comment on function private.search_ordered(
    private.search_filter, text, text, boolean, text, uuid, integer
) is
'The next matching products in a sort order, of at most 20 000 looked at; then a last row with is_result false says where the walk ended.';
revoke all on function private.search_ordered(
    private.search_filter, text, text, boolean, text, uuid, integer
) from public;
