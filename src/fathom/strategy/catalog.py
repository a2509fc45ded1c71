"""The built-in strategies by the name that a configuration gives them.

Pure. Imports: domain, strategies. Imported by: run.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from fathom.domain import LocalError
from fathom.strategy.api import Strategy
from fathom.strategy.dca import Dca, DcaParams
from fathom.strategy.market_maker import MarketMaker, MarketMakerParams

BUILT_IN: Final[Mapping[str, tuple[type[msgspec.Struct], Callable[[str, Any], Strategy]]]] = {
    "dca": (DcaParams, Dca),
    "market_maker": (MarketMakerParams, MarketMaker),
}


def make_strategy(kind: str, *, name: str, params: Mapping[str, object]) -> Strategy:
    """Return a strategy of a built-in kind.

    Raises LocalError where the kind is unknown or a parameter is missing, unknown, or out of its bounds.
    """
    if kind not in BUILT_IN:
        raise LocalError(f"strategy {name}", f"no kind {kind!r}; there are {', '.join(sorted(BUILT_IN))}")
    params_type, strategy_type = BUILT_IN[kind]
    try:
        return strategy_type(name, msgspec.convert(params, params_type))
    except msgspec.ValidationError as error:
        raise LocalError(f"strategy {name}", str(error)) from None
