from decimal import Decimal

import msgspec
import pytest

from fathom.domain import BalancesSeen, Entry, LocalError, RunStarted, RunStopped
from fathom.run.bot import Bot, components_of
from fathom.run.config import RunConfig, StrategyConfig, config_json, config_of
from fathom.strategy import Dca, DcaParams


def with_strategies(config: RunConfig, *strategies: StrategyConfig) -> RunConfig:
    return msgspec.structs.replace(config, strategies=list(strategies))


def test_the_components_hear_in_the_order_meaning_risk_wish(demo_config: RunConfig) -> None:
    names = [component.name for component in Bot(demo_config).components]
    assert names == ["market", "risk", "execution", "btc_maker", "xmr_maker", "omg_maker", "btc_dca"]


def test_a_run_opens_with_its_configuration_and_its_account(demo_config: RunConfig) -> None:
    started, balances = Bot(demo_config).openings("run-1", mode="paper")
    assert isinstance(started, RunStarted)
    assert (started.run_id, started.mode, config_of(started.config)) == ("run-1", "paper", demo_config)
    assert isinstance(balances, BalancesSeen)
    assert dict(balances.balances) == demo_config.balances


def test_a_strategy_of_ones_own_takes_the_seat(demo_config: RunConfig) -> None:
    own = Dca("own", DcaParams(symbol="BTC/USD", spend_quote=Decimal(10), every_s=5))
    names = [one.name for one in Bot(demo_config, strategies=[own]).components]
    assert names == ["market", "risk", "execution", "own"]


@pytest.mark.parametrize("name", ["risk", "market", "execution", "world", "same"])
def test_names_must_differ(demo_config: RunConfig, name: str) -> None:
    params: dict[str, object] = {"symbol": "BTC/USD", "spend_quote": "10", "every_s": 5}
    one = StrategyConfig(name=name, kind="dca", params=params)
    other = StrategyConfig(name="same", kind="dca", params=params)
    with pytest.raises(LocalError, match="names must differ"):
        Bot(with_strategies(demo_config, one, other))


def test_a_wake_for_a_book_that_nobody_subscribed_is_refused(demo_config: RunConfig) -> None:
    params: dict[str, object] = {"symbol": "DOGE/USD", "order_qty": "10", "position_qty_max": "50"}
    config = with_strategies(demo_config, StrategyConfig(name="doge", kind="market_maker", params=params))
    with pytest.raises(LocalError, match="no book of DOGE/USD is subscribed"):
        Bot(config)


def test_a_journal_makes_the_components_anew(demo_config: RunConfig) -> None:
    first = Entry(1, 1, 0, "world", RunStarted("run", "paper", config_json(demo_config), "0"))
    assert [one.name for one in components_of(first)] == [one.name for one in Bot(demo_config).components]


def test_a_recording_is_no_run() -> None:
    with pytest.raises(LocalError, match="does not begin with RunStarted"):
        components_of(Entry(1, 1, 0, "world", RunStopped("x")))
