from fathom.portfolio.recent import Recent


def test_the_oldest_is_forgotten() -> None:
    recent: Recent[str, int] = Recent(2)
    for value, key in enumerate("abc"):
        recent.put(key, value)
    assert "a" not in recent
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (None, 1, 2)
    assert recent.values() == [1, 2]


def test_what_was_taken_out_is_not_there() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    assert recent.pop("a") == 1
    assert recent.pop("a") is None
    assert len(recent) == 0


def test_it_stays_small_however_much_is_put_in_and_taken_out() -> None:
    recent: Recent[int, int] = Recent(3)
    for number in range(100):
        recent.put(number, number)
        if number % 2:
            recent.pop(number)
    assert recent.values() == [98]
