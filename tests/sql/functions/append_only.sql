-- What has happened stays as it was.
begin;
select no_plan();
select tests.world();
set constraints all immediate;
select tests.become('buyer');
select tests.remember(
  'token', (public.issue_download_token(tests.ref('sale/ebook')) ->> 'file_id')::uuid
);
select tests.become_role('agora_webhooks');
select is(
  private.redeem_download(repeat('0', 64), '192.0.2.1', null, null, null) ->> 'code',
  'token_unknown', 'an attempt is made'
);
select tests.back();

create temp table tabs on commit drop as
select t as tab, format('private.%I', t) as full_name
from unnest(array['ledger_transactions', 'ledger_entries', 'download_attempts', 'audit_log', 'order_item_fees']) as t
union all
select 'order_events', 'public.order_events';
grant select on tabs to public;

select ok(
  (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %s', full_name), false, true, '')))[1]::text::int > 0,
  tab || ' has rows to try with'
)
from tabs;
select set_eq(
  $$
    select t.tgrelid::regclass::text from pg_trigger as t
    where t.tgfoid = 'private.tg_append_only()'::regprocedure and t.tgenabled = 'O'
    group by 1 having bit_or(t.tgtype::integer) & 56 = 56
  $$,
  'select full_name::regclass::text from tabs', 'exactly these refuse update, delete and truncate'
);
select tests.become_role('postgres');
select is(tests.outcome(format('delete from %s', full_name)), '55000', tab || ': delete') from tabs;
select is(tests.outcome(format('truncate %s cascade', full_name)), '55000', tab || ': truncate') from tabs;
select is(
  tests.outcome((
    select format('update %s set %I = %I', tabs.full_name, a.attname, a.attname)
    from pg_attribute as a
    where a.attrelid = tabs.full_name::regclass and a.attnum > 0 order by a.attnum limit 1
  )),
  '55000', tab || ': update'
)
from tabs;

select * from finish();
rollback;
