from rough_scene import opened

from fathom.domain import BookQuarantined, BookTrusted, FrameReceived, LinkDropped, LinkOpened
from fathom.exchange import read_fault


def test_frames_come_as_the_venue_said_them_and_the_books_verify() -> None:
    scene = opened()
    links = [event.link for event in scene.all(FrameReceived)]
    assert {"public", "private"} <= set(links)
    assert [event.symbol for event in scene.all(BookTrusted)] == ["BTC/USD", "ETH/USD"]


def test_a_book_with_a_wrong_checksum_is_taken_anew_on_the_same_connection() -> None:
    scene = opened()
    scene.world.exchange.faults.add(read_fault({"kind": "wrong_checksum", "channel": "book", "count": 1}))
    scene.run(20, until=lambda: len(scene.all(BookTrusted)) == 3)
    (quarantined,) = scene.all(BookQuarantined)
    assert scene.all(BookTrusted)[-1].symbol == quarantined.symbol
    assert scene.all(LinkDropped) == []


def test_a_connection_that_went_silent_is_given_up_and_comes_back() -> None:
    scene = opened()
    (line,) = (line for line in scene.world.lines if line.role == "public")
    line.cut(silent=True)
    scene.run(30, until=lambda: len(scene.all(BookTrusted)) == 4)
    assert scene.all(LinkDropped) == [LinkDropped("public", "silent")]
    assert scene.all(LinkOpened).count(LinkOpened("public")) == 2
    assert all(book.trusted for book in scene.market.books.values())
