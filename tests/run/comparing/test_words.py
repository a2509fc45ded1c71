from fathom.run.comparing.words import Words
from market_feed import BTC


def test_numbers_are_told_by_the_rules_of_the_pair() -> None:
    words = Words({"BTC/USD": BTC})
    assert words.price("BTC/USD", 10_005) == "1,000.5"
    assert words.price("BTC/USD", None) == "the market"
    assert words.qty("BTC/USD", 150) == "1.5 BTC"
    assert (Words().price("X/USD", 12), Words().qty("X/USD", 1_200)) == ("12 ticks", "1,200 lots")


def test_times_are_told_as_long_as_they_are() -> None:
    assert [Words.span(ns) for ns in (1_500_000_000, 2_500_000, 1_000)] == ["1.5 s", "2.5 ms", "1 us"]
    assert Words().later(0, 2_500_000) == "2.5 ms later in B"
    assert Words().later(2_500_000, 0) == "2.5 ms later in A"
    assert Words().later(7, 7) == ""
