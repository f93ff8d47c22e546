-- Products, their variants, images and digital files.
set lock_timeout = '5s';

create type public.product_kind as enum ('digital', 'physical', 'service');
create type public.product_status as enum ('draft', 'active', 'archived');
create type public.file_status as enum ('pending', 'ready', 'rejected');

create table public.products (
    id uuid primary key default private.uuid_v7(),
    shop_id uuid not null references public.shops (id) on delete restrict,
    slug text not null check (slug ~ '^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$'),
    title text not null check (char_length(title) between 2 and 140),
    description text not null default '' check (char_length(description) <= 20000),
    kind public.product_kind not null,
    status public.product_status not null default 'draft',
    is_listed boolean not null default false,
    published_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (shop_id, slug),
    -- The target of composite keys that keep the denormalised shop_id of children true.
    unique (id, shop_id)
);
create index products_listed_idx on public.products (id) where is_listed;
comment on table public.products is 'What a shop sells. Public while is_listed.';
comment on column public.products.status is 'Changed by RPC only (publish_product, archive_product).';
comment on column public.products.is_listed is
'Kept by triggers: the product is active and so is its shop. One indexed column instead of a join in every policy.';

create table public.product_variants (
    id uuid primary key default private.uuid_v7(),
    product_id uuid not null,
    shop_id uuid not null,
    title text not null default '' check (char_length(title) <= 80),
    sku text check (char_length(sku) between 1 and 64),
    price_amount bigint not null check (price_amount between 1 and 99999999),
    currency text not null references private.currencies (code),
    stock integer check (stock >= 0),
    reserved integer not null default 0 check (reserved >= 0),
    available integer generated always as (stock - reserved) stored,
    position smallint not null default 0,
    is_listed boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint product_variants_reserved_stock_check check (stock is null or reserved <= stock),
    foreign key (product_id, shop_id) references public.products (id, shop_id) on delete cascade,
    unique (shop_id, sku)
);
create index on public.product_variants (product_id, shop_id);
create index on public.product_variants (currency);
comment on table public.product_variants is 'What can be put into a cart: price, currency, stock.';
comment on column public.product_variants.price_amount is 'Minor units of the currency.';
comment on column public.product_variants.stock is 'Pieces not yet sold; null is unlimited.';
comment on column public.product_variants.reserved is 'Pieces held by unpaid orders; equals the sum of held reservations.';
comment on column public.product_variants.available is 'Pieces that can still be ordered; null is unlimited.';

create table public.product_images (
    id uuid primary key default private.uuid_v7(),
    product_id uuid not null,
    shop_id uuid not null,
    path text not null unique check (char_length(path) <= 300),
    alt text not null default '' check (char_length(alt) <= 300),
    position smallint not null default 0,
    is_listed boolean not null default false,
    created_at timestamptz not null default now(),
    foreign key (product_id, shop_id) references public.products (id, shop_id) on delete cascade
);
create index on public.product_images (product_id, shop_id);
create index on public.product_images (shop_id);
comment on table public.product_images is 'Pictures in the public bucket product-images, in order.';

create table public.product_files (
    id uuid primary key default private.uuid_v7(),
    product_id uuid not null,
    shop_id uuid not null,
    file_name text not null check (
        char_length(file_name) between 1 and 150 and file_name !~ '[[:cntrl:]/\\]'
    ),
    version integer not null check (version > 0),
    path text not null unique,
    mime text not null check (mime ~ '^[a-z]+/[a-z0-9.+-]+$'),
    size_bytes bigint not null check (size_bytes between 1 and 104857600),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    status public.file_status not null default 'pending',
    rejection text,
    uploaded_by uuid references public.profiles (id) on delete set null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    foreign key (product_id, shop_id) references public.products (id, shop_id) on delete cascade,
    unique (product_id, file_name, version)
);
create index on public.product_files (product_id, shop_id);
create index on public.product_files (shop_id);
create index on public.product_files (uploaded_by);
comment on table public.product_files is
'The originals that buyers get personal copies of. Only the shop''s members read this table: it holds storage paths.';
comment on column public.product_files.rejection is 'Stable code of the check that refused the upload (docs/errors.md).';
