-- Paths that PostgREST's pre-request hook treats in a way of their own: see private.request_routes.
-- Data, edited here and stamped like a function.
insert into private.request_routes (path, rate_route, refused_by, by_address)
values
('/profiles', 'account', 'suspend', true),
('/profile_private', 'account', 'suspend', true),
('/addresses', 'account', 'suspend', true),
('/email_preferences', 'account', 'suspend', true),
('/rpc/mark_notifications_read', 'account', 'never', true),
('/rpc/end_session', 'account', 'never', true),
('/rpc/end_other_sessions', 'account', 'never', true),
('/rpc/export_my_data', 'privacy', 'never', true),
('/rpc/request_account_deletion', 'privacy', 'never', true),
('/rpc/cancel_account_deletion', 'privacy', 'never', true),
('/cart_items', 'cart', 'suspend', true),
('/rpc/cart_add', 'cart', 'suspend', true),
('/rpc/begin_checkout', null, 'suspend', false),
('/rpc/cancel_order', null, 'never', true),
('/rpc/issue_download_token', null, 'ban', true),
('/products', 'catalogue', 'suspend', true),
('/product_variants', 'catalogue', 'suspend', true),
('/product_images', 'catalogue', 'suspend', true),
('/rpc/publish_product', 'catalogue', 'suspend', true),
('/rpc/archive_product', 'catalogue', 'suspend', true),
('/rpc/begin_upload', null, 'suspend', false),
('/shops', 'shop', 'suspend', true),
('/rpc/create_shop', 'shop', 'suspend', true),
('/rpc/open_shop', 'shop', 'suspend', true),
('/rpc/grant_role', 'moderation', 'suspend', true),
('/rpc/revoke_role', 'moderation', 'suspend', true),
('/rpc/sanction_user', 'moderation', 'suspend', true),
('/rpc/lift_sanction', 'moderation', 'suspend', true),
('/rpc/support_find_user', 'support', 'suspend', true),
('/rpc/support_order', 'support', 'suspend', true)
on conflict (path) do update
set rate_route = excluded.rate_route, refused_by = excluded.refused_by,
  by_address = excluded.by_address;
