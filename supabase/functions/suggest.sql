-- suggest_products: what a search box shows while somebody types.

create or replace function private.suggest_tsquery(p_prefix text)
returns tsquery
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_words text[] := array(
    select m[1] from regexp_matches(private.normalise(p_prefix), '([[:alnum:]]+)', 'g') as m
  );
  v_all tsquery;
  v_word text;
begin
  -- Each word but the last is whole; quoted, so that nothing in it is an operator.
  foreach v_word in array v_words[1:cardinality(v_words) - 1] loop
    v_all := case
      when v_all is null then plainto_tsquery('private.plain'::regconfig, v_word)
      else v_all && plainto_tsquery('private.plain'::regconfig, v_word)
    end;
  end loop;
  if cardinality(v_words) = 0 then
    return null;
  end if;
  v_word := quote_literal(v_words[cardinality(v_words)]);
  return case when v_all is null then (v_word || ':*AB')::tsquery else
    v_all && (v_word || ':*AB')::tsquery
  end;
end;
$$;
comment on function private.suggest_tsquery(text) is
'Whole words and the beginning of a last one; null when there is no word.';
revoke all on function private.suggest_tsquery(text) from public;

create or replace function private.similar_shops(p_text text)
returns uuid[]
language sql
stable
security definer
set search_path = ''
-- The planner takes trigrams for dearer than a walk through some ten thousand names.
set enable_seqscan = off
as $$
  select array(
    select n.shop_id from private.shop_search as n
    where n.name operator(extensions.%) p_text
    order by extensions.similarity(n.name, p_text) desc, n.name limit 3
  );
$$;
comment on function private.similar_shops(text) is 'Up to three open shops that are called like this.';
revoke all on function private.similar_shops(text) from public;

-- Definer: reads the search documents; shows listed products, open shops and categories only.
create or replace function private.suggest_products(p_prefix text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_text text := private.normalise(private.search_text(p_prefix));
  v_like text := replace(replace(replace(v_text, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  v_filter private.search_filter;
  v_hits private.search_hit[] := '{}';
  v_shops uuid[];
begin
  if char_length(v_text) >= 2 then
    v_filter.labels := '{}';
    v_filter.query := private.suggest_tsquery(v_text);
    if v_filter.query is not null then
      v_hits := array(select h from private.search_candidates(v_filter, 60) as h);
      if cardinality(v_hits) = 0 and char_length(v_text) >= 4 then
        v_filter.query := private.corrected_tsquery(v_text, false);
        v_hits := array(select h from private.search_candidates(v_filter, 60) as h);
      end if;
    end if;
  end if;
  v_shops := array(
    select n.shop_id from private.shop_search as n where n.name like v_like order by n.name limit 3
  );
  if v_shops = '{}' and char_length(v_text) >= 4 then
    v_shops := private.similar_shops(v_text);
  end if;
  return jsonb_build_object(
    'products', (
      select coalesce(jsonb_agg(
        jsonb_build_object('id', p.id, 'slug', p.slug, 'title', p.title, 'shop_slug', s.slug)
        order by t.place
      ), '[]')
      from (
        select h.product_id, row_number() over (order by h.score desc, h.product_id) as place
        from unnest(v_hits) as h
      ) as t
      inner join public.products as p on p.id = t.product_id and p.is_listed
      inner join public.shops as s on s.id = p.shop_id
      where t.place <= 8
    ),
    'shops', (
      select coalesce(jsonb_agg(
        jsonb_build_object('id', s.id, 'slug', s.slug, 'name', s.name) order by t.place
      ), '[]')
      from unnest(v_shops) with ordinality as t (id, place)
      inner join public.shops as s on s.id = t.id and s.status = 'active'
    ),
    'categories', (
      select coalesce(jsonb_agg(jsonb_build_object('slug', c.slug, 'name', c.name)), '[]')
      from (
        select c.slug, c.name
        from (
          select g.slug, g.name, private.normalise(g.name) as plain from public.categories as g
          offset 0
        ) as c
        where c.plain like v_like or c.plain like '% ' || v_like
        order by c.name limit 3
      ) as c
    )
  );
end;
$$;
comment on function private.suggest_products(text) is 'See public.suggest_products.';
revoke all on function private.suggest_products(text) from public;
grant execute on function private.suggest_products(text) to anon, authenticated;

create or replace function public.suggest_products(prefix text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.suggest_products(prefix);
$$;
comment on function public.suggest_products(text) is
'Up to 8 products, 3 shops and 3 categories that go on like this, while somebody types; by GET. Errors: query_too_long.';
revoke all on function public.suggest_products(text) from public, anon, service_role;
grant execute on function public.suggest_products(text) to anon, authenticated;
