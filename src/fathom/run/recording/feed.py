"""What feeds a recorder from a venue: one client, subscribed to all that is wanted, that nobody reads but the tap.

I/O: the network, through net. Imports: domain, net, protocol, recorder, session, where. Imported by: cli.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from fathom.domain import AuthError, Instrument, LocalError
from fathom.net import (
    ClientEvent,
    Kraken,
    LinkDown,
    LinkFailed,
    LinkTerms,
    LinkUp,
    Options,
    Stream,
    SubscriptionFailed,
    choose_venue,
    connect,
    run_loop,
)
from fathom.net import Gap as GapTold
from fathom.protocol.messages import (
    BookParams,
    ChannelParams,
    InstrumentParams,
    Level3Params,
    OhlcParams,
    TickerParams,
    TradeParams,
)
from fathom.run.recording.recorder import Gap, Recorder
from fathom.run.recording.session import Feed, RecordCommand, run_record
from fathom.run.where import Where

CLOSE_S_MAX: Final = 0.3  # For the goodbyes: what comes after the end is not recorded.
UNTRADABLE: Final = ("delisted", "work_in_progress")  # The venue has no market data of these.


def record(command: RecordCommand, where: Where) -> int:
    """Record from a venue; as `run_record`, and raises what stands in the way to the venue."""
    command.check()
    choice = run_loop(choose_venue(where.venue, config=where.config))
    if choice.remark is not None:
        sys.stderr.write(f"note: {choice.remark}\n")
    return run_record(replace(command, venue=choice.venue.name), feed_from(where, command))


def feed_from(where: Where, command: RecordCommand) -> Feed:
    """Return what connects to a venue and gives the recorder all that comes, until it is cancelled.

    It raises where no connection comes about, and where the key is wrong; what happens later is taken down, and
    waited out.
    """

    async def feed(recorder: Recorder) -> None:
        kraken = connect(
            where.venue,
            config=where.config,
            public_only="level3" not in command.channels,
            account=where.account,
            key_file=where.key_file,
            key_directory=where.key_dir,
            keyring=where.keyring,
            options=Options(link=LinkTerms(close_s_max=CLOSE_S_MAX)),
            tap=recorder.tap,
        )
        async with kraken:
            await Feeding(kraken, recorder, command).run()

    return feed


class Feeding:
    """One connected client that feeds one recorder."""

    def __init__(self, kraken: Kraken, recorder: Recorder, command: RecordCommand) -> None:
        self._kraken = kraken
        self._recorder = recorder
        self._command = command
        self._changes: Stream[Instrument] = kraken.instrument_changes()
        self._held: set[str] = set()
        self._were_up: set[str] = set()
        self._denied: set[tuple[str, str]] = set()  # Each is told once; bounded by what is subscribed.

    async def run(self) -> None:
        """Subscribe, and stay. With all pairs, those that are listed later are recorded too."""
        self._kraken.events(self._told)
        self._recorder.ending = self._gaps_that_stay
        everything = self._command.everything
        self._hold(tradable(self._kraken.instruments.values()) if everything else self._command.symbols)
        async with self._changes:
            async for instrument in self._changes:
                if everything and instrument.symbol not in self._held:
                    self._hold_later(tradable([instrument]))

    def _hold(self, symbols: Sequence[str]) -> None:
        for channel in self._command.subscribed:
            if symbols or channel == "instrument":
                self._kraken.hold(params_of(channel, depth=self._command.depth), *symbols)
        self._held.update(symbols)

    def _hold_later(self, symbols: Sequence[str]) -> None:
        """A pair more than the connections can carry is no reason to lose the others."""
        try:
            self._hold(symbols)
        except LocalError as error:
            self._held.update(symbols)
            for symbol in symbols:
                self._recorder.denied("", symbol, str(error))

    # -- What the client tells -------------------------------------------------------------------------------

    def _told(self, event: ClientEvent) -> None:
        match event:
            case GapTold():
                self._recorder.gap(_gap(event, to_ns=event.to_ns))
            case LinkUp(link=link):
                self._were_up.add(link)
            case LinkDown(link=link, reason=reason, time_ns=time_ns):
                self._recorder.dropped(link, reason, time_ns)
            case LinkFailed(link=link, error=error, retry_ns=None) if link not in self._were_up:
                self._changes.fail(AuthError(error))  # Nobody retries with a key that never worked.
            case SubscriptionFailed(channel=channel, symbol=symbol, error=error):
                self._refused(channel, symbol, error)

    def _refused(self, channel: str, symbol: str, error: str) -> None:
        if (channel, symbol) in self._denied:
            return
        known = self._kraken.instruments.get(symbol)
        if self._command.everything and known is not None and known.status in UNTRADABLE:
            return  # It was delisted meanwhile: that is all of it.
        self._denied.add((channel, symbol))
        self._recorder.denied(channel, symbol, error)

    def _gaps_that_stay(self) -> None:
        for gap in self._kraken.gaps():
            self._recorder.gap(_gap(gap, to_ns=None))


def tradable(instruments: Iterable[Instrument]) -> tuple[str, ...]:
    """Return the pairs that have a market."""
    return tuple(sorted(one.symbol for one in instruments if one.status not in UNTRADABLE))


def params_of(channel: str, *, depth: int) -> ChannelParams:
    """Return what a channel is subscribed with: a snapshot always, so that a recording can be read by itself."""
    match channel:
        case "book":
            return BookParams(symbol=(), depth=depth, snapshot=True)  # type: ignore[arg-type] # The command's `check`.
        case "level3":
            return Level3Params(symbol=(), depth=depth, snapshot=True)  # type: ignore[arg-type] # As above.
        case "ticker":
            return TickerParams(symbol=(), event_trigger="trades", snapshot=True)
        case "trade":
            return TradeParams(symbol=(), snapshot=True)
        case "ohlc":
            return OhlcParams(symbol=(), interval=1, snapshot=True)
        case _:
            return InstrumentParams(snapshot=True)


def _gap(told: GapTold, *, to_ns: int | None) -> Gap:
    return Gap(told.channel, told.symbol, told.from_ns, to_ns, told.reason, told.missed)
