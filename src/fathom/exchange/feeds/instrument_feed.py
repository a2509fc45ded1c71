"""Channel `instrument`: the assets and pairs that are listed, and each change of one (websocket-v2.md 6.5).

Its numbers come in two forms: as floats are printed, 1e-08 and 0.5, which the captures of August 2026 show, and padded,
0.00000001 and 0.50, as in those of 2024. The first is harder to read, so it is the default (core/rules.py).

Pure. Imports: listing, pair_texts. Imported by: hub.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from fathom.exchange.feeds.pair_texts import shortest_text
from fathom.exchange.listing import Asset, Listing, Pair

_HUNDREDTHS: Final = 2
_MARGIN_RATE_DECIMALS: Final = 6


class InstrumentFeed:
    """The one topic of this channel."""

    channel = "instrument"

    def __init__(self, listing: Listing, *, exponents: bool) -> None:
        self._listing = listing
        self._exponents = exponents
        self._snapshot: bytes | None = None  # Kept until a pair changes: it is the largest frame of all.
        self._changed: dict[str, Pair] = {}  # Since the last publication.

    def pair_changed(self, pair: Pair) -> None:
        """Take in a pair's new state."""
        self._changed[pair.symbol] = pair
        self._snapshot = None

    def snapshot(self, *, now_ns: int) -> list[bytes]:  # noqa: ARG002 - Every feed has the same form.
        """Return all assets and pairs."""
        if self._snapshot is None:
            self._snapshot = self._frame("snapshot", self._listing.assets.values(), self._listing.pairs.values())
        return [self._snapshot]

    def update(self, *, now_ns: int) -> bytes | None:  # noqa: ARG002 - Every feed has the same form.
        """Return the whole rows of the pairs that changed."""
        changed, self._changed = self._changed, {}
        return self._frame("update", (), changed.values()) if changed else None

    def _frame(self, kind: str, assets: Iterable[Asset], pairs: Iterable[Pair]) -> bytes:
        asset_rows = ",".join([self._asset(asset) for asset in assets])
        pair_rows = ",".join([self._pair(pair) for pair in pairs])
        return (
            f'{{"channel":"instrument","type":"{kind}","data":{{"assets":[{asset_rows}],"pairs":[{pair_rows}]}}}}'
        ).encode()

    def _asset(self, asset: Asset) -> str:
        borrowable, rate = asset.margin_rate is not None, ""
        if asset.margin_rate is not None:
            rate = f',"margin_rate":{self._number(asset.margin_rate, _MARGIN_RATE_DECIMALS)}'
        return (
            f'{{"id":"{asset.symbol}","status":"{asset.status.replace("_", "")}","precision":{asset.decimals},'
            f'"precision_display":{asset.decimals_shown},"borrowable":{_word(borrowable)},'
            f'"collateral_value":{self._number(asset.collateral_value or Decimal(0), _HUNDREDTHS)},'
            f'"class":"currency"{rate}}}'
        )

    def _pair(self, pair: Pair) -> str:
        marginable = bool(pair.leverages)
        tick = self._number(pair.price(pair.price_increment_ticks), pair.price_precision)
        qty_min = self._number(pair.qty(pair.qty_lots_min), pair.qty_precision)
        cost_decimals = self._listing.asset(pair.quote).decimals_shown
        margin = ""
        if marginable:
            initial = (Decimal(1) / pair.leverages[-1]).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
            margin = (
                f'"margin_initial":{self._number(initial, _HUNDREDTHS)},'
                f'"position_limit_long":{pair.position_max_long},"position_limit_short":{pair.position_max_short},'
            )
        return (
            f'{{"symbol":"{pair.symbol}","base":"{pair.base}","quote":"{pair.quote}","status":"{pair.status}",'
            f'"qty_precision":{pair.qty_precision},"qty_increment":{self._number(pair.qty(1), pair.qty_precision)},'
            f'"price_precision":{pair.price_precision},"cost_precision":{pair.cost_precision},'
            f'"marginable":{_word(marginable)},"has_index":{_word(pair.has_index)},'
            f'"ws_display_price_precision":{pair.price_precision},'
            f'"cost_min":{self._number(pair.cost_min, cost_decimals)},{margin}'
            f'"tick_size":{tick},"price_increment":{tick},"qty_min":{qty_min}}}'
        )

    def _number(self, value: Decimal, decimals: int) -> str:
        if self._exponents:
            return shortest_text(value)
        # A value finer than its decimals keeps all of its digits.
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int), value
        return f"{value:.{max(decimals, -exponent)}f}"


def _word(truth: bool) -> str:
    return "true" if truth else "false"
