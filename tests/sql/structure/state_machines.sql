-- Every state column has its trigger; every pair of states is tried against the table of legal ones.
begin;
select no_plan();
select tests.world();
select tests.add_to_cart('stranger', 'poster');
select tests.make_code('owner', 'alpha-shop', 'TENTH', 1000);
select tests.become('stranger');
select public.apply_discount_code('TENTH');
select tests.check_out('stranger', 'open');
select tests.become('owner');
select public.invite_member(tests.ref('alpha-shop'), 'new@example.test', 'staff');
select public.begin_import(tests.ref('alpha-shop'));
select tests.back();
select tests.review('buyer', 'sale/ebook', 5, 'review');
set constraints all immediate;

create temp table machines on commit drop as
select
  n.nspname as nsp, c.relname as tab, a.attname as col, c.relname || '.' || a.attname as machine,
  case
    when t.typtype = 'e' then (
      select array_agg(e.enumlabel::text order by e.enumsortorder)
      from pg_enum as e where e.enumtypid = t.oid
    )
    else (
      select array_agg(distinct m[1]) from pg_constraint as k,
        regexp_matches(pg_get_constraintdef(k.oid), '''([a-z_]+)''', 'g') as m
      where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
    )
  end as states
from pg_attribute as a
inner join pg_class as c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
inner join pg_namespace as n on n.oid = c.relnamespace and n.nspname in ('public', 'private')
inner join pg_type as t on t.oid = a.atttypid
where a.attname in ('status', 'state');

select set_eq(
  'select machine from machines',
  array[
    'shops.status', 'shop_invitations.status', 'shop_payment_accounts.state', 'products.status', 'product_files.status',
    'orders.status', 'shop_orders.status', 'payments.status', 'stripe_events.state',
    'inventory_reservations.state', 'personalized_files.state', 'email_messages.state',
    'import_jobs.state',
    'product_reviews.status', 'discount_redemptions.state'
  ],
  'these columns hold a state'
);
select set_eq(
  'select distinct machine from private.state_transitions', 'select machine from machines',
  'each has its legal transitions'
);
select is_empty(
  $$
    select t.machine, s from private.state_transitions as t
    cross join lateral unnest(array[t.from_state, t.to_state]) as s
    inner join machines as m on m.machine = t.machine
    where s <> 'new' and s <> all (m.states)
  $$,
  'which name existing states only'
);
select is_empty(
  $$
    select m.machine from machines as m
    where not exists (
      select 1 from pg_trigger as t
      where t.tgrelid = format('%I.%I', m.nsp, m.tab)::regclass
        and t.tgfoid = 'private.tg_state_transition()'::regprocedure and t.tgenabled = 'O'
        and t.tgargs = (m.machine || E'\\000')::bytea and t.tgtype & 23 = 23
    )
  $$,
  'each has the trigger, before insert and update of every row, with its own name'
);

-- The rules beside the states are not under test here.
do $$
declare
  v record;
begin
  for v in
    select k.conrelid::regclass as tab, k.conname from pg_constraint as k
    where k.conname in (
      'orders_paid_at_check', 'personalized_files_ready_check', 'email_messages_sent_check',
      'shop_invitations_address_check', 'shop_invitations_settled_check',
      'import_jobs_finished_check', 'products_publish_at_check',
      'product_reviews_hidden_check'
    ) and k.conparentid = 0 and k.coninhcount = 0
  loop
    execute format('alter table %s drop constraint %I', v.tab, v.conname);
  end loop;
end;
$$;

create function pg_temp.try(p_machine text, p_from text, p_to text)
returns text
language plpgsql
as $$
declare
  v machines;
  v_id tid;
  v_place regclass;
  v_type regtype;
  v_outcome text;
begin
  select * into v from machines as m where m.machine = p_machine;
  select a.atttypid::regtype into v_type from pg_attribute as a
  where a.attrelid = format('%I.%I', v.nsp, v.tab)::regclass and a.attname = v.col;
  if p_from = 'new' then
    -- The trigger runs before the other columns are missed.
    return tests.outcome(format(
      'insert into %I.%I (%I) values (%L)', v.nsp, v.tab, v.col, p_to
    ));
  end if;
  set local session_replication_role = replica;
  execute format('select tableoid::regclass, ctid from %I.%I limit 1', v.nsp, v.tab)
  into v_place, v_id;
  execute format(
    'update %s set %I = %L::%s where ctid = %L returning ctid', v_place, v.col, p_from, v_type, v_id
  ) into v_id;
  set local session_replication_role = origin;
  if v_id is null then
    return 'no row to try with';
  end if;
  v_outcome := tests.outcome(format(
    'update %s set %I = %L::%s where ctid = %L', v_place, v.col, p_to, v_type, v_id
  ));
  return v_outcome;
end;
$$;

create temp table tried on commit drop as
select m.machine, f as from_state, s as to_state, pg_temp.try(m.machine, f, s) as outcome
from machines as m
cross join lateral unnest(m.states || 'new'::text) as f
cross join lateral unnest(m.states) as s
where f <> s;

select cmp_ok((select count(*) from tried), '>', 140::bigint, 'all pairs are tried');
select set_eq(
  $$ select machine, from_state, to_state from tried where outcome <> 'illegal_transition' $$,
  $$ select machine, from_state, to_state from private.state_transitions $$,
  'a change passes exactly if the table lists it'
);
select is_empty(
  $$ select * from tried where outcome not in ('illegal_transition', 'ok', '23502') $$,
  'and nothing else stood in the way'
);
select is(
  tests.status($$ update public.orders set status = 'expired' where status = 'paid' $$), 409,
  'the refusal is a conflict'
);

-- Ends, and what must never be listed, spelt out.
select set_eq(
  $$
    select m.machine, s from machines as m cross join lateral unnest(m.states) as s
    where exists (
      select 1 from private.state_transitions as t where t.machine = m.machine and t.to_state = s
    ) and not exists (
      select 1 from private.state_transitions as t where t.machine = m.machine and t.from_state = s
    )
  $$,
  $$
    values
    ('shops.status', 'closed'), ('shop_invitations.status', 'accepted'),
    ('shop_invitations.status', 'revoked'), ('shop_invitations.status', 'expired'), ('product_files.status', 'ready'),
    ('product_files.status', 'rejected'), ('orders.status', 'paid'), ('orders.status', 'cancelled'),
    ('shop_orders.status', 'paid'), ('shop_orders.status', 'cancelled'),
    ('payments.status', 'succeeded'), ('payments.status', 'canceled'),
    ('payments.status', 'refunded'), ('stripe_events.state', 'applied'),
    ('stripe_events.state', 'ignored'), ('inventory_reservations.state', 'consumed'),
    ('personalized_files.state', 'ready'), ('email_messages.state', 'sent'),
    ('email_messages.state', 'dropped'),
    ('import_jobs.state', 'done'), ('import_jobs.state', 'failed'),
    ('import_jobs.state', 'cancelled'),
    ('discount_redemptions.state', 'consumed')
  $$,
  'terminal states stay'
);

select * from finish();
rollback;
