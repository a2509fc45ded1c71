"""`fathom rest`: its options, without a venue."""

import pytest

from fathom.cli.app import FAILED, OK, main

Capture = pytest.CaptureFixture[str]


def test_endpoints_are_listed_and_explained(capsys: Capture) -> None:
    assert main(["rest", "--list"]) == OK
    assert "OpenOrders" in capsys.readouterr().out
    assert main(["rest", "--list", "Depth"]) == OK
    assert capsys.readouterr().out.startswith("Depth pair= [count=]")
    assert main(["rest", "--list", "Dept"]) == FAILED
    assert capsys.readouterr().err.startswith("error: endpoint: there is no Dept: did you mean Depth")


def test_it_needs_an_endpoint_and_somebody_who_confirms(capsys: Capture) -> None:
    assert main(["rest"]) == FAILED
    assert "fathom rest --list" in capsys.readouterr().err
    assert main(["rest", "CancelAll"]) == FAILED
    assert "add --yes" in capsys.readouterr().err
