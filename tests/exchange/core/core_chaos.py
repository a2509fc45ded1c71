"""Many commands by chance, by several accounts, on one venue; what must always hold is looked at after each."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from core_scenario import CLIENTS, SECOND_NS, Scenario
from msgspec import structs

from fathom.exchange.core import Account, Order, OrderTold


class Chaos:
    """One venue, one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        usd, btc = self.rng.choice((("200000", "1000"), ("2000", "5"), ("300", "0.5")))
        self.scenario = Scenario(usd=usd, btc=btc)
        self.finals: dict[str, tuple[Any, ...]] = {}
        self.known: list[Order] = []

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.scenario.now_ns += self.rng.choice((0, 1, 1_000_000, SECOND_NS, 20 * SECOND_NS))
            self.rng.choice(COMMANDS)(self)
            self.look()
        for name in CLIENTS:
            self.scenario.venue.cancel_all(self.scenario.accounts[name], now_ns=self.scenario.now_ns)
        self.look()
        for account in self.scenario.accounts.values():
            assert not any(account.held.values())
            assert account.margin_holds == {}

    def look(self) -> None:
        self.scenario.look()
        for event in self.scenario.events:
            if isinstance(event, OrderTold):
                order = event.order
                assert not order.account.house
                assert order.order_id not in self.finals, "a final order said something"
                if event.exec_type in {"filled", "canceled", "expired"}:
                    self.finals[order.order_id] = _state(order)
                    self.known.append(order)
        for order in self.known:
            assert _state(order) == self.finals[order.order_id]
        for account in self.scenario.accounts.values():
            for order in account.orders.values():
                assert order.is_open
                assert order.left_lots > 0 or order.cash_units is not None

    def _account(self) -> Account:
        return self.scenario.accounts[self.rng.choice((*CLIENTS, "hal"))]

    def _price(self) -> str:
        return f"{self.rng.randint(900, 1100) / 10}"

    def _qty(self) -> str:
        return f"{self.rng.choice((0.1, 0.5, 1, 2.5, 7, 40))}"

    def add(self) -> None:
        rng = self.rng
        side, qty, price = rng.choice(("buy", "sell")), self._qty(), self._price()
        forms = (
            f"@ {price}",
            f"@ {price}",
            f"@ {price} post",
            f"@ {price} ioc",
            f"@ {price} fok",
            f"@ {price} shows {float(qty) / 2:.2f}",
            f"@ {price} gtd {rng.choice((1, 5, 30))}",
            f"@ {price} at {rng.choice((1, 5, 30))}",
            f"@ {price} x{rng.choice((2, 5, 10))}",
            f"@ {price} x3 reduce",
            f"@ {price} close=limit,,{self._price()}",
            f"@ {price} close=stop-loss,{rng.choice(('-2%', '2%', '95'))},",
            f"@ {price} base",
            "market",
            "market x5",
            "market x5 reduce",
            f"stop {price}",
            f"profit {price} x2",
            f"stop {price} limit {self._price()}",
            f"stop {rng.choice(('-1%', '+1%', '-3q'))} index",
            f"trail {rng.choice(('1%', '3q'))}",
            f"trail 2q limit {rng.choice(('-1q', '0q', '1%'))}",
        )
        text = f"{side} {qty} {rng.choice(forms)} stp={rng.choice(('newest', 'oldest', 'both'))}"
        if rng.random() < 0.05:
            text = f"buy cash {rng.randint(10, 5000)} market"
        elif rng.random() < 0.05:
            text = f"settle {side} {rng.choice((0, qty))}"
        if rng.random() < 0.3:
            text += f" tag={rng.randint(1, 5)}"
        self.scenario.venue.add_order(self._account(), self.scenario.ticket(text), now_ns=self.scenario.now_ns)

    def add_batch(self) -> None:
        tickets = [
            self.scenario.ticket(f"{self.rng.choice(('buy', 'sell'))} {self._qty()} @ {self._price()}")
            for _ in range(self.rng.randint(2, 4))
        ]
        account = self.scenario.accounts[self.rng.choice(CLIENTS)]
        self.scenario.venue.add_batch(account, self.scenario.symbol, tickets, now_ns=self.scenario.now_ns)

    def _some_order(self) -> Order | None:
        orders = [order for account in self.scenario.accounts.values() for order in account.orders.values()]
        return self.rng.choice(orders) if orders else None

    def amend(self) -> None:
        order = self._some_order()
        if order is None:
            return
        rng = self.rng
        self.scenario.orders["it"] = order
        asked = rng.choice(
            (
                f"qty {self._qty()}",
                f"price {self._price()}",
                f"price {self._price()} post",
                f"qty {self._qty()} price {self._price()}",
                f"shows {self._qty()}",
                f"stop {self._price()}",
                "stop 1%",
            )
        )
        amendment = self.scenario.amendment("it", asked.split())
        self.scenario.venue.amend_order(order.account, amendment, now_ns=self.scenario.now_ns)

    def edit(self) -> None:
        order = self._some_order()
        if order is None:
            return
        self.scenario.orders["it"] = order
        asked = self.rng.choice((f"qty {self._qty()}", f"price {self._price()}", f"price {self._price()} post tag=2"))
        replacement = self.scenario.replacement("it", asked.split())
        self.scenario.venue.edit_order(order.account, replacement, now_ns=self.scenario.now_ns)

    def cancel(self) -> None:
        order = self._some_order()
        if order is not None:
            self.scenario.venue.cancel_order(order.account, order_id=order.order_id, now_ns=self.scenario.now_ns)

    def cancel_many(self) -> None:
        venue, account, now_ns = self.scenario.venue, self._account(), self.scenario.now_ns
        match self.rng.randint(0, 8):
            case 0:
                venue.cancel_all(account, now_ns=now_ns)
            case 1 | 2:
                venue.cancel_all_after(account, timeout_s=self.rng.choice((0, 2, 60)), now_ns=now_ns)
            case 3 | 4:
                venue.cancel_batch(account, ["1", "2", *list(account.orders)[:2]], [], now_ns=now_ns)
            case _:
                venue.cancel_order(account, userref=self.rng.randint(1, 5), now_ns=now_ns)

    def steer(self) -> None:
        venue, now_ns, rng = self.scenario.venue, self.scenario.now_ns, self.rng
        match rng.randint(0, 7):
            case 0:
                venue.set_system(rng.choice(("post_only", "limit_only", "cancel_only", "maintenance")), now_ns=now_ns)
                self.look()
                self.scenario.now_ns += 3 * SECOND_NS
                venue.set_system("online", now_ns=self.scenario.now_ns)
            case 1 | 2 | 3:
                index = rng.choice((None, rng.randint(900, 1100)))
                venue.set_index(self.scenario.symbol, index, now_ns=now_ns)
            case 4:
                status = rng.choice(("post_only", "reduce_only", "online"))
                venue.set_pair(structs.replace(self.scenario.pair, status=status), now_ns=now_ns)
                self.look()
                venue.set_pair(structs.replace(self.scenario.pair, status="online"), now_ns=now_ns)
            case _:
                venue.advance(now_ns)


def _state(order: Order) -> tuple[Any, ...]:
    return (
        order.status,
        order.reason,
        order.qty_lots,
        order.cum_lots,
        order.cum_cost_units,
        order.cum_fee_units,
        order.limit_ticks,
        order.held_units,
        order.shown_lots,
        order.resting,
        order.closed_ns,
        len(order.fill_ids),
    )


COMMANDS: Final[tuple[Callable[[Chaos], None], ...]] = (
    *[Chaos.add] * 12,
    Chaos.add_batch,
    *[Chaos.amend] * 4,
    Chaos.edit,
    *[Chaos.cancel] * 4,
    Chaos.cancel_many,
    Chaos.steer,
)
