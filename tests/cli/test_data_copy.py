"""`fathom data copy`: a line of what was copied, or of what is wrong."""

from pathlib import Path

import msgspec
import pytest

from fathom.cli import main

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")


def test_it_says_what_it_copied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "XBTUSD.csv").write_text("1,100.5,0.25\n")
    data, goal = str(tmp_path / "data"), str(tmp_path / "goal")
    assert main(["data", "import", str(tmp_path / "XBTUSD.csv"), "--into", data]) == 0
    capsys.readouterr()
    assert main(["data", "copy", data, goal]) == 0
    assert capsys.readouterr().out.startswith("1 files, ")
    assert main(["data", "copy", data, goal, "--json"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out)["kept"] == 1


@pytest.mark.parametrize(
    ("source", "says"), [("nowhere://x", "cannot be reached"), ("none", "holds no recorded market")]
)
def test_wrong_input_is_one_line(
    source: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["data", "copy", source, str(tmp_path / "goal")]) == 1
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1
