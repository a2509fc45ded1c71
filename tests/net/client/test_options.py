"""What a client may be told to do differently, and what makes no sense."""

from typing import Any

import pytest

from fathom.domain import LocalError
from fathom.net import Options


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("symbols_per_link", 0),
        ("line_size", 0),
        ("events_size", -1),
        ("frames_per_s_per_link", 0.0),
        ("answer_s_max", 0.0),
        ("room_s_max", -1.0),
        ("lookup_s_max", float("nan")),
        ("ready_s_max", 0.0),
        ("orders_over", "carrier pigeon"),
    ],
)
def test_what_makes_no_sense_is_said_by_name(name: str, value: Any) -> None:
    with pytest.raises(LocalError, match=f"^{name}: must be"):
        Options(**{name: value})


def test_the_defaults_hold_and_cannot_be_changed_behind_our_back() -> None:
    options = Options()
    assert options.orders_over == "websocket"
    with pytest.raises(AttributeError):
        options.line_size = 1  # type: ignore[misc]  # That is the point.
