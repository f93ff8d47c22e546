-- Grants, tokens, redemptions.
begin;
select no_plan();
select tests.world();

select tests.become('buyer');
select tests.remember('grant', (select g.id from public.download_grants as g));
select results_eq(
  $$ select product_title, shop_name, file_name, ready, remaining, revoked from public.list_my_downloads() $$,
  $$ values ('Title of ebook', 'Alpha Shop', 'ebook.pdf', false, 5, false) $$, 'the library'
);
select tests.become('stranger');
select is_empty('select 1 from public.list_my_downloads()', 'a stranger''s is empty');
select is(
  tests.outcome($$ select public.issue_download_token(tests.ref('sale/ebook')) $$), 'grant_not_found', 'no token of another''s purchase'
);
select tests.become('owner');
select is(
  tests.outcome($$ select public.issue_download_token(tests.ref('sale/ebook')) $$), 'grant_not_found', 'nor for the seller'
);
select tests.become_anon();
select is(tests.outcome($$ select public.issue_download_token(tests.ref('sale/ebook')) $$), '42501', 'nor for anon');
select tests.become('buyer');
select is(
  tests.outcome($$ select public.issue_download_token(tests.ref('sale/poster')) $$), 'grant_not_found', 'a poster is no file'
);
select is(
  tests.outcome($$ select public.issue_download_token(tests.ref('sale/ebook'), tests.ref('draft/f')) $$), 'file_not_found', 'another product''s file'
);

-- A token: shown once, kept as a hash.
select set_config('tests.token', public.issue_download_token(tests.ref('sale/ebook')) ->> 'token', true);
select matches(current_setting('tests.token'), '^[A-Za-z0-9_-]{43}$', '256 bits, fit for a URL');
select tests.back();
select is(
  (select t.token_sha256 from private.download_tokens as t), sha256(convert_to(current_setting('tests.token'), 'utf8')),
  'only its hash is kept'
);
select is(
  (select count(*) from private.download_tokens as t where t::text like '%' || current_setting('tests.token') || '%'),
  0::bigint, 'nowhere the token'
);

create function pg_temp.redeem(p_ip text, p_device text default null, p_token text default current_setting('tests.token'))
returns jsonb
language plpgsql
as $$
declare
  v_result jsonb;
begin
  perform tests.become_role('agora_webhooks');
  v_result := private.redeem_download(
    encode(sha256(convert_to(p_token, 'utf8')), 'hex'), p_ip, 'curl/8', p_device, 'request-1234'
  );
  perform tests.back();
  return v_result;
end;
$$;

select is(pg_temp.redeem('192.0.2.1') ->> 'outcome', 'preparing', 'before the copy is made: come back');
select results_eq('select downloads_used from public.download_grants', array[0], 'which does not count');
select tests.remember('copy', (select c.id from private.personalized_files as c));
select tests.become_role('agora_workers');
select is(private.watermark_task(tests.ref('copy')) ->> 'source_bucket', 'product-files', 'the worker makes it');
select private.watermark_done(tests.ref('copy'), repeat('c', 64), 5000, 'pdf');
select tests.back();
select is(pg_temp.redeem('192.0.2.1') ->> 'outcome', 'ready', 'then it is there');
select is(pg_temp.redeem('192.0.2.1') ->> 'path', (select c.path from private.personalized_files as c), 'the buyer''s own copy');
select is(pg_temp.redeem('192.0.2.1') ->> 'bucket', 'personalized-files', 'not the original');
select results_eq('select downloads_used from public.download_grants', array[1], 'one client within the window counts once');
select is(pg_temp.redeem('192.0.2.' || n) ->> 'outcome', 'ready', 'client ' || n) from generate_series(2, 5) as n;
select is(pg_temp.redeem('192.0.2.6') ->> 'code', 'download_limit_reached', 'a sixth client');
select is(pg_temp.redeem('192.0.2.1', 'another device') ->> 'code', 'download_limit_reached', 'or another device');
select is(pg_temp.redeem('192.0.2.1') ->> 'outcome', 'ready', 'the first may still resume');
select results_eq('select downloads_used from public.download_grants', array[5], 'five of five');
select tests.become('buyer');
select is(
  tests.outcome($$ select public.issue_download_token(tests.ref('sale/ebook')) $$), 'download_limit_reached', 'no new token then'
);
select tests.back();
select results_eq(
  $$ select outcome, count(*) from private.download_attempts group by 1 order by 1 $$,
  $$ values ('granted', 5::bigint), ('preparing', 1::bigint), ('refused', 2::bigint), ('resumed', 3::bigint) $$,
  'every attempt is logged'
);
select results_eq(
  $$ select distinct ip::text, user_agent, device, request_id from private.download_attempts where outcome = 'refused' and device is not null $$,
  $$ values ('192.0.2.1/32', 'curl/8', 'another device', 'request-1234') $$, 'with who it was'
);
select throws_ok(
  'update public.download_grants set downloads_used = 6', '23514', null, 'the limit holds even without the function'
);

-- Time, withdrawal, strangers.
update public.download_grants set downloads_used = 0;
update private.download_tokens set expires_at = now() - interval '1 second';
select is(pg_temp.redeem('192.0.2.9') ->> 'code', 'token_expired', 'a token lasts a day');
update private.download_tokens set expires_at = now() + interval '1 hour';
update public.download_grants set expires_at = now() - interval '1 second';
select is(pg_temp.redeem('192.0.2.9') ->> 'code', 'grant_expired', 'a grant may end');
select tests.become('buyer');
select is(tests.outcome($$ select public.issue_download_token(tests.ref('sale/ebook')) $$), 'grant_expired', 'and gives no token then');
select tests.back();
update public.download_grants set expires_at = null, revoked_at = now(), revoked_reason = 'refunded';
select is(pg_temp.redeem('192.0.2.1') ->> 'code', 'grant_revoked', 'withdrawn: not even to resume');
select is(pg_temp.redeem('192.0.2.1') ->> 'path', null, 'and no path slips out');
select tests.become('buyer');
select is(tests.outcome($$ select public.issue_download_token(tests.ref('sale/ebook')) $$), 'grant_revoked', 'nor a token');
select results_eq('select revoked from public.list_my_downloads()', array[true], 'the library says so');
select tests.back();
select is(pg_temp.redeem('192.0.2.9', null, 'no-such-token') ->> 'code', 'token_unknown', 'a token that never was');
select is((select count(*) from private.download_attempts where code = 'token_unknown'), 1::bigint, 'is logged too');

-- A new version of the file belongs to those who bought it.
update public.download_grants set revoked_at = null, revoked_reason = null;
select tests.remember('v2', tests.add_file('owner', 'ebook', 'ebook.pdf'));
select tests.become('buyer');
select results_eq(
  'select version, ready from public.list_my_downloads()', $$ values (2, false), (1, true) $$, 'newest first'
);
select is(
  (public.issue_download_token(tests.ref('sale/ebook')) ->> 'file_id')::uuid, tests.ref('v2'), 'the newest unless asked otherwise'
);
select is(
  (public.issue_download_token(tests.ref('sale/ebook'), tests.ref('ebook/f')) ->> 'file_id')::uuid, tests.ref('ebook/f'), 'or the one asked for'
);
select tests.back();
select is((select count(*) from private.personalized_files), 2::bigint, 'each file gets its copy made, once');
select is((select count(distinct payload) from private.personalized_files), 2::bigint, 'with a mark of its own');

-- Sixty tokens a minute.
delete from private.rate_limits;
select tests.become('buyer');
select is(count(*), 60::bigint, 'sixty links at once')
from (select public.issue_download_token(tests.ref('sale/ebook')) from generate_series(1, 60)) as t;
-- One more every second, however slow this machine is.
select ok(bool_or(tests.outcome($$ select public.issue_download_token(tests.ref('sale/ebook')) $$) = 'rate_limited'), 'are enough')
from generate_series(1, 60);
select ok(bool_or(tests.status($$ select public.issue_download_token(tests.ref('sale/ebook')) $$) = 429), 'for a minute')
from generate_series(1, 60);

select * from finish();
rollback;
