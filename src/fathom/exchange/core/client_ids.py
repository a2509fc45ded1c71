"""The ids that clients give: their forms (websocket-v2.md 8.1).

Pure. Imports: nothing. Imported by: intake.
"""

import re
from typing import Final

TEXT_MAX: Final = 18
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE)
USERREF_MIN: Final = -(2**31)
USERREF_MAX: Final = 2**31 - 1


def is_client_id(text: str) -> bool:
    """Tell whether a text may be a cl_ord_id or sender_sub_id: a UUID, one without dashes, or up to 18 characters."""
    if 0 < len(text) <= TEXT_MAX:
        return text.isascii() and text.isprintable()
    return _UUID.fullmatch(text) is not None


def is_userref(number: int) -> bool:
    """Tell whether a number may be a userref: 32 bits, signed."""
    return USERREF_MIN <= number <= USERREF_MAX
