from fathom.domain import Entry, RunStopped
from fathom.engine import Difference, Replayed
from fathom.run.replay import told


def test_agreement_is_one_sentence() -> None:
    assert told(Replayed(1200, 900, None)) == "replay agrees byte for byte: 1,200 entries, 900 of them inputs"


def test_a_difference_shows_both_sides() -> None:
    entry = Entry(7, 7, 0, "world", RunStopped("here"))
    text = told(Replayed(6, 5, Difference(7, entry, None)))
    assert "DIFFERS at entry 7" in text
    assert "here" in text
    assert "None" in text
