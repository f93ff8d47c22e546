-- search_products: words, filters, orders, pages, refusals; nothing unlisted.
begin;
select no_plan();
select tests.world();

-- A small catalogue of alpha-shop, beside the world's.
create function pg_temp.sell(p_slug text, p_title text, p_price bigint, p_about text default '')
returns void
language plpgsql
as $$
begin
  perform tests.make_product('owner', 'alpha-shop', p_slug, 'physical', p_price, 10);
  update public.products set title = p_title, description = p_about where id = tests.ref(p_slug);
end;
$$;
select tests.back();
insert into public.categories (id, slug, name, path)
values (md5('c1')::uuid, 'test-root', 'Haushalt', 'test_root');
insert into public.categories (id, parent_id, slug, name, path)
values (md5('c2')::uuid, md5('c1')::uuid, 'test-leaf', 'Geschirr', 'test_root.test_leaf');
select pg_temp.sell('teapot', 'Céladon Teapot', 4000, 'For running water.');
select pg_temp.sell('cup', 'Blue Cup', 900);
select pg_temp.sell('cups', 'Two blue cups', 1700);
select pg_temp.sell('tasse', 'Bunte Tasse', 1200);
select tests.back();
update public.products set category_id = md5('c2')::uuid where slug in ('cup', 'cups', 'tasse');
update public.products set category_id = md5('c1')::uuid where slug = 'teapot';
update public.products set sales_count = 50, rating_count = 2, rating_sum = 9 where slug = 'cups';
update public.products set rating_count = 1, rating_sum = 3 where slug = 'cup';
update public.products set countries = array['DE', 'AT'] where slug = 'tasse';
update public.products set is_available = false where slug = 'teapot';
insert into public.product_tags (product_id, shop_id, tag) values (tests.ref('teapot'), tests.ref('alpha-shop'), 'geschenk');
select cmp_ok(private.process_catalogue_changes(), '>', 0, 'changes were logged');
select is(private.process_catalogue_changes(), 0, 'and are done');

create function pg_temp.found(
    p_query text default null, p_sort text default 'relevance', p_args jsonb default '{}'
)
returns text
language sql
as $$
  select coalesce(string_agg(i ->> 'slug', ' ' order by n), '')
  from jsonb_array_elements(
    public.search_products(
      p_query, p_args ->> 'category', (p_args ->> 'min')::bigint, (p_args ->> 'max')::bigint,
      p_args ->> 'currency', p_args ->> 'kind', (p_args ->> 'rating')::numeric, p_args ->> 'shop',
      (p_args ->> 'available')::boolean, p_args ->> 'country', p_sort
    ) -> 'items'
  ) with ordinality as t (i, n);
$$;
grant execute on all functions in schema pg_temp to public;

select tests.become_anon();
select is(pg_temp.found('teapot'), 'teapot', 'a word');
select is(pg_temp.found('CELADON'), 'teapot', 'case and accents do not matter');
select is(pg_temp.found('céladon téapot'), 'teapot', 'on either side');
select is(pg_temp.found('run'), 'teapot', 'stems, in the description');
select is(pg_temp.found('geschenk'), 'teapot', 'a tag');
select is(pg_temp.found('geschirr', 'price_asc', '{"currency": "eur"}'), 'cup tasse cups', 'the category''s name');
select is(pg_temp.found('cup'), 'cup cups', 'one and several; the closer title is in front');
select is(pg_temp.found('blue -two'), 'cup', 'an exclusion');
select is(pg_temp.found('"blue cup"'), 'cups cup', 'a phrase');
select is(pg_temp.found('tasse or teapot', 'newest'), 'tasse teapot', 'either');
select is(pg_temp.found('taese'), 'tasse', 'a typo');
select is(pg_temp.found('teapoott'), 'teapot', 'two');
select is(pg_temp.found('cpu'), 'cup cups', 'letters that changed places');
select is(pg_temp.found('teapot zebra'), 'teapot', 'one of the words, when no product has all');
select is(pg_temp.found('xyzzy'), '', 'nothing');
select is(pg_temp.found(''), pg_temp.found(), 'an empty query is none');
select is(pg_temp.found('!!! ((('), '', 'signs find nothing');
select is(split_part(pg_temp.found('beta shop'), ' ', 1), 'mug', 'a seller''s name');

select is(pg_temp.found(p_args => '{"category": "test-leaf"}', p_sort => 'newest'), 'tasse cups cup', 'a category');
select is(pg_temp.found(p_args => '{"category": "test-root"}', p_sort => 'newest'), 'tasse cups cup teapot', 'with what is below it');
select is(pg_temp.found(p_args => '{"category": "test-root", "min": 1000, "max": 1700, "currency": "eur"}', p_sort => 'price_desc'), 'cups tasse', 'a price, bounds included');
select is(pg_temp.found(p_args => '{"rating": 4}'), 'cups', 'a rating');
select is(pg_temp.found(p_args => '{"rating": 3}', p_sort => 'rating'), 'cups cup', 'in its order');
select is(pg_temp.found(p_args => '{"shop": "beta-shop"}'), 'mug', 'a shop');
select is(pg_temp.found('teapot', p_args => '{"available": true}'), '', 'only what can be had');
select is(pg_temp.found(p_args => '{"category": "test-leaf", "country": "us"}', p_sort => 'newest'), 'cups cup', 'sold to a country');
select is(pg_temp.found(p_args => '{"category": "test-leaf", "country": "at"}', p_sort => 'newest'), 'tasse cups cup', 'or everywhere');
select is(pg_temp.found(p_args => '{"kind": "digital"}'), 'ebook', 'a kind');
select is(split_part(pg_temp.found(p_sort => 'sales'), ' ', 1), 'cups', 'what sold most');

-- Pages: every product once, in every order, at every size.
create function pg_temp.walk(p_query text, p_sort text, p_size integer)
returns text[]
language plpgsql
as $$
declare
  v_page jsonb;
  v_all text[] := '{}';
begin
  loop
    v_page := public.search_products(
      p_query, currency => 'eur', sort => p_sort, page_size => p_size, after => v_page ->> 'next'
    );
    v_all := v_all || array(select i ->> 'slug' from jsonb_array_elements(v_page -> 'items') as i);
    exit when v_page ->> 'next' is null or cardinality(v_all) > 100;
  end loop;
  return v_all;
end;
$$;
select is(
  pg_temp.walk(null, s, n), pg_temp.walk(null, s, 100), s || ' in pages of ' || n
) from unnest(array['relevance', 'newest', 'price_asc', 'price_desc', 'rating', 'sales']) as s, unnest(array[1, 2, 3]) as n;
select is(pg_temp.walk('blue or tasse or teapot', s, 1), pg_temp.walk('blue or tasse or teapot', s, 50), s || ', words, one by one')
from unnest(array['relevance', 'newest', 'price_asc', 'rating', 'sales']) as s;
select is(cardinality(pg_temp.walk(null, 'newest', 2)), 7, 'all seven are listed');

-- What a page shows.
select is(
  (public.search_products('cups') -> 'items' -> 0) - array['id', 'published_at', 'shop'],
  '{"slug": "cups", "kind": "physical", "image": null, "title": "Two blue cups", "category": {"name": "Geschirr", "slug": "test-leaf"}, "currency": "eur", "rating_avg": 4.50, "sales_count": 50, "is_available": true, "price_amount": 1700, "rating_count": 2}'::jsonb,
  'a card'
);
select is(public.search_products('taese') ->> 'match', 'similar', 'it says that a word was corrected');
select is(public.search_products('teapot zebra') ->> 'match', 'any_word', 'and that not all words were found');
select is(public.search_products('cup') - array['items', 'facets', 'next'], '{"match": "exact", "total": 2, "approximate": false}'::jsonb, 'counted');
select is(public.search_products('cup') ->> 'facets', null, 'facets cost something: on demand');
select is(
  public.search_products(category => 'test-root', facets => true) -> 'facets',
  '{"kind": {"physical": 4}, "price": [{"max": 999, "min": 0, "count": 1, "currency": "eur"}, {"max": 2499, "min": 1000, "count": 2, "currency": "eur"}, {"max": 4999, "min": 2500, "count": 1, "currency": "eur"}], "rating": {"1": 2, "2": 2, "3": 2, "4": 1}, "category": [{"name": "Geschirr", "slug": "test-leaf", "count": 3}, {"name": "Haushalt", "slug": "test-root", "count": 1}]}'::jsonb,
  'facets'
);

-- Refusals.
select is(tests.outcome(q), code, q) from (values
  ('select public.search_products(repeat(''a'', 201))', 'query_too_long'),
  ('select public.search_products(''-blue'')', 'query_needs_a_word'),
  ('select public.search_products(min_price => 1)', 'currency_required'),
  ('select public.search_products(sort => ''price_asc'')', 'currency_required'),
  ('select public.search_products(min_price => -1, currency => ''eur'')', 'invalid_price'),
  ('select public.search_products(min_price => 2, max_price => 1, currency => ''eur'')', 'invalid_price'),
  ('select public.search_products(currency => ''xxx'')', 'invalid_currency'),
  ('select public.search_products(kind => ''used'')', 'invalid_kind'),
  ('select public.search_products(min_rating => 6)', 'invalid_rating'),
  ('select public.search_products(min_rating => ''NaN'')', 'invalid_rating'),
  ('select public.search_products(category => ''none'')', 'category_not_found'),
  ('select public.search_products(shop => ''none'')', 'shop_not_found'),
  ('select public.search_products(country => ''deu'')', 'invalid_country'),
  ('select public.search_products(sort => ''id; drop'')', 'invalid_sort'),
  ('select public.search_products(page_size => 0)', 'invalid_page_size'),
  ('select public.search_products(page_size => 101)', 'invalid_page_size'),
  ('select public.search_products(after => ''x'')', 'invalid_cursor'),
  ('select public.search_products(after => '''')', 'invalid_cursor'),
  ('select public.search_products(after => ''e30'')', 'invalid_cursor'),
  ('select public.search_products(after => repeat(''e'', 600))', 'invalid_cursor'),
  ('select public.search_products(after => public.search_products(page_size => 1) ->> ''next'', sort => ''newest'')', 'invalid_cursor')
) as t (q, code);
select is(tests.outcome(format('select public.search_products(%L)', q)), 'ok', q) from unnest(array[
  'a & b | !c', ''':*', 'a:*b', '\', '''; drop table x', '%', '((a', 'or or or', '"unclosed', '"" - ""', 'ﷺ', '🦊', e'a\tb\u200b\u202e'
]) as q;

-- Signed in, the same; never what is not listed.
select tests.become('owner');
select is(pg_temp.found('draft'), '', 'not even one''s own draft');
select tests.become('owner');
select is(public.archive_product(tests.ref('teapot')) ->> 'status', 'archived', 'archived');
select tests.become_anon();
select is(pg_temp.found('teapot'), '', 'is gone at once, before its document is');
select tests.back();
select private.process_catalogue_changes();
select is((select count(*) from private.product_search where product_id = tests.ref('teapot')), 0::bigint, 'which follows');
select is((select count(*) from private.search_words where word in ('celadon', 'teapot')), 0::bigint, 'with its words');
select is((select documents from private.search_words where word = 'blue'), 2::bigint, 'words are counted');

-- What is renamed is found by its new name.
update public.shops set name = 'Wintergarten' where id = tests.ref('beta-shop');
update public.categories set name = 'Porzellan' where slug = 'test-leaf';
select private.process_catalogue_changes();
select tests.become_anon();
select is(pg_temp.found('wintergarten'), 'mug', 'a shop');
select is(pg_temp.found('porzellan', 'newest'), 'tasse cups cup', 'a category');
select is(pg_temp.found('geschirr'), '', 'not by its old one');

-- Tiers: thresholds follow, rows move, nothing is lost.
select tests.back();
create temp table was on commit drop as select count(*) as n from private.product_search;
update private.search_tiers set capacity = 2 where tier <= 1;
update private.product_search as s set score = n.place
from (select product_id, row_number() over (order by score, product_id) as place from private.product_search) as n
where n.product_id = s.product_id;
select cmp_ok(private.retier_search(), '>', 0, 'products are sorted into tiers');
select is((select count(*) from private.product_search where tier = 0), 2::bigint, 'two in the first');
select is((select count(*) from private.product_search where tier = 1), 2::bigint, 'two in the second');
select is((select count(*) from private.product_search), (select n from was), 'none is lost');
select is(private.retier_search(), 0, 'sorted once');
select tests.become_anon();
select is(pg_temp.walk(null, s, 2), pg_temp.walk(null, s, 100), s || ' over tiers')
from unnest(array['relevance', 'newest', 'price_asc', 'rating']) as s;

-- Suggestions.
select is(public.suggest_products('bl') -> 'products' -> 0 ->> 'slug', 'cups', 'two letters');
select is(public.suggest_products('blue cu') -> 'products' -> 1 ->> 'slug', 'cup', 'a word and a half');
select is(public.suggest_products('winter') -> 'shops' -> 0 ->> 'name', 'Wintergarten', 'a shop');
select is(public.suggest_products('Haus') -> 'categories' @> '[{"slug": "test-root", "name": "Haushalt"}]', true, 'a category');
select is(public.suggest_products('teapto') -> 'products', '[]'::jsonb, 'not what is gone');
select is(public.suggest_products('Bluw cup') -> 'products' -> 0 ->> 'slug', 'cups', 'a typo');
select is(public.suggest_products(q) ->> 'products', '[]', 'harmless: ' || q) from unnest(array['', ' ', '%', '_', '\', ''':*', '!', 'b']) as q;
select is(tests.outcome('select public.suggest_products(repeat(''a'', 201))'), 'query_too_long', 'too long');

select * from finish();
rollback;
