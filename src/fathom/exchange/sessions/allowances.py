"""How much level 3 a connection may ask for in a second (websocket-v2.md 7.3).

Pure. Imports: nothing. Imported by: market_subscriptions.
"""

from typing import Final

# What a symbol of each depth adds to the counter, and what the counter may reach in a second.
LEVEL3_COSTS: Final = {10: 5, 100: 25, 1000: 100}
LEVEL3_COUNTER_STANDARD: Final = 200
LEVEL3_COUNTER_PRO: Final = 500


def level3_counter_max(*, tier: str, rule: int) -> int:
    """Return the counter's limit: the tier's, unless the rules are stricter."""
    return min(rule, LEVEL3_COUNTER_PRO if tier == "pro" else LEVEL3_COUNTER_STANDARD)
