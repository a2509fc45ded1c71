import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import KeyRefused, LimitRefused, Refused, VenueRefused
from fathom.protocol.refusals import TABLE, Row, refusal_of, refusal_of_all, surely_refused
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


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("EAPI:Invalid key", KeyRefused, ("key", "no", None, False)),
        ("EGeneral:Permission denied", KeyRefused, ("key", "no", None, False)),
        ("EAPI:Invalid nonce", Refused, ("request", "later", 0.0, False)),
        ("ESession:Invalid session", Refused, ("request", "auth", None, False)),
        ("EGeneral:Temporary lockout", LimitRefused, ("limit", "later", 900.0, False)),
        ("EOrder:Rate limit exceeded", LimitRefused, ("limit", "later", 1.0, False)),
        ("EOrder:Orders limit exceeded", LimitRefused, ("limit", "fix", None, False)),
        ("EService:Unavailable", VenueRefused, ("venue", "later", 5.0, True)),
        ("EService:Deadline elapsed", VenueRefused, ("venue", "later", 5.0, True)),
        ("EService:Market in cancel_only mode", VenueRefused, ("venue", "later", None, False)),
        ("EOrder:Insufficient funds", Refused, ("order", "fix", None, False)),
        ("EOrder:Reduce only:Position is closed", Refused, ("order", "no", None, True)),
        ("EGeneral:Invalid arguments:price", Refused, ("request", "fix", None, False)),
        ("EAccount:Invalid permissions", Refused, ("account", "no", None, False)),
        ("EFuture:New", Refused, ("unknown", "no", None, True)),
    ],
)
def test_whose_fault_and_what_then(text: str, kind: type[Refused], says: tuple[str, str, float | None, bool]) -> None:
    error = refusal_of(text)
    assert type(error) is kind
    assert error.text == text
    assert (error.fault, error.retry, error.wait_s, error.order_may_exist) == says
    assert error.advice
    assert error.advice in str(error)


@pytest.mark.parametrize("text", ["EService:Throttled:1741500000", "eservice: throttled : 1741500000"])
def test_throttled_names_the_time(text: str) -> None:
    error = refusal_of(text)
    assert error.until_s == 1_741_500_000
    assert error.wait_from(1_741_499_990 * 10**9) == 10.0


@pytest.mark.parametrize("text", ["EService:Throttled", "EService:Throttled:", "EService:Throttled:soon", "x:17415"])
def test_no_time_is_made_up(text: str) -> None:
    assert refusal_of(text).until_s is None


def test_several_texts_are_one_refusal_and_the_gravest_decides() -> None:
    both = refusal_of_all(["EService:Throttled:99", "EService:Busy", "EOrder:Insufficient funds"])
    assert type(both) is VenueRefused
    assert both.text == "EService:Throttled:99; EService:Busy; EOrder:Insufficient funds"
    assert (both.order_may_exist, both.wait_s, both.until_s) == (True, 5.0, 99)
    assert refusal_of_all(["EAPI:Rate limit exceeded", "EAPI:Invalid key"]).fault == "key"
    assert refusal_of_all(["EAPI:Invalid key"]).text == "EAPI:Invalid key"
    assert refusal_of_all([]).order_may_exist, "no text at all is not known either"


@given(st.text(max_size=60))
def test_whatever_kraken_says_becomes_a_refusal(text: str) -> None:
    error = refusal_of(text)
    assert surely_refused(text) == (not error.order_may_exist)
    assert str(error).isprintable()


@given(st.sampled_from(TABLE), st.data())
def test_blanks_and_case_do_not_matter(row: Row, data: st.DataObject) -> None:
    text = row.prefix.replace("*", "Price")
    pads = data.draw(st.lists(st.sampled_from(["", " ", "  "]), min_size=text.count(":"), max_size=text.count(":")))
    parts = text.split(":")
    spaced = parts[0] + "".join(f"{pad}:{pad}{part}" for pad, part in zip(pads, parts[1:], strict=True))
    shown = data.draw(st.sampled_from([str.upper, str.lower, str.title, str]))(spaced)
    assert refusal_of(shown).advice == row.advice
    assert surely_refused(shown) == (not row.order_may_exist)
