// Generated from the migrations by `make types`: never edit.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "public": {
          Tables: {
            "account_deletions": {
                  Row: {
                    "blocked_by": string | null,"created_at": string,"due_at": string,"erased_at": string | null,"id": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "blocked_by"?: string | null,"created_at"?: string,"due_at": string,"erased_at"?: string | null,"id"?: string,"user_id": string
                  }
                  Update: {
                    "blocked_by"?: string | null,"created_at"?: string,"due_at"?: string,"erased_at"?: string | null,"id"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "account_deletions_user_id_fkey"
      columns: ["user_id"]
isOneToOne: true
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"addresses": {
                  Row: {
                    "city": string,"country": string,"created_at": string,"id": string,"is_default_billing": boolean,"is_default_shipping": boolean,"label": string,"line1": string,"line2": string,"phone": string | null,"postal_code": string,"recipient": string,"region": string,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "city": string,"country": string,"created_at"?: string,"id"?: string,"is_default_billing"?: boolean,"is_default_shipping"?: boolean,"label"?: string,"line1": string,"line2"?: string,"phone"?: string | null,"postal_code"?: string,"recipient": string,"region"?: string,"updated_at"?: string,"user_id"?: string
                  }
                  Update: {
                    "city"?: string,"country"?: string,"created_at"?: string,"id"?: string,"is_default_billing"?: boolean,"is_default_shipping"?: boolean,"label"?: string,"line1"?: string,"line2"?: string,"phone"?: string | null,"postal_code"?: string,"recipient"?: string,"region"?: string,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "addresses_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"cart_items": {
                  Row: {
                    "cart_id": string,"created_at": string,"id": string,"quantity": number,"unit_amount": number | null,"updated_at": string,"user_id": string,"variant_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "cart_id": string,"created_at"?: string,"id"?: string,"quantity": number,"unit_amount"?: number | null,"updated_at"?: string,"user_id": string,"variant_id": string
                  }
                  Update: {
                    "cart_id"?: string,"created_at"?: string,"id"?: string,"quantity"?: number,"unit_amount"?: number | null,"updated_at"?: string,"user_id"?: string,"variant_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "cart_items_cart_id_user_id_fkey"
      columns: ["cart_id","user_id"]
isOneToOne: false
      referencedRelation: "carts"
      referencedColumns: ["id","user_id"]
    },{
      foreignKeyName: "cart_items_variant_id_fkey"
      columns: ["variant_id"]
isOneToOne: false
      referencedRelation: "product_variants"
      referencedColumns: ["id"]
    }
                  ]
                },"carts": {
                  Row: {
                    "created_at": string,"id": string,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "carts_user_id_fkey"
      columns: ["user_id"]
isOneToOne: true
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"categories": {
                  Row: {
                    "created_at": string,"id": string,"name": string,"parent_id": string | null,"path": unknown,"position": number,"slug": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"name": string,"parent_id"?: string | null,"path": unknown,"position"?: number,"slug": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"name"?: string,"parent_id"?: string | null,"path"?: unknown,"position"?: number,"slug"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "categories_parent_id_fkey"
      columns: ["parent_id"]
isOneToOne: false
      referencedRelation: "categories"
      referencedColumns: ["id"]
    }
                  ]
                },"discount_codes": {
                  Row: {
                    "basis_points": number | null,"code": string,"created_at": string,"currency": string | null,"ends_at": string | null,"fixed_amount": number | null,"id": string,"is_active": boolean,"max_uses": number | null,"max_uses_per_customer": number | null,"minimum_subtotal_amount": number,"product_id": string | null,"shop_id": string,"starts_at": string,"uses": number
                  }
                  ComputedFields: never
                  Insert: {
                    "basis_points"?: number | null,"code": string,"created_at"?: string,"currency"?: string | null,"ends_at"?: string | null,"fixed_amount"?: number | null,"id"?: string,"is_active"?: boolean,"max_uses"?: number | null,"max_uses_per_customer"?: number | null,"minimum_subtotal_amount"?: number,"product_id"?: string | null,"shop_id": string,"starts_at"?: string,"uses"?: number
                  }
                  Update: {
                    "basis_points"?: number | null,"code"?: string,"created_at"?: string,"currency"?: string | null,"ends_at"?: string | null,"fixed_amount"?: number | null,"id"?: string,"is_active"?: boolean,"max_uses"?: number | null,"max_uses_per_customer"?: number | null,"minimum_subtotal_amount"?: number,"product_id"?: string | null,"shop_id"?: string,"starts_at"?: string,"uses"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "discount_codes_product_id_shop_id_fkey"
      columns: ["product_id","shop_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id","shop_id"]
    },{
      foreignKeyName: "discount_codes_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    }
                  ]
                },"download_grants": {
                  Row: {
                    "buyer_id": string,"created_at": string,"download_limit": number,"downloads_used": number,"expires_at": string | null,"id": string,"order_id": string,"order_item_id": string,"product_id": string,"revoked_at": string | null,"revoked_reason": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "buyer_id": string,"created_at"?: string,"download_limit": number,"downloads_used"?: number,"expires_at"?: string | null,"id"?: string,"order_id": string,"order_item_id": string,"product_id": string,"revoked_at"?: string | null,"revoked_reason"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "buyer_id"?: string,"created_at"?: string,"download_limit"?: number,"downloads_used"?: number,"expires_at"?: string | null,"id"?: string,"order_id"?: string,"order_item_id"?: string,"product_id"?: string,"revoked_at"?: string | null,"revoked_reason"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "download_grants_buyer_id_fkey"
      columns: ["buyer_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "download_grants_order_id_fkey"
      columns: ["order_id"]
isOneToOne: false
      referencedRelation: "orders"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "download_grants_order_item_id_fkey"
      columns: ["order_item_id"]
isOneToOne: false
      referencedRelation: "order_items"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "download_grants_product_id_fkey"
      columns: ["product_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id"]
    }
                  ]
                },"email_preferences": {
                  Row: {
                    "created_at": string,"followed_shops": boolean,"forum": boolean,"marketing": boolean,"marketing_changed_at": string | null,"reviews": boolean,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"followed_shops"?: boolean,"forum"?: boolean,"marketing"?: boolean,"marketing_changed_at"?: string | null,"reviews"?: boolean,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"followed_shops"?: boolean,"forum"?: boolean,"marketing"?: boolean,"marketing_changed_at"?: string | null,"reviews"?: boolean,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "email_preferences_user_id_fkey"
      columns: ["user_id"]
isOneToOne: true
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"import_errors": {
                  Row: {
                    "code": string,"column_name": string,"created_at": string,"id": string,"job_id": string,"line": number,"message": string,"shop_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "code": string,"column_name"?: string,"created_at"?: string,"id"?: string,"job_id": string,"line": number,"message": string,"shop_id": string
                  }
                  Update: {
                    "code"?: string,"column_name"?: string,"created_at"?: string,"id"?: string,"job_id"?: string,"line"?: number,"message"?: string,"shop_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "import_errors_job_id_shop_id_fkey"
      columns: ["job_id","shop_id"]
isOneToOne: false
      referencedRelation: "import_jobs"
      referencedColumns: ["id","shop_id"]
    }
                  ]
                },"import_jobs": {
                  Row: {
                    "bytes_seen": number,"bytes_total": number | null,"columns": (string)[] | null,"created_at": string,"created_by": string | null,"error_count": number,"finished_at": string | null,"id": string,"last_line": number,"mode": Database["public"]['Enums']["import_mode"],"problem": string | null,"rows_failed": number,"rows_ok": number,"rows_seen": number,"shop_id": string,"state": Database["public"]['Enums']["import_state"],"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "bytes_seen"?: number,"bytes_total"?: number | null,"columns"?: (string)[] | null,"created_at"?: string,"created_by"?: string | null,"error_count"?: number,"finished_at"?: string | null,"id"?: string,"last_line"?: number,"mode": Database["public"]['Enums']["import_mode"],"problem"?: string | null,"rows_failed"?: number,"rows_ok"?: number,"rows_seen"?: number,"shop_id": string,"state"?: Database["public"]['Enums']["import_state"],"updated_at"?: string
                  }
                  Update: {
                    "bytes_seen"?: number,"bytes_total"?: number | null,"columns"?: (string)[] | null,"created_at"?: string,"created_by"?: string | null,"error_count"?: number,"finished_at"?: string | null,"id"?: string,"last_line"?: number,"mode"?: Database["public"]['Enums']["import_mode"],"problem"?: string | null,"rows_failed"?: number,"rows_ok"?: number,"rows_seen"?: number,"shop_id"?: string,"state"?: Database["public"]['Enums']["import_state"],"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "import_jobs_created_by_fkey"
      columns: ["created_by"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "import_jobs_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    }
                  ]
                },"notifications": {
                  Row: {
                    "created_at": string,"data": NonNullable<Json>,"dedup_key": string,"id": string,"kind": string,"occurrences": number,"read_at": string | null,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"data"?: NonNullable<Json>,"dedup_key": string,"id"?: string,"kind": string,"occurrences"?: number,"read_at"?: string | null,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"data"?: NonNullable<Json>,"dedup_key"?: string,"id"?: string,"kind"?: string,"occurrences"?: number,"read_at"?: string | null,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "notifications_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"order_events": {
                  Row: {
                    "buyer_id": string,"created_at": string,"data": NonNullable<Json>,"id": string,"kind": string,"order_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "buyer_id": string,"created_at"?: string,"data"?: NonNullable<Json>,"id"?: string,"kind": string,"order_id": string
                  }
                  Update: {
                    "buyer_id"?: string,"created_at"?: string,"data"?: NonNullable<Json>,"id"?: string,"kind"?: string,"order_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "order_events_buyer_id_fkey"
      columns: ["buyer_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "order_events_order_id_fkey"
      columns: ["order_id"]
isOneToOne: false
      referencedRelation: "orders"
      referencedColumns: ["id"]
    }
                  ]
                },"order_items": {
                  Row: {
                    "buyer_id": string,"components": NonNullable<Json>,"created_at": string,"discount_amount": number,"id": string,"kind": Database["public"]['Enums']["product_kind"],"order_id": string,"paid_at": string | null,"product_id": string,"quantity": number,"shop_id": string,"shop_order_id": string,"tax_amount": number,"title": string,"total_amount": number,"unit_amount": number,"variant_id": string,"variant_title": string
                  }
                  ComputedFields: never
                  Insert: {
                    "buyer_id": string,"components"?: NonNullable<Json>,"created_at"?: string,"discount_amount"?: number,"id"?: string,"kind": Database["public"]['Enums']["product_kind"],"order_id": string,"paid_at"?: string | null,"product_id": string,"quantity": number,"shop_id": string,"shop_order_id": string,"tax_amount"?: number,"title": string,"total_amount": number,"unit_amount": number,"variant_id": string,"variant_title": string
                  }
                  Update: {
                    "buyer_id"?: string,"components"?: NonNullable<Json>,"created_at"?: string,"discount_amount"?: number,"id"?: string,"kind"?: Database["public"]['Enums']["product_kind"],"order_id"?: string,"paid_at"?: string | null,"product_id"?: string,"quantity"?: number,"shop_id"?: string,"shop_order_id"?: string,"tax_amount"?: number,"title"?: string,"total_amount"?: number,"unit_amount"?: number,"variant_id"?: string,"variant_title"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "order_items_buyer_id_fkey"
      columns: ["buyer_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "order_items_order_id_fkey"
      columns: ["order_id"]
isOneToOne: false
      referencedRelation: "orders"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "order_items_product_id_fkey"
      columns: ["product_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "order_items_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "order_items_shop_order_id_fkey"
      columns: ["shop_order_id"]
isOneToOne: false
      referencedRelation: "shop_orders"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "order_items_variant_id_fkey"
      columns: ["variant_id"]
isOneToOne: false
      referencedRelation: "product_variants"
      referencedColumns: ["id"]
    }
                  ]
                },"orders": {
                  Row: {
                    "buyer_id": string,"created_at": string,"currency": string,"discount_amount": number,"expires_at": string,"id": string,"order_number": string,"paid_at": string | null,"shipping_amount": number,"status": Database["public"]['Enums']["order_status"],"subtotal_amount": number,"tax_amount": number,"total_amount": number,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "buyer_id": string,"created_at"?: string,"currency": string,"discount_amount"?: number,"expires_at": string,"id"?: string,"order_number"?: never,"paid_at"?: string | null,"shipping_amount"?: number,"status"?: Database["public"]['Enums']["order_status"],"subtotal_amount": number,"tax_amount"?: number,"total_amount": number,"updated_at"?: string
                  }
                  Update: {
                    "buyer_id"?: string,"created_at"?: string,"currency"?: string,"discount_amount"?: number,"expires_at"?: string,"id"?: string,"order_number"?: never,"paid_at"?: string | null,"shipping_amount"?: number,"status"?: Database["public"]['Enums']["order_status"],"subtotal_amount"?: number,"tax_amount"?: number,"total_amount"?: number,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "orders_buyer_id_fkey"
      columns: ["buyer_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"payments": {
                  Row: {
                    "amount": number,"buyer_id": string,"created_at": string,"currency": string,"id": string,"last_error_code": string | null,"order_id": string,"status": Database["public"]['Enums']["payment_status"],"stripe_payment_intent_id": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "amount": number,"buyer_id": string,"created_at"?: string,"currency": string,"id"?: string,"last_error_code"?: string | null,"order_id": string,"status"?: Database["public"]['Enums']["payment_status"],"stripe_payment_intent_id"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "amount"?: number,"buyer_id"?: string,"created_at"?: string,"currency"?: string,"id"?: string,"last_error_code"?: string | null,"order_id"?: string,"status"?: Database["public"]['Enums']["payment_status"],"stripe_payment_intent_id"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "payments_buyer_id_fkey"
      columns: ["buyer_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "payments_order_id_fkey"
      columns: ["order_id"]
isOneToOne: true
      referencedRelation: "orders"
      referencedColumns: ["id"]
    }
                  ]
                },"product_bundle_items": {
                  Row: {
                    "bundle_id": string,"created_at": string,"is_listed": boolean,"position": number,"product_id": string,"quantity": number,"shop_id": string,"variant_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "bundle_id": string,"created_at"?: string,"is_listed"?: boolean,"position"?: number,"product_id": string,"quantity"?: number,"shop_id": string,"variant_id": string
                  }
                  Update: {
                    "bundle_id"?: string,"created_at"?: string,"is_listed"?: boolean,"position"?: number,"product_id"?: string,"quantity"?: number,"shop_id"?: string,"variant_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "product_bundle_items_bundle_fkey"
      columns: ["bundle_id","shop_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id","shop_id"]
    },{
      foreignKeyName: "product_bundle_items_product_fkey"
      columns: ["product_id","shop_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id","shop_id"]
    },{
      foreignKeyName: "product_bundle_items_variant_fkey"
      columns: ["variant_id","product_id"]
isOneToOne: false
      referencedRelation: "product_variants"
      referencedColumns: ["id","product_id"]
    }
                  ]
                },"product_files": {
                  Row: {
                    "created_at": string,"file_name": string,"id": string,"mime": string,"path": string,"product_id": string,"rejection": string | null,"release_notes": string,"sha256": string,"shop_id": string,"size_bytes": number,"status": Database["public"]['Enums']["file_status"],"updated_at": string,"uploaded_by": string | null,"version": number
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"file_name": string,"id"?: string,"mime": string,"path": string,"product_id": string,"rejection"?: string | null,"release_notes"?: string,"sha256": string,"shop_id": string,"size_bytes": number,"status"?: Database["public"]['Enums']["file_status"],"updated_at"?: string,"uploaded_by"?: string | null,"version": number
                  }
                  Update: {
                    "created_at"?: string,"file_name"?: string,"id"?: string,"mime"?: string,"path"?: string,"product_id"?: string,"rejection"?: string | null,"release_notes"?: string,"sha256"?: string,"shop_id"?: string,"size_bytes"?: number,"status"?: Database["public"]['Enums']["file_status"],"updated_at"?: string,"uploaded_by"?: string | null,"version"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "product_files_product_id_shop_id_fkey"
      columns: ["product_id","shop_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id","shop_id"]
    },{
      foreignKeyName: "product_files_uploaded_by_fkey"
      columns: ["uploaded_by"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"product_images": {
                  Row: {
                    "alt": string,"created_at": string,"id": string,"is_listed": boolean,"path": string,"position": number,"product_id": string,"shop_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "alt"?: string,"created_at"?: string,"id"?: string,"is_listed"?: boolean,"path": string,"position"?: number,"product_id": string,"shop_id": string
                  }
                  Update: {
                    "alt"?: string,"created_at"?: string,"id"?: string,"is_listed"?: boolean,"path"?: string,"position"?: number,"product_id"?: string,"shop_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "product_images_product_id_shop_id_fkey"
      columns: ["product_id","shop_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id","shop_id"]
    }
                  ]
                },"product_options": {
                  Row: {
                    "choices": (string)[],"created_at": string,"id": string,"is_listed": boolean,"name": string,"position": number,"product_id": string,"shop_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "choices": (string)[],"created_at"?: string,"id"?: string,"is_listed"?: boolean,"name": string,"position"?: number,"product_id": string,"shop_id": string
                  }
                  Update: {
                    "choices"?: (string)[],"created_at"?: string,"id"?: string,"is_listed"?: boolean,"name"?: string,"position"?: number,"product_id"?: string,"shop_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "product_options_product_id_shop_id_fkey"
      columns: ["product_id","shop_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id","shop_id"]
    }
                  ]
                },"product_reviews": {
                  Row: {
                    "author_id": string,"body": string,"created_at": string,"edited_at": string | null,"helpful_count": number,"hidden_reason": string | null,"id": string,"moderated_at": string | null,"product_id": string,"seller_replied_at": string | null,"seller_reply": string | null,"shop_id": string,"stars": number,"status": Database["public"]['Enums']["review_status"],"title": string
                  }
                  ComputedFields: never
                  Insert: {
                    "author_id": string,"body"?: string,"created_at"?: string,"edited_at"?: string | null,"helpful_count"?: number,"hidden_reason"?: string | null,"id"?: string,"moderated_at"?: string | null,"product_id": string,"seller_replied_at"?: string | null,"seller_reply"?: string | null,"shop_id": string,"stars": number,"status"?: Database["public"]['Enums']["review_status"],"title"?: string
                  }
                  Update: {
                    "author_id"?: string,"body"?: string,"created_at"?: string,"edited_at"?: string | null,"helpful_count"?: number,"hidden_reason"?: string | null,"id"?: string,"moderated_at"?: string | null,"product_id"?: string,"seller_replied_at"?: string | null,"seller_reply"?: string | null,"shop_id"?: string,"stars"?: number,"status"?: Database["public"]['Enums']["review_status"],"title"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "product_reviews_author_id_fkey"
      columns: ["author_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "product_reviews_product_id_fkey"
      columns: ["product_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "product_reviews_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    }
                  ]
                },"product_tags": {
                  Row: {
                    "created_at": string,"is_listed": boolean,"product_id": string,"shop_id": string,"tag": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"is_listed"?: boolean,"product_id": string,"shop_id": string,"tag": string
                  }
                  Update: {
                    "created_at"?: string,"is_listed"?: boolean,"product_id"?: string,"shop_id"?: string,"tag"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "product_tags_product_id_shop_id_fkey"
      columns: ["product_id","shop_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id","shop_id"]
    }
                  ]
                },"product_variants": {
                  Row: {
                    "available": number | null,"compare_at_amount": number | null,"created_at": string,"currency": string,"id": string,"is_listed": boolean,"minimum_amount": number | null,"options": NonNullable<Json>,"position": number,"price_amount": number,"pricing": Database["public"]['Enums']["variant_pricing"],"product_id": string,"reserved": number,"shop_id": string,"sku": string | null,"stock": number | null,"title": string,"updated_at": string,"weight_grams": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "available"?: never,"compare_at_amount"?: number | null,"created_at"?: string,"currency": string,"id"?: string,"is_listed"?: boolean,"minimum_amount"?: number | null,"options"?: NonNullable<Json>,"position"?: number,"price_amount": number,"pricing"?: Database["public"]['Enums']["variant_pricing"],"product_id": string,"reserved"?: number,"shop_id": string,"sku"?: string | null,"stock"?: number | null,"title"?: string,"updated_at"?: string,"weight_grams"?: number | null
                  }
                  Update: {
                    "available"?: never,"compare_at_amount"?: number | null,"created_at"?: string,"currency"?: string,"id"?: string,"is_listed"?: boolean,"minimum_amount"?: number | null,"options"?: NonNullable<Json>,"position"?: number,"price_amount"?: number,"pricing"?: Database["public"]['Enums']["variant_pricing"],"product_id"?: string,"reserved"?: number,"shop_id"?: string,"sku"?: string | null,"stock"?: number | null,"title"?: string,"updated_at"?: string,"weight_grams"?: number | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "product_variants_product_id_shop_id_fkey"
      columns: ["product_id","shop_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id","shop_id"]
    }
                  ]
                },"products": {
                  Row: {
                    "category_id": string | null,"countries": (string)[] | null,"created_at": string,"description": string,"id": string,"is_available": boolean,"is_bundle": boolean,"is_listed": boolean,"kind": Database["public"]['Enums']["product_kind"],"min_price_amount": number | null,"price_currency": string | null,"publish_at": string | null,"publish_problem": string | null,"published_at": string | null,"rating_avg": number | null,"rating_count": number,"rating_counts": (number)[],"rating_sum": number,"sales_count": number,"shop_id": string,"slug": string,"status": Database["public"]['Enums']["product_status"],"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "category_id"?: string | null,"countries"?: (string)[] | null,"created_at"?: string,"description"?: string,"id"?: string,"is_available"?: boolean,"is_bundle"?: boolean,"is_listed"?: boolean,"kind": Database["public"]['Enums']["product_kind"],"min_price_amount"?: number | null,"price_currency"?: string | null,"publish_at"?: string | null,"publish_problem"?: string | null,"published_at"?: string | null,"rating_avg"?: never,"rating_count"?: number,"rating_counts"?: (number)[],"rating_sum"?: number,"sales_count"?: number,"shop_id": string,"slug": string,"status"?: Database["public"]['Enums']["product_status"],"title": string,"updated_at"?: string
                  }
                  Update: {
                    "category_id"?: string | null,"countries"?: (string)[] | null,"created_at"?: string,"description"?: string,"id"?: string,"is_available"?: boolean,"is_bundle"?: boolean,"is_listed"?: boolean,"kind"?: Database["public"]['Enums']["product_kind"],"min_price_amount"?: number | null,"price_currency"?: string | null,"publish_at"?: string | null,"publish_problem"?: string | null,"published_at"?: string | null,"rating_avg"?: never,"rating_count"?: number,"rating_counts"?: (number)[],"rating_sum"?: number,"sales_count"?: number,"shop_id"?: string,"slug"?: string,"status"?: Database["public"]['Enums']["product_status"],"title"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "products_category_id_fkey"
      columns: ["category_id"]
isOneToOne: false
      referencedRelation: "categories"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "products_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    }
                  ]
                },"profile_private": {
                  Row: {
                    "birth_date": string | null,"country": string | null,"created_at": string,"legal_name": string,"locale": string,"phone": string | null,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "birth_date"?: string | null,"country"?: string | null,"created_at"?: string,"legal_name"?: string,"locale"?: string,"phone"?: string | null,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "birth_date"?: string | null,"country"?: string | null,"created_at"?: string,"legal_name"?: string,"locale"?: string,"phone"?: string | null,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "profile_private_user_id_fkey"
      columns: ["user_id"]
isOneToOne: true
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"profiles": {
                  Row: {
                    "avatar_path": string | null,"bio": string,"created_at": string,"display_name": string,"handle": string,"id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "avatar_path"?: string | null,"bio"?: string,"created_at"?: string,"display_name"?: string,"handle": string,"id": string,"updated_at"?: string
                  }
                  Update: {
                    "avatar_path"?: string | null,"bio"?: string,"created_at"?: string,"display_name"?: string,"handle"?: string,"id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    
                  ]
                },"recently_viewed": {
                  Row: {
                    "product_id": string,"user_id": string,"viewed_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "product_id": string,"user_id": string,"viewed_at"?: string
                  }
                  Update: {
                    "product_id"?: string,"user_id"?: string,"viewed_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "recently_viewed_product_id_fkey"
      columns: ["product_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "recently_viewed_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"review_votes": {
                  Row: {
                    "created_at": string,"review_id": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"review_id": string,"user_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"review_id"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "review_votes_review_id_fkey"
      columns: ["review_id"]
isOneToOne: false
      referencedRelation: "product_reviews"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "review_votes_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"shop_earnings": {
                  Row: {
                    "created_at": string,"currency": string,"payable_at": string | null,"platform_fee_amount": number,"seller_amount": number,"shop_id": string,"shop_order_id": string,"total_amount": number,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"currency": string,"payable_at"?: string | null,"platform_fee_amount": number,"seller_amount": number,"shop_id": string,"shop_order_id": string,"total_amount": number,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"currency"?: string,"payable_at"?: string | null,"platform_fee_amount"?: number,"seller_amount"?: number,"shop_id"?: string,"shop_order_id"?: string,"total_amount"?: number,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "shop_earnings_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "shop_earnings_shop_order_id_fkey"
      columns: ["shop_order_id"]
isOneToOne: true
      referencedRelation: "shop_orders"
      referencedColumns: ["id"]
    }
                  ]
                },"shop_follows": {
                  Row: {
                    "created_at": string,"shop_id": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"shop_id": string,"user_id"?: string
                  }
                  Update: {
                    "created_at"?: string,"shop_id"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "shop_follows_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "shop_follows_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"shop_invitations": {
                  Row: {
                    "created_at": string,"email": string | null,"expires_at": string,"id": string,"invited_by": string | null,"role": Database["public"]['Enums']["shop_role"],"settled_at": string | null,"shop_id": string,"status": Database["public"]['Enums']["invitation_status"]
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"email"?: string | null,"expires_at": string,"id"?: string,"invited_by"?: string | null,"role": Database["public"]['Enums']["shop_role"],"settled_at"?: string | null,"shop_id": string,"status"?: Database["public"]['Enums']["invitation_status"]
                  }
                  Update: {
                    "created_at"?: string,"email"?: string | null,"expires_at"?: string,"id"?: string,"invited_by"?: string | null,"role"?: Database["public"]['Enums']["shop_role"],"settled_at"?: string | null,"shop_id"?: string,"status"?: Database["public"]['Enums']["invitation_status"]
                  }
                  Relationships: [
                    {
      foreignKeyName: "shop_invitations_invited_by_fkey"
      columns: ["invited_by"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "shop_invitations_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    }
                  ]
                },"shop_members": {
                  Row: {
                    "created_at": string,"role": Database["public"]['Enums']["shop_role"],"shop_id": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"role": Database["public"]['Enums']["shop_role"],"shop_id": string,"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"role"?: Database["public"]['Enums']["shop_role"],"shop_id"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "shop_members_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "shop_members_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"shop_notices": {
                  Row: {
                    "created_at": string,"id": string,"kind": string,"next_action": string | null,"reason": string,"resolved_at": string | null,"shop_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"kind": string,"next_action"?: string | null,"reason": string,"resolved_at"?: string | null,"shop_id": string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"kind"?: string,"next_action"?: string | null,"reason"?: string,"resolved_at"?: string | null,"shop_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "shop_notices_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    }
                  ]
                },"shop_orders": {
                  Row: {
                    "buyer_id": string,"created_at": string,"currency": string,"discount_amount": number,"id": string,"order_id": string,"shipping_amount": number,"shop_id": string,"status": Database["public"]['Enums']["order_status"],"subtotal_amount": number,"tax_amount": number,"total_amount": number,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "buyer_id": string,"created_at"?: string,"currency": string,"discount_amount"?: number,"id"?: string,"order_id": string,"shipping_amount"?: number,"shop_id": string,"status"?: Database["public"]['Enums']["order_status"],"subtotal_amount": number,"tax_amount"?: number,"total_amount": number,"updated_at"?: string
                  }
                  Update: {
                    "buyer_id"?: string,"created_at"?: string,"currency"?: string,"discount_amount"?: number,"id"?: string,"order_id"?: string,"shipping_amount"?: number,"shop_id"?: string,"status"?: Database["public"]['Enums']["order_status"],"subtotal_amount"?: number,"tax_amount"?: number,"total_amount"?: number,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "shop_orders_buyer_id_fkey"
      columns: ["buyer_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "shop_orders_order_id_fkey"
      columns: ["order_id"]
isOneToOne: false
      referencedRelation: "orders"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "shop_orders_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
      referencedColumns: ["id"]
    }
                  ]
                },"shop_ownership_offers": {
                  Row: {
                    "created_at": string,"expires_at": string,"offered_by": string,"shop_id": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"expires_at": string,"offered_by": string,"shop_id": string,"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"expires_at"?: string,"offered_by"?: string,"shop_id"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "shop_ownership_offers_offered_by_fkey"
      columns: ["offered_by"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "shop_ownership_offers_shop_id_user_id_fkey"
      columns: ["shop_id","user_id"]
isOneToOne: false
      referencedRelation: "shop_members"
      referencedColumns: ["shop_id","user_id"]
    }
                  ]
                },"shop_payment_accounts": {
                  Row: {
                    "country": string | null,"created_at": string,"payouts_enabled": boolean,"requirements": NonNullable<Json>,"shop_id": string,"state": Database["public"]['Enums']["payment_account_state"],"stripe_account_id": string | null,"synced_at": string | null,"transfers_capability": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "country"?: string | null,"created_at"?: string,"payouts_enabled"?: boolean,"requirements"?: NonNullable<Json>,"shop_id": string,"state"?: Database["public"]['Enums']["payment_account_state"],"stripe_account_id"?: string | null,"synced_at"?: string | null,"transfers_capability"?: string,"updated_at"?: string
                  }
                  Update: {
                    "country"?: string | null,"created_at"?: string,"payouts_enabled"?: boolean,"requirements"?: NonNullable<Json>,"shop_id"?: string,"state"?: Database["public"]['Enums']["payment_account_state"],"stripe_account_id"?: string | null,"synced_at"?: string | null,"transfers_capability"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "shop_payment_accounts_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: true
      referencedRelation: "shops"
      referencedColumns: ["id"]
    }
                  ]
                },"shops": {
                  Row: {
                    "created_at": string,"description": string,"follower_count": number,"id": string,"name": string,"slug": string,"status": Database["public"]['Enums']["shop_status"],"updated_at": string,"vacation_from": string | null,"vacation_message": string,"vacation_until": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"description"?: string,"follower_count"?: number,"id"?: string,"name": string,"slug": string,"status"?: Database["public"]['Enums']["shop_status"],"updated_at"?: string,"vacation_from"?: string | null,"vacation_message"?: string,"vacation_until"?: string | null
                  }
                  Update: {
                    "created_at"?: string,"description"?: string,"follower_count"?: number,"id"?: string,"name"?: string,"slug"?: string,"status"?: Database["public"]['Enums']["shop_status"],"updated_at"?: string,"vacation_from"?: string | null,"vacation_message"?: string,"vacation_until"?: string | null
                  }
                  Relationships: [
                    
                  ]
                },"user_roles": {
                  Row: {
                    "created_at": string,"expires_at": string | null,"granted_by": string | null,"reason": string,"role": Database["public"]['Enums']["app_role"],"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"expires_at"?: string | null,"granted_by"?: string | null,"reason": string,"role": Database["public"]['Enums']["app_role"],"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"expires_at"?: string | null,"granted_by"?: string | null,"reason"?: string,"role"?: Database["public"]['Enums']["app_role"],"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "user_roles_granted_by_fkey"
      columns: ["granted_by"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "user_roles_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"user_sanctions": {
                  Row: {
                    "created_at": string,"id": string,"kind": Database["public"]['Enums']["sanction_kind"],"lift_reason": string | null,"lifted_at": string | null,"reason": string,"until": string | null,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"kind": Database["public"]['Enums']["sanction_kind"],"lift_reason"?: string | null,"lifted_at"?: string | null,"reason": string,"until"?: string | null,"user_id": string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"kind"?: Database["public"]['Enums']["sanction_kind"],"lift_reason"?: string | null,"lifted_at"?: string | null,"reason"?: string,"until"?: string | null,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "user_sanctions_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"wishlist_items": {
                  Row: {
                    "added_available": boolean,"added_currency": string | null,"added_price_amount": number | null,"created_at": string,"id": string,"product_id": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "added_available"?: boolean,"added_currency"?: string | null,"added_price_amount"?: number | null,"created_at"?: string,"id"?: string,"product_id": string,"user_id"?: string
                  }
                  Update: {
                    "added_available"?: boolean,"added_currency"?: string | null,"added_price_amount"?: number | null,"created_at"?: string,"id"?: string,"product_id"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "wishlist_items_product_id_fkey"
      columns: ["product_id"]
isOneToOne: false
      referencedRelation: "products"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "wishlist_items_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                }
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
            "accept_invitation":
{ Args: { "token": string }; Returns: Json
                           },
"accept_ownership":
{ Args: { "shop_id": string }; Returns: Json
                           },
"admin_health":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"apply_discount_code":
{ Args: { "code": string }; Returns: Json
                           },
"archive_product":
{ Args: { "product_id": string }; Returns: Json
                           },
"begin_checkout":
{ Args: { "country"?: string,"expected_total"?: number,"idempotency_key": string }; Returns: Json
                           },
"begin_import":
{ Args: { "mode"?: Database["public"]['Enums']["import_mode"],"shop_id": string }; Returns: Json
                           },
"begin_onboarding":
{ Args: { "shop_id": string }; Returns: Json
                           },
"begin_upload":
{ Args: { "file_name": string,"mime": string,"product_id": string,"release_notes"?: string,"sha256": string,"size_bytes": number }; Returns: Json
                           },
"can_subscribe":
{ Args: { "channel": string }; Returns: boolean
                           },
"cancel_account_deletion":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"cancel_import":
{ Args: { "job_id": string }; Returns: Json
                           },
"cancel_order":
{ Args: { "order_id": string }; Returns: Json
                           },
"cart_add":
{ Args: { "amount"?: number,"quantity"?: number,"variant_id": string }; Returns: Json
                           },
"cart_summary":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"change_member_role":
{ Args: { "role": Database["public"]['Enums']["shop_role"],"shop_id": string,"user_id": string }; Returns: undefined
                           },
"close_shop":
{ Args: { "shop_id": string }; Returns: Json
                           },
"create_preview_link":
{ Args: { "hours"?: number,"product_id": string }; Returns: Json
                           },
"create_shop":
{ Args: { "name": string,"slug"?: string }; Returns: Json
                           },
"delete_category":
{ Args: { "category_id": string }; Returns: undefined
                           },
"delete_variant":
{ Args: { "variant_id": string }; Returns: undefined
                           },
"dismiss_notice":
{ Args: { "notice_id": string }; Returns: undefined
                           },
"duplicate_product":
{ Args: { "product_id": string,"title"?: string,"with_files"?: boolean }; Returns: Json
                           },
"edit_review":
{ Args: { "body"?: string,"review_id": string,"stars": number,"title"?: string }; Returns: Json
                           },
"end_other_sessions":
{ Args: Record<PropertyKey, never>; Returns: number
                           },
"end_session":
{ Args: { "session_id": string }; Returns: undefined
                           },
"export_my_data":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"export_products":
{ Args: { "after"?: string,"limit"?: number,"shop_id": string }; Returns: {
              "category": string,"compare_at_amount": number,"countries": string,"currency": string,"description": string,"kind": string,"minimum_amount": number,"options": string,"price_amount": number,"product": string,"sku": string,"status": string,"stock": number,"tags": string,"title": string,"variant_id": string,"variant_title": string,"weight_grams": number
            }[]
                           },
"grant_role":
{ Args: { "reason": string,"role": Database["public"]['Enums']["app_role"],"until"?: string,"user_id": string }; Returns: Json
                           },
"invite_member":
{ Args: { "email": string,"role": Database["public"]['Enums']["shop_role"],"shop_id": string }; Returns: Json
                           },
"issue_download_token":
{ Args: { "file_id"?: string,"order_item_id": string }; Returns: Json
                           },
"leave_shop":
{ Args: { "shop_id": string }; Returns: undefined
                           },
"lift_sanction":
{ Args: { "reason": string,"sanction_id": string }; Returns: Json
                           },
"list_my_downloads":
{ Args: Record<PropertyKey, never>; Returns: {
              "bought_at": string,"expires_at": string,"file_id": string,"file_name": string,"mime": string,"order_id": string,"order_item_id": string,"product_title": string,"ready": boolean,"remaining": number,"revoked": boolean,"shop_name": string,"size_bytes": number,"version": number
            }[]
                           },
"mark_notifications_read":
{ Args: { "ids"?: (string)[] }; Returns: number
                           },
"moderate_review":
{ Args: { "hide": boolean,"reason"?: string,"review_id": string }; Returns: Json
                           },
"move_category":
{ Args: { "category_id": string,"parent_id": string }; Returns: Json
                           },
"my_sessions":
{ Args: Record<PropertyKey, never>; Returns: {
              "created_at": string,"id": string,"ip": string,"is_current": boolean,"last_used_at": string,"user_agent": string
            }[]
                           },
"my_shop_permissions":
{ Args: { "shop_id": string }; Returns: (string)[]
                           },
"my_wishlist":
{ Args: { "after"?: string,"page_size"?: number }; Returns: Json
                           },
"note_view":
{ Args: { "product_id": string }; Returns: undefined
                           },
"offer_ownership":
{ Args: { "shop_id": string,"user_id": string }; Returns: Json
                           },
"open_shop":
{ Args: { "shop_id": string }; Returns: Json
                           },
"preview_product":
{ Args: { "token": string }; Returns: Json
                           },
"product_reviews_page":
{ Args: { "after"?: string,"page_size"?: number,"product_id": string,"sort"?: string }; Returns: Json
                           },
"publish_product":
{ Args: { "product_id": string }; Returns: Json
                           },
"reinstate_shop":
{ Args: { "shop_id": string }; Returns: Json
                           },
"remove_discount_code":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"remove_member":
{ Args: { "shop_id": string,"user_id": string }; Returns: undefined
                           },
"rename_shop":
{ Args: { "shop_id": string,"slug": string }; Returns: Json
                           },
"reorder_images":
{ Args: { "image_ids": (string)[],"product_id": string }; Returns: Json
                           },
"reply_to_review":
{ Args: { "reply": string,"review_id": string }; Returns: Json
                           },
"request_account_deletion":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"resolve_shop":
{ Args: { "slug": string }; Returns: Json
                           },
"reviews_to_moderate":
{ Args: { "after"?: string,"page_size"?: number }; Returns: {
              "author_id": string,
"body": string,
"created_at": string,
"edited_at": string | null,
"helpful_count": number,
"hidden_reason": string | null,
"id": string,
"moderated_at": string | null,
"product_id": string,
"seller_replied_at": string | null,
"seller_reply": string | null,
"shop_id": string,
"stars": number,
"status": Database["public"]['Enums']["review_status"],
"title": string
            }[]
                          SetofOptions: {
        from: "*"
        to: "product_reviews"
        isOneToOne: false
        isSetofReturn: true
      } },
"revoke_invitation":
{ Args: { "invitation_id": string }; Returns: undefined
                           },
"revoke_preview_links":
{ Args: { "product_id": string }; Returns: number
                           },
"revoke_role":
{ Args: { "reason": string,"role": Database["public"]['Enums']["app_role"],"user_id": string }; Returns: undefined
                           },
"sanction_user":
{ Args: { "kind": Database["public"]['Enums']["sanction_kind"],"reason": string,"until"?: string,"user_id": string }; Returns: Json
                           },
"save_category":
{ Args: { "category_id"?: string,"name": string,"parent_id"?: string,"position"?: number,"slug": string }; Returns: Json
                           },
"schedule_product":
{ Args: { "product_id": string,"publish_at": string }; Returns: Json
                           },
"search_products":
{ Args: { "after"?: string,"available"?: boolean,"category"?: string,"country"?: string,"currency"?: string,"facets"?: boolean,"kind"?: string,"max_price"?: number,"min_price"?: number,"min_rating"?: number,"page_size"?: number,"query"?: string,"shop"?: string,"sort"?: string }; Returns: Json
                           },
"set_bundle_items":
{ Args: { "items": Json,"product_id": string }; Returns: Json
                           },
"set_product_options":
{ Args: { "options": Json,"product_id": string }; Returns: Json
                           },
"set_vacation":
{ Args: { "from"?: string,"message"?: string,"shop_id": string,"until"?: string }; Returns: Json
                           },
"shop_state":
{ Args: { "shop_id": string }; Returns: Json
                           },
"start_import":
{ Args: { "job_id": string }; Returns: Json
                           },
"suggest_products":
{ Args: { "prefix": string }; Returns: Json
                           },
"support_find_user":
{ Args: { "query": string,"ticket": string }; Returns: Json
                           },
"support_order":
{ Args: { "order_ref": string,"ticket": string }; Returns: Json
                           },
"suspend_shop":
{ Args: { "reason": string,"shop_id": string }; Returns: Json
                           },
"withdraw_ownership_offer":
{ Args: { "shop_id": string }; Returns: undefined
                           },
"write_review":
{ Args: { "body"?: string,"order_item_id": string,"stars": number,"title"?: string }; Returns: Json
                           }
          }
          Enums: {
            "app_role": "admin"|"moderator"|"support","file_status": "pending"|"ready"|"rejected","import_mode": "all_or_nothing"|"best_effort","import_state": "awaiting_upload"|"queued"|"running"|"done"|"failed"|"cancelled","invitation_status": "pending"|"accepted"|"revoked"|"expired","order_status": "pending_payment"|"paid"|"cancelled"|"expired","payment_account_state": "none"|"requirements_due"|"pending"|"active"|"restricted","payment_status": "created"|"processing"|"failed"|"succeeded"|"canceled"|"refund_pending"|"refunded","product_kind": "digital"|"physical"|"service","product_status": "draft"|"active"|"archived","review_status": "visible"|"hidden","sanction_kind": "warn"|"mute"|"suspend"|"ban","shop_role": "owner"|"manager"|"staff","shop_status": "draft"|"active"|"suspended"|"closed","variant_pricing": "fixed"|"pwyw"
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "public": {
          Enums: {
            "app_role": ["admin", "moderator", "support"],"file_status": ["pending", "ready", "rejected"],"import_mode": ["all_or_nothing", "best_effort"],"import_state": ["awaiting_upload", "queued", "running", "done", "failed", "cancelled"],"invitation_status": ["pending", "accepted", "revoked", "expired"],"order_status": ["pending_payment", "paid", "cancelled", "expired"],"payment_account_state": ["none", "requirements_due", "pending", "active", "restricted"],"payment_status": ["created", "processing", "failed", "succeeded", "canceled", "refund_pending", "refunded"],"product_kind": ["digital", "physical", "service"],"product_status": ["draft", "active", "archived"],"review_status": ["visible", "hidden"],"sanction_kind": ["warn", "mute", "suspend", "ban"],"shop_role": ["owner", "manager", "staff"],"shop_status": ["draft", "active", "suspended", "closed"],"variant_pricing": ["fixed", "pwyw"]
          }
        }
} as const
