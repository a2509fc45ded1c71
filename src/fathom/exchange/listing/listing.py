"""What is listed now, and every name that an asset or a pair goes by: the one owner of what may change while running.

Pure. Imports: asset, pair, listed, domain. Imported by: every folder of the exchange.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Self

from fathom.domain import LocalError
from fathom.exchange.listing.asset import Asset
from fathom.exchange.listing.listed import ASSETS, PAIRS
from fathom.exchange.listing.pair import Pair

# Every account is worth something in these, so they are listed whatever the pairs.
ASSETS_ALWAYS: Final = ("USD", "EUR")


class Listing:
    """The assets and pairs of one exchange, by each of their names."""

    def __init__(self, *, assets: Sequence[Asset] = ASSETS, pairs: Sequence[Pair] = PAIRS) -> None:
        self._assets = {asset.symbol: asset for asset in assets}
        self._pairs = {pair.symbol: pair for pair in pairs}
        self.changes = 0  # How often a pair was changed while running.
        # REST knows an asset by three names, in any case.
        self._asset_symbols = {
            name.upper(): asset.symbol for asset in assets for name in (asset.rest_id, asset.altname, asset.symbol)
        }
        # REST refuses the wsname XBT/USD, and v1 the symbol BTC/USD.
        self._pair_symbols = {name: pair.symbol for pair in pairs for name in (pair.rest_id, pair.altname, pair.symbol)}
        self._wsname_symbols = {pair.wsname: pair.symbol for pair in pairs}
        self._check_assets_known(pairs)

    @classmethod
    def of(cls, symbols: Sequence[str] | None) -> Self:
        """Return the listing of these pairs alone, in the table's order; None is all of them.

        Raises LocalError where a symbol is not in the table.
        """
        if symbols is None:
            return cls()
        known = [pair.symbol for pair in PAIRS]
        for symbol in symbols:
            if symbol not in known:
                raise LocalError("pairs", f"{symbol} is not listed; listed are {', '.join(known)}")
        pairs = [pair for pair in PAIRS if pair.symbol in symbols]
        needed = {*ASSETS_ALWAYS, *(pair.base for pair in pairs), *(pair.quote for pair in pairs)}
        return cls(assets=[asset for asset in ASSETS if asset.symbol in needed], pairs=pairs)

    @property
    def assets(self) -> Mapping[str, Asset]:
        """Return the assets by v2's name, in the table's order."""
        return MappingProxyType(self._assets)

    @property
    def pairs(self) -> Mapping[str, Pair]:
        """Return the pairs by v2's symbol, in the table's order."""
        return MappingProxyType(self._pairs)

    def asset(self, symbol: str) -> Asset:
        """Return the asset of this v2 name, which must be listed: a listed pair's always are."""
        return self._assets[symbol]

    def pair(self, symbol: str) -> Pair | None:
        """Return the pair of this v2 symbol, as it is now."""
        return self._pairs.get(symbol)

    def asset_by_rest(self, name: str) -> Asset | None:
        """Return the asset that a REST client means: XXBT, XBT or BTC, in any case."""
        symbol = self._asset_symbols.get(name.upper())
        return None if symbol is None else self._assets[symbol]

    def pair_by_rest(self, name: str) -> Pair | None:
        """Return the pair that a REST client means: XXBTZUSD, XBTUSD or BTC/USD, but not XBT/USD."""
        symbol = self._pair_symbols.get(name)
        return None if symbol is None else self._pairs[symbol]

    def pair_by_wsname(self, name: str) -> Pair | None:
        """Return the pair that a v1 client means: XBT/USD only."""
        symbol = self._wsname_symbols.get(name)
        return None if symbol is None else self._pairs[symbol]

    def replace_pair(self, pair: Pair) -> None:
        """Change a listed pair while running: its status, its precisions, its minima; its names stay.

        Raises LocalError where the pair is not listed, or has another name or asset now.
        """
        old = self._pairs.get(pair.symbol)
        if old is None:
            raise LocalError("pair", f"{pair.symbol} is not listed; listed are {', '.join(self._pairs)}")
        if _names(pair) != _names(old):
            raise LocalError("pair", f"{pair.symbol} must keep the names {', '.join(_names(old))}")
        self._pairs[pair.symbol] = pair
        self.changes += 1

    def usd_path(self, asset_symbol: str) -> tuple[str, bool] | None:
        """Return the pair that prices the asset in USD, and whether its price is to be inverted.

        None where no listed pair does, and for USD itself.
        """
        if (direct := f"{asset_symbol}/USD") in self._pairs:
            return direct, False
        if (inverted := f"USD/{asset_symbol}") in self._pairs:
            return inverted, True
        return None

    def _check_assets_known(self, pairs: Sequence[Pair]) -> None:
        for pair in pairs:
            for symbol in (pair.base, pair.quote):
                if symbol not in self._assets:
                    raise LocalError("pairs", f"{pair.symbol} needs the asset {symbol}, which is not listed")


def _names(pair: Pair) -> tuple[str, ...]:
    return pair.base, pair.quote, pair.rest_id, pair.altname, pair.wsname
