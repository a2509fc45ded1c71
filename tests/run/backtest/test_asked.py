from decimal import Decimal
from pathlib import Path

import pytest
from held_data import bot_file, candle, hold_table, hold_tape

from fathom.domain import LocalError
from fathom.run.backtest.asked import Asked, config_of_backtest, time_of
from fathom.run.backtest.settings import BacktestConfig
from fathom.run.bot_file import read_bot_file
from fathom.sim.stepped import LatencyModel, Window
from market_feed import BTC, T0, S
from step_stage import still

MS = 1_000_000
HOUR = 3_600 * S


def plan_of(tmp_path: Path, *, extra: str = "", asked: Asked | None = None, **window: int) -> BacktestConfig:
    file = read_bot_file(bot_file(tmp_path / "bot.toml", extra=extra), {})
    given = {"from_ns": window.get("from_ns"), "to_ns": window.get("to_ns")}
    config = config_of_backtest(file, tmp_path / "data", **given, asked=asked or Asked())
    assert config.backtest is not None
    assert config.reconciled
    assert config.balances == {"USD": Decimal(10_000), "BTC": Decimal(10)}
    return config.backtest


def held(tmp_path: Path) -> Path:
    hold_tape(tmp_path / "data", still().levels([(999, 11)], after_ns=60 * S))
    return tmp_path


def test_without_a_word_it_is_all_that_is_held(tmp_path: Path) -> None:
    plan = plan_of(held(tmp_path))
    assert (plan.from_ns, plan.to_ns) == (T0, T0 + 60 * S)
    assert (plan.queue, plan.tier, plan.schedule, plan.switch_s) == ("pessimistic", "intermediate", True, 60)
    assert (plan.latency, plan.latency_words) == (LatencyModel.constant(20 * MS), "20 ms each way")
    assert [one.split(": ")[1][:20] for one in plan.assumed] == ["its minima were not ", "the place in the que"]


def test_the_window_is_cut_to_what_is_held(tmp_path: Path) -> None:
    plan = plan_of(held(tmp_path), from_ns=T0 - S, to_ns=T0 + 30 * S)
    assert (plan.from_ns, plan.to_ns) == (T0, T0 + 30 * S)
    with pytest.raises(LocalError, match="nothing is held between them"):
        plan_of(tmp_path, from_ns=T0 + 70 * S)


def test_the_file_says_what_is_assumed_and_the_command_line_overrides_it(tmp_path: Path) -> None:
    extra = (
        '[backtest]\nqueue = "proportional"\ntier = "pro"\nfees = "paper"\nlatency = "5ms..9ms"\nseed = 4\n'
        'maintenance = [["2023-11-15T00:00:10Z", "2023-11-15T00:00:20Z"]]\n'
    )
    plan = plan_of(held(tmp_path), extra=extra)
    assert (plan.queue, plan.tier, plan.schedule) == ("proportional", "pro", False)
    assert plan.latency == LatencyModel(out_ns=(5 * MS, 9 * MS), back_ns=(5 * MS, 9 * MS), seed=4)
    assert plan.maintenance == [Window(T0 + 10 * S, T0 + 20 * S)]
    asked = Asked(queue="trades", tier="starter", latency="1ms")
    plan = plan_of(tmp_path, extra=extra, asked=asked)
    assert (plan.queue, plan.tier, plan.latency.out_ns) == ("trades", "starter", (MS,))


@pytest.mark.parametrize(
    ("extra", "asked", "match"),
    [
        ("", Asked(latency="never"), "no duration"),
        ('[backtest]\nmaintenance = [["2023-11-15", "2023-11-14"]]', Asked(), "is not before"),
        ('[backtest]\nmaintenance = [["today", "2023-11-14"]]', Asked(), "must be a day or a time"),
        ("", Asked(source="other"), "nothing recorded of it from other"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(tmp_path: Path, extra: str, asked: Asked, match: str) -> None:
    with pytest.raises(LocalError, match=match):
        plan_of(held(tmp_path), extra=extra, asked=asked)


def test_candles_alone_go_to_the_end_of_the_last_one_and_say_so(tmp_path: Path) -> None:
    hold_table(tmp_path / "data", "candles", [candle(n, 990, 1010, opened=1000, close=1005) for n in range(3)])
    plan = plan_of(tmp_path)
    assert (plan.from_ns, plan.to_ns) == (T0, T0 + 3 * HOUR + 2 * S)
    assert "no book is held: one is made around its candles, the low before the high" in plan.assumed[1]
    assert [words[:20] for words in plan.assumed[2:]] == ["a book may be as old", "limits are looked at"]
    assert [one.kind for one in plan.tapes] == ["candles"]


def test_an_account_without_anything_is_refused(tmp_path: Path) -> None:
    path = bot_file(held(tmp_path) / "bot.toml")
    path.write_text(path.read_text().replace("10000", "0").replace('BTC = "10"', 'BTC = "0"'))
    with pytest.raises(LocalError, match="nothing to trade with"):
        config_of_backtest(read_bot_file(path, {}), tmp_path / "data", from_ns=None, to_ns=None, asked=Asked())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, None),
        ("2023-11-15", T0),
        ("2023-11-15T00:01", T0 + 60 * S),
        ("2023-11-15T01:00:00+01:00", T0),
        ("2023-11-15T00:00:00.5Z", T0 + S // 2),
    ],
)
def test_a_time_is_a_day_or_a_moment(text: str | None, found: int | None) -> None:
    assert time_of("--from", text) == found


def test_what_is_no_time_is_refused_by_its_name() -> None:
    with pytest.raises(LocalError, match="must be a day or a time, such as 2026-11-30"):
        time_of("--from", "yesterday")


def test_a_pair_without_data_is_told_by_its_name(tmp_path: Path) -> None:
    path = bot_file(held(tmp_path) / "bot.toml")
    path.write_text(path.read_text().replace('["BTC/USD"]', f'["{BTC.symbol}", "ETH/USD"]'))
    with pytest.raises(LocalError, match="ETH/USD: nothing recorded"):
        config_of_backtest(read_bot_file(path, {}), tmp_path / "data", from_ns=None, to_ns=None, asked=Asked())
