"""A seeded trader on a whole exchange, over wires that take their time: its rate ledger beside the venue's counters."""

import json
from collections.abc import Callable
from decimal import Decimal
from heapq import heappop, heappush
from random import Random
from typing import Any

from fathom.protocol import decode
from fathom.protocol.budget import Action, Charge, Ledger, Method, tier_of
from fathom.protocol.messages import ExecutionsMessage
from fathom.protocol.refusals import refusal_of
from whole_exchange import MS_NS, PAIRS, SECOND_NS, Stage

PRICES = {"BTC/USD": 1_000, "ETH/USD": 100}  # Far below the market: nothing trades.
LIMITED = "EOrder:Rate limit exceeded"


class RatedSession:
    """Sends order requests at random, and compares ledger and venue at every step."""

    def __init__(
        self, seed: int, *, tier: str, delay_ms_max: int, pause_ms: int, obedient: bool, ratecounter: bool
    ) -> None:
        self.random = Random(seed)
        self.stage = Stage(seed=seed, tier=tier)
        self.client = self.stage.trader()
        ack, _ = self.client.subscribe("executions", snap_orders=True, snap_trades=False, ratecounter=ratecounter)
        self.ledger = Ledger(tier_of(ack["result"]["maxratecount"]))
        self.account = self.stage.exchange.bank.accounts["alice"]
        self.delay_ms_max, self.pause_ms, self.obedient = delay_ms_max, pause_ms, obedient
        self.events: list[tuple[int, int, Callable[[Any], None], Any]] = []
        self.count = 0
        self.up_ns = self.down_ns = 0
        self.flying: dict[int, Charge] = {}
        self.open: dict[str, str] = {}  # Our id and the pair, of orders that we know to be open.
        self.busy: set[str] = set()  # Those with a change on its way: no second one before its answer.
        self.errors: list[str] = []
        self.sent = 0
        self.excess_max = Decimal(0)
        self.full_max = Decimal(0)

    @property
    def now_ns(self) -> int:
        return self.stage.now_ns

    def run(self, seconds: int) -> None:
        """Trade for so long, then let everything arrive."""
        end_ns = self.now_ns + seconds * SECOND_NS
        self.later(self.now_ns, self.act, end_ns)
        while self.events:
            at_ns, _, what, argument = heappop(self.events)
            self.stage.now_ns = at_ns
            self.stage.exchange.wake(at_ns)
            what(argument)
            self.compare()

    def compare(self) -> None:
        """The ledger may think more than the venue counts, never less."""
        for symbol in PAIRS:
            venue = self.stage.exchange.venue.rates.count(self.account, symbol, self.stage.venue_ns)
            ours = Decimal(self.ledger.count_parts(symbol, now_ns=self.now_ns)) / 10**11
            assert ours >= venue, f"{symbol}: {ours} < {venue} after {self.sent} requests"
            flying = sum(charge.parts.get(symbol, 0) for charge in self.flying.values())
            self.excess_max = max(self.excess_max, ours - venue - Decimal(flying) / 10**11)
            self.full_max = max(self.full_max, venue)

    def later(self, at_ns: int, what: Callable[[Any], None], argument: Any) -> None:
        self.count += 1
        heappush(self.events, (at_ns, self.count, what, argument))

    def delay_ns(self) -> int:
        return self.random.randint(0, self.delay_ms_max) * MS_NS

    # -- What happens ------------------------------------------------------------------------------------------

    def act(self, end_ns: int) -> None:
        """Send something, and plan the next."""
        wish = self.wish()
        if wish is not None:
            action, params = wish
            if not self.obedient or self.ledger.quote(action, now_ns=self.now_ns).has_room:
                self.send(action, params)
        next_ns = self.now_ns + self.random.randint(1, 2 * self.pause_ms) * MS_NS
        if next_ns < end_ns:
            self.later(next_ns, self.act, end_ns)

    def send(self, action: Action, params: dict[str, Any]) -> None:
        self.sent += 1
        self.flying[self.sent] = self.ledger.charge(action, now_ns=self.now_ns)
        self.busy.update(action.orders)
        frame = {"method": action.method, "req_id": self.sent, "params": params | {"token": self.client.token}}
        self.up_ns = max(self.up_ns, self.now_ns + self.delay_ns())
        self.later(self.up_ns, self.arrive, json.dumps(frame).encode())

    def arrive(self, frame: bytes) -> None:
        self.client.sent.clear()
        self.client.conversation.received(frame, now_ns=self.now_ns)
        for answer in self.client.sent:
            self.down_ns = max(self.down_ns, self.now_ns + self.delay_ns())
            self.later(self.down_ns, self.hear, answer)
        self.client.sent.clear()

    def hear(self, frame: bytes) -> None:
        content = json.loads(frame)
        if "req_id" in content:
            self.answered(content)
            return
        message = decode(frame)
        if isinstance(message, ExecutionsMessage):
            for row in message.data:
                self.ledger.seen(row, now_ns=self.now_ns)

    def answered(self, content: dict[str, Any]) -> None:
        charge = self.flying.pop(content["req_id"])
        action = charge.what
        assert isinstance(action, Action)
        self.busy.difference_update(action.orders)
        if not content["success"]:
            self.errors.append(content["error"])
            self.ledger.refused(charge, refusal_of(content["error"]), now_ns=self.now_ns)
            return
        result, ids = content["result"], ()
        if action.method in {"add_order", "batch_add"}:
            rows = result if isinstance(result, list) else [result]
            ids = tuple(row.get("order_id") for row in rows)
            for name, row in zip(action.orders, rows, strict=True):
                if "order_id" in row:
                    self.open[name] = action.symbol or ""
        elif action.method in {"cancel_order", "batch_cancel"}:
            for name in action.orders:
                self.open.pop(name)
        self.ledger.settle(charge, now_ns=self.now_ns, order_ids=ids)

    # -- What is wanted ----------------------------------------------------------------------------------------

    def wish(self) -> tuple[Action, dict[str, Any]] | None:
        kinds: list[Method] = ["add_order", "batch_add", "amend_order", "cancel_order", "batch_cancel"]
        (method,) = self.random.choices(kinds, weights=(6, 1, 6, 4, 1))
        if method in {"add_order", "batch_add"}:
            return self.wish_to_add(method)
        free = [name for name in self.open if name not in self.busy]
        wanted = 1 if method != "batch_cancel" else self.random.randint(2, 5)
        if len(free) < wanted:
            return None
        names = self.random.sample(free, wanted)
        action = Action(method=method, orders=tuple(names))
        match method:
            case "amend_order":
                qty = self.random.choice([0.01, 0.02, 0.03, 0.0])  # 0 is refused, and pays the fixed part.
                return action, {"cl_ord_id": names[0], "order_qty": qty}
            case "cancel_order":
                return action, {"cl_ord_id": names}
        return action, {"orders": [], "cl_ord_id": names}

    def wish_to_add(self, method: Method) -> tuple[Action, dict[str, Any]]:
        symbol = self.random.choice(PAIRS)
        size = 1 if method == "add_order" else self.random.randint(2, 4)
        names = tuple(f"t{self.count}-{number}" for number in range(size))
        orders = [
            {
                "order_type": "limit",
                "side": "buy",
                "limit_price": PRICES[symbol],
                "order_qty": self.random.choice([0.01, 0.02, 1e-9]),  # The last is refused.
                "cl_ord_id": name,
            }
            for name in names
        ]
        action = Action(method=method, symbol=symbol, orders=names)
        return action, {"symbol": symbol} | (orders[0] if method == "add_order" else {"orders": orders})
