"""Pusher's limits, which its SDK does not check correctly (it measures Python objects, not bytes).

https://pusher.com/docs/channels/library_auth_reference/rest-api/#post-batch-of-events-trigger-multiple-events
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agora.logs import get_logger

logger = get_logger(__name__)
MAX_EVENTS = 10
MAX_BYTES = 10_240


@dataclass(frozen=True)
class Event:
    """One event of the log, its data encoded."""

    id: int
    channel: str
    name: str
    data: str

    @property
    def size(self) -> int:
        """Bytes that count towards Pusher's limit, rounded up: name and channel are included."""
        return len(self.data.encode()) + len(self.name.encode()) + len(self.channel.encode())


def encode(event_id: int, channel: str, name: str, data: Mapping[str, Any]) -> Event:
    """Encode an event. `event_id` goes with the data: a repeat is known by it.

    Data that alone exceed the limit are left out; the client reads again anyway.
    """
    text = json.dumps({**data, "event_id": event_id}, ensure_ascii=False, separators=(",", ":"))
    event = Event(event_id, channel, name, text)
    if event.size > MAX_BYTES:
        logger.error("realtime_event_truncated", event_id=event_id, name=name, size=event.size)
        short = json.dumps({"event_id": event_id, "truncated": True}, separators=(",", ":"))
        event = Event(event_id, channel, name, short)
    return event


def batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Consecutive events, at most 10 and 10 KB at a time; order is kept."""
    batch: list[Event] = []
    size = 0
    for event in events:
        if batch and (len(batch) == MAX_EVENTS or size + event.size > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += event.size
    if batch:
        yield batch
