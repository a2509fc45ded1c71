import pytest

from fathom.domain import OrderFilled


def test_an_event_does_not_change() -> None:
    with pytest.raises(AttributeError):
        OrderFilled("mm-1-1").order_id = "mm-1-2"  # type: ignore[misc]  # That is what is tried.
