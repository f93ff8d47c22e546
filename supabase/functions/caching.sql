-- Which answers a CDN may keep: what a visitor reads of the public catalogue, and nothing else.

-- PostgREST sends these headers with a successful answer only: a refusal is never kept. Called for
-- every request, so that no answer to a signed-in person lacks its no-store.
create or replace function private.set_cache_headers()
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_path text := current_setting('request.path', true);
  -- The rest is what PostgREST's answer depends on beside the address.
  c_vary constant text := '{"Vary": "Authorization, Accept, Accept-Profile, Prefer, Range"}';
begin
  if current_setting('request.method', true) in ('GET', 'HEAD')
    and current_setting('role', true) = 'anon'
    and v_path in (
      '/products', '/product_variants', '/product_images', '/product_tags', '/product_options',
      '/product_reviews', '/categories', '/shops', '/rpc/search_products'
    )
  then
    perform set_config(
      'response.headers',
      '[{"Cache-Control": "public, s-maxage=30, stale-while-revalidate=300"}, ' || c_vary || ']', true
    );
  elsif current_setting('request.method', true) in ('GET', 'HEAD')
    and current_setting('role', true) = 'anon' and v_path = '/rpc/suggest_products'
  then
    perform set_config(
      'response.headers',
      '[{"Cache-Control": "public, s-maxage=300, stale-while-revalidate=3600"}, ' || c_vary || ']',
      true
    );
  else
    perform set_config(
      'response.headers', '[{"Cache-Control": "private, no-store"}, ' || c_vary || ']', true
    );
  end if;
end;
$$;
comment on function private.set_cache_headers() is
'Cache-Control and Vary of the answer: shared caches keep the public catalogue for 30 s (suggestions 5 min), for anon by GET only.';
revoke all on function private.set_cache_headers() from public;
