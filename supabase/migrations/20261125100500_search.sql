-- Search: text search configurations, the search documents, the vocabulary, the change log that
-- feeds both, and the queue that tells a storefront what to build anew.
set lock_timeout = '5s';

create extension if not exists unaccent with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists fuzzystrmatch with schema extensions;

-- Accents do not matter: the filtering dictionary takes them off before the stemmer or the plain
-- dictionary sees the word.
create text search configuration private.english (copy = pg_catalog.english);
alter text search configuration private.english
alter mapping for hword, hword_part, word with extensions.unaccent, pg_catalog.english_stem;
create text search configuration private.plain (copy = pg_catalog.simple);
alter text search configuration private.plain
alter mapping for hword, hword_part, word with extensions.unaccent, pg_catalog.simple;

create table private.product_search (
    product_id uuid not null,
    shop_id uuid not null,
    category_id uuid,
    kind public.product_kind not null,
    tier smallint not null check (tier between 0 and 5),
    score double precision not null,
    published_at timestamptz not null,
    price_amount bigint,
    currency text,
    rating_avg numeric(3, 2) not null,
    sales_count bigint not null,
    labels text[] not null,
    words text[] not null,
    document tsvector not null,
    primary key (product_id, tier)
) partition by list (tier);
comment on table private.product_search is
'What search_products reads: one row per listed product, kept by private.process_catalogue_changes. Partitioned by tier. No foreign key: the row of a product that is gone is removed a moment later, and its words with it.';
comment on column private.product_search.tier is
'0 holds the most popular; each next one four times as many. A search reads tier by tier until it has enough, so a common word costs no more at 10⁷ products than at 10⁴.';
comment on column private.product_search.score is
'Popularity: grows with sales and rating, and with the day of publication, so that it never has to decay.';
comment on column private.product_search.rating_avg is '0 where there is no rating.';
comment on column private.product_search.labels is
'Filters as words of one index: c:<category or ancestor> s:<shop> k:<kind> m:<currency> r:<stars> a (available) x:<country or *> p:<currency>:<price band>.';
comment on column private.product_search.words is
'The row''s share of private.search_words.';

-- A tier is a partition, so that the popular products lie side by side: as many pages at any size.
do $$
begin
  for v_tier in 0..5 loop
    execute format(
      'create table partitions.product_search_%1$s partition of private.product_search '
      'for values in (%1$s)', v_tier
    );
    execute format('alter table partitions.product_search_%s enable row level security', v_tier);
  end loop;
end;
$$;

-- Without a pending list: a search would have to read it whole.
create index on private.product_search using gin (document, labels) with (fastupdate = off);
create index on private.product_search (score, product_id);
create index on private.product_search (published_at, product_id);
create index on private.product_search (currency, price_amount, product_id);
create index on private.product_search (rating_avg, product_id);
create index on private.product_search (sales_count, product_id);

-- A seller's list, newest first: without it a shop of thousands is read whole for one page.
create index on public.products (shop_id, id);

create table private.search_tiers (
    tier smallint primary key,
    capacity integer not null check (capacity > 0),
    min_score double precision not null
);
comment on table private.search_tiers is
'How many products a tier is for, and the score from which one belongs there; kept by private.retier_search.';
insert into private.search_tiers (tier, capacity, min_score)
values
(0, 4000, '-infinity'), (1, 12000, '-infinity'), (2, 48000, '-infinity'),
(3, 192000, '-infinity'), (4, 768000, '-infinity'), (5, 2000000000, '-infinity');

create table private.search_words (
    word text primary key check (char_length(word) between 2 and 40),
    stem text not null,
    documents bigint not null
);
create index on private.search_words (stem);
create index on private.search_words using gin (word extensions.gin_trgm_ops);
create index search_words_prefix_idx on private.search_words (word text_pattern_ops);
comment on table private.search_words is
'Every word of a listed product''s title, tags, category and shop, and in how many products: what a mistyped word is compared with.';

create table private.shop_search (
    shop_id uuid primary key,
    name text collate "C" not null
);
-- In "C" a beginning is a range of the index, and its order the index' own.
create index on private.shop_search (name);
create index on private.shop_search using gin (name extensions.gin_trgm_ops);
comment on table private.shop_search is
'Names of open shops, without case and accents, for suggest_products.';

-- A log and not a set: an insert never waits for another transaction's, so it adds no deadlock.
create table private.catalogue_changes (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('product', 'shop', 'category')),
    entity_id uuid not null,
    spread_after uuid,
    created_at timestamptz not null default now()
);
comment on table private.catalogue_changes is
'What changed since the search documents and the storefront were last brought up to date; emptied by private.process_catalogue_changes every second.';
comment on column private.catalogue_changes.spread_after is
'The products of this shop or category whose ids are greater follow, some at a time; null: only the entity itself.';

create table private.revalidations (
    kind text not null check (kind in ('product', 'shop')),
    entity_id uuid not null,
    queued_at timestamptz not null default now(),
    primary key (kind, entity_id)
);
comment on table private.revalidations is
'Entities whose revalidation is queued and not yet begun: further changes until then add no call.';

select pgmq.create('revalidate');
insert into private.queues (name, max_attempts, base_delay, max_delay)
values ('revalidate', 12, '2 seconds', '15 minutes');
insert into private.periodic_tasks (name, function_name, every)
values
('bring search documents up to date', 'process_catalogue_changes', '1 second'),
('sort products into search tiers', 'retier_search', '10 minutes');

-- Contents of a request and of a result row, as the search functions hand them to each other.
create type private.search_filter as (
    query tsquery, labels text[], countries text[], bands text[], min_price bigint, -- noqa: LT01
    max_price bigint, currency text, min_rating numeric
);
create type private.search_hit as (
    product_id uuid, rank double precision, score double precision, published_at timestamptz,
    price_amount bigint, rating_avg numeric, sales_count bigint, category_id uuid,
    kind public.product_kind, currency text, is_result boolean
);
