"""Generated from the migrations by `make types`: never edit."""

from __future__ import annotations

import datetime
import uuid
from typing import (
    Annotated,
    Any,
    List,
    Literal,
    Optional,
    TypedDict,
)
from typing_extensions import NotRequired, TypeAlias

from pydantic import BaseModel, Field, JsonValue

PublicAppRole: TypeAlias = Literal["admin", "moderator", "support"]

PublicFileStatus: TypeAlias = Literal["pending", "ready", "rejected"]

PublicOrderStatus: TypeAlias = Literal["pending_payment", "paid", "cancelled", "expired"]

PublicPaymentAccountState: TypeAlias = Literal["none", "requirements_due", "pending", "active", "restricted"]

PublicPaymentStatus: TypeAlias = Literal["created", "processing", "failed", "succeeded", "canceled", "refund_pending", "refunded"]

PublicProductKind: TypeAlias = Literal["digital", "physical", "service"]

PublicProductStatus: TypeAlias = Literal["draft", "active", "archived"]

PublicShopRole: TypeAlias = Literal["owner", "manager", "staff"]

PublicShopStatus: TypeAlias = Literal["draft", "active", "suspended", "closed"]

class PublicCartItems(BaseModel):
    cart_id: uuid.UUID = Field(alias="cart_id")
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    quantity: int = Field(alias="quantity")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")
    variant_id: uuid.UUID = Field(alias="variant_id")

class PublicCartItemsInsert(TypedDict):
    cart_id: Annotated[uuid.UUID, Field(alias="cart_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    quantity: Annotated[int, Field(alias="quantity")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]
    variant_id: Annotated[uuid.UUID, Field(alias="variant_id")]

class PublicCartItemsUpdate(TypedDict):
    cart_id: NotRequired[Annotated[uuid.UUID, Field(alias="cart_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    quantity: NotRequired[Annotated[int, Field(alias="quantity")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]
    variant_id: NotRequired[Annotated[uuid.UUID, Field(alias="variant_id")]]

class PublicCarts(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicCartsInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicCartsUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicDownloadGrants(BaseModel):
    buyer_id: uuid.UUID = Field(alias="buyer_id")
    created_at: datetime.datetime = Field(alias="created_at")
    download_limit: int = Field(alias="download_limit")
    downloads_used: int = Field(alias="downloads_used")
    expires_at: Optional[datetime.datetime] = Field(alias="expires_at")
    id: uuid.UUID = Field(alias="id")
    order_id: uuid.UUID = Field(alias="order_id")
    order_item_id: uuid.UUID = Field(alias="order_item_id")
    product_id: uuid.UUID = Field(alias="product_id")
    revoked_at: Optional[datetime.datetime] = Field(alias="revoked_at")
    revoked_reason: Optional[str] = Field(alias="revoked_reason")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicDownloadGrantsInsert(TypedDict):
    buyer_id: Annotated[uuid.UUID, Field(alias="buyer_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    download_limit: Annotated[int, Field(alias="download_limit")]
    downloads_used: NotRequired[Annotated[int, Field(alias="downloads_used")]]
    expires_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="expires_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    order_id: Annotated[uuid.UUID, Field(alias="order_id")]
    order_item_id: Annotated[uuid.UUID, Field(alias="order_item_id")]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    revoked_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="revoked_at")]]
    revoked_reason: NotRequired[Annotated[Optional[str], Field(alias="revoked_reason")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicDownloadGrantsUpdate(TypedDict):
    buyer_id: NotRequired[Annotated[uuid.UUID, Field(alias="buyer_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    download_limit: NotRequired[Annotated[int, Field(alias="download_limit")]]
    downloads_used: NotRequired[Annotated[int, Field(alias="downloads_used")]]
    expires_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="expires_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    order_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_id")]]
    order_item_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_item_id")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    revoked_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="revoked_at")]]
    revoked_reason: NotRequired[Annotated[Optional[str], Field(alias="revoked_reason")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicOrderEvents(BaseModel):
    buyer_id: uuid.UUID = Field(alias="buyer_id")
    created_at: datetime.datetime = Field(alias="created_at")
    data: JsonValue = Field(alias="data")
    id: uuid.UUID = Field(alias="id")
    kind: str = Field(alias="kind")
    order_id: uuid.UUID = Field(alias="order_id")

class PublicOrderEventsInsert(TypedDict):
    buyer_id: Annotated[uuid.UUID, Field(alias="buyer_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    data: NotRequired[Annotated[JsonValue, Field(alias="data")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: Annotated[str, Field(alias="kind")]
    order_id: Annotated[uuid.UUID, Field(alias="order_id")]

class PublicOrderEventsUpdate(TypedDict):
    buyer_id: NotRequired[Annotated[uuid.UUID, Field(alias="buyer_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    data: NotRequired[Annotated[JsonValue, Field(alias="data")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: NotRequired[Annotated[str, Field(alias="kind")]]
    order_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_id")]]

class PublicOrderItems(BaseModel):
    buyer_id: uuid.UUID = Field(alias="buyer_id")
    created_at: datetime.datetime = Field(alias="created_at")
    discount_amount: int = Field(alias="discount_amount")
    id: uuid.UUID = Field(alias="id")
    kind: PublicProductKind = Field(alias="kind")
    order_id: uuid.UUID = Field(alias="order_id")
    paid_at: Optional[datetime.datetime] = Field(alias="paid_at")
    product_id: uuid.UUID = Field(alias="product_id")
    quantity: int = Field(alias="quantity")
    shop_id: uuid.UUID = Field(alias="shop_id")
    shop_order_id: uuid.UUID = Field(alias="shop_order_id")
    tax_amount: int = Field(alias="tax_amount")
    title: str = Field(alias="title")
    total_amount: int = Field(alias="total_amount")
    unit_amount: int = Field(alias="unit_amount")
    variant_id: uuid.UUID = Field(alias="variant_id")
    variant_title: str = Field(alias="variant_title")

class PublicOrderItemsInsert(TypedDict):
    buyer_id: Annotated[uuid.UUID, Field(alias="buyer_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    discount_amount: NotRequired[Annotated[int, Field(alias="discount_amount")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: Annotated[PublicProductKind, Field(alias="kind")]
    order_id: Annotated[uuid.UUID, Field(alias="order_id")]
    paid_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="paid_at")]]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    quantity: Annotated[int, Field(alias="quantity")]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    shop_order_id: Annotated[uuid.UUID, Field(alias="shop_order_id")]
    tax_amount: NotRequired[Annotated[int, Field(alias="tax_amount")]]
    title: Annotated[str, Field(alias="title")]
    total_amount: Annotated[int, Field(alias="total_amount")]
    unit_amount: Annotated[int, Field(alias="unit_amount")]
    variant_id: Annotated[uuid.UUID, Field(alias="variant_id")]
    variant_title: Annotated[str, Field(alias="variant_title")]

class PublicOrderItemsUpdate(TypedDict):
    buyer_id: NotRequired[Annotated[uuid.UUID, Field(alias="buyer_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    discount_amount: NotRequired[Annotated[int, Field(alias="discount_amount")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: NotRequired[Annotated[PublicProductKind, Field(alias="kind")]]
    order_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_id")]]
    paid_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="paid_at")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    quantity: NotRequired[Annotated[int, Field(alias="quantity")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    shop_order_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_order_id")]]
    tax_amount: NotRequired[Annotated[int, Field(alias="tax_amount")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    total_amount: NotRequired[Annotated[int, Field(alias="total_amount")]]
    unit_amount: NotRequired[Annotated[int, Field(alias="unit_amount")]]
    variant_id: NotRequired[Annotated[uuid.UUID, Field(alias="variant_id")]]
    variant_title: NotRequired[Annotated[str, Field(alias="variant_title")]]

class PublicOrders(BaseModel):
    buyer_id: uuid.UUID = Field(alias="buyer_id")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    discount_amount: int = Field(alias="discount_amount")
    expires_at: datetime.datetime = Field(alias="expires_at")
    id: uuid.UUID = Field(alias="id")
    order_number: str = Field(alias="order_number")
    paid_at: Optional[datetime.datetime] = Field(alias="paid_at")
    shipping_amount: int = Field(alias="shipping_amount")
    status: PublicOrderStatus = Field(alias="status")
    subtotal_amount: int = Field(alias="subtotal_amount")
    tax_amount: int = Field(alias="tax_amount")
    total_amount: int = Field(alias="total_amount")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicOrdersInsert(TypedDict):
    buyer_id: Annotated[uuid.UUID, Field(alias="buyer_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    discount_amount: NotRequired[Annotated[int, Field(alias="discount_amount")]]
    expires_at: Annotated[datetime.datetime, Field(alias="expires_at")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    order_number: NotRequired[Annotated[str, Field(alias="order_number")]]
    paid_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="paid_at")]]
    shipping_amount: NotRequired[Annotated[int, Field(alias="shipping_amount")]]
    status: NotRequired[Annotated[PublicOrderStatus, Field(alias="status")]]
    subtotal_amount: Annotated[int, Field(alias="subtotal_amount")]
    tax_amount: NotRequired[Annotated[int, Field(alias="tax_amount")]]
    total_amount: Annotated[int, Field(alias="total_amount")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicOrdersUpdate(TypedDict):
    buyer_id: NotRequired[Annotated[uuid.UUID, Field(alias="buyer_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    discount_amount: NotRequired[Annotated[int, Field(alias="discount_amount")]]
    expires_at: NotRequired[Annotated[datetime.datetime, Field(alias="expires_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    order_number: NotRequired[Annotated[str, Field(alias="order_number")]]
    paid_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="paid_at")]]
    shipping_amount: NotRequired[Annotated[int, Field(alias="shipping_amount")]]
    status: NotRequired[Annotated[PublicOrderStatus, Field(alias="status")]]
    subtotal_amount: NotRequired[Annotated[int, Field(alias="subtotal_amount")]]
    tax_amount: NotRequired[Annotated[int, Field(alias="tax_amount")]]
    total_amount: NotRequired[Annotated[int, Field(alias="total_amount")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicPayments(BaseModel):
    amount: int = Field(alias="amount")
    buyer_id: uuid.UUID = Field(alias="buyer_id")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    id: uuid.UUID = Field(alias="id")
    last_error_code: Optional[str] = Field(alias="last_error_code")
    order_id: uuid.UUID = Field(alias="order_id")
    status: PublicPaymentStatus = Field(alias="status")
    stripe_payment_intent_id: Optional[str] = Field(alias="stripe_payment_intent_id")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicPaymentsInsert(TypedDict):
    amount: Annotated[int, Field(alias="amount")]
    buyer_id: Annotated[uuid.UUID, Field(alias="buyer_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    last_error_code: NotRequired[Annotated[Optional[str], Field(alias="last_error_code")]]
    order_id: Annotated[uuid.UUID, Field(alias="order_id")]
    status: NotRequired[Annotated[PublicPaymentStatus, Field(alias="status")]]
    stripe_payment_intent_id: NotRequired[Annotated[Optional[str], Field(alias="stripe_payment_intent_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicPaymentsUpdate(TypedDict):
    amount: NotRequired[Annotated[int, Field(alias="amount")]]
    buyer_id: NotRequired[Annotated[uuid.UUID, Field(alias="buyer_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    last_error_code: NotRequired[Annotated[Optional[str], Field(alias="last_error_code")]]
    order_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_id")]]
    status: NotRequired[Annotated[PublicPaymentStatus, Field(alias="status")]]
    stripe_payment_intent_id: NotRequired[Annotated[Optional[str], Field(alias="stripe_payment_intent_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicProductFiles(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    file_name: str = Field(alias="file_name")
    id: uuid.UUID = Field(alias="id")
    mime: str = Field(alias="mime")
    path: str = Field(alias="path")
    product_id: uuid.UUID = Field(alias="product_id")
    rejection: Optional[str] = Field(alias="rejection")
    sha256: str = Field(alias="sha256")
    shop_id: uuid.UUID = Field(alias="shop_id")
    size_bytes: int = Field(alias="size_bytes")
    status: PublicFileStatus = Field(alias="status")
    updated_at: datetime.datetime = Field(alias="updated_at")
    uploaded_by: Optional[uuid.UUID] = Field(alias="uploaded_by")
    version: int = Field(alias="version")

class PublicProductFilesInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    file_name: Annotated[str, Field(alias="file_name")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    mime: Annotated[str, Field(alias="mime")]
    path: Annotated[str, Field(alias="path")]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    rejection: NotRequired[Annotated[Optional[str], Field(alias="rejection")]]
    sha256: Annotated[str, Field(alias="sha256")]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    size_bytes: Annotated[int, Field(alias="size_bytes")]
    status: NotRequired[Annotated[PublicFileStatus, Field(alias="status")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    uploaded_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="uploaded_by")]]
    version: Annotated[int, Field(alias="version")]

class PublicProductFilesUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    file_name: NotRequired[Annotated[str, Field(alias="file_name")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    mime: NotRequired[Annotated[str, Field(alias="mime")]]
    path: NotRequired[Annotated[str, Field(alias="path")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    rejection: NotRequired[Annotated[Optional[str], Field(alias="rejection")]]
    sha256: NotRequired[Annotated[str, Field(alias="sha256")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    size_bytes: NotRequired[Annotated[int, Field(alias="size_bytes")]]
    status: NotRequired[Annotated[PublicFileStatus, Field(alias="status")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    uploaded_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="uploaded_by")]]
    version: NotRequired[Annotated[int, Field(alias="version")]]

class PublicProductImages(BaseModel):
    alt: str = Field(alias="alt")
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    is_listed: bool = Field(alias="is_listed")
    path: str = Field(alias="path")
    position: int = Field(alias="position")
    product_id: uuid.UUID = Field(alias="product_id")
    shop_id: uuid.UUID = Field(alias="shop_id")

class PublicProductImagesInsert(TypedDict):
    alt: NotRequired[Annotated[str, Field(alias="alt")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    path: Annotated[str, Field(alias="path")]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]

class PublicProductImagesUpdate(TypedDict):
    alt: NotRequired[Annotated[str, Field(alias="alt")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    path: NotRequired[Annotated[str, Field(alias="path")]]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]

class PublicProductVariants(BaseModel):
    available: Optional[int] = Field(alias="available")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    id: uuid.UUID = Field(alias="id")
    is_listed: bool = Field(alias="is_listed")
    position: int = Field(alias="position")
    price_amount: int = Field(alias="price_amount")
    product_id: uuid.UUID = Field(alias="product_id")
    reserved: int = Field(alias="reserved")
    shop_id: uuid.UUID = Field(alias="shop_id")
    sku: Optional[str] = Field(alias="sku")
    stock: Optional[int] = Field(alias="stock")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicProductVariantsInsert(TypedDict):
    available: NotRequired[Annotated[Optional[int], Field(alias="available")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    price_amount: Annotated[int, Field(alias="price_amount")]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    reserved: NotRequired[Annotated[int, Field(alias="reserved")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    sku: NotRequired[Annotated[Optional[str], Field(alias="sku")]]
    stock: NotRequired[Annotated[Optional[int], Field(alias="stock")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicProductVariantsUpdate(TypedDict):
    available: NotRequired[Annotated[Optional[int], Field(alias="available")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    price_amount: NotRequired[Annotated[int, Field(alias="price_amount")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    reserved: NotRequired[Annotated[int, Field(alias="reserved")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    sku: NotRequired[Annotated[Optional[str], Field(alias="sku")]]
    stock: NotRequired[Annotated[Optional[int], Field(alias="stock")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicProducts(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    description: str = Field(alias="description")
    id: uuid.UUID = Field(alias="id")
    is_listed: bool = Field(alias="is_listed")
    kind: PublicProductKind = Field(alias="kind")
    published_at: Optional[datetime.datetime] = Field(alias="published_at")
    shop_id: uuid.UUID = Field(alias="shop_id")
    slug: str = Field(alias="slug")
    status: PublicProductStatus = Field(alias="status")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicProductsInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[str, Field(alias="description")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    kind: Annotated[PublicProductKind, Field(alias="kind")]
    published_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="published_at")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    slug: Annotated[str, Field(alias="slug")]
    status: NotRequired[Annotated[PublicProductStatus, Field(alias="status")]]
    title: Annotated[str, Field(alias="title")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicProductsUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[str, Field(alias="description")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    kind: NotRequired[Annotated[PublicProductKind, Field(alias="kind")]]
    published_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="published_at")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    slug: NotRequired[Annotated[str, Field(alias="slug")]]
    status: NotRequired[Annotated[PublicProductStatus, Field(alias="status")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicProfiles(BaseModel):
    avatar_path: Optional[str] = Field(alias="avatar_path")
    bio: str = Field(alias="bio")
    created_at: datetime.datetime = Field(alias="created_at")
    display_name: str = Field(alias="display_name")
    handle: str = Field(alias="handle")
    id: uuid.UUID = Field(alias="id")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicProfilesInsert(TypedDict):
    avatar_path: NotRequired[Annotated[Optional[str], Field(alias="avatar_path")]]
    bio: NotRequired[Annotated[str, Field(alias="bio")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    display_name: NotRequired[Annotated[str, Field(alias="display_name")]]
    handle: Annotated[str, Field(alias="handle")]
    id: Annotated[uuid.UUID, Field(alias="id")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicProfilesUpdate(TypedDict):
    avatar_path: NotRequired[Annotated[Optional[str], Field(alias="avatar_path")]]
    bio: NotRequired[Annotated[str, Field(alias="bio")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    display_name: NotRequired[Annotated[str, Field(alias="display_name")]]
    handle: NotRequired[Annotated[str, Field(alias="handle")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicShopEarnings(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    payable_at: Optional[datetime.datetime] = Field(alias="payable_at")
    platform_fee_amount: int = Field(alias="platform_fee_amount")
    seller_amount: int = Field(alias="seller_amount")
    shop_id: uuid.UUID = Field(alias="shop_id")
    shop_order_id: uuid.UUID = Field(alias="shop_order_id")
    total_amount: int = Field(alias="total_amount")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicShopEarningsInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    payable_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="payable_at")]]
    platform_fee_amount: Annotated[int, Field(alias="platform_fee_amount")]
    seller_amount: Annotated[int, Field(alias="seller_amount")]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    shop_order_id: Annotated[uuid.UUID, Field(alias="shop_order_id")]
    total_amount: Annotated[int, Field(alias="total_amount")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicShopEarningsUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    payable_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="payable_at")]]
    platform_fee_amount: NotRequired[Annotated[int, Field(alias="platform_fee_amount")]]
    seller_amount: NotRequired[Annotated[int, Field(alias="seller_amount")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    shop_order_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_order_id")]]
    total_amount: NotRequired[Annotated[int, Field(alias="total_amount")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicShopMembers(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    role: PublicShopRole = Field(alias="role")
    shop_id: uuid.UUID = Field(alias="shop_id")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicShopMembersInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    role: Annotated[PublicShopRole, Field(alias="role")]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicShopMembersUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    role: NotRequired[Annotated[PublicShopRole, Field(alias="role")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicShopOrders(BaseModel):
    buyer_id: uuid.UUID = Field(alias="buyer_id")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    discount_amount: int = Field(alias="discount_amount")
    id: uuid.UUID = Field(alias="id")
    order_id: uuid.UUID = Field(alias="order_id")
    shipping_amount: int = Field(alias="shipping_amount")
    shop_id: uuid.UUID = Field(alias="shop_id")
    status: PublicOrderStatus = Field(alias="status")
    subtotal_amount: int = Field(alias="subtotal_amount")
    tax_amount: int = Field(alias="tax_amount")
    total_amount: int = Field(alias="total_amount")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicShopOrdersInsert(TypedDict):
    buyer_id: Annotated[uuid.UUID, Field(alias="buyer_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    discount_amount: NotRequired[Annotated[int, Field(alias="discount_amount")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    order_id: Annotated[uuid.UUID, Field(alias="order_id")]
    shipping_amount: NotRequired[Annotated[int, Field(alias="shipping_amount")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    status: NotRequired[Annotated[PublicOrderStatus, Field(alias="status")]]
    subtotal_amount: Annotated[int, Field(alias="subtotal_amount")]
    tax_amount: NotRequired[Annotated[int, Field(alias="tax_amount")]]
    total_amount: Annotated[int, Field(alias="total_amount")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicShopOrdersUpdate(TypedDict):
    buyer_id: NotRequired[Annotated[uuid.UUID, Field(alias="buyer_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    discount_amount: NotRequired[Annotated[int, Field(alias="discount_amount")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    order_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_id")]]
    shipping_amount: NotRequired[Annotated[int, Field(alias="shipping_amount")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    status: NotRequired[Annotated[PublicOrderStatus, Field(alias="status")]]
    subtotal_amount: NotRequired[Annotated[int, Field(alias="subtotal_amount")]]
    tax_amount: NotRequired[Annotated[int, Field(alias="tax_amount")]]
    total_amount: NotRequired[Annotated[int, Field(alias="total_amount")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicShopPaymentAccounts(BaseModel):
    country: Optional[str] = Field(alias="country")
    created_at: datetime.datetime = Field(alias="created_at")
    payouts_enabled: bool = Field(alias="payouts_enabled")
    requirements: JsonValue = Field(alias="requirements")
    shop_id: uuid.UUID = Field(alias="shop_id")
    state: PublicPaymentAccountState = Field(alias="state")
    stripe_account_id: Optional[str] = Field(alias="stripe_account_id")
    synced_at: Optional[datetime.datetime] = Field(alias="synced_at")
    transfers_capability: str = Field(alias="transfers_capability")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicShopPaymentAccountsInsert(TypedDict):
    country: NotRequired[Annotated[Optional[str], Field(alias="country")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    payouts_enabled: NotRequired[Annotated[bool, Field(alias="payouts_enabled")]]
    requirements: NotRequired[Annotated[JsonValue, Field(alias="requirements")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    state: NotRequired[Annotated[PublicPaymentAccountState, Field(alias="state")]]
    stripe_account_id: NotRequired[Annotated[Optional[str], Field(alias="stripe_account_id")]]
    synced_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="synced_at")]]
    transfers_capability: NotRequired[Annotated[str, Field(alias="transfers_capability")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicShopPaymentAccountsUpdate(TypedDict):
    country: NotRequired[Annotated[Optional[str], Field(alias="country")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    payouts_enabled: NotRequired[Annotated[bool, Field(alias="payouts_enabled")]]
    requirements: NotRequired[Annotated[JsonValue, Field(alias="requirements")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    state: NotRequired[Annotated[PublicPaymentAccountState, Field(alias="state")]]
    stripe_account_id: NotRequired[Annotated[Optional[str], Field(alias="stripe_account_id")]]
    synced_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="synced_at")]]
    transfers_capability: NotRequired[Annotated[str, Field(alias="transfers_capability")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicShops(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    description: str = Field(alias="description")
    id: uuid.UUID = Field(alias="id")
    name: str = Field(alias="name")
    slug: str = Field(alias="slug")
    status: PublicShopStatus = Field(alias="status")
    status_reason: Optional[str] = Field(alias="status_reason")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicShopsInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[str, Field(alias="description")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    name: Annotated[str, Field(alias="name")]
    slug: Annotated[str, Field(alias="slug")]
    status: NotRequired[Annotated[PublicShopStatus, Field(alias="status")]]
    status_reason: NotRequired[Annotated[Optional[str], Field(alias="status_reason")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicShopsUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[str, Field(alias="description")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    name: NotRequired[Annotated[str, Field(alias="name")]]
    slug: NotRequired[Annotated[str, Field(alias="slug")]]
    status: NotRequired[Annotated[PublicShopStatus, Field(alias="status")]]
    status_reason: NotRequired[Annotated[Optional[str], Field(alias="status_reason")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicUserRoles(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    expires_at: Optional[datetime.datetime] = Field(alias="expires_at")
    granted_by: Optional[uuid.UUID] = Field(alias="granted_by")
    reason: str = Field(alias="reason")
    role: PublicAppRole = Field(alias="role")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicUserRolesInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    expires_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="expires_at")]]
    granted_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="granted_by")]]
    reason: Annotated[str, Field(alias="reason")]
    role: Annotated[PublicAppRole, Field(alias="role")]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicUserRolesUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    expires_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="expires_at")]]
    granted_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="granted_by")]]
    reason: NotRequired[Annotated[str, Field(alias="reason")]]
    role: NotRequired[Annotated[PublicAppRole, Field(alias="role")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]
