-- The platform's commission, and how an amount is split without losing a cent.

-- Half a unit rounds up; the fee never exceeds the amount, so the seller's part is never negative.
create or replace function private.platform_fee(
    p_shop_id uuid, p_currency text, p_amount bigint, out fee bigint, out hold_days integer
)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  select
    least(p_amount, (p_amount * f.basis_points + 5000) / 10000 + f.fixed_amount),
    f.hold_days
  into fee, hold_days
  from private.fee_schedules as f
  where f.currency = p_currency and f.effective_from <= now()
    and (f.shop_id = p_shop_id or f.shop_id is null)
  order by f.shop_id nulls last, f.effective_from desc
  limit 1;
  if not found then
    raise exception 'no fee schedule for currency %', p_currency using errcode = 'P0002';
  end if;
end;
$$;
comment on function private.platform_fee(uuid, text, bigint) is
'The platform''s fee on a shop order of p_amount (minor units), and the hold in days. The shop''s own schedule comes before the default.';
revoke all on function private.platform_fee(uuid, text, bigint) from public;

-- Largest remainder (Hamilton): floors first, then one unit each to the largest fractions, the
-- earlier item on a tie. numeric: amount × weight overflows bigint.
create or replace function private.allocate(p_total bigint, p_weights bigint[])
returns bigint[]
language sql
immutable
set search_path = ''
as $$
  with parts as (
    select
      w.n,
      -- Nothing over nothing: the parts of an order that a discount made free.
      case
        when p_total = 0 then 0 else div(p_total::numeric * w.weight, sum(w.weight) over ())
      end as base,
      case
        when p_total = 0 then 0 else mod(p_total::numeric * w.weight, sum(w.weight) over ())
      end as remainder
    from unnest(p_weights) with ordinality as w (weight, n)
  ),
  ranked as (
    select
      n, base,
      row_number() over (order by remainder desc, n) as place,
      p_total - sum(base) over () as leftover
    from parts
  )
  select coalesce(
    array_agg((base + case when place <= leftover then 1 else 0 end)::bigint order by n), '{}'
  )
  from ranked;
$$;
comment on function private.allocate(bigint, bigint[]) is
'Split a non-negative total in proportion to weights that are not negative and, unless the total is 0, not all 0; the parts sum to the total exactly.';
revoke all on function private.allocate(bigint, bigint[]) from public;
