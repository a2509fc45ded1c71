"""What may be asked for: the parameters of a channel, apart from the symbols and the token sent with them.

Pure. Imports: domain, messages, subscription. Imported by: outbox, queues, pending, subscriptions, session.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from msgspec import Struct, structs

from fathom.domain import LocalError
from fathom.protocol.messages import (
    BalancesParams,
    BookParams,
    ChannelParams,
    ExecutionsParams,
    InstrumentParams,
    Level3Params,
    OhlcParams,
    PrivateParams,
    TickerParams,
    Token,
    TradeParams,
)
from fathom.protocol.session.subscription import Key


class Batch(Struct, frozen=True):
    """One subscribe or unsubscribe request: many symbols, one set of parameters."""

    method: Literal["subscribe", "unsubscribe"]
    wish: ChannelParams  # Without symbols and token.
    keys: tuple[Key, ...]

    @property
    def level3_depth(self) -> int | None:
        """The depth that Kraken's level3 counter charges for; None where it charges nothing."""
        return self.wish.depth if self.method == "subscribe" and isinstance(self.wish, Level3Params) else None


def keys_of(params: ChannelParams) -> tuple[Key, ...]:
    """Return the subscriptions that `params` name, each once. Raises LocalError without a symbol."""
    channel = channel_of(params)
    if isinstance(params, InstrumentParams | ExecutionsParams | BalancesParams):
        return (Key(channel),)
    if not params.symbol or not all(params.symbol):
        raise LocalError("symbol", f"name at least one pair, such as BTC/USD, for {channel}")
    interval = (1 if params.interval is None else params.interval) if isinstance(params, OhlcParams) else 0
    return tuple(dict.fromkeys(Key(channel, symbol, interval) for symbol in params.symbol))


def channel_of(params: ChannelParams) -> str:
    """Return the channel's name."""
    return str(params.__struct_config__.tag)


# What Kraken takes where a parameter is absent (websocket-v2.md 6 and 7). Always said, because the documents
# disagree.
_DEFAULTS: Final[Mapping[type, Mapping[str, object]]] = {
    TickerParams: {"event_trigger": "trades", "snapshot": True},
    BookParams: {"depth": 10, "snapshot": True},
    TradeParams: {"snapshot": False},
    OhlcParams: {"interval": 1, "snapshot": True},
    InstrumentParams: {"snapshot": True},
    ExecutionsParams: {"snap_orders": True, "snap_trades": False},
    BalancesParams: {"snapshot": True},
    Level3Params: {"depth": 10, "snapshot": True},
}
_BARE: Final[Mapping[str, object]] = {"symbol": (), "token": None}


def wish_of(params: ChannelParams) -> ChannelParams:
    """Return `params` without symbols and token, Kraken's defaults written out: so equals compare equal.

    Raises LocalError for a depth, interval or trigger that Kraken does not have (websocket-v2.md 6 and 7).
    """
    filled = {name: value for name, value in _DEFAULTS[type(params)].items() if getattr(params, name) is None}
    bare = {name: value for name, value in _BARE.items() if hasattr(params, name)}
    wish = structs.replace(params, **filled, **bare)
    try:
        return msgspec.convert(msgspec.to_builtins(wish), type=type(params))
    except msgspec.ValidationError as error:
        raise LocalError(channel_of(params), str(error)) from None


def leave_params(wish: ChannelParams) -> ChannelParams:
    """Return what an unsubscribe must repeat: depth, interval or trigger, nothing else (websocket-v2.md 4.4)."""
    match wish:
        case InstrumentParams():
            return InstrumentParams()
        case ExecutionsParams():
            return ExecutionsParams()
        case BalancesParams():
            return BalancesParams()
        case _:
            return structs.replace(wish, snapshot=None)


def addressed(params: ChannelParams, *, symbols: tuple[str, ...], token: Token | None) -> ChannelParams:
    """Return `params` for these symbols, with the token where the channel is private."""
    if not isinstance(params, InstrumentParams | ExecutionsParams | BalancesParams):
        params = structs.replace(params, symbol=symbols)
    if isinstance(params, PrivateParams):
        params = structs.replace(params, token=token)
    return params


def snapshot_due(wish: ChannelParams) -> bool:
    """Return whether Kraken sends a snapshot after the acknowledgement."""
    match wish:
        case ExecutionsParams():
            # With `users` none is sent (7.1); an empty one is sent when there is nothing to show.
            return wish.users is None and (wish.snap_orders is True or wish.snap_trades is True)
        case BalancesParams():
            return wish.users is None and wish.snapshot is True
        case _:
            return wish.snapshot is True
