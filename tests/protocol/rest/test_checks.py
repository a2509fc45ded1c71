"""Counts, ranges, one id and not two."""

import pytest

from fathom.domain import LocalError
from fathom.protocol import rest
from fathom.protocol.rest.checks import check_count, check_one_of, check_range, check_userref


def test_counts() -> None:
    check_count("ids", ("a",), most=2)
    for ids in ((), ("a", "b", "c")):
        with pytest.raises(LocalError, match=rf"ids: 1 to 2 in one call, not {len(ids)}"):
            check_count("ids", ids, most=2)


def test_ranges() -> None:
    for value in (None, 0, 5):
        check_range("n", value, least=0, most=5)
    for value in (-1, 6):
        with pytest.raises(LocalError, match=f"n: 0 to 5, not {value}"):
            check_range("n", value, least=0, most=5)


def test_a_userref_has_32_bits() -> None:
    check_userref(-(2**31))
    check_userref(2**31 - 1)
    for userref in (2**31, -(2**31) - 1):
        with pytest.raises(LocalError, match="userref"):
            check_userref(userref)


def test_one_id_and_not_two() -> None:
    check_one_of(txid="O", cl_ord_id=None)
    for txid, cl_ord_id in ((None, None), ("O", "c")):
        with pytest.raises(LocalError, match="txid or cl_ord_id: give just one"):
            check_one_of(txid=txid, cl_ord_id=cl_ord_id)


@pytest.mark.parametrize(
    ("name", "params", "field"),
    [
        ("QueryOrders", {"txid": ",".join(["O"] * 51)}, "txid"),
        ("QueryTrades", {"txid": ",".join(["T"] * 21)}, "txid"),
        ("QueryLedgers", {"id": ",".join(["L"] * 21)}, "id"),
        ("CancelOrderBatch", {"orders": ",".join(["O"] * 51)}, "orders"),
        ("CancelOrderBatch", {"orders": ","}, "orders"),
        ("CancelAllOrdersAfter", {"timeout": "86400"}, "timeout"),
        ("CancelOrder", {}, "txid or cl_ord_id"),
        ("AmendOrder", {"order_qty": "1"}, "txid or cl_ord_id"),
        ("OpenOrders", {"userref": "2147483648"}, "userref"),
        ("ClosedOrders", {"userref": "2147483648"}, "userref"),
    ],
)
def test_requests_keep_to_the_limits_that_are_known(name: str, params: dict[str, str], field: str) -> None:
    with pytest.raises(LocalError) as caught:
        rest.build_request(name, params)
    assert caught.value.field == field
