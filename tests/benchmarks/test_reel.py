"""The reel goes round and round: every frame of every round verifies, and a round ends where it began."""

import json

import pytest
import reel
from reel import Film

from fathom.kernel import VERIFIED, L2Book, peek

UPDATES = 600


@pytest.fixture(scope="module")
def film() -> Film:
    return reel.shoot(updates=UPDATES)


@pytest.mark.parametrize("depth", reel.DEPTHS)
def test_three_rounds_verify(film: Film, depth: int) -> None:
    pairs = {pair["symbol"]: pair for pair in json.loads(film.instrument)["data"]["pairs"]}
    one = film.reels[depth]
    books = {}
    for symbol, snapshot in one.snapshots.items():
        books[symbol] = L2Book(depth, pairs[symbol]["price_precision"], pairs[symbol]["qty_precision"])
        assert books[symbol].apply(snapshot) == VERIFIED
    begin = {symbol: (book.bids(), book.asks()) for symbol, book in books.items()}
    assert len(one.updates) == UPDATES + len(reel.SYMBOLS)
    for _ in range(3):
        for symbol, frame in one.updates:
            assert peek(frame) == ("book", "update", symbol)
            assert books[symbol].apply(frame) == VERIFIED
            assert len(frame) > 96
        assert begin == {symbol: (book.bids(), book.asks()) for symbol, book in books.items()}
    assert set(begin) == set(reel.SYMBOLS)


def test_the_greeting_is_there(film: Film) -> None:
    assert json.loads(film.status)["data"][0]["system"] == "online"
