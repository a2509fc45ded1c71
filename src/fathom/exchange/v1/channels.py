"""What a v1 client wants to follow: the `subscription` object, its options, and the names of what it means.

Pure. Imports: feeds' words, doors, texts. Imported by: session, subscriptions, market_subscriptions, private_feeds.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from fathom.exchange.bank import Refusal
from fathom.exchange.doors import Role
from fathom.exchange.feeds import BOOK_DEPTHS, INTERVALS, Topic
from fathom.exchange.v1 import texts as said

EVERY: Final = "*"  # Every channel that the host has.
PUBLIC: Final = ("ticker", "ohlc", "trade", "book", "spread")
PRIVATE: Final = ("openOrders", "ownTrades")

# One request with more pairs than any listing has is refused whole: each pair costs an answer.
PAIRS_MAX: Final = 1_000
_TEXT_LENGTH_MAX: Final = 256  # A longer value of a subscription is not repeated in its answer.
_FIELDS_MAX: Final = 16  # Nor is one with more fields.

_DEPTH_DEFAULT: Final = 10
_INTERVAL_DEFAULT: Final = 1
_ANYWHERE: Final = frozenset({"name", "token", "rebased"})
_OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    "ticker": frozenset(),
    "ohlc": frozenset({"interval"}),
    "trade": frozenset(),
    "book": frozenset({"depth"}),
    "spread": frozenset(),
    "openOrders": frozenset({"ratecounter"}),
    "ownTrades": frozenset({"snapshot", "consolidate_taker"}),
}
_KNOWN: Final = _ANYWHERE.union(*_OPTIONS.values())
_FLAG_DEFAULTS: Final = {"ratecounter": False, "snapshot": True, "consolidate_taker": True}


class Channel(Struct, frozen=True):
    """One channel with its options: what an answer's `subscription` says of it."""

    name: str
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def title(self) -> str:
        """Return its channelName: book-10, ohlc-5, ticker."""
        return f"{self.name}-{self.options[0][1]}" if self.name in {"book", "ohlc"} else self.name

    @property
    def subscription(self) -> dict[str, Any]:
        """Return it as answers name it. Flags are not repeated."""
        return {"name": self.name, **dict(self.options if self.name in PUBLIC else ())}

    def topic(self, symbol: str) -> Topic:
        """Return the hub's name of it, for one pair."""
        kind = f"v1.{self.name}"
        return (kind, symbol, self.options[0][1]) if self.options else (kind, symbol)

    def option(self, name: str) -> Any:
        """Return one option."""
        return dict(self.options)[name]


class Wish(Struct, frozen=True):
    """What one request means: these channels, of these pairs by the names that were sent. Private ones have none."""

    channels: tuple[Channel, ...]
    pairs: tuple[str, ...] = ()
    token: Any = None

    @property
    def private(self) -> bool:
        """Tell whether it is about private channels; they never mix with public ones."""
        return self.channels[0].name in PRIVATE


def echo(subscription: object) -> dict[str, Any] | None:
    """Return the client's own `subscription` to be repeated in a refusal; None where it is out of proportion."""
    if type(subscription) is not dict or len(subscription) > _FIELDS_MAX:
        return None
    return {name: value for name, value in subscription.items() if _is_short(name) and _is_short(value)}


def read_wish(fields: Mapping[str, Any], *, role: Role) -> Wish | Refusal:
    """Return what a subscribe or unsubscribe means, or what is wrong with it as a whole."""
    subscription = fields.get("subscription")
    if type(subscription) is not dict:
        return Refusal(said.SUBSCRIPTION_OBJECT)
    if not subscription.keys() <= _KNOWN:
        return Refusal(said.SUBSCRIPTION_FIELD)
    name = subscription.get("name")
    if type(name) is not str or name not in {EVERY, *PUBLIC, *PRIVATE}:
        return Refusal(said.UNKNOWN_NAME)
    public = role == "public" if name == EVERY else name in PUBLIC
    names = (PUBLIC if public else PRIVATE) if name == EVERY else (name,)
    channels = _channels(name, names, subscription)
    if isinstance(channels, Refusal):
        return channels
    if not public:
        return Refusal(said.PAIRS_UNSUPPORTED) if "pair" in fields else Wish(channels, (), subscription.get("token"))
    pairs = _pairs(fields)
    return pairs if isinstance(pairs, Refusal) else Wish(channels, pairs)


def pairs_of(fields: Mapping[str, Any], refusal: Refusal) -> tuple[str, ...]:
    """Return the pairs of a request whose options are refused; none where it is refused for anything else."""
    pairs = _pairs(fields) if refusal.error in said.OPTION_ERRORS else ()
    return () if isinstance(pairs, Refusal) else pairs


def _pairs(fields: Mapping[str, Any]) -> tuple[str, ...] | Refusal:
    pairs = fields.get("pair")
    if pairs is None or pairs == []:
        return Refusal(said.NO_PAIRS)
    if type(pairs) is not list or any(type(pair) is not str for pair in pairs):
        return Refusal(said.PAIRS_ARRAY)
    return tuple(pairs) if len(pairs) <= PAIRS_MAX else Refusal(said.MESSAGE_RATE)


def _channels(asked: str, names: tuple[str, ...], subscription: Mapping[str, Any]) -> tuple[Channel, ...] | Refusal:
    """Return the channels with their options; an option that none of them has is refused."""
    usable = _ANYWHERE.union(*(_OPTIONS[name] for name in names))
    for option in subscription:
        if option not in usable:
            return Refusal(said.not_required(asked, option))
    channels: list[Channel] = []
    for name in names:
        options: list[tuple[str, Any]] = []
        for option in sorted(_OPTIONS[name]):
            value = _READERS[option](name, option, subscription)
            if isinstance(value, Refusal):
                return value
            options.append((option, value))
        channels.append(Channel(name, tuple(options)))
    return tuple(channels)


def _depth(_name: str, option: str, subscription: Mapping[str, Any]) -> int | Refusal:
    depth = subscription.get(option, _DEPTH_DEFAULT)
    if type(depth) is not int:
        return Refusal(said.DEPTH_TYPE)
    return depth if depth in BOOK_DEPTHS else Refusal(said.DEPTH)


def _interval(_name: str, option: str, subscription: Mapping[str, Any]) -> int | Refusal:
    interval = subscription.get(option, _INTERVAL_DEFAULT)
    if interval is None:
        return Refusal(said.NO_INTERVAL)
    if type(interval) is not int:
        return Refusal(said.INTERVAL_TYPE)
    return interval if interval in INTERVALS else Refusal(said.INTERVAL)


def _flag(name: str, option: str, subscription: Mapping[str, Any]) -> bool | Refusal:
    flag = subscription.get(option, _FLAG_DEFAULTS[option])
    return flag if type(flag) is bool else Refusal(said.flag_wanted(name, option))


_READERS: Final[Mapping[str, Callable[[str, str, Mapping[str, Any]], Any]]] = {
    "depth": _depth,
    "interval": _interval,
    "ratecounter": _flag,
    "snapshot": _flag,
    "consolidate_taker": _flag,
}


def _is_short(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _TEXT_LENGTH_MAX
    return value is None or isinstance(value, bool | int | float)
