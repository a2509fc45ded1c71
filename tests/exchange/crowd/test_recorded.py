from decimal import Decimal

from fathom.exchange.crowd import CsvTrades, RecordedTrade
from recorded import FIXTURES

LINES = [b"1672531436,90.540000,1.10448420\n", b"\n", b"1672531471.25,90.450000,1.00000000,b,m\r\n"]


def test_each_line_is_a_trade() -> None:
    trades = CsvTrades(LINES, symbol="BCH/EUR")
    assert list(trades) == [
        RecordedTrade(1_672_531_436_000_000_000, "BCH/EUR", Decimal("90.54"), Decimal("1.1044842")),
        RecordedTrade(1_672_531_471_250_000_000, "BCH/EUR", Decimal("90.45"), Decimal(1)),
    ]
    assert list(trades) == list(trades), "it can be gone through again"
    assert trades.bad_count == 0


def test_bad_lines_are_counted_and_left_out() -> None:
    bad = [
        b"time,price,volume", b"1672531436,90.54", b"1672531436,NaN,1", b"1672531436,1,Infinity", b"1,-1,1", b"1,1,0",
        b"-1,1,1", b"99999999999,1,1", b"\xff,1,1", b",,", b"1e999999999,1,1",
    ]  # fmt: skip
    trades = CsvTrades([*bad, LINES[0]], symbol="BCH/EUR")
    assert len(list(trades)) == 1
    assert trades.bad_count == len(bad)


def test_the_venues_own_history_reads() -> None:
    lines = (FIXTURES / "freqtrade/trades_csv/BCHEUR.csv").read_bytes().splitlines()
    trades = CsvTrades(lines, symbol="BCH/EUR")
    assert len(list(trades)) == len(lines) == 148
    assert trades.bad_count == 0
