"""Tests of walking through objects by name."""

from __future__ import annotations

import json

import pytest

from fathom.kernel.walk import names

KNOWN = [
    "channel", "type", "data", "symbol", "bids", "asks", "checksum", "timestamp", "price", "qty", "event", "order_id",
    "limit_price", "order_qty",
]  # fmt: skip


def test_every_name_is_known_with_and_without_escapes() -> None:
    assert names(json.dumps(dict.fromkeys(KNOWN, 1)).encode()) == KNOWN
    escaped = ",".join('"' + "".join(f"\\u{ord(letter):04x}" for letter in name) + '":[]' for name in KNOWN)
    assert names(("{" + escaped + "}").encode()) == KNOWN


@pytest.mark.parametrize(
    "name",
    ["", "Bids", "bid", "bidss", "qt", "qtyy", "abcde", "symbox", "channex", "checksux", "order_iD", "timestamq",
     "order_qtx", "limit_pricf", "ten_letter", "a" * 500, "é", "b\\u0069d\\u0073\\u0000", "bi\\nds", "\\b\\f\\r\\t",
     "\\u20ac", "bids\\u00e9", "\\\\\\/\\\""],
)  # fmt: skip
def test_other_names_are_other(name: str) -> None:
    assert names(f'{{"{name}":null,"{name}":1}}'.encode()) == ["other", "other"]


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{", b'{"a"', b'{"a":}', b'{"a":1 "b":2}', b'{"a":1,}', b'{,"a":1}', b"{1:2}"]
)
def test_what_is_no_object_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="at byte"):
        names(text)


def test_white_space_is_free() -> None:
    assert names(b'{ \n"bids" \t:\r 1 , "asks":[ ]\n }') == ["bids", "asks"]
    assert names(b"{ }") == []
