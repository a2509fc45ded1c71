import msgspec
import pytest

from bank_desk import Desk
from fathom.exchange.bank import Refusal
from fathom.exchange.bank import borrowing as borrowing_module

INITIAL = "EOrder:Insufficient initial margin"


@pytest.mark.parametrize(
    ("side", "qty", "price", "symbol", "leverage", "money", "error"),
    [
        # 50000 / 5, and 0.436 % of it for the trade and the loan, and a unit for rounding.
        ("buy", "1", "50000.0", "BTC/USD", 5, {"USD": "10218.0001"}, None),
        ("buy", "1", "50000.0", "BTC/USD", 5, {"USD": "10218"}, INITIAL),
        ("sell", "1", "50000.0", "BTC/USD", 5, {"USD": "10205.0001"}, None),
        ("sell", "1", "50000.0", "BTC/USD", 5, {"USD": "10205"}, INITIAL),
        ("buy", "1", "50000.0", "BTC/USD", 10, {"USD": "5218.0001"}, None),
        # Any collateral does, at its share: BTC counts 99 % of 97000, OMG nothing.
        ("buy", "1", "50000.0", "BTC/USD", 5, {"BTC": "0.11"}, None),
        ("buy", "1", "50000.0", "BTC/USD", 5, {"BTC": "0.106"}, INITIAL),
        ("buy", "1", "50000.0", "BTC/USD", 5, {"OMG": "10000000"}, INITIAL),
        ("buy", "1", "50000.0", "BTC/USD", 5, {}, INITIAL),
        ("buy", "1", "3100.00", "ETH/GBP", 2, {"USD": "100000"}, "EOrder:Cannot open position"),
        ("buy", "1", "50000.0", "BTC/USD", 50, {"USD": "100000"}, "EOrder:Cannot open position"),
        ("buy", "351", "1000.0", "BTC/USD", 5, {"USD": "1000000"}, "EOrder:Margin position size exceeded"),
        ("sell", "251", "1000.0", "BTC/USD", 5, {"USD": "1000000"}, "EOrder:Margin position size exceeded"),
        ("buy", "101", "100000.0", "BTC/USD", 5, {"USD": "9000000"}, "EOrder:Margin allowance exceeded"),
    ],
)
def test_what_opens_a_position_is_asked_for_margin(
    *, side: str, qty: str, price: str, symbol: str, leverage: int, money: dict[str, str], error: str | None
) -> None:
    desk = Desk()
    client = desk.client(**money)
    answer = desk.place(client, side, qty, price, symbol, leverage=leverage)
    assert (answer.error if isinstance(answer, Refusal) else None) == error
    assert not client.held
    desk.bank.check()


def test_what_the_venue_does_not_lend() -> None:
    listing = Desk().listing
    assets = [msgspec.structs.replace(a, margin_rate=None) if a.symbol == "BTC" else a for a in listing.assets.values()]
    desk = Desk(type(listing)(assets=assets))
    client = desk.client(USD="100000")
    assert desk.place(client, "sell", "1", "50000.0", leverage=5) == Refusal("EOrder:Insufficient margin")
    desk.placed(client, "buy", "1", "50000.0", leverage=5)
    assert desk.bank.loan_rate(desk.pair(), "sell") is None
    assert desk.bank.loan_rate(desk.pair(), "buy") == 36_000


def test_open_orders_share_the_free_margin() -> None:
    desk = Desk()
    client = desk.client(USD="15000")
    first = desk.placed(client, "buy", "1", "50000.0", leverage=5)
    assert desk.place(client, "buy", "1", "50000.0", leverage=5) == Refusal(INITIAL)
    desk.close(first)
    desk.placed(client, "buy", "1", "50000.0", leverage=5)


def test_an_amend_counts_its_own_margin_for_it() -> None:
    desk = Desk()
    client = desk.client(USD="15000")
    order = desk.placed(client, "buy", "1", "50000.0", leverage=5)
    lots = desk.lots("1")
    assert desk.bank.hold(order, desk.pair(), lots=lots, price_ticks=desk.ticks("70000.0")) is None
    kept_units = client.margin_holds[order.order_id]
    assert desk.bank.hold(order, desk.pair(), lots=lots, price_ticks=desk.ticks("80000.0")) == Refusal(INITIAL)
    assert client.margin_holds[order.order_id] == kept_units
    desk.bank.check()


def test_what_only_closes_is_never_refused() -> None:
    desk = Desk()
    client = desk.client(USD="10300")
    desk.fill(desk.placed(client, "buy", "1", "50000.0", leverage=5), "1", "50000.0")
    desk.bank.mark("BTC/USD", desk.ticks("30000.0"))  # Ruined.
    closing = desk.placed(client, "sell", "1", "30000.0", leverage=5)
    assert client.margin_holds == {}
    # A second such order would open: the first is there to close already.
    assert desk.place(client, "sell", "1", "30000.0", leverage=5) == Refusal("EOrder:Margin level too low")
    desk.placed(client, "sell", "1", "30000.0", leverage=5, reduce_only=True)
    desk.fill(closing, "1", "30000.0")
    assert desk.balance(client, "USD") == "-9990.0000"  # A client on margin may owe.
    desk.bank.check()


def test_a_liquidation_is_never_refused() -> None:
    desk = Desk()
    client = desk.client()
    desk.placed(client, "sell", "1", "50000.0", leverage=5, liquidation=True)
    assert client.margin_holds == {}


def test_a_low_level_opens_nothing() -> None:
    desk = Desk()
    client = desk.client(USD="10300")
    desk.fill(desk.placed(client, "buy", "1", "50000.0", leverage=5), "1", "50000.0")
    desk.bank.mark("BTC/USD", desk.ticks("47900.0"))  # Equity 7982, margin 10000.
    refusal = desk.place(client, "buy", "0.001", "47900.0", leverage=5)
    assert refusal == Refusal("EOrder:Margin level too low")


def test_positions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(borrowing_module, "POSITIONS_MAX", 2)
    desk = Desk()
    client = desk.client(USD="100000")
    for _ in range(2):
        desk.fill(desk.placed(client, "buy", "0.1", "50000.0", leverage=5), "0.1", "50000.0")
    refusal = desk.place(client, "buy", "0.1", "50000.0", leverage=5)
    assert refusal == Refusal("EOrder:Positions limit exceeded")


def test_sizes_count_what_is_open() -> None:
    desk = Desk()
    client = desk.client(USD="1000000")
    desk.fill(desk.placed(client, "buy", "349", "1000.0", leverage=5), "349", "1000.0")
    desk.placed(client, "buy", "1", "1000.0", leverage=5)
    refusal = desk.place(client, "buy", "1.1", "1000.0", leverage=5)
    assert refusal == Refusal("EOrder:Margin position size exceeded")


def test_a_market_order_on_margin_is_asked_by_its_cost() -> None:
    desk = Desk()
    client = desk.client(USD="10218.0001")
    order = desk.placed(client, "buy", "1", cost="50000", leverage=5)
    assert desk.amount("USD", client.margin_holds[order.order_id]) == "10218.0001"
