"""The demo itself, short: a bot on an exchange of its own, through both faults, to the last digit."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from fathom.domain import LocalError
from fathom.run.rehearsal import rehearse


def test_it_comes_through_its_faults_and_the_books_agree(tmp_path: Path) -> None:
    out = io.StringIO()
    agreed = rehearse(seconds=20.0, journal=tmp_path / "journal", console=Console(file=out, width=200))
    said = out.getvalue()
    assert agreed, said
    for words in ("every connection is cut", "the answer to an order is lost", "agree with the exchange's"):
        assert words in said
    assert "struck 3 times" in said
    assert "struck once" in said
    assert "agrees byte for byte" in said


def test_a_folder_that_holds_something_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LocalError, match="name a new folder"):
        rehearse(seconds=1.0, journal=tmp_path, console=Console(file=io.StringIO()))
