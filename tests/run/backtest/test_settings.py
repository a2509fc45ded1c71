from decimal import Decimal

import pytest

from fathom.domain import LocalError
from fathom.run.backtest.settings import BacktestTable, latency_of
from fathom.sim.stepped import LatencyModel

MS = 1_000_000


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("20ms", (20 * MS,)),
        ("250us", (250_000,)),
        ("1.5s", (1_500 * MS,)),
        ("5ms..80ms", (5 * MS, 80 * MS)),
        ("0ms", (0,)),
    ],
)
def test_a_latency_is_a_time_or_two(text: str, ways: tuple[int, ...]) -> None:
    assert latency_of(text, seed=3) == LatencyModel(out_ns=ways, back_ns=ways, seed=3)


@pytest.mark.parametrize("text", ["runs/bot-live", "ms", "20", "x5ms", "5ms..", "journals"])
def test_what_is_no_duration_may_be_a_journal(text: str) -> None:
    assert latency_of(text, seed=1) is None


def test_a_latency_that_falls_is_refused() -> None:
    with pytest.raises(LocalError, match="must rise"):
        latency_of("80ms..5ms", seed=1)


@pytest.mark.parametrize(
    "wrong", [{"spread_bps": Decimal(-1)}, {"spread_bps": Decimal("NaN")}, {"volume_share": Decimal(0)}]
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Decimal]) -> None:
    with pytest.raises(ValueError, match="must be"):
        BacktestTable(**wrong)  # type: ignore[arg-type]
