"""v1/tickets.py: v1's words in, the core's forms out."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs
from v1_client import Floor

from fathom.exchange.bank import Refusal
from fathom.exchange.core.ticket import Amendment, Conditional, Replacement, Ticket
from fathom.exchange.v1.tickets import to_amendment, to_replacement, to_ticket, userref_of

SECOND_NS = 1_000_000_000
PLAIN = {"ordertype": "limit", "type": "buy", "pair": "XBT/USD", "volume": "1.5", "price": "25000.1"}


@pytest.fixture(scope="module")
def floor() -> Floor:
    """A venue where BTC/USD traded at 30,000 last."""
    floor = Floor()
    floor.book()
    floor.open_key("alice")
    return floor


def read(floor: Floor, **fields: Any) -> Ticket | Refusal:
    told = {name: value for name, value in {**PLAIN, **fields}.items() if value is not None}
    return to_ticket(told, venue=floor.venue, now_ns=floor.now_ns)


def test_a_plain_limit_order(floor: Floor) -> None:
    assert read(floor) == Ticket(
        symbol="BTC/USD",
        side="buy",
        order_type="limit",
        order_qty=Decimal("1.5"),
        limit_price=Decimal("25000.1"),
    )


@pytest.mark.parametrize(
    ("fields", "terms"),
    [
        ({"ordertype": "market", "price": "junk"}, {"order_type": "market", "limit_price": None}),
        ({"ordertype": "market", "oflags": "viqc", "volume": "50"},
         {"order_qty": None, "cash_order_qty": Decimal(50), "limit_price": None}),
        ({"price2": "junk"}, {"limit_price": Decimal("25000.1")}),
        ({"type": "sell", "pair": "XDG/USD"}, {"side": "sell", "symbol": "DOGE/USD"}),
        # Relative limits count from the last trade, at 30,000.
        ({"price": "-100"}, {"limit_price": Decimal(29_900), "limit_price_type": None}),
        ({"price": "-1%"}, {"limit_price": Decimal(29_700)}),
        ({"price": "#100"}, {"limit_price": Decimal(29_900)}),
        ({"price": "#100", "type": "sell"}, {"limit_price": Decimal(30_100)}),
        # Triggers stay what they are.
        ({"ordertype": "stop-loss", "price": "29000"},
         {"trigger_price": Decimal(29_000), "trigger_price_type": "static", "limit_price": None}),
        ({"ordertype": "stop-loss", "type": "sell", "price": "#2%"},
         {"trigger_price": Decimal(-2), "trigger_price_type": "pct"}),
        ({"ordertype": "stop-loss", "type": "buy", "price": "#2%"},
         {"trigger_price": Decimal(2), "trigger_price_type": "pct"}),
        ({"ordertype": "take-profit", "type": "sell", "price": "+500"},
         {"trigger_price": Decimal(500), "trigger_price_type": "quote"}),
        ({"ordertype": "stop-loss-limit", "type": "sell", "price": "29000", "price2": "28900"},
         {"trigger_price": Decimal(29_000), "limit_price": Decimal(28_900)}),
        ({"ordertype": "take-profit-limit", "type": "sell", "price": "31000", "price2": "+900"},
         {"trigger_price": Decimal(31_000), "limit_price": Decimal(30_900), "limit_price_type": None}),
        ({"ordertype": "trailing-stop", "type": "sell", "price": "+1%"},
         {"trigger_price": Decimal(1), "trigger_price_type": "pct"}),
        ({"ordertype": "trailing-stop-limit", "type": "sell", "price": "+50", "price2": "-5"},
         {"trigger_price": Decimal(50), "trigger_price_type": "quote", "limit_price": Decimal(-5),
          "limit_price_type": "quote"}),
        ({"ordertype": "settle-position", "volume": "0", "leverage": "2"},
         {"order_qty": Decimal(0), "leverage": 2, "limit_price": None}),
        ({"leverage": "5:1"}, {"leverage": 5}),
        ({"margin": True}, {"leverage": 5}),
        ({"margin": True, "leverage": "2"}, {"leverage": 2}),
        ({"pair": "XDG/USD", "margin": "true"}, {"leverage": 5}),
        ({"reduce_only": "true"}, {"reduce_only": True}),
        ({"oflags": "post,fcib"}, {"post_only": True, "fee_preference": "base"}),
        ({"oflags": "fciq,nompp"}, {"fee_preference": "quote"}),
        ({"timeinforce": "IOC"}, {"time_in_force": "ioc"}),
        ({"timeinforce": "gtd", "expiretm": "+60"}, {"time_in_force": "gtd"}),
        ({"expiretm": "+60"}, {"time_in_force": "gtd"}),
        ({"expiretm": "0", "starttm": "0"}, {"time_in_force": "gtc", "expire_ns": None, "effective_ns": None}),
        ({"cl_ord_id": "mine"}, {"cl_ord_id": "mine", "userref": None}),
        ({"userref": "-5"}, {"userref": -5}),
        ({"userref": 5}, {"userref": 5}),
        ({"sender_sub_id": "desk"}, {"sender_sub_id": "desk"}),
        ({"stp_type": "cancel-both"}, {"stp_type": "cancel_both"}),
        ({"stp_type": "cancel_oldest"}, {"stp_type": "cancel_oldest"}),
        ({"trading_agreement": "agree"}, {}),  # What nobody reads is let pass.
        ({"close[ordertype]": "limit", "close[price]": "31000"},
         {"conditional": Conditional(order_type="limit", limit_price=Decimal(31_000))}),
        ({"close[ordertype]": "stop-loss-limit", "close[price]": "22000", "close[price2]": "21000"},
         {"conditional": Conditional(order_type="stop-loss-limit", trigger_price=Decimal(22_000),
                                     limit_price=Decimal(21_000))}),
        ({"close[ordertype]": "limit", "close[price]": "+1%"},
         {"conditional": Conditional(order_type="limit", limit_price=Decimal(30_300))}),
        ({"close[ordertype]": "stop-loss-limit", "close[price]": "#5%", "close[price2]": "-6%"},
         {"conditional": Conditional(order_type="stop-loss-limit", trigger_price=Decimal(-5),
                                     trigger_price_type="pct", limit_price=Decimal(28_200))}),
        ({"close[ordertype]": "trailing-stop-limit", "close[price]": "+5%", "close[price2]": "-6"},
         {"conditional": Conditional(order_type="trailing-stop-limit", trigger_price=Decimal(5),
                                     trigger_price_type="pct", limit_price=Decimal(-6), limit_price_type="quote")}),
        ({"close[ordertype]": "stop-loss", "close[price]": "#5%"},
         {"conditional": Conditional(order_type="stop-loss", trigger_price=Decimal(-5), trigger_price_type="pct")}),
        ({"type": "sell", "close[ordertype]": "take-profit", "close[price]": "#5"},
         {"conditional": Conditional(order_type="take-profit", trigger_price=Decimal(-5),
                                     trigger_price_type="quote")}),
        ({"close[ordertype]": "trailing-stop", "close[price]": "+5%"},
         {"conditional": Conditional(order_type="trailing-stop", trigger_price=Decimal(5),
                                     trigger_price_type="pct")}),
    ],
)  # fmt: skip
def test_terms(floor: Floor, fields: dict[str, Any], terms: dict[str, Any]) -> None:
    ticket = read(floor, **fields)
    assert isinstance(ticket, Ticket), ticket
    told = structs.asdict(ticket)
    assert {name: told[name] for name in terms} == terms


def test_times(floor: Floor) -> None:
    ticket = read(floor, starttm="+10", expiretm="1800000000", deadline="2026-01-05T12:00:10Z")
    assert isinstance(ticket, Ticket)
    assert ticket.effective_ns == floor.now_ns + 10 * SECOND_NS
    assert ticket.expire_ns == 1_800_000_000 * SECOND_NS
    assert ticket.deadline_ns == floor.now_ns + 10 * SECOND_NS


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"ordertype": None}, "EGeneral:Invalid arguments:ordertype"),
        ({"ordertype": "iceberg"}, "EGeneral:Invalid arguments:ordertype"),
        ({"type": None}, "EGeneral:Invalid arguments:type"),
        ({"type": "hold"}, "EGeneral:Invalid arguments:type"),
        ({"pair": None}, "EGeneral:Invalid arguments:pair"),
        ({"pair": "BTC/USD"}, "Currency pair not supported BTC/USD"),
        ({"pair": "XBTUSD"}, "Currency pair not in ISO 4217-A3 format XBTUSD"),
        ({"volume": None}, "EGeneral:Invalid arguments:volume"),
        ({"volume": 1.5}, "EGeneral:Invalid arguments:volume"),
        ({"volume": "-1"}, "EGeneral:Invalid arguments:volume"),
        ({"price": "5%"}, "EGeneral:Invalid arguments:price"),
        ({"price": "-99999"}, "EGeneral:Invalid arguments:price"),  # Below nothing.
        ({"pair": "ETH/USD", "price": "+5"}, "EGeneral:Invalid arguments:price"),  # It never traded.
        ({"ordertype": "stop-loss-limit", "price": "1", "price2": "x"}, "EGeneral:Invalid arguments:price2"),
        ({"leverage": "many"}, "EGeneral:Invalid arguments:leverage"),
        ({"oflags": "fast"}, "EGeneral:Invalid arguments:oflags"),
        ({"oflags": "fcib,fciq"}, "EGeneral:Invalid arguments:oflags"),
        ({"timeinforce": "FOK"}, "EGeneral:Invalid arguments:timeinforce"),
        ({"starttm": "soon"}, "EGeneral:Invalid arguments:starttm"),
        ({"expiretm": "-1"}, "EGeneral:Invalid arguments:expiretm"),
        ({"deadline": "now"}, "EGeneral:Invalid arguments:deadline"),
        ({"userref": "2147483648"}, "EGeneral:Invalid arguments:userref"),
        ({"userref": "abc"}, "EGeneral:Invalid arguments:userref"),
        ({"stp_type": "none"}, "EGeneral:Invalid arguments:stp_type"),
        ({"reduce_only": "maybe"}, "EGeneral:Invalid arguments:reduce_only"),
        ({"close[ordertype]": "market"}, "EGeneral:Invalid arguments:close[ordertype]"),
        ({"close[ordertype]": "limit"}, "EGeneral:Invalid arguments:close[price]"),
        (
            {"close[ordertype]": "stop-loss-limit", "close[price]": "1", "close[price2]": "x"},
            "EGeneral:Invalid arguments:close[price2]",
        ),
    ],
)
def test_refusals(floor: Floor, fields: dict[str, Any], error: str) -> None:
    assert read(floor, **fields) == Refusal(error)


# -- Amend ---------------------------------------------------------------------------------------------------


def amend(floor: Floor, **fields: Any) -> Amendment | Refusal:
    return to_amendment(fields, account=floor.account(), venue=floor.venue)


def test_an_amendment_s_prices_mean_what_the_order_makes_of_them(floor: Floor) -> None:
    alice = floor.account()
    terms = {"symbol": "BTC/USD", "side": "sell", "order_qty": "0.1"}
    limit = floor.place(alice, **terms, order_type="limit", limit_price="40000", cl_ord_id="mine").order_id
    stop = floor.place(alice, **terms, order_type="stop-loss", trigger_price="20000").order_id
    trail = floor.place(
        alice,
        **terms,
        order_type="trailing-stop-limit",
        trigger_price="500",
        trigger_price_type="quote",
        limit_price="-5",
        limit_price_type="quote",
    ).order_id
    price = Decimal(30_100)
    assert amend(floor, txid=limit, limit_price="+100") == Amendment(order_id=limit, limit_price=price)
    assert amend(floor, cl_ord_id="mine", limit_price="30100") == Amendment(cl_ord_id="mine", limit_price=price)
    assert amend(floor, txid=stop, trigger_price="-2%") == Amendment(
        order_id=stop, trigger_price=Decimal(-2), trigger_price_type="pct"
    )
    assert amend(floor, txid=trail, limit_price="-7", trigger_price="+600") == Amendment(
        order_id=trail,
        limit_price=Decimal(-7),
        limit_price_type="quote",
        trigger_price=Decimal(600),
        trigger_price_type="quote",
    )


def test_an_amendment_s_other_terms(floor: Floor) -> None:
    assert amend(floor, txid="O1", volume="2", display_volume="1", post_only="true") == Amendment(
        order_id="O1", order_qty=Decimal(2), display_qty=Decimal(1), post_only=True
    )


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "EGeneral:Invalid arguments:txid"),
        ({"txid": "O1", "cl_ord_id": "mine"}, "EGeneral:Invalid arguments:txid"),
        ({"txid": ["O1"]}, "EGeneral:Invalid arguments:txid"),
        ({"txid": "O1", "volume": "x"}, "EGeneral:Invalid arguments:volume"),
        ({"txid": "O1", "limit_price": "x"}, "EGeneral:Invalid arguments:limit_price"),
        ({"txid": "O1", "limit_price": "5"}, "EOrder:Unknown order"),
        ({"txid": "O1", "deadline": "x"}, "EGeneral:Invalid arguments:deadline"),
    ],
)
def test_amendments_refused(floor: Floor, fields: dict[str, Any], error: str) -> None:
    assert amend(floor, **fields) == Refusal(error)


# -- Edit ----------------------------------------------------------------------------------------------------


def edit(floor: Floor, **fields: Any) -> Replacement | Refusal:
    told = {"pair": "XBT/USD", "volume": "0.2", **fields}
    return to_replacement(
        {name: value for name, value in told.items() if value is not None}, account=floor.account(), venue=floor.venue
    )


def test_a_replacement_s_prices_mean_what_the_old_order_makes_of_them(floor: Floor) -> None:
    alice = floor.account()
    terms = {"symbol": "BTC/USD", "side": "sell", "order_qty": "0.1"}
    limit = floor.place(alice, **terms, order_type="limit", limit_price="41000", userref=77).order_id
    stop = floor.place(
        alice, **terms, order_type="stop-loss-limit", trigger_price="20000", limit_price="19000"
    ).order_id
    assert edit(floor, orderid=limit, price="42000", oflags="post", newuserref="5") == Replacement(
        order_id=limit,
        symbol="BTC/USD",
        order_qty=Decimal("0.2"),
        limit_price=Decimal(42_000),
        post_only=True,
        new_userref=5,
    )
    assert edit(floor, orderid="77", price="+100") == Replacement(
        userref=77, symbol="BTC/USD", order_qty=Decimal("0.2"), limit_price=Decimal(30_100)
    )
    assert edit(floor, orderid=stop, price="21000", price2="20500") == Replacement(
        order_id=stop,
        symbol="BTC/USD",
        order_qty=Decimal("0.2"),
        trigger_price=Decimal(21_000),
        trigger_price_type="static",
        limit_price=Decimal(20_500),
    )


def test_an_edit_takes_no_offset_for_a_limit(floor: Floor) -> None:
    trail = floor.place(
        floor.account(),
        symbol="BTC/USD",
        side="sell",
        order_qty="0.1",
        order_type="trailing-stop-limit",
        trigger_price="500",
        trigger_price_type="quote",
        limit_price="-5",
        limit_price_type="quote",
    ).order_id
    assert edit(floor, orderid=trail, price2="-7") == Refusal("EGeneral:Invalid arguments:price2")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "EGeneral:Invalid arguments:orderid"),
        ({"orderid": "O1", "pair": None}, "EGeneral:Invalid arguments:pair"),
        ({"orderid": "O1", "pair": "BTC/USD"}, "Currency pair not supported BTC/USD"),
        ({"orderid": "O1", "volume": None}, "EGeneral:Invalid arguments:volume"),
        ({"orderid": "O1", "newuserref": "x"}, "EGeneral:Invalid arguments:newuserref"),
        ({"orderid": "O1", "oflags": "x"}, "EGeneral:Invalid arguments:oflags"),
    ],
)
def test_edits_refused(floor: Floor, fields: dict[str, Any], error: str) -> None:
    assert edit(floor, **fields) == Refusal(error)


def test_an_edit_of_an_unknown_order_is_the_core_s_to_refuse(floor: Floor) -> None:
    assert edit(floor, orderid="O1", price="x") == Replacement(
        order_id="O1", symbol="BTC/USD", order_qty=Decimal("0.2")
    )


@pytest.mark.parametrize(
    ("name", "userref"),
    [
        ("77", 77),
        ("-5", -5),
        ("2147483647", 2147483647),
        ("2147483648", None),
        ("O1", None),
        ("", None),
        ("--5", None),
        ("٣", None),
    ],
)
def test_userref_of(name: str, userref: int | None) -> None:
    assert userref_of(name) == userref
