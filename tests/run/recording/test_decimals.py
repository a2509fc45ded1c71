"""Who says how many decimals a book has: its instruments, then the user, then its own numbers."""

from fathom.run.recording.decimals import Decimals
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookSaid, PrecisionsSaid, TradesSaid


def said(*, symbol: str = "BTC/USD", channel: str = "book", price: str = "1.50", qty: str = "0.123") -> BookSaid:
    frame = f'{{"bids":[{{"price":{price},"qty":{qty}}}]}}'.encode()
    return BookSaid(1, frame, channel, symbol, "", snapshot=True)  # type: ignore[arg-type]


def test_the_padding_of_its_numbers_tells_where_nothing_else_does() -> None:
    decimals = Decimals({})
    decimals.learn(said(price="1.5"))
    decimals.learn(said(qty="0.1"))
    assert decimals.of(said()) == (Precision(2, 3), "the padding of its numbers")
    assert decimals.known("BTC/USD") == (2, 3)
    assert decimals.known("ETH/USD") is None


def test_what_the_user_says_counts_and_what_the_recording_says_counts_more() -> None:
    decimals = Decimals({"BTC/USD": Precision(5, 5)})
    decimals.learn(said())
    assert decimals.of(said()) == (Precision(5, 5), "--instruments")
    assert decimals.known("BTC/USD") == (5, 5)
    decimals.learn(PrecisionsSaid({"BTC/USD": Precision(1, 8)}))
    decimals.learn(PrecisionsSaid({"BTC/USD": Precision(2, 8)}))  # In its turn.
    assert decimals.of(said()) == (Precision(1, 8), "the recording's instruments")
    decimals.update(PrecisionsSaid({"BTC/USD": Precision(2, 8)}))
    assert decimals.known("BTC/USD") == (2, 8)


def test_trades_tell_of_a_pair_that_has_no_book() -> None:
    decimals = Decimals({})
    decimals.learn(TradesSaid(frozenset({"BTC/USD"}), b'{"price":1.25,"qty":0.001}'))
    decimals.learn(TradesSaid(frozenset({"BTC/USD"}), b'{"price":1.5,"qty":0.00001}'))
    assert decimals.known("BTC/USD") == (2, 5)


def test_version_1_goes_by_its_own_padding() -> None:
    decimals = Decimals({})
    decimals.learn(PrecisionsSaid({"BTC/USD": Precision(1, 8)}))
    decimals.learn(said(channel="book (v1)", price="1.50000"))
    assert decimals.of(said(channel="book (v1)"))[0] == (5, 3)


def test_it_has_enough_with_the_first_instruments_and_learns_the_rest_once_where_they_are_silent() -> None:
    looks = []
    late = [said(price="1.5"), said(symbol="ETH/USD", price="1.255"), PrecisionsSaid({"ADA/USD": Precision(6, 6)})]

    def everything() -> list[BookSaid | PrecisionsSaid]:
        looks.append(1)
        return [PrecisionsSaid({"BTC/USD": Precision(1, 8)}), *late]

    decimals = Decimals({}, everything=everything)
    assert not decimals.enough
    decimals.learn(PrecisionsSaid({"BTC/USD": Precision(1, 8)}))
    assert decimals.enough
    assert decimals.of(said())[0] == (1, 8)
    assert not looks
    other = decimals.copy()
    decimals.update(PrecisionsSaid({"BTC/USD": Precision(2, 8)}))
    assert decimals.of(said(symbol="ETH/USD"))[0] == (3, 3)
    assert decimals.known("ADA/USD") == (6, 6)
    assert decimals.known("XRP/USD") is None
    assert decimals.of(said())[0] == (2, 8)  # What was said in its turn stays.
    assert len(looks) == 1
    assert other.of(said())[0] == (1, 8)
    assert other.known("ADA/USD") == (6, 6)
    assert len(looks) == 2
