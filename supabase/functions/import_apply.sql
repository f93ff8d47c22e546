-- Bulk import, what becomes of checked rows: staged, then products and variants, by sku.

create or replace function private.import_stage(
    p_job public.import_jobs, p_rows jsonb, p_bad integer[]
)
returns void
language sql
security definer
set search_path = ''
as $$
  with cells as materialized (
    select c.*, coalesce(c.product, 'sku:' || c.sku) as product_key
    from private.import_cells(p_rows) as c
    where c.line <> all(p_bad)
  )
  insert into private.import_staged (
    job_id, line, sku, product_key, is_first, slug, title, description, kind, category_id, tags,
    options, variant_title, price_amount, compare_at_amount, minimum_amount, currency, stock,
    weight_grams, countries, wanted_status
  )
  select
    p_job.id, c.line, c.sku, c.product_key,
    row_number() over (partition by c.product_key order by c.line) = 1 and not exists (
      select 1 from private.import_staged as s
      where s.job_id = p_job.id and s.product_key = c.product_key
    ),
    c.product, c.title, c.description, c.kind::public.product_kind,
    (
      select g.id from public.categories as g
      where g.path::text = replace(replace(c.category, '-', '_'), '/', '.')
    ),
    array(
      select distinct private.normalize_tag(t.tag)
      from unnest(string_to_array(c.tags, '|')) as t (tag)
    ),
    private.import_options(c.options), c.variant_title, c.price_amount::bigint,
    c.compare_at_amount::bigint, c.minimum_amount::bigint, lower(c.currency), c.stock::integer,
    c.weight_grams::integer, string_to_array(c.countries, '|'), c.status::public.product_status
  from cells as c;
$$;
comment on function private.import_stage(public.import_jobs, jsonb, integer[]) is
'Keep the rows of a batch, all but the bad lines.';
revoke all on function private.import_stage(public.import_jobs, jsonb, integer[]) from public;

create or replace function private.import_resolve(p_job public.import_jobs, p_from_line integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Row by row through the indexes: a join may be planned over the whole shop, batch after batch.
  update private.import_staged as s
  set variant_id = coalesce(
    (
      select v.id from public.product_variants as v
      where v.shop_id = p_job.shop_id and v.sku = s.sku
    ),
    -- As the export names a variant that has no sku.
    (
      select v.id from public.product_variants as v
      where v.id = private.import_uuid(s.sku) and v.shop_id = p_job.shop_id and v.sku is null
    )
  )
  where s.job_id = p_job.id and s.line >= p_from_line;
  update private.import_staged as s
  set product_id = coalesce(
    (select v.product_id from public.product_variants as v where v.id = s.variant_id),
    (select p.id from public.products as p where p.shop_id = p_job.shop_id and p.slug = s.slug)
  )
  where s.job_id = p_job.id and s.line >= p_from_line;
  -- What is left is new: an id for each product, made by the row that speaks for it.
  update private.import_staged as s set product_id = private.uuid_v7()
  where s.job_id = p_job.id and s.line >= p_from_line and s.product_id is null and s.is_first;
  update private.import_staged as s
  set product_id = (
    select f.product_id from private.import_staged as f
    where f.job_id = p_job.id and f.product_key = s.product_key
    order by f.line limit 1
  )
  where s.job_id = p_job.id and s.line >= p_from_line and s.product_id is null;
end;
$$;
comment on function private.import_resolve(public.import_jobs, integer) is
'Which variant each staged row is, and of which product: by sku, by slug, or a new one.';
revoke all on function private.import_resolve(public.import_jobs, integer) from public;

create or replace function private.import_apply(p_job public.import_jobs, p_from_line integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- In everybody's order: shop, variants, products.
  perform 1 from public.shops as s where s.id = p_job.shop_id for share;
  perform private.import_resolve(p_job, p_from_line);
  perform 1 from public.product_variants as v
  where v.product_id in (
    select s.product_id from private.import_staged as s
    where s.job_id = p_job.id and s.line >= p_from_line
  )
  order by v.id for no key update;
  perform 1 from public.products as p
  where p.id in (
    select s.product_id from private.import_staged as s
    where s.job_id = p_job.id and s.line >= p_from_line
  )
  order by p.id for no key update;
  perform private.import_products(p_job, p_from_line);
  perform private.import_variants(p_job, p_from_line);
  perform private.import_statuses(p_job, p_from_line);
end;
$$;
comment on function private.import_apply(public.import_jobs, integer) is
'Make and change products and variants as the staged rows from this line on say.';
revoke all on function private.import_apply(public.import_jobs, integer) from public;

create or replace function private.import_products(p_job public.import_jobs, p_from_line integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.products as p
  set
    title = coalesce(s.title, p.title),
    description = case
      when 'description' = any(p_job.columns) then coalesce(s.description, '') else p.description
    end,
    category_id = case
      when 'category' = any(p_job.columns) then s.category_id else p.category_id
    end,
    countries = case
      when 'countries' = any(p_job.columns) then s.countries else p.countries
    end
  from private.import_staged as s
  where s.job_id = p_job.id and s.line >= p_from_line and s.is_first and p.id = s.product_id;
  insert into public.products (
    id, shop_id, slug, title, description, kind, category_id, countries
  )
  select
    s.product_id, p_job.shop_id,
    coalesce(
      s.slug,
      coalesce(nullif(private.slugify(s.title, 60), ''), 'product')
        || '-' || right(s.product_id::text, 12)
    ),
    s.title, coalesce(s.description, ''), s.kind,
    s.category_id, s.countries
  from private.import_staged as s
  where s.job_id = p_job.id and s.line >= p_from_line and s.is_first
    and not exists (select 1 from public.products as p where p.id = s.product_id);
  if 'tags' = any(p_job.columns) then
    delete from public.product_tags as t
    using private.import_staged as s
    where s.job_id = p_job.id and s.line >= p_from_line and s.is_first
      and t.product_id = s.product_id and t.tag <> all(s.tags);
    insert into public.product_tags (product_id, tag)
    select s.product_id, t.tag
    from private.import_staged as s
    cross join unnest(s.tags) as t (tag)
    where s.job_id = p_job.id and s.line >= p_from_line and s.is_first
    on conflict (product_id, tag) do nothing;
  end if;
  -- Options and choices that are new; none is taken away.
  insert into public.product_options as o (product_id, shop_id, name, choices)
  select c.product_id, p_job.shop_id, c.name, array_agg(c.choice order by c.first_line)
  from (
    select s.product_id, k.key as name, k.value as choice, min(s.line) as first_line
    from private.import_staged as s
    cross join lateral jsonb_each_text(s.options) as k
    where s.job_id = p_job.id and s.line >= p_from_line
    group by s.product_id, k.key, k.value
  ) as c
  group by c.product_id, c.name
  on conflict (product_id, name) do update
  set choices = o.choices || array(
    select e.choice from unnest(excluded.choices) with ordinality as e (choice, n)
    where e.choice <> all(o.choices) order by e.n
  );
end;
$$;
comment on function private.import_products(public.import_jobs, integer) is
'Products of the staged rows, their tags and options.';
revoke all on function private.import_products(public.import_jobs, integer) from public;

create or replace function private.import_variants(p_job public.import_jobs, p_from_line integer)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.product_variants as v
  set
    sku = s.sku,
    title = case
      when 'variant_title' = any(p_job.columns) then coalesce(s.variant_title, '') else v.title
    end,
    price_amount = coalesce(s.price_amount, v.price_amount),
    compare_at_amount = case
      when 'compare_at_amount' = any(p_job.columns) then s.compare_at_amount
      -- A former price that the new one has overtaken is none any more.
      when v.compare_at_amount > coalesce(s.price_amount, v.price_amount) then v.compare_at_amount
    end,
    minimum_amount = case
      when 'minimum_amount' = any(p_job.columns) then s.minimum_amount else v.minimum_amount
    end,
    pricing = case
      when 'minimum_amount' <> all(p_job.columns) then v.pricing
      when s.minimum_amount is null then 'fixed'::public.variant_pricing
      else 'pwyw'::public.variant_pricing
    end,
    stock = case when 'stock' = any(p_job.columns) then s.stock else v.stock end,
    weight_grams = case
      when 'weight_grams' = any(p_job.columns) then s.weight_grams else v.weight_grams
    end,
    options = case when s.options <> '{}' then s.options else v.options end
  from private.import_staged as s
  where s.job_id = p_job.id and s.line >= p_from_line and v.id = s.variant_id;
  insert into public.product_variants (
    product_id, title, sku, price_amount, compare_at_amount, minimum_amount, pricing, currency,
    stock, weight_grams, options, position
  )
  select
    s.product_id, coalesce(s.variant_title, ''), s.sku, s.price_amount, s.compare_at_amount,
    s.minimum_amount,
    case when s.minimum_amount is null then 'fixed' else 'pwyw' end::public.variant_pricing,
    coalesce(s.currency, p.price_currency, f.currency), s.stock, s.weight_grams, s.options,
    least(row_number() over (partition by s.product_id order by s.line), 32767)
  from private.import_staged as s
  inner join public.products as p on p.id = s.product_id
  left join lateral (
    select t.currency from private.import_staged as t
    where t.job_id = p_job.id and t.product_key = s.product_key and t.currency is not null
    order by t.line limit 1
  ) as f on true
  where s.job_id = p_job.id and s.line >= p_from_line and s.variant_id is null
  order by s.line;
end;
$$;
comment on function private.import_variants(public.import_jobs, integer) is
'Variants of the staged rows, by sku.';
revoke all on function private.import_variants(public.import_jobs, integer) from public;

create or replace function private.import_statuses(p_job public.import_jobs, p_from_line integer)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.products as p
  set
    status = s.wanted_status, publish_at = null,
    published_at = case
      when s.wanted_status = 'active' then coalesce(p.published_at, now()) else p.published_at
    end
  from private.import_staged as s
  where s.job_id = p_job.id and s.line >= p_from_line and s.is_first
    and p.id = s.product_id and p.status <> s.wanted_status;
$$;
comment on function private.import_statuses(public.import_jobs, integer) is
'Publish and archive as the staged rows say.';
revoke all on function private.import_statuses(public.import_jobs, integer) from public;
