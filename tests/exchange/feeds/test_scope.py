"""Tests of what a subscriber of one depth must hear."""

from random import Random

import pytest
from feed_venue import MID, FeedVenue

from fathom.exchange.feeds.book_tape import SideTape
from fathom.exchange.feeds.pair_texts import PairTexts
from fathom.exchange.feeds.scope import Scope, ScopeChange


class OneSide:
    """A side of five levels a tick apart, best first, watched at depth 3."""

    def __init__(self, side: str, *, by_order: bool = False, levels: int = 5) -> None:
        self.side, self.sign = side, -1 if side == "buy" else 1
        self.venue = FeedVenue()
        self.orders = {rank: self.add(10 * rank) for rank in range(levels)}
        self.venue.take_events()
        market = self.venue.market
        self.tape = SideTape(market.side(side), sign=self.sign, texts=PairTexts(market.pair))
        self.scope = Scope(self.tape, 3, by_order=by_order)

    def price(self, far: int) -> int:
        return MID + self.sign * far

    def add(self, far: int, lots: int = 7):
        return self.venue.add(self.side, self.price(far), lots)

    def change(self) -> dict[str, list[tuple[int, int]]] | None:
        """What was told, prices as distances."""
        self.tape.moves = self.venue.take_events()
        self.tape.gather()
        change = self.scope.change()
        self.tape.clear()
        assert sorted(self.scope.held.items()) == sorted(self.tape.side.levels(3))
        if change is None:
            return None
        told = {
            name: [((price - MID) * self.sign, lots) for price, lots in getattr(change, name)]
            for name in ScopeChange.__struct_fields__
        }
        return {name: levels for name, levels in told.items() if levels}


@pytest.mark.parametrize("side", ["buy", "sell"])
class TestOfOneSide:
    def test_a_level_that_is_gone_brings_the_next_deeper_one(self, side: str) -> None:
        one = OneSide(side)
        one.venue.cancel(one.orders[1])
        assert one.change() == {"gone": [(10, 0)], "returned": [(30, 7)]}

    def test_several_gone_bring_several_and_then_none_are_left(self, side: str) -> None:
        one = OneSide(side)
        for rank in (0, 1, 2):
            one.venue.cancel(one.orders[rank])
        assert one.change() == {"gone": [(0, 0), (10, 0), (20, 0)], "returned": [(40, 7), (30, 7)]}

    def test_a_new_level_pushes_one_out_in_silence(self, side: str) -> None:
        one = OneSide(side)
        one.add(5, 3)
        assert one.change() == {"entered": [(5, 3)]}

    def test_what_was_pushed_out_comes_back(self, side: str) -> None:
        one = OneSide(side)
        new = one.add(5, 3)
        one.change()
        one.venue.cancel(new)
        assert one.change() == {"gone": [(5, 0)], "returned": [(20, 7)]}

    def test_nothing_beyond_the_depth_is_told(self, side: str) -> None:
        one = OneSide(side)
        one.add(35)
        one.venue.cancel(one.orders[4])
        one.venue.show(one.orders[3], 1)
        assert one.change() is None

    def test_a_changed_quantity_is_told(self, side: str) -> None:
        one = OneSide(side)
        one.venue.show(one.orders[2], 4)
        assert one.change() == {"changed": [(20, 4)]}

    def test_a_level_pushed_out_is_not_told_even_if_it_moved(self, side: str) -> None:
        one = OneSide(side)
        one.venue.show(one.orders[2], 4)
        one.add(5, 3)
        assert one.change() == {"entered": [(5, 3)], "pushed": [(20, 4)]}

    def test_what_comes_and_goes_at_one_instant_is_nothing(self, side: str) -> None:
        one = OneSide(side)
        one.venue.cancel(one.add(5))
        assert one.change() is None

    def test_the_same_size_again_is_nothing_but_for_level_3(self, side: str) -> None:
        for by_order, told in ((False, None), (True, {"changed": [(10, 7)]})):
            one = OneSide(side, by_order=by_order)
            one.venue.cancel(one.orders[1])
            one.add(10, 7)
            assert one.change() == told

    def test_a_book_thinner_than_the_depth(self, side: str) -> None:
        one = OneSide(side, levels=1)
        one.add(50, 2)
        assert one.change() == {"entered": [(50, 2)]}
        one.venue.cancel(one.orders[0])
        assert one.change() == {"gone": [(0, 0)]}


@pytest.mark.parametrize("seed", range(20))
def test_a_reader_who_cuts_after_each_entry_holds_the_same(seed: int) -> None:
    """The official client cuts its book after each entry, others after the message; both must come to the truth."""
    rng = Random(seed)
    one = OneSide(rng.choice(("buy", "sell")), levels=rng.randint(0, 6))
    live = list(one.orders.values())
    books = [dict(one.scope.held), dict(one.scope.held)]
    for _ in range(300):
        for _ in range(rng.choice((1, 1, 2, 6))):
            if rng.random() < 0.5 or not live:
                live.append(one.add(rng.randint(0, 12), rng.randint(1, 3)))
            else:
                one.venue.cancel(live.pop(rng.randrange(len(live))))
        one.tape.moves = one.venue.take_events()
        one.tape.gather()
        change = one.scope.change()
        one.tape.clear()
        if change is not None:
            for price, lots in (*change.gone, *change.returned, *change.entered, *change.changed):
                for book in books:
                    book[price] = lots
                    if not lots:
                        del book[price]
                books[0] = cut(books[0], one.sign)
            books[1] = cut(books[1], one.sign)
        assert books[0] == books[1] == dict(one.tape.side.levels(3))


def cut(book: dict[int, int], sign: int) -> dict[int, int]:
    return dict(sorted(book.items(), key=lambda level: level[0] * sign)[:3])
