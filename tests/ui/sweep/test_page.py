import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from sweeps import a_sweep, without_a_score

from fathom.ui import SweepTold, sweep_page


class Reader(HTMLParser):
    """The tags with their attributes, and the page's data."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data = ""
        self._in_data = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_data = tag == "script" and dict(attrs).get("id") == "data"

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data += data

    def told(self) -> Any:
        return json.loads(self.data)


@pytest.mark.parametrize("told", [a_sweep(), without_a_score()])
def test_the_page_asks_for_nothing(told: SweepTold) -> None:
    text = sweep_page(told)
    reader = Reader(text)
    for tag, attributes in reader.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed"}, tag
        assert not {"src", "href", "srcset", "action"} & set(attributes), (tag, attributes)
    code = text.replace("http://www.w3.org/2000/svg", "")  # The name of the language of drawings: nobody goes there.
    assert not re.search(r"https?://|@import|url\((?!#)|fetch\(|XMLHttpRequest|WebSocket", code)
    policy = next(attributes for _, attributes in reader.tags if attributes.get("http-equiv"))
    assert "default-src 'none'" in (policy["content"] or "")


def test_the_page_holds_what_was_found() -> None:
    told = Reader(sweep_page(a_sweep())).told()
    assert told["best"]["number"] == 3
    assert [one["score"] for one in told["trials"]] == [1.5, 0.5, None]
    assert told["held_out"]["score"] == -0.5


@pytest.mark.parametrize("nasty", ["</script><script>alert(1)</script>", "<!-- <script>", '"; alert(1); "', "%%DATA%%"])
def test_whatever_it_is_called_is_text(nasty: str) -> None:
    reader = Reader(sweep_page(a_sweep(name=nasty, state=nasty)))
    assert sum(tag == "script" for tag, _ in reader.tags) == 2
    assert reader.told()["name"] == nasty


def test_every_part_that_the_code_asks_for_is_there() -> None:
    text = sweep_page(a_sweep())
    there = {attributes["id"] for _, attributes in Reader(text).tags if "id" in attributes}
    assert set(re.findall(r'by\("([a-z-]+)"\)', text)) <= there
