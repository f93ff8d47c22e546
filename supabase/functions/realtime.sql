-- Realtime: outbox rows in the commit of their cause, then a log numbered in order of commit.

create or replace function private.emit(p_channel text, p_event text, p_data jsonb)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into private.realtime_outbox (channel, event, data) values (p_channel, p_event, p_data);
$$;
comment on function private.emit(text, text, jsonb) is
'Tell a channel that something happened: ids only, the client reads again as itself.';
revoke all on function private.emit(text, text, jsonb) from public;

create or replace function private.tg_orders__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_event text := 'order.' || case
    when new.status = 'pending_payment' then 'created' else new.status::text
  end;
begin
  perform private.emit(
    'private-order-' || new.id, v_event, jsonb_build_object('order_id', new.id)
  );
  perform private.emit(
    'private-user-' || new.buyer_id, v_event, jsonb_build_object('order_id', new.id)
  );
  return null;
end;
$$;
comment on function private.tg_orders__emit() is 'Order changes, for its buyer.';
revoke all on function private.tg_orders__emit() from public;

create or replace trigger tg_orders__emit_insert
after insert on public.orders
for each row execute function private.tg_orders__emit();

create or replace trigger tg_orders__emit_update
after update of status on public.orders
for each row when (old.status is distinct from new.status)
execute function private.tg_orders__emit();

-- A seller hears of an order when it is paid, not of carts that came to nothing.
create or replace function private.tg_shop_orders__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.emit(
    'private-shop-' || new.shop_id, 'order.paid', jsonb_build_object('shop_order_id', new.id)
  );
  return null;
end;
$$;
comment on function private.tg_shop_orders__emit() is 'Paid orders, for their sellers.';
revoke all on function private.tg_shop_orders__emit() from public;

create or replace trigger tg_shop_orders__emit
after update of status on public.shop_orders
for each row when (old.status is distinct from new.status and new.status = 'paid')
execute function private.tg_shop_orders__emit();

create or replace function private.tg_shop_payment_accounts__emit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.emit(
    'private-shop-' || new.shop_id, 'shop.payment_account',
    jsonb_build_object('shop_id', new.shop_id)
  );
  return null;
end;
$$;
comment on function private.tg_shop_payment_accounts__emit() is
'A changed onboarding state, for the shop.';
revoke all on function private.tg_shop_payment_accounts__emit() from public;

create or replace trigger tg_shop_payment_accounts__emit
after update of state on public.shop_payment_accounts
for each row when (old.state is distinct from new.state)
execute function private.tg_shop_payment_accounts__emit();

-- One sequencer at a time; its lock is held until commit, so numbers become visible in order and
-- a reader that follows them misses nothing, however late another transaction commits.
create or replace function private.realtime_sequence(p_limit integer)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_moved integer;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('agora.realtime_sequence', 0)) then
    return 0;
  end if;
  -- Materialized: as a subquery of the delete it may be run again for every row, beyond its limit.
  with next as materialized (
    select n.id from private.realtime_outbox as n order by n.id limit p_limit
    for update skip locked
  ),
  moved as (
    delete from private.realtime_outbox as o using next as n where o.id = n.id
    returning o.*
  )
  insert into private.realtime_events (channel, event, data, created_at)
  select m.channel, m.event, m.data, m.created_at from moved as m order by m.id;
  get diagnostics v_moved = row_count;
  return v_moved;
end;
$$;
comment on function private.realtime_sequence(integer) is
'Number up to p_limit committed outbox rows; 0 if there are none or another worker is at it.';
revoke all on function private.realtime_sequence(integer) from public;
grant execute on function private.realtime_sequence(integer) to agora_workers;

create or replace function private.realtime_claim(
    p_consumer text, p_worker text, p_lease_seconds integer, p_batch integer
)
returns table (id bigint, channel text, event text, data jsonb)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_last bigint;
begin
  update private.realtime_consumers as c
  set leased_by = p_worker,
    leased_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where c.name = p_consumer
    and (c.leased_by is null or c.leased_by = p_worker or c.leased_until < clock_timestamp())
  returning c.last_id into v_last;
  if v_last is null then
    return;
  end if;
  return query
  select e.id, e.channel, e.event, e.data from private.realtime_events as e
  where e.id > v_last order by e.id limit p_batch;
end;
$$;
comment on function private.realtime_claim(text, text, integer, integer) is
'The next events for a reader of the log, under a lease; none if another worker holds it.';
revoke all on function private.realtime_claim(text, text, integer, integer) from public;
grant execute on function private.realtime_claim(text, text, integer, integer) to agora_workers;

create or replace function private.realtime_advance(
    p_consumer text, p_worker text, p_last_id bigint
)
returns void
language sql
security definer
set search_path = ''
as $$
  update private.realtime_consumers as c
  set last_id = greatest(c.last_id, p_last_id), leased_by = null, leased_until = null
  where c.name = p_consumer and c.leased_by = p_worker;
$$;
comment on function private.realtime_advance(text, text, bigint) is
'Events up to p_last_id are delivered; gives the lease back.';
revoke all on function private.realtime_advance(text, text, bigint) from public;
grant execute on function private.realtime_advance(text, text, bigint) to agora_workers;
