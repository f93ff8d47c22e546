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
select is(
  private.uuid_v7_floor('2026-01-01 00:00:00+00')::text, '019b76da-a800-0000-0000-000000000000',
  'a month''s bound is its millisecond and zeros'
);

select * from finish();
rollback;
