from pathlib import Path

import msgspec
import pytest

from bot_process import MAKER
from fathom.domain import LocalError
from fathom.risk import Limits, SymbolLimits, changed_limits
from fathom.run.asking import changed, folder_of
from fathom.run.trading.control import socket_path


def test_changes_are_nested_as_in_the_file() -> None:
    told = changed(["order_value_max=500", "symbols.BTC/USD.order_value_max=100", "symbols.BTC/USD.open_orders_max=2"])
    assert told == {
        "order_value_max": "500",
        "symbols": {"BTC/USD": {"order_value_max": "100", "open_orders_max": "2"}},
    }


def test_a_limit_may_be_taken_away_and_lists_are_json() -> None:
    told = changed(["symbols.BTC/USD=null", 'flatten_on=["kill"]', "open_orders_max=3"])
    assert told == {"symbols": {"BTC/USD": None}, "flatten_on": ["kill"], "open_orders_max": "3"}
    limits = Limits(symbols={"BTC/USD": SymbolLimits(open_orders_max=1)})
    after = changed_limits(limits, msgspec.json.encode(told), symbols=["BTC/USD"])
    assert (after.symbols, after.flatten_on, after.open_orders_max) == ({}, ("kill",), 3)


@pytest.mark.parametrize(
    ("changes", "said"),
    [([], "name what to change"), (["x"], "'x' is no change"), (["=3"], "no change"), (["flatten_on=["], "no JSON")],
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
