import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import draw_exchange
import pytest
from draw_exchange import ERRORS, PAGE, PARTLY, RULES, KnownError
from msgspec.structs import fields

from fathom.exchange.core.rules import Rules
from fathom.exchange.rest.methods import METHODS
from recorded import DOCUMENTS
from whole_exchange import Stage

SOURCE = Path(__file__).resolve().parents[2] / "src" / "fathom" / "exchange"
KNOWN = [error for errors in ERRORS.values() for error in errors]

# How the reference writes what the page writes otherwise.
REWORDED = {
    "Currency pair not supported XBT/USD": "Currency pair not supported <pair>",
    "Currency pair not in ISO 4217-A3 format CRV-USD": "Currency pair not in ISO 4217-A3 format <pair>",
    "... must be an integer": "Subscription ohlc interval must be an integer",
    "Subscription book doesn't require interval": "Subscription <book> doesn't require <interval>",
    "Subscription spread doesn't require depth": "Subscription <book> doesn't require <interval>",
    "Unsupported field: 'x' for the given msg type: y": "Unsupported field: '<name>' for the given msg type: <method>",
    "Margin level too low": "EOrder:Margin level too low",
    "Margin position size exceeded": "EOrder:Margin position size exceeded",
    "EOrder:Reduce only:Position is closed": "Reduce only:Position is closed",
    "EService: Throttled: <unix>": "EService:Throttled:<unix>",
    "timeout": "no answer in time",
    "Permission denied": "EGeneral:Permission denied",
}


def test_the_page_is_current() -> None:
    page = PAGE.read_text()
    assert page == draw_exchange.drawn(page), "run tools/draw_exchange.py"


def test_every_part_is_on_the_page() -> None:
    assert sorted(re.findall(r"<!-- drawn: (\w+) -->", PAGE.read_text())) == sorted(draw_exchange.PARTS_DRAWN)


def test_the_contents_lead_somewhere() -> None:
    page = PAGE.read_text()
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in page.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([a-z0-9-]+)\)", page)) <= headings


def test_every_rule_says_what_it_is_for() -> None:
    assert list(RULES) == [field.name for field in fields(Rules)]


def test_what_is_partly_there_is_there() -> None:
    assert PARTLY.keys() <= {method.name for method in METHODS}


def test_every_route_of_the_control_api_is_on_the_page() -> None:
    page = PAGE.read_text()
    for route in Stage().steer("GET", "/")["routes"]:
        assert f"`{route}`" in page, route


def test_every_kind_of_fault_has_its_example() -> None:
    faults = PAGE.with_name("faults.md").read_text()
    for kind in re.findall(r"faults\.md#(\w+)", PAGE.read_text()):
        assert f"\n### {kind}\n" in faults, kind


# -- Errors ----------------------------------------------------------------------------------------------------


def said_in(path: Path) -> Iterator[str]:
    """The texts of a file, without its docstrings."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


SAID = {text for path in SOURCE.rglob("*.py") if path.parent.name != "faults" for text in said_in(path)}
ALL_SAID = "\n".join(SAID)


@pytest.mark.parametrize("error", [error for error in KNOWN if error.there == "yes"], ids=lambda error: error.text)
def test_an_error_that_is_there_is_in_the_source(error: KnownError) -> None:
    for piece in re.split(r"<\w+>", error.text):
        assert piece in ALL_SAID


@pytest.mark.parametrize("error", [error for error in KNOWN if error.there != "yes"], ids=lambda error: error.text)
def test_an_error_that_is_not_there_is_not(error: KnownError) -> None:
    read_only = {"EQuery:Invalid asset pair"}  # Nobody says it; v2 and v1 would know what it means.
    assert error.text not in SAID - read_only


def test_every_error_of_the_reference_is_on_the_page() -> None:
    known = {error.text for error in KNOWN}
    missing = [text for text in errors_of_the_reference() if REWORDED.get(text, text) not in known]
    assert missing == []


def errors_of_the_reference() -> Iterator[str]:
    """Each text of errors.md 2 to 9 by itself."""
    sections = re.split(r"^## (\d+)\..*$", (DOCUMENTS / "errors.md").read_text(), flags=re.MULTILINE)
    for number, section in zip(sections[1::2], sections[2::2], strict=True):
        if number == "8":
            listed = "; ".join(line for line in section.strip().splitlines() if line.startswith("E"))
            yield from texts_in(listed.rstrip("."))
        elif number in {"2", "3", "4", "5", "6", "7", "9"}:
            rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]
            for cell in rows[1:]:
                yield from texts_in(cell)


def texts_in(cell: str) -> Iterator[str]:
    """The texts of one cell: with separators, marks, and remarks in brackets."""
    bare = re.sub(r"\((WS )?v[12]( †)?\)|\(`|`\)|†", "", cell).replace("`<", "<").replace("`", "")
    bare = bare.replace("[:field]", "").replace("[:code]", "")
    for text in re.split(r"; | / |, (?=[EM]|timeout|dropped)|(?<=unix>) (?=E)|(?<=denied) (?=E)", bare):
        yield text.strip().rstrip(".")


def test_every_rest_method_of_the_reference_is_there() -> None:
    text = (DOCUMENTS / "rest.md").read_text()
    named = {name for line in re.findall(r"^### (.+)$", text, re.MULTILINE) for name in re.findall(r"[A-Z]\w+", line)}
    named |= set(re.findall(r"^\| ([A-Z]\w+Methods|Withdraw\w*|Deposit\w*|Wallet\w+|Earn/\w+)", text, re.MULTILINE))
    named |= set(re.findall(r"(CreateSubaccount|AccountTransfer):", text))
    remarks = {"Key", "March", "MiCA"}  # Of headings, no methods.
    assert named - remarks <= {method.name for method in METHODS}


def test_every_channel_and_method_of_the_reference_is_on_the_page() -> None:
    page = PAGE.read_text()
    v2 = re.findall(r"^### [5678]\.\d `(\w+)`", (DOCUMENTS / "websocket-v2.md").read_text(), re.MULTILINE)
    v1 = (DOCUMENTS / "websocket-v1.md").read_text()
    events = re.findall(r"^\| (\w+) \| .*\| \1Status", v1, re.MULTILINE)
    events += re.findall(r"^### (\w+)$", v1, re.MULTILINE)
    assert len(v2) > 15
    assert len(events) == 8
    assert [name for name in (*v2, *events) if f"`{name}`" not in page] == []


def test_the_line_of_json_has_what_the_page_says() -> None:
    shown = re.search(r"head -1\n(\{.*?\})\n```", PAGE.read_text(), re.DOTALL)
    assert shown is not None
    said = json.loads(shown[1].replace('"close-trades", ...', '"close-trades"').replace("}, ...]}", "}]}"))
    assert list(said) == ["rest", "ws_public", "ws_private", "ws_level3", "ws_v1", "control", "accounts"]
    assert list(said["accounts"][0]) == ["name", "key", "secret", "permissions"]
