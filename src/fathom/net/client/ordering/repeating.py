"""Requests that may be sent again where no answer came.

Imports: domain, protocol; means, paths. Imported by: cancels, orders.
"""

from typing import Final

from fathom.domain import LinkError, Refused, Unsure
from fathom.net.client.ordering.means import Means
from fathom.net.client.ordering.paths import Answered, ByRest
from fathom.net.link import Answers, RequestTiming
from fathom.protocol import OrderRequest, budget

REPEATS_MAX: Final = 3  # Of what may be repeated, when no answer came.


async def repeated(
    means: Means,
    request: OrderRequest,
    by_rest: ByRest,
    charge: budget.Charge | None,
    *,
    timing: RequestTiming,
    first: Answers | Unsure | None = None,
) -> Answered:
    """Send what may be repeated, and repeat it where no answer came: over the other path, if there is one.

    `first` is what came of the first time over WebSocket, where that has been already.
    """
    in_doubt: Unsure | None = None
    for again in range(REPEATS_MAX):
        try:
            answered = await means.paths.send(
                request, by_rest, turn=again, timing=timing, first=None if again else first
            )
            answered.raise_refusal()
        except Unsure as unsure:
            in_doubt = unsure
            means.doubt(str(request.__struct_config__.tag), None, str(unsure))
            if again == REPEATS_MAX - 1:
                if charge is not None:
                    means.rates.lost(charge)
                raise
        except Refused as refusal:
            if refusal.order_may_exist and refusal.retry == "later" and again < REPEATS_MAX - 1:
                continue
            if charge is not None:
                means.rates.refused(charge, refusal)
            raise
        except BaseException as error:
            if charge is not None:
                means.rates.lost(charge)
            if in_doubt is not None and isinstance(error, LinkError):
                raise in_doubt from None  # This time nothing was sent, but the first time it was.
            raise
        else:
            if charge is not None:
                means.rates.settled(charge)
            answered.repeated = again > 0
            return answered
    raise AssertionError("the last turn returns or raises")
