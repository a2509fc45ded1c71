"""The ladder: what it shows, and that it fits whatever terminal there is."""

import pytest
from rich.console import Console

from fathom.ui import Pulse, ladder
from live_books import live_book

PULSE = Pulse(
    venue="local", elapsed_s=12.3, frames=4_321, frames_per_s=1_234.5, verified=4_000, lost=0, gaps=0,
    round_trip_ns=1_500_000, system="online",
)  # fmt: skip
LOST = Pulse(
    venue="local", elapsed_s=1, frames=1, frames_per_s=1, verified=1, lost=2, gaps=3, round_trip_ns=None, system=None,
    news="gap of 1.2 s in book BTC/USD: the connection broke",
)  # fmt: skip


def drawn(*books: object, pulse: Pulse = PULSE, width: int = 80, height: int = 24) -> list[str]:
    console = Console(width=width, height=height, force_terminal=True, color_system=None, legacy_windows=False)
    with console.capture() as capture:
        console.print(ladder(list(books), pulse, width=width, height=height))  # type: ignore[arg-type]
    return capture.get().splitlines()


def test_a_book_has_its_levels_its_spread_and_its_figures() -> None:
    lines = drawn(live_book())
    text = "\n".join(lines)
    assert "BTC/USD book 10  ● verified" in lines[0]
    assert text.index("60009.5") < text.index("60000.5") < text.index("59999.5") < text.index("59990.5")
    assert "1.0 " in next(line for line in lines if "spread" in line)
    assert "0.17 bp" in text
    best_ask = next(line for line in lines if "60000.5" in line)
    assert best_ask.split()[1:4] == ["60000.5", "1.00000000", "1.00000000"]
    worst_bid = next(line for line in lines if "59990.5" in line)
    assert "60.00000000" in worst_bid  # 1.5 to 10.5 in sum, the greatest there is.
    assert worst_bid.count("█") > 30
    assert best_ask.count("█") == 0  # A sixtieth: less than a column.
    assert "▊" in best_ask
    assert lines[-1].startswith("1,234 frames/s  4,000 verified  0 lost  0 gaps  ping 1.5 ms  12 s  local online")


def test_a_book_that_is_not_verified_says_so_and_why() -> None:
    lines = drawn(live_book(verified=False, reason="checksum mismatch [1]"), pulse=LOST)
    assert "■ STALE checksum mismatch [1]" in lines[0]
    assert "2 lost  3 gaps" in lines[-2]
    assert lines[-1].startswith("gap of 1.2 s")
    long = drawn(live_book(verified=False, reason="x" * 500))
    assert "…" in long[0]


def test_a_book_without_anything_is_drawn() -> None:
    assert "STALE no snapshot yet" in drawn(live_book(levels=0, verified=False, reason="no snapshot yet"))[0]


@pytest.mark.parametrize("width", [10, 23, 30, 46, 60, 80, 100, 139, 200])
@pytest.mark.parametrize("height", [3, 8, 12, 24, 50, 100])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_it_fits(width: int, height: int, count: int) -> None:
    lines = drawn(*[live_book() for _ in range(count)], pulse=LOST, width=width, height=height)
    assert len(lines) <= max(height, 3)
    assert max(map(len, lines)) <= width


def test_books_that_have_no_room_beside_are_told_below() -> None:
    lines = drawn(live_book(), live_book(), live_book(), width=80, height=30)
    assert lines[0].count("● verified") == 1
    assert sum(line.startswith("BTC/USD book  1.50000000 @ 59999.5 |") for line in lines) == 2
    assert drawn(live_book(), live_book(), width=120)[0].count("● verified") == 2
