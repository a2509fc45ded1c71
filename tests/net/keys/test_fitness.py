import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from fathom.domain import AuthError, FathomError, KeyRefused, LocalError, RemoteError
from fathom.net.keys.fitness import DAY_NS, ask_key_info, judge_key, refuse_unfit_key
from fathom.protocol import rest
from fathom.protocol.refusals import refusal_of

NOW_NS = 1_780_000_000 * 10**9
TRADES = (
    "query-funds",
    "query-open-trades",
    "query-closed-trades",
    "modify-trades",
    "close-trades",
    "query-ledger",
    "create-ws-token",
)
GOOD = rest.ApiKeyInfo(
    name="bot", api_key="k", nonce="1", permissions=TRADES, created=NOW_NS - 10 * DAY_NS, ip_allowlist=("192.0.2.1",)
)


def changed(**changes: Any) -> rest.ApiKeyInfo:
    return msgspec.structs.replace(GOOD, **changes)


def levels(info: rest.ApiKeyInfo | None, **terms: Any) -> dict[str, str]:
    """The worst level of each check."""
    order = ["ok", "note", "warning", "error"]
    worst: dict[str, str] = {}
    for finding in judge_key(info, now_ns=NOW_NS, **terms):
        worst[finding.check] = max(worst.get(finding.check, "ok"), finding.level, key=order.index)
        assert finding.advice or finding.level in {"ok", "note"}
    return worst


def test_a_good_key_is_good_in_every_respect() -> None:
    assert levels(GOOD) == {"rights": "ok", "age": "ok", "addresses": "ok", "validity": "ok"}
    assert refuse_unfit_key(GOOD, now_ns=NOW_NS) == []


@pytest.mark.parametrize(
    ("changes", "check", "level"),
    [
        ({"permissions": (*TRADES, "withdraw-funds")}, "rights", "error"),
        ({"permissions": (*TRADES, "add-withdraw-address")}, "rights", "error"),
        ({"permissions": (*TRADES, "update-withdraw-address")}, "rights", "error"),
        ({"permissions": (*TRADES, "earn-funds")}, "rights", "error"),
        ({"permissions": (*TRADES, "transfer-everything")}, "rights", "error"),
        ({"permissions": TRADES[:3]}, "rights", "error"),
        ({"permissions": ()}, "rights", "error"),
        ({"permissions": (*TRADES, "add-funds")}, "rights", "warning"),
        ({"permissions": (*TRADES, "export-data")}, "rights", "note"),
        ({"created": NOW_NS - 84 * DAY_NS}, "age", "note"),
        ({"created": NOW_NS - 90 * DAY_NS}, "age", "warning"),
        ({"created": NOW_NS - 89 * DAY_NS}, "age", "note"),
        ({"created": None}, "age", "note"),
        ({"created": 0}, "age", "note"),
        ({"created": NOW_NS + DAY_NS}, "age", "ok"),
        ({"ip_allowlist": ()}, "addresses", "warning"),
        ({"valid_until": NOW_NS}, "validity", "error"),
        ({"valid_until": NOW_NS + 6 * DAY_NS}, "validity", "warning"),
        ({"valid_until": NOW_NS + 8 * DAY_NS}, "validity", "ok"),
        ({"valid_until": 0}, "validity", "ok"),
        ({"query_from": 1}, "history", "note"),
        ({"nonce": str(NOW_NS * 1_000)}, "nonce", "error"),
        ({"nonce": "what"}, "validity", "ok"),
    ],
)
def test_what_is_wrong_with_a_key(changes: dict[str, Any], check: str, level: str) -> None:
    found = levels(changed(**changes))
    assert found[check] == level
    others = {name: level for name, level in found.items() if name != check}
    assert set(others.values()) <= {"ok"}


def test_the_period_of_rotation_is_from_30_to_90_days() -> None:
    old = changed(created=NOW_NS - 31 * DAY_NS)
    assert levels(old, rotation_days=30)["age"] == "warning"
    assert levels(old, rotation_days=90)["age"] == "ok"
    for days in (29, 91):
        with pytest.raises(LocalError, match="from 30 to 90"):
            judge_key(GOOD, now_ns=NOW_NS, rotation_days=days)


def test_a_key_that_may_only_look_is_fit_for_looking() -> None:
    looks = changed(permissions=TRADES[:3])
    assert levels(looks, for_trading=False)["rights"] == "note"
    assert refuse_unfit_key(looks, now_ns=NOW_NS, for_trading=False) != []
    with pytest.raises(AuthError, match="may not create and modify orders and use the WebSocket interface"):
        refuse_unfit_key(looks, now_ns=NOW_NS)


@pytest.mark.parametrize("for_trading", [True, False])
def test_a_key_that_may_take_the_money_is_refused_whatever_else_it_is_for(for_trading: bool) -> None:
    greedy = changed(permissions=(*TRADES, "withdraw-funds", "earn-funds"))
    with pytest.raises(AuthError, match="may withdraw funds and lock funds up in earn: take that from it"):
        refuse_unfit_key(greedy, now_ns=NOW_NS, for_trading=for_trading, allow_unknown=True)


@pytest.mark.parametrize("info", [None, changed(permissions=(*TRADES, "transfer-everything"))])
def test_what_cannot_be_told_needs_the_operators_word(info: rest.ApiKeyInfo | None) -> None:
    with pytest.raises(AuthError, match="allow_unknown_rights"):
        refuse_unfit_key(info, now_ns=NOW_NS)
    told = refuse_unfit_key(info, now_ns=NOW_NS, allow_unknown=True)
    assert [finding.level for finding in told] == ["warning"]


@dataclass
class Venue:
    """Answers one call."""

    answer: rest.ApiKeyInfo | FathomError

    async def call(self, request: rest.RestRequest[Any], /) -> Any:
        assert isinstance(request, rest.GetApiKeyInfo)
        if isinstance(self.answer, FathomError):
            raise self.answer
        return self.answer


def test_a_venue_that_does_not_say_is_one_thing_and_a_key_that_is_wrong_another() -> None:
    def asked(answer: rest.ApiKeyInfo | FathomError) -> rest.ApiKeyInfo | None:
        return asyncio.run(ask_key_info(Venue(answer)))

    assert asked(GOOD) is GOOD
    for silent in ("EGeneral:Unknown method", "EGeneral:Permission denied"):
        assert asked(refusal_of(silent)) is None
    assert asked(RemoteError("a result of another form")) is None
    for wrong in ("EAPI:Invalid key", "EAPI:Invalid signature"):
        with pytest.raises(KeyRefused):
            asked(refusal_of(wrong))
    for later in ("EAPI:Rate limit exceeded", "EService:Busy"):
        with pytest.raises(FathomError):
            asked(refusal_of(later))
