"""Rows with the times that count, and fills as hftbacktest tells them."""

from hft_rules import LAST, LEVEL, ROW, Fill, merged, rows_of


def row(local_ns: int, venue_ns: int) -> bytes:
    return ROW.pack(local_ns, venue_ns, -1, 1000, 5, 0, 1, LEVEL + 1, LAST, 0)


def test_the_venues_time_never_goes_back_and_is_never_later_than_ours() -> None:
    rows = rows_of(row(10, 5) + row(11, 3) + row(12, -1) + row(13, 99) + row(14, 13))
    assert [one.venue_ns for one in rows] == [5, 5, 12, 13, 13]
    assert {(one.kind, one.side, one.last) for one in rows} == {(LEVEL, 1, True)}


def test_what_one_side_was_filled_at_one_time_is_one_fill_at_the_last_price() -> None:
    fills = [Fill(1, 1, 100, 5), Fill(1, 1, 102, 2), Fill(1, -1, 99, 1), Fill(2, 1, 100, 4)]
    assert merged(fills) == [Fill(1, 1, 102, 7), Fill(1, -1, 99, 1), Fill(2, 1, 100, 4)]
