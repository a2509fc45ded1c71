# ruff: noqa: E501 - A row of a table stays a row.
"""What a client may send to the exchange, by tables: good values, borderline ones, and what nobody should send.

An input is a `Step`: bytes with places for what is known only when it is sent (`%{token:alice}`, `%{price:BTC/USD:-1}`).
So a step means something alone, and a sequence stays a sequence when steps are left out.

Imports: nothing of ours. Imported by: doors_world, doors_sockets, fuzz_doors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final
from urllib.parse import quote

SYMBOLS: Final = ("BTC/USD", "ETH/USD", "ETH/BTC", "DOGE/USD")
REST_NAMES: Final = {"BTC/USD": "XXBTZUSD", "ETH/USD": "XETHZUSD", "ETH/BTC": "XETHXXBT", "DOGE/USD": "XDGUSD"}
V1_NAMES: Final = {"BTC/USD": "XBT/USD", "ETH/USD": "ETH/USD", "ETH/BTC": "ETH/XBT", "DOGE/USD": "XDG/USD"}
ACCOUNTS: Final = ("alice", "bob", "carol", "dave", "viewer", "treasurer")
SLOTS: Final = (  # Role, path and whose frames mostly: what a slot is opened with when a frame comes first.
    ("public", "/v2", ""),
    ("private", "/v2", "alice"),
    ("private", "/v2", "bob"),
    ("private", "/v2", "carol"),
    ("level3", "/v2", "dave"),
    ("public", "/", ""),
    ("private", "/", "alice"),
    ("private", "/", "bob"),
    ("private", "/v2", "dave"),
)
Fields = list[tuple[str, str]]  # Names and values, each as JSON text.


# -- Steps ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rest:
    """One REST request. `signer`: whose key signs it, "" for nobody; `sign`: good, bad, or swapped with another's."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    signer: str = ""
    sign: str = "good"
    peer: str = "10.0.0.1"


@dataclass(frozen=True, slots=True)
class Control:
    """One request of the control API."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Open:
    """One upgrade; what was open in that slot is closed before."""

    slot: int
    role: str
    path: str
    host: str = ""
    peer: str = "10.0.0.1"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a client."""

    slot: int
    frame: bytes


@dataclass(frozen=True, slots=True)
class Alive:
    """A ping of the WebSocket protocol."""

    slot: int


@dataclass(frozen=True, slots=True)
class Close:
    """The client's socket is gone."""

    slot: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """The client takes no more: so many bytes wait for it."""

    slot: int
    count: int


@dataclass(frozen=True, slots=True)
class Wake:
    """Time passes on the machine; it may go backwards."""

    by_ns: int


Step = Rest | Control | Open | Frame | Alive | Close | Backlog | Wake

# -- Values --------------------------------------------------------------------------------------------------

WEIRD: Final = (
    "null", "true", "false", "0", "-1", "1", "2", '""', "[]", "{}", "[[]]", "[null]", '{"a":1}', "[1,2,3]",
    "1e400", "-1e400", "1e-400", "NaN", "Infinity", "-Infinity", "-0", "0.0", "-0.0", "0e0", "1E5", "1e0", "1.0", "1.", ".5",
    "+1", "01", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551615", "18446744073709551616", "340282366920938463463374607431768211456", "2147483647", "2147483648",
    "-2147483648", "-2147483649", "4294967296", "9" * 30, "9" * 310, "9" * 5000, "0." + "0" * 30 + "1", "0." + "0" * 5000 + "1",
    "1." + "9" * 400, "1.7976931348623157e309", "1e18", "1e19", "1e24", "1e25", "1e-18", "1e-19", "1e99", "1e-99",
    "1e999999", "1e99999999999999999999", "1e-99999999999999999999", "0e99999999999999999999", "123456789.123456789",
    r'"\u0000"', r'"\ud800"', r'"\udfff\ud800"', r'"\ud83d\ude00"', '"é"', '"日本/円"', '"\u202eUSD"', '"ﬁ"',
    '"' + "a" * 18 + '"', '"' + "a" * 19 + '"', '"' + "a" * 300 + '"', '"' + "é" * 300 + '"', '"' + "a" * 5000 + '"', '" "',
    r'"\n"', r'"\r\nX: y"', '"%s%n%x"', '"{0}"', '"{self}"', '"../../etc/passwd"', '"\' OR 1=1 --"', '"<script>"', '"1e5"',
    '"1e400"', '"NaN"', '"sNaN"', '"-Infinity"', '"1_000"', '"٣"', '"½"', '"²"', '"0x10"', '"+1"', '"-0"', '" 1"', '"1 "',
    '"1,5"', '"+0%"', '"-100%"', '"+1e9%"', '"#5%"', '"#"', '"+"', '"-"', '"%"', '"1%"', '"+99999999999999999999"',
    '"' + "9" * 4000 + '"', '"' + "9" * 4500 + '"', '"0.' + "0" * 3000 + '1"', '"True"', '"false"', '"none"', '"null"', '"*"',
    "[" * 40 + "]" * 40, "[" * 3000 + "]" * 3000, '{"a":' * 60 + "1" + "}" * 60, '{"a":' * 3000 + "1" + "}" * 3000,
    "[" + ",".join(["1"] * 1500) + "]", "[" + ",".join(['"a"'] * 60) + "]", "[1.5]", '["é",null,true]', '{"":""}',
)  # fmt: skip

NUMBER: Final = (
    "0",
    "1",
    "-1",
    "0.5",
    "0.00000001",
    "1e-8",
    "100",
    "1e3",
    "-0.1",
    "99999999",
    "1e15",
    "0.123456789012345",
)
WHOLE: Final = ("0", "1", "2", "5", "10", "60", "-1", "100", "1000", "86399", "86400", "2147483647", "-5")
FLAG: Final = ("true", "false")
TIME: Final = (
    '"%{time:3}"', '"%{time:10}"', '"%{time:59}"', '"%{time:61}"', '"%{time:3600}"', '"%{time:-1}"', '"%{time:0}"',
    '"%{time:2678400}"', '"1970-01-01T00:00:00Z"', '"0000-00-00T00:00:00Z"', '"9999-12-31T23:59:59.999999999Z"',
    '"2026-02-30T00:00:00Z"', '"2026-01-01T24:00:00Z"', '"2026-01-01T00:00:60Z"', '"2026-01-01"', '"2262-04-12T00:00:00Z"',
    '"1969-12-31T23:59:59Z"', '"2026-01-01T00:00:00+14:00"', '"2026-01-01T00:00:00.0000000001Z"', '"2500-01-01T00:00:00Z"',
)  # fmt: skip
UNIX: Final = (
    '"0"', '"+5"', '"+10"', '"+0"', '"+3600"', '"+99999999999"', '"%{unix:10}"', '"%{unix:3600}"', '"%{unix:-3600}"', "0",
    "%{unix:30}", '"%{unix:-1}.5"', '"-1"', '"253402300799"', '"253402300800"', '"9223372036"', '"9223372037"', "1e10",
)  # fmt: skip
ORDER_TYPES: Final = (
    "limit", "market", "iceberg", "stop-loss", "stop-loss-limit", "take-profit", "take-profit-limit", "trailing-stop",
    "trailing-stop-limit", "settle-position",
)  # fmt: skip
# By kind: what a good client, or one at the edge of good, says. $S is the symbol, $R and $V its names over REST and v1,
# $A the account.
KINDS: Final[Mapping[str, Sequence[str]]] = {
    "number": NUMBER,
    "whole": WHOLE,
    "flag": FLAG,
    "time": TIME,
    "unix": UNIX,
    "price": (*('%{price:$S:' + by + '}' for by in ("-3", "-1", "-0.1", "0", "0.1", "1", "3", "-50", "100", "-99")), "0", "-1"),
    "qty": (*('%{qty:$S:' + by + '}' for by in ("1", "2", "5", "20", "100", "0.5", "100000", "1000000000")), "0", "-1"),
    "relative": ('"+1%"', '"-1%"', '"+5"', '"-5"', '"#0.5%"', '"#1"', '"+0.0001%"', '"-99.9%"', '"-100%"', '"+1000%"', '"+0"',
                 '"#100%"', '"%{price:$S:1}"', '"%{price:$S:-1}"'),
    "order_type": tuple(f'"{kind}"' for kind in ORDER_TYPES),
    "side": ('"buy"', '"sell"'),
    "symbol": ('"$S"', '"$S"', '"$S"', '"$R"', '"$V"', '"BTC/EUR"', '"btc/usd"', '"BTCUSD"', '"/"', '"BTC/"'),
    "rest_pair": ('"$R"', '"$R"', '"$S"', '"$V"', '"XBTUSD"', '"XBTUSD,ETHUSD"', '"xbtusd"', '"all"', '"XXBTZUSD.d"'),
    "v1_pair": ('"$V"', '"$V"', '"$S"', '"$R"', '"XBT/EUR"'),
    "asset": ('"XBT"', '"XXBT"', '"ZUSD"', '"USD"', '"ETH"', '"XDG"', '"DOGE"', '"usd"', '"XBT,ETH"', '"all"', '"ZZZ"', '"EUR"'),
    "tif": ('"gtc"', '"gtd"', '"ioc"', '"fok"', '"GTC"', '"GTD"', '"IOC"', '"FOK"'),
    "price_type": ('"static"', '"pct"', '"quote"'),
    "reference": ('"last"', '"index"'),
    "stp": ('"cancel_newest"', '"cancel_oldest"', '"cancel_both"', '"cancel-newest"', '"cancel-oldest"', '"cancel-both"'),
    "fee": ('"base"', '"quote"'),
    "cl": (*tuple(f'"tag$A{number}"' for number in range(8)), '"6d1b345e-2821-40e2-ad83-4ecb18a06876"', '"6d1b345e282140e2ad834ecb18a06876"', '"tagbob1"'),
    "order_id": (*tuple(f'"%{{order:$A:{number}:$S}}"' for number in range(4)), '"%{order:bob:0}"', '"%{order:alice:0}"', '"OAAAAA-AAAAA-AAAAAA"', '"1"', '"7"'),
    "userref": ("1", "7", "7", "-7", "0", "2147483647", "2147483648", "-2147483648"),
    "token": ('"%{token:$A}"',) * 12 + ('"%{token:alice}"', '"%{token:bob}"', '"%{old:$A}"', '"%{token:$A}x"', '""',
                                        '"%{key:$A}"'),
    "leverage": ('"none"', '"2"', '"2:1"', '"3"', '"5:1"', '"1"', '"0"', '"100"', '"5"', "5"),
    "oflags": ('"post"', '"fcib"', '"fciq"', '"viqc"', '"nompp"', '"post,fcib"', '"fcib,fciq"', '"post, fciq"', '""', '"x"',
               '","'),
    "depth": ("10", "25", "100", "500", "1000", "1", "0", "-10", "10.0", '"10"', "11"),
    "interval": ("1", "5", "15", "30", "60", "240", "1440", "10080", "21600", "2", "0", "-1", '"1"'),
    "text": ('"a"', '"hello world"', '"tag$A1"', '"x,y"', '"é"'),
    "ledger_id": ('"%{ledger:$A:0}"', '"%{ledger:$A:1}"', '"%{ledger:bob:0}"', '"LAAAAA-AAAAA-AAAAAA"'),
    "trade_id": ('"%{fill:$A:0}"', '"%{fill:$A:1}"', '"%{fill:bob:0}"', '"TAAAAA-AAAAA-AAAAAA"'),
    "trades_since": ('"0"', '"1"', '"%{unix:-60}"', '"%{unix:-60}000000000"', '"99999999999999999999"', "5"),
    "amount": ("1", '"0.5"', "0.00000001", '"100"', '"1e3"', "-1", "0", "99999999999", '"0.0000000000001"'),
}  # fmt: skip


# How many of the first of a kind are good without a doubt; of other kinds all are.
GOOD: Final = {
    "number": 4, "whole": 5, "time": 3, "unix": 4, "price": 7, "qty": 5, "symbol": 3, "rest_pair": 2, "v1_pair": 2, "asset": 7,
    "cl": 8, "order_id": 4, "userref": 4, "token": 12, "leverage": 4, "oflags": 5, "depth": 5, "interval": 9, "text": 2,
    "ledger_id": 2, "trade_id": 2, "trades_since": 3, "amount": 5, "relative": 6,
}  # fmt: skip


class Dice(Random):
    """Chance, with a mood: while `kind` it gives what a good client sends."""

    kind = False
    control_share = 0.05  # Of the inputs: where there is more steering, there is less trading.


def value(random: Random, kind: str) -> str:
    """Return a value of this kind: mostly good, sometimes of another kind, sometimes of none."""
    if isinstance(random, Dice) and random.kind:
        return random.choice(KINDS[kind][: GOOD.get(kind, 100)])
    chance = random.random()
    if chance < 0.86:
        return random.choice(KINDS[kind])
    return random.choice(KINDS[random.choice(_KIND_NAMES)]) if chance < 0.92 else random.choice(WEIRD)


_KIND_NAMES: Final = sorted(KINDS)


@dataclass(frozen=True, slots=True)
class Place:
    """What one request is about."""

    symbol: str
    account: str

    def fill(self, text: str) -> str:
        """Put symbol and account where they belong."""
        return (
            text.replace("$S", self.symbol)
            .replace("$R", REST_NAMES[self.symbol])
            .replace("$V", V1_NAMES[self.symbol])
            .replace("$A", self.account or "alice")
        )


def some(random: Random, table: Mapping[str, str], share: float) -> Fields:
    """Return some fields of a table of names and kinds."""
    share *= 0.5 if isinstance(random, Dice) and random.kind and len(table) > 4 else 1.0
    return [(name, value(random, kind)) for name, kind in table.items() if random.random() < share]


def noisy(random: Random, fields: Fields) -> Fields:
    """Return the fields, sometimes not as they should be."""
    fields = list(fields)
    if isinstance(random, Dice) and random.kind:
        return fields
    while random.random() < 0.22 and fields:
        at = random.randrange(len(fields))
        name, text = fields[at]
        match random.randrange(8):
            case 0 | 1 | 2:
                fields[at] = (name, random.choice(WEIRD))
            case 3:
                del fields[at]
            case 4:
                fields.insert(random.randrange(len(fields) + 1), (name, random.choice((text, *WEIRD[:20]))))
            case 5:
                fields.append(
                    (
                        random.choice(("x", "", "é", "__class__", "a" * 300, "token", name.upper(), "%s", "\\ud800")),
                        text,
                    )
                )
            case 6:
                random.shuffle(fields)
            case 7:
                fields[at] = (name, random.choice((f"[{text}]", f'{{"a":{text}}}', f'"{text}"')))
    return fields


def table(fields: Fields) -> str:
    """Return fields as a JSON object, doubled names and all."""
    return "{" + ",".join(f'"{name}":{text}' for name, text in fields) + "}"


# -- Orders --------------------------------------------------------------------------------------------------

V2_OPTIONS: Final = {
    "time_in_force": "tif", "margin": "flag", "post_only": "flag", "reduce_only": "flag", "cl_ord_id": "cl",
    "display_qty": "qty", "fee_preference": "fee", "no_mpp": "flag", "stp_type": "stp", "sender_sub_id": "cl",
    "effective_time": "time", "expire_time": "time", "deadline": "time", "order_userref": "userref", "validate": "flag",
    "cash_order_qty": "price", "stop_price": "price", "trigger": "reference", "limit_price_type": "price_type",
}  # fmt: skip


def v2_order(random: Random, *, batch: bool = False) -> Fields:
    """Return an order as add_order and batch_add have it: with what its type needs, and options."""
    kind = random.choice(("limit", "limit", "limit", "market", *ORDER_TYPES))
    fields: Fields = [("order_type", f'"{kind}"'), ("side", value(random, "side"))]
    fields.append(("order_qty", value(random, "qty")))
    if not batch:
        fields.append(("symbol", '"$S"' if random.random() < 0.97 else value(random, "symbol")))
    if kind in {"limit", "iceberg"} or kind.endswith("-limit"):
        fields.append(("limit_price", value(random, "number" if kind == "trailing-stop-limit" else "price")))
    if kind == "iceberg":
        fields.append(("display_qty", value(random, "qty")))
    if kind.startswith(("stop", "take", "trailing")):
        fields.append(("triggers", table(noisy(random, _v2_triggers(random, trailing=kind.startswith("trailing"))))))
    if random.random() < 0.12:
        fields.append(("conditional", table(noisy(random, _v2_conditional(random)))))
    if random.random() < 0.3:
        fields.append(("cl_ord_id", value(random, "cl")))
    return noisy(random, fields + some(random, V2_OPTIONS, 0.05))


def _v2_triggers(random: Random, *, trailing: bool) -> Fields:
    fields: Fields = [("price", value(random, "number" if trailing else "price"))]
    if trailing or random.random() < 0.3:
        fields.append(("price_type", value(random, "price_type")))
    return fields + ([("reference", value(random, "reference"))] if random.random() < 0.5 else [])


def _v2_conditional(random: Random) -> Fields:
    return [
        ("order_type", value(random, "order_type")),
        *some(random, {"limit_price": "price", "trigger_price": "price", "limit_price_type": "price_type",
                       "trigger_price_type": "price_type", "stop_price": "number"}, 0.5),
    ]  # fmt: skip


def text_order(random: Random, *, rest: bool) -> Fields:
    """Return an order as AddOrder and v1's addOrder have it: prices as texts, relative ones too."""
    kind = random.choice(("limit", "limit", "limit", "market", *ORDER_TYPES))
    fields: Fields = [
        ("ordertype", f'"{kind}"'),
        ("type", value(random, "side")),
        ("volume", _quoted(value(random, "qty"))),
    ]
    trailing = kind.startswith("trailing")
    if kind not in {"market", "settle-position"}:
        fields.append(
            (
                "price",
                value(random, "relative") if trailing or random.random() < 0.2 else _quoted(value(random, "price")),
            )
        )
    if kind.endswith("-limit"):
        fields.append(
            (
                "price2",
                value(random, "relative") if trailing or random.random() < 0.3 else _quoted(value(random, "price")),
            )
        )
    if kind == "iceberg":
        fields.append(("displayvol", _quoted(value(random, "qty"))))
    options = {
        "oflags": "oflags", "timeinforce": "tif", "leverage": "leverage", "reduce_only": "flag", "starttm": "unix",
        "expiretm": "unix", "deadline": "time", "validate": "flag", "userref": "userref", "cl_ord_id": "cl",
        "sender_sub_id": "cl", "trigger": "reference", "stptype": "stp", "stp_type": "stp",
    }  # fmt: skip
    close: Fields = [
        ("ordertype", value(random, "order_type")),
        ("price", value(random, "relative")),
        ("price2", value(random, "relative")),
    ]
    if random.random() < 0.12:
        if rest:
            fields += [(f"close[{name}]", text) for name, text in noisy(random, close)]
        else:
            fields.append(("close", table(noisy(random, close))))
    return noisy(random, fields + some(random, options, 0.06))


def _quoted(text: str) -> str:
    return text if text.startswith('"') else f'"{text}"'


# -- WebSocket v2 --------------------------------------------------------------------------------------------

V2_CHANNELS: Final[Mapping[str, Mapping[str, str]]] = {
    "ticker": {"event_trigger": "text", "snapshot": "flag"},
    "book": {"depth": "depth", "snapshot": "flag"},
    "trade": {"snapshot": "flag"},
    "ohlc": {"interval": "interval", "snapshot": "flag"},
    "instrument": {"snapshot": "flag", "include_tokenized_assets": "flag", "execution_venue": "text"},
    "level3": {"depth": "depth", "snapshot": "flag"},
    "executions": {
        "snap_orders": "flag", "snap_trades": "flag", "order_status": "flag", "ratecounter": "flag", "rebased": "flag",
        "snapshot_trades": "flag", "users": "text", "snapshot": "flag",
    },
    "balances": {"snapshot": "flag", "rebased": "flag", "users": "text"},
}  # fmt: skip
V2_METHODS: Final[Mapping[str, Mapping[str, str]]] = {
    "amend_order": {
        "order_id": "order_id", "cl_ord_id": "cl", "order_qty": "qty", "display_qty": "qty", "limit_price": "price",
        "limit_price_type": "price_type", "post_only": "flag", "trigger_price": "price", "trigger_price_type": "price_type",
        "symbol": "symbol", "deadline": "time",
    },
    "edit_order": {
        "order_id": "order_id", "symbol": "symbol", "order_qty": "qty", "limit_price": "price", "display_qty": "qty",
        "fee_preference": "fee", "post_only": "flag", "reduce_only": "flag", "validate": "flag", "no_mpp": "flag",
        "stop_price": "price", "trigger": "reference", "order_userref": "userref", "price": "price", "deadline": "time",
    },
    "cancel_order": {"order_id": "order_id", "cl_ord_id": "cl", "order_userref": "userref"},
    "cancel_all": {},
    "cancel_all_orders_after": {"timeout": "whole"},
    "batch_cancel": {"orders": "order_id", "cl_ord_id": "cl"},
}  # fmt: skip
_LISTED: Final = {"orders", "cl_ord_id", "order_id", "order_userref"}  # In cancels these are lists.


def v2_frame(random: Random, place: Place, role: str) -> bytes:
    """Return a request of version 2."""
    chance = random.random()
    if chance < 0.05:
        fields: Fields = [("method", '"ping"')]
    elif chance < 0.35 or (role != "private" and chance < 0.9):
        fields = [("method", random.choice(('"subscribe"', '"subscribe"', '"unsubscribe"')))]
        fields.append(("params", table(_v2_subscription(random, role))))
    else:
        method = random.choice(
            ("add_order",) * 16
            + ("batch_add",) * 4
            + ("amend_order", "edit_order", "cancel_order") * 3
            + tuple(V2_METHODS)
        )
        fields = [("method", f'"{method}"'), ("params", table(_v2_params(random, method)))]
    if random.random() < 0.6:
        fields.append(("req_id", value(random, "whole")))
    fields = noisy(random, fields) if random.random() < 0.3 else fields
    return place.fill(table(fields)).encode("utf-8", "surrogatepass")


def _v2_subscription(random: Random, role: str) -> Fields:
    home = {"public": ("ticker", "book", "trade", "ohlc", "instrument"), "private": ("executions", "balances")}.get(
        role, ("level3",)
    )
    channel = random.choice(home if random.random() < 0.93 else tuple(V2_CHANNELS))
    fields: Fields = [("channel", f'"{channel}"')]
    if channel not in {"instrument", "executions", "balances"} or random.random() < 0.05:
        several = random.choice(
            ('["$S"]', '["$S"]', '["BTC/USD","ETH/USD","ETH/BTC","DOGE/USD"]', '["$S","$S"]', '["$S","X/Y"]', "[]")
        )
        fields.append(("symbol", several if random.random() < 0.95 else random.choice(WEIRD)))
    fields += some(random, V2_CHANNELS[channel], 0.3)
    if role != "public":
        fields.append(("token", value(random, "token")))
    return noisy(random, fields) if random.random() < 0.4 else fields


def _v2_params(random: Random, method: str) -> Fields:
    if method == "add_order":
        fields = v2_order(random)
    elif method == "batch_add":
        orders = ",".join(table(v2_order(random, batch=True)) for _ in range(random.choice((0, 1, 2, 2, 3, 5, 15, 16))))
        fields = [
            ("symbol", '"$S"'),
            ("orders", f"[{orders}]"),
            *some(random, {"validate": "flag", "deadline": "time"}, 0.1),
        ]
    else:
        kinds = V2_METHODS[method]
        fields = some(random, kinds, 0.9 if len(kinds) < 2 else 0.4)
        if method == "amend_order" and random.random() < 0.5:
            fields = some(random, {"order_qty": "qty", "limit_price": "price"}, 0.7)
        if "cancel" in method:
            fields = [(name, _listed(random, kinds[name], text) if name in _LISTED else text) for name, text in fields]
        elif method == "edit_order" and random.random() < 0.8:
            fields = [
                ("order_id", value(random, "order_id")),
                ("symbol", '"$S"'),
                ("order_qty", value(random, "qty")),
            ] + [field for field in fields if field[0] not in {"order_id", "symbol", "order_qty"}]
        elif method == "amend_order" and random.random() < 0.8:
            fields = [("order_id", value(random, "order_id"))] + [
                field for field in fields if field[0] not in {"order_id", "cl_ord_id"}
            ]
        fields = noisy(random, fields)
    return [*fields, ("token", value(random, "token"))]


def _listed(random: Random, kind: str, text: str) -> str:
    count = random.choice((0, 1, 1, 1, 2, 3, 50, 51))
    return f"[{','.join([text, *(value(random, kind) for _ in range(count - 1))][:count])}]"


# -- WebSocket v1 --------------------------------------------------------------------------------------------

V1_CHANNELS: Final[Mapping[str, Mapping[str, str]]] = {
    "ticker": {}, "ohlc": {"interval": "interval"}, "trade": {}, "book": {"depth": "depth"}, "spread": {}, "*": {},
    "openOrders": {"ratecounter": "flag"}, "ownTrades": {"snapshot": "flag", "consolidate_taker": "flag"},
}  # fmt: skip
V1_EVENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "amendOrder": {
        "txid": "order_id", "cl_ord_id": "cl", "volume": "qty", "display_volume": "qty", "limit_price": "relative",
        "trigger_price": "relative", "post_only": "flag", "deadline": "time",
    },
    "editOrder": {
        "orderid": "order_id", "pair": "v1_pair", "volume": "qty", "price": "relative", "price2": "relative",
        "oflags": "oflags", "newuserref": "userref", "validate": "flag",
    },
    "cancelOrder": {"txid": "order_id", "cl_ord_id": "cl"},
    "cancelAll": {},
    "cancelAllOrdersAfter": {"timeout": "whole"},
}  # fmt: skip


def v1_frame(random: Random, place: Place, role: str) -> bytes:
    """Return an event of version 1."""
    chance = random.random()
    if chance < 0.05:
        fields: Fields = [("event", '"ping"')]
    elif chance < 0.35 or (role != "private" and chance < 0.9):
        home = ("openOrders", "ownTrades") if role == "private" else ("ticker", "ohlc", "trade", "book", "spread", "*")
        name = random.choice(home if random.random() < 0.93 else tuple(V1_CHANNELS))
        subscription: Fields = [("name", f'"{name}"'), *some(random, V1_CHANNELS[name], 0.4)]
        if role == "private":
            subscription.append(("token", value(random, "token")))
        fields = [
            ("event", random.choice(('"subscribe"', '"subscribe"', '"unsubscribe"'))),
            ("subscription", table(noisy(random, subscription))),
        ]
        if role != "private" or random.random() < 0.05:
            fields.append(
                ("pair", random.choice(('["$V"]', '["$V"]', '["XBT/USD","ETH/USD"]', '["$S"]', '"$V"', '["$V","X/Y"]')))
            )
        if random.random() < 0.08:
            fields.append(("channelID", value(random, "whole")))
    else:
        event = random.choice(("addOrder",) * 16 + ("amendOrder", "editOrder", "cancelOrder") * 3 + tuple(V1_EVENTS))
        if event == "addOrder":
            params = [
                ("pair", '"$V"' if random.random() < 0.97 else value(random, "v1_pair")),
                *text_order(random, rest=False),
            ]
        else:
            kinds = V1_EVENTS[event]
            params = [(name, _v1_text(random, event, kinds[name], text)) for name, text in some(random, kinds, 0.6)]
            params = noisy(random, params)
        fields = [("event", f'"{event}"'), ("token", value(random, "token")), *params]
    if random.random() < 0.5:
        fields.append(("reqid", value(random, "whole")))
    fields = noisy(random, fields) if random.random() < 0.3 else fields
    return place.fill(table(fields)).encode("utf-8", "surrogatepass")


def _v1_text(random: Random, event: str, kind: str, text: str) -> str:
    if event == "cancelOrder" and random.random() < 0.7:
        return _listed(random, kind, text)
    return _quoted(text) if kind in {"qty", "price"} else text


# -- REST ----------------------------------------------------------------------------------------------------

_SPAN: Final = {"start": "unix", "end": "unix", "ofs": "whole", "limit": "whole", "without_count": "flag"}
PUBLIC: Final[Mapping[str, Mapping[str, str]]] = {
    "Time": {}, "SystemStatus": {},
    "Assets": {"asset": "asset", "aclass": "text"},
    "AssetPairs": {"pair": "rest_pair", "info": "text", "country_code": "text"},
    "Ticker": {"pair": "rest_pair"},
    "OHLC": {"pair": "rest_pair", "interval": "interval", "since": "trades_since"},
    "Depth": {"pair": "rest_pair", "count": "depth"},
    "GroupedBook": {"pair": "rest_pair", "depth": "depth", "grouping": "depth"},
    "Trades": {"pair": "rest_pair", "since": "trades_since", "count": "whole"},
    "Spread": {"pair": "rest_pair", "since": "trades_since"},
    "PreTrade": {"symbol": "symbol"},
    "PostTrade": {"symbol": "symbol", "from_ts": "time", "to_ts": "time", "count": "whole"},
}  # fmt: skip
_FUNDING: Final = {
    "asset": "asset", "method": "text", "new": "flag", "amount": "amount", "key": "text", "cursor": "text", "limit": "whole",
    "aclass": "text", "start": "unix", "end": "unix", "address": "text", "max_fee": "amount", "refid": "text",
}  # fmt: skip
PRIVATE: Final[Mapping[str, Mapping[str, str]]] = {
    "Balance": {}, "BalanceEx": {}, "CreditLines": {}, "TradeBalance": {"asset": "asset"},
    "OpenOrders": {"trades": "flag", "userref": "userref", "cl_ord_id": "cl"},
    "ClosedOrders": {"trades": "flag", "userref": "userref", "cl_ord_id": "cl", "closetime": "text", **_SPAN},
    "QueryOrders": {"trades": "flag", "userref": "userref", "txid": "order_id", "consolidate_taker": "flag"},
    "OrderAmends": {"order_id": "order_id"},
    "TradesHistory": {"type": "text", "trades": "flag", "consolidate_taker": "flag", "ledgers": "flag", **_SPAN},
    "QueryTrades": {"txid": "trade_id", "trades": "flag"},
    "OpenPositions": {"txid": "trade_id", "docalcs": "flag", "consolidation": "text"},
    "Ledgers": {"asset": "asset", "aclass": "text", "type": "text", **_SPAN},
    "QueryLedgers": {"id": "ledger_id", "trades": "flag"},
    "TradeVolume": {"pair": "rest_pair"},
    "Level3": {"pair": "rest_pair", "depth": "depth"},
    "AddExport": {"report": "text", "format": "text", "description": "text", "fields": "text", "starttm": "unix", "endtm": "unix"},
    "ExportStatus": {"report": "text"}, "RetrieveExport": {"id": "text"}, "RemoveExport": {"id": "text", "type": "text"},
    "GetApiKeyInfo": {}, "GetWebSocketsToken": {},
    "AddOrder": {}, "AddOrderBatch": {},
    "AmendOrder": {
        "txid": "order_id", "cl_ord_id": "cl", "order_qty": "qty", "display_qty": "qty", "limit_price": "relative",
        "trigger_price": "relative", "pair": "rest_pair", "post_only": "flag", "deadline": "time",
    },
    "EditOrder": {
        "txid": "order_id", "pair": "rest_pair", "volume": "qty", "displayvol": "qty", "price": "relative", "price2": "relative",
        "oflags": "oflags", "userref": "userref", "deadline": "time", "cancel_response": "flag", "validate": "flag",
    },
    "CancelOrder": {"txid": "order_id", "cl_ord_id": "cl"}, "CancelAll": {}, "CancelAllOrdersAfter": {"timeout": "whole"},
    "CancelOrderBatch": {"orders": "order_id", "cl_ord_ids": "cl"},
    **dict.fromkeys(("DepositMethods", "DepositAddresses", "DepositStatus", "WithdrawMethods", "WithdrawAddresses",
                     "WithdrawInfo", "Withdraw", "WithdrawStatus", "WithdrawCancel"), _FUNDING),
    "WalletTransfer": {"asset": "asset", "from": "text", "to": "text", "amount": "amount"},
    "CreateSubaccount": {"username": "text", "email": "text"},
    "AccountTransfer": {"asset": "asset", "amount": "amount", "from": "text", "to": "text"},
    "Earn/Strategies": {"asset": "asset", "ascending": "flag", "cursor": "text", "limit": "whole", "lock_type": "text"},
    "Earn/Allocations": {"ascending": "flag", "converted_asset": "asset", "hide_zero_allocations": "flag"},
    **{key: {"amount": "amount", "strategy_id": "text"} for key in ("Earn/Allocate", "Earn/Deallocate")},
    **{key: {"strategy_id": "text"} for key in ("Earn/AllocateStatus", "Earn/DeallocateStatus")},
}  # fmt: skip
# Words that open further doors, by parameter.
WORDS: Final = {
    "report": ('"trades"', '"ledgers"'), "format": ('"CSV"', '"TSV"'), "info": ('"info"', '"leverage"', '"fees"', '"margin"'),
    "closetime": ('"open"', '"close"', '"both"'), "type": ('"all"', '"trade"', '"deposit"', '"cancel"', '"delete"'),
    "key": ('"fathom"', '"main"'), "consolidation": ('"market"',), "grouping": ("1", "5", "10", "25", "50", "100", "250"),
    "id": ('"%{export:$A}"',), "event_trigger": ('"bbo"', '"trades"'), "fields": ('"all"', '"time,amount"'),
}  # fmt: skip
METHODS: Final = ("POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW", "")


def rest_step(random: Random) -> Rest:
    """Return one REST request: mostly properly signed, its parameters mostly not quite."""
    account = random.choice((*ACCOUNTS[:4] * 3, *ACCOUNTS))
    place = Place(random.choice(SYMBOLS), account)
    private = random.random() < 0.75
    name = (
        random.choice(sorted(PRIVATE) + ["AddOrder", "AddOrderBatch", "EditOrder", "AmendOrder", "Withdraw"] * 4)
        if private
        else random.choice(sorted(PUBLIC))
    )
    fields = _rest_fields(random, name)
    path = f"/0/{'private' if private else 'public'}/{name}"
    if random.random() < 0.03:
        path = random.choice(("", "/", "/0", "/0/private/", "/0//private/Balance", path + "/", path.lower(), path + "%00", "*", "/" * 500,
                              "/0/private/../public/Time", "/0/public/" + "A" * 3000, "/é", "//0/public/Time", "/fathom/venue"))  # fmt: skip
    http = "POST" if private else "GET"
    if random.random() < 0.05:
        http = random.choice(METHODS)
    peer = f"10.{random.randrange(4)}.{random.randrange(256)}.{random.randrange(256)}"
    if not private:
        text = place.fill(form_text(random, fields))
        query = mutated(random, text.encode("utf-8", "replace")).decode("latin-1") if random.random() < 0.1 else text
        body = place.fill(json_text(fields)).encode("utf-8", "replace") if random.random() < 0.05 else b""
        return Rest(
            http,
            path,
            query,
            body,
            random.choice(("", "application/json", "application/x-www-form-urlencoded")),
            peer=peer,
        )
    json_body = random.random() < 0.4 or name in {"AddOrderBatch", "CancelOrderBatch"}
    rest = place.fill(json_text(fields) if json_body else form_text(random, fields)).encode("utf-8", "surrogatepass")
    if json_body:
        body = b'{"nonce":%{nonce:}' + (b"," + rest[1:] if rest != b"{}" else b"}")
    else:
        body = b"nonce=%{nonce:}" + (b"&" + rest if rest else b"")
    if random.random() < 0.08:
        head = body.index(b"}") + 1
        body = body[:head] + mutated(random, body[head:])
    content_type = "application/json" if json_body else "application/x-www-form-urlencoded"
    if random.random() < 0.04:
        content_type = random.choice(
            (
                "",
                "application/json",
                "application/x-www-form-urlencoded",
                "text/plain; charset=\u20ac",
                "multipart/form-data",
            )
        )
    sign = "good" if random.random() < 0.95 else random.choice(("bad", "none", "swapped", "garbage"))
    return Rest(http, path, "", body, content_type, account, sign, peer)


def _rest_fields(random: Random, name: str) -> Fields:
    if name == "AddOrder":
        pair = '"$R"' if random.random() < 0.97 else value(random, "rest_pair")
        return [("pair", pair), *text_order(random, rest=True)]
    if name == "AddOrderBatch":
        orders = ",".join(table(text_order(random, rest=True)) for _ in range(random.choice((0, 1, 2, 2, 3, 15, 16))))
        return [
            ("pair", '"$R"'),
            ("orders", f"[{orders}]"),
            *some(random, {"validate": "flag", "deadline": "time"}, 0.1),
        ]
    kinds = PRIVATE.get(name) or PUBLIC.get(name) or {}
    fields = some(random, kinds, 0.8 if len(kinds) <= 2 else 0.4)
    fields = [
        (key, random.choice(WORDS[key]) if key in WORDS and random.random() < 0.7 else text) for key, text in fields
    ]
    if name == "CancelOrderBatch":
        fields = [(key, _listed(random, kinds[key], text)) for key, text in fields]
    if name == "Withdraw" and random.random() < 0.6:
        fields = [
            ("asset", value(random, "asset")),
            ("key", random.choice(WORDS["key"])),
            ("amount", value(random, "amount")),
        ]
    return noisy(random, fields)


def json_text(fields: Fields) -> str:
    """Return fields as a JSON object; `close[price]` nests."""
    plain = [(name, text) for name, text in fields if not name.startswith("close[")]
    close = [(name[6:-1], text) for name, text in fields if name.startswith("close[")]
    return table(plain + ([("close", table(close))] if close else []))


def form_text(random: Random, fields: Fields) -> str:
    """Return fields as a form or query, mostly properly quoted."""
    parts: list[str] = []
    for name, text in fields:
        bare = text[1:-1] if len(text) >= 2 and text[0] == text[-1] == '"' else text
        safe = "%{}:$/" if random.random() < 0.97 else "%{}:$/&=+;# "
        parts.append(f"{quote(name, safe='[]', errors='replace')}={quote(bare, safe=safe, errors='replace')}")
    if random.random() < 0.03:
        parts.append(random.choice(("&&", "=", "a[b][c][d][e]=1", "a[]=1&a[]=2", "a[0][b]=1&a[1]=2", "a=1&a[b]=2", "[=1", "]=1", "a[9999999]=1",
                                    "&".join(f"x{number}=1" for number in range(5000)), "%zz=%", "close[]=1", "orders[0][a]=1")))  # fmt: skip
    return "&".join(parts)


# -- The control API -----------------------------------------------------------------------------------------

_FAULT_WHEN: Final = {"at_s": ("0", "0.1", "1", "5"), "for_s": ("0.5", "1", "3", "0.001")}
_FAULT_OFTEN: Final = {"count": ("1", "2", "10"), "every": ("1", "2", "5"), "share": ("0.1", "0.5", "1", "1e-9")}
_FAULT_LINE: Final = {
    "role": ('"public"', '"private"', '"level3"'),
    "account": ('"alice"', '"bob"'),
    "peer": ('"10.0.0.1"',),
}
_FAULT_CHANNEL: Final = {
    "channel": tuple(f'"{name}"' for name in ("ticker", "book", "trade", "ohlc", "instrument", "spread", "level3", "executions",
                                              "balances", "openOrders", "ownTrades", "status", "heartbeat", "answers")),
    "symbol": tuple(f'"{symbol}"' for symbol in SYMBOLS),
}  # fmt: skip
_FAULT_METHOD: Final = {"method": ('"add_order"', '"AddOrder"', '"subscribe"', '"Balance"', '"cancelOrder"', '"ping"')}
_FRAMES: Final = {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_LINE, **_FAULT_CHANNEL}
_DELAY: Final = {"delay_s": ("0.1", "1", "5", "600")}
_TEXT: Final = {"text": ('"EService:Unavailable"', '"EGeneral:Internal error"', '"é"')}
_STATUS: Final = {"status": ("429", "403", "502", "520", "599", "400")}
Choices = Mapping[str, Sequence[str]]
FAULTS: Final[Mapping[str, Choices]] = {
    **dict.fromkeys(("drop", "duplicate", "reorder", "truncate", "wrong_checksum", "crossed_book", "lost_update", "silent_subscription",
                     "duplicate_fill", "delta_without_symbol", "unknown_fields"), _FRAMES),
    "delay": {**_FRAMES, **_DELAY}, "late_fill": {**_FRAMES, **_DELAY}, "stall": {**_FRAMES, **_DELAY},
    "corrupt": {**_FRAMES, "bits": ("1", "8", "64")},
    "close": {**_FRAMES, "code": ("1000", "1001", "1006", "1013", "1011"), "bare": ("true", "false"), **_TEXT},
    "sequence_gap": {**_FRAMES, "skip": ("1", "1000000")}, "tiny_numbers": {**_FRAMES, "below": ("0.0001", '"10"', "1e-9", "1e50")},
    "late_answer": {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_METHOD, **_FAULT_LINE, **_DELAY},
    "lost_answer": {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_METHOD, **_FAULT_LINE},
    "error_after_accept": {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_METHOD, **_FAULT_LINE, **_TEXT},
    "refuse": {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_METHOD, **_TEXT, "door": ('"rest"', '"websocket"'), "account": ('"alice"',)},
    "invalid_session": {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_METHOD, **_TEXT, "account": ('"alice"',)},
    "upgrade_refused": {**_FAULT_WHEN, **_FAULT_OFTEN, **_STATUS, "role": _FAULT_LINE["role"]},
    "rest_delay": {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_METHOD, **_DELAY},
    "rest_drop": {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_METHOD},
    "rest_malformed": {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_METHOD},
    "rest_status": {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_METHOD, **_STATUS},
    "rest_error_after_accept": {**_FAULT_WHEN, **_FAULT_OFTEN, **_FAULT_METHOD, **_TEXT},
    "rest_lag": {**_FAULT_WHEN, "s": ("0", "1", "60", "0.5")}, "clock_skew": {**_FAULT_WHEN, "s": ("-86400", "86400", "1", "-0.5")},
    "system": {**_FAULT_WHEN, "status": ('"maintenance"', '"cancel_only"', '"post_only"', '"limit_only"', '"online"'),
               "cycle": ('[["cancel_only",1],["maintenance",1],["post_only",0.5]]', '[["online",1]]')},
    "pair_status": {**_FAULT_WHEN, "symbol": _FAULT_CHANNEL["symbol"],
                    "status": ('"cancel_only"', '"delisted"', '"limit_only"', '"maintenance"', '"post_only"', '"reduce_only"',
                               '"work_in_progress"', '"online"')},
    "delist": {**_FAULT_WHEN, "symbol": _FAULT_CHANNEL["symbol"]},
    "rescale": {**_FAULT_WHEN, "symbol": _FAULT_CHANNEL["symbol"], "price_precision": ("0", "1", "2", "5", "12"),
                "qty_precision": ("0", "2", "8", "12")},
    "dead_man": {"at_s": _FAULT_WHEN["at_s"], "account": ('"alice"', '"bob"', '"nobody"')},
}  # fmt: skip
_CONTROL: Final[Mapping[str, Choices]] = {
    "accounts": {"name": ('"tag1"', '"bob"', '"a-b_c"', '"house-maker-1"', '"fees"'), "funded": FLAG,
                 "permissions": ("[]", '["query-funds"]', '["modify-trades","close-trades","create-ws-token"]', '["x"]')},
    "accounts/%s/deposit": {"asset": ('"USD"', '"XBT"', '"ETH"', '"ZZZ"'), "amount": KINDS["amount"]},
    "accounts/%s/withdraw": {"asset": ('"USD"', '"XBT"', '"ETH"', '"ZZZ"'), "amount": KINDS["amount"]},
    "clock": {"advance_s": ("0", "0.5", "1", "60", '"5"', "900", "1e-9", "86400", "2678400")},
    "market": {"paused": FLAG, "speed": ("1", "2", "0.1"), "rate": ("5", "2", "20", "0.5")},
    "system": {"status": (*['"online"'] * 6, '"maintenance"', '"cancel_only"', '"post_only"', '"limit_only"', '"x"')},
    "pairs": {"symbol": _FAULT_CHANNEL["symbol"],
              "status": (*['"online"'] * 8, '"cancel_only"', '"delisted"', '"post_only"', '"reduce_only"', '"maintenance"', '"limit_only"'),
              "price_precision": ("0", "1", "2", "5", "6", "12"), "qty_precision": ("0", "2", "5", "8", "12")},
}  # fmt: skip


def _fault_share(kind: str, key: str) -> float:
    """Return how often a fault of this kind has this key: nearly always where it needs it."""
    needs = (
        {"s", "symbol", "text"}
        | ({"status"} if kind == "pair_status" else set())
        | ({"account"} if kind == "dead_man" else set())
    )
    if key in needs and FAULTS[kind] is not _FRAMES and kind not in {"close", "delay", "late_fill", "stall", "corrupt"}:
        return 0.9
    return 0.7 if key == "for_s" else 0.5 if kind in {"rescale", "system"} else 0.15


def control_step(random: Random) -> Control:
    """Return one request of the control API; every second one steers the faults."""
    chance = random.random()
    if chance < 0.12:
        return Control(
            "GET", random.choice(("/", "/state", "/faults", "/metrics", "/accounts", "//", "/x", "/state/a/b", "/é"))
        )
    if chance < 0.3:
        return Control(
            "DELETE",
            random.choice(("/faults", "/faults", f"/faults/F{random.randrange(20)}", "/faults/x", "/faults/F1/2")),
        )
    if chance < 0.68:
        kind = random.choice(sorted(FAULTS))
        fields: Fields = [("kind", f'"{kind}"')]
        for key, choices in FAULTS[kind].items():
            if random.random() < _fault_share(kind, key):
                fields.append((key, random.choice(choices) if random.random() < 0.95 else random.choice(WEIRD)))
        path = "/faults"
    else:
        path = random.choice(sorted(_CONTROL))
        choices_by = _CONTROL[path]
        share = 0.4 if path in {"market", "pairs"} else 0.9
        fields = [
            (key, random.choice(choices))
            for key, choices in choices_by.items()
            if random.random() < (0.95 if key == "symbol" else share)
        ]
        path = "/" + path.replace("%s", random.choice((*ACCOUNTS, "nobody", "fees", "house-maker-1", "lender")))
    text = table(noisy(random, fields)).encode("utf-8", "surrogatepass")
    body = mutated(random, text) if random.random() < 0.08 else text
    return Control(random.choice(METHODS) if random.random() < 0.03 else "POST", path, body)


# -- Any step ------------------------------------------------------------------------------------------------

_SPLICES: Final = (
    b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"null", b"1e400",
    b"NaN", b"\\u0000", b"\\ud800", b"%{token:alice}", b"%{order:bob:0}", b"-", b"0", b"9" * 400, b"/*", b"\n", b"&", b"=", b"%00",
)  # fmt: skip
_WHOLE: Final = (
    b"", b" ", b"\x00", b"null", b"true", b"0", b"-0", b'""', b"[]", b"{}", b"[{}]", b'{"method":null}', b'{"event":null}',
    b'{"method":"ping"', b'{"method":"ping"}{"method":"ping"}', b'{"method":"ping"} x', b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00",
    b"[" * 100_000, b'{"a":' * 100_000, b'{"method":"' + b"a" * 70_000 + b'"}', b'{"method":"ping","req_id":' + b"9" * 70_000 + b"}",
    b'{"method":"ping","req_id":1.0}', b'{"method":"ping","req_id":-9223372036854775809}', b'{"method":"ping","params":{}}',
    b'{"event":"ping","reqid":-1}', b'{"event":"ping","reqid":1e2}', b'{"\\u006dethod":"ping"}', b'{"method":"ping","method":"x"}',
    b'{"method":"subscribe","params":{"channel":"book","symbol":[' + b",".join([b'"A/B"'] * 3000) + b"]}}",
    b'{"event":"subscribe","pair":[' + b",".join([b'"A/B"'] * 900) + b'],"subscription":{"name":"*"}}',
)  # fmt: skip


def mutated(random: Random, text: bytes) -> bytes:
    """Return the bytes with a few of them changed."""
    changed = bytearray(text)
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        at = random.randrange(len(changed) + 1)
        match random.randrange(6):
            case 0 if at < len(changed):
                changed[at] ^= 1 << random.randrange(8)
            case 1:
                del changed[at : at + random.choice((1, 1, 2, 8, 50))]
            case 2:
                changed[at:at] = changed[at : at + random.choice((1, 4, 20, 100))]
            case 3:
                changed[at:at] = random.choice(_SPLICES)
            case 4:
                del changed[at:]
            case _:
                changed[at:at] = random.choice(WEIRD).encode("utf-8", "surrogatepass")
    return bytes(changed)


def frame_step(random: Random) -> Frame:
    """Return one frame of a client for one of the slots."""
    slot = random.randrange(len(SLOTS))
    role, path, account = SLOTS[slot]
    if account and random.random() < 0.1:
        account = random.choice(ACCOUNTS)
    place = Place(random.choice(SYMBOLS), account)
    chance = random.random()
    if chance < 0.03:
        return Frame(slot, random.choice(_WHOLE))
    version = path if random.random() < 0.98 else random.choice(("/v2", "/"))
    make: Callable[[Random, Place, str], bytes] = v2_frame if version == "/v2" else v1_frame
    frame = make(random, place, role if random.random() < 0.97 else random.choice(("public", "private", "level3")))
    return Frame(slot, mutated(random, frame) if chance < 0.1 else frame)


def open_step(random: Random) -> Open:
    """Return one upgrade, mostly what its slot is for."""
    slot = random.randrange(len(SLOTS))
    role, path, _ = SLOTS[slot]
    peer = f"10.{random.randrange(4)}.{random.randrange(256)}.{random.randrange(256)}"
    if random.random() < 0.8:
        return Open(slot, role, path, peer=peer)
    role = random.choice(("public", "private", "level3"))
    path = random.choice(
        (
            "/",
            "/v2",
            "/v2/",
            "",
            "/v3",
            "/private/v2",
            "/level3/v2",
            "/public",
            "/v2?x=1",
            "//v2",
            "/\xff",
            "/private",
            "/v2/v2",
        )
    )
    host = random.choice(("", "ws-auth.kraken.com", "ws-l3.kraken.com:443", "localhost:1", "\xe9", ":", "WS-AUTH"))
    return Open(slot, role, path, host, peer)


# What passes between two inputs: mostly little, sometimes enough for idle closes and old tokens, sometimes back.
WAITS_S: Final = (
    0.0, 0.001, 0.02, 0.02, 0.02, 0.02, 0.05, 0.05, 0.05, 0.2, 0.2, 0.2, 0.5, 1.0, 1.0, 3.0, 61.0, -0.001, -5.0, 900.0,
)  # fmt: skip


def any_step(random: Random) -> Step:
    """Return the next input."""
    if isinstance(random, Dice):
        random.kind = random.random() < 0.6
        if random.random() < random.control_share:
            return control_step(random)
    chance = random.random()
    if chance < 0.56:
        return frame_step(random)
    if chance < 0.78:
        return rest_step(random)
    if chance < 0.8:
        return open_step(random)
    slot = random.randrange(len(SLOTS))
    if chance < 0.81:
        return random.choice(
            (Close(slot), Alive(slot), Backlog(slot, random.choice((0, 0, 1000, 8_388_608, 8_388_609, 1 << 40))))
        )
    by_s = random.choice(WAITS_S)
    if by_s == 900.0 and random.random() < 0.8:
        by_s = 0.02
    return Wake(int(by_s * 1e9))


PLACES: Final = re.compile(rb"%\{([a-z]+):([^{}]{0,60})\}")
