-- Notifications: once per object while unread, read by RPC, gone after a while.
begin;
select no_plan();
select tests.world();
delete from private.realtime_outbox;
create temp table n (label text, id uuid);
insert into n values ('first', private.notify(tests.id('buyer'), 'shop.news', '{"product_id": 1}', 'shop-1'));
insert into n values ('again', private.notify(tests.id('buyer'), 'shop.news', '{"product_id": 2}', 'shop-1'));
insert into n values ('other', private.notify(tests.id('buyer'), 'shop.news', '{"product_id": 2}', 'shop-2'));
insert into n values ('other kind', private.notify(tests.id('buyer'), 'shop.closed', '{"product_id": 2}', 'shop-1'));
insert into n values ('other person', private.notify(tests.id('stranger'), 'shop.news', '{"product_id": 2}', 'shop-1'));
insert into n values ('same data', private.notify(tests.id('buyer'), 'plain', '{"a": 1, "b": 2}'));
insert into n values ('same data', private.notify(tests.id('buyer'), 'plain', '{"b": 2, "a": 1}'));
select is((select count(distinct id) from n), 5::bigint, 'one per person, kind and object');
select results_eq(
  $$ select occurrences, data from public.notifications where id = (select id from n where label = 'first') $$,
  $$ values (2, '{"product_id": 2}'::jsonb) $$, 'the same again counts up and shows the last'
);
select is(
  (select count(*) from private.realtime_outbox where channel = 'private-user-' || tests.id('buyer') and event = 'notification'), 6::bigint, 'and is heard of'
);
select is_empty($$ select 1 from private.realtime_outbox as o where o.event = 'notification' and o.data - 'notification_id' <> '{}' $$, 'by id only');
grant select on n to public;
select tests.become('buyer');
select is(public.mark_notifications_read(array(select id from n where label in ('first', 'other person'))), 1, 'one marks one''s own');
select is(public.mark_notifications_read(array(select id from n where label = 'first')), 0, 'once');
select is(public.mark_notifications_read(array[]::uuid[]), 0, 'none is none');
select is(public.mark_notifications_read(), 3, 'or all');
select tests.back();
select is((select count(*) from public.notifications where user_id = tests.id('stranger') and read_at is null), 1::bigint, 'nobody else''s');
select isnt(private.notify(tests.id('buyer'), 'shop.news', '{}', 'shop-1'), (select id from n where label = 'first'), 'after reading, the next is a new one');
update public.notifications set read_at = now() - interval '91 days' where id = (select id from n where label = 'first');
update public.notifications set created_at = now() - interval '13 months' where user_id = tests.id('stranger');
select lives_ok('select private.purge_notifications()', 'old ones');
select is((select count(*) from public.notifications), 4::bigint, 'go');
select tests.become_anon();
select is(tests.outcome('select public.mark_notifications_read()'), '42501', 'anon has none');

-- Which emails somebody wants.
select tests.back();
insert into private.email_topics (template, topic) values ('weekly', 'marketing'), ('reply', 'forum');
create function pg_temp.mails(p_template text)
returns bigint
language plpgsql
as $$
begin
  perform tests.back();
  perform private.queue_email(p_template, gen_random_uuid(), tests.id('buyer'));
  return (select count(*) from private.email_messages where template = p_template and user_id = tests.id('buyer'));
end;
$$;
select is(pg_temp.mails('weekly'), 0::bigint, 'no marketing without consent');
select is(pg_temp.mails('reply'), 1::bigint, 'what is on by default');
select tests.become('buyer');
update public.email_preferences set marketing = true, forum = false;
select is(pg_temp.mails('weekly'), 1::bigint, 'with consent');
select is(pg_temp.mails('reply'), 1::bigint, 'and no more of what was switched off');
select tests.sanction('buyer', 'suspend');
select is(pg_temp.mails('weekly'), 1::bigint, 'the suspended are not advertised to');
select is(pg_temp.mails('receipt'), 2::bigint, 'a receipt is always sent');

-- Addresses: twenty, one default each.
select tests.lift('buyer');
select tests.become('buyer');
insert into public.addresses (recipient, line1, city, country, is_default_shipping, is_default_billing)
select 'Ada', 'Street ' || n, 'Berlin', 'DE', true, n = 1 from generate_series(1, 20) as n;
select results_eq('select line1 from public.addresses where is_default_shipping', array['Street 20'], 'the newest default is the default');
select results_eq('select line1 from public.addresses where is_default_billing', array['Street 1'], 'of its kind');
update public.addresses set is_default_billing = true where line1 = 'Street 7';
select results_eq('select line1 from public.addresses where is_default_billing', array['Street 7'], 'by update too');
select is(
  tests.outcome($$ insert into public.addresses (recipient, line1, city, country) values ('Ada', 'Street 21', 'Berlin', 'DE') $$),
  'too_many_addresses', 'the book is full'
);
select is(tests.outcome(format('update public.addresses set %s', v.change)), v.code, v.change)
from (
  values
  ('country = ''ZZ''', '23503'), ('country = ''''', '23503'), ('recipient = ''''', '23514'),
  (E'city = ''a\u202eb''', '23514'), ('postal_code = repeat(''1'', 17)', '23514'), ('phone = ''call me''', '23514')
) as v (change, code);

select * from finish();
rollback;
