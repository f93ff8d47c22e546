-- What every function must have, and who may execute which: data, reviewed like code.
begin;
select no_plan();

create temp view ours as
select p.oid, n.nspname as nsp, p.proname, p.prosecdef, p.proconfig, p.proacl, p.prorettype
from pg_proc as p
inner join pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('public', 'private')
  and not exists (select 1 from pg_depend as d where d.objid = p.oid and d.deptype = 'e');

select cmp_ok((select count(*) from ours), '>', 80::bigint, 'the catalog is looked at');
select is_empty(
  $$ select nsp, proname from ours where not coalesce('search_path=""' = any (proconfig), false) $$,
  'every function pins an empty search_path'
);
select is_empty(
  $$ select nsp, proname from ours where obj_description(oid, 'pg_proc') is null $$,
  'every function has a comment'
);
select is_empty(
  $$ select proname from ours where nsp = 'public' and prosecdef $$,
  'no definer function in public'
);
select is_empty(
  $$
    select nsp, proname from ours
    where proacl is null or exists (select 1 from aclexplode(proacl) as a where a.grantee = 0)
  $$,
  'no function is everybody''s'
);
select is_empty(
  $$
    select o.proname from ours as o
    where o.prorettype = 'trigger'::regtype and exists (
      select 1 from aclexplode(o.proacl) as a
      where a.grantee not in ('postgres'::regrole)
    )
  $$,
  'trigger functions cannot be called'
);
select is_empty(
  $$
    select t.tgname from pg_trigger as t
    inner join pg_proc as p on p.oid = t.tgfoid
    where t.tgdeferrable and not t.tgisinternal and not p.prosecdef
  $$,
  'a deferred check runs at commit as its owner: an invoker''s view would let things through'
);
select is_empty(
  $$
    select o.proname from ours as o
    where o.nsp = 'public' and not has_function_privilege('authenticated', o.oid, 'EXECUTE')
  $$,
  'every function of public is for clients'
);

create function pg_temp.executable(p_role text)
returns setof text
language sql
as $$
  select o.nsp || '.' || o.proname from ours as o
  where has_function_privilege(p_role, o.oid, 'EXECUTE');
$$;

select set_eq(
  $$ select * from pg_temp.executable('anon') $$,
  array[
    'private.fail', 'private.pre_request', 'private.uuid_v7', 'public.resolve_shop',
    'private.resolve_shop', 'private.is_plain_line', 'private.is_plain_text',
    'private.preview_product', 'public.preview_product',
    'public.product_reviews_page', 'private.product_reviews_page',
    'private.search_products', 'private.suggest_products',
    'public.search_products', 'public.suggest_products'
  ],
  'anon executes nothing that writes, and reads what is public: addresses, reviews, searches, and behind a preview''s token'
);
select set_eq(
  $$ select * from pg_temp.executable('service_role') $$,
  array[
    'private.fail', 'private.pre_request', 'private.uuid_v7',
    'private.is_plain_line', 'private.is_plain_text'
  ],
  'nor does the secret key'
);
select set_eq(
  $$ select * from pg_temp.executable('authenticated') $$,
  array[
    'public.admin_health', 'public.archive_product', 'public.begin_checkout',
    'public.begin_onboarding', 'public.begin_upload', 'public.can_subscribe', 'public.cancel_order',
    'public.cart_add', 'public.cart_summary', 'public.create_shop', 'public.issue_download_token',
    'public.list_my_downloads', 'public.open_shop', 'public.publish_product',
    'public.search_products', 'public.suggest_products', 'private.search_products',
    'private.suggest_products',
    'private.admin_health', 'private.archive_product', 'private.begin_checkout',
    'private.begin_onboarding', 'private.begin_upload', 'private.can_subscribe',
    'private.cancel_order', 'private.cart_add', 'private.cart_summary', 'private.create_shop',
    'private.issue_download_token', 'private.list_my_downloads', 'private.open_shop',
    'private.publish_product', 'private.has_role', 'private.may_upload',
    'private.my_managed_shop_ids', 'private.my_service_buckets', 'private.my_shop_ids',
    'private.fail', 'private.pre_request', 'private.slugify', 'private.uuid_v7',
    -- A shop's life.
    'public.accept_invitation', 'public.accept_ownership', 'public.change_member_role',
    'public.close_shop', 'public.dismiss_notice', 'public.invite_member', 'public.leave_shop',
    'public.my_shop_permissions', 'public.offer_ownership', 'public.reinstate_shop',
    'public.remove_member', 'public.rename_shop', 'public.resolve_shop',
    'public.revoke_invitation', 'public.set_vacation', 'public.shop_state',
    'public.suspend_shop', 'public.withdraw_ownership_offer', 'private.accept_invitation',
    'private.accept_ownership', 'private.change_member_role', 'private.close_shop',
    'private.dismiss_notice', 'private.invite_member', 'private.leave_shop',
    'private.my_shop_permissions', 'private.offer_ownership', 'private.reinstate_shop',
    'private.remove_member', 'private.rename_shop', 'private.resolve_shop',
    'private.revoke_invitation', 'private.set_vacation', 'private.shop_state',
    'private.suspend_shop', 'private.withdraw_ownership_offer', 'private.has_shop_permission',
    'private.shop_ids_with',
    -- accounts
    'public.grant_role', 'public.revoke_role', 'public.sanction_user', 'public.lift_sanction',
    'public.my_sessions', 'public.end_session', 'public.end_other_sessions',
    'public.mark_notifications_read', 'public.export_my_data', 'public.request_account_deletion',
    'public.cancel_account_deletion', 'public.support_find_user', 'public.support_order',
    'private.grant_role', 'private.revoke_role', 'private.sanction_user', 'private.lift_sanction',
    'private.my_sessions', 'private.end_session', 'private.end_other_sessions',
    'private.mark_notifications_read', 'private.export_my_data', 'private.request_account_deletion',
    'private.cancel_account_deletion', 'private.support_find_user', 'private.support_order',
    'private.is_blocked', 'private.my_block', 'private.is_sanctioned', 'private.is_my_avatar', 'private.may_put_avatar',
    'private.is_plain_line', 'private.is_plain_text',
    -- The catalogue.
    'public.begin_import', 'public.cancel_import', 'public.create_preview_link',
    'public.delete_category', 'public.delete_variant', 'public.duplicate_product',
    'public.export_products', 'public.move_category', 'public.preview_product',
    'public.reorder_images', 'public.revoke_preview_links', 'public.save_category',
    'public.schedule_product', 'public.set_bundle_items', 'public.set_product_options',
    'public.start_import',
    'private.begin_import', 'private.cancel_import', 'private.create_preview_link',
    'private.delete_category', 'private.delete_variant', 'private.duplicate_product',
    'private.export_products', 'private.move_category', 'private.preview_product',
    'private.reorder_images', 'private.revoke_preview_links', 'private.save_category',
    'private.schedule_product', 'private.set_bundle_items', 'private.set_product_options',
    'private.start_import', 'private.may_import',
    'public.apply_discount_code', 'public.edit_review', 'public.moderate_review',
    'public.my_wishlist', 'public.note_view', 'public.product_reviews_page',
    'public.remove_discount_code', 'public.reply_to_review', 'public.reviews_to_moderate',
    'public.write_review',
    'private.apply_discount_code', 'private.edit_review', 'private.moderate_review',
    'private.my_wishlist', 'private.note_view', 'private.product_reviews_page',
    'private.remove_discount_code', 'private.reply_to_review', 'private.reviews_to_moderate',
    'private.write_review'
  ],
  'signed-in people: the RPCs, their bodies, and the policies'' predicates'
);
select set_eq(
  $$ select * from pg_temp.executable('agora_webhooks') $$,
  array[
    'private.attach_payment_intent', 'private.attach_stripe_account', 'private.complete_upload',
    'private.metrics', 'private.origins_allowed', 'private.rate_check', 'private.readiness',
    'private.redeem_download', 'private.store_stripe_event'
  ],
  'the webhook service'
);
select set_eq(
  $$ select * from pg_temp.executable('agora_workers') $$,
  array[
    'private.apply_stripe_event', 'private.begin_revalidation', 'private.email_sent', 'private.email_task', 'private.jobs_done',
    'private.jobs_extend', 'private.jobs_fail', 'private.jobs_read', 'private.late_refund',
    'private.late_refund_done', 'private.realtime_advance', 'private.realtime_claim',
    'private.realtime_sequence', 'private.run_periodic', 'private.stripe_event',
    'private.watermark_done', 'private.watermark_task',
    'private.import_begin', 'private.import_finish', 'private.import_header',
    'private.import_refuse', 'private.import_rows'
  ],
  'the workers'
);
select set_eq(
  $$ select * from pg_temp.executable('agora_operator') $$,
  array[
    'private.jobs_drop', 'private.jobs_held', 'private.jobs_queues', 'private.jobs_replay',
    'private.ledger_summary', 'private.ledger_trial_balance', 'private.readiness',
    'private.trace_fingerprint', 'private.trace_mark',
    'private.grant_first_admin'
  ],
  'the operator''s command'
);
select set_eq(
  $$ select * from pg_temp.executable('supabase_auth_admin') $$,
  array['private.custom_access_token_hook'], 'Auth: its hook'
);
select set_eq(
  $$ select * from pg_temp.executable('authenticator') $$, array[]::text[],
  'PostgREST itself, before it takes a role'
);

select * from finish();
rollback;
