"""Two journals compared: read, matched, each difference with its reason and its first cause, and told.

I/O: reads journals. Imports: protocol, portfolio, and its neighbours. Imported by: cli/compare.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from fathom.domain import Instrument
from fathom.protocol import time_text
from fathom.run.comparing.causes import tell_causes
from fathom.run.comparing.finding import REASONS, Bounds, Finding, ended_by
from fathom.run.comparing.lives import Life
from fathom.run.comparing.matching import Pair, matched
from fathom.run.comparing.reading import BothRead, Side, read_both
from fathom.run.comparing.reasons import Around, Difference, finding_of
from fathom.run.comparing.settings import settings_apart
from fathom.run.comparing.told import DifferenceTold, OrderTold, ReasonTold, RunSide, SymbolTold, Told
from fathom.run.comparing.words import Words


def compare(a: Path, b: Path, *, bounds: Bounds) -> Told:
    """Compare two journals. Raises LocalError where there is nothing to compare, JournalError where one is damaged."""
    read = read_both(a, b)
    instruments = {**read.b.market.instruments, **read.a.market.instruments}
    words = Words(instruments)
    lives = [_lives(side, read, bounds) for side in (read.a, read.b)]
    pairs = [
        pair
        for pair in matched(*lives, within_ns=bounds.within_ns)
        if any(life is not None and life.wanted_ns >= read.begin_ns for life in (pair.a, pair.b))
    ]
    differences, at_edge = _differences(pairs, read, bounds, words)
    tell_causes(differences, pairs, bounds=bounds, end_ns=read.end_ns)
    left_out = {id(pair) for pair in at_edge}
    counted = [pair for pair in pairs if id(pair) not in left_out]
    differing = {id(one.pair) for one in differences}
    agree = len(counted) - len(differences)
    return Told(
        a=_side(read.a, [pair.a for pair in pairs]),
        b=_side(read.b, [pair.b for pair in pairs]),
        begins=time_text(read.begin_ns),
        ends=time_text(read.end_ns),
        seconds=max(read.end_ns - read.begin_ns, 0) / 1e9,
        within_ms=bounds.within_ns / 1e6,
        latency_ms=bounds.latency_ns / 1e6,
        notes=read.notes,
        settings=settings_apart(read.a.config, read.b.config),
        orders=len(counted),
        agree=agree,
        at_edge=len(at_edge),
        orders_share=agree / len(counted) if counted else None,
        lots_share=_lots_share(counted, instruments),
        reasons=_reasons(differences),
        symbols=_symbols(counted, differing, words),
        differences=_told(differences, words),
    )


def _lives(side: Side, read: BothRead, bounds: Bounds) -> list[Life]:
    """Return the orders of the common stretch, as they stood at its end, and those just before: partners, perhaps."""
    begin_ns = read.begin_ns - bounds.within_ns
    return [life.until(read.end_ns) for life in side.gathering.lives if begin_ns <= life.wanted_ns < read.end_ns]


def _differences(
    pairs: Iterable[Pair], read: BothRead, bounds: Bounds, words: Words
) -> tuple[list[Difference], list[Pair]]:
    """Return what differs, and the pairs that differ only next to an end that only one run has there.

    What comes a little later in the other run is then not known: a partner within its bound, a fill within its own.
    """
    around = Around(read.a.gathering.spells, read.b.gathering.spells)
    differences: list[Difference] = []
    at_edge: list[Pair] = []
    for pair in pairs:
        found = finding_of(pair, bounds=bounds, words=words, around=around)
        if found is None:
            continue
        margin_ns = bounds.within_ns if pair.a is None or pair.b is None else bounds.latency_ns
        if read.ends_alike or found.time_ns < read.end_ns - margin_ns:
            differences.append(Difference(pair, found))
        else:
            at_edge.append(pair)
    return differences, at_edge


def _reasons(differences: Sequence[Difference]) -> list[ReasonTold]:
    first = Counter(one.finding.reason for one in differences if one.cause is None)
    following = Counter(one.finding.reason for one in differences if one.cause is not None)
    return [
        ReasonTold(reason=reason, first=first[reason], following=following[reason])
        for reason in REASONS
        if first[reason] or following[reason]
    ]


def _symbols(pairs: Iterable[Pair], differing: set[int], words: Words) -> list[SymbolTold]:
    by_place: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_place[pair.life.strategy, pair.life.symbol].append(pair)
    rows = []
    for (strategy, symbol), those in sorted(by_place.items()):
        filled = [sum(life.filled_lots for life in side if life) for side in zip(*_both(those), strict=True)]
        both, either = _lots(those)
        rows.append(
            SymbolTold(
                strategy=strategy,
                symbol=symbol,
                orders=len(those),
                agree=sum(id(pair) not in differing for pair in those),
                filled_a=words.qty(symbol, filled[0]),
                filled_b=words.qty(symbol, filled[1]),
                lots_share=both / either if either else None,
            )
        )
    return rows


def _both(pairs: Iterable[Pair]) -> list[tuple[Life | None, Life | None]]:
    return [(pair.a, pair.b) for pair in pairs]


def _lots(pairs: Iterable[Pair]) -> tuple[int, int]:
    """Return how much was filled in both orders of a pair, and in either."""
    both = either = 0
    for pair in pairs:
        lots = [0 if life is None else life.filled_lots for life in (pair.a, pair.b)]
        both, either = both + min(lots), either + max(lots)
    return both, either


def _lots_share(pairs: Iterable[Pair], instruments: dict[str, Instrument]) -> float | None:
    """Return what both filled of what either did, each symbol's lots at the first price that either run paid."""
    by_symbol: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_symbol[pair.life.symbol].append(pair)
    both_value = either_value = Decimal(0)
    quotes = set()
    for symbol, those in by_symbol.items():
        both, either = _lots(those)
        fills = [fill for pair in those for life in (pair.a, pair.b) if life is not None for fill in life.fills]
        if not either or symbol not in instruments:
            continue
        price = instruments[symbol].price(min(fills, key=lambda fill: fill.time_ns).price_ticks)
        both_value += instruments[symbol].qty(both) * price
        either_value += instruments[symbol].qty(either) * price
        quotes.add(instruments[symbol].quote)
    return float(both_value / either_value) if len(quotes) == 1 else None


def _side(side: Side, orders: Iterable[Life | None]) -> RunSide:
    summary = side.summary()
    lives = [life for life in orders if life is not None]
    return RunSide(
        journal=str(side.folder),
        run_id=side.started.run_id,
        mode=side.started.mode,
        version=side.started.version,
        quote=summary.quote,
        entries=side.entries,
        orders=len(lives),
        fills=sum(len(life.fills) for life in lives),
        denied=sum(life.end == "denied" for life in lives),
        rejected=sum(life.end == "rejected" for life in lives),
        profit=summary.equity.profit,
        fees=summary.equity.fees,
        equity_first=summary.equity.first,
        equity_last=summary.equity.last,
    )


def _told(differences: Sequence[Difference], words: Words) -> list[DifferenceTold]:
    follow = Counter(one.cause for one in differences)
    return [_difference(number, one, follow[number], words) for number, one in enumerate(differences)]


def _difference(number: int, one: Difference, follow: int, words: Words) -> DifferenceTold:
    finding: Finding = one.finding
    life = one.pair.life
    return DifferenceTold(
        number=number + 1,
        time=time_text(finding.time_ns),
        strategy=life.strategy,
        symbol=life.symbol,
        side=life.side,
        reason=finding.reason,
        what=finding.what,
        detail=finding.detail,
        cause=None if one.cause is None else one.cause + 1,
        follow=follow,
        a=None if one.pair.a is None else _order(one.pair.a, words),
        b=None if one.pair.b is None else _order(one.pair.b, words),
    )


def _order(life: Life, words: Words) -> OrderTold:
    fees: dict[str, Decimal] = {}
    for fill in life.fills:
        fees[fill.fee_asset] = fees.get(fill.fee_asset, Decimal(0)) + fill.fee
    lots = life.filled_lots
    average = round(sum(fill.price_ticks * fill.qty_lots for fill in life.fills) / lots) if lots else None
    return OrderTold(
        order_id=life.wanted.order_id,
        order_type=life.wanted.order_type,
        price=words.price(life.symbol, life.terms_ticks),
        qty=words.qty(life.symbol, life.wanted.qty_lots),
        wanted=time_text(life.wanted_ns),
        approved=None if life.approved_ns is None else time_text(life.approved_ns),
        accepted=None if life.accepted_ns is None else time_text(life.accepted_ns),
        amends=sum(change.state == "taken" for change in life.changes) + life.changes_left_out,
        fills=len(life.fills) + life.fills_left_out,
        filled=words.qty(life.symbol, lots),
        filled_lots=lots,
        average=None if average is None else words.price(life.symbol, average),
        liquidity=sorted({fill.liquidity for fill in life.fills}),
        fees={asset: f"{fee:f}" for asset, fee in sorted(fees.items())},
        end=life.end,
        ended=None if life.ended_ns is None else time_text(life.ended_ns),
        ended_by=ended_by(life),
        reason=f"{life.reason}: {life.detail}" if life.detail else life.reason,
    )
