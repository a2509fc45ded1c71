from decimal import Decimal

import pytest

from fathom.domain import LocalError
from fathom.run.config import config_json, config_of, read_config

GOOD = """
quote = "USD"
[depths]
"BTC/USD" = 10
[balances]
USD = "100.10"
[[instruments]]
symbol = "BTC/USD"
base = "BTC"
quote = "USD"
price_precision = 1
qty_precision = 8
cost_precision = 5
qty_lots_min = 10_000
cost_min = "0.5"
[[strategies]]
name = "maker"
kind = "market_maker"
params = { symbol = "BTC/USD", order_qty = "0.01", position_qty_max = "0.05" }
"""


def test_what_is_read_is_kept_and_read_again() -> None:
    config = read_config(GOOD.encode(), where="bot.toml")
    assert config.balances == {"USD": Decimal("100.10")}
    assert config.limits.position_share_max == Decimal("0.10")
    assert config_of(config_json(config)) == config


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('quote = "USD"', "", "missing required field `quote`"),
        ('"BTC/USD" = 10', '"BTC/USD" = "ten"', "$.depths"),
        ("cost_precision = 5", 'cost_precision = "x"', "cost_precision"),
        ('kind = "market_maker"', 'knd = "market_maker"', "knd"),
        ("[balances]", "[limits]\nposition_share_max = '1.5'\n[balances]", "at most 1, not 1.5"),
        ("[balances]", "[balances", "bot.toml"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, found: str) -> None:
    with pytest.raises(LocalError) as error:
        read_config(GOOD.replace(old, new, 1).encode(), where="bot.toml")
    assert found in str(error.value)
    assert str(error.value).startswith("bot.toml: ")


def test_text_that_is_no_text_is_refused() -> None:
    with pytest.raises(LocalError, match=r"bot\.toml"):
        read_config(b"\xff\xfe", where="bot.toml")


def test_a_configuration_of_another_version_is_refused() -> None:
    with pytest.raises(LocalError, match="cannot be read by this version"):
        config_of(b'{"quote": "USD"}')
