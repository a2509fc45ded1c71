from decimal import Decimal

from fathom.protocol.codec import decode
from fathom.protocol.messages.market import (
    Asset,
    Book,
    BookMessage,
    Candle,
    InstrumentMessage,
    Level,
    Level3Book,
    Level3Message,
    Level3Order,
    OhlcMessage,
    Pair,
    Ticker,
    TickerMessage,
    Trade,
    TradeMessage,
)


def test_ticker() -> None:
    frame = (
        b'{"channel":"ticker","type":"snapshot","data":[{"symbol":"ALGO/USD","bid":0.10025,"bid_qty":740.00000000,'
        b'"ask":0.10036,"ask_qty":1361.44813783,"last":0.10035,"volume":997038.98383185,"vwap":0.10148,'
        b'"low":0.09979,"high":0.10285,"change":-0.00017,"change_pct":-0.17,"trades":12,'
        b'"timestamp":"2023-09-25T09:04:31.742648Z"}]}'
    )
    row = Ticker(
        symbol="ALGO/USD",
        bid=Decimal("0.10025"),
        bid_qty=Decimal("740.00000000"),
        ask=Decimal("0.10036"),
        ask_qty=Decimal("1361.44813783"),
        last=Decimal("0.10035"),
        volume=Decimal("997038.98383185"),
        vwap=Decimal("0.10148"),
        low=Decimal("0.09979"),
        high=Decimal("0.10285"),
        change=Decimal("-0.00017"),
        change_pct=Decimal("-0.17"),
        trades=12,
        timestamp="2023-09-25T09:04:31.742648Z",
    )
    assert decode(frame) == TickerMessage(type="snapshot", data=(row,))


def test_book() -> None:
    frame = (
        b'{"channel":"book","type":"update","data":[{"symbol":"MATIC/USD","bids":[{"price":0.5657,"qty":0.00000000},'
        b'{"price":0.5657,"qty":1098.39475580}],"asks":[],"checksum":2114181697,'
        b'"timestamp":"2023-10-06T17:35:55.440295Z"}]}'
    )
    bids = (
        Level(price=Decimal("0.5657"), qty=Decimal(0)),
        Level(price=Decimal("0.5657"), qty=Decimal("1098.3947558")),
    )
    book = Book(
        symbol="MATIC/USD",
        bids=bids,
        asks=(),
        checksum=2114181697,
        timestamp="2023-10-06T17:35:55.440295Z",
    )
    assert decode(frame) == BookMessage(type="update", data=(book,))


def test_a_snapshot_of_2025_has_no_timestamp() -> None:
    frame = b'{"channel":"book","type":"snapshot","data":[{"symbol":"A/B","bids":[],"asks":[],"checksum":0}]}'
    book = Book(symbol="A/B", bids=(), asks=(), checksum=0)
    assert decode(frame) == BookMessage(type="snapshot", data=(book,))


def test_trade() -> None:
    frame = (
        b'{"channel":"trade","type":"update","data":[{"symbol":"MATIC/USD","side":"sell","price":0.5117,'
        b'"qty":40.00000000,"ord_type":"market","trade_id":4665906,"timestamp":"2023-09-25T07:49:37.708706Z"}]}'
    )
    trade = Trade(
        symbol="MATIC/USD",
        side="sell",
        price=Decimal("0.5117"),
        qty=Decimal(40),
        ord_type="market",
        trade_id=4665906,
        timestamp="2023-09-25T07:49:37.708706Z",
    )
    assert decode(frame) == TradeMessage(type="update", data=(trade,))


def test_ohlc() -> None:
    frame = (
        b'{"channel":"ohlc","type":"update","timestamp":"2023-10-04T16:26:30.524394914Z","data":[{"symbol":'
        b'"MATIC/USD","open":0.5624,"high":0.5628,"low":0.5622,"close":0.5627,"trades":12,"volume":30927.68066226,'
        b'"vwap":0.5626,"interval_begin":"2023-10-04T16:25:00.000000000Z","interval":5,'
        b'"timestamp":"2023-10-04T16:30:00.000000Z"}]}'
    )
    candle = Candle(
        symbol="MATIC/USD",
        open=Decimal("0.5624"),
        high=Decimal("0.5628"),
        low=Decimal("0.5622"),
        close=Decimal("0.5627"),
        trades=12,
        volume=Decimal("30927.68066226"),
        vwap=Decimal("0.5626"),
        interval_begin="2023-10-04T16:25:00.000000000Z",
        interval=5,
        timestamp="2023-10-04T16:30:00.000000Z",
    )
    assert decode(frame) == OhlcMessage(type="update", timestamp="2023-10-04T16:26:30.524394914Z", data=(candle,))


def test_instrument_with_exponents_and_the_fields_of_2026() -> None:
    frame = (
        b'{"channel":"instrument","type":"snapshot","data":{"assets":[{"id":"BTC","status":"enabled","precision":10,'
        b'"precision_display":5,"borrowable":true,"collateral_value":1.00,"margin_rate":0.010000,"class":"currency",'
        b'"multiplier":1}],"pairs":[{"symbol":"BTC/USD","base":"BTC","quote":"USD","status":"online",'
        b'"qty_precision":8,"qty_increment":1e-08,"price_precision":1,"cost_precision":5,"marginable":true,'
        b'"has_index":true,"cost_min":0.50,"margin_initial":0.20,"position_limit_long":250,'
        b'"position_limit_short":200,"tick_size":0.1,"price_increment":0.1,"qty_min":5e-05,'
        b'"ws_display_price_precision":2}]}}'
    )
    message = decode(frame)
    assert isinstance(message, InstrumentMessage)
    assert message.data.assets == (
        Asset(
            id="BTC",
            status="enabled",
            precision=10,
            precision_display=5,
            borrowable=True,
            collateral_value=Decimal(1),
            margin_rate=Decimal("0.01"),
            multiplier=Decimal(1),
            asset_class="currency",
        ),
    )
    assert message.data.pairs == (
        Pair(
            symbol="BTC/USD",
            base="BTC",
            quote="USD",
            status="online",
            price_precision=1,
            price_increment=Decimal("0.1"),
            qty_precision=8,
            qty_increment=Decimal("0.00000001"),
            qty_min=Decimal("0.00005"),
            cost_precision=5,
            cost_min=Decimal("0.5"),
            has_index=True,
            marginable=True,
            margin_initial=Decimal("0.2"),
            position_limit_long=Decimal(250),
            position_limit_short=Decimal(200),
            tick_size=Decimal("0.1"),
            ws_display_price_precision=2,
        ),
    )


def test_level3() -> None:
    frame = (
        b'{"channel":"level3","type":"update","data":[{"checksum":2841398499,"symbol":"MATIC/USD","bids":[],'
        b'"asks":[{"event":"delete","order_id":"OOIATY-6EIWY-ACVIUN","limit_price":0.5636,"order_qty":1e-05,'
        b'"timestamp":"2023-10-06T18:21:00.097010033Z"}]}]}'
    )
    event = Level3Order(
        event="delete",
        order_id="OOIATY-6EIWY-ACVIUN",
        limit_price=Decimal("0.5636"),
        order_qty=Decimal("0.00001"),
        timestamp="2023-10-06T18:21:00.097010033Z",
    )
    book = Level3Book(symbol="MATIC/USD", checksum=2841398499, bids=(), asks=(event,))
    assert decode(frame) == Level3Message(type="update", data=(book,))
