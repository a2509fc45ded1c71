"""One asset: its three names and its decimals (rest.md 3 and 4, websocket-v2.md 6.5).

Pure. Imports: domain. Imported by: listing, listed.
"""

from decimal import Decimal

from msgspec import Struct

from fathom.domain import to_units, units_text


class Asset(Struct, frozen=True, kw_only=True):
    """One asset. Amounts of it are ints of 10^-decimals: its units."""

    symbol: str  # v2's name: BTC, DOGE, USD.
    rest_id: str  # REST's key: XXBT, XXDG, ZUSD, SOL.
    altname: str  # REST's other name: XBT, XDG, USD, SOL.
    decimals: int  # Of the ledger: 10 for BTC, 4 for USD.
    decimals_shown: int
    collateral_value: Decimal | None = None  # 0 to 1; None where it is no collateral.
    margin_rate: Decimal | None = None  # None where it cannot be borrowed.
    status: str = "enabled"

    @property
    def is_fiat(self) -> bool:
        """Tell whether it is government money."""
        return self.rest_id.startswith("Z")

    def amount_text(self, units: int) -> str:
        """Return the amount padded to the asset's decimals."""
        return units_text(units, precision=self.decimals)

    def units(self, amount: Decimal) -> int:
        """Return the amount as an int of units, exactly.

        Raises LocalError where it is finer than the decimals or beyond 64 bits.
        """
        return to_units(amount, precision=self.decimals, field="amount")
