-- A profile for each account.
begin;
select no_plan();
select tests.world();

select is((select count(*) from public.profiles), (select count(*) from auth.users), 'each account has one');
select matches((select p.handle from public.profiles as p where p.id = tests.id('buyer')), '^user_[0-9a-f]{16}$', 'under a random handle');
select is((select count(distinct p.handle) from public.profiles as p), 7::bigint, 'of its own');
delete from auth.users where id = tests.id('stranger');
select is((select count(*) from public.profiles as p where p.id = tests.id('stranger')), 0::bigint, 'and loses it with the account');
select throws_ok(
  format('delete from auth.users where id = %L', tests.id('buyer')), '23503', null, 'orders keep their buyer until erasure exists'
);

select * from finish();
rollback;
