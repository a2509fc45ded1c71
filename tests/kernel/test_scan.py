"""Tests of the strict cursor: it accepts what RFC 8259 allows, and nothing else."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kernel_oracle import Refused, parse

from fathom.kernel.scan import check

GOOD = [
    b"{}", b"[]", b' [ 1 , {"a" : null } ] ', b'"\\u00e9\\n\\/\\\\"', b"-0", b"0.5e-7", b"1E+400",
    b'"\xc3\xa9\xe2\x82\xac"',
    b'"\xf4\x8f\xbf\xbf"', b"true", b'"12345678901234567890 \x7f"', b"\t\r\n1\n", b'{"a":1,"a":2}',
    b"[" * 1024 + b"]" * 1024,
]  # fmt: skip
BAD = {
    b"": "a value was expected at byte 0",
    b" ": "a value was expected at byte 1",
    b"01": "a number has a leading zero at byte 1",
    b"-": "a digit was expected at byte 1",
    b"1.": "a digit was expected at byte 2",
    b".5": "a value was expected at byte 0",
    b"+1": "a value was expected at byte 0",
    b"1e": "a digit was expected at byte 2",
    b"NaN": "a value was expected at byte 0",
    b"tru": "a value was expected at byte 0",
    b"1 2": "something follows the frame at byte 2",
    b"1\x00": "something follows the frame at byte 1",
    b"[1,]": "a value was expected at byte 3",
    b"[1 2]": "a comma or a closing bracket was expected at byte 3",
    b"[1}": "a comma or a closing bracket was expected at byte 2",
    b"[": "a value was expected at byte 1",
    b'{"a":1,}': "a string was expected at byte 7",
    b'{"a" 1}': "a colon was expected at byte 5",
    b"{a:1}": "a string was expected at byte 1",
    b'"a': "a string does not end at byte 2",
    b'"abcdefgh\x1f"': "a control character stands in a string at byte 9",
    b'"a\x00b"': "a control character stands in a string at byte 2",
    b'"\\x"': "an escape is unknown at byte 1",
    b'"\\u12g4"': "an escape is not four hexadecimal digits at byte 1",
    b'"\\u12': "an escape is not four hexadecimal digits at byte 1",
    b'"\x80"': "a byte is not UTF-8 at byte 1",
    b'"\xc0\xaf"': "a byte is not UTF-8 at byte 1",
    b'"\xe0\x80\x80"': "a byte is not UTF-8 at byte 1",
    b'"\xed\xa0\x80"': "a byte is not UTF-8 at byte 1",
    b'"\xf4\x90\x80\x80"': "a byte is not UTF-8 at byte 1",
    b'"\xe2\x82': "a byte is not UTF-8 at byte 1",
    b"\xef\xbb\xbf1": "a value was expected at byte 0",
    b"[" * 1025 + b"]" * 1025: "the text is nested too deeply at byte 1024",
}


@pytest.mark.parametrize("text", GOOD)
def test_what_is_json_is_accepted(text: bytes) -> None:
    check(text)


@pytest.mark.parametrize(("text", "why"), BAD.items())
def test_what_is_not_is_refused_with_the_place(text: bytes, why: str) -> None:
    with pytest.raises(ValueError, match="at byte") as caught:
        check(text)
    assert str(caught.value) == why


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.booleans(), st.sampled_from([None, 1]), st.randoms(use_true_random=False))
def test_it_agrees_with_pythons_parser(value: object, plain: bool, indent: int | None, random: Random) -> None:
    text = json.dumps(value, ensure_ascii=plain, indent=indent).encode("utf-8", "surrogatepass")
    damaged = bytearray(text)
    for _ in range(random.randrange(3)):
        damaged[random.randrange(len(damaged))] = random.choice(b'0129.eE-+{}[]",:\\ u\x1f\x80\xc3tn')
    for one in (text, bytes(damaged)):
        try:
            parse(one)
        except Refused:
            with pytest.raises(ValueError, match="at byte"):
                check(one)
        else:
            check(one)
