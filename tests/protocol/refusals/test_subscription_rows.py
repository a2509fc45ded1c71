from fathom.protocol.refusals.subscription_rows import SUBSCRIBING


def test_a_subscription_is_the_request_s_fault_and_no_order() -> None:
    assert {row.fault for row in SUBSCRIBING} == {"request"}
    assert not any(row.order_may_exist for row in SUBSCRIBING)


def test_a_pair_of_v1_is_told_how_to_be_written() -> None:
    (row,) = [row for row in SUBSCRIBING if row.prefix == "Currency pair not supported"]
    assert "BTC/USD" in row.advice
