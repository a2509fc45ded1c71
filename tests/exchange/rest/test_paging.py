"""Pages of 50, bounds by time or by id."""

import pytest

from fathom.exchange.rest.envelope import Refused
from fathom.exchange.rest.forms import Form
from fathom.exchange.rest.paging import Span, page, read_span

SECOND_NS = 1_000_000_000


def known(entry_id: str) -> int | None:
    return {"OAAAAA-BBBBB-CCCCCC": 7 * SECOND_NS}.get(entry_id)


@pytest.mark.parametrize(
    ("fields", "start_s", "end_s"),
    [
        ({}, None, None),
        ({"start": 5, "end": "9.0"}, 5, 9),
        ({"start": "OAAAAA-BBBBB-CCCCCC"}, 7, None),
        ({"end": "OAAAAA-BBBBB-CCCCCC"}, None, 7),
    ],
)
def test_bounds(fields: dict[str, object], start_s: int | None, end_s: int | None) -> None:
    span = read_span(Form(fields), time_of=known)
    assert span.start_ns == (None if start_s is None else start_s * SECOND_NS)
    assert span.end_ns == (None if end_s is None else end_s * SECOND_NS)


@pytest.mark.parametrize("start", ["OXXXXX-BBBBB-CCCCCC", "soon", "-1"])
def test_an_unknown_bound_is_refused(start: str) -> None:
    with pytest.raises(Refused, match="EGeneral:Invalid arguments:start"):
        read_span(Form({"start": start}), time_of=known)


@pytest.mark.parametrize(("time_ns", "inside"), [(5, False), (6, True), (9, True), (10, False)])
def test_the_start_is_outside_and_the_end_inside(time_ns: int, inside: bool) -> None:
    assert Span(5, 9).holds(time_ns) is inside


@pytest.mark.parametrize(
    ("fields", "first", "length", "count"),
    [
        ({}, 0, 50, 120),
        ({"ofs": 100}, 100, 20, 120),
        ({"ofs": "500"}, None, 0, 120),
        ({"without_count": "true"}, 0, 50, None),
    ],
)
def test_pages(fields: dict[str, object], first: int | None, length: int, count: int | None) -> None:
    shown, told = page(Form(fields), range(120))
    assert (len(shown), told) == (length, count)
    assert first is None or shown[0] == first
