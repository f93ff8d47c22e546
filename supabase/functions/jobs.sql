-- Jobs: pgmq's queues behind functions, so that a worker's role touches no table, and so that
-- retry, hold, replay and drop are decided here.

create or replace function private.enqueue(p_queue text, p_message jsonb)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_msg_id bigint;
begin
  v_msg_id := pgmq.send(
    p_queue,
    p_message || jsonb_build_object(
      'request_id', coalesce(p_message ->> 'request_id', private.request_id())
    )
  );
  -- A hint only: workers poll all the same.
  perform pg_notify('agora_jobs', p_queue);
  return v_msg_id;
end;
$$;
comment on function private.enqueue(text, jsonb) is
'Queue a job in the transaction of its cause; it carries the request id on.';
revoke all on function private.enqueue(text, jsonb) from public;

create or replace function private.jobs_read(
    p_queue text, p_lease_seconds integer, p_batch integer
)
returns table (msg_id bigint, read_ct integer, enqueued_at timestamptz, message jsonb)
language sql
security definer
set search_path = ''
as $$
  select r.msg_id, r.read_ct, r.enqueued_at, r.message
  from pgmq.read(p_queue, p_lease_seconds, p_batch) as r;
$$;
comment on function private.jobs_read(text, integer, integer) is
'Lease up to p_batch jobs; one that is not done by then is seen again by itself.';
revoke all on function private.jobs_read(text, integer, integer) from public;
grant execute on function private.jobs_read(text, integer, integer) to agora_workers;

-- An attempt's number is its fence: once the lease has run out and the job was read again, whoever
-- had it before can neither prolong nor settle it. Without it (null), as before.
create or replace function private.jobs_is_leased(p_queue text, p_msg_id bigint, p_attempt integer)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_attempt integer;
begin
  -- Locks the row until commit, so that nobody reads the job in between.
  execute format('select m.read_ct from pgmq.%I as m where m.msg_id = $1 for update', 'q_' || p_queue)
  into v_attempt using p_msg_id;
  return v_attempt is not null and v_attempt = coalesce(p_attempt, v_attempt);
end;
$$;
comment on function private.jobs_is_leased(text, bigint, integer) is
'Is the job still that of this attempt? Locks it.';
revoke all on function private.jobs_is_leased(text, bigint, integer) from public;

drop function if exists private.jobs_extend(text, bigint, integer);
create or replace function private.jobs_extend(
    p_queue text, p_msg_id bigint, p_lease_seconds integer, p_attempt integer default null
)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not private.jobs_is_leased(p_queue, p_msg_id, p_attempt) then
    return false;
  end if;
  perform pgmq.set_vt(p_queue, p_msg_id, p_lease_seconds);
  return true;
end;
$$;
comment on function private.jobs_extend(text, bigint, integer, integer) is
'A longer lease for a long job, or 0 to give it back; false when it is another attempt''s by now.';
revoke all on function private.jobs_extend(text, bigint, integer, integer) from public;
grant execute on function private.jobs_extend(text, bigint, integer, integer) to agora_workers;

drop function if exists private.jobs_done(text, bigint);
create or replace function private.jobs_done(
    p_queue text, p_msg_id bigint, p_attempt integer default null
)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not private.jobs_is_leased(p_queue, p_msg_id, p_attempt) then
    return false;
  end if;
  return pgmq.archive(p_queue, p_msg_id);
end;
$$;
comment on function private.jobs_done(text, bigint, integer) is
'The job is done; it goes to the archive. False when it is another attempt''s by now, or settled.';
revoke all on function private.jobs_done(text, bigint, integer) from public;
grant execute on function private.jobs_done(text, bigint, integer) to agora_workers;

drop function if exists private.jobs_fail(text, bigint, text, boolean);
create or replace function private.jobs_fail(
    p_queue text, p_msg_id bigint, p_error text, p_permanent boolean,
    p_attempt integer default null
)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_queue private.queues;
  v_job record;
  v_delay interval;
begin
  select * into strict v_queue from private.queues as q where q.name = p_queue;
  if not private.jobs_is_leased(p_queue, p_msg_id, p_attempt) then
    return 'lost';
  end if;
  select m.msg_id, m.read_ct, m.message into v_job
  from pgmq.set_vt(p_queue, p_msg_id, 0) as m;
  if p_permanent or v_job.read_ct >= v_queue.max_attempts then
    insert into private.held_jobs (queue, msg_id, message, attempts, error)
    values (p_queue, p_msg_id, v_job.message, v_job.read_ct, left(p_error, 2000));
    perform pgmq.archive(p_queue, p_msg_id);
    return 'held';
  end if;
  -- Exponential with full jitter on its upper half, so that a burst of failures spreads out.
  v_delay := least(
    v_queue.max_delay, v_queue.base_delay * power(2, least(v_job.read_ct, 20) - 1)
  ) * (0.5 + random() / 2);
  perform pgmq.set_vt(p_queue, p_msg_id, greatest(1, extract(epoch from v_delay))::integer);
  return 'retry';
end;
$$;
comment on function private.jobs_fail(text, bigint, text, boolean, integer) is
'A job failed: tried again later, or, if that cannot help or was done often enough, held for an operator. Returns retry, held, or lost when it is another attempt''s by now, or settled.';
revoke all on function private.jobs_fail(text, bigint, text, boolean, integer) from public;
grant execute on function private.jobs_fail(text, bigint, text, boolean, integer) to agora_workers;

create or replace function private.jobs_queues()
returns table (queue text, ready bigint, leased bigint, held bigint, oldest_seconds integer)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_name text;
begin
  for v_name in select q.name from private.queues as q order by q.name loop
    return query execute format(
      'select %L::text, count(*) filter (where m.vt <= clock_timestamp()), '
      'count(*) filter (where m.vt > clock_timestamp()), '
      '(select count(*) from private.held_jobs as h where h.queue = %L and h.resolved_at is null), '
      'coalesce(extract(epoch from clock_timestamp() - min(m.enqueued_at)), 0)::integer '
      'from pgmq.%I as m', v_name, v_name, 'q_' || v_name
    );
  end loop;
end;
$$;
comment on function private.jobs_queues() is
'Each queue: jobs ready, leased or waiting for a retry, held, and the age of the oldest.';
revoke all on function private.jobs_queues() from public;
grant execute on function private.jobs_queues() to agora_operator;

create or replace function private.jobs_held(p_queue text default null)
returns table (
    id bigint, queue text, msg_id bigint, message jsonb, attempts integer, error text,
    held_at timestamptz
)
language sql
stable
security definer
set search_path = ''
as $$
  select h.id, h.queue, h.msg_id, h.message, h.attempts, h.error, h.held_at
  from private.held_jobs as h
  where h.resolved_at is null and (p_queue is null or h.queue = p_queue)
  order by h.id
  limit 1000;
$$;
comment on function private.jobs_held(text) is 'Held jobs that wait for a decision, oldest first.';
revoke all on function private.jobs_held(text) from public;
grant execute on function private.jobs_held(text) to agora_operator;

create or replace function private.resolve_held_job(
    p_id bigint, p_resolution text, p_note text
)
returns private.held_jobs
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job private.held_jobs;
begin
  update private.held_jobs as h
  set resolution = p_resolution, resolution_note = p_note, resolved_at = now()
  where h.id = p_id and h.resolved_at is null
  returning * into v_job;
  if v_job.id is null then
    perform private.fail(404, 'job_not_held', 'No such held job.', 'See: agora jobs held.');
  end if;
  return v_job;
end;
$$;
comment on function private.resolve_held_job(bigint, text, text) is
'Settle a held job, once. Errors: job_not_held.';
revoke all on function private.resolve_held_job(bigint, text, text) from public;

create or replace function private.jobs_replay(p_id bigint)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job private.held_jobs := private.resolve_held_job(p_id, 'replayed', session_user);
begin
  return private.enqueue(v_job.queue, v_job.message);
end;
$$;
comment on function private.jobs_replay(bigint) is
'Queue a held job again from its first attempt; returns the new message id. Errors: job_not_held.';
revoke all on function private.jobs_replay(bigint) from public;
grant execute on function private.jobs_replay(bigint) to agora_operator;

create or replace function private.jobs_drop(p_id bigint, p_reason text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if char_length(trim(coalesce(p_reason, ''))) < 3 then
    perform private.fail(422, 'reason_required', 'Say why the job may be dropped.');
  end if;
  perform private.resolve_held_job(p_id, 'dropped', session_user || ': ' || p_reason);
end;
$$;
comment on function private.jobs_drop(bigint, text) is
'Give a held job up, with a reason that is kept. Errors: job_not_held, reason_required.';
revoke all on function private.jobs_drop(bigint, text) from public;
grant execute on function private.jobs_drop(bigint, text) to agora_operator;
