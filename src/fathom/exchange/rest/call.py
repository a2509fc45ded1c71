"""One REST call, as its handler sees it.

Pure. Imports: access, bank, core, feeds, forms, envelope, names. Imported by: every handler, and the door.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fathom.exchange.rest.envelope import Refused
from fathom.exchange.rest.names import find_pair

if TYPE_CHECKING:
    from fathom.exchange.access import ApiKey, Keyring
    from fathom.exchange.bank import Account, Bank
    from fathom.exchange.core import Rules, Venue
    from fathom.exchange.feeds import Hub
    from fathom.exchange.listing import Listing, Pair
    from fathom.exchange.rest.exports import Exports
    from fathom.exchange.rest.forms import Form


@dataclass(slots=True, kw_only=True)
class Call:
    """A public call: what it says, and what it may look at."""

    form: Form
    now_ns: int
    shown_ns: int  # What the venue's clock shows: the time, unless a fault sets it wrong.
    venue: Venue
    hub: Hub
    rules: Rules

    @property
    def listing(self) -> Listing:
        """What is listed now."""
        return self.venue.listing

    @property
    def bank(self) -> Bank:
        """Everybody's money; a handler shows the caller's alone."""
        return self.venue.bank

    def last_ticks(self, pair: Pair) -> int:
        """Return the price that relative prices count from."""
        return self.venue.markets[pair.symbol].starting_ticks("last")

    def tokenized(self) -> bool:
        """Tell whether pairs of tokenized assets are meant; none is listed."""
        return self.form.text("asset_class") == "tokenized_asset"

    def pair(self) -> tuple[str, Pair]:
        """Return the one pair that must be named, as asked and as listed."""
        asked = self.form.text("pair")
        if asked is None:
            raise Refused("EGeneral:Invalid arguments:pair")
        if self.tokenized():
            raise Refused("EQuery:Unknown asset pair")
        return asked, find_pair(self.listing, asked)


@dataclass(slots=True, kw_only=True)
class PrivateCall(Call):
    """A call that somebody signed. `as_of_ns` lies behind `now_ns` where REST is made to lag."""

    api_key: ApiKey
    account: Account
    keyring: Keyring
    exports: Exports
    as_of_ns: int

    @contextmanager
    def charged(self, symbol: str, *, half_points: int = 2) -> Iterator[None]:
        """Let what is refused in here, before the core sees it, pay its fixed part all the same."""
        try:
            yield
        except Refused:
            self.venue.charge_refused(self.account, symbol, half_points=half_points, now_ns=self.now_ns)
            raise
