-- Sanctions: who may judge whom, and what ends with them.
begin;
select no_plan();
select tests.world();
select tests.make_staff('moderator', 'moderator');
select tests.make_staff('other-moderator', 'moderator');
select tests.make_staff('support', 'support');

create function pg_temp.judge(p_who text, p_whom text, p_kind text default 'suspend', p_reason text default 'spam', p_until timestamptz default null)
returns text
language plpgsql
as $$
begin
  perform tests.become(p_who);
  return tests.outcome(format('select public.sanction_user(%L, %L, %L, %L)', tests.id(p_whom), p_kind, p_reason, p_until));
end;
$$;
select is(pg_temp.judge('buyer', 'stranger'), 'moderator_only', 'a customer judges nobody');
select is(pg_temp.judge('support', 'stranger'), 'moderator_only', 'nor does support');
select is(pg_temp.judge('moderator', 'moderator'), 'own_account', 'nobody themselves');
select is(pg_temp.judge('moderator', 'admin'), 'staff_protected', 'a moderator no admin');
select is(pg_temp.judge('moderator', 'other-moderator'), 'staff_protected', 'nor a colleague');
select is(pg_temp.judge('moderator', 'nobody'), 'user_not_found', 'somebody who exists');
select is(pg_temp.judge('moderator', 'stranger', p_reason => ' '), 'reason_required', 'with a reason');
select is(pg_temp.judge('moderator', 'stranger', p_until => now()), 'invalid_until', 'an end in the future');
select is(pg_temp.judge('moderator', 'stranger', p_until => 'infinity'), 'invalid_until', 'that comes');
select is(pg_temp.judge('moderator', 'stranger', 'hang'), '22P02', 'of a kind that there is');
select is(pg_temp.judge('moderator', 'stranger', null), 'invalid_kind', 'named');
select is(pg_temp.judge('admin', 'other-moderator'), 'ok', 'an admin judges staff');
select is(pg_temp.judge('other-moderator', 'stranger'), 'account_suspended', 'who then judges nobody');
select tests.back();
select is((select count(*) from public.user_sanctions), 1::bigint, 'nothing else was written');

-- What each kind ends.
create function pg_temp.can(p_who text)
returns text
language plpgsql
as $$
declare
  v_can text;
begin
  perform tests.become(p_who);
  select string_agg(t.name || '=' || tests.outcome(t.sql), ' ') into v_can from (
    values
    ('cart', format('select public.cart_add(%L)', tests.ref('mug/v'))),
    ('checkout', 'select public.begin_checkout(''a-checkout-key'')'),
    ('shop', format('select public.create_shop(''Shop'', %L)', 'shop-' || left(md5(random()::text), 8))),
    ('token', format('select public.issue_download_token(%L)', tests.ref('sale/ebook'))),
    ('export', 'select public.export_my_data()'),
    ('read', 'select public.mark_notifications_read()')
  ) as t (name, sql);
  return v_can;
end;
$$;
select tests.sanction('buyer', 'mute');
select is(pg_temp.can('buyer'), 'cart=ok checkout=ok shop=ok token=ok export=ok read=ok', 'a muted person buys and sells');
select ok(not private.is_blocked() and private.is_sanctioned('mute') and private.is_sanctioned('warn') and not private.is_sanctioned('suspend'), 'and is muted');
select tests.sanction('buyer', 'suspend', now() + interval '3 days');
select is(
  pg_temp.can('buyer'), 'cart=account_suspended checkout=account_suspended shop=account_suspended token=ok export=ok read=ok',
  'a suspended person changes nothing and keeps what is paid for'
);
select ok(private.is_blocked() and private.is_sanctioned('suspend') and not private.is_sanctioned('ban'), 'is suspended');
select is(tests.status(format('select public.cart_add(%L)', tests.ref('mug/v'))), 403, 'forbidden');
create function pg_temp.details()
returns jsonb
language plpgsql
as $$
begin
  perform private.require_user();
exception when sqlstate 'PGRST' then
  return (sqlerrm::jsonb ->> 'details')::jsonb;
end;
$$;
select tests.back();
select set_config('request.jwt.claims', json_build_object('sub', tests.id('buyer'))::text, true);
select results_eq(
  $$ select d ->> 'kind', (d ->> 'until')::timestamptz from pg_temp.details() as d $$, $$ values ('suspend', now() + interval '3 days') $$,
  'the refusal says until when'
);
select tests.sanction('buyer', 'ban');
select is(
  pg_temp.can('buyer'), 'cart=account_suspended checkout=account_suspended shop=account_suspended token=account_suspended export=ok read=ok',
  'a banned person loses the downloads too'
);
select tests.lift('buyer');
select is(pg_temp.can('buyer'), 'cart=ok checkout=ok shop=ok token=ok export=ok read=ok', 'lifted, all is as before');
select tests.sanction('buyer', 'ban', now() + interval '1 hour');
update public.user_sanctions set created_at = now() - interval '1 day', until = now() where lifted_at is null and user_id = tests.id('buyer');
select is(pg_temp.can('buyer'), 'cart=ok checkout=ok shop=ok token=ok export=ok read=ok', 'and when the time is over');

-- A link that was given out before.
select tests.become('buyer');
create temp table link on commit drop as select public.issue_download_token(tests.ref('sale/ebook')) ->> 'token' as token;
select tests.sanction('buyer', 'ban');
grant select on link to public;
select tests.become_role('agora_webhooks');
select results_eq(
  $$ select r ->> 'code', r ->> 'status' from private.redeem_download((select encode(sha256(convert_to(token, 'utf8')), 'hex') from link), '192.0.2.1', null, null, null) as r $$,
  $$ values ('account_suspended', '403') $$, 'is refused to the banned'
);
select tests.lift('buyer');
select tests.sanction('buyer', 'suspend');
select tests.become_role('agora_webhooks');
select is(
  private.redeem_download((select encode(sha256(convert_to(token, 'utf8')), 'hex') from link), '192.0.2.1', null, null, null) ->> 'outcome', 'preparing', 'and works for the suspended'
);
select tests.lift('buyer');

-- The seller's side: policies, RPCs, Storage.
create function pg_temp.sells()
returns text
language plpgsql
as $$
begin
  perform tests.become('owner');
  return concat_ws(' ',
    tests.touched('update public.products set description = ''new'''),
    tests.touched('update public.product_variants set position = 1'),
    tests.touched('update public.shops set description = ''new'''),
    tests.touched('update public.profiles set bio = ''new'''),
    tests.outcome(format('insert into public.products (shop_id, title, kind) values (%L, ''New one'', ''service'')', tests.ref('alpha-shop'))),
    tests.outcome(format('insert into public.product_variants (product_id, price_amount, currency) values (%L, 100, ''eur'')', tests.ref('draft'))),
    tests.outcome(format('insert into public.product_images (product_id, path) values (%L, %L)', tests.ref('draft'), format('%s/%s/%s.png', tests.ref('alpha-shop'), tests.ref('draft'), md5(random()::text)))),
    tests.outcome(format('select public.archive_product(%L)', tests.ref('draft'))),
    tests.outcome(format('select public.begin_upload(%L, ''a.pdf'', 10, ''application/pdf'', repeat(''0'', 64))', tests.ref('ebook'))),
    tests.outcome(format('select public.begin_onboarding(%L)', tests.ref('alpha-shop'))),
    tests.outcome(format('insert into storage.objects (bucket_id, name) values (''product-images'', %L)', format('%s/%s.png', tests.ref('alpha-shop'), md5(random()::text)))),
    tests.outcome(format('insert into storage.objects (bucket_id, name) values (''avatars'', %L)', format('%s/%s.png', tests.id('owner'), md5(random()::text))))
  );
end;
$$;
select is(pg_temp.sells(), '3 3 1 1 ok ok ok ok ok ok ok ok', 'a seller sells');
select tests.sanction('owner', 'suspend');
select is(
  pg_temp.sells(),
  '0 0 0 0 42501 42501 42501 account_suspended account_suspended account_suspended 42501 42501', 'until suspended'
);
select cmp_ok(tests.touched('select 1 from public.products'), '>', 2::bigint, 'and still reads');
select tests.lift('owner');
select is(pg_temp.sells(), '4 4 1 1 ok ok ok ok ok ok ok ok', 'and again');

-- Lifting.
select is(pg_temp.judge('moderator', 'stranger', 'ban', 'scam', now() + interval '1 day'), 'ok', 'a moderator bans');
create temp table s on commit drop as select id from public.user_sanctions where user_id = tests.id('stranger');
grant select on s to public;
select is(tests.outcome('select public.lift_sanction((select id from s), '''')'), 'reason_required', 'lifts with a reason');
select is(tests.outcome('select public.lift_sanction(gen_random_uuid(), ''why'')'), 'sanction_not_found', 'what there is');
select tests.become('stranger');
select is(tests.outcome('select public.lift_sanction((select id from s), ''please'')'), 'account_suspended', 'the banned lift nothing');
select tests.become('buyer');
select is(tests.outcome('select public.lift_sanction((select id from s), ''please'')'), 'moderator_only', 'nor do customers');
select tests.become('moderator');
select isnt(public.lift_sanction((select id from s), 'a mistake') ->> 'lifted_at', null, 'a moderator does');
select is(tests.outcome('select public.lift_sanction((select id from s), ''again'')'), 'ok', 'again is fine');
select tests.become('stranger');
select ok(not private.is_blocked(), 'and it is over');
select results_eq(
  'select kind from public.notifications order by id', $$ values ('account.sanctioned'), ('account.sanction_lifted') $$, 'the person was told of both'
);
select tests.back();
select results_eq(
  $$ select action, actor_id, coalesce(new ->> 'kind', new ->> 'lift_reason') from private.audit_log where entity = 'user_sanctions' and entity_id = (select id::text from s) order by occurred_at $$,
  format($$ values ('insert', %1$L::uuid, 'ban'), ('update', %1$L, 'a mistake') $$, tests.id('moderator')), 'who and why is written down'
);
-- Whose end is which role: a suspended admin is none.
select tests.make_staff('chief', 'admin');
select is(pg_temp.judge('chief', 'admin'), 'ok', 'an admin suspends an admin');
select tests.become('admin');
select is(tests.outcome('select public.admin_health()'), 'admin_only', 'who is none any more');
select is(pg_temp.judge('chief', 'chief'), 'own_account', 'the last one');
select tests.back();
select is(
  tests.outcome(format('insert into public.user_sanctions (user_id, kind, reason) values (%L, ''ban'', ''by hand'')', tests.id('chief'))), 'last_admin', 'stays, whoever tries'
);

select * from finish();
rollback;
