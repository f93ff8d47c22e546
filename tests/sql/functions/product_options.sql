-- Options and variants, prices, weights, tags, images.
begin;
select no_plan();
select tests.world();

select tests.become('owner');
insert into public.products (shop_id, slug, title, kind) values (tests.ref('alpha-shop'), 'shirt', 'Shirt', 'physical');
select tests.remember('shirt', (select p.id from public.products as p where p.slug = 'shirt'));

create function pg_temp.add(p_options jsonb, p_more text default '')
returns text
language sql
as $$
  select tests.outcome(format(
    'insert into public.product_variants (product_id, price_amount, currency, options) values (%L, 1000, ''eur'', %L)',
    tests.ref('shirt'), p_options
  ));
$$;

select is(pg_temp.add('{"Size": "S"}'), 'invalid_options', 'no option without its declaration');
select is(
  tests.outcome(format('select public.set_product_options(%L, %L)', tests.ref('shirt'), o)),
  'invalid_product_options', 'not an option: ' || coalesce(o, 'null')
)
from unnest(array[
  null, '{}', '3', '[3]', '["a"]', '[{"name": "Size"}]', '[{"name": "Size", "choices": []}]', '[{"name": "Size", "choices": [1]}]',
  '[{"name": "Size", "choices": ["S", "S"]}]', '[{"name": "", "choices": ["S"]}]', '[{"name": 4, "choices": ["S"]}]',
  '[{"name": "a=b", "choices": ["S"]}]', '[{"name": "Size", "choices": ["a|b"]}]', '[{"name": "Size", "choices": {"a": "b"}}]',
  '[{"name": "A", "choices": ["S"]}, {"name": "A", "choices": ["S"]}]',
  '[{"name": "A", "choices": ["S"]}, {"name": "B", "choices": ["S"]}, {"name": "C", "choices": ["S"]}, {"name": "D", "choices": ["S"]}]'
]) as o;
select is(
  jsonb_array_length(public.set_product_options(
    tests.ref('shirt'), '[{"name": "Size", "choices": ["S", "M"]}, {"name": "Colour", "choices": ["red", "blue"]}]'
  )),
  2, 'two options'
);
select is(pg_temp.add('{"Size": "S", "Colour": "red"}'), 'ok', 'one choice each');
select is(pg_temp.add('{"Size": "S", "Colour": "red"}'), '23505', 'once');
select is(pg_temp.add('{"Size": "S"}'), 'invalid_options', 'not one of two');
select is(pg_temp.add('{}'), 'invalid_options', 'nor none');
select is(pg_temp.add('{"Size": "XL", "Colour": "red"}'), 'invalid_options', 'no choice that is not there');
select is(pg_temp.add('{"Size": ["S"], "Colour": "red"}'), 'invalid_options', 'a choice is text');
select is(pg_temp.add('{"Size": "S", "Colour": "red", "Extra": "1"}'), 'invalid_options', 'nor another option');
select is(pg_temp.add('[]'), 'invalid_options', 'an object');
select is(pg_temp.add('{"Size": "M", "Colour": "red"}'), 'ok', 'another one');
select is(
  tests.outcome(format('update public.product_variants set options = ''{"Size": "S", "Colour": "green"}'' where product_id = %L', tests.ref('shirt'))),
  'invalid_options', 'nor by an update'
);
select is(
  tests.outcome($$ select public.set_product_options(tests.ref('shirt'), '[{"name": "Size", "choices": ["S"]}, {"name": "Colour", "choices": ["red"]}]') $$),
  'option_in_use', 'a choice in use stays'
);
select is(
  tests.outcome($$ select public.set_product_options(tests.ref('shirt'), '[{"name": "Size", "choices": ["M", "S", "L"]}, {"name": "Colour", "choices": ["red"]}]') $$),
  'ok', 'one that is not used goes, new ones come'
);
select is(
  tests.outcome($$ select public.set_product_options(tests.ref('shirt'), '[{"name": "Size", "choices": ["M", "S"]}, {"name": "Colour", "choices": ["red"]}, {"name": "Cut", "choices": ["wide"]}]') $$),
  'ok', 'a draft gets another option'
);
select is(tests.outcome($$ select public.publish_product(tests.ref('shirt')) $$), 'variant_options_incomplete', 'and is not published half chosen');
update public.product_variants set options = options || '{"Cut": "wide"}' where product_id = tests.ref('shirt');
select is(tests.outcome($$ select public.publish_product(tests.ref('shirt')) $$), 'ok', 'once complete it is');
select is(
  tests.outcome($$ select public.set_product_options(tests.ref('shirt'), '[]') $$), 'option_in_use', 'a public product keeps its options'
);
select tests.become('staff');
select is(tests.outcome($$ select public.set_product_options(tests.ref('shirt'), '[]') $$), 'product_not_found', 'staff sets none');
select tests.become('seller');
select is(tests.outcome($$ select public.set_product_options(tests.ref('shirt'), '[]') $$), 'product_not_found', 'nor another seller');
select is(pg_temp.add('{}'), '42501', 'who learns nothing of it');

-- Price, currency, weight.
select tests.become('manager');
select is(
  tests.outcome(format('insert into public.product_variants (product_id, price_amount, currency) values (%L, 5, ''usd'')', tests.ref('poster'))),
  'currency_differs', 'one currency a product'
);
select is(
  tests.outcome(format('update public.product_variants set compare_at_amount = %s where id = %L', a, tests.ref('poster/v'))), e, 'compare at ' || a
)
from (values (1250, '23514'), (1000, '23514'), (1251, 'ok')) as t (a, e);
select is(
  tests.outcome(format('update public.product_variants set weight_grams = 300 where id = %L', tests.ref('ebook/v'))),
  'weight_not_allowed', 'a file weighs nothing'
);
select is(
  tests.outcome(format('update public.product_variants set weight_grams = 300 where id = %L', tests.ref('poster/v'))), 'ok', 'a poster does'
);
select is(tests.outcome(format('update public.product_variants set %s where id = %L', c, tests.ref('ebook/v'))), '23514', c)
from unnest(array[
  'pricing = ''pwyw''', 'minimum_amount = 5', 'pricing = ''pwyw'', minimum_amount = 0', 'pricing = ''pwyw'', minimum_amount = 1000'
]) as c;
select tests.back();
select is(
  (select count(*) from private.audit_log as a where a.entity = 'product_variants' and a.entity_id = tests.ref('poster/v')::text and a.new ? 'compare_at_amount'),
  1::bigint, 'a former price is audited like a price'
);

-- Deleting a variant.
select tests.become('manager');
select is(tests.outcome($$ select public.delete_variant(tests.ref('poster/v')) $$), 'product_has_no_variant', 'the last one stays');
insert into public.product_variants (product_id, price_amount, currency, title) values (tests.ref('poster'), 5, 'eur', 'small');
select is(tests.outcome($$ select public.delete_variant(tests.ref('poster/v')) $$), 'variant_in_use', 'so does one that was ordered');
select is(
  tests.outcome(format('select public.delete_variant(%L)', (select v.id from public.product_variants as v where v.title = 'small'))), 'ok', 'another goes'
);
select is(tests.outcome($$ select public.delete_variant(tests.ref('mug/v')) $$), 'variant_not_found', 'not another''s');

-- Tags.
insert into public.product_tags (product_id, tag) values (tests.ref('poster'), E'  Wall\u200b ART! '), (tests.ref('poster'), 'Ｆｕｌｌ－Ｗｉｄｔｈ'), (tests.ref('poster'), 'ÜBER');
select set_eq(
  format('select tag from public.product_tags where product_id = %L', tests.ref('poster')), array['wall-art', 'full-width', 'über'], 'in their normal form'
);
select is(tests.outcome(format('insert into public.product_tags (product_id, tag) values (%L, %L)', tests.ref('poster'), g)), 'invalid_tag', 'no tag')
from unnest(array['', '!', 'a', repeat('a', 41), E'\u202e\u200f']) as g;
select is(
  tests.outcome(format('insert into public.product_tags (product_id, tag) select %L, ''tag'' || n from generate_series(1, 13) as n', tests.ref('poster'))),
  'too_many_tags', 'fifteen at most'
);
select is(
  tests.outcome(format('insert into public.product_tags (product_id, tag) select %L, ''tag'' || n from generate_series(1, 12) as n', tests.ref('poster'))),
  'ok', 'and exactly'
);

-- Images.
insert into public.product_images (product_id, path)
select tests.ref('poster'), concat_ws('/', tests.ref('alpha-shop'), tests.ref('poster'), n || '.png') from generate_series(1, 20) as n;
select is(
  tests.outcome(format('insert into public.product_images (product_id, path) values (%L, %L)', tests.ref('poster'), concat_ws('/', tests.ref('alpha-shop'), tests.ref('poster'), '21.png'))),
  'too_many_images', 'twenty images'
);
select is(
  public.reorder_images(
    tests.ref('poster'),
    (select array_agg(i.id order by i.path like '%/20.png' desc, i.id) from public.product_images as i where i.product_id = tests.ref('poster'))
  ) #>> '{0,path}',
  concat_ws('/', tests.ref('alpha-shop'), tests.ref('poster'), '20.png'), 'in another order'
);
select is(tests.outcome(format('select public.reorder_images(%L, %L)', tests.ref('poster'), ids)), 'invalid_image_order', 'each of them once')
from (
  select array_agg(i.id) || min(i.id::text)::uuid as ids from public.product_images as i where i.product_id = tests.ref('poster')
  union all
  select '{}'
  union all
  select null
) as t;
select tests.become('staff');
select is(tests.outcome($$ select public.reorder_images(tests.ref('poster'), '{}') $$), 'product_not_found', 'staff arranges none');
select * from finish();
rollback;
