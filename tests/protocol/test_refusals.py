import re

import pytest

from fathom.protocol.refusals import surely_refused
from recorded import DOCUMENTS


@pytest.mark.parametrize(
    "error",
    [
        "EOrder:Insufficient funds",
        "EOrder:Rate limit exceeded",
        "EOrder:Unknown order",
        "EOrder:Post only order",
        "EGeneral:Invalid arguments:volume minimum not met",
        "EGeneral:Permission denied",
        "EService:Market in cancel_only mode",
        "EService: Throttled: 1741500000",
        "EGeneral:Unknown Method",
        "ESession:Invalid session",
        "Limit_price field must be a number_float",
        "Unsupported field: 'channel' for the given msg type: add_order",
        "Token(s) not found",
        "Exceeded msg rate",
        "Malformed request",
    ],
)
def test_refused_for_certain(error: str) -> None:
    assert surely_refused(error)


@pytest.mark.parametrize(
    "error",
    [
        "EService:Unavailable",
        "EService: Unavailable",
        "eservice:BUSY",
        "EService:Deadline elapsed",
        "EGeneral:Internal error",
        "EGeneral:Internal error:5",
        "EDatabase:Internal error",
        "EOrder:Reduce only:Position is closed",
        "EFuture:A text that nobody has seen",
        "EService:Something new",
        "",
    ],
)
def test_nobody_knows(error: str) -> None:
    assert not surely_refused(error)


def test_agrees_with_the_page_of_errors() -> None:
    page = DOCUMENTS / "errors.md"
    sections = page.read_text().split("\n## ")
    checked = 0
    for section in sections[2:6]:  # 2 to 5; in 6 and 7 the columns say it in words.
        for line in section.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) != 4 or cells[3] not in {"no", "**maybe**"} or not cells[0].startswith("E"):
                continue
            for text in re.split(r", (?=E)", cells[0]):
                error = re.sub(r" ?†|[\[(<].*", "", text).strip()
                assert surely_refused(error) == (cells[3] == "no"), error
                checked += 1
    assert checked > 30
