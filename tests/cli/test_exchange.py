"""`fathom exchange`: its options, and one clear line for each that cannot be."""

from pathlib import Path

import pytest

from fathom.cli.app import FAILED, OK, USAGE, main


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it writes goes there."""
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run one command line; return its status and its one line of error."""
    port = [] if "--port" in words else ["--port", "0"]
    status = main(["exchange", *port, "--quiet-market", *words])
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1, err
    assert err.startswith("error: ")
    return status, err.removeprefix("error: ").rstrip("\n")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--port", "-1"], "port: must be 0, or from 1 to 65531, not -1"),
        (["--port", "65532"], "port: must be 0, or from 1 to 65531, not 65532"),
        (["--host", "my computer"], "host: 'my computer' is not an IP address of this machine"),
        (["--host", ""], "host: '' is not an IP address of this machine"),
        (["--host", "127.0.0.1:80"], "host: '127.0.0.1:80' is not an IP address of this machine"),
        (["--host", "203.0.113.7"], "port: cannot listen on 203.0.113.7:0: "),
        (["--speed", "0"], "speed: must be above 0 and at most 1000, not 0"),
        (["--speed", "-3"], "speed: must be above 0 and at most 1000, not -3"),
        (["--speed", "nan"], "speed: must be above 0 and at most 1000, not nan"),
        (["--speed", "1e9"], "speed: must be above 0 and at most 1000, not 1e+09"),
        (["--rate", "0"], "rate: must be above 0 and at most 100000 a second, not 0"),
        (["--rate", "inf"], "rate: must be above 0 and at most 100000 a second, not inf"),
        (["--pairs", "BTC/USD", "WAVES/EUR"], "pairs: WAVES/EUR is not listed; listed are BTC/USD, "),
        (["--pairs", "XBT/USD"], "pairs: XBT/USD is not listed; listed are "),
        (["--pairs", ""], "pairs:  is not listed; listed are "),
        (["--start", "yesterday"], "start: 'yesterday' is not an RFC 3339 time in UTC"),
        (["--start", "2026-02-30T00:00:00Z"], "start: '2026-02-30' is not a day of the calendar"),
        (["--start", "0001-01-01T00:00:00Z"], "start: must be in the years 2000 to 2199, not 0001-01-01T00:00:00Z"),
        (["--start", "9999-12-31T23:59:59Z"], "start: must be in the years 2000 to 2199, not 9999-12-31T23:59:59Z"),
        (["--market", "x.jsonl"], "market: there is no x.jsonl"),
        (["--market", "."], "quiet-market: contradicts --market"),
        (["--faults", "none.toml"], "faults: cannot read none.toml: No such file or directory"),
        (["--faults", "."], "faults: cannot read .: Is a directory"),
    ],
)
def test_what_cannot_be_is_one_line(capsys: pytest.CaptureFixture[str], words: list[str], error: str) -> None:
    status, line = said(capsys, *words)
    assert status == FAILED
    assert line.startswith(error)


@pytest.mark.parametrize(
    "words",
    [
        ["--port", "high"],
        ["--tier", "gold"],
        ["--seed", "x"],
        ["--speed", "fast"],
        ["--turbo"],
        ["now"],
        ["--json", "x"],
    ],
)
def test_what_is_no_option_is_one_line_too(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    status, line = said(capsys, *words)
    assert status == USAGE
    assert words[0] in line or words[-1] in line


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("[[fault]]\nkind = 'drop'\nshare = 7\n", "fault 1, share: must be "),
        ("[[fault]]\nkind = 'drop'\n[[fault]]\nkind = 'explode'\n", "fault 2, kind: 'explode' is no kind of fault; "),
        ("[[fault]\n", "faults: the file is not TOML: "),
        ("kind = 'drop'\n", "faults: 'kind' does not belong there: every table is [[fault]]"),
        (
            "[[fault]]\nkind = 'delist'\nsymbol = 'ETH/USD'\n",
            "fault 1, symbol: ETH/USD is not listed; listed are BTC/USD",
        ),
    ],
)
def test_a_bad_fault_file_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, error: str
) -> None:
    (tmp_path / "faults.toml").write_text(content)
    status, line = said(capsys, "--faults", "faults.toml", "--pairs", "BTC/USD")
    assert status == FAILED
    assert line.startswith(error)
    assert [path.name for path in tmp_path.iterdir()] == ["faults.toml"]  # Nothing was begun.


def test_a_recording_without_the_pairs_that_were_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = '{"symbol":"ETH/USD","bids":[{"price":1.0,"qty":1.0}],"asks":[{"price":2.0,"qty":1.0}],"checksum":1}'
    (tmp_path / "x.jsonl").write_text(f'{{"channel":"book","type":"snapshot","data":[{row}]}}\n')
    assert main(["exchange", "--port", "0", "--market", "x.jsonl", "--pairs", "BTC/USD", "BTC/EUR"]) == FAILED
    line = capsys.readouterr().err
    assert line == "error: pairs: none of BTC/USD, BTC/EUR is in x.jsonl, which has ETH/USD\n"


def test_a_trade_history_needs_its_pair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.csv").write_text("1672531436,90.54,1.1\n")
    for words in ([], ["--pairs", "BTC/USD", "ETH/USD"]):
        assert main(["exchange", "--port", "0", "--market", "x.csv", *words]) == FAILED
        assert capsys.readouterr().err.startswith("error: pairs: name the one pair that a CSV of trades is of")


def test_a_state_or_certificate_that_cannot_be_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert said(capsys, "--state", "file") == (FAILED, "state: file is a file: name a folder")
    status, line = said(capsys, "--tls", "--state", "file/below")
    assert status == FAILED
    assert line.startswith(("tls: cannot write to file/below: ", "state: "))


def test_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exchange", "--help"]) == OK
    text = capsys.readouterr().out
    for option in ("--port", "--host", "--tls", "--seed", "--speed", "--rate", "--pairs", "--market", "--faults",
                   "--state", "--tier", "--no-limits", "--json", "--start", "--quiet-market"):  # fmt: skip
        assert option in text
