"""The door: paths, methods, the order of the checks, limits, faults; and any bytes at all."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_venue import SECOND_NS, RestVenue, body_of

from fathom.exchange.access import PERMISSIONS, api_sign
from fathom.exchange.core import Rules
from fathom.exchange.doors import HttpAnswer, HttpRequest
from fathom.exchange.rest import METHODS, PrivateMethod, PublicMethod

PUBLIC = [method.name for method in METHODS if isinstance(method, PublicMethod)]
PRIVATE = [method.name for method in METHODS if isinstance(method, PrivateMethod)]
UNKNOWN = {"error": ["EGeneral:Unknown method"]}


# -- Paths and methods ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/0/public/Nope", 200),
        ("POST", "/0/private/Nope", 200),
        ("GET", "/0/public/time", 200),
        ("GET", "/0/public/Balance", 200),
        ("POST", "/0/private/Time", 200),
        ("GET", "/0/private/Balance", 200),
        ("DELETE", "/0/public/Time", 200),
        ("POST", "/0/private/Earn", 200),
        ("GET", "/0/public/Time/", 200),
        ("GET", "/1/public/Time", 404),
        ("GET", "/", 404),
        ("GET", "", 404),
    ],
)
def test_unknown_methods(venue: RestVenue, method: str, path: str, status: int) -> None:
    answer = venue.send(HttpRequest(method=method, path=path))
    assert (answer.status, json.loads(answer.body)) == (status, UNKNOWN)


def test_a_public_method_may_be_posted_to(venue: RestVenue) -> None:
    for body in (b"pair=XBTUSD", b'{"pair":"XBTUSD"}'):
        answer = venue.send(HttpRequest(method="POST", path="/0/public/Depth", body=body))
        assert "XXBTZUSD" in body_of(answer)["result"]


# -- The order of the checks ---------------------------------------------------------------------------------


def test_key_then_signature_then_nonce_then_permission_then_counter() -> None:
    venue = RestVenue(Rules(lockout_errors_max=1000))
    viewer = venue.open("viewer", {}, frozenset({"query-funds"}))
    good = venue.signed("OpenOrders", {}, signer=viewer)
    headers = dict(good.headers)

    def error(**changes: Any) -> str:
        request = HttpRequest(
            method="POST",
            path=changes.get("path", good.path),
            headers=changes.get("headers", headers),
            body=changes.get("body", good.body),
        )
        (text,) = body_of(venue.send(request))["error"]
        return str(text)

    assert error(headers={}) == "EAPI:Invalid key"
    assert error(headers=headers | {"api-key": "x"}) == "EAPI:Invalid key"
    assert error(headers=headers | {"api-sign": "x"}) == "EAPI:Invalid signature"
    assert error(body=good.body + b"&x=1") == "EAPI:Invalid signature"
    assert error(path="/0/private/Balance") == "EAPI:Invalid signature"
    assert error() == "EGeneral:Permission denied"
    assert error() == "EAPI:Invalid nonce"
    for _ in range(20):
        venue.private("Balance", signer=viewer)
    assert venue.refusal("Balance", signer=viewer) == "EAPI:Rate limit exceeded"
    assert venue.refusal("OpenOrders", signer=viewer) == "EGeneral:Permission denied"


@pytest.mark.parametrize("name", PRIVATE)
def test_a_key_without_permissions_may_only_ask_about_itself(venue: RestVenue, name: str) -> None:
    key = venue.open("carol", {}, frozenset())
    body = venue.private(name, signer=key)
    if name in {"GetApiKeyInfo", "Earn/Strategies"}:
        assert body["error"] == []
    else:
        assert body == {"error": ["EGeneral:Permission denied"]}


@pytest.mark.parametrize("missing", ["modify-trades", "close-trades"])
def test_some_methods_need_two_permissions(venue: RestVenue, missing: str) -> None:
    key = venue.open("carol", {}, frozenset(PERMISSIONS) - {missing})
    assert venue.refusal("EditOrder", signer=key) == "EGeneral:Permission denied"
    assert venue.refusal("CancelOrder", signer=key) == "EGeneral:Invalid arguments:txid"


def test_a_malformed_body(venue: RestVenue) -> None:
    body = b"a[b=1&a=1&a[c]=2&nonce=9"
    path = "/0/private/Balance"
    sign = api_sign(path, nonce="", body=body, secret=venue.alice.secret)
    request = HttpRequest(method="POST", path=path, headers={"api-key": venue.alice.key, "api-sign": sign}, body=body)
    assert body_of(venue.send(request)) == {"error": ["EAPI:Invalid nonce"]}
    answer = venue.send(HttpRequest(method="GET", path="/0/public/Time", query="a=1&a[b]=2"))
    assert body_of(answer) == {"error": ["EAPI:Bad request"]}


# -- Limits --------------------------------------------------------------------------------------------------


def test_the_counter_of_a_key() -> None:
    venue = RestVenue(Rules())
    assert [venue.private("Ledgers")["error"] for _ in range(6)] == [[]] * 5 + [["EAPI:Rate limit exceeded"]]
    assert venue.private("Balance", signer=venue.bob)["error"] == []
    assert venue.refusal("CancelOrder", txid="1") == "EOrder:Unknown order"  # Orders have a limiter of their own.
    venue.wait(4)
    assert venue.private("Ledgers")["error"] == []


def test_public_calls_of_an_address() -> None:
    venue = RestVenue(Rules(public_calls_max=2))
    assert [venue.public("Time")["error"] for _ in range(3)] == [[], [], ["EAPI:Rate limit exceeded"]]
    answer = venue.send(HttpRequest(method="GET", path="/0/public/Time", peer="5.6.7.8"))
    assert body_of(answer)["error"] == []
    venue.wait(1)
    assert venue.public("Time")["error"] == []


def test_a_lockout() -> None:
    venue = RestVenue(Rules(lockout_errors_max=3))
    venue.door.answer(venue.signed("Balance", {}), now_ns=venue.now_ns)
    bad = HttpRequest(method="POST", path="/0/private/Balance", headers={"api-key": "x"}, peer="1.2.3.4")
    for _ in range(3):
        assert body_of(venue.send(bad)) == {"error": ["EAPI:Invalid key"]}
    assert venue.refusal("Balance") == "EGeneral:Temporary lockout"
    venue.wait(900)
    assert venue.private("Balance")["error"] == []


# -- Time and faults -----------------------------------------------------------------------------------------


def test_what_is_due_happens_before_the_answer(venue: RestVenue) -> None:
    venue.limit("buy", "0.1", "9000", expiretm="+10")
    venue.now_ns += 10 * SECOND_NS
    assert venue.ask("OpenOrders") == {"open": {}}


def test_a_fault_takes_the_calls_place(venue: RestVenue) -> None:
    venue.faults.errors = {"AddOrder": "EService:Busy", "Time": "EService:Unavailable"}
    assert venue.refusal("AddOrder", pair="XBTUSD") == "EService:Busy"
    assert venue.public("Time") == {"error": ["EService:Unavailable"]}
    assert venue.private("AddOrder", signer=venue.bob)["error"] == ["EService:Busy"]
    assert not venue.account().orders
    assert venue.faults.asked == [("AddOrder", "alice"), ("Time", None), ("AddOrder", "bob")]
    assert venue.faults.answered == venue.faults.asked


def test_a_fault_may_lose_the_answer_though_the_order_lives(venue: RestVenue) -> None:
    venue.faults.dropped = True
    fields = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "volume": "0.1", "price": "9000"}
    assert venue.send(venue.signed("AddOrder", fields)).drop
    assert len(venue.account().orders) == 1


def test_a_fault_may_set_the_shown_clock_wrong(venue: RestVenue) -> None:
    venue.faults.offset_ns = -3600 * SECOND_NS
    assert venue.ask("Time")["rfc1123"] == "Mon, 05 Jan 26 11:00:00 +0000"
    assert venue.ask("SystemStatus")["timestamp"] == "2026-01-05T11:00:00Z"
    answer = venue.ask("CancelAllOrdersAfter", timeout=60)
    assert answer == {"currentTime": "2026-01-05T11:00:00Z", "triggerTime": "2026-01-05T11:01:00Z"}
    assert venue.ask("CancelAllOrdersAfter", timeout=0)["triggerTime"] == "0"


# -- Any bytes -----------------------------------------------------------------------------------------------

NAMES = ["pair", "asset", "since", "count", "interval", "txid", "orders", "close", "price", "volume", "type",
         "ordertype", "userref", "start", "end", "ofs", "id", "report", "symbol", "depth", "cl_ord_id", "leverage",
         "timeout",
         "oflags", "expiretm", "deadline", "fields", "from_ts", "displayvol", "price2", "amount", "key", "method",
         "order_qty", "limit_price", "trigger_price", "starttm", "grouping", "description", "info"]  # fmt: skip
WORDS = ["XBTUSD", "BTC/USD", "XXBT", "buy", "sell", "limit", "market", "stop-loss-limit", "trailing-stop", "iceberg",
         "+5%", "#1", "-1e9", "0", "1", "0.01", "9000", "1e24", "99999999999999999999", "NaN", "all", "trades", "main",
         "2026-01-05T12:00:30Z", "+60", "", "true", "post", "viqc", "GTD", "settle-position", "5", "10"]  # fmt: skip
VALUES = st.sampled_from(WORDS) | st.text(max_size=20)
JSON_VALUES = st.recursive(
    VALUES | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)
ONCE = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def in_krakens_form(answer: HttpAnswer) -> dict[str, Any]:
    assert answer.status in {200, 404}
    if answer.content_type != "application/json":
        return {}
    body = json.loads(answer.body)
    assert isinstance(body["error"], list)
    assert ("result" in body) == (body["error"] == [])
    assert all(error.startswith("E") for error in body["error"])
    return body  # type: ignore[no-any-return] # JSON.


@pytest.fixture(scope="module")
def shared() -> RestVenue:
    """One venue for all the examples: whatever they did to it, it answers on."""
    venue = RestVenue(Rules(limits=False))
    venue.take("buy", "0.1")
    venue.limit("buy", "0.1", "9000", userref=5)
    venue.limit("buy", "0.1", "10000.1")
    return venue


@ONCE
@given(
    method=st.sampled_from(["GET", "POST", "PUT", ""]) | st.text(max_size=5),
    path=st.text(max_size=30) | st.sampled_from(PUBLIC).map("/0/public/{}".format),
    query=st.text(max_size=60),
    headers=st.dictionaries(st.sampled_from(["api-key", "api-sign", "content-type"]), st.text(max_size=20)),
    body=st.binary(max_size=60),
)
def test_any_request_is_answered(
    *, shared: RestVenue, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    in_krakens_form(
        shared.send(HttpRequest(method=method, path=path, query=query, headers=headers, body=body, peer="x"))
    )


@ONCE
@given(name=st.sampled_from(PUBLIC), fields=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6))
def test_any_public_call_is_answered(shared: RestVenue, name: str, fields: dict[str, str]) -> None:
    query = urlencode(fields, errors="replace")
    in_krakens_form(shared.send(HttpRequest(method="GET", path=f"/0/public/{name}", query=query)))


@settings(ONCE, max_examples=600)
@given(
    name=st.sampled_from(PRIVATE),
    fields=st.dictionaries(st.sampled_from(NAMES), JSON_VALUES, max_size=8),
    as_json=st.booleans(),
)
def test_any_signed_call_is_answered_and_tells_of_nobody_else(
    shared: RestVenue, name: str, fields: dict[str, Any], as_json: bool
) -> None:
    if not as_json:
        fields = {key: value for key, value in fields.items() if isinstance(value, str | int)}
        fields = {key: str(value).encode(errors="replace").decode() for key, value in fields.items()}
    answer = shared.send(shared.signed(name, fields, signer=shared.bob, as_json=as_json))
    in_krakens_form(answer)
    alice = shared.account("alice")
    secrets = [*alice.orders, *(order.order_id for order in alice.closed), *(fill.exec_id for fill in alice.fills)]
    secrets += [entry.ledger_id for entry in alice.ledger] + [alice.number, shared.alice.key]
    if name != "Level3":  # The public book, by its orders' ids.
        told = answer.body.decode(errors="replace")
        echoed = json.dumps(fields)
        assert not [secret for secret in secrets if secret in told and secret not in echoed]
    shared.bank.check()
