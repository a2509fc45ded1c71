"""`fathom record`: its options, and one clear line for each that cannot be."""

from pathlib import Path

import pytest

from fathom.cli.app import FAILED, OK, USAGE, main


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["BTC/USD", "--channels", "books"], "channels: 'books' must be one of book, trade, ticker, ohlc, level3, "),
        (["BTC/USD", "--channels", ","], "channels: name one or more of book, "),
        ([], "symbols: name one or more, such as BTC/USD, or all"),
        (["all", "--depth", "11"], "depth: of book must be one of 10, 25, 100, 500, 1000, not 11"),
        (["all", "--channels", "trade, level3", "--depth", "25"], "depth: of level3 must be one of 10, 100, 1000, not"),
        (["all", "--seconds", "-1"], "seconds: must be above 0, not -1"),
        (["all", "--count", "0"], "count: must be 1 or more, not 0"),
        (["all", "--size-mib", "0"], "size-mib: must be from 1 to 4096, not 0"),
        (["all", "--venue", "krakn"], "venue: 'krakn' is none: name kraken, kraken-beta, local, or a URL"),
        (["all", "--config", "none.toml"], "config: cannot read none.toml: No such file or directory"),
        (["--channels", "instrument", "--venue", "http://127.0.0.1:1"], "cannot reach http://127.0.0.1:1: Connection"),
    ],
)
def test_what_cannot_be_is_one_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    error: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["record", "--out", "out", *words]) == FAILED
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"error: {error}")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words", [["BTC/USD"], ["all", "--out", "x", "--depth", "deep"], ["all", "--out", "x", "--key", "k"]]
)
def test_what_is_no_option_is_one_line_too(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(["record", *words]) == USAGE
    assert capsys.readouterr().err.count("\n") == 1


def test_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "--help"]) == OK
    text = capsys.readouterr().out
    for option in ("SYMBOLS", "--out", "--channels", "--depth", "--seconds", "--count", "--size-mib", "--json",
                   "--venue", "--config", "--account", "--key-file", "--key-dir", "--keyring"):  # fmt: skip
        assert option in text
