import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import OrderAmended, TradingHalted
from fathom.portfolio import summary_of
from fathom.ui import Drawing, RunTold, page
from fathom.ui.report.page import _bar, _edge
from statistics_run import Run


class Reader(HTMLParser):
    """The tags with their attributes, and the page's data."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data = ""
        self._in_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_data = tag == "script" and dict(attrs).get("id") == "data"

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data += data


def a_page(*, run_id: str = "run-7", note: str = "too much") -> str:
    run = Run(USD="1000")
    drawing = Drawing(run.market, run.statistics)
    run.observers.append(drawing.observe)
    run.at(1).order("mm-1-1")
    run.at(2).say(OrderAmended("mm-1-1", 1001, 10))
    run.at(3).fill("mm-1-1", fee="0.1")
    run.say(TradingHalted("loss", note))
    run.at(4).say(TradingHalted("loss", "again"))
    told = RunTold(
        run_id=run_id, mode="paper", version="0", state="It ended.", entries=9, summary=summary_of(run.statistics),
        notes=drawing.notes, notes_left_out=0,
    )  # fmt: skip
    return page(told, run.statistics, drawing)


def read(text: str) -> tuple[Reader, Any]:
    reader = Reader()
    reader.feed(text)
    return reader, json.loads(reader.data)


def test_the_page_asks_for_nothing() -> None:
    text = a_page()
    reader, _ = read(text)
    for tag, attributes in reader.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed"}, tag
        assert not {"src", "href", "srcset", "action"} & set(attributes), (tag, attributes)
    code = text.replace("http://www.w3.org/2000/svg", "")  # The name of the language of drawings: nobody goes there.
    assert not re.search(r"https?://|@import|url\((?!#)|fetch\(|XMLHttpRequest|WebSocket", code)
    policy = next(attributes for tag, attributes in reader.tags if attributes.get("http-equiv"))
    assert "default-src 'none'" in (policy["content"] or "")


def test_the_page_holds_what_was_measured() -> None:
    _, data = read(a_page())
    (chart,) = data["charts"]
    assert (chart["symbol"], chart["orders"], chart["left_out"]) == ("BTC/USD", ["mm-1-1"], 0)
    assert [(piece[2], piece[3], piece[6]) for piece in chart["segments"]] == [
        (True, 100.0, "amended"),
        (True, 100.1, "open"),
    ]
    ((time_ms, symbol, strategy, order_id, *_),) = data["fills"]
    assert (symbol, strategy, order_id) == ("BTC/USD", "mm", "mm-1-1")
    assert time_ms == data["curve"][-1][0] - 1000
    assert data["latency"][0]["name"] == "add: log"
    assert sum(bar[2] for bar in data["latency"][0]["bars"]) == 1
    assert data["told"]["summary"]["total"]["fills"] == 1


@pytest.mark.parametrize(
    "nasty", ["</script><script>alert(1)</script>", "<!-- <script>", "&lt;b&gt;", '"; alert(1); "', "%%DATA%%"]
)
def test_whatever_the_log_says_is_text(nasty: str) -> None:
    reader, data = read(a_page(run_id=nasty, note=nasty))
    assert sum(tag == "script" for tag, _ in reader.tags) == 2
    assert data["told"]["run_id"] == nasty
    assert nasty in data["told"]["notes"][0]["text"]


def test_every_part_that_the_code_asks_for_is_there() -> None:
    text = a_page()
    reader, _ = read(text)
    there = {attributes["id"] for _, attributes in reader.tags if "id" in attributes}
    assert set(re.findall(r'by\("([a-z-]+)"\)', text)) <= there


@given(st.integers(0, 10**15))
def test_a_bar_holds_what_is_counted_in_it(ns: int) -> None:
    place = _bar(ns)
    assert _edge(place) <= max(ns, 1)
    assert ns < _edge(place + 1) or _edge(place) == _edge(place + 1)
    assert _edge(place) <= _edge(place + 1)
