"""Results are exact: amounts keep every digit, times become ns, and nothing odd passes for a number."""

import json
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from fathom.domain import RemoteError
from fathom.protocol import parse_time, rest
from rest_calls import result, send
from whole_exchange import Stage


def test_amounts_keep_their_digits_and_are_never_floats() -> None:
    text = '{"XXBT":"0.10000000000000000000000000001","ZUSD":1.50,"X":"1E-8"}'
    assert result(rest.Balance(), text) == {
        "XXBT": Decimal("0.10000000000000000000000000001"),
        "ZUSD": Decimal("1.50"),
        "X": Decimal("0.00000001"),
    }


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        ("1688666559.8974", 1_688_666_559_897_400_000),
        ("1701019775.0530136", 1_701_019_775_053_013_600),
        ("1688666559", 1_688_666_559_000_000_000),
        ('"1688666559"', 1_688_666_559_000_000_000),
        ('"2023-03-24T17:41:56Z"', parse_time("2023-03-24T17:41:56Z")),
        ('"2023-03-24T17:41:56.5+00:00"', parse_time("2023-03-24T17:41:56.5Z")),
        ("0", 0),
        ('"0"', 0),
    ],
)
def test_times_are_ns_however_they_are_written(text: str, time_ns: int) -> None:
    said = result(rest.Time(), f'{{"unixtime":{text}}}')
    assert said.unixtime == time_ns
    assert type(said.unixtime) is rest.TimeNs


@pytest.mark.parametrize(
    "text", ['"soon"', '"NaN"', "1e400", "true", "[1]", "{}", '"2023-13-24T17:41:56Z"', '"T"', "null", "99999999999999"]
)
def test_what_is_no_time_is_krakens_mistake(text: str) -> None:
    with pytest.raises(RemoteError, match="the result of Time is not as it should be"):
        result(rest.Time(), f'{{"unixtime":{text}}}')


@pytest.mark.parametrize("text", ['"NaN"', '"sNaN"', '"-Infinity"', '" inf"', '"1E+99999999"', "1e999", '"-2.5e-77"'])
def test_what_is_no_amount_is_krakens_mistake(text: str) -> None:
    with pytest.raises(RemoteError, match="the result of Balance is not"):
        result(rest.Balance(), f'{{"ZUSD":{text}}}')
    with pytest.raises(RemoteError, match="the result of BalanceEx is not"):
        result(rest.BalanceEx(), f'{{"ZUSD":{{"balance":{text}}}}}')
    with pytest.raises(RemoteError, match="the result of Depth is not"):
        result(rest.Depth(pair="BTC/USD"), f'{{"X":{{"asks":[[{text},"1",1]],"bids":[]}}}}')


def test_an_asset_of_such_a_name_is_no_number() -> None:
    assert result(rest.Balance(), '{"NAN":"1","INF":"2"}') == {"NAN": 1, "INF": 2}


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "null", '{"ZUSD":"a"}', '{"ZUSD":true}', "[" * 100_000])
def test_what_cannot_be_read_is_krakens_mistake(text: str) -> None:
    with pytest.raises(RemoteError, match="the result of Balance is not as it should be"):
        result(rest.Balance(), text)
    with pytest.raises(RemoteError):
        rest.read_result(rest.Balance(), None)


def test_fields_that_nobody_knows_are_skipped_and_optional_ones_may_be_absent() -> None:
    assert result(rest.Time(), '{"unixtime":1,"new":{"a":[1]}}').rfc1123 == ""


@pytest.mark.parametrize("text", ['{"last":1}', '{"A":[],"B":[],"last":1}', '{"A":5,"last":1}', '{"A":[],"last":[]}'])
def test_one_pair_is_one_pair(text: str) -> None:
    with pytest.raises(RemoteError, match="the result of OHLC"):
        result(rest.OHLC(pair="BTC/USD"), text)


def test_a_file_is_bytes() -> None:
    assert rest.read_result(rest.RetrieveExport(id="A"), b"PK\x03") == b"PK\x03"


def test_a_requests_class_says_what_it_is_answered_with() -> None:
    assert rest.result_type(rest.Balance) == dict[str, Decimal]
    assert rest.result_type(rest.OpenOrders) is rest.OpenOrdersResult


@pytest.mark.parametrize(("text", "count"), [("5", 5), ('"5"', 5)])
def test_a_count_may_be_a_text(text: str, count: int) -> None:
    assert result(rest.Ledgers(), f'{{"ledger":{{}},"count":{text}}}').count == count


@pytest.mark.parametrize("text", ['"five"', "-1", "1.5", "true", '""', "[]"])
def test_what_is_no_count_is_krakens_mistake(text: str) -> None:
    with pytest.raises(RemoteError):
        result(rest.Ledgers(), f'{{"ledger":{{}},"count":{text}}}')


# -- Answers with one thing wrong in them ----------------------------------------------------------------------------

TERMS: dict[str, Any] = {"pair": "BTC/USD", "volume": Decimal("0.01"), "ordertype": "limit"}
ASKED: list[rest.RestRequest[Any]] = [
    rest.AddOrder(type="buy", price=Decimal("19000.1"), **TERMS),
    rest.OpenOrders(),
    rest.TradesHistory(),
    rest.OpenPositions(docalcs=True),
    rest.OpenPositions(consolidation="market"),
    rest.Ledgers(),
    rest.TradeVolume(pair=("BTC/USD",)),
    rest.Ticker(),
    rest.OHLC(pair="BTC/USD"),
    rest.Depth(pair="BTC/USD"),
    rest.Trades(pair="BTC/USD"),
    rest.Spread(pair="BTC/USD"),
    rest.AssetPairs(),
    rest.GetApiKeyInfo(),
    rest.GetWebSocketsToken(),
    rest.CancelAllOrdersAfter(timeout=60),
    rest.EarnStrategies(limit=2),
    rest.PostTrade(),
    rest.Level3(pair="BTC/USD"),
]
WRONG: list[Any] = [
    None, True, -1, 10**40, 1.5, 1e300, "", "x", "NaN", "1E+9999999999999999999", "9" * 400, "2026-13-01T00:00:00Z",
    [], {}, [[]], {"a": 1},
]  # fmt: skip


def places(value: Any, so_far: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield (*so_far, name)
        yield from places(part, (*so_far, name))


def test_whatever_is_wrong_with_an_answer_is_krakens_mistake_and_no_crash() -> None:
    stage, random = Stage(), Random(5)
    send(stage, rest.AddOrder(type="sell", price=Decimal("20000.1"), **TERMS), "bob")
    send(stage, rest.AddOrder(type="buy", price=Decimal("20000.1"), leverage="2", **TERMS))
    refused = 0
    for request in ASKED:
        answer = send(stage, request)
        assert answer.result is not None, answer
        found = list(places(json.loads(answer.result)))
        for _ in range(150):
            value = json.loads(answer.result)
            *way, last = random.choice(found)
            inner = value
            for name in way:
                inner = inner[name]
            if random.random() < 0.2:
                del inner[last]
            else:
                inner[last] = random.choice(WRONG)
            try:
                rest.read_result(request, json.dumps(value).encode())
            except RemoteError:
                refused += 1
    assert refused > 1000
