"""fathom: an autonomous trading system for Kraken, built on its WebSocket v2.

    import fathom

    async with fathom.connect("local") as kraken:
        async for book in kraken.book("BTC/USD", depth=100):
            print(book.best_bid, book.best_ask)

Nothing is imported before it is asked for, so that `fathom --help` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from fathom import version

if TYPE_CHECKING:
    from fathom.domain import (
        AuthError,
        FathomError,
        Instrument,
        KeyRefused,
        LimitRefused,
        LinkError,
        LocalError,
        Refused,
        RemoteError,
        Unsure,
        VenueRefused,
    )
    from fathom.net import Credentials, Kraken, LiveBook, Options, Stream, Venue, connect
    from fathom.protocol import rest

__version__ = version.VERSION

_PLACES = {
    "fathom.domain": (
        "AuthError",
        "FathomError",
        "Instrument",
        "KeyRefused",
        "LimitRefused",
        "LinkError",
        "LocalError",
        "Refused",
        "RemoteError",
        "Unsure",
        "VenueRefused",
    ),
    "fathom.net": ("Credentials", "Kraken", "LiveBook", "Options", "Stream", "Venue", "connect"),
    "fathom.protocol": ("rest",),
}

__all__ = [
    "AuthError",
    "Credentials",
    "FathomError",
    "Instrument",
    "KeyRefused",
    "Kraken",
    "LimitRefused",
    "LinkError",
    "LiveBook",
    "LocalError",
    "Options",
    "Refused",
    "RemoteError",
    "Stream",
    "Unsure",
    "Venue",
    "VenueRefused",
    "__version__",
    "connect",
    "rest",
]


def __getattr__(name: str) -> object:
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(place), name)
    raise AttributeError(f"module 'fathom' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
