from fathom.run.comparing.matching import matched, matched_changes
from two_runs import BOUNDS, Hand


def ids(a: Hand, b: Hand) -> list[tuple[str | None, str | None]]:
    pairs = matched(a.lives(), b.lives(), within_ns=BOUNDS.within_ns)
    return [(one.a and one.a.wanted.order_id, one.b and one.b.wanted.order_id) for one in pairs]  # type: ignore[misc]  # A Life is true.


def test_one_missing_leaves_the_others_their_partners() -> None:
    a, b = Hand(), Hand()
    for k in range(5):
        a.order(f"maker-a{k}", 1_000 + 500 * k, price=1000 + k)
        if k != 1:
            b.order(f"maker-b{k}", 1_030 + 500 * k, price=1000 + k)
    assert ids(a, b) == [
        ("maker-a0", "maker-b0"),
        ("maker-a1", None),
        *((f"maker-a{k}", f"maker-b{k}") for k in (2, 3, 4)),
    ]


def test_only_orders_of_one_strategy_symbol_and_side_are_partners() -> None:
    a = Hand().order("maker-1", 0)
    assert ids(a, Hand().order("maker-1", 0, side="sell")) == [("maker-1", None), (None, "maker-1")]
    assert ids(a, Hand().order("saver-1", 0)) == [("maker-1", None), (None, "saver-1")]


def test_price_and_quantity_tell_apart_what_is_of_one_time() -> None:
    a = Hand().order("maker-1", 0, price=1000, qty=10).order("maker-2", 100, price=1100, qty=10)
    b = Hand().order("maker-9", 60, price=1100, qty=10)
    assert ids(a, b) == [("maker-1", None), ("maker-2", "maker-9")]
    assert ids(b, a) == [(None, "maker-1"), ("maker-9", "maker-2")]


def test_the_first_moment_of_a_pair_orders_it() -> None:
    [pair] = matched(Hand().order("maker-1", 500).lives(), Hand().order("maker-2", 400).lives(), within_ns=10**9)
    assert pair.wanted_ns == pair.b.wanted_ns  # type: ignore[union-attr]  # It is there.
    assert pair.life is pair.a


def test_amends_find_their_partners_too() -> None:
    a, b = Hand().order("maker-1", 0), Hand().order("maker-1", 0)
    for ms, price in ((1_000, 1001), (1_300, 1002), (1_600, 1003)):
        a.amend("maker-1", ms, price=price)
        if price != 1001:
            b.amend("maker-1", ms + 20, price=price)
    found = matched_changes(a.life().changes, b.life().changes, within_ns=BOUNDS.within_ns)
    assert [(one and one.price_ticks, other and other.price_ticks) for one, other in found] == [
        (1001, None),
        (1002, 1002),
        (1003, 1003),
    ]
