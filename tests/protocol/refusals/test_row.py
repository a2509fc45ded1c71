from fathom.protocol.refusals.row import rows


def test_what_is_told_together_holds_for_every_row() -> None:
    first, second = rows("venue", "later", "wait", {"A:b": "one", "A:c": "two"}, wait_s=5.0, order_may_exist=True)
    assert (first.prefix, first.meaning, second.prefix, second.meaning) == ("A:b", "one", "A:c", "two")
    for row in (first, second):
        assert (row.fault, row.retry, row.advice, row.wait_s, row.order_may_exist) == (
            "venue",
            "later",
            "wait",
            5.0,
            True,
        )
