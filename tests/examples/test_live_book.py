from pathlib import Path

from run_example import run_example


def test_it_shows_books_that_verify(exchange_state: Path) -> None:
    printed = run_example("live_book.py", exchange_state)
    assert "BTC/USD" in printed
    assert "ETH/USD" in printed
    assert "verified: {" in printed
