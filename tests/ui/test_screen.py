from io import StringIO

import msgspec
import pytest
from rich.console import Console

from fathom.ui import Watch, line, screen
from market_feed import BTC, Feed, House, market_of, two_sided


def drawn(
    watch: Watch, *, title: str = "a demo [of it]", wall_s: float = 2.0, width: int = 120, height: int = 50
) -> str:
    console = Console(record=True, width=width, height=height, file=StringIO())
    console.print(screen(watch, title=title, wall_s=wall_s, width=width, height=height))
    return console.export_text()


def test_the_screen_shows_what_matters(busy: Watch) -> None:
    text = drawn(busy)
    for shown in (
        "a demo [of it]",
        "BTC/USD  verified",
        "ETH/USD  quarantined checksum mismatch",
        "2 verified",
        "1 not",
        "maker-1-1",
        "ours",
        "99.9",
        "0.05",
        "PnL after fees -0.2500 USD",
        "equity 1,099.7500 USD",
        "risk denied maker-1-0: funds: too dear [really]",
        "trading halted",
        "entries/s",
    ):
        assert shown in text, shown
    assert max(len(row) for row in text.splitlines()) <= 120


def test_a_reason_that_looks_like_markup_is_shown_as_it_is(busy: Watch) -> None:
    busy.market.books["BTC/USD"].distrust("link [/dropped]")
    assert "link [/dropped]" in drawn(busy)


def test_an_empty_run_can_be_drawn(idle: Watch) -> None:
    text = drawn(idle, wall_s=0.0)
    assert "0 verified" in text
    assert "equity 0.0000 USD" in text
    assert "nothing yet" in text
    assert "starting" in text


def test_a_book_before_its_snapshot_can_be_drawn() -> None:
    watch = Watch(market_of(two_sided()), quote="USD")
    assert "BTC/USD  empty" in drawn(watch)
    assert "BTC/USD - (not trusted)" in line(watch, wall_s=0.0)


def test_the_line_is_plain_and_whole(busy: Watch) -> None:
    told = line(busy, wall_s=2.0)
    assert told.startswith(" 17.0s  BTC/USD 99.9/100.1  ETH/USD ")
    assert "ETH/USD 9.95/10.05 (not trusted)" in told
    assert f"open 1  fills 1  PnL -0.2500 USD  verified 2 of 3  {busy.entries / 2:,.0f} entries/s" in told
    assert "\n" not in told


def test_the_line_of_an_empty_run(idle: Watch) -> None:
    assert line(idle, wall_s=0.0).endswith("open 0  fills 0  PnL +0.0000 USD  verified 0 of 0  starting")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 36), (160, 50)])
def test_the_screen_fits_its_terminal(busy: Watch, width: int, height: int) -> None:
    rows = drawn(busy, width=width, height=height).splitlines()
    assert len(rows) <= height
    assert max(len(row) for row in rows) <= width
    assert any("equity" in row for row in rows)


def test_a_narrow_terminal_gets_the_line(busy: Watch) -> None:
    text = " ".join(drawn(busy, width=40, height=24).split())
    assert text == " ".join(line(busy, wall_s=2.0).split())


def test_two_columns_stay_free_for_the_echo_of_ctrl_c(busy: Watch) -> None:
    assert max(len(row.rstrip()) for row in drawn(busy, width=80, height=24).splitlines()) == 78


def test_a_price_shows_the_decimals_that_its_tick_has() -> None:
    """Kraken's v1 pads prices with more decimals than a tick has."""
    padded = msgspec.structs.replace(BTC, price_precision=4, price_increment_ticks=100)
    feed = Feed(padded, bids=[(1_002_300, 5)], asks=[(1_010_000, 5)])
    market = market_of(feed)
    watch = Watch(market, quote="USD")
    House(market).frame(feed.snapshot())
    assert "BTC/USD 100.23/101.00 " in line(watch, wall_s=0.0)
