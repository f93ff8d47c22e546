-- What happens before each PostgREST request: ended sessions; of changes Origin, sanctions, rates.

-- GCRA (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm), one row per key. Returns 0
-- when allowed, else after how many seconds to come back; a refusal writes nothing.
create or replace function private.rate_hit(p_route text, p_subject text)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_key text := p_route || ':' || p_subject;
  v_rule private.rate_rules;
  v_step interval;
  v_ahead interval;
  v_tat timestamptz;
begin
  select * into v_rule from private.rate_rules as r where r.route = p_route;
  if not found then
    raise exception 'no rate rule for route %', p_route using errcode = 'P0002';
  end if;
  v_step := v_rule.period / v_rule.burst;
  -- Whole steps and not the period: a step is rounded to microseconds.
  v_ahead := v_step * (v_rule.burst - 1);
  insert into private.rate_limits as l (key, tat) values (v_key, v_now + v_step)
  on conflict (key) do update
  set tat = greatest(l.tat, v_now) + v_step
  where l.tat <= v_now + v_ahead
  returning l.tat into v_tat;
  if v_tat is not null then
    return 0;
  end if;
  select l.tat into v_tat from private.rate_limits as l where l.key = v_key;
  return greatest(1, ceil(extract(epoch from v_tat - v_ahead - v_now)))::integer;
end;
$$;
comment on function private.rate_hit(text, text) is
'Count one request against private.rate_rules; 0 or seconds to wait.';
revoke all on function private.rate_hit(text, text) from public;

create or replace function private.rate_check(p_route text, p_subject text)
returns jsonb
language sql
security definer
set search_path = ''
as $$
  select jsonb_build_object('allowed', w.wait = 0, 'retry_after', w.wait)
  from (select private.rate_hit(p_route, left(p_subject, 200)) as wait) as w;
$$;
comment on function private.rate_check(text, text) is
'For the webhook service: {allowed, retry_after (seconds)}.';
revoke all on function private.rate_check(text, text) from public;
grant execute on function private.rate_check(text, text) to agora_webhooks;

create or replace function private.origins_allowed()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(o.origin order by o.origin), '[]') from private.allowed_origins as o;
$$;
comment on function private.origins_allowed() is 'Browser origins that may send mutations.';
revoke all on function private.origins_allowed() from public;
grant execute on function private.origins_allowed() to agora_webhooks;

create or replace function private.refuse_if_limited(p_route text, p_subject text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_wait integer;
begin
  -- A class without a rule is not limited: an operator may switch one off by deleting its row.
  if not exists (select 1 from private.rate_rules as r where r.route = p_route) then
    return;
  end if;
  v_wait := private.rate_hit(p_route, p_subject);
  if v_wait > 0 then
    perform private.fail(
      429, 'rate_limited', 'Too many changes in a short time.',
      'Wait as long as Retry-After says.', p_route, v_wait
    );
  end if;
end;
$$;
comment on function private.refuse_if_limited(text, text) is
'Count one request; 429 rate_limited with Retry-After, and the class as details, when it is one too many.';
revoke all on function private.refuse_if_limited(text, text) from public;

-- Definer: reads and writes private tables for every role. Asks whether the transaction may write
-- and not which HTTP method came: a POST to a STABLE function is read-only.
create or replace function private.pre_request()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
  v_headers jsonb;
  v_origin text;
  v_address text;
  v_route private.request_routes;
begin
  if private.session_has_ended() then
    perform private.fail(
      401, 'session_ended', 'This session was ended.', 'Sign in again.'
    );
  end if;
  perform private.set_cache_headers();
  if current_setting('transaction_read_only') = 'on' then
    return;
  end if;
  v_headers := coalesce(nullif(current_setting('request.headers', true), ''), '{}')::jsonb;
  v_origin := v_headers ->> 'origin';
  if v_origin is not null
    and not exists (select 1 from private.allowed_origins as o where o.origin = v_origin)
  then
    perform private.fail(
      403, 'origin_refused', 'This origin may not send changes.',
      'Ask the operator to add it to private.allowed_origins.'
    );
  end if;
  select * into v_route from private.request_routes as r
  where r.path = current_setting('request.path', true);
  -- A policy refuses silently; this says why. A suspension is the rule for unknown paths.
  if v_user is not null and v_route.refused_by is distinct from 'never' then
    perform private.refuse_blocked(
      v_user, coalesce(v_route.refused_by, 'suspend')::public.sanction_kind
    );
  end if;
  v_address := nullif(trim(split_part(v_headers ->> 'x-forwarded-for', ',', -1)), '');
  perform private.refuse_if_limited(
    'rest_write', coalesce(v_user::text, v_address, 'unknown')
  );
  if v_route.rate_route is not null then
    perform private.refuse_if_limited(
      v_route.rate_route, coalesce(v_user::text, v_address, 'unknown')
    );
  end if;
  if v_address is not null and coalesce(v_route.by_address, true) then
    perform private.refuse_if_limited('rest_write_address', v_address);
  end if;
end;
$$;
comment on function private.pre_request() is
'PostgREST''s db-pre-request: ended sessions, and for changes foreign Origins, blocked people and too many of them (per person, per class of path, per address) are refused here.';
revoke all on function private.pre_request() from public;
grant execute on function private.pre_request() to anon, authenticated, service_role;
