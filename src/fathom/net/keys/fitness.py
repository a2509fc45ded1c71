"""Whether a key is fit: what it may, what it may not, how old it is.

Imports: domain, protocol. Imported by: the front door.

Everything that trades asks `refuse_unfit_key` before its first order: a key that could take the money out of the
account is refused, whatever else is right.
"""

from collections.abc import Awaitable
from typing import Final, Protocol, TypeVar

from fathom.domain import AuthError, Finding, KeyRefused, Level, LocalError, Refused, RemoteError
from fathom.protocol import SECOND_NS, rest, time_text

DAY_NS: Final = 86_400 * SECOND_NS
ROTATION_DAYS: Final = 90
ROTATION_DAYS_ALLOWED: Final = range(30, 91)
ENDS_SOON_DAYS: Final = 7
GROUP: Final = "key"

# A key that trades by itself may do none of these: with them, whoever gets it gets the money.
FORBIDDEN: Final = {
    "withdraw-funds": "withdraw funds",
    "add-withdraw-address": "add addresses to withdraw to",
    "update-withdraw-address": "change addresses to withdraw to",
    "earn-funds": "lock funds up in earn",
}
NEEDED_TO_TRADE: Final = {
    "query-funds": "query funds",
    "query-open-trades": "query open orders and trades",
    "query-closed-trades": "query closed orders and trades",
    "modify-trades": "create and modify orders",
    "create-ws-token": "use the WebSocket interface",
}
UNUSED: Final = {"add-funds": "deposit funds", "export-data": "export data"}
_KNOWN: Final = {*FORBIDDEN, *NEEDED_TO_TRADE, *UNUSED, "close-trades", "query-ledger"}
_SHOWN_MAX: Final = 40  # Of a right's name that we do not know.

R = TypeVar("R")


class Caller(Protocol):
    """Whoever can call Kraken's REST with the key in question."""

    def call(self, request: rest.RestRequest[R], /) -> Awaitable[R]:
        """Return the result, or raise what went wrong."""


async def ask_key_info(client: Caller) -> rest.ApiKeyInfo | None:
    """Return what the venue says of the key, or None where it does not say. A key that it does not know raises."""
    try:
        return await client.call(rest.GetApiKeyInfo())
    except KeyRefused as error:
        if "permission" in error.text.lower():  # The key is known, and may not even ask what it may.
            return None
        raise
    except (Refused, RemoteError) as error:
        if isinstance(error, Refused) and error.retry == "later":
            raise
        return None


def judge_key(
    info: rest.ApiKeyInfo | None,
    *,
    now_ns: int,
    rotation_days: int = ROTATION_DAYS,
    for_trading: bool = True,
    allow_unknown: bool = False,
) -> list[Finding]:
    """Return all there is to say of a key; without an error among it, it is fit.

    `allow_unknown` is the operator's word for what cannot be told: `info` is None, or names a right we do not know.
    """
    check_rotation_days(rotation_days)
    if info is None:
        return [
            _finding(
                "rights",
                _unknown_level(allow_unknown),
                "the venue does not say what the key may: it might withdraw",
                "look at its rights in Kraken's settings, then say so with the setting allow_unknown_rights",
            )
        ]
    return [
        *_rights(frozenset(info.permissions), for_trading=for_trading, allow_unknown=allow_unknown),
        _age(info, now_ns=now_ns, rotation_days=rotation_days),
        _addresses(info),
        *_life(info, now_ns=now_ns),
        *_nonces(info, now_ns=now_ns),
    ]


def refuse_unfit_key(
    info: rest.ApiKeyInfo | None,
    *,
    now_ns: int,
    rotation_days: int = ROTATION_DAYS,
    for_trading: bool = True,
    allow_unknown: bool = False,
) -> list[Finding]:
    """Raise AuthError for a key that must not trade; return what else is worth telling of one that may."""
    findings = judge_key(
        info, now_ns=now_ns, rotation_days=rotation_days, for_trading=for_trading, allow_unknown=allow_unknown
    )
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        raise AuthError("; ".join(f"{finding.found}: {finding.advice}" for finding in errors))
    return [finding for finding in findings if finding.level != "ok"]


def check_rotation_days(days: int) -> None:
    """Raise LocalError for a period that is none."""
    if days not in ROTATION_DAYS_ALLOWED:
        first, last = ROTATION_DAYS_ALLOWED[0], ROTATION_DAYS_ALLOWED[-1]
        raise LocalError("rotation_days", f"must be from {first} to {last}, not {days}")


def _rights(rights: frozenset[str], *, for_trading: bool, allow_unknown: bool) -> list[Finding]:
    findings: list[Finding] = []
    if forbidden := [words for right, words in FORBIDDEN.items() if right in rights]:
        findings.append(
            _finding(
                "rights",
                "error",
                f"the key may {_listed(forbidden)}",
                "take that from it in Kraken's settings, or make a key without it: nothing here needs it",
            )
        )
    if unknown := sorted(right[:_SHOWN_MAX] for right in rights - _KNOWN):
        findings.append(
            _finding(
                "rights",
                _unknown_level(allow_unknown),
                f"nobody here knows what the key may with {_listed(unknown)}",
                "take that from it, or allow it with the setting allow_unknown_rights",
            )
        )
    missing = [words for right, words in NEEDED_TO_TRADE.items() if right not in rights]
    if missing:
        findings.append(
            _finding(
                "rights",
                "error" if for_trading else "note",
                f"the key may not {_listed(missing)}",
                "give it that in Kraken's settings" if for_trading else "to trade it needs that, to look it does not",
            )
        )
    if unused := [words for right, words in UNUSED.items() if right in rights]:
        findings.append(
            _finding(
                "rights",
                "warning" if "add-funds" in rights else "note",
                f"the key may {_listed(unused)}",
                "take that from it unless you use it: fathom does not",
            )
        )
    if not findings:
        findings.append(_finding("rights", "ok", "the key may trade and look, and nothing that takes money out"))
    return findings


def _age(info: rest.ApiKeyInfo, *, now_ns: int, rotation_days: int) -> Finding:
    if not info.created:
        return _finding("age", "note", "the venue does not say how old the key is", "keep the date yourself")
    days = (now_ns - info.created) // DAY_NS
    if days >= rotation_days:
        return _finding(
            "age",
            "warning",
            f"the key is {days} days old, and {rotation_days} is the limit",
            "make a new one, write it where the old one is, and delete that: nothing needs to be restarted",
        )
    left = rotation_days - days
    level: Level = "note" if left <= ENDS_SOON_DAYS else "ok"
    return _finding("age", level, f"the key is {max(days, 0)} days old; {left} are left until it should be changed")


def _addresses(info: rest.ApiKeyInfo) -> Finding:
    if not info.ip_allowlist:
        return _finding(
            "addresses", "warning", "the key works from every IP address", "limit it to yours in Kraken's settings"
        )
    return _finding("addresses", "ok", f"the key works from {len(info.ip_allowlist)} IP addresses or networks only")


def _life(info: rest.ApiKeyInfo, *, now_ns: int) -> list[Finding]:
    findings: list[Finding] = []
    if not info.valid_until:
        findings.append(_finding("validity", "ok", "the key does not expire by itself"))
    else:
        day = time_text(info.valid_until)[:10]
        days = (info.valid_until - now_ns) // DAY_NS
        if info.valid_until <= now_ns:
            findings.append(_finding("validity", "error", f"the key expired on {day}", "make a new one"))
        elif days < ENDS_SOON_DAYS:
            advice = "make a new one, and write it where the old one is"
            findings.append(_finding("validity", "warning", f"the key expires on {day}", advice))
        else:
            findings.append(_finding("validity", "ok", f"the key expires on {day}"))
    if info.query_from or info.query_to:
        findings.append(
            _finding(
                "history", "note", "the key sees a part of the account's history only", "reports may lack the rest"
            )
        )
    return findings


def _nonces(info: rest.ApiKeyInfo, *, now_ns: int) -> list[Finding]:
    """A nonce of ours is the time in ns: a key that has seen a higher one takes none of ours."""
    highest = int(info.nonce) if info.nonce.isascii() and info.nonce.isdigit() else 0
    if highest <= now_ns + DAY_NS:
        return []
    return [
        _finding(
            "nonce",
            "error",
            "another program has used nonces with this key that are above the time in nanoseconds",
            "make a key for fathom alone",
        )
    ]


def _unknown_level(allowed: bool) -> Level:
    return "warning" if allowed else "error"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _finding(check: str, level: Level, found: str, advice: str = "") -> Finding:
    return Finding(group=GROUP, check=check, level=level, found=found, advice=advice)
