"""Puts the components of one bot together, the same for every mode and for replay.

Imports: domain, execution, market, orders, risk, strategy, config, loading. Imported by: run/demo, run/replay.
"""

from collections.abc import Sequence

from fathom.domain import BalancesSeen, Component, Entry, Event, LocalError, RunStarted
from fathom.execution import Execution
from fathom.market import FrameMarket, Market
from fathom.orders import Reconciler, mark_of
from fathom.risk import Risk
from fathom.run.config import RunConfig, config_json, config_of
from fathom.run.loading import ONE, strategies_of
from fathom.strategy import Host, Strategy
from fathom.version import VERSION


class Bot:
    """The components, in the order in which they hear an entry: what it means, what it risks, what to do."""

    def __init__(
        self, config: RunConfig, *, strategies: Sequence[Strategy] | None = None, market: Market | None = None
    ) -> None:
        """`strategies`: of your own, instead of those that the configuration names; then no journal can rebuild it.

        `market`: another than one that frames move.

        Raises LocalError where the configuration contradicts itself.
        """
        self.config = config
        self.market: Market = market or FrameMarket(config.instruments, depths=config.depths, level3=config.level3)
        self.risk = Risk(config.limits, market=self.market, quote=config.quote, reconciled_first=config.reconciled)
        self.risk.look_every_ns = config.look_s * 1_000_000_000
        self.execution = Execution(self.market)
        self.reconciler = _reconciler(config) if config.reconciled else None
        if strategies is None:
            seats = strategies_of(config.strategies)
        else:
            seats = [(strategy, ONE / len(strategies)) for strategy in strategies]
        self.hosts = [
            Host(one, market=self.market, quote=config.quote, share=share, reconciled_first=config.reconciled)
            for one, share in seats
        ]
        names = [host.name for host in self.hosts]
        taken = {"market", "risk", "execution", "reconciler", "world"}
        if len({*names, *taken}) < len(names) + len(taken):
            raise LocalError("strategies", f"names must differ from each other and from {', '.join(sorted(taken))}")
        for host in self.hosts:
            host.ask()

    @property
    def components(self) -> list[Component]:
        """All of them."""
        reconciler = [] if self.reconciler is None else [self.reconciler]
        return [self.market, *reconciler, self.risk, self.execution, *self.hosts]

    def openings(self, run_id: str, *, mode: str) -> list[Event]:
        """Return what comes in before all else: the start of the run, and what a paper account begins with."""
        return [
            RunStarted(run_id, mode, config_json(self.config), VERSION),
            BalancesSeen(tuple(sorted(self.config.balances.items()))),
        ]


def _reconciler(config: RunConfig) -> Reconciler:
    lag_ns = config.rest_lag_s * 1_000_000_000
    return Reconciler(
        mark=mark_of(config.name), symbols=config.depths, every_ns=config.account_s * 1_000_000_000, lag_ns=lag_ns
    )


def components_of(first: Entry) -> list[Component]:
    """Return new components as a journal's first entry describes them. Raises LocalError where it does not."""
    if not isinstance(first.event, RunStarted):
        raise LocalError("journal", "it does not begin with RunStarted: it is a recording, and has no bot to run again")
    return Bot(config_of(first.event.config)).components
