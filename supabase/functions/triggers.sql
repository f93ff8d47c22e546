-- Trigger functions that many tables share, and where they hang.

create or replace function private.tg_touch()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.tg_touch() is 'Keeps updated_at.';
revoke all on function private.tg_touch() from public;

-- Definer: the caller cannot read private.state_transitions.
create or replace function private.tg_state_transition()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  -- Not tg_table_name: on a partition that is the partition's own.
  v_machine text := tg_argv[0];
  v_column text := split_part(tg_argv[0], '.', 2);
  v_from text := 'new';
  v_to text := to_jsonb(new) ->> v_column;
begin
  if tg_op = 'UPDATE' then
    v_from := to_jsonb(old) ->> v_column;
    if v_from = v_to then
      return new;
    end if;
  end if;
  if not exists (
    select 1 from private.state_transitions as t
    where t.machine = v_machine and t.from_state = v_from and t.to_state = v_to
  ) then
    perform private.fail(
      409, 'illegal_transition', format('%s cannot go from %s to %s.', v_machine, v_from, v_to)
    );
  end if;
  return new;
end;
$$;
comment on function private.tg_state_transition() is
'Refuses a state change that private.state_transitions does not list. Argument: the machine, "table.column".';
revoke all on function private.tg_state_transition() from public;

create or replace function private.tg_append_only()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_blanks jsonb;
begin
  -- Erasure of a person empties columns, and can do nothing else to history.
  if tg_op = 'UPDATE' and tg_nargs > 0 then
    select jsonb_object_agg(b.name, null) into v_blanks from unnest(tg_argv) as b (name);
    if to_jsonb(new) = to_jsonb(old) || v_blanks then
      return new;
    end if;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '55000';
end;
$$;
comment on function private.tg_append_only() is
'Refuses update, delete and truncate, for every role. Arguments: columns that an update may set to null, all of them at once and no other (erasure of a person).';
revoke all on function private.tg_append_only() from public;

do $$
declare
  v record;
begin
  for v in select * from (values
    ('public', 'profiles'), ('public', 'shops'), ('public', 'shop_payment_accounts'),
    ('public', 'products'), ('public', 'product_variants'), ('public', 'product_files'),
    ('public', 'carts'), ('public', 'cart_items'), ('public', 'orders'),
    ('public', 'shop_orders'), ('public', 'shop_earnings'), ('public', 'payments'),
    ('public', 'download_grants'), ('private', 'payment_charges'),
    ('private', 'inventory_reservations'),
    ('public', 'profile_private'), ('public', 'addresses'), ('public', 'notifications'),
    ('public', 'email_preferences'),
    ('public', 'categories'), ('public', 'import_jobs'), ('private', 'discount_redemptions')
  ) as t (nsp, tab) loop
    execute format(
      'create or replace trigger tg_%2$s__touch before update on %1$I.%2$I '
      'for each row execute function private.tg_touch()', v.nsp, v.tab
    );
  end loop;

  for v in select * from (values
    ('public', 'shops', 'status'), ('public', 'shop_payment_accounts', 'state'),
    ('public', 'shop_invitations', 'status'),
    ('public', 'products', 'status'), ('public', 'product_files', 'status'),
    ('public', 'orders', 'status'), ('public', 'shop_orders', 'status'),
    ('public', 'payments', 'status'), ('private', 'stripe_events', 'state'),
    ('private', 'inventory_reservations', 'state'), ('private', 'personalized_files', 'state'),
    ('private', 'email_messages', 'state'), ('public', 'import_jobs', 'state'),
    ('public', 'product_reviews', 'status'), ('private', 'discount_redemptions', 'state')
  ) as t (nsp, tab, col) loop
    execute format(
      'create or replace trigger tg_%2$s__state before insert or update of %3$I on %1$I.%2$I '
      'for each row execute function private.tg_state_transition(%4$L)',
      v.nsp, v.tab, v.col, v.tab || '.' || v.col
    );
  end loop;

  for v in select * from (values
    ('private', 'ledger_transactions', ''), ('private', 'ledger_entries', ''),
    ('private', 'download_attempts', '''ip'', ''user_agent'', ''device'''),
    ('private', 'audit_log', ''), ('public', 'order_events', ''),
    ('private', 'order_item_fees', '')
  ) as t (nsp, tab, blanks) loop
    execute format(
      'create or replace trigger tg_%2$s__append_only before update or delete on %1$I.%2$I '
      'for each row execute function private.tg_append_only(%3$s)', v.nsp, v.tab, v.blanks
    );
    execute format(
      'create or replace trigger tg_%2$s__no_truncate before truncate on %1$I.%2$I '
      'for each statement execute function private.tg_append_only()', v.nsp, v.tab
    );
  end loop;
end;
$$;
