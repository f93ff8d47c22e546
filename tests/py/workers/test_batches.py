import json

from hypothesis import given
from hypothesis import strategies as st

from workers.batches import MAX_BYTES, MAX_EVENTS, Event, batches, encode

EVENTS = st.lists(
    st.builds(
        encode,
        st.integers(1, 10**12),
        st.just("private-user-01a2107f-f53c-71c9-baea-63fd10bc311c"),
        st.just("order.paid"),
        st.dictionaries(st.text(max_size=8), st.text(max_size=3000), max_size=3),
    ),
    max_size=40,
)


@given(EVENTS)
def test_every_batch_is_within_pushers_limits(events: list[Event]) -> None:
    made = list(batches(events))
    assert [event for batch in made for event in batch] == events
    for batch in made:
        assert 1 <= len(batch) <= MAX_EVENTS
        assert sum(len(event.data.encode()) for event in batch) <= MAX_BYTES


def test_small_events_go_ten_at_a_time() -> None:
    made = list(batches(encode(n, "c", "e", {}) for n in range(25)))
    assert [len(batch) for batch in made] == [10, 10, 5]


def test_bytes_count_not_characters() -> None:
    """Two events of 3,000 characters each, 6,000 bytes each."""
    events = [encode(n, "c", "e", {"x": "é" * 3000}) for n in (1, 2)]
    assert [len(batch) for batch in batches(events)] == [1, 1]


def test_the_event_id_goes_with_the_data() -> None:
    event = encode(42, "private-order-1", "order.paid", {"order_id": "x", "event_id": "forged"})
    assert json.loads(event.data) == {"order_id": "x", "event_id": 42}


def test_an_oversized_event_is_cut_to_its_id() -> None:
    event = encode(42, "private-order-1", "order.paid", {"x": "é" * 6000})
    assert json.loads(event.data) == {"event_id": 42, "truncated": True}


def test_an_event_at_the_limit_is_whole() -> None:
    room = MAX_BYTES - encode(1, "c", "e", {"x": ""}).size
    assert encode(1, "c", "e", {"x": "y" * room}).size == MAX_BYTES
    assert "truncated" in encode(1, "c", "e", {"x": "y" * (room + 1)}).data
