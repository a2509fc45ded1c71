import pytest

from fathom.domain import Event, FrameReceived, HaltOrdered, LinkDropped, LinkOpened
from fathom.net import AccountCleared, AccountInDoubt, CallbackFailed, ClientEvent, Gap, LinkDown, LinkUp, VenueStatus
from fathom.protocol import messages
from fathom.run.trading.market_feed import MarketFeed
from faulty_venue import Stage, staged


def test_a_frame_is_kept_as_it_came() -> None:
    told: list[Event] = []
    feed = MarketFeed(told.append)
    buffer = bytearray(b'{"channel":"heartbeat"}')
    feed.tap("public", memoryview(buffer), 7)  # type: ignore[arg-type]  # A view that the next frame overwrites.
    buffer[:] = b"x" * len(buffer)
    assert told == [FrameReceived("public", b'{"channel":"heartbeat"}')]
    assert feed.frames == 1


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (LinkUp(time_ns=1, link="public"), [LinkOpened("public")]),
        (LinkDown(time_ns=2, link="private", from_ns=1, reason="reset"), [LinkDropped("private", "reset")]),
        (
            Gap(time_ns=3, channel="executions", symbol="", interval=0, from_ns=1, to_ns=2, reason="a reader"),
            [LinkDropped("private", "a reader"), LinkOpened("private")],
        ),
        (Gap(time_ns=3, channel="book", symbol="BTC/USD", interval=0, from_ns=1, to_ns=2, reason="mismatch"), []),
        (VenueStatus(time_ns=4, system="online"), []),
        (
            AccountInDoubt(time_ns=5, orders=("O1",), fills_since_ns=None, reason="REST is down"),
            [LinkDropped("private", "REST is down")],
        ),
        (AccountCleared(time_ns=6), [LinkOpened("private")]),
        (
            CallbackFailed(time_ns=7, channel="executions", error="KeyError: 'x'"),
            [HaltOrdered("this is a bug in fathom: executions: KeyError: 'x'")],
        ),
    ],
)
def test_connections_and_gaps_of_the_account_are_told(event: ClientEvent, told: list[Event]) -> None:
    heard: list[Event] = []
    MarketFeed(heard.append).on_event(event)
    assert heard == told


def test_a_connection_that_was_up_before_anybody_listened_is_told() -> None:
    async def use(stage: Stage) -> None:
        heard: list[Event] = []
        MarketFeed(heard.append).listen(stage.kraken)
        assert heard == [LinkOpened("public")]

    staged(use)


class Held:
    """What was subscribed to."""

    def __init__(self) -> None:
        self.held: list[tuple[object, tuple[str, ...]]] = []

    def hold(self, params: object, *symbols: str) -> None:
        self.held.append((params, symbols))


def test_it_subscribes_to_books_trades_and_the_candles_that_the_venue_has() -> None:
    held = Held()
    candles = [("BTC/USD", 60), ("BTC/USD", 10), ("ETH/USD", 3600), ("ETH/USD", 120)]
    MarketFeed.subscribe(held, {"BTC/USD": 10, "ETH/USD": 100}, {"BTC/USD": 10}, candles)  # type: ignore[arg-type]  # It holds.
    said = [
        (type(params), getattr(params, "depth", getattr(params, "interval", None)), symbols)
        for params, symbols in held.held
    ]
    assert said == [
        (messages.BookParams, 10, ("BTC/USD",)),
        (messages.BookParams, 100, ("ETH/USD",)),
        (messages.TradeParams, None, ("BTC/USD", "ETH/USD")),
        (messages.Level3Params, 10, ("BTC/USD",)),
        (messages.OhlcParams, 1, ("BTC/USD",)),
        (messages.OhlcParams, 60, ("ETH/USD",)),
    ]
