import json
from pathlib import Path

import pytest

from bot_process import MAKER
from fathom.domain import LocalError
from fathom.run.check_bot import check_bot


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bot.toml"
    path.write_text(text)
    return path


def test_it_says_what_would_run_and_every_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_bot(written(tmp_path, MAKER.format(name="b", account="alice")), json=False) == 0
    said = capsys.readouterr().out
    for word in ("b would run", "BTC/USD (depth 10)", "strategy mm", "order_value_max", "100000", "can be run"):
        assert word in said
    assert "daily_loss_share_max" in said  # The defaults too.


def test_it_says_the_same_to_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_bot(written(tmp_path, MAKER.format(name="b", account="alice")), json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["name"] == "b"
    assert told["risk"]["order_value_max"] == "100000"


def test_what_cannot_run_is_one_error(tmp_path: Path) -> None:
    text = MAKER.format(name="b", account="alice").replace("market_maker", "market_breaker")
    with pytest.raises(LocalError, match="no kind 'market_breaker'"):
        check_bot(written(tmp_path, text), json=False)
    text = MAKER.format(name="b", account="alice").replace('symbol = "BTC/USD"', 'symbol = "ETH/USD"')
    with pytest.raises(LocalError, match="no book of ETH/USD is subscribed"):
        check_bot(written(tmp_path, text), json=False)
