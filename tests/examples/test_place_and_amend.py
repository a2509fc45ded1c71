from pathlib import Path

from run_example import run_example


def test_an_order_lives_and_ends(exchange_state: Path) -> None:
    printed = run_example("place_and_amend.py", exchange_state)
    assert "placed O" in printed
    assert "(0.0, Decimal('8'))" in printed
    assert "amended to" in printed
    assert "Insufficient funds" in printed
    assert "may an order exist? False" in printed
    assert "cancelled 1" in printed
