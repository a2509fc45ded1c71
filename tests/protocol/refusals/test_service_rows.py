import pytest

from fathom.protocol.refusals.row import Row
from fathom.protocol.refusals.service_rows import ACCESS, FORM, LIMITS, SERVICE


def test_only_the_service_s_own_trouble_leaves_an_order_open() -> None:
    assert not any(row.order_may_exist for row in (*ACCESS, *LIMITS, *FORM))
    assert {row.prefix for row in SERVICE if row.order_may_exist} == {
        "EService:Unavailable",
        "EService:Busy",
        "EService:Deadline elapsed",
        "EGeneral:Internal error",
        "EDatabase:Internal error",
    }


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row.prefix)
def test_limits_pass_with_time_or_with_less(row: Row) -> None:
    assert row.fault == "limit"
    assert row.retry in {"later", "fix"}


def test_the_lockout_is_the_longest_wait() -> None:
    waits = {row.prefix: row.wait_s for row in (*ACCESS, *LIMITS, *SERVICE) if row.wait_s is not None}
    assert max(waits, key=lambda prefix: waits[prefix]) == "EGeneral:Temporary lockout"
    assert waits["EGeneral:Temporary lockout"] == 900
