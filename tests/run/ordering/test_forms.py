"""Words of a command line as requests: every digit, every field, and times from now on."""

from decimal import Decimal

import pytest

from fathom.domain import LocalError
from fathom.protocol import parse_time
from fathom.protocol.messages import Conditional, Triggers
from fathom.run.ordering.forms import OrderWords, add_of, amend_of, edit_of, is_venue_id, moment, number

NOW_NS = parse_time("2026-01-05T12:00:00.750Z")


def test_numbers_keep_their_digits() -> None:
    params = add_of("A/B", OrderWords(side="buy", qty="1.50", limit_price="2.000"), validate=True, now_ns=0).params
    assert (str(params.order_qty), str(params.limit_price)) == ("1.50", "2.000")
    assert (params.order_type, params.side, params.symbol, params.validate) == ("limit", "buy", "A/B", True)


@pytest.mark.parametrize("text", ["", "x", "1e3", "nan", "inf", "1,5", "1_000", "--1", "0x1", "1 2", "٣"])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(LocalError, match=r"qty: .* is not a number"):
        number("qty", text)


def test_times_from_now_on() -> None:
    assert moment("t", "+90", now_ns=NOW_NS) == "2026-01-05T12:01:30Z"
    assert moment("t", "+1.5", now_ns=NOW_NS, milliseconds=True) == "2026-01-05T12:00:02.250Z"
    assert moment("t", "2026-01-05T12:00:00Z", now_ns=NOW_NS) == "2026-01-05T12:00:00Z"
    assert moment("t", None, now_ns=NOW_NS) is None
    with pytest.raises(LocalError, match="t: "):
        moment("t", "+soon", now_ns=NOW_NS)
    with pytest.raises(LocalError):
        moment("t", "+" + "9" * 30, now_ns=NOW_NS)


def test_triggers_and_closing_orders() -> None:
    words = OrderWords(
        side="buy", order_type="stop-loss", close_type="limit", close_limit_price="5.0",
        trigger_price="-2", trigger_price_type="pct", trigger_reference="index",
    )  # fmt: skip
    params = add_of("A/B", words, validate=False, now_ns=0).params
    assert params.triggers == Triggers(price=Decimal(-2), reference="index", price_type="pct")
    assert params.conditional == Conditional(order_type="limit", limit_price=Decimal("5.0"))
    assert params.validate is None
    with pytest.raises(LocalError, match="trigger-price"):
        add_of("A/B", OrderWords(side="buy", trigger_price_type="pct"), validate=False, now_ns=0)
    with pytest.raises(LocalError, match="close-type"):
        add_of("A/B", OrderWords(side="buy", close_limit_price="1"), validate=False, now_ns=0)


def test_an_id_of_krakens_is_told_from_ours() -> None:
    assert is_venue_id("OM5CRX-N2HAL-GFGWE9")
    assert not any(map(is_venue_id, ["mine", "2c6be801-1f53-4f79-a0bb-4ea1c95dfae9", "f-0123456789abcdef"]))
    by_ours = amend_of("mine", OrderWords(qty="1"), symbol=None, now_ns=0).params
    assert (by_ours.order_id, by_ours.cl_ord_id) == (None, "mine")
    by_kraken = amend_of("OM5CRX-N2HAL-GFGWE9", OrderWords(limit_price="1.0"), symbol="A/B", now_ns=0).params
    assert (by_kraken.order_id, by_kraken.cl_ord_id, by_kraken.symbol) == ("OM5CRX-N2HAL-GFGWE9", None, "A/B")
    edit = edit_of("O", OrderWords(post_only=True), symbol="A/B", validate=True, now_ns=0).params
    assert (edit.order_id, edit.symbol, edit.post_only, edit.validate, edit.reduce_only) == (
        "O",
        "A/B",
        True,
        True,
        None,
    )
