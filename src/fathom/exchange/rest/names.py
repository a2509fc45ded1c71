"""The names of assets and pairs, in and out (rest.md 3).

Pure. Imports: listing, envelope. Imported by: every handler that names one.
"""

from collections.abc import Sequence

from fathom.exchange.listing import Asset, Listing, Pair
from fathom.exchange.rest.envelope import Refused


def find_asset(listing: Listing, name: str) -> Asset:
    """Return the asset of any of its names."""
    asset = listing.asset_by_rest(name)
    if asset is None:
        raise Refused("EQuery:Unknown asset")
    return asset


def find_pair(listing: Listing, name: str) -> Pair:
    """Return the pair of any of its names. One that was delisted is unknown."""
    pair = listing.pair_by_rest(name)
    if pair is None or pair.status == "delisted":
        raise Refused("EQuery:Unknown asset pair")
    return pair


def key_of(pair: Pair, asked: str) -> str:
    """Return the key that an answer has for the pair: its id, but a name with a slash comes back as asked."""
    return asked if "/" in asked else pair.rest_id


def find_pairs(listing: Listing, names: Sequence[str]) -> list[tuple[str, Pair]]:
    """Return the pairs of these names under the keys that an answer has for them; without a name, all."""
    if names:
        return [(key_of(pair, name), pair) for name in names for pair in [find_pair(listing, name)]]
    return [(pair.rest_id, pair) for pair in listing.pairs.values() if pair.status != "delisted"]
