"""An event through the journal's encoding and back."""

import msgspec

from fathom.domain import Event


def back(event: Event) -> Event:
    kept = msgspec.msgpack.encode(event)
    found: Event = msgspec.msgpack.decode(kept, type=Event)
    assert type(found) is type(event)
    return found
