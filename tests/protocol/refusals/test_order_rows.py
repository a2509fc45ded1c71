from fathom.protocol.refusals.order_rows import CHANGING, MONEY, PLACING


def test_only_a_closed_position_may_have_traded() -> None:
    assert [row.prefix for row in (*PLACING, *CHANGING) if row.order_may_exist] == [
        "EOrder:Reduce only:Position is closed"
    ]


def test_money_is_never_sent_twice() -> None:
    assert {row.retry for row in MONEY} == {"no"}


def test_a_gone_order_is_looked_up() -> None:
    (unknown,) = [row for row in CHANGING if row.prefix == "EOrder:Unknown order"]
    assert "may have filled" in unknown.advice
