import msgspec

from event_round_trip import back
from fathom.domain import Event, OrderTraded


def test_a_fill_keeps_every_digit_of_its_fee() -> None:
    kept = ["OrderTraded", "nibble-4-1", "T1", "BTC/USD", "buy", 1, 1, "maker", "0.000000010", "USD"]
    fill = msgspec.msgpack.decode(msgspec.msgpack.encode(kept), type=Event)
    assert isinstance(fill, OrderTraded)
    assert str(fill.fee) == "1.0E-8"
    assert back(fill) == fill
