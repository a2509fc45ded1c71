import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from fathom.domain import Candle, Instrument, PublicTrade, RemoteError, TradesSeen, VenueStatusChanged
from fathom.protocol.codec import decode
from fathom.protocol.messages import (
    InstrumentMessage,
    Instruments,
    OhlcMessage,
    Pair,
    StatusMessage,
    SystemState,
    TradeMessage,
)
from fathom.protocol.translate.market import (
    CandlesTold,
    candles_told,
    instrument_of,
    pairs_told,
    trades_seen,
    venue_status,
    wire_units,
)
from recorded import FIXTURES

BTC_USD = Pair(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    status="online",
    price_precision=1,
    price_increment=Decimal("0.1"),
    qty_precision=8,
    qty_increment=Decimal("1e-08"),
    qty_min=Decimal("5e-05"),
    cost_precision=5,
    cost_min=Decimal("0.50"),
)
INSTRUMENT = Instrument(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    price_precision=1,
    qty_precision=8,
    cost_precision=5,
    price_increment_ticks=1,
    qty_increment_lots=1,
    qty_lots_min=5000,
    cost_min=Decimal("0.5"),
)


def pair(**changes: Any) -> Pair:
    return msgspec.structs.replace(BTC_USD, **changes)


def test_a_pair_in_ticks_and_lots() -> None:
    assert instrument_of(BTC_USD) == INSTRUMENT


def test_increments_of_several_ticks() -> None:
    instrument = instrument_of(
        pair(
            price_precision=4,
            price_increment=Decimal("0.0025"),
            qty_precision=3,
            qty_increment=Decimal(1),
            qty_min=Decimal(5),
        )
    )
    assert instrument.price_increment_ticks == 25
    assert instrument.qty_increment_lots == 1000


@pytest.mark.parametrize(
    "changes",
    [
        {"price_precision": 0, "price_increment": Decimal(1)},
        {"price_precision": 18, "price_increment": Decimal("1e-18")},
        {"qty_precision": 0, "qty_increment": Decimal(1), "qty_min": Decimal(1)},
        {"qty_precision": 18, "qty_increment": Decimal("1e-18")},
        {"qty_min": Decimal(0)},
        {"cost_precision": 0, "cost_min": Decimal(0)},
    ],
)
def test_edges_are_taken(changes: dict[str, Any]) -> None:
    instrument = instrument_of(pair(**changes))
    assert instrument.price(instrument.price_increment_ticks) == changes.get("price_increment", Decimal("0.1"))
    assert instrument.qty(instrument.qty_lots_min) == changes.get("qty_min", Decimal("0.00005"))


@pytest.mark.parametrize("status", ["cancel_only", "post_only", "reduce_only", "work_in_progress"])
def test_states_are_kept(status: str) -> None:
    assert instrument_of(pair(status=status)).status == status


def test_an_unknown_state_takes_no_orders() -> None:
    assert instrument_of(pair(status="haunted")).status == "cancel_only"


@pytest.mark.parametrize(
    "changes",
    [
        {"price_increment": Decimal("0.01")},
        {"price_increment": Decimal(0)},
        {"qty_increment": Decimal("-1e-08")},
        {"qty_increment": Decimal("1e-09")},
        {"qty_min": Decimal(-1)},
        {"qty_min": Decimal("NaN")},
        {"price_precision": -1},
        {"price_precision": 19, "price_increment": Decimal("1e-19")},
        {"qty_increment": Decimal(0)},
        {"qty_precision": 19, "qty_min": Decimal(0)},
        {"qty_precision": -1, "qty_increment": Decimal(10), "qty_min": Decimal(0)},
        {"qty_precision": 100_000},
        {"cost_precision": -1},
        {"cost_min": Decimal("1E+400")},
    ],
)
def test_senseless_rows_are_refused_alone(changes: dict[str, Any]) -> None:
    with pytest.raises(RemoteError):
        instrument_of(pair(**changes))
    good = pair(symbol="ETH/USD")
    message = InstrumentMessage(type="update", data=Instruments(pairs=(pair(**changes), good)))
    told = pairs_told(message)
    assert [event.instrument.symbol for event in told.changed] == ["ETH/USD"]
    assert [symbol for symbol, _ in told.refused] == ["BTC/USD"]


def test_a_recorded_snapshot() -> None:
    lines = (FIXTURES / "kraken-async-rs" / "ws-v2-messages.jsonl").read_text().splitlines()
    frames = [json.loads(line)["test"] for line in lines]
    line = lines[frames.index("test_instruments_snapshot")]
    message = decode(line[line.index('"text":') + 7 : -1].encode())
    assert isinstance(message, InstrumentMessage)
    told = pairs_told(message)
    assert told.refused == ()
    eur, eth = (event.instrument for event in told.changed)
    assert (eur.symbol, eur.price_precision, eur.qty_lots_min) == ("EUR/USD", 5, 50_000_000)
    assert (eth.symbol, eth.cost_min, eth.qty_lots_min) == ("ETH/BTC", Decimal("0.00002"), 200_000)


TRADE = (
    '{"symbol":"%s","side":"%s","price":%s,"qty":%s,"ord_type":"market","trade_id":%d,'
    '"timestamp":"1970-01-01T00:00:00.000001Z"}'
)


def trades(*rows: str) -> TradeMessage:
    message = decode(f'{{"channel":"trade","type":"update","data":[{",".join(rows)}]}}'.encode())
    assert isinstance(message, TradeMessage)
    return message


def test_trades_in_order_by_symbol() -> None:
    message = trades(
        TRADE % ("BTC/USD", "sell", "68466.9", "0.01919415", 1),
        TRADE % ("ETH/USD", "buy", "3000.0", "1e-05", 9),
        TRADE % ("BTC/USD", "buy", "68467.0", "1.00000000", 2),
    )
    instruments = {name: msgspec.structs.replace(INSTRUMENT, symbol=name) for name in ("BTC/USD", "ETH/USD")}
    assert trades_seen(message, instruments=instruments) == [
        TradesSeen(
            "BTC/USD",
            (
                PublicTrade("sell", 684_669, 1_919_415, 1, 1000),
                PublicTrade("buy", 684_670, 100_000_000, 2, 1000),
            ),
        ),
        TradesSeen("ETH/USD", (PublicTrade("buy", 30_000, 1000, 9, 1000),)),
    ]


def test_no_trades() -> None:
    assert trades_seen(trades(), instruments={}) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (TRADE % ("ETH/USD", "sell", "1", "1", 1), "ETH/USD, a pair without an instrument row"),
        (TRADE % ("BTC/USD", "sell", "1.11", "1", 1), "price: 1.11"),
        (TRADE % ("BTC/USD", "sell", "1", "1e-09", 1), "qty: 1E-9"),
        (TRADE % ("BTC/USD", "sell", '"NaN"', "1", 1), "not a finite number"),
        (TRADE % ("BTC/USD", "sell", "1e999999999", "1", 1), "64 bits"),
        ((TRADE % ("BTC/USD", "sell", "1", "1", 1)).replace("1970-01-01T", "1970-01-01 "), "RFC 3339"),
    ],
)
def test_trades_that_do_not_fit(row: str, fault: str) -> None:
    with pytest.raises(RemoteError, match=fault):
        trades_seen(trades(row), instruments={"BTC/USD": INSTRUMENT})


@pytest.mark.parametrize(
    "number", ["0." + "1" * 100, "1" * 61, "123456789012345678901234567890", "1E+999999999", "1E-999999999", "sNaN"]
)
def test_huge_numbers_are_kraken_s_fault(number: str) -> None:
    with pytest.raises(RemoteError, match="field"):
        wire_units(Decimal(number), precision=8, field="field")


@pytest.mark.parametrize(
    ("system", "status"),
    [
        ("online", "online"),
        ("post_only", "post_only"),
        ("cancel_only", "cancel_only"),
        ("maintenance", "maintenance"),
        ("limit_only", "limit_only"),
        ("dreaming", "cancel_only"),
    ],
)
def test_venue_states(system: str, status: Any) -> None:
    message = StatusMessage(type="update", data=(SystemState(system=system),))
    assert venue_status(message) == VenueStatusChanged(status)


def test_a_status_without_rows_says_nothing() -> None:
    assert venue_status(StatusMessage(type="update", data=())) is None


OHLC = (
    b'{"channel":"ohlc","type":"snapshot","timestamp":"2023-10-04T16:26:30.524394914Z","data":[{"symbol":"BTC/USD",'
    b'"open":100.1,"high":100.4,"low":99.9,"close":100.2,"trades":12,"volume":0.5,"vwap":100.16,'
    b'"interval_begin":"2023-10-04T16:25:00.000000000Z","interval":5,"timestamp":"2023-10-04T16:30:00.000000Z"}]}'
)


def test_candles_in_ticks_and_lots() -> None:
    message = decode(OHLC)
    assert isinstance(message, OhlcMessage)
    begin_ns = 1_696_436_700_000_000_000
    candle = Candle(begin_ns, 1001, 1004, 999, 1002, 1002, 50_000_000, 12)
    (told,) = candles_told(message, instruments={"BTC/USD": INSTRUMENT})
    assert told == CandlesTold("BTC/USD", 300, begin_ns + 90_524_394_914, (candle,))


@pytest.mark.parametrize(
    ("old", "new"), [(b"BTC/USD", b"DOGE/USD"), (b"100.1,", b"100.11,"), (b"0.5,", b"1e40,"), (b"T16:25", b"x")]
)
def test_candles_that_make_no_sense_are_refused(old: bytes, new: bytes) -> None:
    message = decode(OHLC.replace(old, new))
    assert isinstance(message, OhlcMessage)
    with pytest.raises(RemoteError):
        candles_told(message, instruments={"BTC/USD": INSTRUMENT})
