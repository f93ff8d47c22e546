-- The storage schema of a hosted project: buckets, objects, path helpers. RLS is on, no policy.
create table if not exists storage.buckets (
    id text primary key,
    name text not null unique,
    owner uuid,
    owner_id text,
    public boolean default false,
    avif_autodetection boolean default false,
    file_size_limit bigint,
    allowed_mime_types text[],
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

create table if not exists storage.objects (
    id uuid primary key default gen_random_uuid(),
    bucket_id text references storage.buckets (id),
    name text,
    owner uuid,
    owner_id text,
    metadata jsonb,
    user_metadata jsonb,
    version text,
    path_tokens text[] generated always as (string_to_array(name, '/')) stored,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_accessed_at timestamptz default now(),
    unique (bucket_id, name)
);
create index if not exists name_prefix_search on storage.objects (name text_pattern_ops);

alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;

create or replace function storage.foldername(name text)
returns text[]
language sql
immutable
as $$
  select (string_to_array(name, '/'))[1:cardinality(string_to_array(name, '/')) - 1];
$$;

create or replace function storage.filename(name text)
returns text
language sql
immutable
as $$
  select (string_to_array(name, '/'))[cardinality(string_to_array(name, '/'))];
$$;

create or replace function storage.extension(name text)
returns text
language sql
immutable
as $$
  select nullif(substring(storage.filename(name) from '\.([^.]+)$'), '');
$$;

-- Hosted Supabase lets `postgres`, which owns nothing here, write policies on these two tables
-- (supautils.policy_grants). Postgres asks for ownership instead: so a role of its own owns them,
-- `postgres` is a member, and the event trigger of 05_guard.sql refuses everything but policies.
alter table storage.buckets owner to local_storage_tables;
alter table storage.objects owner to local_storage_tables;
grant local_storage_tables to postgres;
grant usage on schema storage to local_storage_tables;
grant all on storage.buckets, storage.objects
to anon, authenticated, service_role, postgres, supabase_storage_admin;
