import subprocess
import sys
from pathlib import Path

import pytest
from chaos import Failure, attempt, campaign, command
from chaos_plants import PLANTS
from chaos_run import Plant, Report

SEEDS = 100  # `make chaos` plays thousands.
CHUNK = 10  # So that the workers of a run share them.
PLANT_SEEDS = 25  # A planted bug is found within so many.
TOOLS = Path(__file__).resolve().parents[2] / "tools"
KINDS = {
    "a lost fill in a table": "the two sides do not come to agree",
    "a lost fill in a portfolio": "the two sides do not come to agree",
    "a double send": "an order sent twice",
    "a limit that is off by one": "more orders open than the limit",
    "a cancel that goes out late": "a cancel that was approved and not sent",
}


@pytest.mark.parametrize("first", range(1, SEEDS + 1, CHUNK))
def test_whatever_breaks_nothing_is_lost_and_trading_goes_on(first: int) -> None:
    failures = [str(result) for result in campaign(range(first, first + CHUNK)) if isinstance(result, Failure)]
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name.replace(" ", "-"))
def test_a_planted_bug_is_found(plant: Plant) -> None:
    found = []
    for seed in range(1, PLANT_SEEDS + 1):
        result = attempt(seed, plant)
        if isinstance(result, Failure):
            found.append(result.kind)
            break
    assert found == [KINDS[plant.name]]


def test_every_kind_of_planted_bug_has_its_name() -> None:
    assert [plant.name for plant in PLANTS] == list(KINDS)


def test_a_seed_says_the_same_each_time() -> None:
    first, again = attempt(3), attempt(3)
    assert isinstance(first, Report)
    assert first == again


def test_a_failure_names_its_seed_and_the_command_that_plays_it_again() -> None:
    failed = Failure(4711, "a kind", "Broken: a kind: because")
    assert "seed 4711 failed: Broken: a kind: because" in str(failed)
    assert "tools/chaos.py --only 4711" in command(4711)


def test_the_campaign_counts_what_it_played() -> None:
    done = subprocess.run(
        [sys.executable, str(TOOLS / "chaos.py"), "--seeds", "2", "--from", "1", "--jobs", "1"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(TOOLS.parent / "src")},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 seeds passed and 0 failed" in done.stdout
