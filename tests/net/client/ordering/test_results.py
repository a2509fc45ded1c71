"""What order methods return: frozen, and without anything that is secret."""

import pytest

from fathom.net.client.ordering import results
from fathom.net.client.ordering.results import OrderAdded, OrdersCanceled, SwitchSet


def test_the_common_form() -> None:
    added = OrderAdded(path="websocket", order_id="O1", cl_ord_id="f-1")
    assert (added.recovered, added.warnings, added.order_userref) == (False, (), None)
    with pytest.raises(AttributeError):
        added.order_id = "O2"  # type: ignore[misc]  # That is what is tried.
    assert OrdersCanceled(path="rest", count=0).missing == ()
    assert SwitchSet(path="rest", now_ns=1, trigger_ns=0).trigger_ns == 0


def test_no_result_has_a_place_for_a_secret() -> None:
    kinds = [kind for kind in vars(results).values() if isinstance(kind, type) and hasattr(kind, "__struct_fields__")]
    assert len(kinds) >= 8
    for kind in kinds:
        assert not {"token", "secret", "key", "otp"} & set(kind.__struct_fields__)
