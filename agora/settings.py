"""Every setting of the product, read from environment variables of the same (upper-case) names.

The product does not know whether it talks to the embedded stack, to `supabase start` or to a
hosted project: only these values differ.
"""

from functools import lru_cache
from typing import Annotated

from pydantic import AnyHttpUrl, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SecretList = Annotated[list[SecretStr], NoDecode]


class Settings(BaseSettings):
    """Configuration of one process. Unknown variables are ignored, missing ones are named."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    # --- Supabase ---------------------------------------------------------------------------
    supabase_url: AnyHttpUrl
    supabase_publishable_key: str = Field(min_length=1)
    # HS256 secret of the project. Empty: tokens are verified by the project's JWKS (ES256, RS256).
    supabase_jwt_secret: SecretStr = SecretStr("")
    supabase_jwks_url: str = ""
    # This process's own least-privilege login (agora_webhooks, agora_workers, agora_operator).
    database_url: SecretStr
    # The machine user that Storage's policies admit; an ordinary auth account.
    storage_email: str = ""
    storage_password: SecretStr = SecretStr("")

    # --- Stripe -----------------------------------------------------------------------------
    stripe_secret_key: SecretStr = SecretStr("")
    stripe_api_base: str = "https://api.stripe.com"
    # Where a seller does business who does not say so (ISO 3166-1 alpha-2).
    stripe_default_country: str = Field(default="US", pattern=r"^[A-Z]{2}$")
    # Several secrets, comma-separated, while one is being rotated.
    stripe_webhook_secrets: SecretList = []
    stripe_connect_webhook_secrets: SecretList = []

    # --- Resend -----------------------------------------------------------------------------
    resend_api_key: SecretStr = SecretStr("")
    resend_api_url: str = "https://api.resend.com"
    email_from: str = "Agora <noreply@agora.example>"

    # --- Pusher -----------------------------------------------------------------------------
    pusher_app_id: str = ""
    pusher_key: str = ""
    pusher_secret: SecretStr = SecretStr("")
    pusher_host: str = "api-mt1.pusher.com"
    pusher_port: int = 443
    pusher_tls: bool = True
    # 32 bytes in base64; only needed where private-encrypted- channels are used.
    pusher_encryption_master_key: SecretStr = SecretStr("")

    # --- Agora ------------------------------------------------------------------------------
    # Where clients reach /v1; used in links that leave the system (emails, account links).
    public_url: AnyHttpUrl
    # The storefront; where Stripe sends a seller back to and where a receipt's links point.
    site_url: AnyHttpUrl
    # The storefront's address that is told which static page is out of date, and the secret of the
    # calls' signatures. No address: nobody is told.
    revalidate_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    revalidate_secret: SecretStr = SecretStr("")
    # 32 bytes in hex; keys the invisible watermark. Losing it makes copies untraceable.
    watermark_key: SecretStr = SecretStr("")
    # Reverse proxies in front of this service whose X-Forwarded-For entries are believed.
    trusted_proxies: int = Field(default=1, ge=0, le=10)
    # With a value, /metrics wants it as bearer token.
    metrics_token: SecretStr = SecretStr("")
    log_level: str = "INFO"

    @field_validator("stripe_webhook_secrets", "stripe_connect_webhook_secrets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @model_validator(mode="after")
    def _distinct_webhook_secrets(self) -> "Settings":
        """One secret for both endpoints would let a connected account's event pass as ours."""
        platform = {secret.get_secret_value() for secret in self.stripe_webhook_secrets}
        connect = {secret.get_secret_value() for secret in self.stripe_connect_webhook_secrets}
        if platform & connect:
            raise ValueError("the platform and Connect webhook endpoints need different secrets")
        return self

    @model_validator(mode="after")
    def _signed_revalidation(self) -> "Settings":
        """An unsigned call could be anybody's."""
        if self.revalidate_url and len(self.revalidate_secret.get_secret_value()) < 16:
            raise ValueError("REVALIDATE_URL needs a REVALIDATE_SECRET of at least 16 characters")
        return self

    @property
    def rest_url(self) -> str:
        """PostgREST's base address, without a trailing slash."""
        return f"{str(self.supabase_url).rstrip('/')}/rest/v1"

    @property
    def jwks_url(self) -> str:
        """Where the project publishes its public signing keys."""
        return self.supabase_jwks_url or (
            f"{str(self.supabase_url).rstrip('/')}/auth/v1/.well-known/jwks.json"
        )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()  # type: ignore[call-arg]  # the values come from the environment
