"""Words of the transcript: numbered steps, indented facts, amounts as people write them."""

import time


class Transcript:
    """Prints while it happens."""

    def __init__(self) -> None:
        self._number = 0
        self._began = time.monotonic()

    def step(self, text: str) -> None:
        """A new step."""
        self._number += 1
        print(f"\n{self._number:2}. {text}", flush=True)

    def fact(self, name: str, value: object) -> None:
        """Something seen."""
        print(f"      {name:<22} {value}", flush=True)

    def check(self, text: str, holds: bool) -> None:
        """Something that must hold. Raises AssertionError when it does not."""
        print(f"      {'ok ' if holds else 'NOT'}  {text}", flush=True)
        if not holds:
            raise AssertionError(text)

    def end(self, text: str) -> None:
        """The last line."""
        print(f"\n{text} ({time.monotonic() - self._began:.1f} s)", flush=True)


def money(amount: int, currency: str) -> str:
    """1999, "usd" → "19.99 USD"."""
    digits = 0 if currency == "jpy" else 2
    return f"{amount / 10**digits:.{digits}f} {currency.upper()}"
