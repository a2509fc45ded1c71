from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import Side
from fathom.market import FrameBook
from fathom.protocol import checksum
from market_feed import BTC, T0, Feed, Levels, two_sided

GARBAGE = b'{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":7}]}'


class Apart:
    """A book and the venue that it hears."""

    def __init__(self, *, depth: int = 10) -> None:
        self.feed = two_sided(depth=depth)
        self.book = FrameBook(BTC, depth=depth)
        self.seq = 0

    def take(self, frame: bytes, *, snapshot: bool = False) -> tuple[str, bool]:
        self.seq += 1
        return self.book.apply(frame, snapshot=snapshot, frame_seq=self.seq, time_ns=T0 + self.seq)

    def trusting(self) -> "Apart":
        assert self.take(self.feed.snapshot(), snapshot=True) == ("", True)
        return self


def test_a_new_book_is_empty_and_not_trusted() -> None:
    book = FrameBook(BTC, depth=25)
    assert (book.symbol, book.state, book.trusted, book.depth) == ("BTC/USD", "empty", False, 25)
    assert (book.best_bid_ticks, book.best_ask_ticks, book.spread_ticks, book.mid_half_ticks) == (None,) * 4
    assert (book.microprice_ticks, book.imbalance(5), book.venue_ns) == (None, None, None)
    assert book.bids(5) == book.asks(5) == []


def test_a_verified_snapshot_is_trusted_and_can_be_read() -> None:
    apart = Apart().trusting()
    book = apart.book
    assert book.trusted
    assert book.reason == ""
    assert (book.best_bid_ticks, book.best_ask_ticks, book.spread_ticks, book.mid_half_ticks) == (999, 1001, 2, 2000)
    assert book.bids(2) == [(999, 10), (998, 10)]
    assert book.asks(2) == [(1001, 10), (1002, 10)]
    assert (book.level_qty_lots("buy", 998), book.level_qty_lots("sell", 998)) == (10, 0)
    assert (book.microprice_ticks, book.imbalance(5)) == (1000.0, 0.0)
    assert (book.frame_seq, book.moved_ns, book.venue_ns) == (1, T0 + 1, T0)
    assert (book.counts.frames, book.counts.verified) == (1, 1)


@pytest.mark.parametrize(
    ("change", "top_changed"),
    [({"bids": [(998, 11)]}, False), ({"bids": [(999, 11)]}, True), ({"asks": [(1001, 0)]}, True)],
)
def test_says_whether_the_top_changed(change: dict[str, Levels], top_changed: bool) -> None:
    apart = Apart().trusting()
    assert apart.take(apart.feed.update(**change)) == ("", top_changed)  # type: ignore[arg-type]  # Levels alone.
    assert apart.book.trusted


def test_an_update_before_any_snapshot_is_left_alone() -> None:
    apart = Apart()
    assert apart.take(apart.feed.update(bids=[(999, 1)])) == ("no snapshot yet", False)
    assert (apart.book.state, apart.book.counts.skipped, apart.book.counts.verified) == ("empty", 1, 0)
    assert apart.book.bids(1) == []


BAD: dict[str, tuple[Callable[[Feed], bytes], str, str]] = {
    "mismatch": (lambda feed: feed.update(bids=[(998, 1)], crc=1), "checksum mismatch", "mismatched"),
    "unchecked": (lambda feed: feed.update(bids=[(998, 1)], unchecked=True), "frame without a checksum", "unchecked"),
    "crossed": (lambda feed: feed.update(bids=[(1001, 1)]), "crossed book", "verified"),
    "refused": (lambda feed: GARBAGE, "frame refused: ", "refused"),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_cannot_be_trusted_quarantines_until_a_snapshot_verifies(bad: str) -> None:
    frame, reason, counted = BAD[bad]
    apart = Apart().trusting()
    before = getattr(apart.book.counts, counted)
    told, top_changed = apart.take(frame(apart.feed))
    assert told.startswith(reason)
    assert not top_changed
    assert (apart.book.state, apart.book.reason) == ("quarantined", told)
    assert getattr(apart.book.counts, counted) == before + 1
    good = Apart().feed
    assert apart.take(good.update(bids=[(998, 12)])) == (told, False)  # Left alone, however good it is.
    assert apart.book.counts.skipped == 1
    assert apart.take(good.snapshot(crc=1), snapshot=True) == ("checksum mismatch", False)
    assert apart.take(good.snapshot(), snapshot=True)[0] == ""
    assert apart.book.trusted
    assert apart.book.bids(2) == [(999, 10), (998, 12)]


def test_distrust_lasts_until_a_snapshot() -> None:
    apart = Apart().trusting()
    apart.book.distrust("link dropped: reset")
    assert (apart.book.state, apart.book.reason) == ("quarantined", "link dropped: reset")
    apart.take(apart.feed.update(bids=[(998, 1)]))
    assert not apart.book.trusted
    apart.take(apart.feed.snapshot(), snapshot=True)
    assert apart.book.trusted


def test_a_snapshot_that_is_odd_but_verified_is_trusted_and_says_so() -> None:
    apart = Apart(depth=3)
    deep = two_sided(depth=10)
    cut = two_sided(depth=10)
    cut.update(bids=[(996, 0), (995, 0)], asks=[(1004, 0), (1005, 0)])
    crc = checksum(sorted(cut.asks.items()), sorted(cut.bids.items(), reverse=True))
    assert apart.take(deep.snapshot(crc=crc), snapshot=True)[0] == ""
    assert apart.book.flaws() == ["more levels than the depth"]
    assert apart.book.bids(5) == [(999, 10), (998, 10), (997, 10)]


@pytest.mark.parametrize(
    ("side", "price_ticks", "depth", "seen"),
    [
        ("buy", 995, 5, True),  # The worst that is shown.
        ("buy", 994, 5, False),  # A sixth level would not be told.
        ("buy", 994, 6, True),  # There is none: the book has room.
        ("buy", 2000, 5, True),
        ("sell", 1005, 5, True),
        ("sell", 1006, 5, False),
        ("sell", 1, 5, True),
    ],
)
def test_knows_how_far_it_sees(side: Side, price_ticks: int, depth: int, seen: bool) -> None:
    assert Apart(depth=depth).trusting().book.in_view(side, price_ticks) == seen


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(1, 30), st.integers(0, 5)).map(
            lambda t: (t[0], t[1] if t[0] else t[1] + 30, t[2])
        ),
        max_size=40,
    )
)
def test_agrees_with_the_venue_whatever_it_says(changes: list[tuple[bool, int, int]]) -> None:
    feed, book = Feed(depth=10, bids=[(1, 1)], asks=[(60, 1)]), FrameBook(BTC, depth=10)
    book.apply(feed.snapshot(), snapshot=True, frame_seq=1, time_ns=1)
    for is_bid, price_ticks, qty_lots in changes:
        levels = feed.bids if is_bid else feed.asks
        if qty_lots == 0 and price_ticks not in levels:
            continue
        change = [(price_ticks, qty_lots)]
        frame = feed.update(bids=change) if is_bid else feed.update(asks=change)
        assert book.apply(frame, snapshot=False, frame_seq=2, time_ns=2)[0] == ""
        assert book.bids(10) == sorted(feed.bids.items(), reverse=True)
        assert book.asks(10) == sorted(feed.asks.items())
    assert book.counts.verified == book.counts.frames
