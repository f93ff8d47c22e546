-- Bulk import, the rules for rows: what is wrong, by line and column.

create or replace function private.import_columns()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array[
    'sku', 'product', 'title', 'description', 'kind', 'category', 'tags', 'options',
    'variant_title', 'price_amount', 'compare_at_amount', 'minimum_amount', 'currency', 'stock',
    'weight_grams', 'countries', 'status', 'variant_id'
  ];
$$;
comment on function private.import_columns() is
'Columns of an import and of export_products; variant_id is the export''s cursor and not looked at.';
revoke all on function private.import_columns() from public;

-- Cells as text, trimmed, '' as null.
create or replace function private.import_cells(p_rows jsonb)
returns table (
    line integer, cells integer, sku text, product text, title text, description text, kind text,
    category text, tags text, options text, variant_title text, price_amount text,
    compare_at_amount text, minimum_amount text, currency text, stock text, weight_grams text,
    countries text, status text
)
language sql
immutable
set search_path = ''
as $$
  select
    r.line, r.cells, nullif(btrim(r.sku), ''), nullif(btrim(r.product), ''),
    nullif(btrim(r.title), ''), nullif(btrim(r.description), ''), nullif(btrim(r.kind), ''),
    nullif(btrim(r.category), ''), nullif(btrim(r.tags), ''), nullif(btrim(r.options), ''),
    nullif(btrim(r.variant_title), ''), nullif(btrim(r.price_amount), ''),
    nullif(btrim(r.compare_at_amount), ''), nullif(btrim(r.minimum_amount), ''),
    nullif(btrim(r.currency), ''), nullif(btrim(r.stock), ''), nullif(btrim(r.weight_grams), ''),
    nullif(btrim(r.countries), ''), nullif(btrim(r.status), '')
  from jsonb_to_recordset(p_rows) as r (
    line integer, cells integer, sku text, product text, title text, description text, kind text,
    category text, tags text, options text, variant_title text, price_amount text,
    compare_at_amount text, minimum_amount text, currency text, stock text, weight_grams text,
    countries text, status text
  );
$$;
comment on function private.import_cells(jsonb) is 'Rows of a batch, by column.';
revoke all on function private.import_cells(jsonb) from public;

create or replace function private.import_options(p_text text)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when p_text is null then '{}'::jsonb
    when p_text ~ '^[^=|]{1,40}=[^=|]{1,40}(\|[^=|]{1,40}=[^=|]{1,40}){0,2}$' then (
      select case when count(*) = count(distinct btrim(split_part(o.part, '=', 1))) then
        jsonb_object_agg(btrim(split_part(o.part, '=', 1)), btrim(split_part(o.part, '=', 2)))
      end
      from unnest(string_to_array(p_text, '|')) as o (part)
    )
  end;
$$;
comment on function private.import_options(text) is
'"Size=L|Colour=red" as {"Size": "L", "Colour": "red"}; null if it is not of this form.';
revoke all on function private.import_options(text) from public;

create or replace function private.import_whole(p_text text, p_max bigint)
returns bigint
language sql
immutable
set search_path = ''
as $$
  -- Nine digits at most, or the cast below could overflow.
  select case when p_text ~ '^[0-9]{1,9}$' then
    case when p_text::bigint <= p_max then p_text::bigint end
  end;
$$;
comment on function private.import_whole(text, bigint) is
'A whole number from 0 to p_max (below 10^9), else null.';
revoke all on function private.import_whole(text, bigint) from public;

create or replace function private.import_uuid(p_text text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select case
    when p_text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then p_text::uuid
  end;
$$;
comment on function private.import_uuid(text) is 'The text as an id, or null.';
revoke all on function private.import_uuid(text) from public;

-- A row is looked at together with the variant and the product it names, and with the first row of
-- its product in this file, which speaks for the product: later rows of it only add variants.
create or replace function private.import_check(p_job public.import_jobs, p_rows jsonb)
returns table (line integer, column_name text, code text, message text)
language sql
stable
security definer
set search_path = ''
as $$
  with cells as materialized (
    select
      c.*, coalesce(c.product, 'sku:' || c.sku) as product_key,
      coalesce(v.product_id, p.id) as known_id, v.id as variant_id,
      v.price_amount as old_price, v.reserved as old_reserved, v.product_id as old_product_id,
      v.minimum_amount as old_minimum, v.options as old_options,
      row_number() over (partition by c.sku order by c.line) as sku_seen
    from private.import_cells(p_rows) as c
    left join lateral (
      select w.* from public.product_variants as w
      where w.shop_id = p_job.shop_id and w.sku = c.sku
      union all
      -- As the export names a variant that has no sku.
      select w.* from public.product_variants as w
      where w.shop_id = p_job.shop_id and w.id = private.import_uuid(c.sku) and w.sku is null
      limit 1
    ) as v on true
    left join public.products as p on p.shop_id = p_job.shop_id and p.slug = c.product
  ),
  known as materialized (
    select
      c.*, e.slug as old_slug, e.kind as old_kind, e.status as old_status, e.is_bundle,
      e.price_currency as old_currency, s.line is not null as sku_staged,
      f.kind as first_kind, f.currency as first_currency, f.options as first_options,
      f.line is null and row_number() over (partition by c.product_key order by c.line) = 1
        as is_first,
      first_value(c.kind) over w as batch_kind,
      first_value(c.currency) over w as batch_currency,
      first_value(c.options) over w as batch_options
    from cells as c
    left join public.products as e on e.id = c.known_id
    left join private.import_staged as s on s.job_id = p_job.id and s.sku = c.sku
    left join lateral (
      select t.line, t.kind, t.currency, t.options from private.import_staged as t
      where t.job_id = p_job.id and t.product_key = c.product_key
      order by t.line limit 1
    ) as f on true
    window w as (partition by c.product_key order by c.line)
  ),
  typed as materialized (
    select
      k.*,
      coalesce(k.old_kind::text, k.first_kind::text, k.batch_kind) as right_kind,
      coalesce(k.old_currency, k.first_currency, k.batch_currency) as right_currency,
      coalesce(private.import_whole(k.price_amount, 99999999), k.old_price) as price,
      private.import_options(k.options) as parsed_options,
      -- The names that this product's variants choose by.
      case
        when k.known_id is not null and (exists (
          select 1 from public.product_variants as v where v.product_id = k.known_id
        ) or exists (
          select 1 from public.product_options as o where o.product_id = k.known_id
        )) then array(
          select o.name from public.product_options as o where o.product_id = k.known_id order by o.name
        )
        when k.first_options is not null
          then array(select jsonb_object_keys(k.first_options) as name order by name)
        else array(
          select jsonb_object_keys(private.import_options(k.batch_options)) as name order by name
        )
      end as option_names
    from known as k
  )
, found as materialized (
  select t.line, e.column_name, e.code, e.message
  from typed as t
  cross join lateral (values
    (t.cells <> cardinality(p_job.columns), '', 'wrong_cell_count',
      format('%s cells, the header has %s.', t.cells, cardinality(p_job.columns))),
    (t.sku is null, 'sku', 'missing_value', 'Each row needs a sku.'),
    (char_length(t.sku) > 64 or t.sku ~ '[[:cntrl:]]', 'sku', 'invalid_value', '1 to 64 characters.'),
    (t.sku_staged or t.sku_seen > 1, 'sku', 'duplicate_sku', 'The sku comes twice in this file.'),
    (t.product !~ '^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$', 'product', 'invalid_value',
      'A slug: 1 to 80 of a-z, 0-9, hyphen.'),
    (t.product is not null and t.old_product_id is not null and t.product <> t.old_slug, 'product',
      'not_changeable', format('The sku belongs to the product "%s".', t.old_slug)),
    (t.known_id is null and t.is_first and t.title is null, 'title', 'missing_value',
      'A new product needs a title.'),
    (char_length(t.title) not between 2 and 140 or t.title ~ '[[:cntrl:]]', 'title', 'invalid_value',
      '2 to 140 characters.'),
    (char_length(t.description) > 20000, 'description', 'invalid_value', '20000 characters at most.'),
    (t.description ~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]' or t.title ~ '\ufffd'
      or concat(t.sku, t.variant_title, t.options, t.tags) ~ '\ufffd', '', 'invalid_characters',
      'A control character, or one that could not be read.'),
    (t.known_id is null and t.is_first and t.kind is null, 'kind', 'missing_value',
      'A new product needs a kind.'),
    (t.kind is not null and t.kind <> all(array['digital', 'physical', 'service']), 'kind',
      'invalid_value', 'digital, physical or service.'),
    (t.kind = any(array['digital', 'physical', 'service']) and t.kind <> t.right_kind, 'kind',
      'not_changeable', format('The product is %s.', t.right_kind)),
    (t.category is not null and not exists (
      select 1 from public.categories as c
      where c.path::text = replace(replace(t.category, '-', '_'), '/', '.')
    ), 'category', 'unknown_category', 'A path of slugs, such as books/cookbooks.'),
    (exists (
      select 1 from unnest(string_to_array(t.tags, '|')) as g (tag)
      where char_length(private.normalize_tag(g.tag)) not between 2 and 40
    ) or cardinality(string_to_array(t.tags, '|')) > 15, 'tags', 'invalid_value',
      'Up to 15, each 2 to 40 letters and digits, joined by |.'),
    (t.parsed_options is null or t.options ~ '[[:cntrl:]]', 'options', 'invalid_value',
      'Up to three name=choice, joined by |.'),
    ((t.variant_id is null or t.options is not null) and t.parsed_options is not null
      and array(select jsonb_object_keys(t.parsed_options) as name order by name)
      is distinct from t.option_names,
      'options', 'options_differ',
      format('The product''s variants choose by: %s.', coalesce(nullif(array_to_string(t.option_names, ', '), ''), 'nothing'))),
    (t.parsed_options <> '{}' and exists (
      select 1 from public.product_variants as v
      where v.product_id = t.known_id and v.options = t.parsed_options
        and v.id is distinct from t.variant_id
    ), 'options', 'duplicate_options', 'Another variant of the product has the same choices.'),
    (t.parsed_options <> '{}' and (exists (
      select 1 from private.import_staged as s
      where s.job_id = p_job.id and s.product_key = t.product_key and s.options = t.parsed_options
    ) or exists (
      select 1 from typed as u
      where u.product_key = t.product_key and u.line < t.line and u.parsed_options = t.parsed_options
    )), 'options', 'duplicate_options', 'Another row of the product has the same choices.'),
    (char_length(t.variant_title) > 80 or t.variant_title ~ '[[:cntrl:]]', 'variant_title',
      'invalid_value', '80 characters at most.'),
    (t.variant_id is null and t.price_amount is null, 'price_amount', 'missing_value',
      'A new variant needs a price.'),
    (t.price_amount is not null and coalesce(private.import_whole(t.price_amount, 99999999), 0) = 0,
      'price_amount', 'invalid_value', 'Minor units, a whole number from 1 to 99999999.'),
    (t.compare_at_amount is not null
      and private.import_whole(t.compare_at_amount, 99999999) is null,
      'compare_at_amount', 'invalid_value', 'Minor units, a whole number up to 99999999.'),
    (private.import_whole(t.compare_at_amount, 99999999) <= t.price, 'compare_at_amount',
      'not_above_price', 'The former price is higher than the price.'),
    (t.minimum_amount is not null and coalesce(private.import_whole(t.minimum_amount, 99999999), 0) = 0,
      'minimum_amount', 'invalid_value', 'Minor units, a whole number from 1.'),
    (coalesce(
      private.import_whole(t.minimum_amount, 99999999),
      case when 'minimum_amount' <> all(p_job.columns) then t.old_minimum end
    ) > t.price, 'minimum_amount', 'above_price', 'The minimum is not above the suggested price.'),
    (t.variant_id is null and t.right_currency is null, 'currency', 'missing_value',
      'A new product needs a currency.'),
    (t.currency is not null and not exists (
      select 1 from private.currencies as c where c.code = lower(t.currency)
    ), 'currency', 'invalid_value', 'A currency that is sold in, such as eur.'),
    (lower(t.currency) <> lower(t.right_currency), 'currency', 'not_changeable',
      format('The product''s prices are in %s.', t.right_currency)),
    (t.stock is not null and private.import_whole(t.stock, 999999999) is null, 'stock',
      'invalid_value', 'Pieces, a whole number; empty is unlimited.'),
    (private.import_whole(t.stock, 999999999) < t.old_reserved, 'stock', 'stock_below_reserved',
      format('Unpaid orders hold %s.', t.old_reserved)),
    (t.stock is null and 'stock' = any(p_job.columns) and t.old_reserved > 0, 'stock',
      'stock_below_reserved', format('Unpaid orders hold %s: give a number.', t.old_reserved)),
    (t.weight_grams is not null
      and coalesce(private.import_whole(t.weight_grams, 1000000), 0) = 0,
      'weight_grams', 'invalid_value', 'A whole number from 1 to 1000000.'),
    (t.weight_grams is not null and t.right_kind <> 'physical', 'weight_grams',
      'weight_not_allowed', 'Only physical products have a weight.'),
    (t.countries is not null and (
      t.countries !~ '^[A-Z]{2}(\|[A-Z]{2})*$' or char_length(t.countries) > 749
    ), 'countries', 'invalid_value', 'ISO 3166-1 codes joined by |; empty is everywhere.'),
    (t.status is not null and t.status <> all(array['draft', 'active', 'archived']), 'status',
      'invalid_value', 'draft, active or archived.'),
    (t.is_first and t.status = 'draft' and t.old_status <> 'draft', 'status', 'illegal_transition',
      format('The product is %s.', t.old_status)),
    (t.is_first and t.status = 'active' and t.old_status is distinct from 'active' and not exists (
      select 1 from public.shops as s where s.id = p_job.shop_id and s.status = 'active'
    ), 'status', 'shop_not_active', 'The shop is not open.'),
    (t.is_first and t.status = 'active' and t.old_status is distinct from 'active'
      and (coalesce(t.is_bundle, false) or t.right_kind = 'digital' and not exists (
        select 1 from public.product_files as f
        where f.product_id = t.known_id and f.status = 'ready'
      )), 'status', 'product_has_no_file', 'Publish digital products and bundles by themselves.')
  ) as e (wrong, column_name, code, message)
  where e.wrong
)
  select f.line, f.column_name, f.code, f.message from found as f
  union all
  select t.line, 'product', 'first_row_invalid',
    format('Line %s, the first of this product, is wrong.', b.line)
  from typed as t
  inner join typed as b on b.product_key = t.product_key and b.is_first
  where not t.is_first and b.line in (select f.line from found as f);
$$;
comment on function private.import_check(public.import_jobs, jsonb) is
'What is wrong in these rows. Codes: docs/errors.md, Bulk import.';
revoke all on function private.import_check(public.import_jobs, jsonb) from public;
