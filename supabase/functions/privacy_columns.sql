-- The privacy class of every column of every table; what the words mean is in docs/dba.md. Sorted by
-- topic. A table that is new, or has a new column, is added here (or in a file beside this one, named
-- privacy_columns_<topic>.sql); tests/sql/structure/privacy.sql names what is missing.

-- --- people -----------------------------------------------------------------------------------
select private.classify(
  'public.profiles', 'keep', 't.id = $1',
  'internal: id updated_at; personal_export: created_at; personal_keep_anonymise: handle;
   personal_erase: display_name bio avatar_path',
  '{"handle": "''deleted_'' || encode(extensions.gen_random_bytes(8), ''hex'')"}'
);
select private.classify(
  'public.profile_private', 'delete', 't.user_id = $1',
  'internal: user_id created_at updated_at;
   personal_erase: legal_name phone birth_date locale country'
);
select private.classify(
  'public.addresses', 'delete', 't.user_id = $1',
  'internal: id user_id created_at updated_at;
   personal_erase: label recipient line1 line2 city region postal_code country phone
     is_default_shipping is_default_billing'
);
select private.classify(
  'public.notifications', 'delete', 't.user_id = $1',
  'internal: id user_id dedup_key updated_at;
   personal_erase: kind data occurrences read_at created_at'
);
select private.classify(
  'public.email_preferences', 'delete', 't.user_id = $1',
  'internal: user_id created_at updated_at;
   personal_erase: marketing marketing_changed_at followed_shops reviews forum'
);
select private.classify(
  'public.user_roles', 'delete', 't.user_id = $1',
  'internal: user_id granted_by; personal_export: role reason expires_at created_at'
);
select private.classify(
  'public.user_sanctions', 'keep', 't.user_id = $1',
  'internal: id user_id;
   personal_export: kind reason until lifted_at lift_reason created_at'
);
select private.classify(
  'public.account_deletions', 'keep', 't.user_id = $1',
  'internal: id user_id blocked_by; personal_export: created_at due_at erased_at'
);

-- --- shops and catalogue: a shop's, not a person's ----------------------------------------------
select private.classify(
  'public.shops', 'none', null,
  'public: id slug name description status created_at vacation_from vacation_until
     vacation_message follower_count; internal: updated_at'
);
-- A closed shop keeps its owner, who is nobody by then.
select private.classify(
  'public.shop_members', 'delete', 't.user_id = $1',
  'internal: user_id; personal_export: shop_id role created_at', '{}',
  't.user_id = $1 and t.role <> ''owner'''
);
select private.classify(
  'public.shop_payment_accounts', 'none', null,
  'internal: shop_id stripe_account_id state transfers_capability payouts_enabled country
     requirements synced_at created_at updated_at'
);
select private.classify(
  'public.products', 'none', null,
  'public: id shop_id slug title description kind status is_listed published_at created_at
     category_id is_bundle countries publish_at publish_problem rating_count rating_sum rating_avg
     rating_counts sales_count min_price_amount price_currency is_available;
   internal: updated_at'
);
select private.classify(
  'public.product_variants', 'none', null,
  'public: id product_id shop_id title sku price_amount currency stock reserved available position
     is_listed created_at pricing minimum_amount compare_at_amount weight_grams options;
   internal: updated_at'
);
select private.classify(
  'public.product_images', 'none', null,
  'public: id product_id shop_id path alt position is_listed created_at'
);
select private.classify(
  'public.product_files', 'keep', 't.uploaded_by = $1',
  'internal: id product_id shop_id version path mime size_bytes sha256 status rejection updated_at
     release_notes; personal_export: file_name created_at; personal_erase: uploaded_by'
);

-- --- carts and orders ---------------------------------------------------------------------------
select private.classify(
  'public.carts', 'delete', 't.user_id = $1',
  'internal: id user_id updated_at; personal_erase: created_at'
);
select private.classify(
  'public.cart_items', 'delete', 't.user_id = $1',
  'internal: id cart_id user_id updated_at; personal_erase: variant_id quantity unit_amount
     created_at'
);
select private.classify(
  'public.orders', 'keep', 't.buyer_id = $1',
  'internal: buyer_id updated_at expires_at;
   personal_export: id order_number status currency subtotal_amount discount_amount tax_amount
     shipping_amount total_amount paid_at created_at'
);
select private.classify(
  'public.shop_orders', 'keep', 't.buyer_id = $1',
  'internal: buyer_id updated_at;
   personal_export: id order_id shop_id status currency subtotal_amount discount_amount tax_amount
     shipping_amount total_amount created_at'
);
select private.classify(
  'public.order_items', 'keep', 't.buyer_id = $1',
  'internal: buyer_id shop_order_id variant_id;
   personal_export: id order_id shop_id product_id kind title variant_title unit_amount quantity
     components discount_amount tax_amount total_amount paid_at created_at'
);
select private.classify(
  'public.order_events', 'keep', 't.buyer_id = $1',
  'internal: id buyer_id; personal_export: order_id kind data created_at'
);
select private.classify(
  'public.payments', 'keep', 't.buyer_id = $1',
  'internal: buyer_id updated_at;
   personal_export: id order_id stripe_payment_intent_id status amount currency last_error_code
     created_at'
);
select private.classify(
  'public.shop_earnings', 'none', null,
  'internal: shop_order_id shop_id currency total_amount platform_fee_amount seller_amount
     payable_at created_at updated_at'
);
select private.classify(
  'public.download_grants', 'keep', 't.buyer_id = $1',
  'internal: order_item_id buyer_id updated_at;
   personal_export: id order_id product_id download_limit downloads_used expires_at revoked_at
     revoked_reason created_at'
);

-- --- private: money, delivery, jobs, rules ------------------------------------------------------
select private.classify(
  'private.stripe_events', 'keep',
  't.payload #>> ''{data,object,metadata,order_id}'' in '
  '(select o.id::text from public.orders as o where o.buyer_id = $1) '
  'or t.payload #>> ''{data,object,payment_intent}'' in '
  '(select p.stripe_payment_intent_id from public.payments as p where p.buyer_id = $1) '
  'or t.account in (select a.stripe_account_id from public.shop_payment_accounts as a '
  'inner join public.shop_members as m on m.shop_id = a.shop_id '
  'where m.user_id = $1 and m.role = ''owner'')',
  'internal: event_id endpoint type account api_version livemode request_id state received_at
     applied_at; personal_export: created_at; personal_keep_anonymise: payload',
  '{"payload": "private.bare_stripe_payload(t.payload)"}'
);
select private.classify(
  'private.download_tokens', 'keep',
  't.grant_id in (select g.id from public.download_grants as g where g.buyer_id = $1)',
  'internal: id grant_id product_file_id; personal_export: expires_at created_at;
   secret: token_sha256',
  '{"token_sha256": "extensions.gen_random_bytes(32)"}'
);
select private.classify(
  'private.download_attempts', 'keep',
  't.grant_id in (select g.id from public.download_grants as g where g.buyer_id = $1)',
  'internal: id token_id grant_id request_id; personal_export: outcome code created_at;
   personal_erase: ip user_agent device'
);
select private.classify(
  'private.personalized_files', 'keep',
  't.order_item_id in (select i.id from public.order_items as i where i.buyer_id = $1)',
  'internal: id order_item_id product_file_id payload state method path sha256 size_bytes
     request_id; personal_export: created_at ready_at'
);
select private.classify(
  'private.email_messages', 'keep', 't.user_id = $1',
  'internal: id entity_id user_id state provider_id request_id;
   personal_export: template created_at sent_at'
);
select private.classify(
  'private.idempotency_keys', 'delete', 't.user_id = $1',
  'internal: user_id scope request_hash response; personal_erase: key created_at'
);
-- old and new hold no personal value: private.tg_audit leaves those columns out.
select private.classify(
  'private.audit_log', 'keep', 't.actor_id = $1',
  'internal: id actor_id actor_role entity_id old new request_id;
   personal_export: occurred_at action entity'
);
select private.classify(
  'private.service_accounts', 'delete', 't.user_id = $1',
  'internal: user_id; personal_export: buckets'
);
select private.classify(v.tab, 'none', null, 'internal: ' || v.columns)
from (
  values
  ('private.currencies', 'code minor_units minimum_charge'),
  ('private.countries', 'code'),
  ('private.state_transitions', 'machine from_state to_state'),
  ('private.allowed_origins', 'origin'),
  ('private.payment_charges', 'payment_id stripe_charge_id stripe_fee_amount refund_id created_at updated_at'),
  ('private.fee_schedules', 'id shop_id currency basis_points fixed_amount hold_days effective_from'),
  ('private.order_item_fees', 'order_item_id platform_fee_amount'),
  ('private.ledger_accounts', 'id code shop_id currency'),
  ('private.ledger_transactions', 'id kind reference order_id currency created_at'),
  ('private.ledger_entries', 'id transaction_id account_id currency amount'),
  ('private.inventory_reservations', 'order_item_id order_id variant_id quantity state created_at updated_at'),
  ('private.queues', 'name max_attempts base_delay max_delay'),
  ('private.held_jobs', 'id queue msg_id message attempts error held_at resolution resolution_note resolved_at'),
  ('private.periodic_tasks', 'name function_name every next_run_at last_run_at last_took_ms last_error'),
  ('private.realtime_outbox', 'id channel event data created_at'),
  ('private.realtime_events', 'id channel event data created_at'),
  ('private.realtime_consumers', 'name last_id leased_by leased_until'),
  ('private.rate_rules', 'route burst period'),
  -- An address stands in a key for an hour at most after its last request.
  ('private.rate_limits', 'key tat'),
  ('private.email_topics', 'template topic'),
  ('private.request_routes', 'path rate_route refused_by by_address'),
  ('private.privacy_tables', 'table_schema table_name on_erasure subject erase_subject'),
  ('private.column_privacy', 'table_schema table_name column_name class replacement')
) as v (tab, columns);
