"""Hftbacktest beside us in short: where `make hft` has installed it; the table and the recordings anywhere."""

from collections.abc import Iterator
from dataclasses import replace

import compare_hft
import hft_judge
import hft_theirs
import pytest
from hft_captures import compiled
from hft_rules import RULES, Rule
from hft_scenes import SCENES, Scene, fills

from recorded import FIXTURES


@pytest.fixture(scope="module")
def theirs() -> Iterator[hft_theirs.Hftbacktest]:
    if not hft_theirs.PYTHON.exists():
        pytest.skip("hftbacktest has an environment of its own, which `make hft` sets up, and it is not there")
    with hft_theirs.hftbacktest() as process:
        yield process


def test_every_difference_has_its_cause(theirs: hft_theirs.Hftbacktest) -> None:
    table = compare_hft.Table()
    for seed in (3, 4):  # One with times that are equal, one that is told anew.
        compare_hft.compared(compare_hft.seeded(seed, seconds=20), theirs, table)
    assert table.runs == 12
    assert not table.wrong
    assert sum(one.same for one in table.lines.values()) > 200
    assert sum(one.differing for one in table.lines.values()) > 20
    assert not sum(one.unexplained for one in table.lines.values())


@pytest.mark.parametrize("rule", RULES)
def test_it_fills_in_a_scene_what_we_say_of_it(theirs: hft_theirs.Hftbacktest, rule: Rule) -> None:
    scene = SCENES[rule]
    theirs.load([scene.tape])
    told = theirs.played(scene.job, scene.model)
    assert told.code == 0
    assert told.fills == fills(scene.theirs)


def test_a_trade_that_ends_with_our_order_ends_its_run_at_the_next_one(theirs: hft_theirs.Hftbacktest) -> None:
    exact = replace(SCENES["through"], frames=((500, ((11, 1000, 150),)), (900, ((11, 999, 500),))))
    theirs.load([exact.tape])
    told = theirs.played(exact.job, exact.model)
    assert told.fills == fills([(500, 1, 1000, 50)])
    assert told.code == 14  # InvalidOrderStatus: the order was filled, and is still among the open ones.


def test_its_account_counts_the_last_part_of_an_order(theirs: hft_theirs.Hftbacktest) -> None:
    parts = Scene(ours=(), theirs=(), frames=((500, ((11, 1000, 149),)), (900, ((11, 999, 500),))))
    theirs.load([parts.tape])
    told = theirs.played(parts.job, parts.model)
    assert told.fills == fills([(500, 1, 1000, 49), (900, 1, 1000, 1)])
    assert (told.counted, told.position) == (50, 1)


def test_the_table_counts_fills_and_runs_by_cause() -> None:
    table = compare_hft.Table()
    one = hft_judge.Judgement(1_000, 900, 890)
    one.fills.update({"twice": 80, "twice + clamp": 40})
    one.runs.update({"twice": 3, "twice + clamp": 1})
    table.lines["maker", "trades"] = one
    heads, _, line = table.text().splitlines()
    assert heads.endswith("| differing | twice | twice + clamp | unexplained |")
    assert line == "| maker | trades | 1,000 | 900 | 890 | 120 | 80 in 3 | 40 in 1 | 0 |"


def test_without_hftbacktest_it_says_how_to_have_it(
    capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert compare_hft.main(["--python", str(tmp_path_factory.mktemp("none") / "python")]) == 2
    assert "make hft" in capsys.readouterr().err


def test_a_capture_is_played_in_both(theirs: hft_theirs.Hftbacktest) -> None:
    table = compare_hft.Table()
    for recording in compare_hft.captured([FIXTURES / "python-kraken-sdk" / "orderbook-v2.json"], 10):
        compare_hft.compared(recording, theirs, table)
    assert table.runs == 6
    assert not table.wrong
    assert not sum(one.unexplained for one in table.lines.values())


def test_a_captures_book_and_its_trades_become_one_recording() -> None:
    captures = [FIXTURES / "cryptofeed" / name for name in ("KRAKEN.ws.50.0", "KRAKEN.ws.48.0")]
    found = {one.symbol: one for one in compiled(captures, 1000)}
    assert len(found) == 10
    one = found["SC/EUR"]
    assert one.instrument.price_precision == 6
    assert one.last_ns > one.first_ns
    assert one.qty_lots > 0
