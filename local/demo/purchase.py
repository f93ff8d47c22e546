"""The main job: two sellers, one cart, one payment, two marked copies, a balanced ledger."""

import io
import json
import os
import subprocess
import sys
import tempfile
import traceback
import uuid
from pathlib import Path

import httpx
import pikepdf

from local.demo.listener import Listener
from local.demo.transcript import Transcript, money
from local.environment import product_environment
from local.layout import Layout
from local.runtime import ROOT
from seeds.actors import Buyer, Json, Person, Seller, Site, as_row, checked, wait_for
from seeds.files import make_pdf

BREAD = ("Ines Backt", "Bread, slowly", 1999, 12)
KNOTS = ("Knotwork", "Twelve knots", 1251, 5)


def site_of(layout: Layout) -> Site:
    """What a storefront is configured with."""
    return Site(
        url=layout.url,
        publishable_key=layout.credentials.publishable_key,
        stripe_url=f"http://127.0.0.1:{layout.ports.stripe}",
        stripe_publishable=layout.credentials.stripe_publishable,
    )


def _agora(layout: Layout, *args: str) -> subprocess.CompletedProcess[str]:
    """The operator's command line."""
    return subprocess.run(
        [sys.executable, "-m", "agora", *args],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **product_environment(layout, "agora_operator")},
    )


def _sell(say: Transcript, site: Site, offer: tuple[str, str, int, int]) -> Json:
    name, title, amount, pages = offer
    seller = Seller.new(site, name.split()[0].lower())
    say.step(f"{name} opens a shop and sells “{title}”")
    shop = seller.create_shop(name)
    say.fact("shop", f"{shop['slug']}  {shop['status']}")
    account = seller.onboard(shop["id"])
    say.fact("Stripe Connect", f"{account['stripe_account_id']}  {account['state']}")
    seller.open_shop(shop["id"])
    product = seller.add_product(shop["id"], title)
    variant = seller.add_variant(product["id"], amount)
    content = make_pdf(title, name, pages)
    file = seller.upload(product["id"], f"{title}.pdf", content)
    say.fact("file", f"{title}.pdf, {pages} pages, {len(content):,} bytes: {file['status']}")
    published = seller.publish(product["id"])
    say.fact("published", f"{title}, {money(amount, 'usd')}")
    say.check("the product is public", bool(published["is_listed"]))
    return {"seller": seller, "shop": shop, "variant": variant, "pages": pages, "title": title}


def _receipt(layout: Layout, buyer: Buyer, order: Json) -> Json:
    def look() -> Json | None:
        url = f"http://127.0.0.1:{layout.ports.resend}/_sandbox/messages"
        found = checked(httpx.get(url, params={"to": buyer.email})).json()
        messages = found["messages"] if isinstance(found, dict) else found
        for message in messages:
            if order["order_number"] in str(message["subject"]) + str(message["text"]):
                return dict(message)
        return None

    return wait_for("the receipt", look)


def _copy(say: Transcript, layout: Layout, buyer: Buyer, row: Json, offer: Json) -> None:
    token = buyer.token_for(row["order_item_id"])
    answer = checked(buyer.fetch(token))
    say.fact("downloaded", f"{row['file_name']}, {len(answer.content):,} bytes")
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        say.check(f"it opens and has its {offer['pages']} pages", len(pdf.pages) == offer["pages"])
        with pdf.open_outline() as outline:
            say.check("the outline is there", len(outline.root) > 0)
        say.check("title and author are kept", str(pdf.docinfo["/Title"]) == offer["title"])
        marked = sum(1 for page in pdf.pages if "/XObject" in page.obj["/Resources"])
        say.check("every page carries the stamp", marked == len(pdf.pages))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leaked.pdf"
        path.write_bytes(answer.content)
        traced = _agora(layout, "trace", "--json", str(path))
    found = json.loads(traced.stdout) if traced.returncode == 0 else {}
    say.check(
        f"agora trace names order item {row['order_item_id']}",
        row["order_item_id"] in json.dumps(found),
    )


def _stranger(say: Transcript, site: Site, buyer: Buyer, order: Json, rows: list[Json]) -> None:
    stranger = Person.new(site, "mallory")
    seen = stranger.client.table("orders").select("*").eq("id", order["id"]).execute().data
    say.check("a stranger sees no order", seen == [])
    grants = stranger.client.table("download_grants").select("*").execute().data
    say.check("no download grant", grants == [])
    files = stranger.client.table("product_files").select("path").execute().data
    say.check("no file path", files == [])
    refused = httpx.post(
        f"{site.url}/rest/v1/rpc/issue_download_token",
        json={"order_item_id": rows[0]["order_item_id"]},
        headers={"apikey": site.publishable_key, "Authorization": f"Bearer {stranger.token}"},
    )
    say.check(f"no token: {refused.json()['code']}", refused.status_code == 404)
    guessed = httpx.get(f"{site.url}/v1/downloads/{uuid.uuid4().hex}")
    say.check(f"no luck with a guessed link: {guessed.json()['code']}", guessed.status_code == 404)
    channel = {"socket_id": "1.1", "channel_name": f"private-order-{order['id']}"}
    heard = stranger.call("POST", "/v1/pusher/auth", channel)
    say.check("no realtime channel of this order", heard.status_code == 403)
    owner = buyer.call("POST", "/v1/pusher/auth", channel)
    say.check("while its buyer may listen", owner.status_code == 200)


def _ledger(say: Transcript, layout: Layout, order: Json) -> None:
    proof = _agora(layout, "ledger", "--order", order["id"])
    for line in proof.stdout.splitlines():
        print(f"      {line}")
    if proof.returncode != 0:
        print(proof.stderr, file=sys.stderr)
    say.check("debits equal credits", proof.returncode == 0)


def _run(layout: Layout, say: Transcript) -> None:
    site = site_of(layout)
    offers = [_sell(say, site, BREAD), _sell(say, site, KNOTS)]

    say.step("Bruno signs up and fills his cart from both shops")
    buyer = Buyer.new(site, "bruno")
    for offer in offers:
        cart = buyer.add_to_cart(offer["variant"]["id"])
    say.fact("account", buyer.email)
    say.fact("cart", f"{len(cart['items'])} items, {money(cart['total_amount'], 'usd')}")

    say.step("He checks out and pays as Stripe.js would")
    key = uuid.uuid4().hex
    checkout = checked(buyer.checkout(key, cart["total_amount"])).json()
    again = checked(buyer.checkout(key, cart["total_amount"])).json()
    say.fact("order", f"{checkout['order_number']}  {checkout['order_id']}")
    say.fact("amount", money(checkout["amount"], checkout["currency"]))
    say.check("a double click makes no second order", again["order_id"] == checkout["order_id"])
    channels = [f"private-user-{buyer.id}", f"private-order-{checkout['order_id']}"]
    with Listener(layout, buyer.token, channels) as phone:
        for channel in channels:
            phone.wait("the subscription", subscribed=channel)
        say.fact("his phone listens", "private-user-…, private-order-… (pusher-js)")
        checked(buyer.pay(checkout))
        order = buyer.wait_paid(checkout["order_id"])
        say.fact("Stripe's webhook came", f"order is {order['status']}")
        heard = phone.wait("the event", channel=channels[1], event="order.paid")
        say.fact("his phone heard", f"{heard['event']} {heard['data']}")

    say.step("The receipt arrives")
    message = _receipt(layout, buyer, order)
    say.fact("subject", message["subject"])

    say.step("He downloads his own copies")
    rows = sorted(buyer.library(), key=lambda row: row["product_title"])
    say.check("both are in his library", len(rows) == 2)
    for row in rows:
        offer = next(item for item in offers if item["title"] == row["product_title"])
        _copy(say, layout, buyer, row, offer)

    say.step("Mallory tries to get at it")
    _stranger(say, site, buyer, order, rows)

    say.step("What each seller earns")
    fees = 0
    for offer in offers:
        seller: Seller = offer["seller"]
        earned = as_row(seller.client.table("shop_earnings").select("*").execute().data[0])
        fees += earned["platform_fee_amount"]
        say.fact(
            offer["shop"]["name"],
            f"{money(earned['total_amount'], 'usd')} - fee "
            f"{money(earned['platform_fee_amount'], 'usd')} = "
            f"{money(earned['seller_amount'], 'usd')}",
        )
    say.fact("platform fee", f"{money(fees, 'usd')} (8.75 % leaves a remainder in both shops)")

    say.step("The ledger's proof")
    _ledger(say, layout, order)


def purchase(layout: Layout) -> int:
    """Run the demo; 0 only if every step held."""
    say = Transcript()
    try:
        _run(layout, say)
    except Exception:  # noqa: BLE001 - whatever failed, the demo failed
        traceback.print_exc()
        say.end("the demo FAILED")
        return 1
    say.end("the demo passed")
    return 0
