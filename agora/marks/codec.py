"""The payload's code: 64 random bits ↔ 128 bits that only the key's holder can make or read.

    tag  = HMAC(k1, place ‖ payload), 64 bits      code = tag ‖ (payload ⊕ HMAC(k2, place ‖ tag))

Without the key the code is noise; a made-up one passes with probability 2⁻⁶⁴. Each place in a file
has its own code, so that no two places look alike. The tag also finds the right bits: a code with
errors is repaired by trying its least certain bits.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from itertools import combinations

PAYLOAD_BYTES = 8
CODE_BYTES = 16
CODE_BITS = CODE_BYTES * 8
# Least certain bits tried, and how many of them at once: about 300 tries.
_DOUBTFUL = 24
_FLIPS = 2


class MarkKeyError(ValueError):
    """The key is missing or is not at least 32 bytes in hex."""


class Codec:
    """Encodes and decodes with one key."""

    def __init__(self, key: str) -> None:
        """`key`: at least 32 bytes in hex (WATERMARK_KEY). Raises MarkKeyError."""
        try:
            secret = bytes.fromhex(key)
        except ValueError:
            secret = b""
        if len(secret) < 32:
            raise MarkKeyError("WATERMARK_KEY must be at least 32 bytes in hex")
        self._tag_key = hmac.digest(secret, b"agora mark: tag", hashlib.sha256)
        self._mask_key = hmac.digest(secret, b"agora mark: mask", hashlib.sha256)

    def _tag(self, place: str, payload: bytes) -> bytes:
        return hmac.digest(self._tag_key, place.encode() + b"\0" + payload, hashlib.sha256)[:8]

    def _masked(self, place: str, tag: bytes, payload: bytes) -> bytes:
        mask = hmac.digest(self._mask_key, place.encode() + b"\0" + tag, hashlib.sha256)
        return bytes(a ^ b for a, b in zip(payload, mask[:PAYLOAD_BYTES], strict=True))

    def encode(self, place: str, payload: str) -> bytes:
        """The 16 bytes for a place; `payload`: 16 hex digits. Raises ValueError."""
        raw = bytes.fromhex(payload)
        if len(raw) != PAYLOAD_BYTES:
            raise ValueError("a payload is 16 hex digits")
        tag = self._tag(place, raw)
        return tag + self._masked(place, tag, raw)

    def decode(self, place: str, code: bytes) -> str | None:
        """The payload, or None: not ours, or damaged."""
        if len(code) != CODE_BYTES:
            return None
        tag, masked = code[:8], code[8:]
        payload = self._masked(place, tag, masked)
        if hmac.compare_digest(tag, self._tag(place, payload)):
            return payload.hex()
        return None

    def decode_soft(self, place: str, bits: Sequence[float]) -> str | None:
        """The payload behind 128 values: sign = bit (above zero: 1), size = certainty."""
        if len(bits) != CODE_BITS:
            return None
        best = sum(1 << (CODE_BITS - 1 - i) for i, value in enumerate(bits) if value > 0)
        doubtful = sorted(range(CODE_BITS), key=lambda i: abs(bits[i]))[:_DOUBTFUL]
        for count in range(_FLIPS + 1):
            for chosen in combinations(doubtful, count):
                value = best
                for i in chosen:
                    value ^= 1 << (CODE_BITS - 1 - i)
                found = self.decode(place, value.to_bytes(CODE_BYTES, "big"))
                if found:
                    return found
        return None


def bits_of(code: bytes) -> list[int]:
    """The bits of a code, first the highest."""
    return [byte >> shift & 1 for byte in code for shift in range(7, -1, -1)]


def added(votes: Iterable[Sequence[float]]) -> list[float]:
    """Several readings of one code as one: certainties add up."""
    return [sum(column) for column in zip(*votes, strict=True)]
