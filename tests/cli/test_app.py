import os
import subprocess
import sys
from pathlib import Path

import pytest

from fathom.cli.app import COMMANDS, FAILED, OK, USAGE, main
from fathom.version import VERSION


def fathom(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fathom", *words], capture_output=True, text=True, timeout=60, check=False
    )


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == OK
    assert capsys.readouterr().out == f"fathom {VERSION}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == OK
    printed = capsys.readouterr().out
    assert all(name in printed for name in COMMANDS)


def test_help_imports_nothing_heavy() -> None:
    """What makes `fathom --help` quick: the rooms are imported when they are used."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "fathom", "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "fathom.cli.app" in imported
    for heavy in ("fathom.kernel.l2", "fathom.domain.events", "fathom.store", "msgspec", "asyncio", "rich.markdown"):
        assert heavy not in imported, heavy


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == OK
    printed = " ".join(capsys.readouterr().out.split())
    assert f"Usage: fathom {name}" in printed
    assert COMMANDS[name][1] in printed
    told = {
        "backtest": "against a venue with the recorded queues",
        "check": "Nothing is started",
        "compare": "exit status",
        "data": "Compile recordings into columns",
        "demo": "ends by itself",
        "doctor": "exit status",
        "exchange": "ends with Ctrl-C",
        "kill": "asks nothing",
        "new": "Nothing is written over",
        "order": "Without a terminal it needs --yes",
        "orders": "in quote currency",
        "record": "until Ctrl-C",
        "replay": "exit status",
        "report": "still being written",
        "rest": "asks first",
        "resume": "wait for a person",
        "run": "until Ctrl-C",
        "set": "an event in its log",
        "status": "exit status",
        "stop": "SIGTERM",
        "sweep": "the same command goes on",
        "verify": "exit status",
        "ws": "ends with Ctrl-C",
    }
    assert told[name] in printed


def test_a_terminal_without_our_signs_shows_others(tmp_path: Path) -> None:
    words = ["demo", "--recorded", "--plain", "--seconds", "0.3", "--journal", str(tmp_path / "journal")]
    done = subprocess.run(
        [sys.executable, "-m", "fathom", *words],
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (OK, b"")
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["bogus"], USAGE, "bogus"),
        (["replay"], USAGE, "JOURNAL"),
        (["demo", "--seconds", "soon"], USAGE, "seconds"),
        (["demo", "--seconds", "0"], FAILED, "seconds: must be from 10 to 3600, not 0"),
        (["replay", "/no/such/folder"], FAILED, "/no/such/folder"),
    ],
)
def test_a_mistake_is_one_line_and_a_status(
    words: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == status
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ")
    assert len(printed.err.strip().splitlines()) == 1
    assert said in printed.err
    assert "Traceback" not in printed.err


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    plain = fathom("replay", str(tmp_path / "none"))
    assert "Traceback" not in plain.stderr
    debugged = fathom("replay", str(tmp_path / "none"), "--debug")
    assert "Traceback" in debugged.stderr
    assert debugged.returncode != 0


def test_neither_an_error_nor_a_traceback_shows_a_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "c2VjcmV0" * 11
    (tmp_path / "key.toml").write_text(f'key = "{"k" * 56}"\nsecret = "{secret}"\n')
    (tmp_path / "key.toml").chmod(0o600)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"a bug that quotes {secret}")

    monkeypatch.setattr("fathom.run.rest_call.RestClient", broken)
    words = ["rest", "Balance", "--venue", "kraken", "--key-file", str(tmp_path / "key.toml")]
    for more, shown in ([], "this is a bug in fathom: RuntimeError: a bug that quotes"), (["--debug"], "Traceback"):
        assert main([*words, *more]) == FAILED
        said = capsys.readouterr().err
        assert shown in said
        assert "a bug that quotes <secret>" in said
        assert secret not in said


def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "fathom", "rest", "--list"],
            stdout=full, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == FAILED
    assert done.stderr == b"error: stdout: cannot be written: No space left on device\n"


def test_a_reader_that_goes_away_is_told_nothing() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "fathom", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        process.wait(timeout=30)
    assert errors == b""  # No traceback, no complaint: nobody reads any more.
