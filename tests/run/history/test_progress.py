"""A bar for whoever looks, and nothing for a file."""

import sys

import pytest

from fathom.run.history.progress import progress_of


def test_nothing_is_printed_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_of("a file") as told:
        told("writing", 1, 10)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_what_is_done_and_it_is_gone_after(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with progress_of("a file") as told:
        told("verifying", 0, 0)
        told("writing", 5, 10)
    out, err = capsys.readouterr()
    assert out == ""
    assert "a file: writing" in err
    assert "5/10" in err
