"""Draws the tables of docs/exchange.md that the code has, between their markers.

Run it after a change of a method, a rule, a fault, a pair, a fee, a limit or an error text; a test finds a page that is
not current. What the code does not say stands here: what each rule is for, and which of Kraken's errors are there.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from msgspec.structs import fields

from fathom.exchange.access.call_counter import DECAYS_PER_S, MAXIMA
from fathom.exchange.bank.fees import RATE_ONE, SPOT, STABLE_AND_FX, Schedule
from fathom.exchange.core.rate_counter import (
    AMEND_COSTS,
    CANCEL_COSTS,
    DECAYS,
    EDIT_COSTS,
    OPEN_ORDERS,
    PARTS,
    THRESHOLDS,
)
from fathom.exchange.core.rules import Rules
from fathom.exchange.faults.kinds import KINDS, Group
from fathom.exchange.listing.listed import PAIRS
from fathom.exchange.rest.methods import METHODS, PrivateMethod
from fathom.exchange.sessions import channels as v2_channels
from fathom.exchange.sessions.orders_in import FIELDS
from fathom.exchange.sessions.rights import RIGHTS
from fathom.exchange.v1.requests import ANSWER_EVENTS
from fathom.exchange.v1.rights import RIGHTS as V1_RIGHTS

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "exchange.md"
_MARKED: Final = re.compile(r"(<!-- drawn: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

Row = Sequence[str]

# -- What each rule is for -----------------------------------------------------------------------------------

RULES: Final[Mapping[str, str]] = {
    "limits": "All limits: REST calls, the engine's rate, open orders, messages, connections, level 3. `--no-limits`.",
    "ioc_rest": "How the rest of an `ioc` or `fok` order ends. The reference has both words.",
    "post_only_refused": "A post-only order that would take is accepted and then canceled, or refused. Both were seen.",
    "cancels_limited": "Whether a cancel is refused above the engine's rate. A client must keep a reserve if so.",
    "batch_cancel_form": "`batch_cancel` answers `result.count` (documents) or `orders_cancelled` (a capture of 2024).",
    "answer_first_share": "How often an order's answer comes before its executions. Both orders occur at Kraken.",
    "heartbeat_s": "A heartbeat each so many seconds, busy or not, from the first subscription on.",
    "idle_close_s": "A connection that is silent so long is closed.",
    "token_life_s": "A session token is good so long until its first subscription.",
    "connections_max": "Connection attempts of one address within the window; beyond it HTTP 429 and a ban as long.",
    "connections_window_s": "That window, and that ban.",
    "messages_per_s_max": "Requests of one connection in any second. Kraken gives no number.",
    "level3_symbols_max": "Level 3 symbols of one connection.",
    "level3_counter_max": "The level 3 counter of a second, which slides; of tiers below pro it is 200 at most.",
    "history_call_cost": "What a history call costs: 4 in Kraken's newer documents, 2 in older ones.",
    "backlog_bytes_max": "A client that has so much unread is closed with 1008.",
    "validate_order_id": "Whether the answer to a validated order names an id. Nobody could confirm either.",
    "public_calls_max": "Public REST calls of one address at once. Kraken says that about one a second is safe.",
    "public_calls_per_s": "How fast that counter falls.",
    "refused_calls_count": "Whether a refused REST call still costs. `possibly longer if calls continue` may mean it.",
    "lockout_errors_max": "Wrong keys, signatures, nonces of one address within the window; then it is locked out.",
    "lockout_window_s": "That window.",
    "lockout_s": "How long: about 15 minutes by Kraken's support.",
    "instrument_exponents": "`instrument` writes `1e-08` (captures of 2026), or `0.00000001` (those of 2024).",
    "pair_fees_listed": "AssetPairs with fee tables, or with empty ones as in captures of 2026.",
}

# -- REST: what is not all there ------------------------------------------------------------------------------

PARTLY: Final[Mapping[str, str]] = {
    "SystemStatus": "`upcoming_maintenance` and `emergency` are always empty",
    "Assets": "no tokenized assets: that class is empty",
    "AssetPairs": "no tokenized assets, and nothing at Bitnomial: both are empty; `country_code` changes nothing",
    "Trades": "the last 1,000 trades of each pair are kept",
    "PostTrade": "the last 1,000 trades of each pair are kept",
    "BalanceEx": "nobody has credit: `credit` and `credit_used` are absent",
    "CreditLines": "always null: nobody has credit",
    "OpenOrders": "no `link_id`; `sender_sub_id` only where it was given; `rebase_multiplier` changes nothing",
    "ClosedOrders": "as OpenOrders; `consolidate_taker` changes nothing",
    "QueryOrders": "as ClosedOrders",
    "TradesHistory": "`consolidate_taker` changes nothing: a row a fill",
    "Ledgers": "types that happen here: trade, margin, settled, rollover, deposit, withdrawal",
    "GetApiKeyInfo": "keys never end and have no list of addresses: those fields are 0 or empty",
    "AddOrder": "`broker` changes nothing; a conditional close cannot be an iceberg",
    "AddOrderBatch": "as AddOrder",
    "AmendOrder": "`pair` changes nothing",
    "EditOrder": "`cancel_response` changes nothing; never `status` `err`: an error is an error",
    "CancelOrder": "never `pending`: a cancel is done when it is answered",
    "CancelAll": "never `pending`",
    "DepositMethods": "one made-up method an asset",
    "DepositAddresses": "one made-up address an asset; nothing ever arrives there. Deposit by the control API",
    "DepositStatus": "always `Success`, on one page",
    "WithdrawMethods": "one made-up method an asset, over a network of its name",
    "WithdrawAddresses": "one made-up address an asset, under the key `main`",
    "Withdraw": "done at once, without a fee; the money is gone. `address` changes nothing",
    "WithdrawStatus": "always `Success`, on one page",
    "WithdrawCancel": "always `EFunding:Unknown reference id`: a withdrawal is done at once",
    "WalletTransfer": "always `EAccount:Invalid permissions`: there is no futures wallet",
    "CreateSubaccount": "always `EAccount:Invalid permissions`. Open accounts by the control API",
    "AccountTransfer": "always `EAccount:Invalid permissions`",
    "Earn/Strategies": "made-up strategies, to which nobody can allocate",
    "Earn/Allocations": "nothing is allocated",
    "Earn/Allocate": "always `EEarnings:Permission denied`",
    "Earn/Deallocate": "always `EEarnings:Permission denied`",
    "Earn/AllocateStatus": "nothing is pending",
    "Earn/DeallocateStatus": "nothing is pending",
}

# -- Errors ----------------------------------------------------------------------------------------------------

There = Literal["yes", "fault", "no"]


@dataclass(frozen=True, slots=True)
class KnownError:
    """One of Kraken's error texts. In angle brackets stands what differs."""

    text: str
    there: There
    note: str = ""


def _yes(text: str, note: str = "") -> KnownError:
    return KnownError(text, "yes", note)


def _fault(text: str, note: str = "") -> KnownError:
    return KnownError(text, "fault", note)


def _no(text: str, note: str) -> KnownError:
    return KnownError(text, "no", note)


ERRORS: Final[Mapping[str, tuple[KnownError, ...]]] = {
    "Authentication, permission, session": (
        _yes("EAPI:Invalid key", "missing or unknown; keys have no end and no list of addresses here"),
        _yes("EAPI:Invalid signature"),
        _yes("EAPI:Invalid nonce", "the nonce window of a key is heeded"),
        _fault("EAPI:Invalid token", "the kind `invalid_session`, with this text"),
        _yes("ESession:Invalid session", "v1 and v2"),
        _yes("Token(s) not found", "v1 and v2"),
        _yes("EAPI:Bad request", "a body that is neither form nor JSON"),
        _fault("EAPI:Feature disabled"),
        _fault("EAuth:Failed"),
        _fault("EAuth:Account temporary disabled"),
        _fault("EAuth:Account unconfirmed"),
        _fault("EAuth:Rate limit exceeded"),
        _fault("EAuth:Too many requests"),
        _yes("EGeneral:Permission denied"),
        _yes("EAccount:Invalid permissions", "wallet and subaccount calls"),
        _yes("EGeneral:Temporary lockout"),
    ),
    "Rate and volume limits": (
        _yes("EAPI:Rate limit exceeded", "a key's counter; public calls of an address"),
        _fault("EService:Throttled:<unix>", "calls are answered one at a time: nobody has too many at once"),
        _fault("EGeneral:Too many requests"),
        _yes("EOrder:Rate limit exceeded"),
        _fault("EOrder:Domain rate limit exceeded", "its numbers are not published"),
        _yes("EOrder:Orders limit exceeded"),
        _fault("EOrder:Scheduled orders limit exceeded", "its number is not published"),
        _yes("EOrder:Positions limit exceeded", "beyond 1,000 open positions"),
        _yes("Exceeded msg rate", "v1 and v2; also for level 3 subscribed too fast"),
    ),
    "Service state": (
        _yes("EService:Unavailable", "in a maintenance; by faults with or without the order done"),
        _yes("EService:Busy", "beyond a million open orders; by faults"),
        _yes("EService:Deadline elapsed", "a deadline that is over when the request comes"),
        _yes("EService:Market in cancel_only mode"),
        _yes("EService:Market in post_only mode"),
        _yes("EService:Market in limit_only mode"),
        _fault("EGeneral:Internal error", "`refuse`, or `error_after_accept` with the order done; and a bug of ours"),
        _fault("EDatabase:Internal error"),
        _fault("WDatabase:No change", "as the only text, without a result"),
        _fault("HTTP 5xx", "`rest_status`, `upgrade_refused`"),
        _fault("Cloudflare 520 to 527", "`rest_status`, `upgrade_refused`"),
        _fault("no answer in time", "`rest_delay`, `late_answer`, `lost_answer`"),
        _fault("dropped connection", "`rest_drop`, `close`"),
        _fault('close 1013 "Market data unavailable"', "`close` with code 1013"),
    ),
    "Request validation": (
        _yes("EGeneral:Invalid arguments", "with the field: `:volume`, `:price`; REST's names at the engine's checks"),
        _yes("EGeneral:Invalid arguments:Index unavailable", "a trigger by the index of a pair without one"),
        _yes("EGeneral:Invalid arguments:volume minimum not met", "v2's words for `EOrder:Order minimum not met`"),
        _yes("EGeneral:Invalid arguments:no_mpp order option is only available when ordertype = market", "v2"),
        _yes("EGeneral:Invalid arguments:Invalid strategy ID"),
        _yes("EGeneral:Unknown method", "also for a wrong HTTP method"),
        _yes("EQuery:Unknown asset"),
        _yes("EQuery:Unknown asset pair", "also for a pair that was delisted"),
        _fault("EQuery:Invalid asset pair", "`EQuery:Unknown asset pair` is said"),
        _fault("ETrade:Invalid request", "`EGeneral:Invalid arguments` is said"),
        _fault("ETrade:Locked"),
        _fault("ETrade:User Locked"),
        _yes("<Field> field must be a number_float", "v2"),
    ),
    "Order placement": (
        _yes("EOrder:Insufficient funds"),
        _yes("EOrder:Insufficient margin", "an asset that is not lent"),
        _yes("EOrder:Insufficient initial margin"),
        _yes("EOrder:Order minimum not met", "REST and v1"),
        _yes("EOrder:Cost minimum not met"),
        _yes("EOrder:Tick size check failed", "MATIC/EUR, whose tick is 0.0005: the other pairs say `Invalid price`"),
        _yes("EOrder:Invalid price"),
        _yes("EOrder:Invalid order", "QueryOrders of an unknown id, as recorded"),
        _yes("EOrder:Post only order", "an amend that would take; a new order by the rule `post_only_refused`"),
        _yes("EOrder:Cannot open position"),
        _fault("EOrder:Cannot open opposing position", "an opposing order closes"),
        _yes("EOrder:Margin allowance exceeded", "by tier: 10 thousand, 500 thousand, 10 million USD; plausible"),
        _yes("EOrder:Margin level too low", "at the pair's margin call level, 80 %"),
        _yes("EOrder:Margin position size exceeded"),
        _yes("EOrder:Reduce only:No position exists"),
        _yes("Reduce only:Position is closed", "as the `reason` of the rest that is canceled, without `EOrder:`"),
        _fault("EOrder:Reduce only:Non-PC"),
        _fault("EOrder:Reduce only:Non-ECP"),
        _yes("EOrder:Unknown position", "settle-position of nothing"),
        _fault("EOrder:Trading agreement required"),
        _fault("EBM:limit exceeded:CAL"),
    ),
    "Amend, edit, cancel": (
        _yes("EOrder:Unknown order"),
        _fault("EOrder:Cancel pending", "a cancel is done when it is answered"),
        _yes("EOrder:Order not editable", "conditional close, cash orders, triggers that were set off"),
        _yes("EOrder:Not enough leaves qty", "edit"),
    ),
    "Funding and Earn": (
        _yes("EFunding:Max fee exceeded", "only for a `max_fee` below zero: there is no fee"),
        _yes("EFunding:Unknown withdraw key", "any but `main`"),
        _no("EFunding:Unknown asset", "`EQuery:Unknown asset` is said"),
        _yes("EFunding:Unknown reference id"),
        _fault("EFunding:Invalid reference id"),
        _yes("EFunding:Invalid amount"),
        _fault("EFunding:Invalid staking method"),
        _fault("EFunding:Too many addresses"),
        _yes("EFunding:No funding method"),
        _fault("Invalid withdrawal address"),
        _yes("EEarnings:Permission denied:The user's tier is not high enough"),
        _fault("EEarnings:Below min:(De)allocation operation amount less than minimum"),
        _fault("EEarnings:Busy:Another (de)allocation for the same strategy is in progress"),
        _fault("EEarnings:Busy"),
        _fault("EEarnings:Insufficient funds:Insufficient funds to complete the (de)allocation request"),
        _fault("EEarnings:Above max:The allocation exceeds user limit for the strategy"),
        _fault("EEarnings:Above max:The allocation exceeds the total strategy limit"),
    ),
    "WebSocket subscriptions": (
        _yes("Currency pair not supported <pair>", "v1 and v2, also for the other version's name"),
        _yes("Currency pair not in ISO 4217-A3 format <pair>", "v1 and v2: no slash"),
        _yes("Already subscribed", "v1 and v2, also at another depth"),
        _yes("Subscription name invalid", "v1 and v2"),
        _yes("Subscription depth not supported", "v1 and v2"),
        _yes("Subscription book depth must be an integer", "v1 and v2, there also for level 3"),
        _yes("Subscription ohlc interval not supported", "v1 and v2"),
        _yes("Subscription ohlc interval must be an integer", "v1 and v2"),
        _yes("Subscription ohlc requires interval", "v1: an interval that is null; without one it is 1"),
        _yes("Subscription field must be an object", "v1"),
        _yes("Subscription object unsupported field", "v1"),
        _yes("Pair field must be an array", "v1"),
        _yes("Pair field unsupported for this subscription type", "v1"),
        _yes("Pair(s) not found", "v1"),
        _yes("Event(s) not found", "v1"),
        _yes("Subscription <book> doesn't require <interval>", "v1; likewise spread and depth, and so on"),
        _yes("Subscription Not Found", "v1 and v2; v2's answer says method `subscribe`, as recorded"),
        _yes("Malformed request", "v1 and v2"),
        _yes("Unsupported event", "v1 and v2"),
        _yes("Unsupported field: '<name>' for the given msg type: <method>", "v2"),
        _yes("Public channels not available in this endpoint", "v1"),
        _yes("Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com", "v2"),
        _yes("Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com", "v1 and v2"),
        _yes("EGeneral:Permission denied", "v1 and v2"),
        _yes("Exceeded msg rate", "v1 and v2"),
    ),
}  # fmt: skip

_WORDS: Final[Mapping[There, str]] = {"yes": "yes", "fault": "by a fault", "no": "no"}
_GROUPS: Final[Mapping[Group, str]] = {
    "frames": "frames to a client",
    "answers": "answers over WebSocket",
    "requests": "requests, before they are done",
    "upgrades": "WebSocket upgrades",
    "rest": "answers over REST",
    "levels": "while it lasts",
    "venue": "the venue",
}
_WHEN: Final = (
    "at_s",
    "for_s",
    "count",
    "every",
    "share",
    "channel",
    "symbol",
    "role",
    "account",
    "peer",
    "method",
    "door",
)
_COSTS: Final[Mapping[str, str]] = {"call": "1", "history": "`history_call_cost`", "orders": "0: the engine's rate"}


def drawn(page: str) -> str:
    """Return the page with every drawn part as the code has it now."""

    def part(found: re.Match[str]) -> str:
        lines = "\n".join(PARTS_DRAWN[found[2]]()).rstrip()
        return f"{found[1]}\n{lines}\n\n{found[3]}"

    return _MARKED.sub(part, page)


def _table(head: Row, rows: Iterator[Row]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _code(*names: str) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _rules() -> Iterator[str]:
    rows = ((f"`{field.name}`", f"`{field.default}`", RULES[field.name]) for field in fields(Rules))
    return _table(("setting", "default", "what it is for"), rows)


def _rest() -> Iterator[str]:
    def row(name: str, right: str, cost: str) -> Row:
        return f"`{name}`", right, cost, f"partly: {PARTLY[name]}" if name in PARTLY else "yes"

    rows = (
        row(method.name, _permission(method.any_of, method.all_of), _COSTS[method.cost])
        if isinstance(method, PrivateMethod)
        else row(method.name, "public", "1, of the address")
        for method in METHODS
    )
    return _table(("method", "permission", "cost", "there"), rows)


def _permission(any_of: Sequence[str], all_of: Sequence[str]) -> str:
    return " and ".join(all_of) or " or ".join(any_of) or "any key"


def _right(name: str, rights: Mapping[str, tuple[frozenset[str], ...]]) -> str:
    return " or ".join(" and ".join(sorted(all_of)) for all_of in rights[name]) or "a token"


def _channels() -> Iterator[str]:
    def row(name: str) -> Row:
        host, _ = v2_channels.ELSEWHERE[name]
        defaults = v2_channels.DEFAULTS[name]
        options = [
            f"`{field}` ({str(defaults[field]).lower()})" if field in defaults else f"`{field}`"
            for field in v2_channels._FIELDS[name]  # noqa: SLF001 - This table is drawn from it.
            if field not in {"channel", "token", "warnings", "maxratecount"}
        ]
        return f"`{name}`", host, _right(name, RIGHTS) if name in RIGHTS else "none", ", ".join(options)

    return _table(
        ("channel", "host", "permission", "parameters (default)"), (row(name) for name in v2_channels.ELSEWHERE)
    )


def _methods() -> Iterator[str]:
    rows = (
        (f"`{name}`", _right(name, RIGHTS), _code(*(field for field in parameters if field != "token")) or "none")
        for name, parameters in FIELDS.items()
    )
    return _table(("method", "permission", "parameters, besides `token`"), rows)


def _v1() -> Iterator[str]:
    rows = (
        (
            f"`{event}`",
            f"`{answer}`" if event != "ping" else "`pong`",
            _right(event, V1_RIGHTS) if event in V1_RIGHTS else "",
        )
        for event, answer in ANSWER_EVENTS.items()
    )
    return _table(("event", "answer", "permission"), rows)


def _faults() -> Iterator[str]:
    rows = (
        (f"[`{name}`](faults.md#{name})", _GROUPS[kind.group], _code(*(key for key in kind.takes if key not in _WHEN)))
        for name, kind in KINDS.items()
    )
    return _table(("kind", "acts on", "keys of its own"), rows)


def _tiers() -> Iterator[str]:
    rows = (
        (
            tier,
            f"{MAXIMA[tier]:g}, falls {DECAYS_PER_S[tier]:g} a second",
            f"{THRESHOLDS[tier]}, falls {Decimal(DECAYS[tier] * 1_000_000_000) / PARTS:f} a second",
            str(OPEN_ORDERS[tier]),
        )
        for tier in THRESHOLDS
    )
    return _table(("tier", "REST counter of a key", "engine's rate, a pair", "open orders, a pair"), rows)


def _ages() -> Iterator[str]:
    columns = [below_ns // 1_000_000_000 for below_ns, _ in CANCEL_COSTS]

    def row(name: str, costs: Sequence[tuple[int, int]]) -> Row:
        points = {below_ns // 1_000_000_000: points for below_ns, points in costs}
        return name, *(f"+{points[column]}" if column in points else "0" for column in columns)

    rows = (row("amend", AMEND_COSTS), row("edit", EDIT_COSTS), row("cancel", CANCEL_COSTS))
    return _table(("younger than", *(f"{column} s" for column in columns)), iter(rows))


def _fees() -> Iterator[str]:
    def row(name: str, schedule: Schedule) -> Iterator[Row]:
        for tier in schedule.tiers:
            maker, taker = (f"{Decimal(rate * 100) / RATE_ONE:.2f} %" for rate in (tier.maker_rate, tier.taker_rate))
            yield name, f"{tier.volume_usd:,}", maker, taker

    def rows() -> Iterator[Row]:
        yield from row("others", SPOT)
        yield from row("base is USDT, USDC or government money", STABLE_AND_FX)

    return _table(("pairs", "from a volume of 30 days, USD", "maker", "taker"), rows())


def _pairs() -> Iterator[str]:
    rows = (
        (
            pair.symbol,
            pair.rest_id,
            pair.wsname,
            str(pair.price_precision),
            str(pair.qty_precision),
            f"{pair.qty(pair.qty_lots_min).normalize():f}",
            f"{pair.cost_min:f}",
            f"{pair.leverages[-1]}:1" if pair.leverages else "",
            "yes" if pair.has_index else "",
        )
        for pair in PAIRS
    )
    head = (
        "v2",
        "REST",
        "v1",
        "price decimals",
        "quantity decimals",
        "least quantity",
        "least cost",
        "margin",
        "index",
    )
    return _table(head, rows)


def _errors() -> Iterator[str]:
    for section, errors in ERRORS.items():
        yield f"**{section}**"
        yield ""
        yield from _table(
            ("text", "there", ""), ((f"`{error.text}`", _WORDS[error.there], error.note) for error in errors)
        )
        yield ""


PARTS_DRAWN: Final[Mapping[str, Callable[[], Iterator[str]]]] = {
    "rules": _rules,
    "rest": _rest,
    "channels": _channels,
    "methods": _methods,
    "v1": _v1,
    "faults": _faults,
    "tiers": _tiers,
    "ages": _ages,
    "fees": _fees,
    "pairs": _pairs,
    "errors": _errors,
}


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text()))
