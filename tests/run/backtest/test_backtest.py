"""Whole bots over recorded markets: what comes of them can be reckoned by hand, and can be run again."""

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from held_data import MAKER, bot_file, candle, hold_table, hold_tape, instrument_row

from fathom.domain import Entry, LocalError, OrderRejected, OrderTraded, OrderWanted, TradingHalted
from fathom.engine import Nowhere
from fathom.run.backtest.asked import Asked, config_of_backtest
from fathom.run.backtest.backtest import Backtest, backtest
from fathom.run.backtest.outcome import Outcome
from fathom.run.bot_file import read_bot_file
from market_feed import T0, S
from step_stage import Recording, still


def living(seed: int = 1, *, steps: int = 600) -> Recording:
    """A market that trades and moves, and comes back."""
    random, recording = Random(seed), still()
    mid = 1000
    for _ in range(steps):
        if random.random() < 0.3:
            side = random.choice(["buy", "sell"])
            recording.trade(side, mid + (1 if side == "buy" else -1), random.randrange(1, 30))
            continue
        step = random.choice([-1, 0, 0, 1])
        if not 980 < mid + step < 1020:
            step = 0
        old, mid = mid, mid + step
        bids = [(old - 1 - place, 0) for place in range(3)] if step else []
        asks = [(old + 1 + place, 0) for place in range(3)] if step else []
        bids += [(mid - 1 - place, random.randrange(1, 30)) for place in range(3)]
        asks += [(mid + 1 + place, random.randrange(1, 30)) for place in range(3)]
        recording.levels(bids, asks)
    return recording


def run(
    tmp_path: Path, *strategies: str, extra: str = "", risk: str = "", asked: Asked | None = None
) -> tuple[list[Entry], Outcome, Backtest]:
    file = read_bot_file(bot_file(tmp_path / "bot.toml", *strategies, extra=extra, risk=risk), {})
    config = config_of_backtest(file, tmp_path / "data", from_ns=None, to_ns=None, asked=asked or Asked())
    made = Backtest(config, run_id="r")
    entries: list[Entry] = []
    outcome = made.run(Nowhere(), watch=entries.append)
    made.close()
    return entries, outcome, made


def held(tmp_path: Path, recording: Recording) -> Path:
    hold_tape(tmp_path / "data", recording)
    hold_table(tmp_path / "data", "instruments", [instrument_row()])
    return tmp_path


def test_a_saver_buys_at_the_ask_of_its_time_and_pays_for_it(tmp_path: Path) -> None:
    recording = Recording().snapshot([(999, 1_000)], [(1001, 1_000)])
    for _ in range(130):
        recording.levels([(999, 10)], after_ns=100_000_000)
    entries, outcome, _ = run(held(tmp_path, recording))
    fills = [entry.event for entry in entries if isinstance(entry.event, OrderTraded)]
    assert len(fills) == 2  # At 5 s and at 10 s.
    assert {(fill.side, fill.price_ticks, fill.liquidity) for fill in fills} == {("buy", 1001, "taker")}
    cost = sum((Decimal(fill.qty_lots) / 100) * Decimal("100.1") for fill in fills)
    fees = sum(fill.fee for fill in fills)
    summary = outcome.summary
    assert summary.total.fees == pytest.approx(float(fees))
    assert float(fees) == pytest.approx(float(cost) * 0.004, rel=1e-3)
    usd = next(one for one in summary.holdings if one.asset == "USD")
    assert usd.held == Decimal(10_000) - cost - fees
    assert outcome.told.symbols == {"BTC/USD": "l2"}
    assert outcome.told.assumed == [
        "BTC/USD: the place in the queue is estimated from levels, by the model pessimistic"
    ]


def test_a_maker_trades_and_all_its_numbers_agree(tmp_path: Path) -> None:
    entries, outcome, made = run(held(tmp_path, living()), MAKER)
    fills = [entry.event for entry in entries if isinstance(entry.event, OrderTraded)]
    assert len(fills) > 10
    assert {fill.liquidity for fill in fills} == {"maker"}
    assert made.venue.balances == made.statistics.portfolio.balances
    assert outcome.told.run.summary.total.fills == len(fills)
    (queue,) = outcome.told.queues
    assert queue.filled > 5
    assert queue.rested >= queue.filled
    holding = outcome.told.holding
    assert holding.share is not None
    assert holding.better == pytest.approx(outcome.summary.equity.share - holding.share)
    assert len(outcome.equity) > 10


def test_the_same_backtest_is_the_same_to_the_last_entry(tmp_path: Path) -> None:
    held(tmp_path, living())
    (one, _, _), (other, _, _) = (run(tmp_path, MAKER) for _ in range(2))
    assert one == other


def test_fills_are_no_better_the_more_pessimistic_the_model(tmp_path: Path) -> None:
    held(tmp_path, living(3, steps=900))
    filled = {
        queue: run(tmp_path, MAKER, asked=Asked(queue=queue))[1].summary.total.fills  # type: ignore[arg-type]
        for queue in ("pessimistic", "proportional")
    }
    assert 0 < filled["pessimistic"] <= filled["proportional"]


def test_a_limit_halts_it_as_it_would_live(tmp_path: Path) -> None:
    entries, _, _ = run(held(tmp_path, living()), MAKER, risk='volatility_share_max = "0.005"')
    halts = [entry.event for entry in entries if isinstance(entry.event, TradingHalted)]
    assert halts
    assert halts[0].limit == "volatility_share_max"


def test_who_asks_too_fast_has_no_room(tmp_path: Path) -> None:
    maker = MAKER.replace("skew = 20", "skew = 20, reprice = 1")
    risk = "orders_minute_max = 100000\namends_minute_max = 100000\nrejections_max = 100000"
    entries, outcome, _ = run(held(tmp_path, living(5, steps=2_000)), maker, risk=risk, asked=Asked(tier="starter"))
    assert outcome.told.throttled > 0
    refused = [entry.event.reason for entry in entries if isinstance(entry.event, OrderRejected)]
    assert all("rate: no room" in reason or "Rate limit" in reason for reason in refused)


def test_a_trend_follower_runs_over_candles_alone(tmp_path: Path) -> None:
    rows, price = [], 1000
    for number in range(400):
        rise = 4 if number % 100 < 60 else -5
        rows.append(candle(number, price - 3, price + 8, opened=price, close=price + rise, lots=4_000, minutes=1))
        price += rise
    hold_table(tmp_path / "data", "candles", rows)
    trend = (
        'name = "trend"\nkind = "trend"\nparams = { symbol = "BTC/USD", risk_quote = "5", position_qty_max = "0.5", '
        'candle_s = 60, signal = "crossing", fast_n = 5, slow_n = 20 }'
    )
    entries, outcome, _ = run(tmp_path, trend)
    wanted = [entry for entry in entries if isinstance(entry.event, OrderWanted)]
    assert wanted
    assert outcome.summary.total.fills > 0
    # What is decided on a candle trades after it: in the next one, at its open and the spread.
    for entry in entries:
        if isinstance(entry.event, OrderTraded):
            place = (entry.time_ns - T0) % (60 * S)
            assert place < 10 * S
    assert outcome.told.symbols == {"BTC/USD": "candles"}


def test_the_plain_function_is_the_same_run(tmp_path: Path) -> None:
    _, outcome, _ = run(held(tmp_path, living()), MAKER)
    file = read_bot_file(tmp_path / "bot.toml", {})
    plain = backtest(file, tmp_path / "data")
    assert plain.summary == outcome.summary
    part = backtest(file, tmp_path / "data", from_ns=T0 + 10 * S, to_ns=T0 + 30 * S)
    assert (part.told.from_ns, part.told.to_ns) == (T0 + 10 * S, T0 + 30 * S)
    assert part.summary.total.fills < plain.summary.total.fills
    with pytest.raises(LocalError, match="nothing"):
        backtest(file, tmp_path / "data", from_ns=T0 + 10_000 * S)


def test_it_can_be_stopped_and_says_what_was_until_then(tmp_path: Path) -> None:
    held(tmp_path, living())
    file = read_bot_file(bot_file(tmp_path / "bot.toml", MAKER), {})
    made = Backtest(config_of_backtest(file, tmp_path / "data", from_ns=None, to_ns=None, asked=Asked()), run_id="r")
    made.on_look = lambda now_ns: made.stop("enough") if now_ns > T0 + 20 * S else None
    outcome = made.run(Nowhere())
    made.close()
    assert T0 + 20 * S < outcome.summary.last_ns < T0 + 25 * S
    assert "the run ended: enough" in outcome.told.run.notes[-1].text
