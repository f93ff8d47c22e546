-- Who may keep which answer.
begin;
select no_plan();
select tests.world();
create function pg_temp.headers(p_method text, p_path text)
returns text
language plpgsql
as $$
begin
  perform set_config('request.method', p_method, true), set_config('request.path', p_path, true);
  perform private.pre_request();
  return current_setting('response.headers')::jsonb -> 0 ->> 'Cache-Control';
end;
$$;
grant execute on all functions in schema pg_temp to public;
select tests.become_anon();
select is(pg_temp.headers('GET', p), 'public, s-maxage=30, stale-while-revalidate=300', p)
from unnest(array['/products', '/product_variants', '/product_images', '/categories', '/shops', '/rpc/search_products']) as p;
select is(pg_temp.headers('HEAD', '/products'), 'public, s-maxage=30, stale-while-revalidate=300', 'a HEAD');
select is(pg_temp.headers('GET', '/rpc/suggest_products'), 'public, s-maxage=300, stale-while-revalidate=3600', 'suggestions, longer');
select is(pg_temp.headers('POST', '/rpc/search_products'), 'private, no-store', 'not by POST');
select is(pg_temp.headers('GET', p), 'private, no-store', p)
from unnest(array['/orders', '/profiles', '/', '/products/', '/rpc/cart_summary', '']) as p;
select is(current_setting('response.headers')::jsonb -> 1 ->> 'Vary', 'Authorization, Accept, Accept-Profile, Prefer, Range', 'by whom it is for');
select tests.become('buyer');
select is(pg_temp.headers('GET', '/products'), 'private, no-store', 'not for anybody signed in');
select tests.become_role('service_role');
select is(pg_temp.headers('GET', '/products'), 'private, no-store', 'nor for the secret key');
select * from finish();
rollback;
