"""The control API on a whole exchange: what each route does, and one clear error for all that is wrong."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fathom.exchange.access import ApiKey
from fathom.exchange.control import ControlDoor
from fathom.exchange.doors import HttpRequest
from whole_exchange import SECOND_NS, START_NS, Stage

LOOK = ["query-funds", "query-open-trades"]


@pytest.fixture
def stage() -> Stage:
    """One that a test may change."""
    return Stage()


@pytest.fixture(scope="module")
def old_stage() -> Stage:
    """One for all who change nothing, or do not care."""
    stage = Stage(market=True)
    stage.run(0.1)
    return stage


# -- What it does --------------------------------------------------------------------------------------------


def test_it_lists_its_routes(stage: Stage) -> None:
    assert stage.steer("GET", "/") == {
        "routes": [
            "GET /",
            "GET /state",
            "GET /accounts/NAME",
            "POST /accounts",
            "POST /accounts/NAME/deposit",
            "POST /accounts/NAME/withdraw",
            "POST /clock",
            "POST /market",
            "POST /system",
            "POST /pairs",
            "GET /faults",
            "POST /faults",
            "DELETE /faults",
            "DELETE /faults/ID",
        ]
    }


def test_the_state_is_all_there_is_to_see(stage: Stage) -> None:
    state = stage.steer("GET", "/state/")
    assert list(state) == ["clock", "system", "market", "pairs", "accounts"]
    assert state["clock"] == {"now_ns": START_NS}
    assert (state["system"], state["market"]) == ("online", {"paused": False, "acts": 0})
    assert [pair["symbol"] for pair in state["pairs"]] == ["BTC/USD", "ETH/USD"]
    assert [account["name"] for account in state["accounts"]] == [
        "alice", "bob", "carol", "dave", "viewer", "treasurer",
    ]  # fmt: skip


def test_an_account_is_opened_with_a_key_that_works(stage: Stage) -> None:
    opened = stage.steer("POST", "/accounts", {"name": "eve", "permissions": LOOK, "funded": False})
    assert (opened["name"], opened["permissions"]) == ("eve", LOOK)
    assert set(opened) == {"name", "key", "secret", "permissions"}
    key = stage.exchange.keyring.get(opened["key"])
    assert isinstance(key, ApiKey)
    stage.exchange.samples.append(key)
    assert stage.private("Balance", name="eve") == {}
    trades = stage.steer("POST", "/accounts", {"name": "frank"})
    assert "modify-trades" in trades["permissions"]
    assert "withdraw-funds" not in trades["permissions"]
    assert stage.state("frank")["balances"]["USD"] == "25000.0000"


def test_money_is_brought_and_taken(stage: Stage) -> None:
    before = stage.state("alice")["balances"]["BTC"]
    brought = stage.steer("POST", "/accounts/alice/deposit", {"asset": "XBT", "amount": "1.5"})
    assert brought == {"asset": "BTC", "balance": f"{float(before) + 1.5:.10f}"}
    taken = stage.steer("POST", "/accounts/alice/withdraw", {"asset": "XXBT", "amount": 1.5})
    assert taken == {"asset": "BTC", "balance": before}
    assert stage.private("Balance")["XXBT"] == before
    assert [row["type"] for row in stage.private("Ledgers", asset="XBT")["ledger"].values()] == [
        "withdrawal",
        "deposit",
        "deposit",
    ]
    stage.exchange.bank.check()


def test_the_clock_is_moved_on(stage: Stage) -> None:
    assert stage.steer("POST", "/clock", {"advance_s": 0.5}) == {"now_ns": START_NS + SECOND_NS // 2}
    assert stage.steer("POST", "/clock", {"advance_s": "3600"}) == {
        "now_ns": START_NS + 3600 * SECOND_NS + SECOND_NS // 2
    }
    assert stage.public("Time")["unixtime"] == START_NS // SECOND_NS + 3600


def test_the_market_stands_still_and_goes_on() -> None:
    stage = Stage(market=True)
    stage.run(2)
    assert stage.steer("POST", "/market", {"paused": True})["paused"] is True
    acts = stage.exchange.market.acts
    stage.run(30)
    assert stage.exchange.market.acts == acts > 0
    assert stage.steer("POST", "/market", {"paused": False, "rate": 50}) == {"paused": False, "acts": acts}
    stage.run(10)
    assert 350 < stage.exchange.market.acts - acts < 650
    stage.steer("POST", "/market", {"rate": 5, "speed": 0.1})
    acts = stage.exchange.market.acts
    stage.run(10)
    assert 20 < stage.exchange.market.acts - acts < 100


def test_the_engine_changes_its_state(stage: Stage) -> None:
    client = stage.connect()
    client.take()
    assert stage.steer("POST", "/system", {"status": "cancel_only"}) == {"status": "cancel_only"}
    (told,) = client.take()
    assert (told["channel"], told["data"][0]["system"]) == ("status", "cancel_only")
    assert stage.public("SystemStatus")["status"] == "cancel_only"


def test_a_pair_changes_its_state_and_its_precisions(stage: Stage) -> None:
    client = stage.connect()
    client.subscribe("instrument", snapshot=False)
    said = stage.steer("POST", "/pairs", {"symbol": "ETH/USD", "status": "post_only", "price_precision": 3})
    assert said == {"symbol": "ETH/USD", "status": "post_only", "price_precision": 3}
    (row,) = (pair for frame in client.take() for pair in frame["data"]["pairs"])
    assert (row["symbol"], row["status"], row["price_precision"]) == ("ETH/USD", "post_only", 3)
    assert stage.public("AssetPairs", pair="ETHUSD")["XETHZUSD"]["pair_decimals"] == 3


def test_faults_come_and_go(stage: Stage) -> None:
    assert stage.steer("GET", "/faults") == {"faults": []}
    added = stage.steer("POST", "/faults", {"kind": "drop", "share": 0.25, "channel": "book"})
    assert added == {"id": "F1"}
    stage.steer("POST", "/faults", {"kind": "system", "status": "maintenance", "for_s": 60})
    assert stage.public("SystemStatus")["status"] == "maintenance"  # At once.
    listed = stage.steer("GET", "/faults")["faults"]
    assert [(fault["id"], fault["kind"], fault["on"]) for fault in listed] == [
        ("F1", "drop", True),
        ("F2", "system", True),
    ]
    assert stage.steer("DELETE", "/faults/F2") == {"removed": 1}
    assert stage.public("SystemStatus")["status"] == "online"
    assert stage.steer("DELETE", "/faults/F2") == {"removed": 0}
    stage.steer("POST", "/faults", {"kind": "drop", "at_s": 1e3})
    assert stage.steer("DELETE", "/faults") == {"removed": 2}
    assert stage.steer("GET", "/faults") == {"faults": []}


# -- What is wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/state/alice", 404),
        ("POST", "/accounts/alice", 405),
        ("POST", "/accounts/alice/steal", 404),
        ("POST", "/accounts/alice/deposit/x", 404),
        ("GET", "/0/public/Time", 404),
        ("GET", "/\udcff\u2028", 404),
        ("POST", "/state", 405),
        ("GET", "/clock", 405),
        ("PUT", "/faults/F1", 405),
        ("HEAD", "/", 405),
    ],
)
def test_what_is_no_route(old_stage: Stage, method: str, path: str, status: int) -> None:
    said, answer = old_stage.control(method, path)
    shown = path if path.isascii() else "/\\udcff\\u2028"
    assert (said, answer) == (status, {"error": f"there is no {method} {shown}: GET / lists the routes"})


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        # Any body.
        ("/clock", b"{", "body: is not JSON: Input data was truncated"),
        ("/clock", b"\xff\xfe", "body: is not JSON: "),
        ("/clock", b"[" * 100_000, "body: is not JSON: "),
        ("/clock", b'{"advance_s":1e9999999999999999999}', "body: has a number that nobody can count"),
        ("/clock", [1], "body: must be a JSON object"),
        ("/clock", None, "advance_s: is required, as a number"),
        ("/clock", {"seconds": 5}, "seconds: is no field of POST /clock, which takes advance_s"),
        # Accounts.
        ("/accounts", {}, "name: is required, as text"),
        ("/accounts", {"name": ""}, "name: is required, as text"),
        ("/accounts", {"name": 7}, "name: is required, as text"),
        ("/accounts", {"name": "a b"}, "name: must be up to 40 letters, digits, - and _"),
        ("/accounts", {"name": "é"}, "name: must be up to 40 letters, digits, - and _"),
        ("/accounts", {"name": "--"}, "name: must be up to 40 letters, digits, - and _"),
        ("/accounts", {"name": "x" * 41}, "name: must be up to 40 letters, digits, - and _"),
        ("/accounts", {"name": "alice"}, "name: alice is there already"),
        ("/accounts", {"name": "house-patient"}, "name: house-patient is there already"),
        ("/accounts", {"name": "x", "permissions": "trade"}, "permissions: must be a list of words"),
        ("/accounts", {"name": "x", "permissions": ["trade"]}, "permissions: 'trade' is none of add-funds, "),
        ("/accounts", {"name": "x", "permissions": [None]}, "permissions: 'None' is none of add-funds, "),
        ("/accounts", {"name": "x", "funded": "no"}, "funded: must be true or false"),
        # Money.
        ("/accounts/nobody/deposit", {"asset": "USD", "amount": 1}, "name: no account nobody"),
        ("/accounts/house-patient/deposit", {"asset": "USD", "amount": 1}, "name: no account house-patient"),
        ("/accounts/fees/withdraw", {"asset": "USD", "amount": 1}, "name: no account fees"),
        ("/accounts/alice/deposit", {"amount": 1}, "asset: is required, as text"),
        ("/accounts/alice/deposit", {"asset": "WAVES", "amount": 1}, "asset: WAVES is not listed"),
        ("/accounts/alice/deposit", {"asset": "USD"}, "amount: is required, as a number"),
        ("/accounts/alice/deposit", {"asset": "USD", "amount": True}, "amount: is required, as a number"),
        ("/accounts/alice/deposit", {"asset": "USD", "amount": "ten"}, "amount: 'ten' is not a number"),
        ("/accounts/alice/deposit", {"asset": "USD", "amount": "nan"}, "amount: 'nan' is not a number"),
        ("/accounts/alice/deposit", {"asset": "USD", "amount": 0}, "amount: must be above zero, not 0"),
        ("/accounts/alice/deposit", {"asset": "USD", "amount": -5}, "amount: must be above zero, not -5"),
        ("/accounts/alice/deposit", {"asset": "USD", "amount": 1e-5}, "amount: 0.00001 has more than 4 decimals"),
        ("/accounts/alice/deposit", {"asset": "USD", "amount": 1e300}, "amount: 1E+300 does not fit 64 bits"),
        ("/accounts/alice/withdraw", {"asset": "USD", "amount": 10**9}, "amount: EFunding:Insufficient funds"),
        # The clock.
        ("/clock", {"advance_s": -1}, "advance_s: must be from 0 to 2678400, not -1: no clock runs backwards"),
        ("/clock", {"advance_s": 1e300}, "advance_s: must be from 0 to 2678400, not 1E+300: no clock runs backwards"),
        ("/clock", {"advance_s": "Infinity"}, "advance_s: 'Infinity' is not a number"),
        # The market.
        ("/market", {}, "paused: is required, or speed, or rate"),
        ("/market", {"paused": 1}, "paused: must be true or false"),
        ("/market", {"speed": 0}, "speed: must be above 0 and at most 1000, not 0"),
        ("/market", {"speed": "1e400"}, "speed: must be above 0 and at most 1000, not inf"),
        ("/market", {"rate": 1e6}, "rate: must be above 0 and at most 100000, not 1e+06"),
        ("/market", {"paused": True, "rate": "fast"}, "rate: 'fast' is not a number"),
        # The engine.
        ("/system", {"status": "closed"}, "status: 'closed' is none of online, post_only, limit_only, cancel_only, "),
        # Pairs.
        ("/pairs", {}, "symbol: is required, as text"),
        ("/pairs", {"symbol": "XBT/USD", "status": "online"}, "symbol: XBT/USD is not listed"),
        ("/pairs", {"symbol": "BTC/USD"}, "status: is required, or price_precision, or qty_precision"),
        ("/pairs", {"symbol": "BTC/USD", "status": "closed"}, "status: 'closed' is none of cancel_only, "),
        ("/pairs", {"symbol": "BTC/USD", "status": ["online"]}, "status: ['online'] is none of cancel_only, "),
        ("/pairs", {"symbol": "BTC/USD", "margin": 5}, "margin: cannot change: status, price_precision "),
        ("/pairs", {"symbol": "BTC/USD", "qty_precision": 13}, "qty_precision: must be a whole number from 0 to 12"),
        ("/pairs", {"symbol": "BTC/USD", "qty_precision": 2.5}, "qty_precision: must be a whole number from 0 to 12"),
        ("/pairs", {"symbol": "BTC/USD", "price_precision": True}, "price_precision: must be a whole number "),
        # Faults.
        ("/faults", {}, "kind: is required; there are drop, "),
        ("/faults", {"kind": "explode"}, "kind: 'explode' is no kind of fault; there are drop, "),
        ("/faults", {"kind": "drop", "share": 2}, "share: must be "),
        ("/faults", {"kind": "delist", "symbol": "WAVES/EUR"}, "symbol: WAVES/EUR is not listed; "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence_and_changes_nothing(
    old_stage: Stage, path: str, body: Any, error: str
) -> None:
    stage = old_stage
    before = stage.steer("GET", "/state"), stage.steer("GET", "/faults")
    status, answer = stage.control("POST", path, body)
    assert status == 400
    assert list(answer) == ["error"]
    assert answer["error"].startswith(error)
    assert "\n" not in answer["error"]
    assert (stage.steer("GET", "/state"), stage.steer("GET", "/faults")) == before


def test_a_market_of_clients_alone_cannot_be_hurried() -> None:
    for body in ({"paused": True}, {"speed": 2}, {"rate": 2}):
        assert Stage().control("POST", "/market", body) == (
            400,
            {"error": "market: nobody trades here but the clients"},
        )


def test_nobody_who_trades_gets_in(stage: Stage) -> None:
    """The control API's routes are nothing at the other doors."""
    for path in ("/", "/state", "/accounts", "/accounts/alice/deposit", "/clock", "/market", "/faults", "/metrics"):
        for method in ("GET", "POST", "DELETE"):
            answer = stage.send(method, path, body=b'{"advance_s": 60}')
            assert (answer.status, json.loads(answer.body)) == (404, {"error": ["EGeneral:Unknown method"]})
        assert path == "/" or stage.refused("public", path) == 404
    assert stage.venue_ns == START_NS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["name", "permissions", "funded", "asset", "amount", "advance_s", "paused", "speed", "rate", "status", "symbol",
     "price_precision", "qty_precision", "kind", "share", "count", "cycle", "at_s"]
)  # fmt: skip
LIKELY = st.sampled_from(["alice", "USD", "XBT", "BTC/USD", "online", "delisted", "drop", "system", "1", 0, 5, True])
PATHS = st.sampled_from(
    ["/", "/state", "/accounts", "/accounts/alice/deposit", "/accounts/bob/withdraw", "/clock", "/market", "/system",
     "/pairs", "/faults", "/faults/F1"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "POST", "POST", "POST", "DELETE"]),
    path=PATHS | st.text(max_size=12).map("/{}".format),
    body=st.dictionaries(FIELDS, LIKELY | JSON, max_size=4) | JSON,
)
def test_any_request_has_an_answer(old_stage: Stage, method: str, path: str, body: Any) -> None:
    """And whatever was done by then, the money is all there and the market lives."""
    status, answer = old_stage.control(method, path, body)
    assert status in {200, 400, 404, 405}
    assert (list(answer) == ["error"]) == (status != 200)
    old_stage.run(0.05)
    old_stage.exchange.bank.check()


@settings(max_examples=100)
@given(content=st.binary(max_size=40), method=st.text(max_size=6), path=st.text(max_size=20))
def test_any_bytes_have_an_answer(old_stage: Stage, content: bytes, method: str, path: str) -> None:
    door = old_stage.exchange._control
    assert isinstance(door, ControlDoor)
    answer = door.answer(HttpRequest(method=method, path=path, body=content))
    assert isinstance(json.loads(answer.body), dict)
