"""The account: its fees, and the tier that its limits go by.

Imports: domain, net, protocol. Imported by: doctor.
"""

from typing import Final

from fathom.domain import FathomError, Finding
from fathom.net import keys
from fathom.net import venue as venues
from fathom.protocol import budget, rest

GROUP: Final = "account"
PAIR: Final = "BTC/USD"


async def look_at_account(venue: venues.Venue, client: keys.Caller) -> list[Finding]:
    """Ask for both. What a key may not see is a note: the key's rights are judged elsewhere."""
    return [await _fees(client), await _limits(venue, client)]


def judge_fees(said: rest.TradeVolumeResult) -> Finding:
    """Return what orders cost."""
    taker, maker = (next(iter(fees.values()), None) for fees in (said.fees, said.fees_maker))
    if taker is None:
        return Finding(
            group=GROUP,
            check="fees",
            level="note",
            found="the venue does not say",
            advice="see your fees at kraken.com",
        )
    found = f"taker {taker.fee} %, maker {(maker or taker).fee} % on {PAIR}, at {said.volume} USD in 30 days"
    if taker.nextvolume is not None and taker.nextfee is not None:
        found += f"; {taker.nextfee} % from {taker.nextvolume} on"
    return Finding(group=GROUP, check="fees", level="ok", found=found)


def judge_limits(rate_max: object) -> Finding:
    """Return what the tier allows, by the counter's maximum that the venue names."""
    if not isinstance(rate_max, int) or isinstance(rate_max, bool):
        return Finding(
            group=GROUP, check="limits", level="note", found="the venue does not name the limit of the rate counter",
            advice="name the account's tier in the configuration",
        )  # fmt: skip
    tier = budget.tier_of(rate_max)
    if tier.threshold != rate_max:
        return Finding(
            group=GROUP, check="limits", level="note", found=f"a rate counter up to {rate_max} is of no known tier",
            advice="name the account's tier in the configuration",
        )  # fmt: skip
    return Finding(
        group=GROUP,
        check="limits",
        level="ok",
        found=f"tier {tier.name}: a rate counter up to {rate_max} for each pair",
    )


async def _fees(client: keys.Caller) -> Finding:
    try:
        return judge_fees(await client.call(rest.TradeVolume(pair=(PAIR,))))
    except FathomError as error:
        return Finding(
            group=GROUP, check="fees", level="note", found=f"cannot tell: {error}", advice=_grant("query funds")
        )


async def _limits(venue: venues.Venue, client: keys.Caller) -> Finding:
    """The acknowledgement of `executions` names the counter's maximum, and that the tier (rate-limits.md)."""
    try:
        token = (await client.call(rest.GetWebSocketsToken())).token
        params = {"channel": "executions", "token": token.text, "snap_orders": False, "snap_trades": False,
                  "ratecounter": True}  # fmt: skip
        async with venues.open_probe(venue.url("private"), authority=venue.authority) as probe:
            _, answer = await probe.ask("subscribe", params)
    except FathomError as error:
        found = f"cannot tell: {error}"
        return Finding(
            group=GROUP, check="limits", level="note", found=found, advice=_grant("use the WebSocket interface")
        )
    result = answer.get("result")
    return judge_limits(result.get("maxratecount") if isinstance(result, dict) else None)


def _grant(right: str) -> str:
    return f"the key may need the right to {right}"
