"""What one of an asset is worth in another: through as few pairs as lead there, over books that verify.

Of equally short ways, the first in the order of their symbols. A direct price is exact; one through several pairs, or
through a pair the other way round, is rounded at the 28th digit. Pure. Imports: domain. Imported by:
portfolio/portfolio.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal
from itertools import islice
from typing import Final, NamedTuple

from fathom.domain import Instrument

HOPS_MAX: Final = 3  # Pairs on one way: beyond this the spreads on it are worth more than the price.
WAYS_MAX: Final = 8  # Ways that are tried for one asset.
QUOTIENT: Final = Context(prec=28, rounding=ROUND_HALF_EVEN)
ONE: Final = Decimal(1)


class Hop(NamedTuple):
    """One pair on the way. `inverse`: from its quote currency to its base."""

    symbol: str
    inverse: bool


Way = tuple[Hop, ...]


def ways(asset: str, quote: str, instruments: Iterable[Instrument]) -> list[Way]:
    """Return the ways from `asset` to `quote`, the shortest first, at most WAYS_MAX; each asset once on each."""
    leaving: dict[str, list[tuple[Hop, str]]] = {}
    for one in sorted(instruments, key=lambda instrument: instrument.symbol):
        leaving.setdefault(one.base, []).append((Hop(one.symbol, inverse=False), one.quote))
        leaving.setdefault(one.quote, []).append((Hop(one.symbol, inverse=True), one.base))
    found: list[Way] = []
    for hops in range(1, HOPS_MAX + 1):
        found += islice(_of_length(asset, quote, hops, leaving, (asset,)), WAYS_MAX - len(found))
    return found


def _of_length(
    asset: str, quote: str, hops: int, leaving: dict[str, list[tuple[Hop, str]]], seen: tuple[str, ...]
) -> Iterator[Way]:
    for hop, next_asset in leaving.get(asset, ()):
        if next_asset == quote and hops == 1:
            yield (hop,)
        elif hops > 1 and next_asset != quote and next_asset not in seen:
            for rest in _of_length(next_asset, quote, hops - 1, leaving, (*seen, next_asset)):
                yield (hop, *rest)


def price_along(way: Way, mid: Callable[[str], Decimal | None]) -> Decimal | None:
    """Return the product of the mids on the way; None where one is not known, or is zero the wrong way round."""
    price: Decimal | None = None
    for hop in way:
        one = mid(hop.symbol)
        if one is None or (hop.inverse and not one):
            return None
        if hop.inverse:
            price = QUOTIENT.divide(ONE if price is None else price, one)
        else:
            price = one if price is None else QUOTIENT.multiply(price, one)
    return price
