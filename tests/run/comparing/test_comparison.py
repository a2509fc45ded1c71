"""Whole comparisons: of hand-made journals, one a reason, and of real runs on recorded frames."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from fathom.domain import TradingHalted
from fathom.engine import Engine, run
from fathom.run.bot import Bot
from fathom.run.comparing.comparison import compare
from fathom.run.comparing.told import Told
from fathom.run.config import RunConfig
from fathom.run.packaged import recorded_frames
from fathom.sim import BookVenue, Playback
from fathom.store import JournalWriter
from two_runs import BOUNDS, CONFIG, Hand


def order() -> Hand:
    return Hand().order("maker-1", 5_000)


def told(tmp_path: Path, a: Hand, b: Hand, *, ends_b: float | None = 60_000) -> Told:
    return compare(a.journal(tmp_path / "a"), b.journal(tmp_path / "b", ends=ends_b), bounds=BOUNDS)


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        (order().fill("maker-1", 8_000), order(), "missed fill"),
        (order().fill("maker-1", 8_000), order().fill("maker-1", 8_000, qty=3, whole=False), "queue"),
        (order(), Hand().order("maker-1", 5_200), "latency"),
        (order(), Hand().order("maker-1", 5_000, price=1001), "price"),
        (order().fill("maker-1", 8_000), order().fill("maker-1", 8_000, fee="0.4"), "fee"),
        (order(), Hand().rejected("maker-1", 5_000), "rejection"),
        (order(), Hand().denied("maker-1", 5_000), "limit"),
        (order(), Hand().say(4_000, "risk", TradingHalted("daily_loss", "")), "limit"),
        (order(), Hand(), "only in A"),
        (Hand(), order(), "only in B"),
    ],
)
def test_one_reason_each(tmp_path: Path, a: Hand, b: Hand, reason: str) -> None:
    found = told(tmp_path, a, b)
    [one] = found.differences
    assert (one.reason, one.number, one.cause) == (reason, 1, None)
    assert (found.orders, found.agree, found.orders_share, found.agrees) == (1, 0, 0.0, False)
    assert [(row.reason, row.first, row.following) for row in found.reasons] == [(reason, 1, 0)]


def test_what_both_came_to_side_by_side(tmp_path: Path) -> None:
    a = order().fill("maker-1", 8_000).order("maker-2", 9_000).fill("maker-2", 9_500, qty=10)
    b = order().fill("maker-1", 8_000).order("maker-2", 9_000).fill("maker-2", 9_500, qty=5, whole=False, fee="0.1")
    found = told(tmp_path, a, b)
    assert (found.a.fees, found.b.fees) == (0.5, 0.35)
    assert (found.a.fills, found.b.fills) == (2, 2)
    assert (found.orders, found.agree, found.orders_share, found.lots_share) == (2, 1, 0.5, 0.75)
    [row] = found.symbols
    assert (row.filled_a, row.filled_b, row.lots_share) == ("0.2 BTC", "0.15 BTC", 0.75)
    [one] = found.differences
    assert one.a is not None
    assert one.b is not None
    assert (one.a.filled, one.a.average, one.a.end) == ("0.1 BTC", "100.0", "filled")
    assert (one.b.filled, one.b.average, one.b.end) == ("0.05 BTC", "100.0", "open")


def test_what_follows_names_the_first_cause(tmp_path: Path) -> None:
    a = order().fill("maker-1", 8_000).order("maker-2", 12_000, side="sell")
    found = told(tmp_path, a, order())
    assert [(one.reason, one.cause, one.follow) for one in found.differences] == [
        ("missed fill", None, 1),
        ("only in A", 1, 0),
    ]


def test_next_to_an_end_that_only_one_run_has_nothing_counts(tmp_path: Path) -> None:
    a = order().order("maker-2", 29_000).fill("maker-1", 29_960)
    found = told(tmp_path, a, order(), ends_b=30_000)
    assert (found.at_edge, found.orders, found.differences) == (2, 0, [])
    assert found.agrees


def test_before_an_end_everything_counts(tmp_path: Path) -> None:
    a = order().order("maker-2", 27_000).fill("maker-1", 29_900)
    found = told(tmp_path, a, order(), ends_b=30_000)
    assert (found.at_edge, found.orders) == (0, 2)
    assert {one.reason for one in found.differences} == {"missed fill", "only in A"}


def test_an_order_has_its_partner_also_just_before_the_beginning_of_the_other_run(tmp_path: Path) -> None:
    a = Hand().order("maker-1", 990).order("maker-2", 400).order("maker-3", 9_000).journal(tmp_path / "a")
    b = Hand().order("maker-1", 20).order("maker-3", 8_000).journal(tmp_path / "b", shift_ms=1_000)
    found = compare(a, b, bounds=BOUNDS)
    assert (found.orders, found.agree, found.a.orders, found.b.orders) == (2, 2, 2, 2)


def test_of_different_settings_what_differs_is_told(tmp_path: Path) -> None:
    a = order()
    b = Hand(replace(CONFIG, latency_ms=60)).order("maker-1", 5_000)
    assert [(one.name, one.a, one.b) for one in told(tmp_path, a, b).settings] == [("latency_ms", 20, 60)]


def played(config: RunConfig, folder: Path, *, latency_ms: int) -> Path:
    """The demo's bot on its recorded frames, in virtual time."""
    config = replace(config, latency_ms=latency_ms)
    bot = Bot(config)
    world = Playback(
        recorded_frames(set(config.depths)),
        BookVenue(bot.market, config.fees),
        openings=bot.openings(folder.name, mode="paper"),
        latency_ns=latency_ms * 1_000_000,
    )
    with JournalWriter(folder, fsync="close") as log:
        run(Engine(bot.components, log), world)
    return folder


@pytest.fixture(scope="module")
def quick(demo_config: RunConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(demo_config, tmp_path_factory.mktemp("quick") / "journal", latency_ms=20)


def test_a_run_agrees_with_itself(quick: Path) -> None:
    found = compare(quick, quick, bounds=BOUNDS)
    assert found.agrees
    assert (found.orders, found.agree, found.orders_share, found.lots_share) == (found.agree, found.orders, 1.0, 1.0)
    assert found.a == found.b
    assert found.a.fills > 5
    assert (found.notes, found.settings, found.at_edge) == ([], [], 0)


@pytest.mark.parametrize("latency_ms", [60, 150, 400])
def test_of_other_latency_every_difference_is_explained(
    quick: Path, demo_config: RunConfig, tmp_path: Path, latency_ms: int
) -> None:
    slow = played(demo_config, tmp_path / "slow", latency_ms=latency_ms)
    found = compare(quick, slow, bounds=BOUNDS)
    assert [(one.name, one.a, one.b) for one in found.settings] == [("latency_ms", 20, latency_ms)]
    assert found.differences
    firsts = {one.reason for one in found.differences if one.cause is None}
    assert firsts <= {"latency", "queue", "missed fill", "rejection"}, found.differences
    for one in found.differences:
        assert one.cause is None or one.cause < one.number
    back = compare(slow, quick, bounds=BOUNDS)  # The other way round it is the same.
    mirrored = {"only in A": "only in B", "only in B": "only in A"}
    assert sorted((one.time, mirrored.get(one.reason, one.reason)) for one in back.differences) == sorted(
        (one.time, one.reason) for one in found.differences
    )
