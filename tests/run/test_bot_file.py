from decimal import Decimal
from pathlib import Path

import pytest

from fathom.domain import LocalError
from fathom.run.bot_file import read_bot_file

BOT = """name = "try"
symbols = ["BTC/USD", "ETH/USD"]

[risk]
order_value_max = "1000"

[[strategies]]
name = "dca"
kind = "dca"
params = { symbol = "BTC/USD", spend_quote = "10", every_s = 60 }
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bot.toml"
    path.write_text(text)
    return path


def test_a_file_is_a_bot(tmp_path: Path) -> None:
    file = read_bot_file(written(tmp_path, BOT), {})
    config = file.run_config("paper")
    assert config.depths == {"BTC/USD": 10, "ETH/USD": 10}
    assert config.limits.order_value_max == Decimal(1000)
    assert (file.stop.orders, file.switch.timeout_s, file.venue.rehearsal) == ("cancel", 60, "local")
    assert file.folder("paper") == Path("runs/try-paper")


def test_only_a_rehearsal_waits_less_for_rest_than_kraken_wants(tmp_path: Path) -> None:
    file = read_bot_file(written(tmp_path, BOT + "\n[venue]\nrehearsal_lag_s = 3\n"), {})
    lags = {mode: file.run_config(mode).rest_lag_s for mode in ("rehearsal", "paper", "live")}
    assert lags == {"rehearsal": 3, "paper": 0, "live": 60}


def test_pairs_may_have_depths_of_their_own(tmp_path: Path) -> None:
    text = BOT.replace('symbols = ["BTC/USD", "ETH/USD"]\n', "")
    text += '\n[symbols."BTC/USD"]\ndepth = 100\nlevel3 = 10\n'
    config = read_bot_file(written(tmp_path, text), {}).run_config("paper")
    assert (config.depths, config.level3) == ({"BTC/USD": 100}, {"BTC/USD": 10})


def test_the_environment_overrides_a_key(tmp_path: Path) -> None:
    environment = {
        "FATHOM_BOT__RISK__ORDER_VALUE_MAX": "500",
        "FATHOM_BOT__STOP__SECONDS": "7",
        "FATHOM_BOT__NAME": "other",
        "FATHOM_API_KEY": "x",
    }
    file = read_bot_file(written(tmp_path, BOT), environment)
    assert (file.risk.order_value_max, file.stop.seconds, file.name) == (Decimal(500), 7, "other")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('name = "try"', 'name = "a bot"', "bot.toml:1: name: Expected `str` matching"),
        ('"BTC/USD", "ETH/USD"', '"BTCUSD"', "'BTCUSD' is no pair: write it as BTC/USD"),
        ('"BTC/USD", "ETH/USD"', "", "symbols names none"),
        (
            "order_value_max",
            "order_valu_max",
            "bot.toml:5: risk.order_valu_max: is no key here: did you mean `order_value_max`",
        ),
        ('"1000"', '"-1"', "order_value_max must be above 0, not -1"),
        ('kind = "dca"', 'knd = "dca"', "bot.toml:9: strategies[0].knd: is no key here: did you mean `kind`"),
        ("[risk]", "[risk", "is not TOML"),
        (
            "[[strategies]]",
            '[risk.symbols."BTC/USDT"]\norder_value_max = "5"\n[[strategies]]',
            "risk has limits of BTC/USDT, and symbols has only BTC/USD, ETH/USD",
        ),
        ("[[strategies]]", "[switch]\ntimeout_s = 10\nrenew_s = 9\n[[strategies]]", "at most half of"),
        (
            "[[strategies]]",
            '[stop]\norders = "sell"\n[[strategies]]',
            "bot.toml:8: stop.orders: Invalid enum value 'sell'",
        ),
    ],
)
def test_an_error_names_the_line_the_key_and_what_is_allowed(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in BOT
    with pytest.raises(LocalError) as error:
        read_bot_file(written(tmp_path, BOT.replace(before, after)), {})
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_wrong_value_of_the_environment_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"^FATHOM_BOT__STOP__SECONDS: Expected `int`"):
        read_bot_file(written(tmp_path, BOT), {"FATHOM_BOT__STOP__SECONDS": "soon"})
    with pytest.raises(LocalError, match=r"NAME__X: name is no table"):
        read_bot_file(written(tmp_path, BOT), {"FATHOM_BOT__NAME__X": "1"})


def test_a_file_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="`fathom new NAME`"):
        read_bot_file(tmp_path / "none.toml", {})
    with pytest.raises(LocalError, match="cannot be read"):
        read_bot_file(tmp_path, {})
