"""What a key must be allowed for each method and each channel (websocket-v2.md 1.1, rest.md 6).

Pure. Imports: access. Imported by: session.
"""

from collections.abc import Mapping
from typing import Final

from fathom.exchange.access import ApiKey

_MODIFY: Final = frozenset({"modify-trades"})
_CLOSE: Final = frozenset({"close-trades"})
_LOOK: Final = frozenset({"query-open-trades", "query-closed-trades"})

# Each method's or channel's alternatives: one of the sets must be there whole.
RIGHTS: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    "add_order": (_MODIFY,),
    "amend_order": (_MODIFY, _CLOSE),
    "edit_order": (_MODIFY | _CLOSE,),
    "batch_add": (_MODIFY | _CLOSE,),
    "cancel_order": (_MODIFY, _CLOSE),
    "cancel_all": (_MODIFY, _CLOSE),
    "cancel_all_orders_after": (_MODIFY, _CLOSE),
    "batch_cancel": (_MODIFY, _CLOSE),
    "executions": (_LOOK,),
    "balances": (frozenset({"query-funds"}),),
    "level3": (frozenset(),),  # A token is enough: it is public data.
}


def may(api_key: ApiKey, what: str) -> bool:
    """Tell whether the key's rights suffice."""
    return any(needed <= api_key.permissions for needed in RIGHTS[what])
