"""People who use Agora as its clients do: supabase-py, HTTP, Stripe's client-side confirmation.

The demo, the seeds and the tests share them, so that all three go the way of a real client.
"""

import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar
from urllib.parse import urljoin

import httpx

from seeds.files import make_pdf
from supabase import Client, ClientOptions, create_client

Json = dict[str, Any]
Found = TypeVar("Found")
TIMEOUT = httpx.Timeout(30.0)
PASSWORD = "correct horse 42"


class UnexpectedAnswerError(RuntimeError):
    """The service answered something else than the step needs."""


@dataclass(frozen=True)
class Site:
    """Where everything is, as a storefront knows it: no secret in here."""

    url: str
    publishable_key: str
    stripe_url: str
    stripe_publishable: str


def wait_for(what: str, look: Callable[[], Found | None], seconds: float = 30.0) -> Found:
    """Look until there is something. Raises TimeoutError that says what did not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"{what} did not come within {seconds:.0f} s")


def as_row(data: object) -> Json:
    """A row that PostgREST answered with."""
    if not isinstance(data, dict):
        raise UnexpectedAnswerError(f"not a row: {data!r}")
    return data


def checked(response: httpx.Response, *statuses: int) -> httpx.Response:
    """The response, if its status is one of these (2xx when none are given)."""
    if response.status_code in statuses or (not statuses and response.is_success):
        return response
    raise UnexpectedAnswerError(
        f"{response.request.method} {response.request.url.path}: "
        f"HTTP {response.status_code} {response.text[:500]}"
    )


class Person:
    """Somebody with an account."""

    def __init__(self, site: Site, email: str, password: str = PASSWORD) -> None:
        self.site = site
        self.email = email
        self.password = password
        self.client: Client = create_client(
            site.url,
            site.publishable_key,
            ClientOptions(auto_refresh_token=False, persist_session=False),
        )
        self.http = httpx.Client(base_url=site.url, timeout=TIMEOUT)

    @classmethod
    def new(cls, site: Site, name: str) -> Self:
        """Sign up under a fresh address."""
        person = cls(site, f"{name}-{uuid.uuid4().hex[:10]}@example.com")
        person.sign_up()
        return person

    def sign_up(self) -> None:
        """Make the account; signs in as well."""
        answer = self.client.auth.sign_up({"email": self.email, "password": self.password})
        if answer.session is None:
            raise UnexpectedAnswerError(f"no session for {self.email}")

    def sign_in(self) -> None:
        """Sign in with the password."""
        self.client.auth.sign_in_with_password({"email": self.email, "password": self.password})

    @property
    def token(self) -> str:
        """The access token."""
        session = self.client.auth.get_session()
        if session is None:
            raise UnexpectedAnswerError(f"{self.email} is not signed in")
        return session.access_token

    @property
    def id(self) -> str:
        """The account's id."""
        session = self.client.auth.get_session()
        if session is None or session.user is None:
            raise UnexpectedAnswerError(f"{self.email} is not signed in")
        return str(session.user.id)

    def rpc(self, function: str, args: Json | None = None) -> Any:
        """Call a database function through PostgREST."""
        return self.client.rpc(function, args or {}).execute().data

    def call(
        self, method: str, path: str, body: Json | None = None, headers: Json | None = None
    ) -> httpx.Response:
        """Call the webhook service as this person."""
        return self.http.request(
            method,
            path,
            json=body,
            headers={"Authorization": f"Bearer {self.token}", **(headers or {})},
        )

    def close(self) -> None:
        """Give the connections back."""
        self.http.close()
        self.client.auth.close()
        self.client.postgrest.session.close()
        self.client.storage.session.close()


class Seller(Person):
    """Somebody with a shop."""

    def create_shop(self, name: str, slug: str | None = None) -> Json:
        """Make a shop, as a draft."""
        shop: Json = self.rpc(
            "create_shop", {"name": name, "slug": slug or f"shop-{uuid.uuid4().hex[:12]}"}
        )
        return shop

    def onboard(self, shop_id: str) -> Json:
        """Go through Stripe's hosted onboarding; returns the shop's payment account."""
        link = checked(
            self.call("POST", f"/v1/shops/{shop_id}/onboarding", {"country": "DE"})
        ).json()
        page = checked(httpx.get(link["url"], timeout=TIMEOUT))
        checked(httpx.post(str(page.url), data={"outcome": "complete"}, timeout=TIMEOUT), 302, 303)

        def ready() -> Json | None:
            rows = (
                self.client.table("shop_payment_accounts").select("*").eq("shop_id", shop_id)
            ).execute()
            account = as_row(rows.data[0])
            return account if account["state"] == "active" else None

        return wait_for("the payment account", ready)

    def open_shop(self, shop_id: str) -> Json:
        """Make the shop public."""
        shop: Json = self.rpc("open_shop", {"shop_id": shop_id})
        return shop

    def add_product(
        self,
        shop_id: str,
        title: str,
        *,
        kind: str = "digital",
        description: str = "",
        **columns: Any,
    ) -> Json:
        """A draft product; `columns` are further columns of the table."""
        row = {"shop_id": shop_id, "title": title, "kind": kind, "description": description}
        made = self.client.table("products").insert({**row, **columns}).execute()
        return as_row(made.data[0])

    def add_variant(
        self,
        product_id: str,
        amount: int,
        *,
        currency: str = "usd",
        stock: int | None = None,
        **columns: Any,
    ) -> Json:
        """What can be bought: a price in minor units, pieces in stock (None: unlimited).

        `columns` are further columns of the table.
        """
        made = (
            self.client.table("product_variants")
            .insert(
                {
                    "product_id": product_id,
                    "price_amount": amount,
                    "currency": currency,
                    "stock": stock,
                    **columns,
                }
            )
            .execute()
        )
        return as_row(made.data[0])

    def upload(
        self, product_id: str, file_name: str, content: bytes, mime: str = "application/pdf"
    ) -> Json:
        """Announce a file, upload it through Storage, have it checked."""
        begun = checked(
            self.call(
                "POST",
                "/v1/uploads",
                {
                    "product_id": product_id,
                    "file_name": file_name,
                    "size_bytes": len(content),
                    "mime": mime,
                    "sha256": hashlib.sha256(content).hexdigest(),
                },
            )
        ).json()
        upload = begun["upload"]
        checked(
            httpx.request(
                upload["method"],
                urljoin(self.site.url, upload["url"]),
                content=content,
                headers=upload["headers"],
                timeout=TIMEOUT,
            )
        )
        done: Json = checked(self.call("POST", f"/v1/uploads/{begun['file_id']}/complete")).json()
        return done | {"file_id": begun["file_id"]}

    def add_image(self, product: Json, name: str, content: bytes, alt: str) -> None:
        """A picture in the public bucket, shown with the product."""
        path = f"{product['shop_id']}/{product['id']}/{name}"
        self.client.storage.from_("product-images").upload(
            path, content, {"content-type": "image/png"}
        )
        self.client.table("product_images").insert(
            {"product_id": product["id"], "path": path, "alt": alt}
        ).execute()

    def tag(self, product_id: str, *tags: str) -> None:
        """Add tags."""
        self.client.table("product_tags").insert(
            [{"product_id": product_id, "tag": tag} for tag in tags]
        ).execute()

    def begin_import(self, shop_id: str, content: str | bytes, mode: str) -> str:
        """Announce, upload and start an import; returns the job's id."""
        begun = self.rpc("begin_import", {"shop_id": shop_id, "mode": mode})
        data = content.encode() if isinstance(content, str) else content
        self.client.storage.from_(begun["bucket"]).upload(
            begun["path"], data, {"content-type": "text/csv"}
        )
        self.rpc("start_import", {"job_id": begun["job_id"]})
        return str(begun["job_id"])

    def import_job(self, job_id: str) -> Json:
        """An import as it is now."""
        rows = self.client.table("import_jobs").select("*").eq("id", job_id).execute()
        return as_row(rows.data[0])

    def import_csv(
        self,
        shop_id: str,
        content: str | bytes,
        mode: str = "all_or_nothing",
        seconds: float = 60,
    ) -> Json:
        """Import a CSV of products; the job once it has ended."""
        job_id = self.begin_import(shop_id, content, mode)

        def ended() -> Json | None:
            job = self.import_job(job_id)
            return job if job["finished_at"] else None

        return wait_for("the end of the import", ended, seconds)

    def publish(self, product_id: str) -> Json:
        """Make a product public."""
        row: Json = self.rpc("publish_product", {"product_id": product_id})
        return row

    def open_new_shop(self, name: str) -> Json:
        """A shop that is onboarded and open."""
        shop = self.create_shop(name)
        self.onboard(shop["id"])
        return self.open_shop(shop["id"])

    def sell_pdf(self, shop_id: str, title: str, amount: int, pages: int = 3) -> Json:
        """A published digital product with one PDF; the product with `variant` and `file`."""
        product = self.add_product(shop_id, title)
        variant = self.add_variant(product["id"], amount)
        file = self.upload(product["id"], "book.pdf", make_pdf(title, "Agora", pages))
        return self.publish(product["id"]) | {"variant": variant, "file": file}

    def sell_pieces(self, shop_id: str, title: str, amount: int, stock: int) -> Json:
        """A published physical product with limited stock; the product with `variant`."""
        product = self.add_product(shop_id, title, kind="physical")
        variant = self.add_variant(product["id"], amount, stock=stock)
        return self.publish(product["id"]) | {"variant": variant}


class Buyer(Person):
    """Somebody who buys."""

    def add_to_cart(self, variant_id: str, quantity: int = 1, amount: int | None = None) -> Json:
        """Returns the cart. `amount`: what to pay for a piece that has no fixed price."""
        cart: Json = self.rpc(
            "cart_add", {"variant_id": variant_id, "quantity": quantity, "amount": amount}
        )
        return cart

    def checkout(
        self,
        key: str | None = None,
        expected_total: int | None = None,
        country: str | None = None,
    ) -> httpx.Response:
        """Order the cart."""
        given = {"expected_total": expected_total, "country": country}
        body = {name: value for name, value in given.items() if value is not None}
        return self.call("POST", "/v1/checkout", body, {"Idempotency-Key": key or uuid.uuid4().hex})

    def pay(self, checkout: Json, method: str = "pm_card_visa") -> httpx.Response:
        """Confirm the payment as Stripe.js does: publishable key and client secret."""
        return httpx.post(
            f"{self.site.stripe_url}/v1/payment_intents/{checkout['payment_intent_id']}/confirm",
            data={
                "payment_method": method,
                "client_secret": checkout["client_secret"],
                "use_stripe_sdk": "true",
            },
            headers={"Authorization": f"Bearer {self.site.stripe_publishable}"},
            timeout=TIMEOUT,
        )

    def order(self, order_id: str) -> Json:
        """The order as the buyer sees it now."""
        rows = self.client.table("orders").select("*").eq("id", order_id).single().execute()
        return as_row(rows.data)

    def wait_paid(self, order_id: str) -> Json:
        """The order once it is paid."""

        def paid() -> Json | None:
            order = self.order(order_id)
            return order if order["status"] == "paid" else None

        return wait_for("payment", paid)

    def buy(self, *variant_ids: str) -> Json:
        """Cart, checkout, payment; the paid order."""
        for variant_id in variant_ids:
            self.add_to_cart(variant_id)
        checkout = checked(self.checkout()).json()
        checked(self.pay(checkout))
        return self.wait_paid(checkout["order_id"])

    def library(self) -> list[Json]:
        """Everything bought that can be downloaded."""
        rows: list[Json] = self.rpc("list_my_downloads")
        return rows

    def token_for(self, order_item_id: str) -> str:
        """A fresh download token for the newest file of an order item."""
        made = self.rpc("issue_download_token", {"order_item_id": order_item_id})
        return str(made["token"])

    def fetch(self, token: str) -> httpx.Response:
        """Redeem a token and follow to the file; waits while the copy is being made."""

        def look() -> httpx.Response | None:
            answer = httpx.get(
                f"{self.site.url}/v1/downloads/{token}", timeout=TIMEOUT, follow_redirects=True
            )
            if answer.status_code == 202:
                time.sleep(min(2.0, float(answer.headers["Retry-After"])))
                return None
            return answer

        return wait_for("the copy", look)
