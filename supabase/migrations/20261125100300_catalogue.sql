-- The catalogue: categories, tags, options, bundles, pay what you want, countries, scheduled
-- publishing, previews, new versions of files, bulk import.
set lock_timeout = '5s';

create extension if not exists ltree with schema extensions;

-- --- categories ------------------------------------------------------------------------------

create table public.categories (
    id uuid primary key default private.uuid_v7(),
    parent_id uuid references public.categories (id) on delete restrict,
    slug text not null check (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$'),
    name text not null check (char_length(name) between 2 and 60 and name !~ '[[:cntrl:]]'),
    path extensions.ltree not null unique,
    position smallint not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint categories_parent_check check (parent_id <> id)
);
create index on public.categories (parent_id);
create index categories_path_idx on public.categories using gist (path);
comment on table public.categories is
'The category tree, for everyone to read. Written by administrators: save_category, move_category, delete_category.';
comment on column public.categories.path is
'The slugs from the root down, hyphens as underscores; kept by a trigger. Subtree: path <@ another''s path (PostgREST: path=cd.books).';

insert into public.categories (path, slug, name, position)
select c.path::extensions.ltree, c.slug, c.name, c.position
from (
    values
('art', 'art', 'Art', 0),
('art.illustrations', 'illustrations', 'Illustrations', 0),
('art.paintings', 'paintings', 'Paintings', 1),
('art.photography', 'photography', 'Photography', 2),
('art.posters_prints', 'posters-prints', 'Posters & prints', 3),
('art.sculpture', 'sculpture', 'Sculpture', 4),
('audio', 'audio', 'Audio', 1),
('audio.loops_samples', 'loops-samples', 'Loops & samples', 0),
('audio.music', 'music', 'Music', 1),
('audio.sound_effects', 'sound-effects', 'Sound effects', 2),
('books', 'books', 'Books', 2),
('books.children', 'children', 'Children''s books', 0),
('books.comics', 'comics', 'Comics', 1),
('books.cookbooks', 'cookbooks', 'Cookbooks', 2),
('books.fiction', 'fiction', 'Fiction', 3),
('books.non_fiction', 'non-fiction', 'Non-fiction', 4),
('books.poetry', 'poetry', 'Poetry', 5),
('books.textbooks', 'textbooks', 'Textbooks', 6),
('clothing', 'clothing', 'Clothing', 3),
('clothing.accessories', 'accessories', 'Accessories', 0),
('clothing.children', 'children', 'Children''s clothing', 1),
('clothing.hats', 'hats', 'Hats', 2),
('clothing.shirts', 'shirts', 'Shirts', 3),
('clothing.shoes', 'shoes', 'Shoes', 4),
('courses', 'courses', 'Courses', 4),
('courses.business', 'business', 'Business', 0),
('courses.crafts', 'crafts', 'Crafts', 1),
('courses.languages', 'languages', 'Languages', 2),
('courses.music', 'music', 'Music lessons', 3),
('courses.programming', 'programming', 'Programming', 4),
('craft_supplies', 'craft-supplies', 'Craft supplies', 5),
('craft_supplies.fabric', 'fabric', 'Fabric', 0),
('craft_supplies.patterns', 'patterns', 'Patterns', 1),
('craft_supplies.ropes_cords', 'ropes-cords', 'Ropes & cords', 2),
('craft_supplies.tools', 'tools', 'Tools', 3),
('craft_supplies.yarn', 'yarn', 'Yarn', 4),
('food_drink', 'food-drink', 'Food & drink', 6),
('food_drink.baking', 'baking', 'Baking', 0),
('food_drink.coffee_tea', 'coffee-tea', 'Coffee & tea', 1),
('food_drink.preserves', 'preserves', 'Preserves', 2),
('games', 'games', 'Games', 7),
('games.board_games', 'board-games', 'Board games', 0),
('games.puzzles', 'puzzles', 'Puzzles', 1),
('games.role_playing', 'role-playing', 'Role-playing games', 2),
('home', 'home', 'Home', 8),
('home.bath', 'bath', 'Bath', 0),
('home.candles', 'candles', 'Candles', 1),
('home.furniture', 'furniture', 'Furniture', 2),
('home.kitchen', 'kitchen', 'Kitchen', 3),
('home.kitchen.ceramics', 'ceramics', 'Ceramics', 0),
('home.kitchen.knives', 'knives', 'Knives', 1),
('home.textiles', 'textiles', 'Textiles', 4),
('jewellery', 'jewellery', 'Jewellery', 9),
('jewellery.earrings', 'earrings', 'Earrings', 0),
('jewellery.necklaces', 'necklaces', 'Necklaces', 1),
('jewellery.rings', 'rings', 'Rings', 2),
('plants_garden', 'plants-garden', 'Plants & garden', 10),
('plants_garden.garden_tools', 'garden-tools', 'Garden tools', 0),
('plants_garden.seeds', 'seeds', 'Seeds', 1),
('services', 'services', 'Services', 11),
('services.coaching', 'coaching', 'Coaching', 0),
('services.editing', 'editing', 'Editing & proofreading', 1),
('services.repairs', 'repairs', 'Repairs', 2),
('software', 'software', 'Software', 12),
('software.fonts', 'fonts', 'Fonts', 0),
('software.plug_ins', 'plug-ins', 'Plug-ins', 1),
('software.templates', 'templates', 'Templates', 2)
) as c (path, slug, name, position);
update public.categories as c set parent_id = p.id
from public.categories as p
where extensions.nlevel(c.path) > 1
    and p.path::text = extensions.subpath(c.path, 0, -1)::text;

-- --- products --------------------------------------------------------------------------------

create type public.variant_pricing as enum ('fixed', 'pwyw');

alter table public.products
add column category_id uuid references public.categories (id) on delete restrict,
add column is_bundle boolean not null default false,
add column countries text[],
add column publish_at timestamptz,
add column publish_problem text,
add column rating_count integer not null default 0 check (rating_count >= 0),
add column rating_sum bigint not null default 0 check (rating_sum >= 0),
add column rating_avg numeric(3, 2) generated always as (
    case when rating_count > 0 then round(rating_sum::numeric / rating_count, 2) end
) stored,
add column sales_count bigint not null default 0 check (sales_count >= 0),
add column min_price_amount bigint,
add column price_currency text references private.currencies (code),
add column is_available boolean not null default false,
add constraint products_countries_check check (
    countries is null or (
        cardinality(countries) between 1 and 250
        and array_to_string(countries, ',', '') ~ '^[A-Z]{2}(,[A-Z]{2})*$'
        and char_length(array_to_string(countries, ',', '')) = 3 * cardinality(countries) - 1
    )
),
add constraint products_publish_at_check check (publish_at is null or status <> 'active');
create index on public.products (category_id, id);
create index on public.products (price_currency);
create index products_publish_at_idx on public.products (publish_at) where publish_at is not null;
comment on column public.products.is_bundle is
'Sold as one item that holds others: product_bundle_items. Set when the product is made.';
comment on column public.products.countries is
'ISO 3166-1 codes of the countries it is sold to; null is everywhere.';
comment on column public.products.publish_at is 'When it will be published by itself (schedule_product).';
comment on column public.products.publish_problem is
'Stable code of what kept the scheduled publication from happening; cleared by the next attempt.';
comment on column public.products.rating_sum is 'Sum of the ratings that count.';
comment on column public.products.rating_avg is 'rating_sum / rating_count; null while there are none.';
comment on column public.products.sales_count is 'Pieces paid for; kept by the payment.';
comment on column public.products.min_price_amount is
'Lowest price of its variants, minor units (the minimum, where the buyer decides); kept by triggers.';
comment on column public.products.price_currency is 'The one currency of its variants; kept by triggers.';
comment on column public.products.is_available is
'Something of it can be ordered now; kept by triggers. Listed or not is another matter.';

alter table public.product_variants
add column pricing public.variant_pricing not null default 'fixed',
add column minimum_amount bigint,
add column compare_at_amount bigint,
add column weight_grams integer check (weight_grams between 1 and 1000000),
add column options jsonb not null default '{}',
add constraint product_variants_minimum_check check (
    (pricing = 'pwyw') = (minimum_amount is not null) and minimum_amount between 1 and price_amount
),
add constraint product_variants_compare_at_check check (
    compare_at_amount > price_amount and compare_at_amount <= 99999999
),
add constraint product_variants_options_check check (jsonb_typeof(options) = 'object'),
add constraint product_variants_id_product_id_key unique (id, product_id);
create unique index product_variants_options_key on public.product_variants (product_id, options)
where options <> '{}';
comment on column public.product_variants.pricing is
'fixed; or pwyw: the buyer pays what they want, at least minimum_amount (price_amount is the suggestion).';
comment on column public.product_variants.minimum_amount is 'Minor units; of pwyw variants only.';
comment on column public.product_variants.compare_at_amount is 'A former, higher price to show; minor units.';
comment on column public.product_variants.weight_grams is 'Of one piece; physical products only.';
comment on column public.product_variants.options is
'One choice for each of the product''s options: {"Size": "L"}. Unique in the product.';

create table public.product_options (
    id uuid primary key default private.uuid_v7(),
    product_id uuid not null,
    shop_id uuid not null,
    name text not null check (char_length(name) between 1 and 40 and name !~ '[[:cntrl:]=|]'),
    choices text[] not null check (cardinality(choices) between 1 and 100),
    position smallint not null default 0,
    is_listed boolean not null default false,
    created_at timestamptz not null default now(),
    foreign key (product_id, shop_id) references public.products (id, shop_id) on delete cascade,
    unique (product_id, name)
);
create index on public.product_options (product_id, shop_id);
create index on public.product_options (shop_id);
comment on table public.product_options is
'What a buyer chooses between (Size: S, M, L), in order. Written by set_product_options and imports.';

create table public.product_tags (
    product_id uuid not null,
    tag text not null check (
        char_length(tag) between 2 and 40 and tag ~ '^[^[:cntrl:][:space:][:upper:]]+$'
    ),
    shop_id uuid not null,
    is_listed boolean not null default false,
    created_at timestamptz not null default now(),
    primary key (product_id, tag),
    foreign key (product_id, shop_id) references public.products (id, shop_id) on delete cascade
);
create index on public.product_tags (product_id, shop_id);
create index on public.product_tags (shop_id);
create index product_tags_listed_idx on public.product_tags (tag, product_id) where is_listed;
comment on table public.product_tags is
'Up to 15 tags a product: lower case, words joined by hyphens (normalised on insert).';

create table public.product_bundle_items (
    bundle_id uuid not null,
    variant_id uuid not null,
    product_id uuid not null,
    shop_id uuid not null,
    quantity smallint not null default 1 check (quantity between 1 and 99),
    position smallint not null default 0,
    is_listed boolean not null default false,
    created_at timestamptz not null default now(),
    primary key (bundle_id, variant_id),
    constraint product_bundle_items_bundle_fkey foreign key (bundle_id, shop_id)
    references public.products (id, shop_id) on delete cascade,
    constraint product_bundle_items_product_fkey foreign key (product_id, shop_id)
    references public.products (id, shop_id) on delete restrict,
    constraint product_bundle_items_variant_fkey foreign key (variant_id, product_id)
    references public.product_variants (id, product_id) on delete restrict,
    constraint product_bundle_items_self_check check (bundle_id <> product_id)
);
create index on public.product_bundle_items (bundle_id, shop_id);
create index on public.product_bundle_items (product_id, shop_id);
create index on public.product_bundle_items (variant_id, product_id);
create index on public.product_bundle_items (shop_id);
comment on table public.product_bundle_items is
'What one piece of a bundle holds, all of the same shop. Written by set_bundle_items.';

-- What existing products' triggers would have kept.
update public.products as p
set min_price_amount = v.min_price, price_currency = v.currency, is_available = v.available
from (
    select v.product_id, min(v.price_amount) as min_price, min(v.currency) as currency,
        bool_or(v.stock is null or v.available > 0) as available
    from public.product_variants as v group by v.product_id
) as v
where v.product_id = p.id;
update public.products as p set sales_count = s.quantity
from (
    select i.product_id, sum(i.quantity) as quantity from public.order_items as i
    where i.paid_at is not null group by i.product_id
) as s
where s.product_id = p.id;

-- A duplicate shows the same picture and delivers the same file.
alter table public.product_images drop constraint product_images_path_key;
alter table public.product_images add unique (product_id, path);
alter table public.product_files drop constraint product_files_path_key;
alter table public.product_files add unique (product_id, path);
create index on public.product_files (path);
alter table public.product_files
add column release_notes text not null default '' check (char_length(release_notes) <= 5000);
comment on column public.product_files.release_notes is 'What is new in this version, for buyers.';

create table private.preview_links (
    id uuid primary key default private.uuid_v7(),
    product_id uuid not null references public.products (id) on delete cascade,
    token_sha256 bytea not null unique check (octet_length(token_sha256) = 32),
    created_by uuid references public.profiles (id) on delete set null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
);
create index on private.preview_links (product_id);
create index on private.preview_links (created_by);
create index on private.preview_links (expires_at);
comment on table private.preview_links is 'Hashes only: the token itself is shown once and never stored.';

-- --- new versions of files -------------------------------------------------------------------

create table private.release_announcements (
    product_file_id uuid primary key references public.product_files (id) on delete cascade,
    product_id uuid not null references public.products (id) on delete cascade,
    last_grant_id uuid,
    created_at timestamptz not null default now(),
    done_at timestamptz
);
create index on private.release_announcements (product_id);
create index release_announcements_open_idx on private.release_announcements (created_at)
where done_at is null;
comment on table private.release_announcements is
'New versions that buyers are being told of, and how far that has come.';

create table private.release_notices (
    id uuid primary key default private.uuid_v7(),
    product_file_id uuid not null references public.product_files (id) on delete cascade,
    buyer_id uuid not null references public.profiles (id) on delete restrict,
    created_at timestamptz not null default now(),
    unique (product_file_id, buyer_id)
);
create index on private.release_notices (buyer_id);
comment on table private.release_notices is 'Who was told of which new version: the email''s entity.';
create index on public.download_grants (product_id, id);

-- Templates are files of the worker; one that it does not know is held, and no list is kept twice.
alter table private.email_messages drop constraint email_messages_template_check;
alter table private.email_messages
add constraint email_messages_template_check check (template ~ '^[a-z][a-z0-9_]{2,39}$');

-- --- carts and orders ------------------------------------------------------------------------

alter table public.cart_items
add column unit_amount bigint check (unit_amount between 1 and 99999999);
comment on column public.cart_items.unit_amount is
'What the buyer wants to pay for a piece (minor units), where the variant lets them; set by cart_add.';

alter table public.order_items
add column components jsonb not null default '[]' check (jsonb_typeof(components) = 'array');
comment on column public.order_items.components is
'Of a bundle: what one piece held when it was ordered (product_id, variant_id, kind, title, variant_title, quantity).';

-- A bundle holds stock of several variants and gives a right to several products.
alter table private.inventory_reservations drop constraint inventory_reservations_pkey;
alter table private.inventory_reservations add primary key (order_item_id, variant_id);
alter table public.download_grants drop constraint download_grants_order_item_id_key;
alter table public.download_grants add unique (order_item_id, product_id);

-- --- bulk import -----------------------------------------------------------------------------

create type public.import_mode as enum ('all_or_nothing', 'best_effort');
create type public.import_state as enum (
    'awaiting_upload', 'queued', 'running', 'done', 'failed', 'cancelled'
);

create table public.import_jobs (
    id uuid primary key default private.uuid_v7(),
    shop_id uuid not null references public.shops (id) on delete cascade,
    created_by uuid references public.profiles (id) on delete set null,
    mode public.import_mode not null,
    state public.import_state not null default 'awaiting_upload',
    columns text[],
    bytes_total bigint check (bytes_total >= 0),
    bytes_seen bigint not null default 0 check (bytes_seen >= 0),
    rows_seen integer not null default 0 check (rows_seen >= 0),
    rows_ok integer not null default 0 check (rows_ok >= 0),
    rows_failed integer not null default 0 check (rows_failed >= 0),
    error_count integer not null default 0 check (error_count >= 0),
    problem text,
    last_line integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint import_jobs_rows_check check (rows_seen = rows_ok + rows_failed),
    constraint import_jobs_finished_check check (
        (state in ('done', 'failed', 'cancelled')) = (finished_at is not null)
    ),
    unique (id, shop_id)
);
create index on public.import_jobs (shop_id, id desc);
create index on public.import_jobs (created_by);
comment on table public.import_jobs is
'CSV imports of products and their progress; the file lies in the bucket imports under <shop id>/<job id>.csv.';
comment on column public.import_jobs.rows_ok is
'Valid rows; all of them are applied once the job is done. With best_effort they are applied as they come.';
comment on column public.import_jobs.problem is 'Stable code of why the whole file failed.';
comment on column public.import_jobs.last_line is 'Line up to which rows are dealt with: a worker goes on from here.';
comment on column public.import_jobs.columns is 'The header of the file.';

create table public.import_errors (
    id uuid primary key default private.uuid_v7(),
    job_id uuid not null,
    shop_id uuid not null,
    line integer not null,
    column_name text not null default '',
    code text not null check (code ~ '^[a-z_]{3,40}$'),
    message text not null,
    created_at timestamptz not null default now(),
    foreign key (job_id, shop_id) references public.import_jobs (id, shop_id) on delete cascade
);
create index on public.import_errors (job_id, line);
create index on public.import_errors (job_id, shop_id);
create index on public.import_errors (shop_id);
comment on table public.import_errors is
'What is wrong in an import, by line and column; the first 1000 of a job (error_count counts all).';
comment on column public.import_errors.line is 'Line of the file on which the row begins; the header is line 1.';
comment on column public.import_errors.column_name is 'As in the header; empty if the row as a whole is wrong.';

create table private.import_staged (
    job_id uuid not null references public.import_jobs (id) on delete cascade,
    line integer not null,
    sku text not null,
    product_key text not null,
    is_first boolean not null,
    product_id uuid,
    variant_id uuid,
    slug text,
    title text,
    description text,
    kind public.product_kind,
    category_id uuid,
    tags text[] not null default '{}',
    options jsonb not null default '{}',
    variant_title text,
    price_amount bigint,
    compare_at_amount bigint,
    minimum_amount bigint,
    currency text,
    stock integer,
    weight_grams integer,
    countries text[],
    wanted_status public.product_status,
    primary key (job_id, line),
    unique (job_id, sku)
);
create index on private.import_staged (job_id, product_key, line);
comment on table private.import_staged is
'Checked rows of an import, until it ends. is_first: the row that speaks for its product.';

select pgmq.create('imports');
insert into private.queues (name, max_attempts, base_delay, max_delay)
values ('imports', 12, '2 seconds', '5 minutes');

insert into private.periodic_tasks (name, function_name, every)
values
('publish scheduled products', 'publish_scheduled', '5 seconds'),
('tell buyers of new versions', 'announce_releases', '5 seconds');

insert into private.state_transitions (machine, from_state, to_state)
values
('import_jobs.state', 'new', 'awaiting_upload'),
('import_jobs.state', 'awaiting_upload', 'queued'),
('import_jobs.state', 'awaiting_upload', 'cancelled'),
('import_jobs.state', 'queued', 'running'),
('import_jobs.state', 'queued', 'cancelled'),
('import_jobs.state', 'running', 'done'),
('import_jobs.state', 'running', 'failed'),
('import_jobs.state', 'running', 'cancelled');

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('imports', 'imports', false, 67108864, array['text/csv', 'text/plain'])
on conflict (id) do nothing;
update private.service_accounts as a set buckets = a.buckets || 'imports'::text
where 'product-files' = any(a.buckets) and 'imports' <> all(a.buckets);
