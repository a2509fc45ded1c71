"""What the control API may do to the exchange.

Pure. Imports: access, account_told, bank, clock, core, faults, listing, moving, samples, settings.
Imported by: exchange.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, get_args

from msgspec import structs

from fathom.domain import LocalError, PairStatus
from fathom.exchange.access import ApiKey, Keyring
from fathom.exchange.account_told import account_history, account_state
from fathom.exchange.bank import Account, Bank, Refusal
from fathom.exchange.clock import Clock
from fathom.exchange.core import SystemStatus, Venue
from fathom.exchange.faults import Faults, read_fault, rescaled
from fathom.exchange.listing import Listing
from fathom.exchange.moving import MovingMarket
from fathom.exchange.samples import TRADE, WITHDRAW, open_account
from fathom.exchange.settings import Settings

ACCOUNTS_MAX: Final = 1_000
PRECISION_MAX: Final = 12
_NAME_MAX: Final = 40
_PERMISSIONS: Final = WITHDRAW


class Steering:
    """One exchange under a person's hands: accounts, money, clock, market, states, faults."""

    def __init__(
        self,
        *,
        settings: Settings,
        clock: Clock,
        listing: Listing,
        bank: Bank,
        venue: Venue,
        keyring: Keyring,
        faults: Faults,
        market: MovingMarket,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._listing = listing
        self._bank = bank
        self._venue = venue
        self._keyring = keyring
        self._faults = faults
        self._market = market

    def state(self) -> dict[str, Any]:
        """Return the venue as it is. Amounts and prices are decimal texts."""
        return {
            "clock": {"now_ns": self._clock.now_ns},
            "system": self._venue.system,
            "market": {"paused": self._market.paused, "acts": self._market.acts},
            "pairs": [self._pair_state(symbol) for symbol in self._listing.pairs],
            "accounts": [self._account_state(account) for account in self._clients()],
        }

    def account(self, name: str) -> dict[str, Any]:
        """Return one account with all of its orders and fills that are remembered."""
        account = self._client(name)
        return {**self._account_state(account), **account_history(account, self._listing)}

    def open_account(self, name: str, permissions: frozenset[str] | None, *, funded: bool) -> ApiKey:
        """Open an account with one key."""
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum() or len(name) > _NAME_MAX:
            raise LocalError("name", f"must be up to {_NAME_MAX} letters, digits, - and _")
        if name in self._bank.accounts:
            raise LocalError("name", f"{name} is there already")
        if len(self._bank.accounts) >= ACCOUNTS_MAX:
            raise LocalError("name", f"there are {ACCOUNTS_MAX} accounts, which is the most")
        unknown = sorted((permissions or frozenset()) - _PERMISSIONS)
        if unknown:
            raise LocalError("permissions", f"{unknown[0]!r} is none of {', '.join(sorted(_PERMISSIONS))}")
        return open_account(
            name,
            TRADE if permissions is None else permissions,
            bank=self._bank,
            keyring=self._keyring,
            listing=self._listing,
            tier=self._settings.tier,
            seed=self._settings.seed,
            now_ns=self._clock.now_ns,
            funded=funded,
        )

    def move_money(self, name: str, asset: str, amount: Decimal) -> dict[str, Any]:
        """Deposit, or withdraw where the amount is negative."""
        account = self._client(name)
        known = self._listing.asset_by_rest(asset)
        if known is None:
            raise LocalError("asset", f"{asset} is not listed")
        units = known.units(amount)
        now_ns = self._clock.now_ns
        if units >= 0:
            self._bank.deposit(account, known.symbol, units, now_ns=now_ns)
        else:
            done = self._bank.withdraw(account, known.symbol, -units, now_ns=now_ns)
            if isinstance(done, Refusal):
                raise LocalError("amount", done.error)
        return {"asset": known.symbol, "balance": known.amount_text(account.balances.get(known.symbol, 0))}

    def move_clock(self, by_ns: int) -> int:
        """Move the venue's clock forward; the market goes on from there. Return the new time."""
        self._clock.move(by_ns)
        moved_ns = self._clock.now_ns + by_ns
        if self._market.participant is not None:
            self._market.participant.resume(moved_ns)
        return moved_ns

    def set_market(self, *, paused: bool | None, speed: float | None, rate: float | None) -> None:
        """Stop the market or let it go on, faster or slower: all that is asked for, or nothing."""
        if self._market.participant is None:
            raise LocalError("market", "nobody trades here but the clients")
        if speed is not None or rate is not None:
            self._market.participant.set_pace(speed=speed, rate=rate, now_ns=self._clock.now_ns)
        if paused is not None:
            self._market.pause(paused, now_ns=self._clock.now_ns)

    def set_system(self, status: str) -> None:
        """Change the engine's state."""
        word: SystemStatus | None = next((word for word in get_args(SystemStatus) if word == status), None)
        if word is None:
            raise LocalError("status", f"{status!r} is none of {', '.join(get_args(SystemStatus))}")
        self._venue.set_system(word, now_ns=self._clock.now_ns)

    def set_pair(self, symbol: str, changes: Mapping[str, Any]) -> None:
        """Change a pair's state or precisions; its minimum stays the same quantity."""
        pair = self._listing.pair(symbol)
        if pair is None:
            raise LocalError("symbol", f"{symbol} is not listed")
        if not changes:
            raise LocalError("status", "is required, or price_precision, or qty_precision")
        for field, value in changes.items():
            if field == "status":
                if value not in get_args(PairStatus):
                    raise LocalError("status", f"{value!r} is none of {', '.join(get_args(PairStatus))}")
            elif field not in {"price_precision", "qty_precision"}:
                raise LocalError(field, "cannot change: status, price_precision and qty_precision can")
            elif not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= PRECISION_MAX:
                raise LocalError(field, f"must be a whole number from 0 to {PRECISION_MAX}")
        table = Listing().pairs[symbol]  # Whose minimum comes back with its precision.
        changed = rescaled(
            structs.replace(pair, qty_precision=table.qty_precision, qty_lots_min=table.qty_lots_min),
            price_precision=changes.get("price_precision", pair.price_precision),
            qty_precision=changes.get("qty_precision", pair.qty_precision),
        )
        self._venue.set_pair(
            structs.replace(changed, status=changes.get("status", pair.status)), now_ns=self._clock.now_ns
        )

    def list_faults(self) -> list[dict[str, Any]]:
        """Return the faults that are on."""
        return self._faults.listed()

    def add_fault(self, table: dict[str, Any]) -> dict[str, Any]:
        """Switch a fault on."""
        return {"id": self._faults.add(read_fault(table), now_ns=self._clock.now_ns)}

    def remove_fault(self, fault_id: str | None) -> int:
        """Switch one off, or all; return how many."""
        if fault_id is None:
            return self._faults.clear()
        return 1 if self._faults.remove(fault_id) else 0

    def _client(self, name: str) -> Account:
        account = self._bank.accounts.get(name)
        if account is None or account.house:
            raise LocalError("name", f"no account {name}")
        return account

    def _clients(self) -> list[Account]:
        return [account for account in self._bank.accounts.values() if not account.house]

    def _pair_state(self, symbol: str) -> dict[str, Any]:
        market = self._venue.markets[symbol]
        pair = market.pair
        prices = {"best_bid": market.bids.best(), "best_ask": market.asks.best(), "last": market.last_ticks}
        return {
            "symbol": symbol,
            "status": pair.status,
            **{name: None if ticks is None else pair.price_text(ticks) for name, ticks in prices.items()},
            "bid_levels": len(market.bids),
            "ask_levels": len(market.asks),
        }

    def _account_state(self, account: Account) -> dict[str, Any]:
        return account_state(account, self._listing, switch_ns=self._venue.switch_ns(account))
