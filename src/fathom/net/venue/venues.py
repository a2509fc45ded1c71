"""The venues that have a name.

Imports: venue. Imported by: choosing.
"""

from collections.abc import Mapping
from typing import Final

from fathom.net.venue.venue import Venue

KRAKEN: Final = Venue(
    name="kraken",
    rest="https://api.kraken.com",
    ws_public="wss://ws.kraken.com/v2",
    ws_private="wss://ws-auth.kraken.com/v2",
    ws_level3="wss://ws-l3.kraken.com/v2",
)
# Tomorrow's software on today's engine: what is traded there is real money (websocket-v2.md 1).
KRAKEN_BETA: Final = Venue(
    name="kraken-beta",
    rest=KRAKEN.rest,
    ws_public="wss://beta-ws.kraken.com/v2",
    ws_private="wss://beta-ws-auth.kraken.com/v2",
    ws_level3=None,  # None is known.
)
VENUES: Final[Mapping[str, Venue]] = {venue.name: venue for venue in (KRAKEN, KRAKEN_BETA)}
