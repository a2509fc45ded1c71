from typing import Any

import pytest

from fathom.domain import LocalError
from fathom.protocol.messages import (
    BalancesParams,
    BookParams,
    ChannelParams,
    ExecutionsParams,
    InstrumentParams,
    Level3Params,
    OhlcParams,
    TickerParams,
    Token,
    TradeParams,
)
from fathom.protocol.session.subscription import Key
from fathom.protocol.session.wishes import Batch, addressed, channel_of, keys_of, leave_params, snapshot_due, wish_of

TOKEN = Token("secret")


@pytest.mark.parametrize(
    ("params", "wish", "leave", "snapshot"),
    [
        (
            TickerParams(symbol=("BTC/USD",)),
            TickerParams(symbol=(), event_trigger="trades", snapshot=True),
            TickerParams(symbol=(), event_trigger="trades"),
            True,
        ),
        (
            BookParams(symbol=("BTC/USD",), snapshot=False),
            BookParams(symbol=(), depth=10, snapshot=False),
            BookParams(symbol=(), depth=10),
            False,
        ),
        (TradeParams(symbol=("BTC/USD",)), TradeParams(symbol=(), snapshot=False), TradeParams(symbol=()), False),
        (
            OhlcParams(symbol=("BTC/USD",)),
            OhlcParams(symbol=(), interval=1, snapshot=True),
            OhlcParams(symbol=(), interval=1),
            True,
        ),
        (
            InstrumentParams(include_tokenized_assets=True),
            InstrumentParams(include_tokenized_assets=True, snapshot=True),
            InstrumentParams(),
            True,
        ),
        (
            ExecutionsParams(token=TOKEN, ratecounter=True),
            ExecutionsParams(ratecounter=True, snap_orders=True, snap_trades=False),
            ExecutionsParams(),
            True,
        ),
        (
            ExecutionsParams(snap_orders=False),
            ExecutionsParams(snap_orders=False, snap_trades=False),
            ExecutionsParams(),
            False,
        ),
        (
            ExecutionsParams(users="all", snap_orders=True),
            ExecutionsParams(users="all", snap_orders=True, snap_trades=False),
            ExecutionsParams(),
            False,
        ),
        (BalancesParams(token=TOKEN), BalancesParams(snapshot=True), BalancesParams(), True),
        (
            Level3Params(symbol=("BTC/USD",), depth=100, token=TOKEN),
            Level3Params(symbol=(), depth=100, snapshot=True),
            Level3Params(symbol=(), depth=100),
            True,
        ),
    ],
)
def test_wishes(params: ChannelParams, wish: ChannelParams, leave: ChannelParams, snapshot: bool) -> None:
    assert wish_of(params) == wish
    assert wish_of(wish) == wish
    assert hash(wish_of(params)) == hash(wish)
    assert leave_params(wish) == leave
    assert snapshot_due(wish) is snapshot


def test_keys() -> None:
    assert keys_of(OhlcParams(symbol=("BTC/USD",), interval=60)) == (Key("ohlc", "BTC/USD", 60),)
    assert keys_of(OhlcParams(symbol=("BTC/USD",))) == (Key("ohlc", "BTC/USD", 1),)
    assert keys_of(BookParams(symbol=("B/USD", "A/USD", "B/USD"))) == (Key("book", "B/USD"), Key("book", "A/USD"))
    assert keys_of(ExecutionsParams()) == (Key("executions"),)
    assert channel_of(Level3Params(symbol=("A/USD",))) == "level3"


@pytest.mark.parametrize("symbols", [(), ("",), ("BTC/USD", "")])
def test_a_symbol_is_needed(symbols: tuple[str, ...]) -> None:
    with pytest.raises(LocalError, match="symbol"):
        keys_of(BookParams(symbol=symbols))


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (BookParams, {"depth": 27}),
        (BookParams, {"depth": 0}),
        (Level3Params, {"depth": 25}),
        (OhlcParams, {"interval": 2}),
        (TickerParams, {"event_trigger": "always"}),
    ],
)
def test_what_kraken_does_not_have(kind: Any, more: dict[str, object]) -> None:
    with pytest.raises(LocalError):
        wish_of(kind(symbol=("BTC/USD",), **more))


def test_only_private_channels_get_the_token() -> None:
    symbols = ("BTC/USD",)
    book = BookParams(symbol=symbols, depth=10)
    assert addressed(wish_of(book), symbols=symbols, token=TOKEN) == BookParams(symbol=symbols, depth=10, snapshot=True)
    level3 = addressed(Level3Params(symbol=(), depth=10), symbols=symbols, token=TOKEN)
    assert level3 == Level3Params(symbol=symbols, depth=10, token=TOKEN)
    assert addressed(BalancesParams(), symbols=("",), token=TOKEN) == BalancesParams(token=TOKEN)
    assert addressed(InstrumentParams(), symbols=("",), token=TOKEN) == InstrumentParams()


def test_only_a_level3_subscribe_is_charged() -> None:
    level3 = Level3Params(symbol=(), depth=1000)
    assert Batch("subscribe", level3, ()).level3_depth == 1000
    assert Batch("unsubscribe", level3, ()).level3_depth is None
    assert Batch("subscribe", BookParams(symbol=(), depth=1000), ()).level3_depth is None
