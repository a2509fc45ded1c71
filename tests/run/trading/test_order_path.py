from fathom.run.trading.order_path import Sent


def test_what_never_went_has_no_times() -> None:
    assert not Sent().timed
    assert not Sent(sent_ns=1).timed
    assert Sent(sent_ns=1, received_ns=2).timed
