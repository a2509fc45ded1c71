"""The life of an order from a journal on disk."""

import json
from pathlib import Path

import pytest

from client_commands import fathom
from fathom.domain import (
    Entry,
    InstrumentChanged,
    LocalError,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderWanted,
)
from fathom.run.explaining import journal_of
from fathom.store import JournalWriter
from market_feed import BTC

WANTED = OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 5, 1000)
SAID = (
    (InstrumentChanged(BTC), 1),
    (WANTED, 1),
    (OrderApproved(WANTED), 2),
    (OrderAccepted("mm-1-1", "O1"), 4),
    (OrderCanceled("mm-1-1", "User requested"), 5),
)
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    folder = tmp_path / "journal"
    with JournalWriter(folder) as writer:
        for seq, (event, cause) in enumerate(SAID, 1):
            writer.append(Entry(seq, cause, 1_000_000_000 * seq, "world", event))
        writer.commit()
    return folder


def test_each_entry_is_a_line_with_the_states_before_and_after(journal: Path, capfd: Capture) -> None:
    said = fathom(capfd, "orders", str(journal), "mm-1-1")
    assert said.status == 0, said.err
    wanted, approved, accepted, canceled = said.out.splitlines()
    assert f"OrderWanted  buy {BTC.qty(5)} BTC/USD limit at {BTC.price(1000)}, gtc  (of InstrumentChanged 1)" in wanted
    assert "approved" in approved
    assert "approved -> open" in accepted
    assert "the venue has it as O1" in accepted
    assert "open -> canceled" in canceled
    assert canceled.endswith("ended: User requested")


def test_as_json_it_is_an_object_a_line(journal: Path, capfd: Capture) -> None:
    rows = [json.loads(line) for line in fathom(capfd, "orders", str(journal), "mm-1-1", "--json").out.splitlines()]
    assert [(row["seq"], row["event"], row["before"], row["after"]) for row in rows] == [
        (2, "OrderWanted", "", ""),
        (3, "OrderApproved", "", "approved"),
        (4, "OrderAccepted", "approved", "open"),
        (5, "OrderCanceled", "open", "canceled"),
    ]
    assert rows[-1]["told"] == "ended: User requested"


def test_an_id_that_nobody_knows_is_said_so(journal: Path, capfd: Capture) -> None:
    said = fathom(capfd, "orders", str(journal), "mm-9-9")
    assert said.status == 1
    assert said.error.startswith("mm-9-9: no entry of ")


BOT = """
name = "one"
symbols = ["BTC/USD"]

[[strategies]]
name = "dca"
kind = "dca"
params = { symbol = "BTC/USD", spend_quote = "15", every_s = 60 }
"""


def test_a_bots_file_means_the_only_journal_that_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "bot.toml"
    file.write_text(BOT)
    with pytest.raises(LocalError, match="one has no journal yet"):
        journal_of(file, None)
    paper = Path("runs/one-paper")
    paper.mkdir(parents=True)
    assert journal_of(file, None) == paper
    Path("runs/one-live").mkdir()
    with pytest.raises(LocalError, match="one has journals of paper and live: say --mode"):
        journal_of(file, None)
    assert journal_of(file, "paper") == paper
