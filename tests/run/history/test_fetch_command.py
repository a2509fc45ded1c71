"""Trades and candles of a venue's REST, as far as it tells, within its pace, and not twice."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from fathom.domain import FathomError, LocalError
from fathom.run.history import fetch_command
from fathom.run.history.fetch_command import FetchCommand, Fetched, fetch
from fathom.run.history.query import ask
from fathom.run.where import Where
from fathom.store.history import partitions
from local_exchange import LocalExchange

LOCAL = Where(venue="local")
PATIENCE_S = 20.0


def fetched(data: Path, symbol: str = "BTC/USD", **more: object) -> Fetched:
    command = FetchCommand(data=data, symbol=symbol, where=LOCAL, pace_s=0.0, **more)  # type: ignore[arg-type]
    return asyncio.run(fetch(command, lambda _what, _done, _of: None))


def yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)


@pytest.mark.usefixtures("local")
def test_trades_come_day_by_day_and_a_whole_day_is_not_asked_for_again(tmp_path: Path) -> None:
    begun_s = time.monotonic()
    while not (first := fetched(tmp_path, first=yesterday())).rows:  # The market has just begun to live.
        assert time.monotonic() - begun_s < PATIENCE_S
    assert (first.kind, first.gaps) == ("trades", 0)
    again = fetched(tmp_path, first=yesterday())
    assert again.days_kept >= 1
    assert again.rows >= first.rows
    sql = "SELECT count(DISTINCT trade_id), min(trade_id), max(trade_id) FROM trades"
    ((count, least, most),) = ask(tmp_path, sql).rows
    assert count == most - least + 1 > 0
    assert {one.source for one in partitions(tmp_path)} == {"rest"}


@pytest.mark.usefixtures("local")
def test_candles_that_are_over_come_and_are_added(tmp_path: Path) -> None:
    for _ in range(2):
        done = fetched(tmp_path, interval=1)
        assert done.kind == "candles"
    ((count, distinct),) = ask(tmp_path, "SELECT count(*), count(DISTINCT begin_ns) FROM candles").rows
    assert count == distinct
    assert count >= done.rows


def test_calls_keep_their_pace(local: LocalExchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert local
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(fetch_command.asyncio, "sleep", sleep)
    command = FetchCommand(data=tmp_path, symbol="BTC/USD", where=LOCAL, pace_s=60.0, first=datetime.now(UTC).date())
    done = asyncio.run(fetch(command, lambda _what, _done, _of: None))
    assert done.calls >= 2
    assert len([one for one in slept if 50 < one <= 60]) == done.calls - 1


@pytest.mark.usefixtures("local")
def test_a_pair_that_is_none_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FathomError, match="Unknown asset pair"):
        fetched(tmp_path, "BTC/QQQ", first=yesterday())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "from: say from which day on"),
        ({"first": date(2026, 2, 2), "last": date(2026, 2, 1)}, "is before the first"),
        ({"interval": 7}, "interval: must be one of 1, 5, 15"),
        ({"interval": 1, "first": date(2026, 2, 2)}, "of candles REST has only the last 720"),
    ],
)
def test_what_cannot_be_is_said_before_anybody_is_asked(more: dict[str, object], says: str, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=says):
        fetched(tmp_path, **more)
    with pytest.raises(LocalError, match="is no pair"):
        fetched(tmp_path, "BTC", first=yesterday())
