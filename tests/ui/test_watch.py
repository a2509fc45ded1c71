from decimal import Decimal

from fathom.domain import FrameReceived
from fathom.ui import Watch
from market_feed import House, market_of, two_sided


def test_it_counts_what_it_sees(busy: Watch) -> None:
    assert (busy.frames, busy.verified, busy.unverified, busy.seconds) == (4, 2, 1, 17.0)
    assert busy.counts["OrderApproved"] == 3
    assert busy.counts["trades"] == 1
    assert busy.entries == sum(busy.counts.values()) - busy.counts["trades"] + busy.frames


def test_its_replicas_follow_the_log(busy: Watch) -> None:
    assert [order.order_id for order in busy.orders.open()] == ["maker-1-1"]
    assert busy.orders.counts["fills"] == 1
    # 0.5 bought at 100.1 and worth 100, and the fee.
    assert busy.portfolio.profit_quote() == Decimal("-0.25")
    assert busy.equity_first == Decimal(1_100)


def test_the_news_tell_what_a_person_wants_to_know(busy: Watch) -> None:
    news = "\n".join(busy.news.lines)
    for told in (
        "bought 0.50 BTC at 100.1 USD (taker, fee 0.2 USD)",
        "risk denied maker-1-0: funds: too dear [really]",
        "maker-1-3 ended: Post only order",
        "ETH/USD quarantined: checksum mismatch",
        "trading halted by daily_loss_share_max",
    ):
        assert told in news
    assert busy.news.halted == "trading halted by daily_loss_share_max: lost 5 % [today]"


def test_nothing_seen_is_nothing_counted(idle: Watch) -> None:
    assert (idle.entries, idle.frames, idle.verified, idle.unverified, idle.seconds) == (0, 0, 0, 0, 0.0)
    assert (idle.equity_first, idle.news.halted, list(idle.news.lines)) == (None, "", [])


def test_frames_alone_do_no_harm() -> None:
    feed = two_sided()
    market = market_of(feed)
    watch = Watch(market, quote="USD")
    for entry in House(market).engine.step(FrameReceived("public", feed.snapshot()), time_ns=5):
        watch.observe(entry)
    assert (watch.frames, watch.verified, watch.equity_first) == (1, 1, None)
