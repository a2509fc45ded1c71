from fathom.protocol.messages import BookParams, Level3Params, TickerParams
from fathom.protocol.session.pacing import REQUEST_SYMBOLS_MAX, REQUESTS_PER_SECOND_MAX
from fathom.protocol.session.queues import Group, Queues
from fathom.protocol.session.subscription import Key
from fathom.protocol.session.wishes import Batch
from fathom.protocol.times import SECOND_NS

TICKER: Group = ("subscribe", TickerParams(symbol=()))
BOOK: Group = ("subscribe", BookParams(symbol=(), depth=10))
LEAVE: Group = ("unsubscribe", BookParams(symbol=(), depth=10))
LEVEL3: Group = ("subscribe", Level3Params(symbol=(), depth=10))


def take(queues: Queues, *, now_ns: int = 0, level3_room: int = 200) -> list[Batch]:
    batches: list[Batch] = []
    while (batch := queues.next_batch(level3_room=lambda: level3_room, now_ns=now_ns)) is not None:
        queues.sent(batch, now_ns=now_ns)
        batches.append(batch)
    return batches


def keys(channel: str, number: int) -> list[Key]:
    return [Key(channel, f"C{index}/USD") for index in range(number)]


def test_lines_are_grouped_and_come_in_their_order() -> None:
    queues = Queues()
    for key, group in (*((key, BOOK) for key in keys("book", 120)), (Key("ticker", "BTC/USD"), TICKER)):
        queues.put(key, group, now_ns=0)
    batches = take(queues)
    assert [len(batch.keys) for batch in batches] == [REQUEST_SYMBOLS_MAX, REQUEST_SYMBOLS_MAX, 20, 1]
    assert [key for batch in batches for key in batch.keys] == [*keys("book", 120), Key("ticker", "BTC/USD")]
    assert len(queues) == 0
    assert queues.deadline_ns is None


def test_a_key_stands_in_one_line() -> None:
    queues = Queues()
    (key,) = keys("book", 1)
    queues.put(key, BOOK, now_ns=0)
    queues.put(key, LEAVE, now_ns=0)
    assert [batch.method for batch in take(queues)] == ["unsubscribe"]
    queues.put(key, BOOK, now_ns=0)
    queues.discard(key)
    queues.discard(key)
    assert take(queues) == []


def test_the_pace_is_kept_and_the_deadline_says_when_it_goes_on() -> None:
    queues = Queues()
    for key in keys("book", REQUEST_SYMBOLS_MAX * REQUESTS_PER_SECOND_MAX + 7):
        queues.put(key, BOOK, now_ns=0)
    assert len(take(queues)) == REQUESTS_PER_SECOND_MAX
    assert queues.deadline_ns == SECOND_NS
    assert [len(batch.keys) for batch in take(queues, now_ns=SECOND_NS)] == [7]


def test_level3_waits_for_places_and_lets_others_pass() -> None:
    queues = Queues()
    for key in keys("level3", 5):
        queues.put(key, LEVEL3, now_ns=0)
    queues.put(Key("book", "BTC/USD"), LEAVE, now_ns=0)
    assert [batch.method for batch in take(queues, level3_room=0)] == ["unsubscribe"]
    assert queues.deadline_ns == SECOND_NS
    first, *_ = take(queues, now_ns=SECOND_NS, level3_room=3)
    assert first.keys == tuple(keys("level3", 3))
    assert first.level3_depth == 10


def test_postponed_means_later() -> None:
    queues = Queues()
    queues.put(Key("book", "BTC/USD"), BOOK, now_ns=0)
    assert queues.deadline_ns == 0
    queues.postpone(until_ns=9)
    assert queues.deadline_ns == 9
