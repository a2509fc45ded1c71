"""What a token's key must be allowed for each event and each private channel (rest.md 2, 5 and 6).

Pure. Imports: access. Imported by: session.
"""

from collections.abc import Mapping
from typing import Final

from fathom.exchange.access import ApiKey

_MODIFY: Final = frozenset({"modify-trades"})
_CLOSE: Final = frozenset({"close-trades"})

# Each event's or channel's alternatives: one of the sets must be there whole.
RIGHTS: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    "addOrder": (_MODIFY,),
    "amendOrder": (_MODIFY, _CLOSE),
    "editOrder": (_MODIFY | _CLOSE,),
    "cancelOrder": (_MODIFY, _CLOSE),
    "cancelAll": (_MODIFY, _CLOSE),
    "cancelAllOrdersAfter": (_MODIFY, _CLOSE),
    "openOrders": (frozenset({"query-open-trades"}),),
    "ownTrades": (frozenset({"query-closed-trades"}),),
}


def may(api_key: ApiKey, what: str) -> bool:
    """Tell whether the key's rights suffice."""
    return any(needed <= api_key.permissions for needed in RIGHTS[what])
