import json
from pathlib import Path

import pytest

from fathom.cli.app import OK, main
from fathom.cli.compare import AGREE, DIFFER, TROUBLE
from two_runs import Hand


@pytest.fixture
def journals(tmp_path: Path) -> tuple[str, str]:
    a = Hand().order("maker-1", 5_000).fill("maker-1", 8_000).journal(tmp_path / "a")
    b = Hand().order("maker-1", 5_080).journal(tmp_path / "b")
    return str(a), str(b)


def test_runs_that_agree(journals: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    a, _ = journals
    assert main(["compare", a, a]) == AGREE == OK
    assert "The runs agree: 1 orders, each alike." in capsys.readouterr().out


def test_runs_that_differ(journals: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *journals, "--all"]) == DIFFER
    said = capsys.readouterr().out
    assert "latency" in said
    assert "it came to that price 80.0 ms later in B" in said


def test_the_bounds_are_the_users(journals: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *journals, "--json", "--latency", "100ms"]) == DIFFER
    assert [one["reason"] for one in json.loads(capsys.readouterr().out)["differences"]] == ["missed fill"]
    assert main(["compare", *journals, "--json", "--within", "50ms"]) == DIFFER
    told = json.loads(capsys.readouterr().out)
    assert [one["reason"] for one in told["differences"]] == ["only in A", "only in B"]
    assert told["within_ms"] == 50


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["compare", "{a}"], "journal"),
        (["compare", "{a}", "/nowhere"], "is not there"),
        (["compare", "{a}", "{b}", "--within", "soon"], "'soon' is no stretch of time"),
        (["compare", "{a}", "{b}", "--latency", "2h"], "is no stretch of time"),
        (["compare", "{a}", "{b}", "--latency=-1s"], "no stretch of time"),
        (["compare", "{a}", "{b}", "--latency=nans"], "no stretch of time"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(
    journals: tuple[str, str], capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    a, b = journals
    assert main([word.format(a=a, b=b) for word in words]) == TROUBLE
    error = capsys.readouterr().err
    assert sentence.lower() in error.lower()
    assert error.count("\n") == 1
