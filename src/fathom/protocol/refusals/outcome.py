"""What is known of an order request by REST that got no answer of Kraken's: an HTTP status, or a broken connection.

Kraken answers with 200 also for errors; any other status is of what stands before it (rest.md 1, errors.md 4).

Pure. Imports: nothing. Imported by: the front door.
"""

from typing import Final, Literal

# "unconnected": no connection was made, nothing was sent. "dropped": it broke after the first byte was written.
# "timeout": no answer in time. "unreadable": an answer came that cannot be read.
Outcome = Literal["unconnected", "dropped", "timeout", "unreadable"]

# 521 down, 523 unreachable, 525 and 526 no TLS: Cloudflare did not reach Kraken. 403 and 429: it did not try.
NOT_REACHED: Final = frozenset({403, 429, 521, 523, 525, 526})


def order_may_exist(outcome: int | Outcome) -> bool:
    """Tell whether an order request that ended so may have made an order: only what surely did not arrive has not."""
    return outcome != "unconnected" and outcome not in NOT_REACHED
