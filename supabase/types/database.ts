// Generated from the migrations by `make types`: never edit.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "public": {
          Tables: {
            "cart_items": {
                  Row: {
                    "cart_id": string,"created_at": string,"id": string,"quantity": number,"updated_at": string,"user_id": string,"variant_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "cart_id": string,"created_at"?: string,"id"?: string,"quantity": number,"updated_at"?: string,"user_id": string,"variant_id": string
                  }
                  Update: {
                    "cart_id"?: string,"created_at"?: string,"id"?: string,"quantity"?: number,"updated_at"?: string,"user_id"?: string,"variant_id"?: string
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
isOneToOne: true
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
                    "buyer_id": string,"created_at": string,"discount_amount": number,"id": string,"kind": Database["public"]['Enums']["product_kind"],"order_id": string,"paid_at": string | null,"product_id": string,"quantity": number,"shop_id": string,"shop_order_id": string,"tax_amount": number,"title": string,"total_amount": number,"unit_amount": number,"variant_id": string,"variant_title": string
                  }
                  ComputedFields: never
                  Insert: {
                    "buyer_id": string,"created_at"?: string,"discount_amount"?: number,"id"?: string,"kind": Database["public"]['Enums']["product_kind"],"order_id": string,"paid_at"?: string | null,"product_id": string,"quantity": number,"shop_id": string,"shop_order_id": string,"tax_amount"?: number,"title": string,"total_amount": number,"unit_amount": number,"variant_id": string,"variant_title": string
                  }
                  Update: {
                    "buyer_id"?: string,"created_at"?: string,"discount_amount"?: number,"id"?: string,"kind"?: Database["public"]['Enums']["product_kind"],"order_id"?: string,"paid_at"?: string | null,"product_id"?: string,"quantity"?: number,"shop_id"?: string,"shop_order_id"?: string,"tax_amount"?: number,"title"?: string,"total_amount"?: number,"unit_amount"?: number,"variant_id"?: string,"variant_title"?: string
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
                },"product_files": {
                  Row: {
                    "created_at": string,"file_name": string,"id": string,"mime": string,"path": string,"product_id": string,"rejection": string | null,"sha256": string,"shop_id": string,"size_bytes": number,"status": Database["public"]['Enums']["file_status"],"updated_at": string,"uploaded_by": string | null,"version": number
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"file_name": string,"id"?: string,"mime": string,"path": string,"product_id": string,"rejection"?: string | null,"sha256": string,"shop_id": string,"size_bytes": number,"status"?: Database["public"]['Enums']["file_status"],"updated_at"?: string,"uploaded_by"?: string | null,"version": number
                  }
                  Update: {
                    "created_at"?: string,"file_name"?: string,"id"?: string,"mime"?: string,"path"?: string,"product_id"?: string,"rejection"?: string | null,"sha256"?: string,"shop_id"?: string,"size_bytes"?: number,"status"?: Database["public"]['Enums']["file_status"],"updated_at"?: string,"uploaded_by"?: string | null,"version"?: number
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
                },"product_variants": {
                  Row: {
                    "available": number | null,"created_at": string,"currency": string,"id": string,"is_listed": boolean,"position": number,"price_amount": number,"product_id": string,"reserved": number,"shop_id": string,"sku": string | null,"stock": number | null,"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "available"?: never,"created_at"?: string,"currency": string,"id"?: string,"is_listed"?: boolean,"position"?: number,"price_amount": number,"product_id": string,"reserved"?: number,"shop_id": string,"sku"?: string | null,"stock"?: number | null,"title"?: string,"updated_at"?: string
                  }
                  Update: {
                    "available"?: never,"created_at"?: string,"currency"?: string,"id"?: string,"is_listed"?: boolean,"position"?: number,"price_amount"?: number,"product_id"?: string,"reserved"?: number,"shop_id"?: string,"sku"?: string | null,"stock"?: number | null,"title"?: string,"updated_at"?: string
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
                    "created_at": string,"description": string,"id": string,"is_listed": boolean,"kind": Database["public"]['Enums']["product_kind"],"published_at": string | null,"shop_id": string,"slug": string,"status": Database["public"]['Enums']["product_status"],"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"description"?: string,"id"?: string,"is_listed"?: boolean,"kind": Database["public"]['Enums']["product_kind"],"published_at"?: string | null,"shop_id": string,"slug": string,"status"?: Database["public"]['Enums']["product_status"],"title": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"description"?: string,"id"?: string,"is_listed"?: boolean,"kind"?: Database["public"]['Enums']["product_kind"],"published_at"?: string | null,"shop_id"?: string,"slug"?: string,"status"?: Database["public"]['Enums']["product_status"],"title"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "products_shop_id_fkey"
      columns: ["shop_id"]
isOneToOne: false
      referencedRelation: "shops"
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
                    "created_at": string,"description": string,"id": string,"name": string,"slug": string,"status": Database["public"]['Enums']["shop_status"],"status_reason": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"description"?: string,"id"?: string,"name": string,"slug": string,"status"?: Database["public"]['Enums']["shop_status"],"status_reason"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"description"?: string,"id"?: string,"name"?: string,"slug"?: string,"status"?: Database["public"]['Enums']["shop_status"],"status_reason"?: string | null,"updated_at"?: string
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
                }
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
            "admin_health":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"archive_product":
{ Args: { "product_id": string }; Returns: Json
                           },
"begin_checkout":
{ Args: { "expected_total"?: number,"idempotency_key": string }; Returns: Json
                           },
"begin_onboarding":
{ Args: { "shop_id": string }; Returns: Json
                           },
"begin_upload":
{ Args: { "file_name": string,"mime": string,"product_id": string,"sha256": string,"size_bytes": number }; Returns: Json
                           },
"can_subscribe":
{ Args: { "channel": string }; Returns: boolean
                           },
"cancel_order":
{ Args: { "order_id": string }; Returns: Json
                           },
"cart_add":
{ Args: { "quantity"?: number,"variant_id": string }; Returns: Json
                           },
"cart_summary":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"create_shop":
{ Args: { "name": string,"slug"?: string }; Returns: Json
                           },
"issue_download_token":
{ Args: { "file_id"?: string,"order_item_id": string }; Returns: Json
                           },
"list_my_downloads":
{ Args: Record<PropertyKey, never>; Returns: {
              "bought_at": string,"expires_at": string,"file_id": string,"file_name": string,"mime": string,"order_id": string,"order_item_id": string,"product_title": string,"ready": boolean,"remaining": number,"revoked": boolean,"shop_name": string,"size_bytes": number,"version": number
            }[]
                           },
"open_shop":
{ Args: { "shop_id": string }; Returns: Json
                           },
"publish_product":
{ Args: { "product_id": string }; Returns: Json
                           }
          }
          Enums: {
            "app_role": "admin"|"moderator"|"support","file_status": "pending"|"ready"|"rejected","order_status": "pending_payment"|"paid"|"cancelled"|"expired","payment_account_state": "none"|"requirements_due"|"pending"|"active"|"restricted","payment_status": "created"|"processing"|"failed"|"succeeded"|"canceled"|"refund_pending"|"refunded","product_kind": "digital"|"physical"|"service","product_status": "draft"|"active"|"archived","shop_role": "owner"|"manager"|"staff","shop_status": "draft"|"active"|"suspended"|"closed"
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
            "app_role": ["admin", "moderator", "support"],"file_status": ["pending", "ready", "rejected"],"order_status": ["pending_payment", "paid", "cancelled", "expired"],"payment_account_state": ["none", "requirements_due", "pending", "active", "restricted"],"payment_status": ["created", "processing", "failed", "succeeded", "canceled", "refund_pending", "refunded"],"product_kind": ["digital", "physical", "service"],"product_status": ["draft", "active", "archived"],"shop_role": ["owner", "manager", "staff"],"shop_status": ["draft", "active", "suspended", "closed"]
          }
        }
} as const
