"""Books: verified or not to be trusted; one that breaks is taken anew, and no other."""

from typing import Any

import pytest
from client_parts import Ground, waiting
from msgspec import structs

from fathom.net.client.events import BookLost, BookVerified, Gap
from fathom.protocol.messages import BookParams
from market_feed import BTC, ETH, Feed, instrument_frame, two_sided


def lost(ground: Ground) -> list[tuple[str, str]]:
    return [(event.symbol, event.reason) for event in ground.events(BookLost)]


def test_a_snapshot_makes_a_book_and_updates_go_the_fast_way() -> None:
    ground = Ground()
    link, feed, stream = ground.verified_book()
    book = ground.hearing.books.feeds[ground.topic("book", "BTC/USD").key].book
    assert waiting(stream) == [book]
    assert (book.verified, book.reason) == (True, "")
    frames = [feed.update(bids=[(1005 - n, n)]) for n in range(10, 15)]
    ground.hear(link, *frames)
    assert waiting(stream) == [book]  # Once, however often it moved.
    assert (book.bids_ticks(), book.asks_ticks()) == (feed._best_bids(), feed._best_asks())
    assert ground.hearing.books.counts() == {("book", "BTC/USD"): (6, 0)}
    assert [event.symbol for event in ground.events(BookVerified)] == ["BTC/USD"]
    assert ground.gaps() == []


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (lambda feed: feed.update(bids=[(998, 7)], crc=1), "checksum mismatch"),
        (lambda feed: feed.update(bids=[(1001, 7)]), "crossed book"),
        (lambda feed: feed.update(bids=[(998, 7)], unchecked=True), "frame without a checksum"),
        (lambda feed: feed.update(bids=[(998, 7)]).replace(b'"price":99.8', b'"price":99.83'), "frame refused"),
        (lambda feed: feed.update(bids=[(998, 7)])[:-20], "frame refused"),
        (lambda feed: feed.update(bids=[(998, 7)]).replace(b'"bids"', b' "bids"'), None),
    ],
    ids=["checksum", "crossed", "unchecked", "too fine", "truncated", "unusual, and right"],
)
def test_a_book_that_breaks_is_left_and_taken_anew_alone(frame: Any, reason: str | None) -> None:
    ground = Ground()
    link, feed, stream = ground.verified_book()
    ground.book("ETH/USD")
    other = two_sided(ETH)
    ground.hear(link, other.snapshot())
    waiting(stream)
    ground.hear(link, frame(feed))
    book = ground.hearing.books.feeds[ground.topic("book", "BTC/USD").key].book
    if reason is None:
        assert lost(ground) == []
        assert book.verified
        return
    assert [(symbol, said.startswith(reason)) for symbol, said in lost(ground)] == [("BTC/USD", True)]
    assert not book.verified
    assert book.reason
    assert waiting(stream) == []  # Nobody is given what cannot be trusted.
    # It is left, then subscribed anew; what comes meanwhile builds on nothing.
    asked = [(request["method"], request["params"]["symbol"]) for request in ground.grant(link)]
    assert asked == [("unsubscribe", ["BTC/USD"]), ("subscribe", ["BTC/USD"])]
    ground.hear(link, feed.update(bids=[(990, 1)]))
    assert not book.verified
    ground.hear(link, two_sided(qty_lots=3).snapshot())
    assert book.verified
    assert book.best_bid_ticks == 999
    assert waiting(stream) == [book]
    assert ground.gaps() == [("book", "BTC/USD", None)]
    assert lost(ground)[1:] == []
    assert ground.hearing.books.feeds[ground.topic("book", "ETH/USD").key].book.verified


def test_what_comes_in_the_same_buffer_after_it_broke_is_not_believed() -> None:
    ground = Ground()
    link, feed, stream = ground.verified_book()
    waiting(stream)
    ground.hear(link, feed.update(bids=[(998, 1)]), feed.update(bids=[(997, 1)], crc=1), feed.update(bids=[(996, 1)]))
    assert waiting(stream) == []
    assert len(ground.events(BookLost)) == 1


def test_a_snapshot_that_does_not_verify_is_not_believed_either() -> None:
    ground = Ground()
    link = ground.know_pairs()
    stream = ground.book()
    ground.hear(link, two_sided().snapshot(crc=1))
    assert waiting(stream) == []
    assert lost(ground) == [("BTC/USD", "checksum mismatch")]


def test_a_connection_that_goes_takes_its_books_with_it_until_they_come_back() -> None:
    ground = Ground()
    link, feed, stream = ground.verified_book()
    book = waiting(stream)[0]
    ground.down(link)
    assert (book.verified, book.reason) == (False, "link down: the connection broke")
    ground.up(link)
    ground.grant(link)
    ground.hear(link, feed.update(bids=[(998, 1)]))  # Before the snapshot.
    assert waiting(stream) == []
    ground.hear(link, feed.snapshot())
    assert waiting(stream) == [book]
    assert book.verified
    assert ("book", "BTC/USD", None) in ground.gaps()


def test_a_book_moves_to_another_connection_with_its_reader_and_counts_on() -> None:
    ground = Ground(count_max=2)
    link, feed, stream = ground.verified_book()
    book = waiting(stream)[0]
    ground.topics.move([ground.topic("book", "BTC/USD")], now_ns=1)
    assert not book.verified
    assert book.reason == "moved to another connection"
    other = ground.topic("book", "BTC/USD").link
    assert other is not link
    ground.grant(other)
    ground.hear(link, feed.update(bids=[(998, 1)]))  # The old one goes on until it has heard.
    ground.hear(link, feed.snapshot())
    assert not book.verified
    ground.hear(other, feed.snapshot())
    ground.hear(other, feed.update(bids=[(997, 1)]))
    assert book.verified
    assert waiting(stream) == [book]
    assert ground.hearing.books.counts() == {("book", "BTC/USD"): (3, 0)}
    assert [gap.reason for gap in ground.events(Gap)] == ["moved to another connection"]
    ground.grant(link)
    assert all(key.channel != "book" for key in link.session.subscription_states())


def test_closing_one_of_two_readers_leaves_the_book_to_the_other() -> None:
    ground = Ground()
    link, feed, first = ground.verified_book()
    second = ground.read(BookParams(symbol=(), depth=10, snapshot=True), "BTC/USD", conflate=True)
    book = waiting(first)[0]
    first.close()
    ground.hear(link, feed.update(bids=[(998, 1)]))
    assert waiting(second) == [book]
    second.close()
    assert (book.verified, book.reason) == (False, "closed")
    assert ground.hearing.books.feeds == {}
    assert [request["method"] for request in ground.grant(link)] == ["unsubscribe"]
    ground.hear(link, feed.update(bids=[(997, 1)]))  # Too late for anybody.
    assert link.desk.last is None


def test_a_reader_who_closes_while_he_is_called_disturbs_nobody() -> None:
    ground = Ground()
    link, feed, stream = ground.verified_book()
    calls: list[Any] = []
    closing = ground.read(
        BookParams(symbol=(), depth=10, snapshot=True),
        "BTC/USD",
        conflate=True,
        callback=lambda book: (calls.append(book), stream.close(), closing.close()),
    )
    ground.hear(link, feed.update(bids=[(998, 1)]))
    assert len(calls) == 1
    assert ground.hearing.books.feeds == {}
    ground.hear(link, feed.update(bids=[(997, 1)]))
    assert len(calls) == 1


def test_another_precision_means_another_book() -> None:
    ground = Ground()
    link, _, stream = ground.verified_book()
    book = waiting(stream)[0]
    finer = structs.replace(BTC, price_precision=2)
    ground.hear(link, instrument_frame(finer))
    assert lost(ground) == [("BTC/USD", "the pair's precision changed")]
    assert (book.instrument, book.best_bid) == (finer, None)
    ground.grant(link)
    feed = Feed(finer, bids=[(9999, 1)], asks=[(10001, 1)])
    ground.hear(link, feed.snapshot())
    assert waiting(stream) == [book]
    assert (book.verified, str(book.best_bid)) == (True, "99.99")


def test_other_rules_leave_the_book_as_it_is() -> None:
    ground = Ground()
    link, _, stream = ground.verified_book()
    book = waiting(stream)[0]
    ground.hear(link, instrument_frame(structs.replace(BTC, status="cancel_only")))
    assert book.verified
    assert book.instrument.status == "cancel_only"
    assert lost(ground) == []
