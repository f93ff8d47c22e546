"""`python -m seeds`: the demo data of `make up`, once; made as clients would make it."""

import json
import os
import sys
from pathlib import Path

from seeds.actors import Buyer, Json, Person, Seller, Site, as_row, checked
from seeds.files import make_cover, make_pdf
from supabase import AuthError

DEMO = Path(__file__).parent / "demo.json"


def _site() -> Site:
    return Site(
        url=os.environ["SUPABASE_URL"],
        publishable_key=os.environ["SUPABASE_PUBLISHABLE_KEY"],
        stripe_url=os.environ["STRIPE_API_BASE"],
        stripe_publishable=os.environ["STRIPE_PUBLISHABLE_KEY"],
    )


def _enter(person: Person, login: Json) -> bool:
    """Sign in, or up for the first time; True when the account is new."""
    try:
        person.sign_in()
    except AuthError:
        person.sign_up()
        person.client.table("profiles").update(
            {"handle": login["handle"], "display_name": login["handle"].title()}
        ).eq("id", person.id).execute()
        return True
    return False


# Columns of a variant that the demo data may give.
_VARIANT = ("stock", "options", "compare_at_amount", "weight_grams", "pricing", "minimum_amount")


def _category(seller: Seller, path: str) -> str:
    """The id of a category by its path of slugs."""
    label = path.replace("-", "_").replace("/", ".")
    found = seller.client.table("categories").select("id").eq("path", label).single().execute()
    return str(as_row(found.data)["id"])


def _product(seller: Seller, shop: Json, item: Json) -> str:
    """One product with its picture; returns its first variant's id."""
    product = seller.add_product(
        shop["id"],
        item["title"],
        kind=item["kind"],
        description=item["description"],
        category_id=_category(seller, item["category"]),
    )
    seller.tag(product["id"], *item["tags"])
    if "options" in item:
        seller.rpc("set_product_options", {"product_id": product["id"], "options": item["options"]})
    variants = [
        seller.add_variant(
            product["id"],
            wanted["price_amount"],
            **{name: wanted[name] for name in _VARIANT if name in wanted},
        )
        for wanted in item.get("variants", [item])
    ]
    cover = make_cover(item["title"], tuple(item["colour"]))
    seller.add_image(product, "cover.png", cover, f"Cover of {item['title']}")
    if item["kind"] == "digital":
        content = make_pdf(item["title"], shop["name"], item["pages"])
        seller.upload(product["id"], f"{item['title']}.pdf", content)
    seller.publish(product["id"])
    return str(variants[0]["id"])


def _shop(seller: Seller, wanted: Json) -> list[str]:
    """A shop with its products, if it is not open yet; returns new variants' ids."""
    rows = seller.client.table("shops").select("id,status").eq("slug", wanted["slug"]).execute()
    known = [row for row in rows.data if isinstance(row, dict)]
    if known and known[0]["status"] == "active":
        return []
    shop = known[0] if known else seller.create_shop(wanted["name"], wanted["slug"])
    seller.client.table("shops").update({"description": wanted["description"]}).eq(
        "id", shop["id"]
    ).execute()
    shop |= {"name": wanted["name"]}
    seller.onboard(str(shop["id"]))
    seller.open_shop(str(shop["id"]))
    print(f"  demo data: {wanted['name']}", flush=True)
    return [_product(seller, shop, item) for item in wanted["products"]]


def main() -> int:
    """Make what is missing. Safe to repeat: an account that exists is not made again."""
    demo = json.loads(DEMO.read_text())
    site = _site()
    logins = {login["email"]: login for login in demo["logins"]}
    variants: list[str] = []
    for wanted in demo["shops"]:
        login = logins[wanted["owner"]]
        seller = Seller(site, login["email"], login["password"])
        _enter(seller, login)
        variants += _shop(seller, wanted)
        seller.close()
    login = logins["bruno@demo.agora.example"]
    buyer = Buyer(site, login["email"], login["password"])
    if _enter(buyer, login) and variants:
        buyer.add_to_cart(variants[0])
        buyer.add_to_cart(variants[2])
        checkout = checked(buyer.checkout()).json()
        checked(buyer.pay(checkout))
        order = buyer.wait_paid(checkout["order_id"])
        print(f"  demo data: a paid order, {order['order_number']}", flush=True)
    buyer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
