"""What two runs were told otherwise: their configurations side by side, name by name.

Pure. Imports: config. Imported by: comparison.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from fathom.run.config import RunConfig

# What the venue says of a pair is in the log of each run; how a run calls itself decides nothing. That one of them is a
# backtest is its mode, and what it assumes is in its own report.
NOT_SETTINGS: Final = {"account_s", "backtest", "instruments", "look_s", "rest_lag_s"}


class Setting(Struct, frozen=True):
    """One name with two values, as JSON has them; None where a run has none."""

    name: str
    a: Any
    b: Any


def settings_apart(a: RunConfig, b: RunConfig) -> list[Setting]:
    """Return what differs, by name."""
    one, other = (msgspec.to_builtins(config) for config in (a, b))
    for plain in (one, other):
        plain["strategies"] = {strategy["name"]: strategy for strategy in plain["strategies"]}
        for name in NOT_SETTINGS:
            plain.pop(name)
    return list(_apart("", one, other))


def _apart(name: str, a: Any, b: Any) -> Iterator[Setting]:
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted({*a, *b}):
            yield from _apart(f"{name}.{key}" if name else key, a.get(key), b.get(key))
    elif a != b:
        yield Setting(name, a, b)
