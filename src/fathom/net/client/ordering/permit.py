"""Leave to trade: asked of the key once, before its first order.

A key that may withdraw, change withdrawal addresses or lock funds up is refused by everything that places orders: a bot
needs none of it, and whoever stole the key would have the money. Cancels never wait for this.

Imports: domain, keys; events, running. Imported by: orders, kraken.
"""

import asyncio

from fathom.net.client.events import KeyChanged
from fathom.net.client.running import Running
from fathom.net.clock import clock_ns
from fathom.net.keys import ask_key_info, refuse_unfit_key


class Permit:
    """What the venue said of the key in use. Another key is asked anew."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._for: str | None = None  # The fingerprint of the key that may trade.
        self._asking = asyncio.Lock()

    @property
    def given(self) -> bool:
        """Whether it is known that the key in use may trade."""
        return self._for is not None and self._for == self._running.fingerprint

    async def ask(self) -> None:
        """Return where the key may trade. Raises AuthError where it must not, or nobody can tell and nobody vouched."""
        running = self._running
        fingerprint = running.fingerprint
        if self._for == fingerprint:
            return
        async with self._asking:
            if self._for == fingerprint:
                return
            info = await ask_key_info(running)
            findings = refuse_unfit_key(
                info,
                now_ns=clock_ns(),
                rotation_days=running.options.rotation_days,
                allow_unknown=running.options.allow_unknown_rights,
            )
            for finding in findings:
                said = f"{finding.found}: {finding.advice}"
                running.tell(KeyChanged(time_ns=clock_ns(), fingerprint=fingerprint, taken=True, reason=said))
            self._for, running.trades = fingerprint, True
