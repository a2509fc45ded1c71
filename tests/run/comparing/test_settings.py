from decimal import Decimal

from msgspec.structs import replace

from fathom.run.comparing.settings import Setting, settings_apart
from two_runs import CONFIG


def test_what_was_told_otherwise_by_name() -> None:
    [maker] = CONFIG.strategies
    other = replace(
        CONFIG,
        latency_ms=60,
        instruments=[],
        balances={"USD": Decimal(5)},
        strategies=[replace(maker, params={"symbol": "BTC/USD", "skew": 2})],
    )
    assert settings_apart(CONFIG, other) == [
        Setting("balances.USD", None, "5"),
        Setting("latency_ms", 20, 60),
        Setting("strategies.maker.params.skew", None, 2),
    ]
    assert settings_apart(CONFIG, CONFIG) == []
