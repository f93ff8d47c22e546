-- What search_products is asked: filters checked and turned into labels, cursors.

create or replace function private.search_filter_of(
    p_query text, p_category text, p_min_price bigint, p_max_price bigint, p_currency text,
    p_kind text, p_min_rating numeric, p_shop text, p_available boolean, p_country text
)
returns private.search_filter
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v private.search_filter;
  v_id uuid;
  v_text text := private.search_text(p_query);
begin
  v.query := case when v_text is not null then private.search_tsquery(v_text) end;
  v.currency := lower(p_currency);
  v.labels := '{}';
  if v.currency is not null then
    if not exists (select 1 from private.currencies as c where c.code = v.currency) then
      perform private.fail(422, 'invalid_currency', 'Nothing is sold in this currency.');
    end if;
    v.labels := v.labels || ('m:' || v.currency);
  end if;
  if p_min_price is not null or p_max_price is not null then
    if v.currency is null then
      perform private.fail(
        422, 'currency_required', 'Prices can be compared in one currency only.',
        'Give one: currency=eur.'
      );
    end if;
    if coalesce(p_min_price, 0) < 0 or coalesce(p_max_price, 0) < 0
      or p_min_price > p_max_price then
      perform private.fail(422, 'invalid_price', 'Prices are minor units, from 0 on, min to max.');
    end if;
    v.min_price := least(p_min_price, 1000000000);
    v.max_price := least(p_max_price, 1000000000);
    v.bands := array(
      select 'p:' || v.currency || ':' || b
      from generate_series(
        private.price_band(coalesce(v.min_price, 1)),
        private.price_band(coalesce(v.max_price, 1000000000))
      ) as b
    );
  end if;
  if p_category is not null then
    -- A path, or a slug; of several that are called so, the one nearest to the root.
    select c.id into v_id from public.categories as c
    where c.slug = lower(p_category)
      or c.path::text = replace(lower(p_category), '-', '_')
    order by extensions.nlevel(c.path), c.id
    limit 1;
    if v_id is null then
      perform private.fail(404, 'category_not_found', 'No such category.');
    end if;
    v.labels := v.labels || ('c:' || v_id);
  end if;
  if p_shop is not null then
    select s.id into v_id from public.shops as s
    where s.slug = lower(p_shop) and s.status = 'active';
    if not found then
      perform private.fail(404, 'shop_not_found', 'No such shop.');
    end if;
    v.labels := v.labels || ('s:' || v_id);
  end if;
  if p_kind is not null then
    if p_kind <> all (enum_range(null::public.product_kind)::text[]) then
      perform private.fail(422, 'invalid_kind', 'A kind is digital, physical or service.');
    end if;
    v.labels := v.labels || ('k:' || p_kind);
  end if;
  if p_min_rating is not null then
    if p_min_rating not between 0 and 5 then
      perform private.fail(422, 'invalid_rating', 'A rating is 0 to 5.');
    end if;
    v.min_rating := p_min_rating;
    if p_min_rating >= 1 then
      v.labels := v.labels || ('r:' || floor(p_min_rating));
    end if;
  end if;
  if p_available then
    v.labels := v.labels || 'a'::text;
  end if;
  if p_country is not null then
    if p_country !~ '^[A-Za-z]{2}$' then
      perform private.fail(422, 'invalid_country', 'A country is an ISO 3166-1 alpha-2 code.');
    end if;
    v.countries := array['x:*', 'x:' || upper(p_country)];
  end if;
  return v;
end;
$$;
comment on function private.search_filter_of(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text
) is
'Check a search''s filters. Errors: query_too_long, currency_required, category_not_found, shop_not_found, invalid_currency, invalid_price, invalid_kind, invalid_rating, invalid_country.';
revoke all on function private.search_filter_of(
    text, text, bigint, bigint, text, text, numeric, text, boolean, text
) from public;

-- A cursor belongs to one query: `h` is its fingerprint.
create or replace function private.search_cursor(
    p_hash text, p_key text, p_id uuid
)
returns text
language sql
immutable
set search_path = ''
as $$
  select translate(
    encode(
      convert_to(jsonb_build_object('h', p_hash, 'k', p_key, 'i', p_id)::text, 'UTF8'), 'base64'
    ),
    E'+/=\n', '-_'
  );
$$;
comment on function private.search_cursor(text, text, uuid) is
'The place after a result, opaque for clients and fit for an address.';
revoke all on function private.search_cursor(text, text, uuid) from public;

create or replace function private.read_search_cursor(
    p_cursor text, p_hash text, p_type text
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_cursor jsonb;
  v_ok boolean := false;
begin
  if p_cursor is null then
    return null;
  end if;
  begin
    if char_length(p_cursor) <= 500 and p_cursor ~ '^[A-Za-z0-9_-]+$' then
      v_cursor := convert_from(
        decode(
          rpad(
            translate(p_cursor, '-_', '+/'),
            char_length(p_cursor) + (4 - char_length(p_cursor) % 4) % 4, '='
          ),
          'base64'
        ),
        'UTF8'
      )::jsonb;
      execute format(
        'select $1 ->> ''h'' = $2 and ($1 ->> ''k'')::%s is not null '
        'and ($1 ->> ''i'')::uuid is not null', p_type
      ) into v_ok using v_cursor, p_hash;
    end if;
  exception when data_exception or invalid_text_representation then
    v_ok := false;  -- whatever a made-up cursor breaks on
  end;
  if v_ok is not true then
    perform private.fail(
      422, 'invalid_cursor', 'This cursor is none of this query''s.', 'Begin without `after`.'
    );
  end if;
  return v_cursor;
end;
$$;
comment on function private.read_search_cursor(text, text, text) is
'{k: sort key, i: product id} of a cursor; null for none. Errors: invalid_cursor.';
revoke all on function private.read_search_cursor(text, text, text) from public;
