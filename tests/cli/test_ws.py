"""`fathom ws`: its options, and what is none."""

import pytest

from fathom.cli.app import FAILED, OK, USAGE, main

Capture = pytest.CaptureFixture[str]


def test_it_explains_itself(capsys: Capture) -> None:
    assert main(["ws", "--help"]) == OK
    text = capsys.readouterr().out
    for option in ("--depth", "--interval", "--trigger", "--history", "--snapshot", "--json", "--plain", "--seconds",
                   "--count", "--venue", "--config", "--account", "--key-file", "--key-dir", "--keyring"):  # fmt: skip
        assert option in text
    assert "--key " not in text  # Keys are never on a command line.
    assert "--secret" not in text


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([], USAGE, "CHANNEL"),
        (["book", "BTC/USD", "--depth", "deep"], USAGE, "depth"),
        (["book", "BTC/USD", "--turbo"], USAGE, "turbo"),
        (["book", "BTC/USD", "--venue", "krakn"], FAILED, "venue: 'krakn' is none: name kraken, kraken-beta, local"),
        (["book", "BTC/USD", "--config", "/no/such"], FAILED, "config: cannot read /no/such"),
    ],
)
def test_a_mistake_is_one_line(capfd: Capture, words: list[str], status: int, said: str) -> None:
    assert main(["ws", *words]) == status
    err = capfd.readouterr().err
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert said in err
