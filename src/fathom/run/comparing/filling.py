"""Why two orders were filled otherwise: the first fill without its like, and where the other order stood then.

Pure. Imports: finding, lives, words. Imported by: differing.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from fathom.run.comparing.finding import Bounds, Finding, Reason, apart, ended_by
from fathom.run.comparing.lives import Fill, Life, Stay
from fathom.run.comparing.words import Words

# Fees are alike up to a thousandth, or to the last place that a ledger keeps, a fill: rounding is no other tier.
FEE_SHARE: Final = Decimal("0.001")
FEE_PLACE: Final = Decimal("0.00001")


def fill_finding(a: Life, b: Life, *, bounds: Bounds, words: Words) -> Finding | None:
    """Return why a pair was not filled alike; None where it was: so many lots, at the same prices and times."""
    for one, other in _side_by_side(a.fills, b.fills):
        if one is not None and other is not None and one.price_ticks != other.price_ticks:
            return _otherwise_priced(a, b, one, other, bounds=bounds, words=words)
        if one is not None and other is not None and apart(one.time_ns, other.time_ns) <= bounds.latency_ns:
            continue
        a_first = other is None or (one is not None and one.time_ns < other.time_ns)
        fill = one if a_first else other
        assert fill is not None
        (full, full_name), (less, less_name) = ((a, "A"), (b, "B")) if a_first else ((b, "B"), (a, "A"))
        late = other if a_first else one
        lots = [words.qty(life.symbol, life.filled_lots) for life in (a, b)]
        told = (
            f"filled {words.span(late.time_ns - fill.time_ns)} later in {less_name}"
            if late is not None
            else f"filled {lots[0]} in A, {lots[1]} in B"
        )
        reason, why, follows = _not_filled(
            full, less, fill, late, bounds=bounds, words=words, name=less_name, other=full_name
        )
        return Finding(reason, "fills", fill.time_ns, f"{told}: {why}", follows=follows)
    return None


def fee_finding(a: Life, b: Life) -> Finding | None:
    """Return how the fees of a pair differ that was filled alike."""
    if not a.fills or not b.fills:
        return None
    of_a, of_b = _fees(a.fills), _fees(b.fills)
    count = len(a.fills) + len(b.fills)
    differ = any(
        abs(of_a.get(asset, Decimal(0)) - of_b.get(asset, Decimal(0)))
        > max(FEE_SHARE * max(of_a.get(asset, Decimal(0)), of_b.get(asset, Decimal(0))), FEE_PLACE * count)
        for asset in {*of_a, *of_b}
    )
    kinds = [sorted({fill.liquidity for fill in life.fills}) for life in (a, b)]
    if not differ and kinds[0] == kinds[1]:
        return None
    said = [
        f"{' and '.join(kind)} with a fee of {', '.join(f'{fee:f} {asset}' for asset, fee in sorted(fees.items()))}"
        for kind, fees in zip(kinds, (of_a, of_b), strict=True)
    ]
    return Finding("fee", "fee", a.fills[0].time_ns, f"{said[0]} in A, {said[1]} in B", follows=False)


def _fees(fills: list[Fill]) -> dict[str, Decimal]:
    fees: dict[str, Decimal] = {}
    for fill in fills:
        fees[fill.fee_asset] = fees.get(fill.fee_asset, Decimal(0)) + fill.fee
    return fees


def _side_by_side(a: list[Fill], b: list[Fill]) -> Iterator[tuple[Fill | None, Fill | None]]:
    """Yield the fills that the same lots were filled by, in order: how they were cut in pieces does not matter."""
    i = j = 0
    left_a, left_b = (fills[0].qty_lots if fills else 0 for fills in (a, b))
    while i < len(a) and j < len(b):
        yield a[i], b[j]
        lots = min(left_a, left_b)
        left_a, left_b = left_a - lots, left_b - lots
        if not left_a:
            i += 1
            left_a = a[i].qty_lots if i < len(a) else 0
        if not left_b:
            j += 1
            left_b = b[j].qty_lots if j < len(b) else 0
    yield from ((fill, None) for fill in a[i:])
    yield from ((None, fill) for fill in b[j:])


def _otherwise_priced(a: Life, b: Life, one: Fill, other: Fill, *, bounds: Bounds, words: Words) -> Finding:
    told = f"filled at {words.price(a.symbol, one.price_ticks)} in A, {words.price(b.symbol, other.price_ticks)} in B"
    time_ns = min(one.time_ns, other.time_ns)
    if one.limit_ticks != other.limit_ticks:
        near = _stood_near(a, other.limit_ticks, one.time_ns, bounds.within_ns) or _stood_near(
            b, one.limit_ticks, other.time_ns, bounds.within_ns
        )
        reason: Reason = "latency" if near is not None else "price"
        why = "it came to its price at another time" if near is not None else "it stood at another price"
        return Finding(reason, "fills", time_ns, f"{told}: {why}", follows=True)
    came = (_came_ns(a), _came_ns(b))
    if None not in came and apart(came[0] or 0, came[1] or 0) > bounds.latency_ns:
        later = words.later(came[0] or 0, came[1] or 0)
        decided = apart(a.wanted_ns, b.wanted_ns) > bounds.latency_ns
        return Finding("latency", "fills", time_ns, f"{told}: it reached the venue {later}", follows=decided)
    return Finding("price", "fills", time_ns, f"{told}: the book that it met was another", follows=False)


def _not_filled(
    full: Life,
    less: Life,
    fill: Fill,
    late: Fill | None,
    *,
    bounds: Bounds,
    words: Words,
    name: str,
    other: str,
) -> tuple[Reason, str, bool]:
    """Return why `less` was not filled when `full` was: reason, sentence, and whether somebody decided it."""
    price, time_ns = fill.limit_ticks, fill.time_ns
    if less.end == "denied":
        return "limit", f"risk denied it in {name}: {less.reason}", True
    if less.end == "rejected":
        return "rejection", f"the venue refused it in {name}: {less.reason}", True
    stay = next((one for one in less.stays() if one.price_ticks == price and _covers(one, time_ns)), None)
    if stay is not None:
        since = _since(full, price, time_ns)
        if since is not None and apart(since, stay.from_ns) > bounds.latency_ns:
            later = words.later(since, stay.from_ns).removesuffix(" in B").removesuffix(" in A")
            behind = name if stay.from_ns > since else other
            decided = apart(_wanted_ns(full, price, time_ns), _wanted_ns(less, price, time_ns)) > bounds.latency_ns
            return "latency", f"it came to that price {later} in {behind}", decided
        if fill.liquidity == "taker":
            return "price", f"it took at once in {other}, and the book that it met in {name} had less", False
        if late is None and not less.fills:
            return "missed fill", f"it rested at the same price in {name} all the while", False
        return "queue", f"it rested at the same price in {name}, with another place in the queue", False
    return _stood_elsewhere(full, less, fill, bounds=bounds, words=words, name=name)


def _stood_elsewhere(
    full: Life, less: Life, fill: Fill, *, bounds: Bounds, words: Words, name: str
) -> tuple[Reason, str, bool]:
    """Return why `less` did not stand at the price of the fill when it was made."""
    price, time_ns = fill.limit_ticks, fill.time_ns
    if less.ended_ns is not None and less.ended_ns <= time_ns:
        match ended_by(less):
            case "risk":
                return "limit", f"risk had cancelled it in {name}", True
            case "venue":
                return "rejection", f"the venue had cancelled it in {name}: {less.reason or 'no reason was told'}", True
            case "strategy":
                asked = [life.cancel_wanted_ns for life in (full, less)]
                if None not in asked and apart(asked[0] or 0, asked[1] or 0) <= bounds.within_ns:
                    decided = apart(asked[0] or 0, asked[1] or 0) > bounds.latency_ns
                    return "latency", f"its cancel was sooner in {name}", decided
                return "price", f"the strategy had taken it away in {name}", True
            case _:
                return "price", f"it was for less in {name}", True
    for change in less.changes:
        refused = change.price_ticks == price and change.state in {"denied", "rejected"}
        if refused and apart(change.wanted_ns, time_ns) <= bounds.within_ns:
            who, reason = ("risk", "limit") if change.state == "denied" else ("the venue", "rejection")
            return reason, f"{who} had refused its amend to that price in {name}: {change.reason}", True  # type: ignore[return-value]  # Reasons.
    near = _stood_near(less, price, time_ns, bounds.within_ns)
    decided = apart(_wanted_ns(full, price, time_ns), _wanted_ns(less, price, time_ns)) > bounds.latency_ns
    if near is not None and near.from_ns > time_ns:
        return (
            "latency",
            f"it came to that price only {words.span(near.from_ns - time_ns)} after that in {name}",
            decided,
        )
    if near is not None:
        left = words.span(time_ns - (near.until_ns or time_ns))
        return "latency", f"it had left that price {left} before in {name}", _left_by_itself(full, less, near, bounds)
    if not less.stays():
        return "latency", f"it was not known to be at the venue in {name}", decided
    return "price", f"it stood at another price in {name}", True


def _covers(stay: Stay, time_ns: int) -> bool:
    return stay.from_ns <= time_ns and (stay.until_ns is None or time_ns < stay.until_ns)


def _stood_near(life: Life, price: int | None, time_ns: int, within_ns: int) -> Stay | None:
    """Return a stay at this price not further from the time than the bound."""
    for stay in life.stays():
        ends = stay.until_ns is None or stay.until_ns >= time_ns - within_ns
        if stay.price_ticks == price and ends and stay.from_ns <= time_ns + within_ns:
            return stay
    return None


def _since(life: Life, price: int | None, time_ns: int) -> int | None:
    """Return since when it stood at the price at which it was filled."""
    return next(
        (stay.from_ns for stay in reversed(life.stays()) if stay.price_ticks == price and stay.from_ns <= time_ns),
        None,
    )


def _wanted_ns(life: Life, price: int | None, time_ns: int) -> int:
    """Return when this price was decided on last before the time; when the order was, where it never was."""
    asked = (
        change.wanted_ns
        for change in reversed(life.changes)
        if change.price_ticks == price and change.wanted_ns <= time_ns
    )
    return next(asked, life.wanted_ns)


def _left_by_itself(full: Life, less: Life, stay: Stay, bounds: Bounds) -> bool:
    """Return whether the amend that ended a stay was decided on in this run only, or at another time."""
    left = next((change for change in less.changes if change.at_ns == stay.until_ns), None)
    return left is None or not any(
        (change.price_ticks, change.qty_lots) == (left.price_ticks, left.qty_lots)
        and apart(change.wanted_ns, left.wanted_ns) <= bounds.latency_ns
        for change in full.changes
    )


def _came_ns(life: Life) -> int | None:
    return life.accepted_ns if life.accepted_ns is not None else next((fill.time_ns for fill in life.fills), None)
