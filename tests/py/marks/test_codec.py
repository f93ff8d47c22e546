import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora.marks.codec import CODE_BITS, Codec, MarkKeyError, added, bits_of

KEY = secrets.token_hex(32)
PAYLOADS = st.binary(min_size=8, max_size=8).map(bytes.hex)
PLACES = st.sampled_from(["rule", "steps", "piece", "id"])


def soft(code: bytes) -> list[float]:
    return [1.0 if bit else -1.0 for bit in bits_of(code)]


@given(PAYLOADS, PLACES)
def test_what_was_written_is_read(payload: str, place: str) -> None:
    codec = Codec(KEY)
    code = codec.encode(place, payload)
    assert codec.decode(place, code) == payload
    assert codec.decode_soft(place, soft(code)) == payload


@given(PAYLOADS)
def test_another_key_or_place_reads_nothing(payload: str) -> None:
    code = Codec(KEY).encode("rule", payload)
    assert Codec("00" * 32).decode("rule", code) is None
    assert Codec(KEY).decode("steps", code) is None
    assert Codec("00" * 32).decode_soft("rule", soft(code)) is None


@given(st.binary(min_size=16, max_size=16))
def test_a_made_up_code_is_no_code(code: bytes) -> None:
    assert Codec(KEY).decode("rule", code) is None
    assert Codec(KEY).decode_soft("rule", soft(code)) is None


@given(PAYLOADS, st.integers(0, CODE_BITS - 1))
def test_one_changed_bit_is_noticed(payload: str, position: int) -> None:
    """Nobody makes another buyer's mark out of his own."""
    code = int.from_bytes(Codec(KEY).encode("rule", payload), "big") ^ (1 << position)
    assert Codec(KEY).decode("rule", code.to_bytes(16, "big")) is None


@given(PAYLOADS, st.sets(st.integers(0, CODE_BITS - 1), min_size=1, max_size=2), st.data())
def test_doubtful_bits_are_repaired(payload: str, wrong: set[int], data: st.DataObject) -> None:
    values = soft(Codec(KEY).encode("rule", payload))
    unsure = data.draw(st.sets(st.integers(0, CODE_BITS - 1), max_size=20))
    for i in unsure:
        values[i] *= 0.2
    for i in wrong:
        values[i] *= -0.1
    assert Codec(KEY).decode_soft("rule", values) == payload


def test_many_damaged_readings_are_read_together() -> None:
    """Each has a quarter of its bits lost, in other places; none can be read alone."""
    codec = Codec(KEY)
    payload = secrets.token_hex(8)
    code = soft(codec.encode("rule", payload))
    readings = [
        [-value if (i + shift) % 4 == 0 else value for i, value in enumerate(code)]
        for shift in range(4)
    ]
    assert [codec.decode_soft("rule", reading) for reading in readings] == [None] * 4
    assert codec.decode_soft("rule", added(readings)) == payload


def test_places_do_not_look_alike() -> None:
    payload = secrets.token_hex(8)
    codes = {Codec(KEY).encode(place, payload) for place in ("rule", "steps", "piece", "id")}
    assert len({code[:8] for code in codes}) == len({code[8:] for code in codes}) == 4


@pytest.mark.parametrize("key", ["", "00" * 31, "not hex", "00" * 31 + "0"])
def test_a_weak_key_is_refused(key: str) -> None:
    with pytest.raises(MarkKeyError, match="32 bytes"):
        Codec(key)


@pytest.mark.parametrize("payload", ["", "00" * 7, "00" * 9, "zz" * 8])
def test_a_wrong_payload_is_refused(payload: str) -> None:
    with pytest.raises(ValueError, match=r"hex"):
        Codec(KEY).encode("rule", payload)
