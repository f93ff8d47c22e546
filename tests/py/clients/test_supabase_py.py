"""supabase-py and postgrest-py, unmodified."""

from collections.abc import Callable, Iterator

import pytest
from postgrest import APIError, SyncPostgrestClient

from seeds.actors import Person, Seller, Site
from supabase import AuthApiError
from tests.support.stack import Stack

Keep = Callable[[Person], None]


@pytest.fixture
def keep() -> Iterator[Keep]:
    """Closes everybody that a test has kept."""
    kept: list[Person] = []
    yield kept.append
    for person in kept:
        person.close()


def test_an_account_from_sign_up_to_sign_out(site: Site, keep: Keep) -> None:
    person = Seller.new(site, "py")
    keep(person)
    session = person.client.auth.get_session()
    assert session is not None
    assert session.user.email == person.email
    assert session.user.created_at.tzinfo is not None
    person.client.auth.refresh_session()

    again = Person(site, person.email, "not the password")
    keep(again)
    with pytest.raises(AuthApiError) as refused:
        again.sign_in()
    assert refused.value.status == 400
    again.password = person.password
    again.sign_in()
    user = again.client.auth.get_user()
    assert user is not None
    assert user.user.id == person.id
    again.client.auth.update_user({"password": "another horse 43"})
    third = Person(site, person.email, "another horse 43")
    keep(third)
    third.sign_in()
    third.client.auth.sign_out()


def test_rows_and_files(site: Site, keep: Keep) -> None:
    seller = Seller.new(site, "py")
    keep(seller)
    shop = seller.create_shop("Py shop")
    product = seller.add_product(shop["id"], "From Python")
    seller.add_image(product, "dot.png", b"\x89PNG\r\n\x1a\n", "a dot")
    bucket = seller.client.storage.from_("product-images")
    folder = f"{shop['id']}/{product['id']}"
    assert [item["name"] for item in bucket.list(folder)] == ["dot.png"]
    assert bucket.download(f"{folder}/dot.png") == b"\x89PNG\r\n\x1a\n"
    assert len(bucket.remove([f"{folder}/dot.png"])) == 1
    with pytest.raises(APIError) as refused:
        seller.rpc("publish_product", {"product_id": product["id"]})
    assert refused.value.code == "shop_not_active"
    assert refused.value.hint == "Open it first: rpc/open_shop."


def test_postgrest_py_alone(stack: Stack, site: Site, keep: Keep) -> None:
    seller = Seller.new(site, "rest")
    keep(seller)
    seller.create_shop("Rest shop")
    headers = {"apikey": stack.publishable_key, "Authorization": f"Bearer {seller.token}"}
    with SyncPostgrestClient(f"{stack.url}/rest/v1", headers=headers) as client:
        shops = client.from_("shops").select("name,shop_members(role)").eq("name", "Rest shop")
        rows = shops.execute().data
        assert {"name": "Rest shop", "shop_members": [{"role": "owner"}]} in rows
        changed = client.from_("profiles").update({"bio": "Ropes"}).eq("id", seller.id).execute()
        assert changed.data[0]["bio"] == "Ropes"  # type: ignore[index, call-overload]
        with pytest.raises(APIError) as refused:
            client.from_("shops").update({"status": "active"}).eq("name", "Rest shop").execute()
        assert refused.value.code == "42501"
