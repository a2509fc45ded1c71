"""Puts the components of one bot together, the same for every mode and for replay.

Imports: market, risk, strategy, config. Imported by: run.
"""

from fathom.domain import BalancesSeen, Component, Entry, LocalError, RunStarted
from fathom.market import Market
from fathom.risk import Risk
from fathom.run.config import RunConfig, config_of
from fathom.strategy import Host, OnBook, make_strategy


class Bot:
    """The components, in the order in which they hear an entry: what it means, what it risks, what to do."""

    def __init__(self, config: RunConfig) -> None:
        """Raises LocalError where the configuration contradicts itself."""
        self.config = config
        self.market = Market(config.instruments, depths=config.depths)
        self.risk = Risk(config.limits, market=self.market, quote=config.quote)
        self.hosts = [
            Host(
                make_strategy(one.kind, name=one.name, params=one.params),
                market=self.market,
                quote=config.quote,
            )
            for one in config.strategies
        ]
        names = [host.name for host in self.hosts]
        taken = {self.market.name, self.risk.name, "world"}
        if len({*names, *taken}) < len(names) + len(taken):
            raise LocalError("strategies", f"names must differ from each other and from {', '.join(sorted(taken))}")
        for host in self.hosts:
            for wake in host.wakes:
                if isinstance(wake, OnBook):
                    self.market.want(wake.symbol, "top" if wake.top_only else "frame")

    @property
    def components(self) -> list[Component]:
        """All of them."""
        return [self.market, self.risk, *self.hosts]

    def opening_balances(self) -> BalancesSeen:
        """What the paper account begins with, as the event that tells it."""
        return BalancesSeen(tuple(sorted(self.config.balances.items())))


def components_of(first: Entry) -> list[Component]:
    """Return new components as a journal's first entry describes them. Raises LocalError where it does not."""
    if not isinstance(first.event, RunStarted):
        raise LocalError("journal", "it does not begin with RunStarted: it is a recording, and has no bot to run again")
    return Bot(config_of(first.event.config)).components
