"""Rows of each table, in COPY's text format."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime

from seeds.large.plan import EPOCH_MS, SPAN_MS, Plan, made_id
from seeds.large.words import RARE, RARE_PRODUCTS

KINDS = ("digital", "physical", "physical", "physical", "service")
STARS = (5, 5, 5, 5, 4, 4, 4, 3, 2, 1)


def at(number: int, total: int) -> str:
    """The moment that belongs to a number, as SQL reads it."""
    seconds = (EPOCH_MS + SPAN_MS * number // total) / 1000
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def shops(plan: Plan) -> Iterator[str]:
    """id, slug, name, description, status."""
    for number, shop in enumerate(plan.shop_ids):
        first, second = plan.words.draw(2)
        about = " ".join(plan.words.draw(12))
        yield f"{shop}\tlarge-{number}\t{first.title()} {second.title()} {number}\t{about}\tactive"


def shop_accounts(plan: Plan) -> Iterator[str]:
    """shop_id."""
    yield from plan.shop_ids


def accounts(plan: Plan) -> Iterator[str]:
    """id, email, aud, role; nobody can sign in: there is no password."""
    for number, person in enumerate(plan.people):
        yield f"{person}\tlarge-{number}@example.com\tauthenticated\tauthenticated"


def profiles(plan: Plan) -> Iterator[str]:
    """id, handle."""
    for number, person in enumerate(plan.people):
        yield f"{person}\tlarge_{number}"


def owners(plan: Plan) -> Iterator[str]:
    """shop_id, user_id, role."""
    for number, shop in enumerate(plan.shop_ids):
        yield f"{shop}\t{plan.people[number % len(plan.people)]}\towner"


class Products:
    """Products and all that hangs on them: one pass each, drawn alike because seeded alike."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        rng = plan.rng
        self.ids = [made_id(rng, n, plan.products) for n in range(plan.products)]
        shops_by_size = plan.shop_ids[:]
        rng.shuffle(shops_by_size)
        weights = [0.0]
        for n in range(50, plan.shops + 50):
            weights.append(weights[-1] + 1 / math.sqrt(n))
        self.shops = rng.choices(shops_by_size, cum_weights=weights[1:], k=plan.products)
        self.prices = [
            max(99, min(9_999_900, round(math.exp(rng.gauss(7.6, 1.0))))) for _ in self.ids
        ]
        self.listed = [rng.random() < 0.95 for _ in self.ids]
        # The same number of listed products has each rare word, at any size.
        self._rare: dict[int, str] = {}
        for number in rng.sample(range(plan.products), len(RARE) * RARE_PRODUCTS):
            self._rare[number] = RARE[len(self._rare) % len(RARE)]
            self.listed[number] = True

    def rows(self) -> Iterator[str]:
        """id, shop_id, slug, title, description, kind, status, is_listed, published_at, created_at,
        category_id, rating_count, rating_sum, sales_count, min_price_amount, price_currency,
        is_available."""
        plan, rng = self._plan, self._plan.rng
        category_weights = [1 / (n + 3) for n in range(len(plan.categories))]
        categories = rng.choices(plan.categories, category_weights, k=plan.products)
        for number, product in enumerate(self.ids):
            title = plan.words.draw(rng.randint(2, 6))
            if number in self._rare:
                title.append(self._rare[number])
            text = " ".join(plan.words.draw(rng.randint(10, 40)))
            place = plan.place(number)
            sales = round(3 * plan.review_counts[place] + rng.paretovariate(1.2) - 1)
            moment = at(number, plan.products)
            listed = self.listed[number]
            yield (
                f"{product}\t{self.shops[number]}\tlarge-{number}\t{' '.join(title).capitalize()}\t"
                f"{text}\t{rng.choice(KINDS)}\t{'active' if listed else 'draft'}\t"
                f"{'t' if listed else 'f'}\t{moment if listed else chr(92) + 'N'}\t{moment}\t"
                f"{categories[number]}\t{plan.review_counts[place]}\t{plan.rating_sums[place]}\t"
                f"{sales}\t{self.prices[number]}\teur\tt"
            )

    def variants(self) -> Iterator[str]:
        """id, product_id, shop_id, title, sku, price_amount, currency, stock, is_listed."""
        plan, rng = self._plan, self._plan.rng
        for number, product in enumerate(self.ids):
            for extra in range(rng.choice((1, 1, 1, 2, 3))):
                yield (
                    f"{made_id(rng, number, plan.products)}\t{product}\t{self.shops[number]}\t"
                    f"v{extra}\tL{number}-{extra}\t{self.prices[number] + 100 * extra}\teur\t50\t"
                    f"{'t' if self.listed[number] else 'f'}"
                )

    def images(self) -> Iterator[str]:
        """id, product_id, shop_id, path, alt, position, is_listed."""
        plan, rng = self._plan, self._plan.rng
        for number, product in enumerate(self.ids):
            shop = self.shops[number]
            yield (
                f"{made_id(rng, number, plan.products)}\t{product}\t{shop}\t"
                f"{shop}/{product}/cover.jpg\tCover\t0\t{'t' if self.listed[number] else 'f'}"
            )

    def tags(self) -> Iterator[str]:
        """product_id, shop_id, tag, is_listed."""
        for number, product in enumerate(self.ids):
            for tag in set(self._plan.words.draw(2)):
                yield (
                    f"{product}\t{self.shops[number]}\t{tag}\t{'t' if self.listed[number] else 'f'}"
                )

    def reviews(self) -> Iterator[str]:
        """id, product_id, shop_id, author_id, stars, title, body, created_at."""
        plan, rng = self._plan, self._plan.rng
        place_stars = Stars(plan)
        for number, product in enumerate(self.ids):
            for stars in place_stars.of(plan.place(number)):
                words = " ".join(plan.words.draw(12))
                yield (
                    f"{made_id(rng, number, plan.products)}\t{product}\t{self.shops[number]}\t"
                    f"{rng.choice(plan.people)}\t{stars}\t{words[:40]}\t{words}\t"
                    f"{at(number, plan.products)}"
                )


class Stars:
    """A product's stars, computed from its rank alone: sums and rows cannot differ."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def of(self, place: int) -> list[int]:
        """The stars of each review of the product at this rank."""
        seed = self._plan.seed + place
        return [STARS[(seed * 31 + n * 17) % 10] for n in range(self._plan.review_counts[place])]

    def fill_sums(self) -> None:
        """Set the plan's rating sums."""
        for place in range(self._plan.products):
            self._plan.rating_sums[place] = sum(self.of(place))
