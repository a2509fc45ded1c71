"""`fathom kill`: cancel every order of the account now, by every path, halt the bots, and look whether it is done.

It acts before it asks, and whatever fails the rest goes on: first the halt, then both paths at once, again and again
until the venue says that nothing is open.

I/O: writes a file, stdout and stderr. Imports: domain, net, protocol; reaching, where. Imported by: cli.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from fathom.domain import AuthError, FathomError, LinkError, RemoteError
from fathom.kernel import Seat
from fathom.net import Link, LinkTerms, RestClient, RestTerms, halt, link, tls_context
from fathom.protocol import FailedResponse, refusals, rest
from fathom.protocol.messages import CancelAll, CancelAllParams, CancelAllResponse
from fathom.run.reaching import CLOSE_S_MAX, Reached, reach
from fathom.run.where import Where

GIVE_UP_S: Final = 20.0  # Then it says what is still open, and fails: run it again.
PATH_S_MAX: Final = 8.0  # For one cancel by one path.
GRACE_S: Final = 1.5  # So long the other path is waited for when one has done it.
AGAIN_S: Final = 0.5
NAMED_MAX: Final = 10  # So many orders that are still open are named.


async def kill(where: Where, *, reason: str) -> int:
    """Cancel everything; return the exit status: 0 only where the venue says that nothing is open."""
    halted = _halt(reason)
    reached = await reach(where, key=True)
    assert reached.found is not None
    _say(f"killing at {reached.shown}")
    if halted:
        _halt(reason, reached)  # With the account's name in it, for whoever reads it.
    return await _Killing(reached).run()


def resume() -> int:
    """Let bots trade again."""
    taken = halt.remove_halt()
    if taken is None:
        print("there was no halt: bots may trade")
        return 0
    since = datetime.fromtimestamp(taken.time_ns / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    print(f"the halt of {since} ({taken.reason}) is taken away: bots may trade")
    return 0


def _halt(reason: str, reached: Reached | None = None) -> bool:
    """Write the halt, or say that it cannot be; the cancelling goes on."""
    try:
        if reached is None:
            halt.write_halt(reason)
            _say(f"halted: bots of this user do not trade until `fathom kill --resume` ({halt.halt_file()})")
        else:
            assert reached.credentials is not None
            halt.write_halt(reason, venue=reached.venue.name, key=reached.credentials.fingerprint)
    except FathomError as error:
        _say(f"warning: no halt, so stop your bots by hand: {error}")
        return False
    return True


class _Killing:
    """One account's orders, until there are none."""

    def __init__(self, reached: Reached) -> None:
        self._venue = reached.venue
        terms = RestTerms(close_s=CLOSE_S_MAX)
        self._rest = RestClient(reached.venue, credentials=reached.credentials, terms=terms)
        self._counts: dict[str, int] = {"REST": 0, "WebSocket": 0}
        self._failed: dict[str, FathomError] = {}

    async def run(self) -> int:
        begun_s = time.monotonic()
        left: dict[str, Any] | None = None
        problem: FathomError | None = None
        async with self._rest:
            while True:
                await self._by_both()
                try:
                    async with asyncio.timeout(PATH_S_MAX):
                        left, problem = (await self._rest.call(rest.OpenOrders())).open, None
                except TimeoutError:
                    problem = None
                except FathomError as error:
                    left, problem = None, error
                done = left is not None and not left
                if done or self._is_hopeless(problem) or time.monotonic() - begun_s > GIVE_UP_S:
                    break
                await asyncio.sleep(AGAIN_S)
        return self._report(left, problem, time.monotonic() - begun_s)

    def _is_hopeless(self, problem: FathomError | None) -> bool:
        """Tell whether no try can end better: the key is refused on every path, or may not look."""
        if len(self._failed) == len(self._counts):
            return all(isinstance(error, AuthError) for error in self._failed.values())
        return isinstance(problem, AuthError)

    def _report(self, left: dict[str, Any] | None, problem: FathomError | None, took_s: float) -> int:
        for path, error in self._failed.items():
            _say(f"warning: {path} did not cancel: {error}")
        counts = ", ".join(f"{count} by {path}" for path, count in self._counts.items())
        if left is not None and not left:
            print(f"cancelled {counts}; nothing is open, as OpenOrders says, after {took_s:.1f} s")
            print("positions and balances stay as they are")
            return 0
        if left:
            named = ", ".join(list(left)[:NAMED_MAX])
            _say(f"error: {len(left)} orders are still open ({named}): run it again, or cancel them at kraken.com")
        elif len(self._failed) == len(self._counts):
            _say("error: nothing was cancelled: cancel at kraken.com, or run it again with another key")
        else:
            why = f": {problem}" if problem is not None else ": no answer"
            _say(f"error: cancelled {counts}, but whether anything is still open nobody could say{why}")
        return 1

    # -- The two paths ---------------------------------------------------------------------------------------

    async def _by_both(self) -> None:
        """Cancel by both paths at once: neither waits for what the other might hang on."""
        one_did = asyncio.Event()  # Or both have failed.
        self._failed.clear()

        async def by(path: str, cancel: Callable[[], Awaitable[int]]) -> None:
            await self._by(path, cancel)
            if path not in self._failed or len(self._failed) == len(self._counts):
                one_did.set()

        async with asyncio.TaskGroup() as group:
            paths = (
                group.create_task(by("REST", self._by_rest), name="by REST"),
                group.create_task(by("WebSocket", self._by_websocket), name="by WebSocket"),
            )
            group.create_task(self._hurry(one_did, paths), name="hurry")

    async def _hurry(self, one_did: asyncio.Event, paths: Sequence[asyncio.Task[None]]) -> None:
        """Let go of the slower path a moment after the other has done it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATH_S_MAX):
                await one_did.wait()
        _, late = await asyncio.wait(paths, timeout=GRACE_S)
        for task in late:
            self._failed[task.get_name().removeprefix("by ")] = LinkError("no answer yet, and it was not waited for")
            task.cancel()

    async def _by(self, path: str, cancel: Callable[[], Awaitable[int]]) -> None:
        try:
            async with asyncio.timeout(PATH_S_MAX):
                self._counts[path] += await cancel()
        except TimeoutError:
            self._failed[path] = LinkError(f"no answer within {PATH_S_MAX:g} s")
        except FathomError as error:
            self._failed[path] = error

    async def _by_rest(self) -> int:
        return (await self._rest.call(rest.CancelAll())).count

    async def _by_websocket(self) -> int:
        """Cancel over a connection of its own, with nothing else on it that could fail."""
        url = self._venue.ws_private
        hears = _Hears()
        cancelling = Link(
            "kill",
            url,
            hears=hears,
            attempts=link.attempts_for(url),
            terms=LinkTerms(tls=tls_context(self._venue.authority), close_s_max=CLOSE_S_MAX),
            rng=Random(),
            tokens=self._rest.token,
        )
        async with asyncio.TaskGroup() as group:
            running = group.create_task(cancelling.run(), name="kill")
            try:
                await hears.settled.wait()
                if hears.error is not None:
                    raise hears.error
                answers = await cancelling.ask(CancelAll(params=CancelAllParams()), timeout_ns=int(PATH_S_MAX * 1e9))
            except FathomError as error:
                failed: FathomError | None = error
            else:
                failed = None
            finally:
                await cancelling.stop()
                running.cancel()
        if failed is not None:
            raise failed
        for answer in answers:
            if isinstance(answer, CancelAllResponse):
                return answer.result.count
            if isinstance(answer, FailedResponse):
                raise refusals.refusal_of(answer.error)
        raise RemoteError("no answer that says what was cancelled")


class _Hears:
    """Waits for the connection; all else that a link tells does not matter here."""

    def __init__(self) -> None:
        self.settled = asyncio.Event()
        self.error: FathomError | None = None

    def on_up(self, link: Link, now_ns: int) -> None:  # noqa: ARG002 - What a link tells.
        self.settled.set()

    def on_failed(
        self,
        link: Link,  # noqa: ARG002 - As above.
        now_ns: int,  # noqa: ARG002 - As above.
        error: FathomError,
        retry_ns: int | None,  # noqa: ARG002 - As above.
    ) -> None:
        self.error = error
        self.settled.set()

    def on_down(self, link: Link, from_ns: int, now_ns: int, reason: str) -> None:
        """It waits for an answer, and hears that none comes."""

    def on_said(self, link: Link, said: Any, now_ns: int) -> None:
        """The link itself gives answers to who asked."""

    def on_broken(self, link: Link, seat: Seat, refusal: str, now_ns: int) -> None:
        """There are no books."""

    def on_moved(self, link: Link, seats: list[Seat], now_ns: int) -> None:
        """There are no books."""

    def on_buffer(self, link: Link, now_ns: int) -> None:
        """Nobody waits for it."""


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
