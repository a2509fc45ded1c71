import inspect
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec import structs

from fathom import strategy
from fathom.domain import LocalError
from fathom.run.config import StrategyConfig
from fathom.run.loading import (
    METHODS,
    params_type_of,
    place_in_users_code,
    settled,
    shares_of,
    strategies_of,
    strategy_of,
)
from fathom.strategy import Dca

GOOD = """
from msgspec import Struct
from fathom.strategy import Every

class Params(Struct, forbid_unknown_fields=True):
    every_s: int = 5

class Mine:
    def __init__(self, name, params: Params):
        self.name, self.params = name, params

    def wakes(self):
        return (Every(self.params.every_s * 10**9),)

    def on_timer(self, timer, view):
        return ()

class Plain:
    def __init__(self, name):
        self.name = name

    def wakes(self):
        return (Every(1),)

    def on_timer(self, *anything):
        return ()
"""
DCA: dict[str, object] = {"symbol": "BTC/USD", "spend_quote": "10", "every_s": 60}


def config(strategy: str = "mine.py:Mine", **params: object) -> StrategyConfig:
    return StrategyConfig(name="a", strategy=strategy, params=params)


def loaded(folder: Path, one: StrategyConfig, text: str = GOOD) -> object:
    (folder / "mine.py").write_text(text)
    (settled_one,) = settled([one], folder=folder)
    return strategy_of(settled_one)


def test_a_class_of_a_file_is_made_with_its_name_and_params(tmp_path: Path) -> None:
    mine = loaded(tmp_path, config(every_s=7))
    assert type(mine).__name__ == "Mine"
    assert mine.name == "a"  # type: ignore[attr-defined]  # Of the class above.
    assert mine.params.every_s == 7  # type: ignore[attr-defined]  # Of the class above.


def test_a_file_may_hear_all_that_a_strategy_can() -> None:
    heard = {
        method: tuple(inspect.signature(function).parameters)[1:]
        for name, protocol in vars(strategy).items()
        if name.startswith("Hears")
        for method, function in vars(protocol).items()
        if method.startswith("on_")
    }
    assert len(heard) == 9
    assert dict(METHODS) == {"wakes": (), **heard}


def test_a_class_without_params_needs_none(tmp_path: Path) -> None:
    assert type(loaded(tmp_path, config("mine.py:Plain"))).__name__ == "Plain"
    with pytest.raises(LocalError, match="Plain takes no params"):
        loaded(tmp_path, config("mine.py:Plain", x=1))


def test_two_strategies_of_one_file_share_its_classes(tmp_path: Path) -> None:
    assert type(loaded(tmp_path, config())) is type(loaded(tmp_path, config()))
    assert type(loaded(tmp_path, config())) is not type(loaded(tmp_path, config(), GOOD + "\n"))


def test_a_journal_keeps_the_full_path_and_the_hash(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(GOOD)
    built_in = StrategyConfig(name="b", kind="dca", params=DCA)
    one, other = settled([config(), built_in], folder=tmp_path)
    assert one.strategy == f"{tmp_path / 'mine.py'}:Mine"
    assert len(one.sha256) == 64
    assert other == built_in
    assert settled([one], folder=Path("elsewhere")) == [one]


def test_a_file_that_has_changed_since_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(GOOD)
    (one,) = settled([config()], folder=tmp_path)
    strategy_of(one)
    (tmp_path / "mine.py").write_text(GOOD + "# Another thought.\n")
    with pytest.raises(LocalError, match=r"mine\.py is not as it was when this run began"):
        strategy_of(one)


@pytest.mark.parametrize(
    ("one", "text", "said"),
    [
        (config("mine.py"), GOOD, "such as 'my_bot.py:MyBot', not 'mine.py'"),
        (config("mine:Mine"), GOOD, "such as 'my_bot.py:MyBot'"),
        (config("other.py:Mine"), GOOD, "there is no file"),
        (config("mine.py:Yours"), GOOD, "has no class Yours; it has Mine, Plain"),
        (config("mine.py:Params"), GOOD, "Params of .* has no method wakes"),
        (config(), "def f(:", r"mine\.py:1: SyntaxError"),
        (config(), "\n\nimport nothing_of_that_name", r"mine\.py:3: ModuleNotFoundError"),
        (config(), "x = 1", "it has none with wakes"),
        (config(), GOOD.replace("def on_timer(self, timer, view)", "def on_timer(self, view)"), "write on_timer"),
        (config(), GOOD.replace("on_timer(self, timer", "on_tick(self, timer"), "on_tick that nobody calls"),
        (config(), GOOD.replace("name, params: Params", "name"), "NameError: name 'params' is not defined"),
        (config(), GOOD.replace("params: Params", "params"), "where Params is a msgspec Struct"),
        (config(), GOOD.replace("params: Params", "params: dict"), "where Params is a msgspec Struct"),
        (config(), GOOD.replace("params: Params", "params: 'Nowhere'"), "name 'Nowhere' is not defined"),
        (config(), GOOD.replace("name, params: Params", "name, more, other"), "write Mine.__init__"),
        (config(), GOOD.replace("= name, params", "= 'b', params", 1), "must keep the name"),
        (config(every_s="soon"), GOOD, "strategy a: every_s: Expected `int`, got `str`"),
        (config(evry_s=5), GOOD, "evry_s: is no key here: did you mean `every_s`"),
        (StrategyConfig(name="a"), GOOD, "give kind, one of"),
        (StrategyConfig(name="a", kind="dca", strategy="mine.py:Mine"), GOOD, "give kind, one of"),
        (StrategyConfig(name="a", kind="martingale"), GOOD, "no kind 'martingale'"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path, one: StrategyConfig, text: str, said: str) -> None:
    with pytest.raises(LocalError, match=said) as raised:
        loaded(tmp_path, one, text)
    assert raised.value.field.startswith("strategy a")


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "mine.py").mkdir()
    with pytest.raises(LocalError, match="cannot be read: Is a directory"):
        settled([config()], folder=tmp_path)


# -- Shares -------------------------------------------------------------------------------------------------------


def shared(*shares: str | None) -> list[StrategyConfig]:
    return [
        StrategyConfig(name=f"s{n}", kind="dca", params=DCA, share=None if one is None else Decimal(one))
        for n, one in enumerate(shares)
    ]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([None], ["1"]),
        ([None, None], ["0.5", "0.5"]),
        (["0.4", None, None], ["0.4", "0.3", "0.3"]),
        (["0.4", "0.6"], ["0.4", "0.6"]),
        (["0.1", "0.2"], ["0.1", "0.2"]),  # The rest is nobody's.
    ],
)
def test_the_capital_is_divided(given: list[str | None], found: list[str]) -> None:
    assert shares_of(shared(*given)) == [Decimal(one) for one in found]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["0.6", "0.6"], "their shares sum to 1.2, which is more than 1"),
        (["1", None], "nothing is left for the other 1"),
        (["0"], "share must be above 0 and at most 1, not 0"),
        (["-0.1"], "share must be above 0"),
        (["NaN"], "share must be above 0"),
        (["1.1"], "share must be above 0 and at most 1"),
    ],
)
def test_shares_that_cannot_be_are_refused(given: list[str | None], said: str) -> None:
    with pytest.raises(LocalError, match=said):
        shares_of(shared(*given))


def test_each_strategy_comes_with_its_share() -> None:
    (one, share), (other, rest) = strategies_of(shared("0.25", None))
    assert isinstance(one, Dca)
    assert (one.name, share, other.name, rest) == ("s0", Decimal("0.25"), "s1", Decimal("0.75"))


def test_the_share_does_not_change_the_strategy_itself() -> None:
    (one,) = shared("0.5")
    assert strategy_of(one).name == strategy_of(structs.replace(one, share=None)).name


def test_an_error_in_a_users_file_is_told_with_its_place(tmp_path: Path) -> None:
    strategy = loaded(tmp_path, config(every_s=7), GOOD.replace("return ()", "return 1 / 0", 1))
    with pytest.raises(ZeroDivisionError) as raised:
        strategy.on_timer("tick", None)  # type: ignore[attr-defined]  # Of the class above.
    assert place_in_users_code(raised.value) == f"{tmp_path / 'mine.py'}:{line_of('return ()')}, in on_timer"
    assert place_in_users_code(ValueError("of ours")) is None


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(GOOD.splitlines(), 1) if text in line)


def test_what_can_be_set_of_a_strategy_is_known_without_making_one(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(GOOD)
    mine, plain = settled([config(), config("mine.py:Plain")], folder=tmp_path)
    found = params_type_of(mine)
    assert found is not None
    assert found.__struct_fields__ == ("every_s",)
    assert params_type_of(plain) is None
    assert params_type_of(StrategyConfig(name="d", kind="dca")) is not None
    assert params_type_of(StrategyConfig(name="x")) is None
