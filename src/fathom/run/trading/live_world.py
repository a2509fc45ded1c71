"""The outside of a bot that trades at a venue: Kraken itself, or the local exchange. Only the URLs and keys differ.

Imports: domain, net, orders, protocol; account_desk, client_path, gateway,
margin_desk, market_feed, terms_desk. Imported by: session.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from fathom.domain import Entry, Event, FathomError, Happening
from fathom.net import CollectorTerms, Kraken, Options, Venue, connect, keys
from fathom.orders import ClientIds, mark_of
from fathom.protocol import messages, time_text
from fathom.run.bot import Bot
from fathom.run.bot_file import BotFile
from fathom.run.trading.account_desk import AccountDesk
from fathom.run.trading.client_path import ClientPath
from fathom.run.trading.gateway import Gateway
from fathom.run.trading.margin_desk import MarginDesk
from fathom.run.trading.market_feed import MarketFeed
from fathom.run.trading.terms_desk import TermsDesk
from fathom.run.trading.trader import Performer

READY_S_MAX: Final = 30.0
CANCELS_MAX: Final = 50  # In one request.


class LiveWorld:
    """One account at one venue, through one client."""

    source = "venue"

    def __init__(
        self,
        arrive: Callable[[Event], None],
        bot: Bot,
        file: BotFile,
        *,
        venue: Venue,
        found: keys.Found,
        complaint: Callable[[], str],
    ) -> None:
        """`complaint` says why the dead man's switch must not be renewed; empty where all is well."""
        self._bot = bot
        self._file = file
        self._complaint = complaint
        self.feed = MarketFeed(arrive)
        options = Options(
            ready_s_max=READY_S_MAX,
            collector=CollectorTerms(),
            allow_unknown_rights=file.account.allow_unknown_rights,
        )
        self.kraken: Kraken = connect(venue, credentials=found.credentials, options=options, tap=self.feed.tap)
        self.gateway = Gateway(
            arrive,
            ClientPath(self.kraken),
            ids=ClientIds(mark_of(bot.config.name)),
            instruments=bot.market.instruments,
        )
        self.desk = AccountDesk(
            arrive, self.kraken, self.gateway.ids, our_names=self.gateway.names, our_parents=self.gateway.parents
        )
        self.terms = TermsDesk(arrive, self.kraken, list(bot.config.depths))
        self.margin = MarginDesk(arrive, self.kraken, bot.market.instruments)
        self.tasks: list[asyncio.Task[None]] = []

    def performers(self) -> Mapping[type[Happening], Performer]:
        """Orders, and questions about the account."""
        return {**self.gateway.performers(), **self.desk.performers()}

    def seen(self, entry: Entry) -> None:
        """Keep up with the log."""
        self.gateway.seen(entry)
        self.margin.seen(entry.event)

    async def open(self) -> None:
        """Connect, subscribe, open the private stream, arm the switch. Raises what stood in the way."""
        kraken, config = self.kraken, self._bot.config
        await kraken.open()
        self.feed.listen(kraken)
        self.feed.subscribe(kraken, config.depths, config.level3, self._bot.market.candles_wanted())
        await kraken.trading()
        kraken.executions(callback=self._on_execution)
        kraken.balances(callback=self.desk.on_balance)
        self.tasks = [
            asyncio.create_task(self.desk.run(), name="account desk"),
            asyncio.create_task(self.terms.run(), name="terms desk"),
            asyncio.create_task(self.margin.run(), name="margin desk"),
        ]
        switch = self._file.switch
        await kraken.guard(self._complaint, timeout_s=switch.timeout_s, renew_s=switch.renew_s)

    def _on_execution(self, row: messages.Execution) -> None:
        self.desk.on_moved(row)
        self.gateway.on_execution(row)

    def open_orders(self) -> list[str]:
        """Return our ids of what is open, or may be."""
        return self.gateway.open_orders()

    async def cancel_everything(self) -> None:
        """Cancel what is ours past the log, which is broken. Raises where the venue could not be told."""
        open_now = self.gateway.open_orders()
        for start in range(0, len(open_now), CANCELS_MAX):
            names = [self.gateway.named(order_id) for order_id in open_now[start : start + CANCELS_MAX]]
            await self.kraken.cancel_order(
                *(name["venue_order_id"] for name in names if "venue_order_id" in name),
                cl_ord_ids=tuple(name["cl_ord_id"] for name in names if "cl_ord_id" in name),
                reduces_risk=True,
            )

    async def close(self, *, leave_armed: bool) -> str:
        """Say goodbye; return what could not be done, or what the venue will do by itself, in a sentence."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        try:
            await self.kraken.close(leave_armed=leave_armed)
        except FathomError as error:
            return str(error)
        switch = self.kraken.switch
        if not leave_armed or switch is None or switch.until_ns is None:
            return ""
        at = time_text(switch.until_ns, digits=0)
        return f"the dead man's switch is left armed: the venue cancels every order of the account at {at}"
