import msgspec

from fathom.domain import Event, TradingHalted


def test_a_halt_of_an_older_journal_is_hard_and_everywhere() -> None:
    kept = msgspec.msgpack.encode(["TradingHalted", "daily_loss_share_max", "lost"])
    halted = msgspec.msgpack.decode(kept, type=Event)
    assert isinstance(halted, TradingHalted)
    assert (halted.level, halted.symbol, halted.until_ns) == ("hard", "", None)
