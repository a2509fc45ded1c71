"""What is listed: assets and pairs with their names, precisions and minima.

Front door of the listing.

Pure. Imports: its own files. Imported by: every folder of the exchange.
"""

from fathom.exchange.listing.asset import Asset
from fathom.exchange.listing.listed import ASSETS, PAIRS
from fathom.exchange.listing.listing import Listing
from fathom.exchange.listing.pair import Pair

__all__ = ["ASSETS", "PAIRS", "Asset", "Listing", "Pair"]
