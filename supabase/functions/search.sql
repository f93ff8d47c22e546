-- search_products: the one way in.

-- Definer: reads the search documents. Everything that it shows is listed, whoever asks.
create or replace function private.search_products(
    p_query text, p_category text, p_min_price bigint, p_max_price bigint, p_currency text,
    p_kind text, p_min_rating numeric, p_shop text, p_available boolean, p_country text,
    p_sort text, p_after text, p_page_size integer, p_facets boolean
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  c_most constant integer := 600;
  v_filter private.search_filter := private.search_filter_of(
    p_query, p_category, p_min_price, p_max_price, p_currency, p_kind, p_min_rating, p_shop,
    p_available, p_country
  );
  v_text text := private.search_text(p_query);
  v_sort text := coalesce(p_sort, 'relevance');
  v_size integer := coalesce(p_page_size, 24);
  v_column text;
  v_type text;
  v_falling boolean := v_sort <> 'price_asc';
  v_hash text;
  v_cursor jsonb;
  v_hits private.search_hit[];
  v_page private.search_hit[];
  v_capped boolean;
  v_match text := 'exact';
  v_last private.search_hit;
begin
  if v_size not between 1 and 100 then
    perform private.fail(422, 'invalid_page_size', 'A page has 1 to 100 results.');
  end if;
  select o.col, o.typ into v_column, v_type from (values
    ('relevance', case when v_text is null then 'score' else 'rank' end, 'double precision'),
    ('newest', 'published_at', 'timestamptz'), ('price_asc', 'price_amount', 'bigint'),
    ('price_desc', 'price_amount', 'bigint'), ('rating', 'rating_avg', 'numeric'),
    ('sales', 'sales_count', 'bigint')
  ) as o (sort, col, typ) where o.sort = v_sort;
  if v_column is null then
    perform private.fail(
      422, 'invalid_sort', 'No such order.',
      'One of: relevance, newest, price_asc, price_desc, rating, sales.'
    );
  end if;
  if v_column = 'price_amount' and v_filter.currency is null then
    perform private.fail(
      422, 'currency_required', 'Prices can be compared in one currency only.',
      'Give one: currency=eur.'
    );
  end if;
  v_hash := left(md5(v_filter::text || v_sort), 12);
  v_cursor := private.read_search_cursor(p_after, v_hash, v_type);

  if v_text is not null and numnode(v_filter.query) = 0 then
    v_hits := '{}';  -- only signs: nothing is called that
  elsif v_text is not null and querytree(v_filter.query) in ('', 'T') then
    perform private.fail(422, 'query_needs_a_word', 'Exclusions alone find nothing.');
  else
    v_hits := array(select h from private.search_candidates(v_filter, c_most + 1) as h);
  end if;
  v_capped := cardinality(v_hits) > c_most;
  if v_text is not null and cardinality(v_hits) < 3 then
    select w.hits, w.match into v_hits, v_match
    from private.widened_search(v_filter, v_text, v_hits, c_most) as w;
  end if;

  if v_capped and v_column <> 'rank' then
    v_page := array(
      select h from private.search_ordered(
        v_filter, v_column, v_type, v_falling, v_cursor ->> 'k', (v_cursor ->> 'i')::uuid, v_size + 1
      ) as h
    );
  else
    execute format(
      'select array(select h from unnest($1) as h where h.%1$I is not null %2$s '
      'order by h.%1$I %3$s, h.product_id %3$s limit $4)',
      v_column,
      case when v_cursor is not null then format(
        'and (h.%I, h.product_id) %s (($2 ->> ''k'')::%s, ($2 ->> ''i'')::uuid)', v_column,
        case when v_falling then '<' else '>' end, v_type
      ) end,
      case when v_falling then 'desc' else 'asc' end
    ) into v_page using v_hits, v_cursor, null, v_size + 1;
  end if;
  -- One more than asked for, or where a long walk ended, says that there is a next page.
  if cardinality(v_page) > v_size then
    v_page := v_page[1:v_size];
    v_last := v_page[v_size];
  elsif not (v_page[cardinality(v_page)]).is_result then
    v_last := v_page[cardinality(v_page)];
  end if;
  return jsonb_build_object(
    'items', private.product_cards(
      array(
        select h.product_id from unnest(v_page) with ordinality as h
        where h.is_result order by h.ordinality
      )
    ),
    'next', case when v_last.product_id is not null then private.search_cursor(
      v_hash, to_jsonb(v_last) ->> v_column, v_last.product_id
    ) end,
    'match', v_match,
    'total', least(cardinality(v_hits), c_most),
    'approximate', v_capped,
    'facets', case when p_facets then private.search_facets(v_hits[1:c_most]) end
  );
end;
$$;
comment on function private.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) is 'See public.search_products.';
revoke all on function private.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) from public;
grant execute on function private.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) to anon, authenticated;

-- Too little was found: first with mistyped words put right, then with any of the words. What
-- matched better stays in front.
create or replace function private.widened_search(
    p_filter private.search_filter, p_text text, p_hits private.search_hit[], p_most integer,
    out hits private.search_hit[], out match text
)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_filter private.search_filter := p_filter;
  v_any boolean;
  v_before integer;
begin
  hits := p_hits;
  match := 'exact';
  -- An exclusion or a phrase was meant as it is.
  if p_text ~ '(^| )-|"' then
    return;
  end if;
  foreach v_any in array array[false, true] loop
    v_filter.query := private.corrected_tsquery(p_text, v_any);
    if v_filter.query is null then
      return;
    end if;
    v_before := cardinality(hits);
    hits := hits || array(
      select (
        h.product_id, h.rank * case when v_any then 0.01 else 0.1 end, h.score, h.published_at,
        h.price_amount, h.rating_avg, h.sales_count, h.category_id, h.kind, h.currency, true
      )::private.search_hit
      from private.search_candidates(v_filter, p_most) as h
      where not exists (select 1 from unnest(hits) as k where k.product_id = h.product_id)
    );
    if cardinality(hits) > v_before then
      match := case when v_any then 'any_word' else 'similar' end;
    end if;
    exit when cardinality(hits) >= 3;
  end loop;
end;
$$;
comment on function private.widened_search(
    private.search_filter, text, private.search_hit[], integer
) is 'What a query was probably meant to find.';
revoke all on function private.widened_search(
    private.search_filter, text, private.search_hit[], integer
) from public;

create or replace function public.search_products(
    query text default null, category text default null, min_price bigint default null,
    max_price bigint default null, currency text default null, kind text default null,
    min_rating numeric default null, shop text default null, available boolean default null,
    country text default null, sort text default 'relevance', after text default null,
    page_size integer default 24, facets boolean default false
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.search_products(
    query, category, min_price, max_price, currency, kind, min_rating, shop, available, country,
    sort, after, page_size, facets
  );
$$;
comment on function public.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) is
'Listed products by words and filters; by GET, so that a CDN can keep the answer. Errors: query_too_long, query_needs_a_word, currency_required, category_not_found, shop_not_found, invalid_currency, invalid_price, invalid_kind, invalid_rating, invalid_country, invalid_sort, invalid_page_size, invalid_cursor.';
revoke all on function public.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) from public, anon, service_role;
grant execute on function public.search_products(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text, text, text, integer,
    boolean
) to anon, authenticated;
