-- Privacy classes, continued: shops' life, catalogue, reviews, wishes, discounts, search.

-- --- shops -----------------------------------------------------------------------------------
-- Those that a person has sent (they know the address) or was sent: gone with the person.
select private.classify(
  'public.shop_invitations', 'delete',
  't.invited_by = $1 or t.email = (select u.email from auth.users as u where u.id = $1)',
  'internal: id shop_id invited_by settled_at status expires_at; personal_erase: email role created_at'
);
select private.classify(
  'public.shop_ownership_offers', 'delete', 't.user_id = $1 or t.offered_by = $1',
  'internal: shop_id user_id offered_by; personal_erase: expires_at created_at'
);

-- --- catalogue ---------------------------------------------------------------------------------
select private.classify(
  'public.import_jobs', 'keep', 't.created_by = $1',
  'internal: id shop_id mode state columns bytes_total bytes_seen rows_seen rows_ok rows_failed
     error_count problem last_line updated_at finished_at;
   personal_export: created_at; personal_erase: created_by'
);
select private.classify(
  'private.preview_links', 'keep', 't.created_by = $1',
  'internal: id product_id expires_at; personal_export: created_at; personal_erase: created_by;
   secret: token_sha256',
  '{"token_sha256": "extensions.gen_random_bytes(32)"}'
);
select private.classify(
  'private.release_notices', 'keep', 't.buyer_id = $1',
  'internal: id product_file_id buyer_id; personal_export: created_at'
);

-- --- reviews, wishes, discounts ----------------------------------------------------------------
-- The stars stay, and count; the words go.
select private.classify(
  'public.product_reviews', 'keep', 't.author_id = $1',
  'internal: author_id moderated_at;
   public: id product_id shop_id status hidden_reason helpful_count seller_reply seller_replied_at;
   personal_export: stars edited_at created_at; personal_erase: title body'
);
select private.classify(
  'public.review_votes', 'delete', 't.user_id = $1',
  'internal: user_id; personal_erase: review_id created_at'
);
select private.classify(
  'public.wishlist_items', 'delete', 't.user_id = $1',
  'internal: id user_id;
   personal_erase: product_id added_price_amount added_currency added_available created_at'
);
select private.classify(
  'public.shop_follows', 'delete', 't.user_id = $1',
  'internal: user_id; personal_erase: shop_id created_at'
);
select private.classify(
  'public.recently_viewed', 'delete', 't.user_id = $1',
  'internal: user_id; personal_erase: product_id viewed_at'
);
select private.classify(
  'private.discount_redemptions', 'keep', 't.buyer_id = $1',
  'internal: shop_order_id order_id code_id buyer_id updated_at;
   personal_export: amount currency state created_at'
);
select private.classify(
  'private.cart_discounts', 'delete',
  't.cart_id in (select c.id from public.carts as c where c.user_id = $1)',
  'internal: cart_id; personal_erase: code created_at'
);

-- --- about nobody --------------------------------------------------------------------------------
select private.classify(v.tab, 'none', null, 'internal: ' || v.columns)
from (
  values
  ('public.shop_notices', 'id shop_id kind reason next_action created_at resolved_at'),
  ('private.shop_permissions', 'role permission'),
  ('private.shop_slug_history', 'slug shop_id retired_at'),
  ('private.shop_invitation_sends', 'id invitation_id created_at'),
  ('private.shop_invitation_tokens', 'token_sha256 invitation_id created_at'),
  ('public.categories', 'id parent_id slug name path position created_at updated_at'),
  ('public.product_options', 'id product_id shop_id name choices position is_listed created_at'),
  ('public.product_tags', 'product_id tag shop_id is_listed created_at'),
  ('public.product_bundle_items', 'bundle_id variant_id product_id shop_id quantity position is_listed created_at'),
  ('public.import_errors', 'id job_id shop_id line column_name code message created_at'),
  ('private.import_staged', 'job_id line sku product_key is_first product_id variant_id slug title description kind category_id tags options variant_title price_amount compare_at_amount minimum_amount currency stock weight_grams countries wanted_status'),
  ('private.release_announcements', 'product_file_id product_id last_grant_id created_at done_at'),
  ('public.discount_codes', 'id shop_id product_id code basis_points fixed_amount currency minimum_subtotal_amount max_uses max_uses_per_customer uses starts_at ends_at is_active created_at'),
  ('private.reviewed_items', 'order_item_id review_id'),
  ('private.catalogue_changes', 'id kind entity_id spread_after created_at'),
  ('private.product_search', 'product_id shop_id category_id kind tier score published_at price_amount currency rating_avg sales_count labels words document'),
  ('private.shop_search', 'shop_id name'),
  ('private.search_tiers', 'tier capacity min_score'),
  ('private.search_words', 'word stem documents'),
  ('private.revalidations', 'kind entity_id queued_at')
) as v (tab, columns);
