-- The right to download, its tokens, and redeeming one.

create or replace function private.grant_downloads(p_order_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_item record;
begin
  insert into public.download_grants (
    order_item_id, order_id, buyer_id, product_id, download_limit
  )
  select i.order_item_id, i.order_id, o.buyer_id, i.product_id,
    least(1000, 5 * greatest(1, count(distinct f.id)))
  from private.order_goods(array[p_order_id]) as i
  inner join public.orders as o on o.id = i.order_id
  inner join public.products as p on p.id = i.product_id and not p.is_bundle
  left join public.product_files as f on f.product_id = i.product_id and f.status = 'ready'
  where i.kind = 'digital'
  group by i.order_item_id, i.order_id, o.buyer_id, i.product_id;
  for v_item in
    select distinct g.order_item_id as item_id, f.id as file_id
    from public.download_grants as g
    inner join public.product_files as f on f.product_id = g.product_id and f.status = 'ready'
    where g.order_id = p_order_id
  loop
    perform private.personalize(v_item.item_id, v_item.file_id);
  end loop;
end;
$$;
comment on function private.grant_downloads(uuid) is
'Grants for a paid order''s digital items (5 downloads per file), and the jobs that make their copies.';
revoke all on function private.grant_downloads(uuid) from public;

-- One answer for a token that never existed and for one of somebody else: nothing to learn here.
create or replace function private.issue_download_token(p_order_item_id uuid, p_file_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user_not_banned();
  v_grant public.download_grants;
  v_file uuid;
  v_token text;
  v_wait integer := private.rate_hit('download_token', v_user::text);
  v_expires timestamptz := now() + interval '24 hours';
begin
  if v_wait > 0 then
    perform private.fail(
      429, 'rate_limited', 'Too many download links.', 'Use one you have.', null, v_wait
    );
  end if;
  -- A bundle has a grant for each product it holds: the named file says which, else the newest.
  select g.* into v_grant from public.download_grants as g
  left join public.product_files as f on f.product_id = g.product_id and f.status = 'ready'
  where g.order_item_id = p_order_item_id and g.buyer_id = v_user
  order by (f.id = p_file_id) desc nulls last, f.id desc nulls last
  limit 1;
  if v_grant.id is null then
    perform private.fail(404, 'grant_not_found', 'You have bought no such item.');
  end if;
  if v_grant.revoked_at is not null then
    perform private.fail(403, 'grant_revoked', 'The right to download this was withdrawn.',
      null, v_grant.revoked_reason);
  end if;
  if v_grant.expires_at < now() then
    perform private.fail(403, 'grant_expired', 'The time to download this is over.');
  end if;
  if v_grant.downloads_used >= v_grant.download_limit then
    perform private.fail(
      403, 'download_limit_reached', 'All downloads are used.', 'Ask the seller or support.'
    );
  end if;
  select f.id into v_file from public.product_files as f
  where f.product_id = v_grant.product_id and f.status = 'ready'
    and (p_file_id is null or f.id = p_file_id)
  order by f.id desc
  limit 1;
  if v_file is null then
    perform private.fail(404, 'file_not_found', 'The product has no such file.');
  end if;
  perform private.personalize(p_order_item_id, v_file);
  v_token := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  insert into private.download_tokens (grant_id, product_file_id, token_sha256, expires_at)
  values (v_grant.id, v_file, sha256(convert_to(v_token, 'utf8')), v_expires);
  return jsonb_build_object(
    'token', v_token, 'path', '/v1/downloads/' || v_token, 'file_id', v_file,
    'expires_at', v_expires, 'remaining', v_grant.download_limit - v_grant.downloads_used
  );
end;
$$;
comment on function private.issue_download_token(uuid, uuid) is 'See public.issue_download_token.';
revoke all on function private.issue_download_token(uuid, uuid) from public;
grant execute on function private.issue_download_token(uuid, uuid) to authenticated;

create or replace function public.issue_download_token(
    order_item_id uuid, file_id uuid default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.issue_download_token(order_item_id, file_id);
$$;
comment on function public.issue_download_token(uuid, uuid) is
'A link to my own copy (the newest file unless one is named): shown once, good for 24 hours, counted against the grant. Errors: grant_not_found, grant_revoked, grant_expired, download_limit_reached, file_not_found, rate_limited, account_suspended (banned people only).';
revoke all on function public.issue_download_token(uuid, uuid) from public, anon, service_role;
grant execute on function public.issue_download_token(uuid, uuid) to authenticated;

create or replace function private.log_attempt(
    p_token private.download_tokens, p_outcome text, p_code text, p_client jsonb
)
returns uuid
language sql
security definer
set search_path = ''
as $$
  insert into private.download_attempts (
    token_id, grant_id, outcome, code, ip, user_agent, device, request_id
  )
  values (
    p_token.id, p_token.grant_id, p_outcome, p_code, (p_client ->> 'ip')::inet,
    left(p_client ->> 'user_agent', 400), left(p_client ->> 'device', 100),
    p_client ->> 'request_id'
  )
  returning id;
$$;
comment on function private.log_attempt(private.download_tokens, text, text, jsonb) is
'Write private.download_attempts.';
revoke all on function private.log_attempt(private.download_tokens, text, text, jsonb)
from public;

-- Why a grant gives nothing now, or null.
create or replace function private.grant_refusal(
    p_grant public.download_grants, p_token private.download_tokens
)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when p_token.expires_at < now() then jsonb_build_object(
      'status', 410, 'code', 'token_expired', 'message', 'This link has expired.',
      'hint', 'Make a new one in your library.'
    )
    when p_grant.revoked_at is not null then jsonb_build_object(
      'status', 403, 'code', 'grant_revoked',
      'message', 'The right to download this was withdrawn.'
    )
    when p_grant.expires_at < now() then jsonb_build_object(
      'status', 403, 'code', 'grant_expired', 'message', 'The time to download this is over.'
    )
    when private.is_banned(p_grant.buyer_id) then jsonb_build_object(
      'status', 403, 'code', 'account_suspended', 'message', 'This account is banned.',
      'hint', 'Ask support.'
    )
  end;
$$;
comment on function private.grant_refusal(public.download_grants, private.download_tokens) is
'Refusal of an expired or revoked token or grant, or a banned buyer; null if there is none.';
revoke all on function private.grant_refusal(public.download_grants, private.download_tokens)
from public;

-- Returns refusals instead of raising them: an attempt is logged, granted or not. The grant's row
-- lock makes the limit hold under any number of redemptions at once.
create or replace function private.redeem_download(
    p_token_sha256 text, p_ip text, p_user_agent text, p_device text, p_request_id text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_client jsonb := jsonb_build_object(
    'ip', p_ip, 'user_agent', p_user_agent, 'device', p_device, 'request_id', p_request_id
  );
  v_token private.download_tokens;
  v_grant public.download_grants;
  v_copy private.personalized_files;
  v_file public.product_files;
  v_refusal jsonb;
  v_resumed boolean;
begin
  select * into v_token from private.download_tokens as t
  where t.token_sha256 = decode(p_token_sha256, 'hex');
  if v_token.id is null then
    perform private.log_attempt(v_token, 'refused', 'token_unknown', v_client);
    return jsonb_build_object(
      'outcome', 'refused', 'status', 404, 'code', 'token_unknown',
      'message', 'No such download link.', 'hint', 'Make a new one in your library.'
    );
  end if;
  select g.* into v_grant from public.download_grants as g where g.id = v_token.grant_id
  for update;
  v_refusal := private.grant_refusal(v_grant, v_token);
  if v_refusal is not null then
    perform private.log_attempt(v_token, 'refused', v_refusal ->> 'code', v_client);
    return v_refusal || jsonb_build_object('outcome', 'refused');
  end if;

  select c.* into v_copy from private.personalized_files as c
  where c.order_item_id = v_grant.order_item_id and c.product_file_id = v_token.product_file_id;
  select f.* into v_file from public.product_files as f where f.id = v_token.product_file_id;

  -- A browser that resumes (Range, retry) is the same download: it counts once in ten minutes.
  v_resumed := exists (
    select 1 from private.download_attempts as a
    where a.token_id = v_token.id and a.outcome = 'granted'
      and a.created_at > now() - interval '10 minutes'
      and a.ip is not distinct from p_ip::inet and a.device is not distinct from left(p_device, 100)
  );
  if not v_resumed and v_grant.downloads_used >= v_grant.download_limit then
    perform private.log_attempt(v_token, 'refused', 'download_limit_reached', v_client);
    return jsonb_build_object(
      'outcome', 'refused', 'status', 403, 'code', 'download_limit_reached',
      'message', 'All downloads are used.', 'hint', 'Ask the seller or support.'
    );
  end if;
  if v_copy.state is distinct from 'ready' then
    perform private.log_attempt(v_token, 'preparing', null, v_client);
    return jsonb_build_object('outcome', 'preparing', 'retry_after', 2);
  end if;
  if not v_resumed then
    update public.download_grants as g set downloads_used = g.downloads_used + 1
    where g.id = v_grant.id;
  end if;
  return jsonb_build_object(
    'outcome', 'ready',
    'attempt_id', private.log_attempt(
      v_token, case when v_resumed then 'resumed' else 'granted' end, null, v_client
    ),
    'bucket', 'personalized-files', 'path', v_copy.path, 'file_name', v_file.file_name,
    -- Long enough for a slow line, short because a signed URL cannot be revoked.
    'url_seconds', greatest(120, least(3600, v_copy.size_bytes / 50000))
  );
end;
$$;
comment on function private.redeem_download(text, text, text, text, text) is
'Redeem a token (hex SHA-256): ready, preparing or refused, see GET /v1/downloads/{token}.';
revoke all on function private.redeem_download(text, text, text, text, text) from public;
grant execute on function private.redeem_download(text, text, text, text, text)
to agora_webhooks;

create or replace function private.list_my_downloads()
returns table (
    order_item_id uuid, order_id uuid, product_title text, shop_name text, file_id uuid,
    file_name text, version integer, mime text, size_bytes bigint, ready boolean,
    remaining integer, expires_at timestamptz, revoked boolean, bought_at timestamptz
)
language sql
stable
security definer
set search_path = ''
as $$
  select
    g.order_item_id, g.order_id,
    case when i.product_id = g.product_id then i.title else i.title || ': ' || p.title end,
    s.name, f.id, f.file_name, f.version, f.mime,
    f.size_bytes, coalesce(c.state = 'ready', false), g.download_limit - g.downloads_used,
    g.expires_at, g.revoked_at is not null, g.created_at
  from public.download_grants as g
  inner join public.order_items as i on i.id = g.order_item_id
  inner join public.products as p on p.id = g.product_id
  inner join public.shops as s on s.id = i.shop_id
  inner join public.product_files as f on f.product_id = g.product_id and f.status = 'ready'
  left join private.personalized_files as c
    on c.order_item_id = g.order_item_id and c.product_file_id = f.id
  where g.buyer_id = auth.uid()
  order by g.id desc, f.id desc;
$$;
comment on function private.list_my_downloads() is 'See public.list_my_downloads.';
revoke all on function private.list_my_downloads() from public;
grant execute on function private.list_my_downloads() to authenticated;

create or replace function public.list_my_downloads()
returns table (
    order_item_id uuid, order_id uuid, product_title text, shop_name text, file_id uuid,
    file_name text, version integer, mime text, size_bytes bigint, ready boolean,
    remaining integer, expires_at timestamptz, revoked boolean, bought_at timestamptz
)
language sql
stable
set search_path = ''
as $$
  select * from private.list_my_downloads();
$$;
comment on function public.list_my_downloads() is
'My library: every file of everything I bought, newest first, and how often I may still download it.';
revoke all on function public.list_my_downloads() from public, anon, service_role;
grant execute on function public.list_my_downloads() to authenticated;
