"""What will be made: drawn first, so that denormalised columns agree with the rows behind them."""

import itertools
import random
import uuid
from array import array
from dataclasses import dataclass, field

from seeds.large.words import Vocabulary

# 2024-01-01, in milliseconds; everything is made in the two years after it.
EPOCH_MS = 1_704_067_200_000
SPAN_MS = 2 * 365 * 86_400_000


def made_id(rng: random.Random, number: int, total: int) -> str:
    """A UUIDv7 at the number's place in time; the same seed gives the same ids."""
    millis = EPOCH_MS + SPAN_MS * number // total
    value = millis << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62)
    return str(uuid.UUID(int=value))


def skewed(rng: random.Random, bins: int, draws: int, offset: int = 20) -> "array[int]":
    """How many of `draws` fall on each bin, the first ones being the fullest (Zipf)."""
    counts = array("i", bytes(4 * bins))
    weights = list(itertools.accumulate(1 / n for n in range(offset, bins + offset)))
    for chosen in rng.choices(range(bins), cum_weights=weights, k=draws):
        counts[chosen] += 1
    return counts


@dataclass
class Plan:
    """Sizes, ids and per-product figures of one run."""

    products: int
    shops: int
    reviews: int
    seed: int
    categories: list[str]
    rng: random.Random = field(init=False)
    words: Vocabulary = field(init=False)
    shop_ids: list[str] = field(init=False)
    people: list[str] = field(init=False)
    review_counts: "array[int]" = field(init=False)
    rating_sums: "array[int]" = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.words = Vocabulary(self.rng)
        self.shop_ids = [made_id(self.rng, n, self.shops) for n in range(self.shops)]
        self.people = [made_id(self.rng, n, 1000) for n in range(1000)]
        # Popularity is drawn by product number and numbers are shuffled over time by this step.
        self.review_counts = skewed(self.rng, self.products, self.reviews)
        self.rating_sums = array("q", bytes(8 * self.products))

    def place(self, number: int) -> int:
        """Product number to popularity rank: a bijection that has nothing to do with age."""
        return (
            (number * 7_368_787 + 12_345) % self.products if self.products % 7_368_787 else number
        )
