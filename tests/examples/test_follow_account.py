from pathlib import Path

from run_example import run_example


def test_what_happens_is_told_on_every_stream(exchange_state: Path) -> None:
    printed = run_example("follow_account.py", exchange_state)
    assert "trade O" in printed
    assert "filled O" in printed
    assert "balance ETH" in printed
    assert "event SwitchChanged" in printed
    assert "we have" in printed
