from fathom.run.comparing.causes import Inventories, tell_causes
from fathom.run.comparing.matching import matched
from fathom.run.comparing.reasons import Around, Difference, finding_of
from fathom.run.comparing.words import Words
from two_runs import BOUNDS, Hand, at_ns

END_NS = at_ns(60_000)
PLACE = ("maker", "BTC/USD")


def told(a: Hand, b: Hand) -> list[tuple[str, int | None]]:
    pairs = matched(a.lives(), b.lives(), within_ns=BOUNDS.within_ns)
    differences = []
    for pair in pairs:
        found = finding_of(pair, bounds=BOUNDS, words=Words(), around=Around([], []))
        if found is not None:
            differences.append(Difference(pair, found))
    tell_causes(differences, pairs, bounds=BOUNDS, end_ns=END_NS)
    return [(one.finding.reason, one.cause) for one in differences]


def start() -> Hand:
    return Hand().order("maker-1", 0)


def test_what_is_decided_while_the_inventory_differs_follows() -> None:
    a = start().fill("maker-1", 3_000).order("maker-2", 9_000, side="sell", price=1010)
    b = start().cancel("maker-1", 9_000).order("maker-2", 9_000, side="sell", price=1020)
    assert told(a, b) == [("missed fill", None), ("price", 0)]


def test_the_first_cause_is_named_however_long_the_chain_is() -> None:
    a = start().fill("maker-1", 3_000)
    for k in range(3):
        a.order(f"maker-{k + 5}", 4_000 + k * 5_000)
    assert told(a, start()) == [("missed fill", None), *[("only in A", 0)] * 3]


def test_what_the_venue_did_otherwise_is_a_cause_of_its_own() -> None:
    a = start().fill("maker-1", 3_000).order("maker-2", 9_000, side="sell").fill("maker-2", 12_000)
    b = start().order("maker-2", 9_000, side="sell")
    assert told(a, b) == [("missed fill", None), ("missed fill", None)]


def test_once_both_are_alike_again_a_difference_is_its_own() -> None:
    a = start().fill("maker-1", 3_000).order("maker-2", 20_000, price=1010)
    b = start().fill("maker-1", 5_000).order("maker-2", 20_000, price=1020)
    assert told(a, b) == [("queue", None), ("price", None)]


def test_soon_after_it_still_follows() -> None:
    a = start().fill("maker-1", 3_000).order("maker-2", 6_000, price=1010)
    b = start().fill("maker-1", 5_000).order("maker-2", 6_000, price=1020)
    assert told(a, b) == [("queue", None), ("price", 0)]


def test_what_was_decided_at_one_moment_follows_not_from_itself() -> None:
    a, b = start().order("maker-2", 0, side="sell", price=1010), Hand().order("maker-1", 0, price=990)
    b.order("maker-2", 0, side="sell", price=1000)
    assert told(a, b) == [("price", None), ("price", None)]


def test_what_a_fill_set_off_at_its_very_moment_follows_from_it() -> None:
    a = start().fill("maker-1", 3_000).order("maker-2", 3_000, side="sell", price=1010)
    assert told(a, start()) == [("missed fill", None), ("only in A", 0)]


def test_a_limit_may_follow_from_another_strategy_and_a_price_may_not() -> None:
    a = start().fill("maker-1", 3_000).order("saver-1", 9_000).order("saver-2", 30_000, price=1001)
    b = start().denied("saver-1", 9_000).order("saver-2", 30_000)
    assert told(a, b) == [("missed fill", None), ("limit", 0), ("price", 0)]
    a, b = start().fill("maker-1", 3_000).order("saver-1", 9_000), start().order("saver-1", 9_000, price=1001)
    assert told(a, b) == [("missed fill", None), ("price", None)]


def test_where_inventories_differ() -> None:
    a = start().fill("maker-1", 3_000).order("maker-2", 4_000, side="sell").fill("maker-2", 9_000)
    pairs = matched(a.lives(), start().lives(), within_ns=BOUNDS.within_ns)
    inventories = Inventories(pairs, end_ns=END_NS)
    assert inventories.same_from(PLACE, at_ns(2_000)) == at_ns(2_000)
    assert inventories.same_from(PLACE, at_ns(3_000)) == inventories.same_from(PLACE, at_ns(8_000)) == at_ns(9_000)
    assert inventories.next_apart(PLACE, at_ns(0)) == at_ns(3_000)
    assert inventories.next_apart(PLACE, at_ns(3_000)) is None
    assert inventories.same_from(("saver", "X"), 5) == 5
