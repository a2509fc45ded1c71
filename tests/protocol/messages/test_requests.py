import pytest

from fathom.protocol.codec import decode_request, encode
from fathom.protocol.messages.requests import (
    BalancesParams,
    BookParams,
    ChannelParams,
    ExecutionsParams,
    InstrumentParams,
    Level3Params,
    OhlcParams,
    Ping,
    Subscribe,
    TickerParams,
    TradeParams,
    Unsubscribe,
)
from fathom.protocol.messages.wire import Token

TOKEN = Token("G38a")


@pytest.mark.parametrize(
    ("params", "text"),
    [
        (
            TickerParams(symbol=("BTC/USD",), event_trigger="bbo", snapshot=True),
            b'{"channel":"ticker","symbol":["BTC/USD"],"event_trigger":"bbo","snapshot":true}',
        ),
        (
            BookParams(symbol=("BTC/USD",), depth=1000, snapshot=False),
            b'{"channel":"book","symbol":["BTC/USD"],"depth":1000,"snapshot":false}',
        ),
        (TradeParams(symbol=("BTC/USD",)), b'{"channel":"trade","symbol":["BTC/USD"]}'),
        (
            OhlcParams(symbol=("BTC/USD",), interval=21600),
            b'{"channel":"ohlc","symbol":["BTC/USD"],"interval":21600}',
        ),
        (InstrumentParams(), b'{"channel":"instrument"}'),
        (
            InstrumentParams(snapshot=True, include_tokenized_assets=True, execution_venue="international"),
            (
                b'{"channel":"instrument","snapshot":true,"include_tokenized_assets":true,'
                b'"execution_venue":"international"}'
            ),
        ),
        (
            ExecutionsParams(
                snap_orders=True,
                snap_trades=True,
                order_status=True,
                ratecounter=True,
                rebased=False,
                users="all",
                token=TOKEN,
            ),
            (
                b'{"channel":"executions","snap_orders":true,"snap_trades":true,"order_status":true,"ratecounter":true,'
                b'"rebased":false,"users":"all","token":"G38a"}'
            ),
        ),
        (
            BalancesParams(snapshot=True, rebased=True, users="all", token=TOKEN),
            b'{"channel":"balances","snapshot":true,"rebased":true,"users":"all","token":"G38a"}',
        ),
        (
            Level3Params(symbol=("BTC/USD",), depth=100, snapshot=True, token=TOKEN),
            b'{"channel":"level3","symbol":["BTC/USD"],"depth":100,"snapshot":true,"token":"G38a"}',
        ),
    ],
)
def test_every_channel_both_ways(params: ChannelParams, text: bytes) -> None:
    for kind, method in ((Subscribe, b"subscribe"), (Unsubscribe, b"unsubscribe")):
        request = kind(params=params, req_id=8)
        frame = b'{"method":"' + method + b'","params":' + text + b',"req_id":8}'
        assert encode(request) == frame
        assert decode_request(frame) == request


def test_a_ping_has_no_params() -> None:
    assert encode(Ping(req_id=1)) == b'{"method":"ping","req_id":1}'


def test_a_request_shows_no_token() -> None:
    assert "G38a" not in repr(Subscribe(params=ExecutionsParams(token=TOKEN)))
