from pathlib import Path

import pytest

from bot_process import MAKER
from fathom.domain import LocalError
from fathom.run.asking import changed, folder_of
from fathom.run.trading.control import socket_path


def test_changes_are_nested_as_in_the_file() -> None:
    told = changed(["order_value_max=500", "symbols.BTC/USD.order_value_max=100", "symbols.BTC/USD.open_orders_max=2"])
    assert told == {
        "order_value_max": "500",
        "symbols": {"BTC/USD": {"order_value_max": "100", "open_orders_max": "2"}},
    }


@pytest.mark.parametrize(
    ("changes", "said"), [([], "name what to change"), (["x"], "'x' is no change"), (["=3"], "no change")]
)
def test_what_is_no_change_is_refused(changes: list[str], said: str) -> None:
    with pytest.raises(LocalError, match=said):
        changed(changes)


def test_a_file_names_the_run_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "bot.toml"
    file.write_text(MAKER.format(name="b", account="alice"))
    with pytest.raises(LocalError, match="b does not run now"):
        folder_of(file, None)
    for mode in ("paper", "live"):
        folder = Path(f"runs/b-{mode}")
        folder.mkdir(parents=True)
        socket_path(folder).touch()
        if mode == "paper":
            assert folder_of(file, None) == folder
    with pytest.raises(LocalError, match="b runs as paper and live: say --mode"):
        folder_of(file, None)
    assert folder_of(file, "live") == Path("runs/b-live")
    assert folder_of(tmp_path, None) == tmp_path
