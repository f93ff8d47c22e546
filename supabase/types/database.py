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

PublicImportMode: TypeAlias = Literal["all_or_nothing", "best_effort"]

PublicImportState: TypeAlias = Literal["awaiting_upload", "queued", "running", "done", "failed", "cancelled"]

PublicInvitationStatus: TypeAlias = Literal["pending", "accepted", "revoked", "expired"]

PublicOrderStatus: TypeAlias = Literal["pending_payment", "paid", "cancelled", "expired"]

PublicPaymentAccountState: TypeAlias = Literal["none", "requirements_due", "pending", "active", "restricted"]

PublicPaymentStatus: TypeAlias = Literal["created", "processing", "failed", "succeeded", "canceled", "refund_pending", "refunded"]

PublicProductKind: TypeAlias = Literal["digital", "physical", "service"]

PublicProductStatus: TypeAlias = Literal["draft", "active", "archived"]

PublicReviewStatus: TypeAlias = Literal["visible", "hidden"]

PublicSanctionKind: TypeAlias = Literal["warn", "mute", "suspend", "ban"]

PublicShopRole: TypeAlias = Literal["owner", "manager", "staff"]

PublicShopStatus: TypeAlias = Literal["draft", "active", "suspended", "closed"]

PublicVariantPricing: TypeAlias = Literal["fixed", "pwyw"]

class PublicAccountDeletions(BaseModel):
    blocked_by: Optional[str] = Field(alias="blocked_by")
    created_at: datetime.datetime = Field(alias="created_at")
    due_at: datetime.datetime = Field(alias="due_at")
    erased_at: Optional[datetime.datetime] = Field(alias="erased_at")
    id: uuid.UUID = Field(alias="id")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicAccountDeletionsInsert(TypedDict):
    blocked_by: NotRequired[Annotated[Optional[str], Field(alias="blocked_by")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    due_at: Annotated[datetime.datetime, Field(alias="due_at")]
    erased_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="erased_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicAccountDeletionsUpdate(TypedDict):
    blocked_by: NotRequired[Annotated[Optional[str], Field(alias="blocked_by")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    due_at: NotRequired[Annotated[datetime.datetime, Field(alias="due_at")]]
    erased_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="erased_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicAddresses(BaseModel):
    city: str = Field(alias="city")
    country: str = Field(alias="country")
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    is_default_billing: bool = Field(alias="is_default_billing")
    is_default_shipping: bool = Field(alias="is_default_shipping")
    label: str = Field(alias="label")
    line1: str = Field(alias="line1")
    line2: str = Field(alias="line2")
    phone: Optional[str] = Field(alias="phone")
    postal_code: str = Field(alias="postal_code")
    recipient: str = Field(alias="recipient")
    region: str = Field(alias="region")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicAddressesInsert(TypedDict):
    city: Annotated[str, Field(alias="city")]
    country: Annotated[str, Field(alias="country")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_default_billing: NotRequired[Annotated[bool, Field(alias="is_default_billing")]]
    is_default_shipping: NotRequired[Annotated[bool, Field(alias="is_default_shipping")]]
    label: NotRequired[Annotated[str, Field(alias="label")]]
    line1: Annotated[str, Field(alias="line1")]
    line2: NotRequired[Annotated[str, Field(alias="line2")]]
    phone: NotRequired[Annotated[Optional[str], Field(alias="phone")]]
    postal_code: NotRequired[Annotated[str, Field(alias="postal_code")]]
    recipient: Annotated[str, Field(alias="recipient")]
    region: NotRequired[Annotated[str, Field(alias="region")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicAddressesUpdate(TypedDict):
    city: NotRequired[Annotated[str, Field(alias="city")]]
    country: NotRequired[Annotated[str, Field(alias="country")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_default_billing: NotRequired[Annotated[bool, Field(alias="is_default_billing")]]
    is_default_shipping: NotRequired[Annotated[bool, Field(alias="is_default_shipping")]]
    label: NotRequired[Annotated[str, Field(alias="label")]]
    line1: NotRequired[Annotated[str, Field(alias="line1")]]
    line2: NotRequired[Annotated[str, Field(alias="line2")]]
    phone: NotRequired[Annotated[Optional[str], Field(alias="phone")]]
    postal_code: NotRequired[Annotated[str, Field(alias="postal_code")]]
    recipient: NotRequired[Annotated[str, Field(alias="recipient")]]
    region: NotRequired[Annotated[str, Field(alias="region")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicCartItems(BaseModel):
    cart_id: uuid.UUID = Field(alias="cart_id")
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    quantity: int = Field(alias="quantity")
    unit_amount: Optional[int] = Field(alias="unit_amount")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")
    variant_id: uuid.UUID = Field(alias="variant_id")

class PublicCartItemsInsert(TypedDict):
    cart_id: Annotated[uuid.UUID, Field(alias="cart_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    quantity: Annotated[int, Field(alias="quantity")]
    unit_amount: NotRequired[Annotated[Optional[int], Field(alias="unit_amount")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]
    variant_id: Annotated[uuid.UUID, Field(alias="variant_id")]

class PublicCartItemsUpdate(TypedDict):
    cart_id: NotRequired[Annotated[uuid.UUID, Field(alias="cart_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    quantity: NotRequired[Annotated[int, Field(alias="quantity")]]
    unit_amount: NotRequired[Annotated[Optional[int], Field(alias="unit_amount")]]
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

class PublicCategories(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    name: str = Field(alias="name")
    parent_id: Optional[uuid.UUID] = Field(alias="parent_id")
    path: ExtensionsLtree = Field(alias="path")
    position: int = Field(alias="position")
    slug: str = Field(alias="slug")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicCategoriesInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    name: Annotated[str, Field(alias="name")]
    parent_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="parent_id")]]
    path: Annotated[ExtensionsLtree, Field(alias="path")]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    slug: Annotated[str, Field(alias="slug")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicCategoriesUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    name: NotRequired[Annotated[str, Field(alias="name")]]
    parent_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="parent_id")]]
    path: NotRequired[Annotated[ExtensionsLtree, Field(alias="path")]]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    slug: NotRequired[Annotated[str, Field(alias="slug")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicDiscountCodes(BaseModel):
    basis_points: Optional[int] = Field(alias="basis_points")
    code: str = Field(alias="code")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: Optional[str] = Field(alias="currency")
    ends_at: Optional[datetime.datetime] = Field(alias="ends_at")
    fixed_amount: Optional[int] = Field(alias="fixed_amount")
    id: uuid.UUID = Field(alias="id")
    is_active: bool = Field(alias="is_active")
    max_uses: Optional[int] = Field(alias="max_uses")
    max_uses_per_customer: Optional[int] = Field(alias="max_uses_per_customer")
    minimum_subtotal_amount: int = Field(alias="minimum_subtotal_amount")
    product_id: Optional[uuid.UUID] = Field(alias="product_id")
    shop_id: uuid.UUID = Field(alias="shop_id")
    starts_at: datetime.datetime = Field(alias="starts_at")
    uses: int = Field(alias="uses")

class PublicDiscountCodesInsert(TypedDict):
    basis_points: NotRequired[Annotated[Optional[int], Field(alias="basis_points")]]
    code: Annotated[str, Field(alias="code")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[Optional[str], Field(alias="currency")]]
    ends_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="ends_at")]]
    fixed_amount: NotRequired[Annotated[Optional[int], Field(alias="fixed_amount")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_active: NotRequired[Annotated[bool, Field(alias="is_active")]]
    max_uses: NotRequired[Annotated[Optional[int], Field(alias="max_uses")]]
    max_uses_per_customer: NotRequired[Annotated[Optional[int], Field(alias="max_uses_per_customer")]]
    minimum_subtotal_amount: NotRequired[Annotated[int, Field(alias="minimum_subtotal_amount")]]
    product_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="product_id")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    starts_at: NotRequired[Annotated[datetime.datetime, Field(alias="starts_at")]]
    uses: NotRequired[Annotated[int, Field(alias="uses")]]

class PublicDiscountCodesUpdate(TypedDict):
    basis_points: NotRequired[Annotated[Optional[int], Field(alias="basis_points")]]
    code: NotRequired[Annotated[str, Field(alias="code")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[Optional[str], Field(alias="currency")]]
    ends_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="ends_at")]]
    fixed_amount: NotRequired[Annotated[Optional[int], Field(alias="fixed_amount")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_active: NotRequired[Annotated[bool, Field(alias="is_active")]]
    max_uses: NotRequired[Annotated[Optional[int], Field(alias="max_uses")]]
    max_uses_per_customer: NotRequired[Annotated[Optional[int], Field(alias="max_uses_per_customer")]]
    minimum_subtotal_amount: NotRequired[Annotated[int, Field(alias="minimum_subtotal_amount")]]
    product_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="product_id")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    starts_at: NotRequired[Annotated[datetime.datetime, Field(alias="starts_at")]]
    uses: NotRequired[Annotated[int, Field(alias="uses")]]

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

class PublicEmailPreferences(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    followed_shops: bool = Field(alias="followed_shops")
    forum: bool = Field(alias="forum")
    marketing: bool = Field(alias="marketing")
    marketing_changed_at: Optional[datetime.datetime] = Field(alias="marketing_changed_at")
    reviews: bool = Field(alias="reviews")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicEmailPreferencesInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    followed_shops: NotRequired[Annotated[bool, Field(alias="followed_shops")]]
    forum: NotRequired[Annotated[bool, Field(alias="forum")]]
    marketing: NotRequired[Annotated[bool, Field(alias="marketing")]]
    marketing_changed_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="marketing_changed_at")]]
    reviews: NotRequired[Annotated[bool, Field(alias="reviews")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicEmailPreferencesUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    followed_shops: NotRequired[Annotated[bool, Field(alias="followed_shops")]]
    forum: NotRequired[Annotated[bool, Field(alias="forum")]]
    marketing: NotRequired[Annotated[bool, Field(alias="marketing")]]
    marketing_changed_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="marketing_changed_at")]]
    reviews: NotRequired[Annotated[bool, Field(alias="reviews")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicImportErrors(BaseModel):
    code: str = Field(alias="code")
    column_name: str = Field(alias="column_name")
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    job_id: uuid.UUID = Field(alias="job_id")
    line: int = Field(alias="line")
    message: str = Field(alias="message")
    shop_id: uuid.UUID = Field(alias="shop_id")

class PublicImportErrorsInsert(TypedDict):
    code: Annotated[str, Field(alias="code")]
    column_name: NotRequired[Annotated[str, Field(alias="column_name")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    job_id: Annotated[uuid.UUID, Field(alias="job_id")]
    line: Annotated[int, Field(alias="line")]
    message: Annotated[str, Field(alias="message")]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]

class PublicImportErrorsUpdate(TypedDict):
    code: NotRequired[Annotated[str, Field(alias="code")]]
    column_name: NotRequired[Annotated[str, Field(alias="column_name")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    job_id: NotRequired[Annotated[uuid.UUID, Field(alias="job_id")]]
    line: NotRequired[Annotated[int, Field(alias="line")]]
    message: NotRequired[Annotated[str, Field(alias="message")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]

class PublicImportJobs(BaseModel):
    bytes_seen: int = Field(alias="bytes_seen")
    bytes_total: Optional[int] = Field(alias="bytes_total")
    columns: Optional[List[str]] = Field(alias="columns")
    created_at: datetime.datetime = Field(alias="created_at")
    created_by: Optional[uuid.UUID] = Field(alias="created_by")
    error_count: int = Field(alias="error_count")
    finished_at: Optional[datetime.datetime] = Field(alias="finished_at")
    id: uuid.UUID = Field(alias="id")
    last_line: int = Field(alias="last_line")
    mode: PublicImportMode = Field(alias="mode")
    problem: Optional[str] = Field(alias="problem")
    rows_failed: int = Field(alias="rows_failed")
    rows_ok: int = Field(alias="rows_ok")
    rows_seen: int = Field(alias="rows_seen")
    shop_id: uuid.UUID = Field(alias="shop_id")
    state: PublicImportState = Field(alias="state")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicImportJobsInsert(TypedDict):
    bytes_seen: NotRequired[Annotated[int, Field(alias="bytes_seen")]]
    bytes_total: NotRequired[Annotated[Optional[int], Field(alias="bytes_total")]]
    columns: NotRequired[Annotated[Optional[List[str]], Field(alias="columns")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    created_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="created_by")]]
    error_count: NotRequired[Annotated[int, Field(alias="error_count")]]
    finished_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="finished_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    last_line: NotRequired[Annotated[int, Field(alias="last_line")]]
    mode: Annotated[PublicImportMode, Field(alias="mode")]
    problem: NotRequired[Annotated[Optional[str], Field(alias="problem")]]
    rows_failed: NotRequired[Annotated[int, Field(alias="rows_failed")]]
    rows_ok: NotRequired[Annotated[int, Field(alias="rows_ok")]]
    rows_seen: NotRequired[Annotated[int, Field(alias="rows_seen")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    state: NotRequired[Annotated[PublicImportState, Field(alias="state")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicImportJobsUpdate(TypedDict):
    bytes_seen: NotRequired[Annotated[int, Field(alias="bytes_seen")]]
    bytes_total: NotRequired[Annotated[Optional[int], Field(alias="bytes_total")]]
    columns: NotRequired[Annotated[Optional[List[str]], Field(alias="columns")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    created_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="created_by")]]
    error_count: NotRequired[Annotated[int, Field(alias="error_count")]]
    finished_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="finished_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    last_line: NotRequired[Annotated[int, Field(alias="last_line")]]
    mode: NotRequired[Annotated[PublicImportMode, Field(alias="mode")]]
    problem: NotRequired[Annotated[Optional[str], Field(alias="problem")]]
    rows_failed: NotRequired[Annotated[int, Field(alias="rows_failed")]]
    rows_ok: NotRequired[Annotated[int, Field(alias="rows_ok")]]
    rows_seen: NotRequired[Annotated[int, Field(alias="rows_seen")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    state: NotRequired[Annotated[PublicImportState, Field(alias="state")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicNotifications(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    data: JsonValue = Field(alias="data")
    dedup_key: str = Field(alias="dedup_key")
    id: uuid.UUID = Field(alias="id")
    kind: str = Field(alias="kind")
    occurrences: int = Field(alias="occurrences")
    read_at: Optional[datetime.datetime] = Field(alias="read_at")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicNotificationsInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    data: NotRequired[Annotated[JsonValue, Field(alias="data")]]
    dedup_key: Annotated[str, Field(alias="dedup_key")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: Annotated[str, Field(alias="kind")]
    occurrences: NotRequired[Annotated[int, Field(alias="occurrences")]]
    read_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="read_at")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicNotificationsUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    data: NotRequired[Annotated[JsonValue, Field(alias="data")]]
    dedup_key: NotRequired[Annotated[str, Field(alias="dedup_key")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: NotRequired[Annotated[str, Field(alias="kind")]]
    occurrences: NotRequired[Annotated[int, Field(alias="occurrences")]]
    read_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="read_at")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

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
    components: JsonValue = Field(alias="components")
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
    components: NotRequired[Annotated[JsonValue, Field(alias="components")]]
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
    components: NotRequired[Annotated[JsonValue, Field(alias="components")]]
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

class PublicProductBundleItems(BaseModel):
    bundle_id: uuid.UUID = Field(alias="bundle_id")
    created_at: datetime.datetime = Field(alias="created_at")
    is_listed: bool = Field(alias="is_listed")
    position: int = Field(alias="position")
    product_id: uuid.UUID = Field(alias="product_id")
    quantity: int = Field(alias="quantity")
    shop_id: uuid.UUID = Field(alias="shop_id")
    variant_id: uuid.UUID = Field(alias="variant_id")

class PublicProductBundleItemsInsert(TypedDict):
    bundle_id: Annotated[uuid.UUID, Field(alias="bundle_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    quantity: NotRequired[Annotated[int, Field(alias="quantity")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    variant_id: Annotated[uuid.UUID, Field(alias="variant_id")]

class PublicProductBundleItemsUpdate(TypedDict):
    bundle_id: NotRequired[Annotated[uuid.UUID, Field(alias="bundle_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    quantity: NotRequired[Annotated[int, Field(alias="quantity")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    variant_id: NotRequired[Annotated[uuid.UUID, Field(alias="variant_id")]]

class PublicProductFiles(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    file_name: str = Field(alias="file_name")
    id: uuid.UUID = Field(alias="id")
    mime: str = Field(alias="mime")
    path: str = Field(alias="path")
    product_id: uuid.UUID = Field(alias="product_id")
    rejection: Optional[str] = Field(alias="rejection")
    release_notes: str = Field(alias="release_notes")
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
    release_notes: NotRequired[Annotated[str, Field(alias="release_notes")]]
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
    release_notes: NotRequired[Annotated[str, Field(alias="release_notes")]]
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

class PublicProductOptions(BaseModel):
    choices: List[str] = Field(alias="choices")
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    is_listed: bool = Field(alias="is_listed")
    name: str = Field(alias="name")
    position: int = Field(alias="position")
    product_id: uuid.UUID = Field(alias="product_id")
    shop_id: uuid.UUID = Field(alias="shop_id")

class PublicProductOptionsInsert(TypedDict):
    choices: Annotated[List[str], Field(alias="choices")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    name: Annotated[str, Field(alias="name")]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]

class PublicProductOptionsUpdate(TypedDict):
    choices: NotRequired[Annotated[List[str], Field(alias="choices")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    name: NotRequired[Annotated[str, Field(alias="name")]]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]

class PublicProductReviews(BaseModel):
    author_id: uuid.UUID = Field(alias="author_id")
    body: str = Field(alias="body")
    created_at: datetime.datetime = Field(alias="created_at")
    edited_at: Optional[datetime.datetime] = Field(alias="edited_at")
    helpful_count: int = Field(alias="helpful_count")
    hidden_reason: Optional[str] = Field(alias="hidden_reason")
    id: uuid.UUID = Field(alias="id")
    moderated_at: Optional[datetime.datetime] = Field(alias="moderated_at")
    product_id: uuid.UUID = Field(alias="product_id")
    seller_replied_at: Optional[datetime.datetime] = Field(alias="seller_replied_at")
    seller_reply: Optional[str] = Field(alias="seller_reply")
    shop_id: uuid.UUID = Field(alias="shop_id")
    stars: int = Field(alias="stars")
    status: PublicReviewStatus = Field(alias="status")
    title: str = Field(alias="title")

class PublicProductReviewsInsert(TypedDict):
    author_id: Annotated[uuid.UUID, Field(alias="author_id")]
    body: NotRequired[Annotated[str, Field(alias="body")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    edited_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="edited_at")]]
    helpful_count: NotRequired[Annotated[int, Field(alias="helpful_count")]]
    hidden_reason: NotRequired[Annotated[Optional[str], Field(alias="hidden_reason")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    moderated_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="moderated_at")]]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    seller_replied_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="seller_replied_at")]]
    seller_reply: NotRequired[Annotated[Optional[str], Field(alias="seller_reply")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    stars: Annotated[int, Field(alias="stars")]
    status: NotRequired[Annotated[PublicReviewStatus, Field(alias="status")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]

class PublicProductReviewsUpdate(TypedDict):
    author_id: NotRequired[Annotated[uuid.UUID, Field(alias="author_id")]]
    body: NotRequired[Annotated[str, Field(alias="body")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    edited_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="edited_at")]]
    helpful_count: NotRequired[Annotated[int, Field(alias="helpful_count")]]
    hidden_reason: NotRequired[Annotated[Optional[str], Field(alias="hidden_reason")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    moderated_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="moderated_at")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    seller_replied_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="seller_replied_at")]]
    seller_reply: NotRequired[Annotated[Optional[str], Field(alias="seller_reply")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    stars: NotRequired[Annotated[int, Field(alias="stars")]]
    status: NotRequired[Annotated[PublicReviewStatus, Field(alias="status")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]

class PublicProductTags(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    is_listed: bool = Field(alias="is_listed")
    product_id: uuid.UUID = Field(alias="product_id")
    shop_id: uuid.UUID = Field(alias="shop_id")
    tag: str = Field(alias="tag")

class PublicProductTagsInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    tag: Annotated[str, Field(alias="tag")]

class PublicProductTagsUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    tag: NotRequired[Annotated[str, Field(alias="tag")]]

class PublicProductVariants(BaseModel):
    available: Optional[int] = Field(alias="available")
    compare_at_amount: Optional[int] = Field(alias="compare_at_amount")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    id: uuid.UUID = Field(alias="id")
    is_listed: bool = Field(alias="is_listed")
    minimum_amount: Optional[int] = Field(alias="minimum_amount")
    options: JsonValue = Field(alias="options")
    position: int = Field(alias="position")
    price_amount: int = Field(alias="price_amount")
    pricing: PublicVariantPricing = Field(alias="pricing")
    product_id: uuid.UUID = Field(alias="product_id")
    reserved: int = Field(alias="reserved")
    shop_id: uuid.UUID = Field(alias="shop_id")
    sku: Optional[str] = Field(alias="sku")
    stock: Optional[int] = Field(alias="stock")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")
    weight_grams: Optional[int] = Field(alias="weight_grams")

class PublicProductVariantsInsert(TypedDict):
    available: NotRequired[Annotated[Optional[int], Field(alias="available")]]
    compare_at_amount: NotRequired[Annotated[Optional[int], Field(alias="compare_at_amount")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    minimum_amount: NotRequired[Annotated[Optional[int], Field(alias="minimum_amount")]]
    options: NotRequired[Annotated[JsonValue, Field(alias="options")]]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    price_amount: Annotated[int, Field(alias="price_amount")]
    pricing: NotRequired[Annotated[PublicVariantPricing, Field(alias="pricing")]]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    reserved: NotRequired[Annotated[int, Field(alias="reserved")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    sku: NotRequired[Annotated[Optional[str], Field(alias="sku")]]
    stock: NotRequired[Annotated[Optional[int], Field(alias="stock")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    weight_grams: NotRequired[Annotated[Optional[int], Field(alias="weight_grams")]]

class PublicProductVariantsUpdate(TypedDict):
    available: NotRequired[Annotated[Optional[int], Field(alias="available")]]
    compare_at_amount: NotRequired[Annotated[Optional[int], Field(alias="compare_at_amount")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    minimum_amount: NotRequired[Annotated[Optional[int], Field(alias="minimum_amount")]]
    options: NotRequired[Annotated[JsonValue, Field(alias="options")]]
    position: NotRequired[Annotated[int, Field(alias="position")]]
    price_amount: NotRequired[Annotated[int, Field(alias="price_amount")]]
    pricing: NotRequired[Annotated[PublicVariantPricing, Field(alias="pricing")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    reserved: NotRequired[Annotated[int, Field(alias="reserved")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    sku: NotRequired[Annotated[Optional[str], Field(alias="sku")]]
    stock: NotRequired[Annotated[Optional[int], Field(alias="stock")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    weight_grams: NotRequired[Annotated[Optional[int], Field(alias="weight_grams")]]

class PublicProducts(BaseModel):
    category_id: Optional[uuid.UUID] = Field(alias="category_id")
    countries: Optional[List[str]] = Field(alias="countries")
    created_at: datetime.datetime = Field(alias="created_at")
    description: str = Field(alias="description")
    id: uuid.UUID = Field(alias="id")
    is_available: bool = Field(alias="is_available")
    is_bundle: bool = Field(alias="is_bundle")
    is_listed: bool = Field(alias="is_listed")
    kind: PublicProductKind = Field(alias="kind")
    min_price_amount: Optional[int] = Field(alias="min_price_amount")
    price_currency: Optional[str] = Field(alias="price_currency")
    publish_at: Optional[datetime.datetime] = Field(alias="publish_at")
    publish_problem: Optional[str] = Field(alias="publish_problem")
    published_at: Optional[datetime.datetime] = Field(alias="published_at")
    rating_avg: Optional[float] = Field(alias="rating_avg")
    rating_count: int = Field(alias="rating_count")
    rating_counts: List[int] = Field(alias="rating_counts")
    rating_sum: int = Field(alias="rating_sum")
    sales_count: int = Field(alias="sales_count")
    shop_id: uuid.UUID = Field(alias="shop_id")
    slug: str = Field(alias="slug")
    status: PublicProductStatus = Field(alias="status")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicProductsInsert(TypedDict):
    category_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="category_id")]]
    countries: NotRequired[Annotated[Optional[List[str]], Field(alias="countries")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[str, Field(alias="description")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_available: NotRequired[Annotated[bool, Field(alias="is_available")]]
    is_bundle: NotRequired[Annotated[bool, Field(alias="is_bundle")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    kind: Annotated[PublicProductKind, Field(alias="kind")]
    min_price_amount: NotRequired[Annotated[Optional[int], Field(alias="min_price_amount")]]
    price_currency: NotRequired[Annotated[Optional[str], Field(alias="price_currency")]]
    publish_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="publish_at")]]
    publish_problem: NotRequired[Annotated[Optional[str], Field(alias="publish_problem")]]
    published_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="published_at")]]
    rating_avg: NotRequired[Annotated[Optional[float], Field(alias="rating_avg")]]
    rating_count: NotRequired[Annotated[int, Field(alias="rating_count")]]
    rating_counts: NotRequired[Annotated[List[int], Field(alias="rating_counts")]]
    rating_sum: NotRequired[Annotated[int, Field(alias="rating_sum")]]
    sales_count: NotRequired[Annotated[int, Field(alias="sales_count")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    slug: Annotated[str, Field(alias="slug")]
    status: NotRequired[Annotated[PublicProductStatus, Field(alias="status")]]
    title: Annotated[str, Field(alias="title")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicProductsUpdate(TypedDict):
    category_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="category_id")]]
    countries: NotRequired[Annotated[Optional[List[str]], Field(alias="countries")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[str, Field(alias="description")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_available: NotRequired[Annotated[bool, Field(alias="is_available")]]
    is_bundle: NotRequired[Annotated[bool, Field(alias="is_bundle")]]
    is_listed: NotRequired[Annotated[bool, Field(alias="is_listed")]]
    kind: NotRequired[Annotated[PublicProductKind, Field(alias="kind")]]
    min_price_amount: NotRequired[Annotated[Optional[int], Field(alias="min_price_amount")]]
    price_currency: NotRequired[Annotated[Optional[str], Field(alias="price_currency")]]
    publish_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="publish_at")]]
    publish_problem: NotRequired[Annotated[Optional[str], Field(alias="publish_problem")]]
    published_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="published_at")]]
    rating_avg: NotRequired[Annotated[Optional[float], Field(alias="rating_avg")]]
    rating_count: NotRequired[Annotated[int, Field(alias="rating_count")]]
    rating_counts: NotRequired[Annotated[List[int], Field(alias="rating_counts")]]
    rating_sum: NotRequired[Annotated[int, Field(alias="rating_sum")]]
    sales_count: NotRequired[Annotated[int, Field(alias="sales_count")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    slug: NotRequired[Annotated[str, Field(alias="slug")]]
    status: NotRequired[Annotated[PublicProductStatus, Field(alias="status")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicProfilePrivate(BaseModel):
    birth_date: Optional[datetime.date] = Field(alias="birth_date")
    country: Optional[str] = Field(alias="country")
    created_at: datetime.datetime = Field(alias="created_at")
    legal_name: str = Field(alias="legal_name")
    locale: str = Field(alias="locale")
    phone: Optional[str] = Field(alias="phone")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicProfilePrivateInsert(TypedDict):
    birth_date: NotRequired[Annotated[Optional[datetime.date], Field(alias="birth_date")]]
    country: NotRequired[Annotated[Optional[str], Field(alias="country")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    legal_name: NotRequired[Annotated[str, Field(alias="legal_name")]]
    locale: NotRequired[Annotated[str, Field(alias="locale")]]
    phone: NotRequired[Annotated[Optional[str], Field(alias="phone")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicProfilePrivateUpdate(TypedDict):
    birth_date: NotRequired[Annotated[Optional[datetime.date], Field(alias="birth_date")]]
    country: NotRequired[Annotated[Optional[str], Field(alias="country")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    legal_name: NotRequired[Annotated[str, Field(alias="legal_name")]]
    locale: NotRequired[Annotated[str, Field(alias="locale")]]
    phone: NotRequired[Annotated[Optional[str], Field(alias="phone")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

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

class PublicRecentlyViewed(BaseModel):
    product_id: uuid.UUID = Field(alias="product_id")
    user_id: uuid.UUID = Field(alias="user_id")
    viewed_at: datetime.datetime = Field(alias="viewed_at")

class PublicRecentlyViewedInsert(TypedDict):
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]
    viewed_at: NotRequired[Annotated[datetime.datetime, Field(alias="viewed_at")]]

class PublicRecentlyViewedUpdate(TypedDict):
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]
    viewed_at: NotRequired[Annotated[datetime.datetime, Field(alias="viewed_at")]]

class PublicReviewVotes(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    review_id: uuid.UUID = Field(alias="review_id")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicReviewVotesInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    review_id: Annotated[uuid.UUID, Field(alias="review_id")]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicReviewVotesUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    review_id: NotRequired[Annotated[uuid.UUID, Field(alias="review_id")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

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

class PublicShopFollows(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    shop_id: uuid.UUID = Field(alias="shop_id")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicShopFollowsInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicShopFollowsUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicShopInvitations(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    email: Optional[str] = Field(alias="email")
    expires_at: datetime.datetime = Field(alias="expires_at")
    id: uuid.UUID = Field(alias="id")
    invited_by: Optional[uuid.UUID] = Field(alias="invited_by")
    role: PublicShopRole = Field(alias="role")
    settled_at: Optional[datetime.datetime] = Field(alias="settled_at")
    shop_id: uuid.UUID = Field(alias="shop_id")
    status: PublicInvitationStatus = Field(alias="status")

class PublicShopInvitationsInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    email: NotRequired[Annotated[Optional[str], Field(alias="email")]]
    expires_at: Annotated[datetime.datetime, Field(alias="expires_at")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    invited_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="invited_by")]]
    role: Annotated[PublicShopRole, Field(alias="role")]
    settled_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="settled_at")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    status: NotRequired[Annotated[PublicInvitationStatus, Field(alias="status")]]

class PublicShopInvitationsUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    email: NotRequired[Annotated[Optional[str], Field(alias="email")]]
    expires_at: NotRequired[Annotated[datetime.datetime, Field(alias="expires_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    invited_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="invited_by")]]
    role: NotRequired[Annotated[PublicShopRole, Field(alias="role")]]
    settled_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="settled_at")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    status: NotRequired[Annotated[PublicInvitationStatus, Field(alias="status")]]

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

class PublicShopNotices(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    kind: str = Field(alias="kind")
    next_action: Optional[str] = Field(alias="next_action")
    reason: str = Field(alias="reason")
    resolved_at: Optional[datetime.datetime] = Field(alias="resolved_at")
    shop_id: uuid.UUID = Field(alias="shop_id")

class PublicShopNoticesInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: Annotated[str, Field(alias="kind")]
    next_action: NotRequired[Annotated[Optional[str], Field(alias="next_action")]]
    reason: Annotated[str, Field(alias="reason")]
    resolved_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="resolved_at")]]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]

class PublicShopNoticesUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: NotRequired[Annotated[str, Field(alias="kind")]]
    next_action: NotRequired[Annotated[Optional[str], Field(alias="next_action")]]
    reason: NotRequired[Annotated[str, Field(alias="reason")]]
    resolved_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="resolved_at")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]

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

class PublicShopOwnershipOffers(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    expires_at: datetime.datetime = Field(alias="expires_at")
    offered_by: uuid.UUID = Field(alias="offered_by")
    shop_id: uuid.UUID = Field(alias="shop_id")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicShopOwnershipOffersInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    expires_at: Annotated[datetime.datetime, Field(alias="expires_at")]
    offered_by: Annotated[uuid.UUID, Field(alias="offered_by")]
    shop_id: Annotated[uuid.UUID, Field(alias="shop_id")]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicShopOwnershipOffersUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    expires_at: NotRequired[Annotated[datetime.datetime, Field(alias="expires_at")]]
    offered_by: NotRequired[Annotated[uuid.UUID, Field(alias="offered_by")]]
    shop_id: NotRequired[Annotated[uuid.UUID, Field(alias="shop_id")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

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
    follower_count: int = Field(alias="follower_count")
    id: uuid.UUID = Field(alias="id")
    name: str = Field(alias="name")
    slug: str = Field(alias="slug")
    status: PublicShopStatus = Field(alias="status")
    updated_at: datetime.datetime = Field(alias="updated_at")
    vacation_from: Optional[datetime.datetime] = Field(alias="vacation_from")
    vacation_message: str = Field(alias="vacation_message")
    vacation_until: Optional[datetime.datetime] = Field(alias="vacation_until")

class PublicShopsInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[str, Field(alias="description")]]
    follower_count: NotRequired[Annotated[int, Field(alias="follower_count")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    name: Annotated[str, Field(alias="name")]
    slug: Annotated[str, Field(alias="slug")]
    status: NotRequired[Annotated[PublicShopStatus, Field(alias="status")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    vacation_from: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="vacation_from")]]
    vacation_message: NotRequired[Annotated[str, Field(alias="vacation_message")]]
    vacation_until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="vacation_until")]]

class PublicShopsUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[str, Field(alias="description")]]
    follower_count: NotRequired[Annotated[int, Field(alias="follower_count")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    name: NotRequired[Annotated[str, Field(alias="name")]]
    slug: NotRequired[Annotated[str, Field(alias="slug")]]
    status: NotRequired[Annotated[PublicShopStatus, Field(alias="status")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    vacation_from: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="vacation_from")]]
    vacation_message: NotRequired[Annotated[str, Field(alias="vacation_message")]]
    vacation_until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="vacation_until")]]

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

class PublicUserSanctions(BaseModel):
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    kind: PublicSanctionKind = Field(alias="kind")
    lift_reason: Optional[str] = Field(alias="lift_reason")
    lifted_at: Optional[datetime.datetime] = Field(alias="lifted_at")
    reason: str = Field(alias="reason")
    until: Optional[datetime.datetime] = Field(alias="until")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicUserSanctionsInsert(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: Annotated[PublicSanctionKind, Field(alias="kind")]
    lift_reason: NotRequired[Annotated[Optional[str], Field(alias="lift_reason")]]
    lifted_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="lifted_at")]]
    reason: Annotated[str, Field(alias="reason")]
    until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="until")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicUserSanctionsUpdate(TypedDict):
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: NotRequired[Annotated[PublicSanctionKind, Field(alias="kind")]]
    lift_reason: NotRequired[Annotated[Optional[str], Field(alias="lift_reason")]]
    lifted_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="lifted_at")]]
    reason: NotRequired[Annotated[str, Field(alias="reason")]]
    until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="until")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicWishlistItems(BaseModel):
    added_available: bool = Field(alias="added_available")
    added_currency: Optional[str] = Field(alias="added_currency")
    added_price_amount: Optional[int] = Field(alias="added_price_amount")
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    product_id: uuid.UUID = Field(alias="product_id")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicWishlistItemsInsert(TypedDict):
    added_available: NotRequired[Annotated[bool, Field(alias="added_available")]]
    added_currency: NotRequired[Annotated[Optional[str], Field(alias="added_currency")]]
    added_price_amount: NotRequired[Annotated[Optional[int], Field(alias="added_price_amount")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    product_id: Annotated[uuid.UUID, Field(alias="product_id")]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicWishlistItemsUpdate(TypedDict):
    added_available: NotRequired[Annotated[bool, Field(alias="added_available")]]
    added_currency: NotRequired[Annotated[Optional[str], Field(alias="added_currency")]]
    added_price_amount: NotRequired[Annotated[Optional[int], Field(alias="added_price_amount")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    product_id: NotRequired[Annotated[uuid.UUID, Field(alias="product_id")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]
