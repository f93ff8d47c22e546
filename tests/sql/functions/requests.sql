-- What happens before each request: rate limits, origins.
begin;
select no_plan();
select tests.world();

-- GCRA: burst at once, then one per step.
insert into private.rate_rules (route, burst, period) values ('seven', 7, '1 minute'), ('one', 1, '10 seconds');
select is(private.rate_hit('seven', 'a'), 0, 'request ' || n) from generate_series(1, 7) as n;
select ok(private.rate_hit('seven', 'a') between 8 and 9, 'the eighth waits a step (8.57 s, rounded up)');
select is(private.rate_hit('seven', 'b'), 0, 'another subject does not');
update private.rate_limits set tat = tat - interval '8 seconds' where key = 'seven:a';
select is(private.rate_hit('seven', 'a'), 1, 'just before it');
update private.rate_limits set tat = tat - interval '0.58 seconds' where key = 'seven:a';
select is(private.rate_hit('seven', 'a'), 0, 'just after it');
select cmp_ok(private.rate_hit('seven', 'a'), '>', 0, 'one, not more');
create temp table was on commit drop as select tat from private.rate_limits where key = 'seven:a';
select cmp_ok(private.rate_hit('seven', 'a'), '>', 0, 'a refusal');
select is((select tat from private.rate_limits where key = 'seven:a'), (select tat from was), 'costs nothing');
update private.rate_limits set tat = tat - interval '1 day' where key = 'seven:a';
select is(private.rate_hit('seven', 'a'), 0, 'after a rest, request ' || n) from generate_series(1, 7) as n;
select cmp_ok(private.rate_hit('seven', 'a'), '>', 0, 'a rest saves up no more than a burst');
select is(private.rate_hit('one', 'a'), 0, 'a burst of one');
select ok(private.rate_hit('one', 'a') between 9 and 10, 'is one');
select throws_ok($$ select private.rate_hit('none', 'a') $$, 'P0002', null, 'a route without a rule');
select tests.become_role('agora_webhooks');
select is(private.rate_check('checkout', 'x'), '{"allowed": true, "retry_after": 0}'::jsonb, 'as the service asks');
select is((select count(*) from generate_series(1, 30) where (private.rate_check('checkout', 'x') ->> 'allowed')::boolean), 29::bigint, 'thirty checkouts');
select is((private.rate_check('checkout', 'x') ->> 'retry_after')::integer between 1 and 2, true, 'then one every two seconds');
select tests.back();
select is_empty(
  $$ select r.route from private.rate_rules as r where extract(epoch from r.period) / r.burst < 0.001 $$, 'steps stay measurable'
);

-- The hook.
insert into private.allowed_origins (origin) values ('https://shop.example');
create function pg_temp.request(p_headers jsonb)
returns text
language plpgsql
as $$
begin
  perform set_config('request.headers', p_headers::text, true);
  return tests.outcome('select private.pre_request()');
end;
$$;
select tests.become('buyer');
select is(pg_temp.request('{"origin": "https://shop.example"}'), 'ok', 'an allowed origin');
select is(pg_temp.request('{}'), 'ok', 'no browser');
select is(pg_temp.request('{"origin": "https://evil.example"}'), 'origin_refused', 'a foreign one');
select is(pg_temp.request('{"origin": "null"}'), 'origin_refused', 'a sandboxed frame');
select is(pg_temp.request('{"origin": "https://shop.example.evil.example"}'), 'origin_refused', 'a longer one');
select tests.become_anon();
select is(pg_temp.request('{"origin": "https://evil.example"}'), 'origin_refused', 'for anon too');
select tests.become_role('service_role');
select is(pg_temp.request('{"origin": "https://evil.example"}'), 'origin_refused', 'and with the secret key');
select tests.back();
delete from private.rate_limits;
-- Slower than in life, or some are refilled while the three hundred are counted.
update private.rate_rules set period = '1 hour' where route = 'rest_write';
select tests.become('buyer');
select is((select count(*) from generate_series(1, 300) where pg_temp.request('{}') = 'ok'), 300::bigint, 'three hundred writes');
-- One more every fifth of a second, however slow this machine is.
select cmp_ok((select count(*) from generate_series(1, 300) where pg_temp.request('{}') = 'rate_limited'), '>', 0::bigint, 'and no more');
select tests.become('stranger');
select is(pg_temp.request('{}'), 'ok', 'each has their own');
select tests.become_anon();
select is(pg_temp.request('{"x-forwarded-for": "6.6.6.6, 192.0.2.7"}'), 'ok', 'anon by address');
select tests.back();
select is((select count(*) from private.rate_limits where key = 'rest_write:192.0.2.7'), 1::bigint, 'the one that the gateway added');
select is((select count(*) from private.rate_limits where key = 'rest_write:' || tests.id('buyer')), 1::bigint, 'a person by id');
select tests.become_role('agora_webhooks');
select is(private.origins_allowed(), '["https://shop.example"]'::jsonb, 'the service asks the same list');

-- Classes of paths: a rule beside rest_write, per person; per address; what sanctions close.
create function pg_temp.write(p_path text, p_headers jsonb default '{}')
returns text
language plpgsql
as $$
begin
  perform set_config('request.path', p_path, true);
  return pg_temp.request(p_headers);
end;
$$;
select tests.back();
delete from private.rate_limits;
update private.rate_rules set burst = 3, period = '1 hour' where route in ('account', 'cart');
select tests.become('buyer');
select is((select count(*) from generate_series(1, 5) where pg_temp.write('/addresses') = 'ok'), 3::bigint, 'three changes of the account');
select is(pg_temp.write('/profile_private'), 'rate_limited', 'on whatever path of the class');
select is(pg_temp.write('/cart_items'), 'ok', 'another class has its own');
select is(pg_temp.write('/unknown'), 'ok', 'a path of no class counts as a write');
select tests.back();
select is(
  (select round(extract(epoch from tat - clock_timestamp()) / 12) from private.rate_limits where key = 'rest_write:' || tests.id('buyer')), 5::numeric,
  'a refusal costs nothing: five writes were counted'
);
select tests.become('stranger');
select is(pg_temp.write('/addresses'), 'ok', 'per person');
select tests.back();
delete from private.rate_limits;
update private.rate_rules set burst = 2, period = '1 hour' where route = 'rest_write_address';
select is(
  (select string_agg(pg_temp.write('/shops', '{"x-forwarded-for": "192.0.2.9"}'), ' ') from (select tests.become(p) from unnest(array['buyer', 'stranger', 'owner']) as p) as people),
  'ok ok rate_limited', 'many people from one address'
);
select tests.become('buyer');
select is(pg_temp.write('/shops', '{"x-forwarded-for": "192.0.2.10"}'), 'ok', 'another address');
select is(pg_temp.write('/rpc/begin_checkout', '{"x-forwarded-for": "192.0.2.9"}'), 'ok', 'not what the service calls for everybody');
select tests.back();
delete from private.rate_rules where route = 'rest_write_address';
select tests.become('buyer');
select is(pg_temp.write('/shops', '{"x-forwarded-for": "192.0.2.9"}'), 'ok', 'a class is switched off by deleting its rule');

select tests.sanction('buyer', 'suspend');
select tests.become('buyer');
select is(pg_temp.write(path), answer, 'suspended: ' || path)
from (
  values
  ('/unknown', 'account_suspended'), ('/cart_items', 'account_suspended'), ('/rpc/begin_checkout', 'account_suspended'),
  ('/rpc/issue_download_token', 'ok'), ('/rpc/cancel_order', 'ok'), ('/rpc/export_my_data', 'ok'), ('/rpc/end_session', 'ok')
) as v (path, answer);
select tests.sanction('buyer', 'ban');
select tests.become('buyer');
select is(pg_temp.write(path), answer, 'banned: ' || path)
from (
  values
  ('/unknown', 'account_suspended'), ('/rpc/issue_download_token', 'account_suspended'),
  ('/rpc/export_my_data', 'ok'), ('/rpc/request_account_deletion', 'ok'), ('/rpc/end_session', 'ok')
) as v (path, answer);
select tests.back();
select is_empty(
  $$
    select r.path from private.request_routes as r
    where to_regclass('public.' || ltrim(r.path, '/')) is null
      and (r.path !~ '^/rpc/' or to_regproc('public.' || split_part(r.path, '/', 3)) is null)
  $$,
  'every path is one that there is'
);
select set_config('request.path', '', true);

-- The request's id.
select tests.become_role('postgres');
select set_config('agora.request_id', 'from-a-job', true);
select set_config('request.headers', '', true);
select is(private.request_id(), 'from-a-job', 'in a job, that of its cause');
select set_config('agora.request_id', '', true);
select set_config('request.headers', '{"x-request-id": "abc-12345"}', true);
select is(private.request_id(), 'abc-12345', 'an id');
select set_config('request.headers', E'{"x-request-id": "abc 12345\\r\\nx"}', true);
select is(private.request_id(), null, 'that could do harm is none');
select set_config('request.headers', '', true);
select is(private.request_id(), null, 'none');

-- Refusals in PostgREST's form.
create function pg_temp.raised()
returns jsonb
language plpgsql
as $$
declare
  v_detail text;
begin
  perform private.fail(429, 'a_code', E'A "message"\r\n', 'hint', 'details', 7);
exception when sqlstate 'PGRST' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return jsonb_build_object('message', sqlerrm::jsonb, 'detail', v_detail::jsonb);
end;
$$;
select is(
  pg_temp.raised(),
  $${"message": {"code": "a_code", "message": "A \"message\"\r\n", "hint": "hint", "details": "details"}, "detail": {"status": 429, "headers": {"Retry-After": "7"}}}$$::jsonb,
  'are JSON, with their header'
);

select * from finish();
rollback;
