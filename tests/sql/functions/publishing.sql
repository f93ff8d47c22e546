-- Scheduled publishing, previews, duplicates, new versions.
begin;
select no_plan();
select tests.world();

-- Scheduled.
select tests.become('owner');
select is(tests.outcome($$ select public.schedule_product(tests.ref('draft'), now() - interval '1 minute') $$), 'invalid_publish_time', 'not in the past');
select is(tests.outcome($$ select public.schedule_product(tests.ref('draft'), now() + interval '2 years') $$), 'invalid_publish_time', 'nor in two years');
select is(tests.outcome($$ select public.schedule_product(tests.ref('poster'), now() + interval '1 day') $$), 'product_is_active', 'nor what is public');
select is(public.schedule_product(tests.ref('draft'), now() + interval '1 day') ->> 'status', 'draft', 'tomorrow');
select tests.become('staff');
select is(tests.outcome($$ select public.schedule_product(tests.ref('draft'), null) $$), 'product_not_found', 'staff schedules nothing');
select tests.become_role('postgres');
select private.publish_scheduled();
select is((select p.status from public.products as p where p.id = tests.ref('draft')), 'draft', 'not before its time');
update public.products set publish_at = now() - interval '1 second' where id = tests.ref('draft');
select private.publish_scheduled();
select results_eq(
  $$ select status::text, is_listed, publish_at is null, publish_problem from public.products where id = tests.ref('draft') $$,
  $$ values ('active', true, true, null::text) $$, 'at its time'
);
select tests.back();
select is(
  (select count(*) from private.realtime_outbox as o where o.event = 'product.published' and o.data ->> 'product_id' = tests.ref('draft')::text),
  1::bigint, 'and the shop hears of it'
);
select tests.become('owner');
insert into public.products (shop_id, slug, title, kind) values (tests.ref('alpha-shop'), 'bare', 'Bare', 'physical');
select tests.remember('bare', (select p.id from public.products as p where p.slug = 'bare'));
select public.schedule_product(tests.ref('bare'), now() + interval '1 day');
select tests.become_role('postgres');
update public.products set publish_at = now() - interval '1 second' where id = tests.ref('bare');
select private.publish_scheduled();
select tests.become('owner');
select results_eq(
  $$ select status::text, publish_at is null, publish_problem from public.products where id = tests.ref('bare') $$,
  $$ values ('draft', true, 'product_has_no_variant') $$, 'what cannot be published says why'
);
select is(public.schedule_product(tests.ref('bare'), now() + interval '1 day') ->> 'publish_problem', null, 'until it is tried again');
select is(public.schedule_product(tests.ref('bare'), null) ->> 'publish_at', null, 'or is cancelled');

-- Previews.
select is(tests.outcome(format('select public.create_preview_link(tests.ref(''bare''), %s)', h)), 'invalid_hours', 'hours')
from unnest(array['0', '721', 'null']) as h;
insert into public.product_tags (product_id, tag) values (tests.ref('bare'), 'secret');
select set_config('tests.token', public.create_preview_link(tests.ref('bare')) ->> 'token', true);
select tests.become_anon();
select is(public.preview_product(current_setting('tests.token')) ->> 'title', 'Bare', 'whoever has the link sees the draft');
select is(public.preview_product(current_setting('tests.token')) #>> '{product_tags,0,tag}', 'secret', 'with its tags');
select is(public.preview_product(current_setting('tests.token')) #>> '{shops,slug}', 'alpha-shop', 'and its shop');
select is_empty('select 1 from public.products where slug = ''bare''', 'and nobody without it');
select is(tests.outcome($$ select public.preview_product('guess') $$), 'preview_not_found', 'no guess');
select is(tests.outcome($$ select public.preview_product(null) $$), 'preview_not_found', 'nor nothing');
select tests.back();
select is((select count(*) from private.preview_links as l where l.token_sha256 = sha256(convert_to(current_setting('tests.token'), 'utf8'))), 1::bigint, 'kept as a hash');
update private.preview_links set expires_at = now() - interval '1 second';
select tests.become_anon();
select is(tests.outcome($$ select public.preview_product(current_setting('tests.token')) $$), 'preview_not_found', 'not after its time');
select tests.become('owner');
select set_config('tests.token', public.create_preview_link(tests.ref('bare'), 1) ->> 'token', true);
select public.create_preview_link(tests.ref('bare')) from generate_series(1, 19);
select is(tests.outcome($$ select public.create_preview_link(tests.ref('bare')) $$), 'too_many_previews', 'twenty at once');
select tests.become('staff');
select is(tests.outcome($$ select public.create_preview_link(tests.ref('bare')) $$), 'product_not_found', 'staff makes none');
select is(tests.outcome($$ select public.revoke_preview_links(tests.ref('bare')) $$), 'product_not_found', 'nor ends any');
select tests.become('owner');
select is(public.revoke_preview_links(tests.ref('bare')), 20, 'the owner does');
select tests.become_anon();
select is(tests.outcome($$ select public.preview_product(current_setting('tests.token')) $$), 'preview_not_found', 'at once');

-- Duplicates.
select tests.become('owner');
insert into public.product_images (product_id, path) values (tests.ref('poster'), concat_ws('/', tests.ref('alpha-shop'), tests.ref('poster'), 'a.png'));
insert into public.product_tags (product_id, tag) values (tests.ref('poster'), 'paper');
update public.product_variants set sku = 'P-1', compare_at_amount = 2000, weight_grams = 100 where id = tests.ref('poster/v');
select tests.remember('copy', (public.duplicate_product(tests.ref('poster')) ->> 'id')::uuid);
select results_eq(
  $$
    select p.title, p.status::text, p.sales_count, v.sku, v.stock, v.price_amount, v.compare_at_amount, v.weight_grams, i.path ~ 'a.png$', t.tag
    from public.products as p
    inner join public.product_variants as v on v.product_id = p.id
    inner join public.product_images as i on i.product_id = p.id
    inner join public.product_tags as t on t.product_id = p.id
    where p.id = tests.ref('copy')
  $$,
  $$ values ('Title of poster (copy)', 'draft', 0::bigint, null::text, 0, 1250::bigint, 2000::bigint, 100, true, 'paper') $$, 'a draft with everything but sku, stock, sales'
);
select is(tests.outcome($$ select public.duplicate_product(tests.ref('poster'), 'x') $$), 'invalid_title', 'a title is a title');
select tests.remember('copy', (public.duplicate_product(tests.ref('ebook'), 'Second edition') ->> 'id')::uuid);
select is_empty($$ select 1 from public.product_files where product_id = tests.ref('copy') $$, 'no files');
select tests.remember('copy', (public.duplicate_product(tests.ref('ebook'), 'Third edition', true) ->> 'id')::uuid);
select results_eq(
  $$ select f.status::text, f.version, f.path = o.path from public.product_files as f, public.product_files as o where f.product_id = tests.ref('copy') and o.id = tests.ref('ebook/f') $$,
  $$ values ('ready', 1, true) $$, 'unless asked for'
);
select is(public.publish_product(tests.ref('copy')) ->> 'status', 'active', 'and can be published');
select tests.become('seller');
select is(tests.outcome($$ select public.duplicate_product(tests.ref('poster')) $$), 'product_not_found', 'not another''s');

-- Archived: orders keep it, the buyer downloads it.
select tests.become('owner');
select public.archive_product(tests.ref('ebook'));
select tests.become('buyer');
select is((select count(*) from public.order_items as i where i.product_id = tests.ref('ebook')), 1::bigint, 'an order keeps an archived product');
select is(public.issue_download_token(tests.ref('sale/ebook')) ->> 'file_id', tests.ref('ebook/f')::text, 'and its download');

-- New versions.
select tests.become('owner');
select is(
  tests.outcome($$ select public.begin_upload(tests.ref('ebook'), 'a.pdf', 10, 'application/pdf', repeat('b', 64), repeat('x', 5001)) $$),
  'invalid_release_notes', 'notes are short'
);
select tests.remember('v2', (public.begin_upload(tests.ref('ebook'), 'ebook.pdf', 1000, 'application/pdf', repeat('b', 64), 'Fewer typos.') ->> 'file_id')::uuid);
select tests.become_role('agora_webhooks');
select private.complete_upload(tests.ref('v2'), repeat('b', 64), 1000, 'application/pdf', null);
select tests.become_role('postgres');
select private.announce_releases();
select private.announce_releases();
select tests.become('buyer');
select results_eq($$ select download_limit from public.download_grants $$, array[10], 'five more downloads');
select is(public.issue_download_token(tests.ref('sale/ebook')) ->> 'file_id', tests.ref('v2')::text, 'the same grant gives the new version');
select tests.back();
select is((select count(*) from private.email_messages as m where m.template = 'new_version' and m.user_id = tests.id('buyer')), 1::bigint, 'one email');
select is(
  (select private.email_task(m.id) from private.email_messages as m where m.template = 'new_version') -> 'data' ->> 'release_notes',
  'Fewer typos.', 'with the release notes'
);
select is((select count(*) from private.realtime_outbox as o where o.event = 'file.new_version' and o.channel = 'private-user-' || tests.id('buyer')), 1::bigint, 'one event');
select is_empty('select 1 from private.release_announcements where done_at is null', 'done');
select tests.add_file('owner', 'ebook', 'appendix.pdf');
select is_empty('select 1 from private.release_announcements where done_at is null', 'a first version is no new version');
select * from finish();
rollback;
