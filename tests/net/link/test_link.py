"""A link comes back from every end, within its budget, with fresh tokens; it stops at once, and hides no bug."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from listening import MS, QUICK, Notes, quick_terms
from loop_stage import clean, played, until
from msgspec import structs
from raw_venue import HEARTBEAT, STATUS, RawVenue, Visit, close_frame, frame

from fathom.domain import AuthError, LimitRefused, LinkError, LocalError, Unsure, VenueRefused
from fathom.exchange import Settings
from fathom.kernel import VERIFIED, L2Book
from fathom.net.link import Attempts, Link, LinkTerms, TokenSource, UpgradeRefused
from fathom.protocol import (
    BookFrame,
    Message,
    RequestSettled,
    StatusChanged,
    SubscriptionActive,
    Token,
    Told,
    parse_time,
)
from fathom.protocol.messages import BookParams, CancelAll, CancelAllParams, ExecutionsParams, TickerParams
from fathom.protocol.session import liveness
from fathom.run.local_exchange.serving import ExchangeServer

ASK_NS = 5_000 * MS
LIVELY = Settings(start_ns=parse_time("2026-01-05T12:00:00Z"), symbols=("BTC/USD",), speed=20.0)
Tokens = TokenSource


def made(
    url: str, notes: Notes, *, tokens: Tokens | None = None, attempts: Attempts | None = None, **terms: Any
) -> Link:
    return Link(
        "public",
        url,
        hears=notes,
        attempts=attempts or Attempts(None),
        terms=quick_terms(**terms),
        rng=Random(1),
        tokens=tokens,
    )


@asynccontextmanager
async def running(link: Link) -> AsyncIterator[Link]:
    """Let it live, and stop it at the end."""
    async with asyncio.TaskGroup() as group:
        life = group.create_task(link.run())
        try:
            yield link
        finally:
            await link.stop()
            await asyncio.wait([life])


@asynccontextmanager
async def exchange(settings: Settings = LIVELY) -> AsyncIterator[ExchangeServer]:
    server = ExchangeServer(settings)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def greet(visit: Visit) -> None:
    await visit.upgrade(extra=frame(STATUS))
    await visit.rest()


async def refuse(visit: Visit, status: int) -> None:
    await visit.reader.readuntil(b"\r\n\r\n")
    await visit.send(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status)
    await visit.rest()


async def token() -> Token:
    return Token("t" * 43)


# -- It comes back -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "answered", "reason"),
    [
        (b"", False, "the connection broke"),
        (close_frame(1001, "CloudFlare WebSocket proxy restarting"), True, "closed with 1001 CloudFlare"),
        (close_frame(1012), True, "closed with 1012"),
        (b"\xff\xff\xff\xff", True, "opcode"),
        (frame(STATUS)[:30], False, "the connection broke"),
    ],
    ids=["cut", "goodbye", "restart", "garbage", "mid-frame"],
)
def test_it_comes_back_from_every_end_and_says_why(ending: bytes, answered: bool, reason: str) -> None:
    async def play(visit: Visit) -> None:
        await visit.upgrade(extra=frame(STATUS))
        if visit.number <= 3:
            await visit.send(ending)
            if not answered:
                return
        await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            async with running(made(venue.url, notes)) as link:
                await until(lambda: len(notes.ups) == 4 and notes.count(StatusChanged) == 4)
                assert link.is_open
                assert [reason in said for said in notes.reasons] == [True] * 3, notes.reasons
                assert all(from_ns <= now_ns for from_ns, now_ns, _ in notes.downs)
                assert all(down[1] <= up for down, up in zip(notes.downs, notes.ups[1:], strict=True))
                assert notes.failures == []
            assert len(notes.downs) == 4

    clean(main())


@pytest.mark.parametrize(("status", "wait"), [(429, "refused"), (403, "refused"), (503, "maintenance"), (520, "both")])
def test_a_refused_upgrade_waits_before_it_knocks_again(status: int, wait: str) -> None:
    async def play(visit: Visit) -> None:
        await (refuse(visit, status) if visit.number <= 2 else greet(visit))

    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            loop = asyncio.get_running_loop()
            begun = loop.time()
            async with running(made(venue.url, notes)):
                await until(lambda: notes.ups)
                least_ns = QUICK.refused_wait_ns if wait == "refused" else QUICK.first_wait_ns
                assert loop.time() - begun >= 2 * least_ns / 1e9
                assert [type(error) for error, _ in notes.failures] == [UpgradeRefused] * 2
                assert all(retry_ns is not None for _, retry_ns in notes.failures)
                assert len(venue.visits) == 3

    clean(main())


def test_nobody_there_is_tried_again_with_waits_and_never_given_up() -> None:
    async def main() -> None:
        async with RawVenue(greet) as venue:
            url = venue.url
        notes = Notes()
        link = made(url, notes)
        async with running(link):
            await until(lambda: len(notes.failures) >= 6)
            assert not link.is_open
            assert notes.ups == []
            assert set(notes.errors) == {f"cannot connect to {url}: Connection refused"}

    clean(main())


def test_a_server_that_hangs_up_before_the_upgrade_is_tried_again() -> None:
    async def play(visit: Visit) -> None:
        if visit.number <= 2:
            await visit.reader.readuntil(b"\r\n\r\n")
            return
        await greet(visit)

    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            async with running(made(venue.url, notes)):
                await until(lambda: notes.ups)
                assert len(notes.failures) == 2
                assert all("before it was a WebSocket" in error for error in notes.errors)

    clean(main())


def test_a_server_that_falls_silent_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "SILENCE_MAX_NS", 100 * MS)

    async def play(visit: Visit) -> None:
        await visit.upgrade(extra=b"" if visit.number == 1 else frame(STATUS))
        await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            async with running(made(venue.url, notes)):
                await until(lambda: notes.count(StatusChanged))
                assert notes.reasons == ["silent"]
                assert len(notes.ups) == 2

    clean(main())


def test_the_end_of_an_old_connection_is_not_taken_for_that_of_the_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session closes a silent one, and the next attempt begins before the old socket has told its end."""
    monkeypatch.setattr(liveness, "SILENCE_MAX_NS", 50 * MS)
    held: list[Visit] = []

    async def play(visit: Visit) -> None:
        await visit.upgrade(extra=frame(STATUS) if visit.number > 3 else b"")
        held.append(visit)
        await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            terms = structs.replace(QUICK, at_once=10, jitter_max_ns=0)
            async with running(made(venue.url, notes, reconnect=terms)) as link:
                await until(lambda: notes.count(StatusChanged))
                assert notes.reasons == ["silent"] * 3
                assert len(venue.visits) == 4
                assert link.is_open
                gone = [await visit.rest() for visit in held[:3]]  # Each was let go: none is read on in secret.
                assert len(gone) == 3

    clean(main())


class Reader(Notes):
    """It keeps one book as the client does: a snapshot by the long way, then the kernel."""

    def __init__(self) -> None:
        super().__init__()
        self.book = L2Book(10, 1, 8)
        self.snapshots = 0

    def on_said(self, link: Link, said: Message | Told, now_ns: int) -> None:
        super().on_said(link, said, now_ns)
        if isinstance(said, BookFrame) and said.type == "snapshot":
            assert self.book.apply(said.frame) == VERIFIED
            self.snapshots += 1
            self.moved.clear()
            link.desk.seat("book", "BTC/USD", self.book).armed = True


def test_what_was_wanted_is_asked_for_again_and_the_book_verifies_again() -> None:
    async def main() -> None:
        async with exchange() as server:
            notes = Reader()
            link = made(server.urls.ws_public, notes)
            link.want(BookParams(symbol=("BTC/USD",), depth=10, snapshot=True))
            async with running(link):
                for number in (1, 2, 3):
                    await until(lambda at=number: notes.snapshots == at and len(notes.moved) >= 5)  # type: ignore[misc]  # Bound.
                    frames = link.frames
                    link.drop()
                    await until(lambda at=number: len(notes.downs) == at)  # type: ignore[misc]  # Bound.
                    assert link.frames >= frames > 5
                await until(lambda: notes.snapshots == 4 and notes.moved)
                assert notes.broken == []

    clean(main())


# -- Tokens --------------------------------------------------------------------------------------------------


def test_each_connection_has_a_fresh_token_that_no_other_sees() -> None:
    given: list[str] = []
    used: list[str] = []

    async def fresh() -> Token:
        given.append(f"token-{len(given)}".ljust(43, "x"))
        return Token(given[-1])

    async def play(visit: Visit) -> None:
        await visit.upgrade(extra=frame(STATUS))
        asked = await visit.receive_json()
        used.append(asked["params"]["token"])
        if visit.number > 2:
            await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            link = made(venue.url, notes, tokens=fresh)
            link.want(ExecutionsParams(snap_orders=True))
            async with running(link):
                await until(lambda: len(used) == 3)

    clean(main())
    assert used == given
    assert len(set(given)) == 3


@pytest.mark.parametrize("nudged", [False, True])
def test_a_token_whose_connection_was_never_made_serves_the_next_but_not_of_a_key_that_was_changed(
    nudged: bool,
) -> None:
    given: list[str] = []
    used: list[str] = []

    async def fresh() -> Token:
        given.append(f"token-{len(given)}".ljust(43, "x"))
        return Token(given[-1])

    async def play(visit: Visit) -> None:
        if visit.number <= 3:
            if visit.number == 3 and nudged:
                link.nudge()
            await refuse(visit, 503)
            return
        await visit.upgrade(extra=frame(STATUS))
        used.append((await visit.receive_json())["params"]["token"])
        if visit.number > 4:
            await visit.rest()

    async def main() -> None:
        nonlocal link
        async with RawVenue(play) as venue:
            link = made(venue.url, Notes(), tokens=fresh)
            link.want(ExecutionsParams(snap_orders=True))
            async with running(link):
                await until(lambda: len(used) == 2)

    link: Link
    clean(main())
    assert used == given[-2:]
    assert len(given) == (3 if nudged else 2)


def test_a_wrong_key_is_told_once_and_tried_again_only_when_nudged() -> None:
    keys = ["wrong", "wrong", "right"]

    async def tokens() -> Token:
        if keys.pop(0) == "wrong":
            raise AuthError("the key is wrong")
        return await token()

    async def main() -> None:
        async with RawVenue(greet) as venue:
            notes = Notes()
            link = made(venue.url, notes, tokens=tokens)
            async with running(link):
                await until(lambda: len(notes.failures) == 1)
                link.nudge()
                await until(lambda: len(notes.failures) == 2)
                assert [retry_ns for _, retry_ns in notes.failures] == [None, None]
                assert (venue.visits, keys) == ([], ["right"])
                link.nudge()
                await until(lambda: notes.ups)

    clean(main())


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (VenueRefused("EService:Unavailable", advice="wait"), "EService:Unavailable"),
        (LimitRefused("EAPI:Rate limit exceeded", advice="wait"), "EAPI:Rate limit exceeded"),
        (LinkError("no network"), "no network"),
        (None, "no session token within 0.05 s"),
    ],
    ids=["maintenance", "limit", "network", "no answer"],
)
def test_a_token_that_does_not_come_is_asked_for_again(trouble: Exception | None, said: str) -> None:
    asked: list[int] = []

    async def tokens() -> Token:
        asked.append(1)
        if len(asked) == 1:
            if trouble is None:
                await asyncio.Event().wait()
            else:
                raise trouble
        return await token()

    async def main() -> None:
        async with RawVenue(greet) as venue:
            notes = Notes()
            async with running(made(venue.url, notes, tokens=tokens, token_s_max=0.05)):
                await until(lambda: notes.ups)
                assert len(notes.failures) == 1
                assert said in notes.errors[0]

    clean(main())


# -- The budget ----------------------------------------------------------------------------------------------


def test_a_spent_budget_is_told_and_waited_for(tmp_path: Path) -> None:
    async def play(visit: Visit) -> None:
        await visit.upgrade()
        if visit.number > 2:
            await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            attempts = Attempts(tmp_path / "host", budget=2, span_ns=1_500 * MS)
            async with running(made(venue.url, notes, attempts=attempts)) as link:
                await until(lambda: notes.failures)
                assert "as often as the venue lets it" in notes.errors[0]
                assert len(venue.visits) == 2
                assert not link.is_open
                await until(lambda: len(notes.ups) == 3)
                assert len(notes.failures) == 1

    clean(main())


def test_it_stops_at_once_while_the_budget_is_spent() -> None:
    async def main() -> None:
        async with RawVenue(greet) as venue:
            spent = Attempts(None, budget=1)
            assert spent.take(now_ns=time.time_ns()) == 0
            notes = Notes()
            async with asyncio.timeout(2.0), running(made(venue.url, notes, attempts=spent)):
                await until(lambda: notes.failures)
            assert (notes.ups, len(notes.failures)) == ([], 1)

    clean(main())


# -- Stopping ------------------------------------------------------------------------------------------------

Stage = Callable[[Visit], Awaitable[None]]


async def mute(visit: Visit) -> None:
    await visit.rest()


async def deaf(visit: Visit) -> None:
    """It upgrades, and answers no goodbye."""
    await visit.upgrade(extra=frame(STATUS))
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "play", [greet, mute, deaf, lambda visit: refuse(visit, 429)], ids=["up", "mute", "deaf", "429"]
)
def test_it_stops_soon_whatever_it_is_doing(play: Stage) -> None:
    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            link = made(venue.url, notes, connect_s_max=60.0)
            loop = asyncio.get_running_loop()
            async with running(link):
                await until(lambda: venue.visits)
                await until(lambda: notes.ups or notes.failures or play is mute)
                begun = loop.time()
                await link.stop()
                await link.stop()
                assert loop.time() - begun < 1.0
                assert not link.is_open
            assert len(venue.visits) == 1
            assert len(notes.ups) == len(notes.downs)

    clean(main())


def test_it_stops_while_a_token_is_fetched() -> None:
    cancelled: list[bool] = []

    async def tokens() -> Token:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise
        raise AssertionError

    async def main() -> None:
        async with RawVenue(greet) as venue:
            notes = Notes()
            async with asyncio.timeout(2.0), running(made(venue.url, notes, tokens=tokens)) as link:
                await until(lambda: link._patience is not None)
            assert (cancelled, venue.visits, notes.failures) == ([True], [], [])

    clean(main())


def test_cancelling_its_task_lets_the_connection_go() -> None:
    gone = asyncio.Event()

    async def play(visit: Visit) -> None:
        await visit.upgrade(extra=frame(STATUS))
        await visit.rest()
        gone.set()

    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            life = asyncio.create_task(made(venue.url, notes).run())
            await until(lambda: notes.ups)
            life.cancel()
            await asyncio.wait([life])
            assert life.cancelled()
            assert notes.reasons == ["closed by us"]
            await gone.wait()

    clean(main())


# -- Bugs ----------------------------------------------------------------------------------------------------


def test_a_bug_of_ours_ends_its_life_with_the_bug() -> None:
    async def main() -> None:
        async with RawVenue(greet) as venue:
            notes = Notes()
            notes.bug = ZeroDivisionError("a bug")
            with pytest.raises(ZeroDivisionError, match="a bug"):
                await made(venue.url, notes).run()

    clean(main())


def test_a_bug_in_what_its_clock_does_ends_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "SILENCE_MAX_NS", 50 * MS)

    async def play(visit: Visit) -> None:
        await visit.upgrade()
        await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            notes.bug = ZeroDivisionError("a bug")  # At the word that it is silent.
            with pytest.raises(ZeroDivisionError, match="a bug"):
                await made(venue.url, notes).run()

    assert [type(complaint["exception"]) for complaint in played(main())] == [ZeroDivisionError]


# -- Requests ------------------------------------------------------------------------------------------------


def cancel_all() -> CancelAll:
    return CancelAll(params=CancelAllParams())


def test_nothing_is_sent_while_there_is_no_connection() -> None:
    async def main() -> None:
        link = made("ws://127.0.0.1:1/v2", Notes())
        with pytest.raises(LocalError, match="connection"):
            await link.ask(cancel_all(), timeout_ns=ASK_NS)

    clean(main())


@pytest.mark.parametrize("how", ["answered", "lost", "silent"])
def test_a_request_is_answered_or_in_doubt(how: str) -> None:
    async def play(visit: Visit) -> None:
        await visit.upgrade(extra=frame(STATUS))
        asked = await visit.receive_json()
        assert asked["params"]["token"] == "t" * 43
        if how == "answered":
            answer = (
                b'{"method":"cancel_all","req_id":%d,"result":{"count":2},"success":true,'
                b'"time_in":"2026-01-05T12:00:00.000000Z","time_out":"2026-01-05T12:00:00.000001Z"}' % asked["req_id"]
            )
            await visit.send(frame(HEARTBEAT) + frame(answer))
        if how != "lost":
            await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            notes = Notes()
            async with running(made(venue.url, notes, tokens=token)) as link:
                await until(lambda: notes.ups)
                asking = link.ask(cancel_all(), timeout_ns=100 * MS if how == "silent" else ASK_NS)
                if how == "answered":
                    (answer,) = await asking
                    assert answer.result.count == 2  # type: ignore[union-attr]  # It is the answer to cancel_all.
                    assert notes.count(RequestSettled) == 1
                else:
                    with pytest.raises(Unsure, match="cancel_all"):
                        await asking

    clean(main())


def test_who_asks_and_gives_up_disturbs_nobody() -> None:
    async def main() -> None:
        async with exchange() as server:
            alice = server.exchange.samples[0]
            notes = Notes()
            async with running(made(server.urls.ws_private, notes, tokens=token)) as link:
                await until(lambda: notes.ups)
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0):
                        await link.ask(cancel_all(), timeout_ns=ASK_NS)
                # The token is nobody's: the session wants another connection, and gets one.
                await until(lambda: len(notes.ups) == 2)
                assert notes.reasons == ["token refused"]
                assert alice.key not in str(notes.said)

    clean(main())


def test_two_channels_come_over_one_connection() -> None:
    async def main() -> None:
        async with exchange() as server:
            notes = Notes()
            link = made(server.urls.ws_public, notes)
            async with running(link):
                link.want(TickerParams(symbol=("BTC/USD",)))
                link.want(BookParams(symbol=("BTC/USD",)))
                await until(lambda: notes.count(SubscriptionActive) == 2)
                link.unwant(TickerParams(symbol=("BTC/USD",)))
                await until(lambda: len(link.session.subscription_states()) == 1)
                link.take_anew("book", "BTC/USD", reason="a test")
                await until(lambda: notes.count(SubscriptionActive) == 3)
                with pytest.raises(LocalError, match="book"):
                    link.want(BookParams(symbol=("BTC/USD",), depth=7))  # type: ignore[arg-type]  # That is the point.
                assert len(notes.ups) == 1

    clean(main())


def test_what_cannot_be_counted_together_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    async def main() -> None:
        async with RawVenue(greet) as venue:
            notes = Notes()
            async with running(made(venue.url, notes, attempts=Attempts(tmp_path / "file" / "host"))) as link:
                await until(lambda: notes.ups)
                assert "file" in link.unshared_attempts

    clean(main())


def test_the_terms_are_meant_to_be_left_alone() -> None:
    terms = LinkTerms()
    assert terms.frame_bytes_max > 2**20
    assert terms.connect_s_max > 0
