-- Bulk import and export: rules by line and column, both modes, repetition, round trip.
begin;
select no_plan();
select tests.world();

-- A job whose file has this header, running.
create function pg_temp.job(p_mode public.import_mode, p_columns jsonb)
returns boolean
language plpgsql
as $$
declare
  v_taken boolean;
begin
  perform tests.become('manager');
  perform tests.remember('job', (public.begin_import(tests.ref('alpha-shop'), p_mode) ->> 'job_id')::uuid);
  perform tests.back();
  insert into storage.objects (bucket_id, name, metadata)
  values ('imports', tests.ref('alpha-shop') || '/' || tests.ref('job') || '.csv', '{"size": 1000}');
  perform tests.become('manager');
  perform public.start_import(tests.ref('job'));
  perform tests.become_role('agora_workers');
  perform private.import_begin(tests.ref('job'));
  v_taken := private.import_header(tests.ref('job'), p_columns);
  perform tests.back();
  return v_taken;
end;
$$;
-- Rows from line 2 on, or from a later one.
create function pg_temp.rows(p_rows jsonb, p_line integer default 2)
returns boolean
language plpgsql
as $$
declare
  v_taken boolean;
begin
  perform tests.become_role('agora_workers');
  v_taken := private.import_rows(
    tests.ref('job'),
    (
      select jsonb_agg(jsonb_build_object(
        'line', r.n + p_line - 1, 'cells', (select count(*) from jsonb_object_keys(r.value))
      ) || r.value)
      from jsonb_array_elements(p_rows) with ordinality as r (value, n)
    ),
    500
  );
  perform tests.back();
  return v_taken;
end;
$$;
create function pg_temp.finish()
returns text
language plpgsql
as $$
declare
  v_state text;
begin
  perform tests.become_role('agora_workers');
  v_state := private.import_finish(tests.ref('job'));
  perform tests.back();
  return v_state;
end;
$$;
-- The codes that one row of a file of its own gets, 'column:code'.
create function pg_temp.wrong(p_row jsonb)
returns text
language plpgsql
as $$
declare
  v_found text;
begin
  perform pg_temp.job('best_effort', (select jsonb_agg(k) from jsonb_object_keys(p_row) as k));
  perform pg_temp.rows(jsonb_build_array(p_row));
  perform pg_temp.finish();
  select string_agg(e.column_name || ':' || e.code, ' ' order by e.column_name, e.code) into v_found
  from public.import_errors as e where e.job_id = tests.ref('job');
  return v_found;
end;
$$;
create function pg_temp.job_is()
returns text
language sql
as $$
  select concat_ws(' ', j.state, j.rows_seen, j.rows_ok, j.rows_failed, j.error_count, j.problem)
  from public.import_jobs as j where j.id = tests.ref('job');
$$;

-- The job.
select tests.become('staff');
select is(tests.outcome($$ select public.begin_import(tests.ref('alpha-shop')) $$), 'shop_not_found', 'staff imports nothing');
select tests.become('seller');
select is(tests.outcome($$ select public.begin_import(tests.ref('alpha-shop')) $$), 'shop_not_found', 'nor another seller');
select tests.become('owner');
select tests.remember('job', (public.begin_import(tests.ref('alpha-shop')) ->> 'job_id')::uuid);
select is(tests.outcome($$ select public.start_import(tests.ref('job')) $$), 'upload_missing', 'not before the file is there');
select is(private.may_import(tests.ref('alpha-shop') || '/' || tests.ref('job') || '.csv'), true, 'which goes where it was announced');
select is(private.may_import(tests.ref('alpha-shop') || '/other.csv'), false, 'and nowhere else');
select public.begin_import(tests.ref('alpha-shop')) from generate_series(1, 4);
select is(tests.outcome($$ select public.begin_import(tests.ref('alpha-shop')) $$), 'too_many_imports', 'five at once');
select tests.become('seller');
select is(private.may_import(tests.ref('alpha-shop') || '/' || tests.ref('job') || '.csv'), false, 'nor does another seller upload');
select is(tests.outcome($$ select public.start_import(tests.ref('job')) $$), 'import_not_found', 'start it');
select is(tests.outcome($$ select public.cancel_import(tests.ref('job')) $$), 'import_not_found', 'or cancel it');
select tests.become('manager');
select is(public.cancel_import(j.id) ->> 'state', 'cancelled', 'a manager does') from public.import_jobs as j;

-- The header.
select is(pg_temp.job('best_effort', '["sku", "colour"]'), false, 'no unknown column');
select is(pg_temp.job_is(), 'failed 0 0 0 1 unknown_column', 'which ends it');
select is(pg_temp.job('best_effort', '["sku", "title", "sku"]'), false, 'none twice');
select is(pg_temp.job('best_effort', '["title"]'), false, 'and the sku');
select is(pg_temp.job_is(), 'failed 0 0 0 1 missing_column', 'must be there');

-- The rules.
select is(pg_temp.wrong(r), w, coalesce(w, 'right') || ' ' || r)
from (values
  ('{"sku": "ok-1", "title": "Right", "kind": "physical", "price_amount": "100", "currency": "EUR"}'::jsonb, null),
  ('{"sku": "x"}', 'currency:missing_value kind:missing_value price_amount:missing_value title:missing_value'),
  ('{"sku": "", "title": "No sku", "kind": "physical", "price_amount": "100", "currency": "eur"}', 'sku:missing_value'),
  ('{"sku": "x", "title": "a", "kind": "thing", "price_amount": "0", "currency": "xyz"}',
    'currency:invalid_value kind:invalid_value price_amount:invalid_value title:invalid_value'),
  ('{"sku": "x", "title": "Price", "kind": "physical", "price_amount": "1.50", "currency": "eur"}', 'price_amount:invalid_value'),
  ('{"sku": "x", "title": "Price", "kind": "physical", "price_amount": "99999999999999999999", "currency": "eur"}', 'price_amount:invalid_value'),
  ('{"sku": "x", "title": "Price", "kind": "physical", "price_amount": "-5", "currency": "eur"}', 'price_amount:invalid_value'),
  ('{"sku": "x", "title": "Was", "kind": "physical", "price_amount": "100", "currency": "eur", "compare_at_amount": "100"}', 'compare_at_amount:not_above_price'),
  ('{"sku": "x", "title": "Min", "kind": "physical", "price_amount": "100", "currency": "eur", "minimum_amount": "101"}', 'minimum_amount:above_price'),
  ('{"sku": "x", "title": "Stock", "kind": "physical", "price_amount": "100", "currency": "eur", "stock": "many"}', 'stock:invalid_value'),
  ('{"sku": "x", "title": "Weight", "kind": "service", "price_amount": "100", "currency": "eur", "weight_grams": "5"}', 'weight_grams:weight_not_allowed'),
  ('{"sku": "x", "title": "Category", "kind": "service", "price_amount": "100", "currency": "eur", "category": "books/none"}', 'category:unknown_category'),
  ('{"sku": "x", "title": "Tags", "kind": "service", "price_amount": "100", "currency": "eur", "tags": "good|!"}', 'tags:invalid_value'),
  ('{"sku": "x", "title": "Countries", "kind": "service", "price_amount": "100", "currency": "eur", "countries": "DE|Austria"}', 'countries:invalid_value'),
  ('{"sku": "x", "title": "Options", "kind": "service", "price_amount": "100", "currency": "eur", "options": "Size"}', 'options:invalid_value'),
  ('{"sku": "x", "title": "Status", "kind": "service", "price_amount": "100", "currency": "eur", "status": "gone"}', 'status:invalid_value'),
  ('{"sku": "x", "title": "Status", "kind": "digital", "price_amount": "100", "currency": "eur", "status": "active"}', 'status:product_has_no_file'),
  ('{"sku": "x", "product": "No Slug", "title": "Slug", "kind": "digital", "price_amount": "100", "currency": "eur"}', 'product:invalid_value'),
  ('{"sku": "x", "title": "Bell \u0007", "kind": "digital", "price_amount": "100", "currency": "eur"}', 'title:invalid_value'),
  ('{"sku": "x", "title": "Zero \ufffd", "kind": "digital", "price_amount": "100", "currency": "eur"}', ':invalid_characters'),
  ('{"sku": "x", "product": "ebook", "kind": "physical", "price_amount": "100"}', 'kind:not_changeable'),
  ('{"sku": "x", "product": "ebook", "currency": "usd", "price_amount": "100"}', 'currency:not_changeable'),
  ('{"sku": "x", "product": "ebook", "price_amount": "100", "options": "Size=L"}', 'options:options_differ'),
  ('{"sku": "x", "product": "ebook", "price_amount": "100", "status": "draft"}', 'status:illegal_transition')
) as t (r, w);

-- All or nothing.
select is(pg_temp.job('all_or_nothing', '["sku", "product", "title", "kind", "price_amount", "currency", "options", "stock", "tags", "category", "status"]'), true, 'a file');
select pg_temp.rows('[
  {"sku": "t-s", "product": "tee", "title": "Tee", "kind": "physical", "price_amount": "1500", "currency": "eur", "options": "Size=S|Colour=red", "stock": "3", "tags": "Cotton|summer wear", "category": "clothing/shirts", "status": "active"},
  {"sku": "t-m", "product": "tee", "title": "", "kind": "", "price_amount": "1600", "currency": "", "options": "Size=M|Colour=red", "stock": "0", "tags": "", "category": "", "status": ""},
  {"sku": "t-m", "product": "tee", "title": "", "kind": "", "price_amount": "1600", "currency": "", "options": "Size=L|Colour=red", "stock": "", "tags": "", "category": "", "status": ""},
  {"sku": "t-x", "product": "tee", "title": "", "kind": "", "price_amount": "1600", "currency": "", "options": "Size=S|Colour=red", "stock": "", "tags": "", "category": "", "status": ""}
]');
select is(pg_temp.finish(), 'failed', 'one wrong row');
select is(pg_temp.job_is(), 'failed 4 2 2 2 rows_invalid', 'fails the whole');
select results_eq(
  $$ select line, column_name, code from public.import_errors where job_id = tests.ref('job') order by line $$,
  $$ values (4, 'sku', 'duplicate_sku'), (5, 'options', 'duplicate_options') $$, 'by line and column'
);
select is_empty('select 1 from public.products where slug = ''tee''', 'nothing is imported');
select is_empty('select 1 from private.import_staged', 'nor left over');

create function pg_temp.tee()
returns void
language sql
as $$
  select pg_temp.job('all_or_nothing', '["sku", "product", "title", "kind", "price_amount", "currency", "options", "stock", "tags", "category", "status"]');
  select pg_temp.rows('[
    {"sku": "t-s", "product": "tee", "title": "Tee", "kind": "physical", "price_amount": "1500", "currency": "eur", "options": "Size=S|Colour=red", "stock": "3", "tags": "Cotton|summer wear", "category": "clothing/shirts", "status": "active"}
  ]');
  -- The same product in a later batch; the first one comes again, as after a lost answer.
  select pg_temp.rows('[
    {"sku": "t-s", "product": "tee", "title": "Again", "kind": "physical", "price_amount": "1", "currency": "eur", "options": "Size=S|Colour=red", "stock": "3", "tags": "", "category": "", "status": ""}
  ]');
  select pg_temp.rows('[
    {"sku": "t-m", "product": "tee", "title": "", "kind": "", "price_amount": "1600", "currency": "", "options": "Size=M|Colour=red", "stock": "", "tags": "", "category": "", "status": ""}
  ]', 3);
$$;
select pg_temp.tee();
select is_empty('select 1 from public.products where slug = ''tee''', 'nothing before the end');
select is(pg_temp.finish(), 'done', 'then');
select is(pg_temp.job_is(), 'done 2 2 0 0', 'everything');
create function pg_temp.tees()
returns setof text
language sql
as $$
  select concat_ws(' ', p.title, p.status, p.is_listed, p.min_price_amount, v.sku, v.price_amount, v.stock, v.options, c.path, o.choices, t.tag, v.is_listed, t.is_listed)
  from public.products as p
  inner join public.product_variants as v on v.product_id = p.id
  inner join public.categories as c on c.id = p.category_id
  inner join public.product_options as o on o.product_id = p.id and o.name = 'Size'
  inner join public.product_tags as t on t.product_id = p.id and t.tag = 'summer-wear'
  where p.slug = 'tee' order by v.position;
$$;
create function pg_temp.wanted()
returns setof text
language sql
as $$
  values
  ('Tee active t 1500 t-s 1500 3 {"Size": "S", "Colour": "red"} clothing.shirts {S,M} summer-wear t t'),
  ('Tee active t 1500 t-m 1600 {"Size": "M", "Colour": "red"} clothing.shirts {S,M} summer-wear t t');
$$;
select results_eq('select * from pg_temp.tees()', 'select * from pg_temp.wanted()', 'products, variants, options, tags, listed');
select is((select count(*) from public.product_tags as t inner join public.products as p on p.id = t.product_id where p.slug = 'tee'), 2::bigint, 'two tags');
select pg_temp.tee();
select is(pg_temp.finish(), 'done', 'again');
select results_eq('select * from pg_temp.tees()', 'select * from pg_temp.wanted()', 'changes nothing');
select is((select count(*) from public.products as p where p.title = 'Tee'), 1::bigint, 'one product');

-- Best effort; columns that are not there are left as they are.
select pg_temp.job('best_effort', '["sku", "price_amount"]');
select pg_temp.rows('[{"sku": "t-s", "price_amount": "1400"}, {"sku": "t-m", "price_amount": "none"}, {"sku": "new", "price_amount": "5"}]');
select is(pg_temp.job_is(), 'running 3 1 2 4', 'progress is seen');
select results_eq('select price_amount, stock from public.product_variants where sku = ''t-s''', 'values (1400::bigint, 3)', 'right rows at once');
select is(pg_temp.finish(), 'done', 'done');
select is_empty('select 1 from public.product_variants where sku = ''new''', 'wrong ones not');
select pg_temp.job('best_effort', '["sku", "stock", "title"]');
select pg_temp.rows('[{"sku": "t-s", "stock": "7"}]');
select results_eq($$ select code from public.import_errors where job_id = tests.ref('job') $$, array['wrong_cell_count'], 'a row has as many cells as the header');

-- Stock that unpaid orders hold.
select tests.back();
update public.product_variants set sku = 'poster' where id = tests.ref('poster/v');
select tests.add_to_cart('stranger', 'poster', 5);
select tests.check_out('stranger', 'holds');
select is(pg_temp.wrong('{"sku": "poster", "stock": "4"}'), 'stock:stock_below_reserved', 'not below what is held');
select is(pg_temp.wrong('{"sku": "poster", "stock": ""}'), 'stock:stock_below_reserved', 'nor unlimited');
select is(pg_temp.wrong('{"sku": "poster", "stock": "5"}'), null, 'but exactly');

-- The first row of a product speaks for it.
select pg_temp.job('best_effort', '["sku", "product", "title", "kind", "price_amount", "currency"]');
select pg_temp.rows('[
  {"sku": "f-1", "product": "first", "title": "x", "kind": "physical", "price_amount": "5", "currency": "eur"},
  {"sku": "f-2", "product": "first", "title": "", "kind": "", "price_amount": "5", "currency": ""}
]');
select set_eq($$ select line, code from public.import_errors where job_id = tests.ref('job') $$, $$ values (2, 'invalid_value'), (3, 'first_row_invalid') $$, 'and takes the others with it');

-- Errors are counted, and the first thousand kept.
select pg_temp.job('best_effort', '["sku", "price_amount"]');
select pg_temp.rows((select jsonb_agg(jsonb_build_object('sku', 't-s', 'price_amount', 'x')) from generate_series(1, 1200)));
select is((select count(*) from public.import_errors as e where e.job_id = tests.ref('job')), 1000::bigint, 'a thousand errors');
select is(pg_temp.job_is(), 'running 1200 0 1200 3598', 'of all that are counted');
select tests.become('manager');
select is(public.cancel_import(tests.ref('job')) ->> 'state', 'cancelled', 'cancelled meanwhile');
select is(pg_temp.rows('[{"sku": "t-s", "price_amount": "1"}]', 3000), false, 'the worker hears of it');
select is(pg_temp.finish(), 'cancelled', 'and ends nothing twice');

-- Another shop's skus are its own.
select tests.back();
update public.product_variants set sku = 'mug' where id = tests.ref('mug/v');
select is(pg_temp.wrong('{"sku": "mug", "price_amount": "1"}'), 'currency:missing_value kind:missing_value title:missing_value', 'another shop''s sku is a new one here');
select is((select v.price_amount from public.product_variants as v where v.id = tests.ref('mug/v')), 777::bigint, 'and untouched');

-- Export, and back.
select tests.become('staff');
select is(tests.outcome($$ select public.export_products(tests.ref('alpha-shop')) $$), 'shop_not_found', 'staff exports nothing');
select tests.become('manager');
create temp table exported on commit drop as select * from public.export_products(tests.ref('alpha-shop'));
grant select on exported to public;
select is((select count(*) from exported), (select count(*) from public.product_variants as v where v.shop_id = tests.ref('alpha-shop')), 'every variant');
select results_eq($$ select product, options, category, tags, status from exported where sku = 't-m' $$, $$ values ('tee', 'Colour=red|Size=M', 'clothing/shirts', 'cotton|summer-wear', 'active') $$, 'as an import has it');
select is((select count(*) from public.export_products(tests.ref('alpha-shop'), null, 2)), 2::bigint, 'by pages');
select is(
  (select max(n.variant_id::text) from public.export_products(tests.ref('alpha-shop'), (select e.variant_id from exported as e order by e.variant_id limit 1)) as n),
  (select max(e.variant_id::text) from exported as e), 'to the end'
);
create temp table before on commit drop as
select p.id, p.updated_at, to_jsonb(p) - array['updated_at'] as product from public.products as p where p.shop_id = tests.ref('alpha-shop');
select tests.back();
select pg_temp.job('all_or_nothing', (select jsonb_agg(k) from jsonb_object_keys((select to_jsonb(e.*) from exported as e order by e.variant_id limit 1)) as k));
select pg_temp.rows((
  select jsonb_agg((select jsonb_object_agg(k.key, coalesce(k.value, '')) from jsonb_each_text(to_jsonb(e.*)) as k) order by e.variant_id) from exported as e
));
select is(pg_temp.finish(), 'done', 'what was exported is imported');
select results_eq(
  $$ select to_jsonb(p) - array['updated_at'] from public.products as p where p.shop_id = tests.ref('alpha-shop') order by p.id $$,
  $$ select product from before order by id $$, 'and nothing is different'
);
select tests.become('manager');
select results_eq(
  $$ select to_jsonb(e) from public.export_products(tests.ref('alpha-shop')) as e order by e.variant_id $$,
  $$ select to_jsonb(e) from exported as e order by e.variant_id $$, 'nor is the next export'
);
select * from finish();
rollback;
