"""What is kept of an exchange from one run to the next: writing it down, and bringing it back.

Kept are the clients' accounts with balances, volumes, ledger, fills, closed orders and positions, the venue's own two
accounts, the pairs' precisions and trade ids, and the API keys with their secrets and nonces.

Not kept are session tokens, rate counters, dead man's switches, exports, prices and books, and the market's accounts.
Open orders end with the run: they are told as cancelled, with nothing kept aside. Between two runs loans cost nothing.

Pure. Imports: access, bank, core, listing, saved. Imported by: exchange.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Final, Generic, TypeVar

import msgspec
from msgspec import structs

from fathom.exchange.access import ApiKey, Keyring, Nonces
from fathom.exchange.bank import FEES, LENDER, Account, Fill, LedgerEntry, Position
from fathom.exchange.core import Market, Order, Venue
from fathom.exchange.saved import FORMAT, ORDER_FIELDS, VERSION, OrderForm, Saved, SavedKey, SavedPair

STOPPED: Final = "Exchange stopped"  # Why an order ended that was open when the document was written.

_encode: Final = msgspec.json.Encoder().encode
_T = TypeVar("_T")


def seed_of_run(seed: int, *, run: int) -> int:
    """Return the seed of one run's ids and tokens, so that none comes twice. The first run's is the seed itself."""
    return seed if run == 0 else Random(f"{seed}/run {run}").getrandbits(63)


# -- Writing -------------------------------------------------------------------------------------------------


class Saver:
    """Writes one exchange down, as often as asked; each row of history is put into words once.

    `run` is the number of runs before this one. Ask between two commands; nothing changes by it.
    """

    def __init__(self, *, venue: Venue, keyring: Keyring, run: int) -> None:
        self._venue = venue
        self._keyring = keyring
        self._run = run
        self._histories: dict[str, _History] = {}
        self._changes = venue.listing.changes

    def keep_up(self) -> None:
        """Put what is new into words: done often, it leaves `save` little to do."""
        changes = self._venue.listing.changes
        if changes != self._changes:  # History may be in other ticks and lots now, or was in between.
            self._changes = changes
            self._histories.clear()
        for account in self._clients():
            history = self._histories.get(account.name)
            if history is None:
                history = self._histories[account.name] = _History()
            history.follow(account)

    def save(self, *, now_ns: int) -> bytes:
        """Return the document."""
        self.keep_up()
        venue = self._venue
        accounts = venue.bank.accounts
        document = _object(
            {
                "format": _value(FORMAT),
                "version": _value(VERSION),
                "run": _value(self._run),
                "saved_ns": _value(now_ns),
                "assets": _value({symbol: asset.decimals for symbol, asset in venue.listing.assets.items()}),
                "pairs": _value({symbol: _pair_form(market) for symbol, market in venue.markets.items()}),
                "fees": _value(self._amounts(accounts[FEES])),
                "lender": _value(self._amounts(accounts[LENDER])),
                "accounts": _list(self._account(account, now_ns=now_ns) for account in self._clients()),
                "keys": _list(_value(_key_form(key)) for key in self._keyring.keys()),  # noqa: SIM118 - It is no dict.
            }
        )
        return b"".join(document) + b"\n"

    def _clients(self) -> list[Account]:
        return [account for account in self._venue.bank.accounts.values() if not account.house]

    def _account(self, account: Account, *, now_ns: int) -> Iterator[bytes]:
        history = self._histories[account.name]
        stopped = [_encode(_stopped(order, now_ns=now_ns)) for order in account.orders.values()]
        return _object(
            {
                "name": _value(account.name),
                "number": _value(account.number),
                "tier": _value(account.tier),
                "balances": _value(self._amounts(account)),
                "volumes": _value(account.volumes),
                "ledger": _rows(history.ledger.texts),
                "fills": _rows(history.fills.texts),
                "closed": _rows([*history.closed.texts, *stopped]),
                "positions": _list(_value(position) for position in account.positions.values()),
                "positions_closed": _rows(history.positions.texts),
            }
        )

    def _amounts(self, account: Account) -> dict[str, str]:
        assets = self._venue.listing.assets
        return {asset: assets[asset].amount_text(units) for asset, units in account.balances.items() if units}


class _History:
    """One client's histories as they stand in the document."""

    __slots__ = ("closed", "fills", "ledger", "positions")

    def __init__(self) -> None:
        self.ledger = _Texts[LedgerEntry](_encode)
        self.fills = _Texts[Fill](_encode)
        self.closed = _Texts[Order](lambda order: _encode(_form(order)))
        self.positions = _Texts[Position](_encode)

    def follow(self, account: Account) -> None:
        self.ledger.follow(account.ledger)
        self.fills.follow(account.fills)
        self.closed.follow(account.closed)
        self.positions.follow(account.positions_closed)


class _Texts(Generic[_T]):
    """One history, whose rows never change: one text each."""

    __slots__ = ("_last", "_text_of", "texts")

    def __init__(self, text_of: Callable[[_T], bytes]) -> None:
        self._text_of = text_of
        self._last: _T | None = None
        self.texts: deque[bytes] = deque()

    def follow(self, history: deque[_T]) -> None:
        """Take in what came since the last time, and forget what went."""
        fresh: list[_T] = []
        for row in reversed(history):
            if row is self._last:
                break
            fresh.append(row)
        if fresh:
            self._last = fresh[0]
            self.texts.extend(self._text_of(row) for row in reversed(fresh))
        while len(self.texts) > len(history):
            self.texts.popleft()


def _form(order: Order) -> OrderForm:
    return msgspec.convert(order, OrderForm, from_attributes=True)


def _stopped(order: Order, *, now_ns: int) -> OrderForm:
    """Return an open order as it will have ended."""
    form = _form(order)
    form.status, form.reason, form.closed_ns = "canceled", STOPPED, now_ns
    form.resting, form.shown_lots, form.held_units = False, 0, 0
    return form


def _pair_form(market: Market) -> SavedPair:
    pair = market.pair
    return SavedPair(pair.price_precision, pair.qty_precision, market.next_trade_id)


def _key_form(api_key: ApiKey) -> SavedKey:
    return SavedKey(
        key=api_key.key,
        secret=api_key.secret,
        account=api_key.account,
        label=api_key.label,
        permissions=sorted(api_key.permissions),
        otp=api_key.otp,
        created_ns=api_key.created_ns,
        modified_ns=api_key.modified_ns,
        last_used_ns=api_key.last_used_ns,
        nonce_window=api_key.nonces.window,
        nonce_highest=api_key.nonces.highest,
        nonce_floor=api_key.nonces.floor,
        nonces_used=api_key.nonces.used,
    )


# The document in pieces: where histories are long, each copy of it would cost a tenth of a second.


def _object(fields: Mapping[str, Iterable[bytes]]) -> Iterator[bytes]:
    opening = b"{\n"
    for name, pieces in fields.items():
        yield b'%b"%b": ' % (opening, name.encode())
        yield from pieces
        opening = b",\n"
    yield b"\n}"


def _list(rows: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    opening = b"[\n"
    for pieces in rows:
        yield opening
        yield from pieces
        opening = b",\n"
    yield b"\n]" if opening == b",\n" else b"[]"


def _rows(texts: Collection[bytes]) -> list[bytes]:
    return [b"[\n", b",\n".join(texts), b"\n]"] if texts else [b"[]"]


def _value(value: object) -> list[bytes]:
    return [_encode(value)]


# -- Bringing back -------------------------------------------------------------------------------------------


def restore(saved: Saved, *, venue: Venue, keyring: Keyring, now_ns: int) -> list[ApiKey]:
    """Bring a document back into a new venue, before anybody else opens an account; return the keys.

    `saved` was loaded for the venue's listing.
    """
    bank = venue.bank
    for symbol, pair in saved.pairs.items():
        _resume_pair(venue, symbol, pair, now_ns=now_ns)
    venue.take_events()  # Nobody is there who would have known the pairs before.
    _put_back(venue, bank.accounts[FEES], saved, saved.fees)
    _put_back(venue, bank.accounts[LENDER], saved, saved.lender)
    opened: list[tuple[Account, Position]] = []
    for row in saved.accounts:
        account = bank.open_account(row.name, number=row.number, tier=row.tier)
        _put_back(venue, account, saved, row.balances)
        account.volumes.update(row.volumes)
        account.volume_units = sum(row.volumes.values())
        account.ledger.extend(row.ledger)
        account.fills.extend(row.fills)
        account.positions_closed.extend(row.positions_closed)
        for form in row.closed:
            venue.remember(_order(form, account))
        opened += ((account, position) for position in row.positions)
    for account, position in sorted(opened, key=lambda of: of[1].opened_ns):
        position.rollover_ns += now_ns - saved.saved_ns
        bank.put_back_position(account, position)
    return [_add_key(row, keyring) for row in saved.keys]


def _resume_pair(venue: Venue, symbol: str, saved: SavedPair, *, now_ns: int) -> None:
    market = venue.markets.get(symbol)
    if market is None:
        return  # Not listed now, and in nobody's history.
    market.next_trade_id = saved.next_trade_id
    pair = structs.replace(market.pair, price_precision=saved.price_precision, qty_precision=saved.qty_precision)
    if pair != market.pair:
        venue.set_pair(pair, now_ns=now_ns)


def _put_back(venue: Venue, account: Account, saved: Saved, amounts: dict[str, Decimal]) -> None:
    for asset, amount in amounts.items():
        venue.bank.put_back(account, asset, saved.units(asset, amount))


def _order(form: OrderForm, account: Account) -> Order:
    return Order(account=account, **{name: getattr(form, name) for name in ORDER_FIELDS})


def _add_key(row: SavedKey, keyring: Keyring) -> ApiKey:
    api_key = keyring.add(
        row.account,
        key=row.key,
        secret=row.secret,
        permissions=frozenset(row.permissions),
        label=row.label,
        otp=row.otp,
        now_ns=row.created_ns,
    )
    api_key.modified_ns = row.modified_ns
    api_key.last_used_ns = row.last_used_ns
    api_key.nonces = Nonces(
        window=row.nonce_window, highest=row.nonce_highest, floor=row.nonce_floor, used=row.nonces_used
    )
    return api_key
