-- Each buyer's own copy of a file: asked for, made by a worker, traced back.

create or replace function private.personalize(p_order_item_id uuid, p_file_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid := private.uuid_v7();
begin
  insert into private.personalized_files (
    id, order_item_id, product_file_id, payload, path, request_id
  )
  values (
    v_id, p_order_item_id, p_file_id, encode(extensions.gen_random_bytes(8), 'hex'),
    p_order_item_id || '/' || v_id, private.request_id()
  )
  on conflict (order_item_id, product_file_id) do nothing;
  if found then
    perform private.enqueue('watermark', jsonb_build_object('id', v_id));
  end if;
end;
$$;
comment on function private.personalize(uuid, uuid) is
'Ask for the buyer''s copy of a file, once per order item and file.';
revoke all on function private.personalize(uuid, uuid) from public;

create or replace function private.watermark_task(p_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'state', c.state, 'payload', c.payload,
    'source_bucket', 'product-files', 'source_path', f.path, 'source_sha256', f.sha256,
    'target_bucket', 'personalized-files', 'target_path', c.path,
    'mime', f.mime, 'file_name', f.file_name,
    'order_id', i.order_id, 'order_item_id', i.id, 'order_number', o.order_number,
    'buyer_label', coalesce(nullif(b.display_name, ''), b.handle), 'sold_at', o.paid_at
  )
  from private.personalized_files as c
  inner join public.product_files as f on f.id = c.product_file_id
  inner join public.order_items as i on i.id = c.order_item_id
  inner join public.orders as o on o.id = i.order_id
  inner join public.profiles as b on b.id = i.buyer_id
  where c.id = p_id;
$$;
comment on function private.watermark_task(uuid) is 'What the watermark worker needs to know.';
revoke all on function private.watermark_task(uuid) from public;
grant execute on function private.watermark_task(uuid) to agora_workers;

create or replace function private.watermark_done(
    p_id uuid, p_sha256 text, p_size bigint, p_method text
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_item public.order_items;
  v_copy private.personalized_files;
begin
  update private.personalized_files as c
  set state = 'ready', ready_at = now(), sha256 = p_sha256, size_bytes = p_size,
    method = p_method
  where c.id = p_id and c.state = 'pending'
  returning * into v_copy;
  if v_copy.id is null then
    return;
  end if;
  select i.* into v_item from public.order_items as i where i.id = v_copy.order_item_id;
  perform private.emit(
    'private-user-' || v_item.buyer_id, 'file.ready',
    jsonb_build_object(
      'order_id', v_item.order_id, 'order_item_id', v_item.id, 'file_id', v_copy.product_file_id
    )
  );
end;
$$;
comment on function private.watermark_done(uuid, text, bigint, text) is
'The copy is in its bucket: p_method pdf (marked) or none (fingerprint only). Again is fine.';
revoke all on function private.watermark_done(uuid, text, bigint, text) from public;
grant execute on function private.watermark_done(uuid, text, bigint, text) to agora_workers;

create or replace function private.trace(p_copy private.personalized_files)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'order_id', i.order_id, 'order_number', o.order_number, 'order_item_id', i.id,
    'product_title', i.title, 'file_name', f.file_name, 'buyer_handle', b.handle,
    'shop_slug', s.slug, 'sold_at', o.paid_at, 'delivered_at', p_copy.ready_at
  )
  from public.order_items as i
  inner join public.orders as o on o.id = i.order_id
  inner join public.profiles as b on b.id = i.buyer_id
  inner join public.shops as s on s.id = i.shop_id
  inner join public.product_files as f on f.id = p_copy.product_file_id
  where i.id = p_copy.order_item_id;
$$;
comment on function private.trace(private.personalized_files) is 'The sale that a copy comes from.';
revoke all on function private.trace(private.personalized_files) from public;

create or replace function private.trace_mark(p_payload text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.trace(c) from private.personalized_files as c where c.payload = p_payload;
$$;
comment on function private.trace_mark(text) is
'The sale behind a payload read from a file (16 hex digits), or null.';
revoke all on function private.trace_mark(text) from public;
grant execute on function private.trace_mark(text) to agora_operator;

create or replace function private.trace_fingerprint(p_sha256 text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.trace(c) from private.personalized_files as c
  where c.sha256 = p_sha256 and c.state = 'ready'
  order by c.id limit 1;
$$;
comment on function private.trace_fingerprint(text) is
'The sale behind a delivered file with exactly these bytes (hex SHA-256), or null.';
revoke all on function private.trace_fingerprint(text) from public;
grant execute on function private.trace_fingerprint(text) to agora_operator;
