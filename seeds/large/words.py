"""Words with a realistic skew: a few are everywhere, most are nearly nowhere."""

import itertools
import random
from collections.abc import Sequence

_COMMON = """
handmade vintage cotton wooden blue small large ceramic black white print set pattern gift leather
green organic wool digital poster card ring silver mug bag notebook candle lamp pillow blanket scarf
necklace template guide planner photo music course recipe toy puzzle basket bowl plate frame mirror
clock chair table shelf garden seed tea coffee soap oil
"""
COMMON: list[str] = _COMMON.split()
# Planted in a fixed number of products whatever the size, so that sizes can be compared.
RARE = tuple(f"quok{a}{b}" for a, b in itertools.product("aeiou", "bdfgkl"))
RARE_PRODUCTS = 20
_STARTS = (*"bcdfghjklmnprstvwz", "br", "cl", "dr", "fl", "gr", "kl", "pl", "st", "tr")
_MIDDLES = (*"aeiou", "ai", "ea", "ou")
_ENDS = (*"nrlstmx", "nd", "rt", "lk", "ck")


def _made_up(rng: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        parts = rng.randint(2, 3)
        word = "".join(rng.choice(_STARTS) + rng.choice(_MIDDLES) for _ in range(parts))
        found.setdefault(word + rng.choice(_ENDS))
    return list(found)


class Vocabulary:
    """Words drawn by Zipf's law: the nth is drawn 1/n as often as the first."""

    def __init__(self, rng: random.Random, size: int = 30_000) -> None:
        self._rng = rng
        self.words: Sequence[str] = COMMON + _made_up(rng, size - len(COMMON))
        self._weights = list(itertools.accumulate(1 / n for n in range(8, size + 8)))

    def draw(self, count: int) -> list[str]:
        """That many words, repeats included."""
        return self._rng.choices(self.words, cum_weights=self._weights, k=count)
