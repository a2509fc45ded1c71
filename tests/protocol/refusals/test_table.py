import re
from collections import Counter
from collections.abc import Iterator

import pytest

from fathom.protocol.refusals import TABLE, Row, row_of
from fathom.protocol.refusals.table import normal
from recorded import DOCUMENTS

# How the page abbreviates what is said in full.
ABBREVIATED = {
    "Margin level too low": "EOrder:Margin level too low",
    "Margin position size exceeded": "EOrder:Margin position size exceeded",
    "... must be an integer": "Subscription ohlc interval must be an integer",
    "<Field> field must be a number_float": "Limit_price field must be a number_float",
}


def texts_of(page: str) -> Iterator[tuple[str, list[str]]]:
    """Every text of sections 2 to 9, with the cells of its line where they are the usual ones."""
    for section in page.split("\n## ")[2:10]:
        if section.startswith("8"):
            prose = section.partition("\n")[2].partition("None of these")[0]
            for said in prose.replace("`", "").split(";"):
                yield said.strip(" .\n"), []
            continue
        for line in section.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not line.startswith("|") or cells[0] in {"String", "Text"} or set(cells[0]) == {"-"}:
                continue
            if cells[0].startswith(("HTTP", "close ")):
                continue  # Not texts: `outcome`, and a close of the session.
            for said in re.split(r", (?=[EM])|; (?=[A-Z.])| / ", cells[0]):
                yield said, [] if section.startswith("9") else cells


def plain(said: str) -> str:
    said = re.sub(r" ?†|`| ?\((?!s\)|WS|de\)).*|\[.*| \(WS.*", "", said).strip()
    return ABBREVIATED.get(said, said)


def test_every_text_of_the_page_has_a_row() -> None:
    checked = 0
    for said, cells in texts_of((DOCUMENTS / "errors.md").read_text()):
        text = plain(said)
        row = row_of(text)
        assert row is not None, text
        checked += 1
        if len(cells) == 4 and cells[2] in {"no", "fix", "later", "auth"}:
            assert row.retry == cells[2], text
        if len(cells) == 4 and cells[3] in {"no", "**maybe**"}:
            assert row.order_may_exist == (cells[3] == "**maybe**"), text
    assert checked > 110


def test_no_two_rows_begin_alike() -> None:
    assert [prefix for prefix, times in Counter(normal(row.prefix) for row in TABLE).items() if times > 1] == []


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.prefix)
def test_a_row_finds_itself_and_says_what_it_means(row: Row) -> None:
    assert row_of(row.prefix.replace("*", "Limit_price")) is row
    assert row.meaning
    assert row.advice
    if row.retry == "fix":
        assert row.wait_s is None, "waiting alone does not help"


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("EGeneral:Invalid arguments:price", "EGeneral:Invalid arguments"),
        ("EGeneral: Invalid Arguments : Index  unavailable", "EGeneral:Invalid arguments:Index unavailable"),
        ("EQuery:Unknown asset pair", "EQuery:Unknown asset pair"),
        ("EQuery:Unknown asset", "EQuery:Unknown asset"),
        ("EEarnings:Busy:Something", "EEarnings:Busy"),
        ("EGeneral:Internal error:7", "EGeneral:Internal error"),
    ],
)
def test_the_longest_known_beginning_wins(text: str, prefix: str) -> None:
    row = row_of(text)
    assert row is not None
    assert row.prefix == prefix


@pytest.mark.parametrize("text", ["", ":", "EOrder", "EOrder:", "EOrder:New", "EService:Busybody", " must be"])
def test_the_unknown_stays_unknown(text: str) -> None:
    assert row_of(text) is None
