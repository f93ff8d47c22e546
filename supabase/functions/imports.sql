-- Bulk import, the job: announced, uploaded through Storage, worked on by a worker in batches. The
-- rules for rows are in import_checks.sql, what becomes of them in import_apply.sql.

create or replace function private.begin_import(p_shop_id uuid, p_mode public.import_mode)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_job public.import_jobs;
begin
  -- One at a time per shop, so that the cap holds.
  perform 1 from public.shops as s
  where s.id = p_shop_id and s.id in (select private.shop_ids_with('catalogue.edit'))
  for no key update;
  if not found then
    perform private.fail(404, 'shop_not_found', 'You manage no such shop.');
  end if;
  if (
    select count(*) from public.import_jobs as j
    where j.shop_id = p_shop_id and j.state in ('awaiting_upload', 'queued', 'running')
  ) >= 5 then
    perform private.fail(
      409, 'too_many_imports', 'Five imports of this shop are unfinished.',
      'Wait, or cancel one: rpc/cancel_import.'
    );
  end if;
  insert into public.import_jobs (shop_id, created_by, mode)
  values (p_shop_id, v_user, coalesce(p_mode, 'all_or_nothing'))
  returning * into v_job;
  return jsonb_build_object(
    'job_id', v_job.id, 'bucket', 'imports', 'path', v_job.shop_id || '/' || v_job.id || '.csv'
  );
end;
$$;
comment on function private.begin_import(uuid, public.import_mode) is 'See public.begin_import.';
revoke all on function private.begin_import(uuid, public.import_mode) from public;
grant execute on function private.begin_import(uuid, public.import_mode) to authenticated;

create or replace function public.begin_import(
    shop_id uuid, mode public.import_mode default 'all_or_nothing'
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.begin_import(shop_id, mode);
$$;
comment on function public.begin_import(uuid, public.import_mode) is
'Announce a CSV of products; returns job_id and where Storage takes the file (then start_import). all_or_nothing or best_effort. Errors: shop_not_found, too_many_imports.';
revoke all on function public.begin_import(uuid, public.import_mode)
from public, anon, service_role;
grant execute on function public.begin_import(uuid, public.import_mode) to authenticated;

create or replace function private.managed_import(p_job_id uuid)
returns public.import_jobs
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs;
begin
  perform private.require_user();
  if not exists (
    select 1 from public.import_jobs as j
    where j.id = p_job_id and j.shop_id in (select private.shop_ids_with('catalogue.edit'))
  ) then
    perform private.fail(404, 'import_not_found', 'You manage no such import.');
  end if;
  -- Not a wait: while everything is being applied that would take longer than a request may.
  select j.* into v_job from public.import_jobs as j where j.id = p_job_id
  for update skip locked;
  if v_job.id is null then
    perform private.fail(
      409, 'import_busy', 'The import is being worked on.', 'Ask again in a moment.', null, 2
    );
  end if;
  return v_job;
end;
$$;
comment on function private.managed_import(uuid) is
'The job, locked, if the caller manages its shop; else 404 import_not_found, or 409 import_busy.';
revoke all on function private.managed_import(uuid) from public;

create or replace function private.start_import(p_job_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs := private.managed_import(p_job_id);
  v_size bigint;
begin
  if v_job.state = 'awaiting_upload' then
    select (o.metadata ->> 'size')::bigint into v_size from storage.objects as o
    where o.bucket_id = 'imports' and o.name = v_job.shop_id || '/' || v_job.id || '.csv';
    if not found then
      perform private.fail(
        409, 'upload_missing', 'The file is not there yet.', 'Upload it, then start.'
      );
    end if;
    update public.import_jobs as j set state = 'queued', bytes_total = v_size
    where j.id = p_job_id
    returning * into v_job;
    perform private.enqueue('imports', jsonb_build_object('id', p_job_id));
  end if;
  return to_jsonb(v_job);
end;
$$;
comment on function private.start_import(uuid) is 'See public.start_import.';
revoke all on function private.start_import(uuid) from public;
grant execute on function private.start_import(uuid) to authenticated;

create or replace function public.start_import(job_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.start_import(job_id);
$$;
comment on function public.start_import(uuid) is
'The file is uploaded: import it. Progress is in import_jobs, what is wrong in import_errors. Again changes nothing. Errors: import_not_found, import_busy, upload_missing.';
revoke all on function public.start_import(uuid) from public, anon, service_role;
grant execute on function public.start_import(uuid) to authenticated;

create or replace function private.end_import(
    p_job_id uuid, p_state public.import_state, p_problem text
)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.import_jobs as j
  set state = p_state, problem = p_problem, finished_at = now()
  where j.id = p_job_id;
  delete from private.import_staged as s where s.job_id = p_job_id;
$$;
comment on function private.end_import(uuid, public.import_state, text) is
'End a locked job; its staged rows go.';
revoke all on function private.end_import(uuid, public.import_state, text) from public;

create or replace function private.cancel_import(p_job_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs := private.managed_import(p_job_id);
begin
  if v_job.state in ('awaiting_upload', 'queued', 'running') then
    perform private.end_import(p_job_id, 'cancelled', null);
  end if;
  select * into v_job from public.import_jobs as j where j.id = p_job_id;
  return to_jsonb(v_job);
end;
$$;
comment on function private.cancel_import(uuid) is 'See public.cancel_import.';
revoke all on function private.cancel_import(uuid) from public;
grant execute on function private.cancel_import(uuid) to authenticated;

create or replace function public.cancel_import(job_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.cancel_import(job_id);
$$;
comment on function public.cancel_import(uuid) is
'End an unfinished import; with best_effort, what was applied stays. Errors: import_not_found, import_busy.';
revoke all on function public.cancel_import(uuid) from public, anon, service_role;
grant execute on function public.cancel_import(uuid) to authenticated;

-- --- the worker's side -----------------------------------------------------------------------

create or replace function private.import_begin(p_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs;
begin
  update public.import_jobs as j set state = 'running' where j.id = p_id and j.state = 'queued';
  select j.* into v_job from public.import_jobs as j where j.id = p_id;
  return case when v_job.id is not null then jsonb_build_object(
    'state', v_job.state, 'bucket', 'imports',
    'path', v_job.shop_id || '/' || v_job.id || '.csv', 'last_line', v_job.last_line
  ) end;
end;
$$;
comment on function private.import_begin(uuid) is
'What the import worker needs; rows up to last_line are dealt with. Null: no such job.';
revoke all on function private.import_begin(uuid) from public;
grant execute on function private.import_begin(uuid) to agora_workers;

create or replace function private.import_refuse(
    p_id uuid, p_line integer, p_column text, p_code text, p_message text
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs;
begin
  select j.* into v_job from public.import_jobs as j where j.id = p_id for update;
  if v_job.state is distinct from 'running' then
    return;
  end if;
  insert into public.import_errors (job_id, shop_id, line, column_name, code, message)
  values (p_id, v_job.shop_id, p_line, left(coalesce(p_column, ''), 60), p_code, left(p_message, 500));
  update public.import_jobs as j set error_count = j.error_count + 1 where j.id = p_id;
  perform private.end_import(p_id, 'failed', p_code);
end;
$$;
comment on function private.import_refuse(uuid, integer, text, text, text) is
'The file as a whole cannot be imported: not there, not CSV, not UTF-8.';
revoke all on function private.import_refuse(uuid, integer, text, text, text) from public;
grant execute on function private.import_refuse(uuid, integer, text, text, text)
to agora_workers;

create or replace function private.import_header(p_id uuid, p_columns jsonb)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_columns text[] := array(select jsonb_array_elements_text(p_columns));
  v_bad text;
begin
  select c.name into v_bad from unnest(v_columns) as c (name)
  where c.name <> all(private.import_columns()) limit 1;
  if v_bad is not null then
    perform private.import_refuse(
      p_id, 1, v_bad, 'unknown_column', format('There is no column "%s".', left(v_bad, 60))
    );
    return false;
  end if;
  select c.name into v_bad from unnest(v_columns) as c (name) group by c.name having count(*) > 1;
  if v_bad is not null then
    perform private.import_refuse(
      p_id, 1, v_bad, 'duplicate_column', format('The column "%s" comes twice.', v_bad)
    );
    return false;
  end if;
  if 'sku' <> all(v_columns) then
    perform private.import_refuse(p_id, 1, 'sku', 'missing_column', 'The column "sku" is needed.');
    return false;
  end if;
  update public.import_jobs as j set columns = v_columns where j.id = p_id and j.state = 'running';
  return found;
end;
$$;
comment on function private.import_header(uuid, jsonb) is
'The file''s header; false: the job has ended. Columns that are not there are left as they are.';
revoke all on function private.import_header(uuid, jsonb) from public;
grant execute on function private.import_header(uuid, jsonb) to agora_workers;

create or replace function private.import_rows(p_id uuid, p_rows jsonb, p_bytes_seen bigint)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs;
  v_rows jsonb;
  v_errors jsonb;
  v_bad integer[];
  v_first integer;
begin
  select j.* into v_job from public.import_jobs as j where j.id = p_id for update;
  if v_job.state is distinct from 'running' then
    return false;
  end if;
  -- Sent again by a worker that did not hear the answer.
  select jsonb_agg(r.value), min((r.value ->> 'line')::integer) into v_rows, v_first
  from jsonb_array_elements(p_rows) as r (value)
  where (r.value ->> 'line')::integer > v_job.last_line;
  if v_rows is null then
    return true;
  end if;
  if v_job.rows_seen + jsonb_array_length(v_rows) > 200000 then
    perform private.import_refuse(
      p_id, v_first, '', 'too_many_rows', 'A file has 200000 rows at most.'
    );
    return false;
  end if;
  select coalesce(jsonb_agg(to_jsonb(e) order by e.line), '[]'), coalesce(array_agg(distinct e.line), '{}')
  into v_errors, v_bad
  from private.import_check(v_job, v_rows) as e;
  insert into public.import_errors (job_id, shop_id, line, column_name, code, message)
  select p_id, v_job.shop_id, e.line, e.column_name, e.code, e.message
  from jsonb_to_recordset(v_errors) as e (line integer, column_name text, code text, message text)
  order by e.line
  limit greatest(0, 1000 - v_job.error_count);
  perform private.import_stage(v_job, v_rows, v_bad);
  if v_job.mode = 'best_effort' then
    perform private.import_apply(v_job, v_first);
  end if;
  update public.import_jobs as j
  set rows_seen = j.rows_seen + jsonb_array_length(v_rows),
    rows_failed = j.rows_failed + cardinality(v_bad),
    rows_ok = j.rows_ok + jsonb_array_length(v_rows) - cardinality(v_bad),
    error_count = j.error_count + jsonb_array_length(v_errors),
    bytes_seen = p_bytes_seen,
    last_line = (select max((r.value ->> 'line')::integer) from jsonb_array_elements(v_rows) as r (value))
  where j.id = p_id;
  return true;
end;
$$;
comment on function private.import_rows(uuid, jsonb, bigint) is
'A batch of rows, each {line, cells (how many), <column>: text}: checked and staged, with best_effort applied. Lines dealt with are left out, so a batch may come again. False: the job has ended.';
revoke all on function private.import_rows(uuid, jsonb, bigint) from public;
grant execute on function private.import_rows(uuid, jsonb, bigint) to agora_workers;

create or replace function private.import_finish(p_id uuid)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job public.import_jobs;
begin
  select j.* into v_job from public.import_jobs as j where j.id = p_id for update;
  if v_job.state = 'running' then
    if v_job.mode = 'all_or_nothing' and v_job.rows_failed > 0 then
      perform private.end_import(p_id, 'failed', 'rows_invalid');
    else
      if v_job.mode = 'all_or_nothing' then
        perform private.import_apply(v_job, 0);
      end if;
      perform private.end_import(p_id, 'done', null);
    end if;
  end if;
  return (select j.state from public.import_jobs as j where j.id = p_id);
end;
$$;
comment on function private.import_finish(uuid) is
'The file is read to its end. all_or_nothing: everything is applied here, in this one transaction, or nothing is. Returns the job''s state.';
revoke all on function private.import_finish(uuid) from public;
grant execute on function private.import_finish(uuid) to agora_workers;

create or replace function private.tg_import_jobs__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.emit(
    'private-shop-' || new.shop_id, 'import.changed', jsonb_build_object('job_id', new.id)
  );
  return null;
end;
$$;
comment on function private.tg_import_jobs__emit() is 'Progress of an import, for the shop.';
revoke all on function private.tg_import_jobs__emit() from public;

-- Each change of state, and each 5000 rows.
create or replace trigger tg_import_jobs__emit
after update on public.import_jobs
for each row when (
  old.state is distinct from new.state or old.rows_seen / 5000 <> new.rows_seen / 5000
)
execute function private.tg_import_jobs__emit();
