import pytest

from fathom.domain import (
    AccountAgreed,
    AccountDisputed,
    AmendDenied,
    DisputeSettled,
    Entry,
    Event,
    LinkDropped,
    MarginSeen,
    MarginUnknown,
    OrderCanceled,
    OrderDenied,
    OrderRejected,
    RunResumed,
    TradingHalted,
    TradingResumed,
)
from fathom.ui.news import DENIALS_EVERY_NS, LINES_MAX, QUIET, News
from market_feed import market_of


def told(*events: Event, every_ns: int = 1) -> News:
    news = News(market_of())
    for number, event in enumerate(events):
        news.observe(Entry(number + 1, number + 1, DENIALS_EVERY_NS + number * every_ns, "x", event), seconds=0.0)
    return news


def test_everyday_ends_are_no_news_and_old_news_scroll_away() -> None:
    assert list(told(*(OrderCanceled("a-1", reason) for reason in sorted(QUIET))).lines) == []
    news = told(*(OrderRejected(f"a-{n}", "no") for n in range(LINES_MAX + 3)))
    assert len(news.lines) == LINES_MAX
    assert news.lines[0].endswith("a-3 ended: no")
    assert news.told == LINES_MAX + 3


def test_what_is_denied_again_and_again_is_told_now_and_then_with_its_count() -> None:
    denials = [OrderDenied(f"mm-{n}-1", "funds", f"try {n}") for n in range(12)]
    lines = list(told(*denials, every_ns=DENIALS_EVERY_NS // 10).lines)
    assert [line.partition("risk denied ")[2] for line in lines] == [
        "mm-0-1: funds: try 0",
        "mm-10-1: funds: try 10 (9 more like it before)",
    ]


def test_denials_of_another_limit_strategy_or_kind_are_told_at_once() -> None:
    one = OrderDenied("mm-1-1", "funds", "x")
    limit, strategy = OrderDenied("mm-1-1", "lawful", "x"), OrderDenied("dca-1-1", "funds", "x")
    assert len(told(one, limit, strategy, AmendDenied("mm-1-1", "funds", "x")).lines) == 4


def test_a_halt_is_told_until_the_last_breaker_is_released() -> None:
    halts = (TradingHalted("kill", "enough"), TradingHalted("drawdown_share_max", "lost"))
    news = told(*halts, TradingResumed("kill", "", "a person"))
    assert news.halted == "trading halted by drawdown_share_max: lost"
    assert told(*halts, *(TradingResumed(halt.limit, "", "a person") for halt in halts)).halted == ""


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            AccountDisputed("BTC/USD", "1 BTC too many"),
            "DISPUTED, nothing new in BTC/USD: 1 BTC too many",
        ),
        (AccountDisputed("", "a gap"), "DISPUTED, nothing new in any pair: a gap"),
        (DisputeSettled("BTC/USD", "a person"), "settled in BTC/USD: a person"),
        (LinkDropped("public", "reset"), "connection public is down: reset"),
        (
            MarginUnknown("no answer", waits=True),
            "what is open on margin is not known, nothing is added until it is: no answer",
        ),
        (
            MarginUnknown("no answer", waits=False),
            "what is open on margin is not known, trading goes on with what was told last: no answer",
        ),
    ],
)
def test_what_stops_trading_is_told(event: Event, words: str) -> None:
    assert [line.partition("s  ")[2] for line in told(event).lines] == [words]


def test_that_margin_is_known_again_is_told_where_it_was_told_that_it_is_not() -> None:
    begins, lost, seen = MarginUnknown("", waits=True), MarginUnknown("no answer", waits=True), MarginSeen(())
    assert not told(begins, seen, seen).lines
    assert [line.partition("s  ")[2] for line in told(begins, lost, seen, seen).lines][1:] == [
        "what is open on margin is known again"
    ]


def test_that_the_account_agrees_is_told_once_after_each_gap_of_the_private_stream() -> None:
    agreed = AccountAgreed(1)
    news = told(agreed, agreed, LinkDropped("public", "x"), agreed, LinkDropped("private", "x"), agreed)
    assert sum("agrees with the journal" in line for line in news.lines) == 2
    news = told(agreed, RunResumed("boot-2", "0"), agreed)
    assert [line.partition("s  ")[2] for line in news.lines][1] == "the run goes on with its journal"
    assert sum("agrees with the journal" in line for line in news.lines) == 2
