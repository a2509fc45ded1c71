from fathom.run.comparing.lives import Spell, Stay
from two_runs import Hand, at_ns


def test_it_stood_where_its_amends_put_it() -> None:
    hand = Hand().order("maker-1", 0).amend("maker-1", 100, price=1005).amend("maker-1", 200, price=1010, took=None)
    life = hand.cancel("maker-1", 300).life()
    assert life.stays() == [Stay(1000, at_ns(20), at_ns(120)), Stay(1005, at_ns(120), at_ns(320))]


def test_a_fill_that_overtook_the_acknowledgement_says_that_it_was_there() -> None:
    life = Hand().order("maker-1", 0, took=40).fill("maker-1", 30, whole=False).life()
    assert life.stays() == [Stay(1000, at_ns(30), None)]


def test_an_order_that_the_venue_never_took_stood_nowhere() -> None:
    assert Hand().denied("maker-1", 0).life().stays() == []


def test_cut_off_it_is_what_was_known_then() -> None:
    life = Hand().order("maker-1", 0).amend("maker-1", 100, price=1005).fill("maker-1", 500).life()
    early = life.until(at_ns(110))
    assert (early.end, early.filled_lots, [change.state for change in early.changes]) == ("open", 0, ["asked"])
    assert life.until(at_ns(10)).accepted_ns is None
    late = life.until(at_ns(501))
    assert (late.end, late.ended_ns, late.filled_lots) == ("filled", at_ns(500), 10)
    assert late.changes == life.changes


def test_a_spell_holds_for_its_symbol_and_its_time() -> None:
    spell = Spell("halt", "daily_loss", "BTC/USD", 10, 20)
    assert [spell.holds("BTC/USD", time) for time in (9, 10, 19, 20)] == [False, True, True, False]
    assert not spell.holds("ETH/USD", 15)
    assert Spell("link", "public", "", 10).holds("ETH/USD", 1_000)
