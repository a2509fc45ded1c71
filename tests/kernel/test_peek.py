"""Tests of `peek`: it routes by what a whole parse would say."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.kernel import peek

BOOK = b'{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],"asks":[],"checksum":1}]}'
L3 = b'{"channel":"level3","type":"update","data":[{"checksum":2841398499,"symbol":"MATIC/USD","bids":[],"asks":[]}]}'


def whole(frame: bytes) -> tuple[str, str, str]:
    """Return what a whole parse says."""
    outer = json.loads(frame)
    if not isinstance(outer, dict):
        return ("", "", "")
    data = outer.get("data")
    first = data[0] if isinstance(data, list) and data else None
    parts = [outer.get("channel"), outer.get("type"), first.get("symbol") if isinstance(first, dict) else None]
    channel, kind, symbol = (part if isinstance(part, str) else "" for part in parts)
    return channel, kind, symbol


@pytest.mark.parametrize(
    ("frame", "found"),
    [
        (BOOK, ("book", "update", "BTC/USD")),
        (L3, ("level3", "update", "MATIC/USD")),
        (b'{"channel":"heartbeat"}', ("heartbeat", "", "")),
        (b'{"channel":"instrument","type":"update","data":{"pairs":[{"symbol":"A/B"}]}}', ("instrument", "update", "")),
        (b'{"method":"subscribe","result":{"channel":"ticker","symbol":"A/B"},"success":true}', ("", "", "")),
        (b'{"channel":"balances","type":"update","data":[{"asset":"USD"},{"symbol":"A/B"}],"sequence":3}',
         ("balances", "update", "")),
        (b'{"data":[{"x":{"symbol":"no"},"symbol":"A\\/B"}, 1],"type":"up\\u0064ate","ch\\u0061nnel":"book"}',
         ("book", "update", "A/B")),
        (b'{"channel":7,"type":["update"],"data":[{"symbol":null}]}', ("", "", "")),
        (b'{"channel":"book","type":"update","data":[]}', ("book", "update", "")),
        (b'{"channel":"book","type":"update","data":[["symbol","x"]]}', ("book", "update", "")),
        (b'{"channel":"\xc3\xa9","type":"\\ud83d\\ude00","data":[{"symbol":"\xe2\x82\xac"}]}', ("é", "😀", "€")),
        (b'{"channel":"book","type":"update","data":[{"symbol":"' + b"X" * 100 + b'"}]}', ("book", "update",
        "X" * 100)),
        (b'{"channel":"","type":"","data":[{"symbol":""}],"padding":"so that the fast path is taken here"}', ("",
        "", "")),
    ],
)  # fmt: skip
def test_frames(frame: bytes, found: tuple[str, str, str]) -> None:
    assert whole(frame) == found
    for _ in range(2):  # The second time from memory.
        assert peek(frame) == found
        assert peek(b" " + frame) == found


@pytest.mark.parametrize(
    "frame",
    [b"", b" ", b"{", b"[]", b"null", b'"channel"', b'{"channel"}', b'{"channel":"book"', b'{"channel":"book"} x',
    b"\xff" * 80,
     b'{"channel":"a" "b"}', b'{"channel":"\x80","type":"","data":[]}',
     b'{"channel":"book","type":"update","data":[{"symbol":',
     b"[" * 5000, b'{"x":' * 5000],
)  # fmt: skip
def test_garbage_is_nothing(frame: bytes) -> None:
    assert peek(frame) == ("", "", "")


@pytest.mark.parametrize("other", [None, 7, "text", ["list"]])
def test_what_is_no_bytes_is_nothing(other: Any) -> None:
    assert peek(other) == ("", "", "")
    assert peek(bytearray(BOOK)) == peek(memoryview(BOOK)) == peek(BOOK)


@pytest.mark.parametrize("frame", [BOOK, L3])
def test_the_strings_of_an_answer_are_made_once(frame: bytes) -> None:
    assert peek(frame) is peek(frame.replace(b'"bids":[]', b'"bids":[{"price":1,"qty":1}]'))


def test_more_symbols_than_it_remembers() -> None:
    for _ in range(2):
        for place in range(20_000):
            name = f"S{place}/USD"
            assert peek(BOOK.replace(b"BTC/USD", name.encode())) == ("book", "update", name)


def test_the_first_of_two_counts() -> None:
    assert peek(b'{"channel":"a","channel":"b","type":"c","data":[{"symbol":"d","symbol":"e"}],"data":[]}') == (
        "a",
        "c",
        "d",
    )


VALUES = st.recursive(
    st.sampled_from(["book", "A/B", "symbol", "channel", 1, None, True]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["channel", "type", "data", "symbol", "x"]), inner, max_size=4)
    ),
    max_leaves=14,
)


@given(VALUES, st.booleans(), st.randoms(use_true_random=False))
def test_any_frame_is_as_a_whole_parse_has_it(value: Any, spaced: bool, random: Random) -> None:
    frame = json.dumps(value, indent=1 if spaced else None, separators=None if spaced else (",", ":")).encode()
    assert peek(frame) == whole(frame)
    damaged = bytearray(frame)
    damaged[random.randrange(len(damaged))] = random.randrange(256)
    assert [type(part) for part in peek(bytes(damaged))] == [str, str, str]


def test_recorded_frames(fixtures: Path) -> None:
    count = 0
    for line in (fixtures / "kraken-async-rs" / "ws-v2-messages.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record["kind"] == "message":
            text = json.dumps(record["text"], separators=(",", ":")).encode()
            assert peek(text) == whole(text)
            count += 1
    assert count > 30
