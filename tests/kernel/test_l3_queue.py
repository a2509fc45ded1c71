"""Tests of the queue at one price: its order, its sum, its digits."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from fathom.kernel import L3Book

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "modify", "delete"]), st.integers(0, 12), st.integers(1, 10**6)),
    max_size=60,
)


def frame(event: str, name: int, qty: int, *, time_ns: int | None = None) -> bytes:
    stamp = "" if time_ns is None else f',"timestamp":"2024-05-19T16:45:24.{time_ns:09d}Z"'
    order = f'{{"event":"{event}","order_id":"O{name}","limit_price":7,"order_qty":{qty}{stamp}}}'
    return f'{{"channel":"level3","type":"update","data":[{{"asks":[{order}]}}]}}'.encode()


@given(STEPS)
def test_a_queue_is_a_list(steps: list[Step]) -> None:
    book = L3Book(10, 0, 0)
    plain = dict[str, int]()
    for event, name, qty in steps:
        book.apply(frame(event, name, qty))
        if event == "modify":
            plain.update({key: qty for key in plain if key == f"O{name}"})
        else:
            plain.pop(f"O{name}", None)
        if event == "add":
            plain[f"O{name}"] = qty
        assert book.orders("ask", 7) == list(plain.items())
        assert book.level_qty("ask", 7) == sum(plain.values())
        assert book.checksum() == zlib.crc32("".join(f"7{one}" for one in plain.values()).encode())


def test_a_queue_longer_than_any_table_of_the_crc() -> None:
    book = L3Book(10, 0, 0)
    for name in range(3000):
        book.apply(frame("add", name, 10**8 + name))
    digits = "".join(f"7{10**8 + name}" for name in range(3000))
    assert book.checksum() == zlib.crc32(digits.encode())
    book.apply(frame("modify", 0, 5))
    assert book.checksum() == zlib.crc32(("75" + digits[10:]).encode())


def test_a_later_message_is_never_put_in_front() -> None:
    book = L3Book(10, 0, 0)
    for name in range(5):
        book.apply(frame("add", name, 1, time_ns=9 - name))
    assert [name for name, _ in book.orders("sell", 7)] == ["O0", "O1", "O2", "O3", "O4"]
