"""v1/words.py: each form of a field, and its refusal."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.bank import Refusal
from fathom.exchange.core.price_words import PriceWord
from fathom.exchange.v1.words import NAMES_MAX, Words

NOW_NS = 1_700_000_000_000_000_000
FLAGS = frozenset({"post", "fcib", "fciq"})
READERS: dict[str, Callable[[Words], Any]] = {
    "text": lambda words: words.text("f"),
    "needed": lambda words: words.text("f", needed=True),
    "one_of": lambda words: words.one_of("f", {"buy": 1, "sell": 2}),
    "number": lambda words: words.number("f"),
    "needed number": lambda words: words.number("f", needed=True),
    "price": lambda words: words.price("f"),
    "whole": lambda words: words.whole("f"),
    "leverage": lambda words: words.leverage("f"),
    "flag": lambda words: words.flag("f"),
    "flags": lambda words: words.flags("f", FLAGS),
    "moment": lambda words: words.moment("f", now_ns=NOW_NS),
    "time": lambda words: words.time("f"),
    "names": lambda words: list(words.names("f")),
}


@pytest.mark.parametrize(
    ("reader", "value", "meaning"),
    [
        ("text", "abc", "abc"),
        ("text", "", None),
        ("text", None, None),
        ("one_of", "sell", 2),
        ("one_of", None, None),
        ("number", "1.250", Decimal("1.250")),
        ("number", "0", Decimal(0)),
        ("number", None, None),
        ("price", "+5%", PriceWord(Decimal(5), "pct")),
        ("price", "", None),
        ("whole", "60", 60),
        ("whole", 60, 60),
        ("whole", "-7", -7),
        ("leverage", "5", 5),
        ("leverage", "5:1", 5),
        ("leverage", 3, 3),
        ("leverage", "none", 0),
        ("leverage", None, 0),
        ("flag", True, True),
        ("flag", "true", True),
        ("flag", "True", True),
        ("flag", "1", True),
        ("flag", "false", False),
        ("flag", "", False),
        ("flag", None, False),
        ("flags", "post,fciq", {"post", "fciq"}),
        ("flags", "post, fciq", {"post", "fciq"}),
        ("flags", "", set()),
        ("flags", None, set()),
        ("moment", "0", None),
        ("moment", 0, None),
        ("moment", "1700000060", NOW_NS + 60_000_000_000),
        ("moment", 1700000060, NOW_NS + 60_000_000_000),
        ("moment", "1700000060.5", NOW_NS + 60_500_000_000),
        ("moment", "+30", NOW_NS + 30_000_000_000),
        ("time", "2023-11-14T22:13:20Z", NOW_NS),
        ("time", None, None),
        ("names", "O1", ["O1"]),
        ("names", ["O1", "O2"], ["O1", "O2"]),
        ("names", ["O1", 5], ["O1", "5"]),
        ("names", 5, ["5"]),
        ("names", None, []),
        ("names", [], []),
    ],
)
def test_reads(reader: str, value: Any, meaning: Any) -> None:
    words = Words({} if value is None else {"f": value})
    assert READERS[reader](words) == meaning
    assert words.refusal is None


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        ("text", 5),
        ("text", ["a"]),
        ("text", "x" * 257),
        ("needed", None),
        ("needed", ""),
        ("needed number", None),
        ("one_of", "hold"),
        ("number", 1.5),  # v1's numbers are texts.
        ("number", 2),
        ("number", "+1"),
        ("number", "1e5"),
        ("price", "5%"),
        ("price", 30000),
        ("whole", "1.5"),
        ("whole", 1.5),
        ("whole", True),
        ("whole", "9" * 19),
        ("leverage", "five"),
        ("leverage", "5:2"),
        ("leverage", -5),
        ("leverage", 2.5),
        ("leverage", True),
        ("flag", "yes"),
        ("flag", 1),
        ("flags", "post,fast"),
        ("flags", 7),
        ("moment", "soon"),
        ("moment", "-5"),
        ("moment", 1.5),
        ("moment", "1" * 11),
        ("time", "2023-11-14"),
        ("time", 1700000000),
        ("names", [""]),
        ("names", [None]),
        ("names", [1.5]),
        ("names", {"a": "b"}),
        ("names", ["O1"] * (NAMES_MAX + 1)),
    ],
)
def test_refuses(reader: str, value: Any) -> None:
    words = Words({} if value is None else {"f": value})
    READERS[reader](words)
    assert words.refusal == Refusal("EGeneral:Invalid arguments:f")


def test_the_first_that_does_not_fit_is_told() -> None:
    words = Words({"a": 1, "b": 2})
    words.text("b")
    words.text("a")
    assert words.refusal == Refusal("EGeneral:Invalid arguments:b")


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(READERS)), ANY)
def test_any_value_is_read_or_refused(reader: str, value: Any) -> None:
    READERS[reader](Words({"f": value}))
