"""The dead man's switch: the venue cancels every order of the account where we fall silent (websocket-v2.md 8.6).

Armed before the first order, renewed while everything is healthy, disarmed on a clean stop. It cancels the whole
account, whoever placed the orders; it lives at the venue and survives our connections.

Imports: domain; events, topics. Imported by: kraken.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Literal

from fathom.domain import FathomError
from fathom.net.client.events import SwitchChanged
from fathom.net.client.feeds.topics import Tell
from fathom.net.clock import clock_ns

TIMEOUT_S: Final = 60  # Kraken's advice: 60 s, renewed every 15 to 30 s.
RENEW_S: Final = 20.0
AGAIN_S: Final = 2.0  # After a renewal that failed.
SETTLE_S: Final = 0.3  # For a renewal under way as it is switched off: one that arrives later would arm it again.
LAG_S_MAX: Final = 5.0  # The loop woke us so much too late: it is not healthy.

State = Literal["off", "armed", "failing", "held"]
Health = Callable[[], str]  # Returns what is wrong, empty where nothing is.


class DeadMansSwitch:
    """Renews the switch for as long as `health` finds nothing wrong. `state` and `until_ns` show what it is at.

    `held`: something is unhealthy, so it is not renewed, and fires when its time is up. `failing`: renewing does not
    work.
    """

    def __init__(
        self,
        send: Callable[[int], Awaitable[object]],
        *,
        tell: Tell,
        health: Health,
        timeout_s: int = TIMEOUT_S,
        renew_s: float = RENEW_S,
    ) -> None:
        assert renew_s < timeout_s
        self._send = send
        self._tell = tell
        self._health = health
        self._timeout_s = timeout_s
        self._renew_s = renew_s
        self._stopping = asyncio.Event()
        self._sending = asyncio.Lock()  # What is sent first is to arrive first.
        self._patience: asyncio.Timeout | None = None  # With a renewal that is under way.
        self._told_fired = False
        self._checks: list[Health] = []
        self.state: State = "off"
        self.until_ns: int | None = None  # When the venue cancels everything, as far as we know.

    def also_watch(self, health: Health) -> None:
        """Renew only while this finds nothing wrong either: journal, risk, whatever else must be well."""
        self._checks.append(health)

    @property
    def fired(self) -> bool:
        """Whether its time was up before it was renewed: then the venue has cancelled everything."""
        return self.until_ns is not None and clock_ns() >= self.until_ns

    async def arm(self) -> None:
        """Arm it now. Raises what the request raised: without the switch no order should go out."""
        await self._renew()

    async def run(self) -> None:
        """Renew until `stop`; never raises for what the venue or the wire does."""
        wait_s = self._renew_s
        while not self._stopping.is_set():
            begun_s = time.monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._stopping.wait()
                    return
            if self._stopping.is_set():  # Of a time that is up as it is told to stop, either may win.
                return
            lag_s = time.monotonic() - begun_s - wait_s
            wait_s = await self._turn(lag_s)

    async def _turn(self, lag_s: float) -> float:
        """Renew if all is well; return how long to wait."""
        if self.fired and not self._told_fired:
            self._told_fired = True
            self._change("failing", "its time was up: the venue has cancelled everything")
        wrong = f"the loop stalled for {lag_s:.1f} s" if lag_s > LAG_S_MAX else ""
        wrong = wrong or self._health() or next(filter(None, (check() for check in self._checks)), "")
        if wrong:
            self._change("held", wrong)
            return min(AGAIN_S, self._renew_s)
        try:
            async with asyncio.timeout(self._renew_s) as self._patience:
                await self._renew()
        except TimeoutError:
            if not self._stopping.is_set():
                self._change("failing", "no answer")
        except FathomError as error:
            self._change("failing", str(error))
        else:
            return self._renew_s
        finally:
            self._patience = None
        return min(AGAIN_S, self._renew_s)

    async def _renew(self) -> None:
        async with self._sending:
            asked_ns = clock_ns()
            await self._send(self._timeout_s)
        # At the earliest: it was asked for before it was set.
        self.until_ns = asked_ns + self._timeout_s * 1_000_000_000
        self._told_fired = False
        self._change("armed", "")

    async def disarm(self) -> None:
        """Stop renewing and switch it off. Raises what the request raised: then it fires when its time is up."""
        self._stop(SETTLE_S)
        async with self._sending:
            if self.until_ns is None:
                return
            await self._send(0)
        self.until_ns = None
        self._change("off", "")

    def let_go(self) -> None:
        """Stop renewing and leave it armed. A renewal that is under way ends."""
        self._stop(0.0)

    def _stop(self, patience_s: float) -> None:
        """Stop renewing; a renewal that is under way is waited for no longer than this."""
        self._stopping.set()
        patience = self._patience
        if patience is not None and not patience.expired():
            ends_s, now_s = patience.when(), asyncio.get_running_loop().time()
            patience.reschedule(now_s + patience_s if ends_s is None else min(ends_s, now_s + patience_s))

    @property
    def stopped(self) -> bool:
        """Whether nobody renews it any more."""
        return self._stopping.is_set()

    def _change(self, state: State, reason: str) -> None:
        if state != self.state or reason:
            self._tell(SwitchChanged(time_ns=clock_ns(), state=state, until_ns=self.until_ns, reason=reason))
        self.state = state
