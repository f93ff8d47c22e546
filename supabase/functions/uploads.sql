-- Digital files: announced, uploaded through Storage, checked, ready.

drop function if exists public.begin_upload(uuid, text, bigint, text, text);
drop function if exists private.begin_upload(uuid, text, bigint, text, text);

create or replace function private.begin_upload(
    p_product_id uuid, p_file_name text, p_size_bytes bigint, p_mime text, p_sha256 text,
    p_release_notes text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_product public.products := private.managed_product(p_product_id);
  v_file public.product_files;
  v_id uuid := private.uuid_v7();
begin
  if v_product.kind <> 'digital' or v_product.is_bundle then
    perform private.fail(409, 'product_not_digital', 'Only a digital product has files.');
  end if;
  if coalesce(p_file_name, '') !~ '^[^[:cntrl:]/\\]{1,150}$' then
    perform private.fail(
      422, 'invalid_file_name', 'A file name has 1 to 150 characters and no slash.'
    );
  end if;
  if p_size_bytes is null or p_size_bytes not between 1 and 104857600 then
    perform private.fail(422, 'invalid_file_size', 'A file has 1 byte to 100 MiB.');
  end if;
  if coalesce(p_sha256, '') !~ '^[0-9a-f]{64}$' then
    perform private.fail(422, 'invalid_sha256', 'sha256 is 64 lower-case hex digits.');
  end if;
  if coalesce(p_mime, '') !~ '^[a-z]+/[a-z0-9.+-]+$' or char_length(p_mime) > 100 then
    perform private.fail(422, 'invalid_mime', 'mime is a media type such as application/pdf.');
  end if;
  if char_length(p_release_notes) > 5000 then
    perform private.fail(422, 'invalid_release_notes', 'Release notes have 5000 characters at most.');
  end if;
  if (
    select count(*) from public.product_files as f
    where f.product_id = p_product_id and f.status = 'pending'
  ) >= 20 then
    perform private.fail(
      409, 'too_many_uploads', 'This product has 20 unfinished uploads.',
      'Complete them first: POST /v1/uploads/{id}/complete.'
    );
  end if;
  insert into public.product_files (
    id, product_id, shop_id, file_name, version, path, mime, size_bytes, sha256, uploaded_by,
    release_notes
  )
  select
    v_id, v_product.id, v_product.shop_id, p_file_name,
    coalesce(max(f.version), 0) + 1,
    concat_ws('/', v_product.shop_id, v_product.id, v_id),
    p_mime, p_size_bytes, p_sha256, auth.uid(), coalesce(p_release_notes, '')
  from public.product_files as f
  where f.product_id = v_product.id and f.file_name = p_file_name
  returning * into v_file;
  return jsonb_build_object(
    'file_id', v_file.id, 'bucket', 'product-files', 'path', v_file.path,
    'version', v_file.version
  );
end;
$$;
comment on function private.begin_upload(uuid, text, bigint, text, text, text) is
'See public.begin_upload.';
revoke all on function private.begin_upload(uuid, text, bigint, text, text, text) from public;
grant execute on function private.begin_upload(uuid, text, bigint, text, text, text)
to authenticated;

create or replace function public.begin_upload(
    product_id uuid, file_name text, size_bytes bigint, mime text, sha256 text,
    release_notes text default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.begin_upload(
    product_id, file_name, size_bytes, mime, sha256, release_notes
  );
$$;
comment on function public.begin_upload(uuid, text, bigint, text, text, text) is
'Announce a file of a digital product; returns where to upload it. Called by POST /v1/uploads. Errors: product_not_found, product_not_digital, invalid_file_name, invalid_file_size, invalid_sha256, invalid_mime, invalid_release_notes, too_many_uploads.';
revoke all on function public.begin_upload(uuid, text, bigint, text, text, text)
from public, anon, service_role;
grant execute on function public.begin_upload(uuid, text, bigint, text, text, text) to authenticated;

create or replace function private.complete_upload(
    p_file_id uuid, p_sha256 text, p_size bigint, p_mime text, p_rejection text
)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_file public.product_files;
begin
  select f.* into v_file from public.product_files as f where f.id = p_file_id for update;
  if v_file.id is null then
    perform private.fail(404, 'file_not_found', 'No such file.');
  end if;
  if v_file.status <> 'pending' then
    return v_file.status;
  end if;
  update public.product_files as f
  set
    status = case when p_rejection is null then 'ready' else 'rejected' end::public.file_status,
    rejection = p_rejection,
    -- What was measured replaces what was announced only where nothing was wrong with it.
    sha256 = case when p_rejection is null then p_sha256 else f.sha256 end,
    size_bytes = case when p_rejection is null then p_size else f.size_bytes end,
    mime = case when p_rejection is null then p_mime else f.mime end
  where f.id = p_file_id
  returning * into v_file;
  if v_file.status = 'ready' then
    perform private.announce_release(v_file);
  end if;
  return v_file.status;
end;
$$;
comment on function private.complete_upload(uuid, text, bigint, text, text) is
'Record the result of an upload''s checks, once. p_rejection: stable code, null = passed.';
revoke all on function private.complete_upload(uuid, text, bigint, text, text) from public;
grant execute on function private.complete_upload(uuid, text, bigint, text, text)
to agora_webhooks;
