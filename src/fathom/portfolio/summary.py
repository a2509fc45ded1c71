"""The statistics of a run as plain values: what a report shows and `--json` writes. docs/report.md defines each.

Pure. Imports: portfolio/statistics and its files. Imported by: the room's front door.
"""

from decimal import Decimal

from msgspec import Struct

from fathom.portfolio.histogram import Histogram
from fathom.portfolio.order_times import REQUESTS, STAGES
from fathom.portfolio.statistics import Statistics
from fathom.portfolio.tally import Tally


class TallyRow(Struct, frozen=True, kw_only=True):
    """One strategy, one symbol, or the total. Money in the reporting currency; None where nothing tells."""

    name: str
    wanted: int
    denied: int
    approved: int
    rejected: int
    canceled: int
    filled: int
    amends: int
    unsure: int
    fills: int
    turnover: float
    maker_share: float | None
    fees: float
    profit: float
    hit_share: float | None
    wins: int
    losses: int
    won: float
    lost: float
    slippage: float
    slippage_bps: float | None
    drawdown: float
    position_mean: float
    position_most: float
    answered_p50_ns: int | None
    answered_p99_ns: int | None


class LatencyRow(Struct, frozen=True, kw_only=True):
    """One stage of one kind of request, or a lag of the process. Times in ns."""

    request: str
    stage: str
    count: int
    mean_ns: int
    p50_ns: int
    p90_ns: int
    p99_ns: int
    p999_ns: int
    most_ns: int
    negative: int  # How many were below zero: two clocks that disagree.


class EquityRow(Struct, frozen=True, kw_only=True):
    """The account as a whole, in the reporting currency; shares are of 1. None where nothing tells."""

    first: float | None
    last: float | None
    mean: float | None
    flows: float
    share: float  # What the account grew by without what was brought or taken.
    profit: float
    fees: float
    drift: float | None  # What equity changed by besides our own fills and flows: prices of what was held.
    drawdown_share: float
    drawdown_now_share: float
    drawdown_longest_s: float
    drawdown_now_s: float
    exposure_mean: float
    exposure_most: float
    turnover_times: float | None  # Turnover over mean equity.
    minutes: int  # Of the returns that the ratios are of.
    sharpe: float | None
    sortino: float | None
    calmar: float | None


class HoldingRow(Struct, frozen=True, kw_only=True):
    """One asset: what is held of it and what that is worth."""

    asset: str
    held: Decimal
    worth: float | None
    fees: Decimal  # Paid in it.
    unexplained: Decimal  # The venue's word less ours.


class PositionRow(Struct, frozen=True, kw_only=True):
    """One strategy's position in one symbol, in the pair's currencies."""

    strategy: str
    symbol: str
    qty: Decimal
    average: float | None
    realised: Decimal
    unrealised: Decimal | None
    fees: Decimal
    lots: int


class TierRow(Struct, frozen=True, kw_only=True):
    """The account's fees in a pair, as the venue told them last."""

    symbol: str
    maker_share: Decimal
    taker_share: Decimal
    volume_usd: Decimal


class Summary(Struct, frozen=True, kw_only=True):
    """Everything that a report says in numbers."""

    quote: str
    first_ns: int | None
    last_ns: int
    seconds: float
    equity: EquityRow
    total: TallyRow
    strategies: list[TallyRow]
    symbols: list[TallyRow]
    positions: list[PositionRow]
    holdings: list[HoldingRow]
    fee_tiers: list[TierRow]
    latency: list[LatencyRow]


def summary_of(statistics: Statistics) -> Summary:
    """Return what the statistics say now. Changes nothing but the last mids."""
    seconds = statistics.seconds
    return Summary(
        quote=statistics.portfolio.quote,
        first_ns=statistics.first_ns,
        last_ns=statistics.last_ns,
        seconds=seconds,
        equity=_equity(statistics),
        total=_row("total", statistics.total, seconds),
        strategies=[_row(name, tally, seconds) for name, tally in sorted(statistics.strategies.items())],
        symbols=[_row(name, tally, seconds) for name, tally in sorted(statistics.symbols.items())],
        positions=_positions(statistics),
        holdings=_holdings(statistics),
        fee_tiers=[
            TierRow(
                symbol=one.symbol, maker_share=one.maker_share, taker_share=one.taker_share, volume_usd=one.volume_usd
            )
            for _, one in sorted(statistics.portfolio.fee_tiers.items())
        ],
        latency=_latency(statistics),
    )


def _equity(statistics: Statistics) -> EquityRow:
    did, total = statistics.performance, statistics.total
    known = did.first is not None and did.last is not None
    change = (did.last or 0.0) - (did.first or 0.0) - did.flows
    mean = did.equity_mean
    return EquityRow(
        first=did.first,
        last=did.last,
        mean=mean,
        flows=did.flows,
        share=did.index - 1,
        profit=total.profit,
        fees=float(total.fees),
        drift=change - total.profit if known else None,
        drawdown_share=did.drawdown.most_share,
        drawdown_now_share=did.drawdown.share,
        drawdown_longest_s=did.drawdown.longest_ns / 1e9,
        drawdown_now_s=did.drawdown.since_ns / 1e9,
        exposure_mean=did.exposure_mean,
        exposure_most=did.exposure_most,
        turnover_times=float(total.turnover) / mean if mean else None,
        minutes=did.returns.count,
        sharpe=did.returns.sharpe,
        sortino=did.returns.sortino,
        calmar=did.returns.calmar(did.drawdown.most_share),
    )


def _row(name: str, tally: Tally, seconds: float) -> TallyRow:
    return TallyRow(
        name=name,
        wanted=tally.wanted,
        denied=tally.denied,
        approved=tally.approved,
        rejected=tally.rejected,
        canceled=tally.canceled,
        filled=tally.filled,
        amends=tally.amends,
        unsure=tally.unsure,
        fills=tally.fills,
        turnover=float(tally.turnover),
        maker_share=tally.maker_share,
        fees=float(tally.fees),
        profit=tally.profit,
        hit_share=tally.hit_share,
        wins=tally.wins,
        losses=tally.losses,
        won=float(tally.won),
        lost=float(tally.lost),
        slippage=float(tally.slippage),
        slippage_bps=tally.slippage_bps,
        drawdown=tally.drawdown.most,
        position_mean=tally.position_area / seconds if seconds > 0 else tally.position,
        position_most=tally.position_most,
        answered_p50_ns=tally.answered.quantile(0.5),
        answered_p99_ns=tally.answered.quantile(0.99),
    )


def _positions(statistics: Statistics) -> list[PositionRow]:
    rows = []
    for (strategy, symbol), position in sorted(statistics.positions.items()):
        mid, average = statistics.portfolio.mid_quote(symbol), position.average_quote
        rows.append(
            PositionRow(
                strategy=strategy,
                symbol=symbol,
                qty=position.qty or Decimal(0),  # Without the exponent that a difference keeps.
                average=None if average is None else float(average),
                realised=position.realised_quote,
                unrealised=None if mid is None else position.unrealised_quote(mid),
                fees=position.fees_quote,
                lots=len(position.lots),
            )
        )
    return rows


def _holdings(statistics: Statistics) -> list[HoldingRow]:
    portfolio = statistics.portfolio
    fees, unexplained = portfolio.fees, portfolio.unexplained
    rows = []
    for asset, held in sorted(portfolio.balances.items()):
        if not (held or asset in fees or asset in unexplained):
            continue
        price = portfolio.price_quote(asset)
        rows.append(
            HoldingRow(
                asset=asset,
                held=held,
                worth=None if price is None else float(held * price),
                fees=fees.get(asset, Decimal(0)),
                unexplained=unexplained.get(asset, Decimal(0)),
            )
        )
    return rows


def _latency(statistics: Statistics) -> list[LatencyRow]:
    told = statistics.times.histograms
    rows = [_lag(request, stage, told.get((request, stage))) for request in REQUESTS for stage in STAGES]
    rows += [_lag("process", "loop lag", statistics.loop_lag), _lag("process", "journal lag", statistics.journal_lag)]
    return [row for row in rows if row is not None]


def _lag(request: str, stage: str, told: Histogram | None) -> LatencyRow | None:
    if told is None or not told.count:
        return None
    quantiles = {name: told.quantile(share) or 0 for name, share in QUANTILES}
    return LatencyRow(
        request=request,
        stage=stage,
        count=told.count,
        mean_ns=told.mean or 0,
        most_ns=told.most,
        negative=told.negative,
        **quantiles,
    )


QUANTILES = (("p50_ns", 0.5), ("p90_ns", 0.9), ("p99_ns", 0.99), ("p999_ns", 0.999))
