"""An exchange that can be stopped and started again, for tests of what is kept between two runs."""

from decimal import Decimal
from random import Random
from typing import Any

from fathom.exchange.access import PERMISSIONS, ApiKey, Keyring, make_key_pair
from fathom.exchange.bank import Account, Bank, Refusal
from fathom.exchange.core import Amended, Amendment, Conditional, Ids, Order, Rules, Ticket, Venue
from fathom.exchange.listing import Listing
from fathom.exchange.saved import load
from fathom.exchange.saving import Saver, restore, seed_of_run

START_NS = 1_767_614_400_000_000_000
SECOND_NS = 1_000_000_000
SYMBOLS = ("BTC/USD", "ETH/USD", "DOGE/USD", "EUR/USD")


class SavedExchange:
    """One run: a venue, its keys, a house that trades with everybody. `again` is the run after it."""

    def __init__(
        self,
        content: bytes | None = None,
        *,
        now_ns: int = START_NS,
        symbols: tuple[str, ...] = SYMBOLS,
        seed: int = 7,
    ) -> None:
        self.now_ns = now_ns
        self.listing = Listing.of(symbols)
        saved = None if content is None else load(content, listing=self.listing)
        self.run = 0 if saved is None else saved.run + 1
        seed = seed_of_run(seed, run=self.run)
        self.bank = Bank(self.listing, ids=Ids(seed))
        self.venue = Venue(self.listing, self.bank, seed=seed, now_ns=now_ns, rules=Rules(limits=False))
        self.keyring = Keyring(seed=seed)
        self.keys: list[ApiKey] = []
        if saved is not None:
            self.keys = restore(saved, venue=self.venue, keyring=self.keyring, now_ns=now_ns)
        self.saver = Saver(venue=self.venue, keyring=self.keyring, run=self.run)
        self.house = self.bank.open_account("house", number="HOUSE", house=True)

    def again(self, *, after_ns: int = 0, symbols: tuple[str, ...] = SYMBOLS) -> "SavedExchange":
        """Stop, and start so much later."""
        return SavedExchange(self.content(), now_ns=self.now_ns + after_ns, symbols=symbols)

    def content(self) -> bytes:
        """Return the document."""
        return self.saver.save(now_ns=self.now_ns)

    def open(self, name: str, *, otp: str | None = None, nonce_window: int = 0, **funds: str) -> Account:
        """Open an account with a key."""
        account = self.bank.open_account(name, number=f"AA{name.upper()}")
        for asset, amount in funds.items():
            self.bank.deposit(account, asset, self.listing.asset(asset).units(Decimal(amount)), now_ns=self.now_ns)
        key, secret = make_key_pair(Random(name))
        self.keys.append(
            self.keyring.add(
                name,
                key=key,
                secret=secret,
                permissions=frozenset(PERMISSIONS[:5]),
                label=f'{name}\'s "key"',
                otp=otp,
                nonce_window=nonce_window,
                now_ns=self.now_ns,
            )
        )
        return account

    def account(self, name: str) -> Account:
        return self.bank.accounts[name]

    def add(
        self, account: Account, side: Any, qty: str, price: str | None, symbol: str = "BTC/USD", **fields: Any
    ) -> Order:
        """Place an order that must not be refused; time goes on by a millisecond."""
        self.now_ns += 1_000_000
        order = self.venue.add_order(
            account,
            Ticket(
                symbol=symbol,
                side=side,
                order_type=fields.pop("order_type", "market" if price is None else "limit"),
                order_qty=Decimal(qty),
                limit_price=None if price is None else Decimal(price),
                **fields,
            ),
            now_ns=self.now_ns,
        )
        assert not isinstance(order, Refusal), order
        return order

    def fill(
        self,
        account: Account,
        side: Any,
        qty: str,
        price: str,
        symbol: str = "BTC/USD",
        *,
        as_maker: bool = False,
        **fields: Any,
    ) -> Order:
        """Trade with the house."""
        other: Any = "sell" if side == "buy" else "buy"
        if as_maker:
            order = self.add(account, side, qty, price, symbol, **fields)
            self.add(self.house, other, qty, price, symbol)
        else:
            self.add(self.house, other, qty, price, symbol)
            order = self.add(account, side, qty, price, symbol, **fields)
        assert order.status == "filled", order
        return order


def lively() -> SavedExchange:
    """Return an exchange in which all that is kept has happened."""
    exchange = SavedExchange()
    alice = exchange.open("alice", USD="100000", BTC="5", DOGE="100000", otp="s3cret", nonce_window=100)
    bob = exchange.open("bob", USD="50000", EUR="1000")
    exchange.open("carol")
    exchange.fill(alice, "buy", "0.5", "60000")
    exchange.fill(alice, "sell", "0.25", "60100.5", as_maker=True, cl_ord_id="mine", sender_sub_id='a },{" b')
    exchange.fill(bob, "buy", "100", "0.0712345", "DOGE/USD")
    exchange.fill(bob, "sell", "100", "1.09", "EUR/USD", fee_preference="base")
    # On margin: in turns, one closed, one closed in part.
    exchange.fill(alice, "buy", "0.1", "60000", leverage=3)
    exchange.fill(bob, "sell", "0.2", "60000", leverage=2)
    exchange.fill(alice, "sell", "1", "3000", "ETH/USD", leverage=2)
    exchange.fill(alice, "sell", "0.1", "60500", leverage=3)
    exchange.fill(bob, "buy", "0.05", "59000", leverage=2)
    exchange.fill(alice, "buy", "0.3", "60000", leverage=3)
    # Ended otherwise, and amended before.
    resting = exchange.add(alice, "buy", "0.3", "50000", userref=7)
    amendment = Amendment(order_id=resting.order_id, limit_price=Decimal(51000))
    assert isinstance(exchange.venue.amend_order(alice, amendment, now_ns=exchange.now_ns), Amended)
    exchange.venue.cancel_order(alice, order_id=resting.order_id, now_ns=exchange.now_ns)
    # Open when it stops.
    part = exchange.add(bob, "sell", "200", "1.2", "EUR/USD")
    exchange.add(exchange.house, "buy", "50", "1.2", "EUR/USD")
    assert part.status == "partially_filled"
    exchange.add(alice, "buy", "0.2", "40000", display_qty=Decimal("0.05"), cl_ord_id="ice", order_type="iceberg")
    exchange.add(alice, "sell", "0.1", None, order_type="stop-loss", trigger_price=Decimal(30000))
    exchange.add(
        alice,
        "sell",
        "0.1",
        None,
        order_type="trailing-stop",
        trigger_price=Decimal(5),
        trigger_price_type="pct",
        conditional=Conditional(order_type="limit", limit_price=Decimal(20000)),
    )
    exchange.add(bob, "buy", "0.1", "30000", leverage=2)
    alice_key = exchange.keys[0]
    for nonce in (500, 450, 470):
        assert alice_key.nonces.use(nonce)
    alice_key.last_used_ns = exchange.now_ns
    exchange.bank.check()
    return exchange
