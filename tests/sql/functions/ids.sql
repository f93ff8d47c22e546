-- UUIDv7.
begin;
select no_plan();

select matches(
  private.uuid_v7()::text, '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
  'version 7, RFC variant'
);
select is(
  (select count(distinct private.uuid_v7()) from generate_series(1, 1000)), 1000::bigint,
  'no two are the same'
);
select ok(
  private.uuid_v7() >= private.uuid_v7_floor(clock_timestamp() - interval '1 ms'),
  'not before the moment it was made in'
);
select ok(
  private.uuid_v7() < private.uuid_v7_floor(clock_timestamp() + interval '1 second'), 'nor after'
);
-- Twenty in a row, 50 microseconds apart: many share a millisecond.
create function pg_temp.in_a_row()
returns uuid[]
language plpgsql
as $$
declare
  v_ids uuid[] := '{}';
begin
  for i in 1..20 loop
    v_ids := v_ids || private.uuid_v7();
    perform pg_sleep(0.00005);
  end loop;
  return v_ids;
end;
$$;
create temporary table made on commit drop as
select i.id, i.n from unnest(pg_temp.in_a_row()) with ordinality as i (id, n);
select is(
  (select array_agg(m.n order by m.id) from made as m),
  (select array_agg(m.n order by m.n) from made as m),
  'ids sort as they were made, within a millisecond too'
);
select is(
  private.uuid_v7_floor('2026-01-01 00:00:00+00')::text, '019b76da-a800-0000-0000-000000000000',
  'a month''s bound is its millisecond and zeros'
);

select * from finish();
rollback;
