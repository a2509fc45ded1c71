"""The participants of one pair: makers around a fair value, a patient ladder, noise, takers.

What they draw hangs on time alone, never on the book: a client's order changes what it touches, and the tape around it
stays. What rests stands in slots, so it is bounded, and each look at a slot says anew what should stand there.

Pure. Imports: bank, core, listing, desk, flow, houses, ladder, parameters, values. Imported by: crowd.
"""

from math import ceil, exp, floor
from random import Random
from typing import Final

from fathom.exchange.bank import Account
from fathom.exchange.core import Order
from fathom.exchange.crowd.desk import Desk
from fathom.exchange.crowd.flow import Flow
from fathom.exchange.crowd.houses import Houses
from fathom.exchange.crowd.ladder import Ladder
from fathom.exchange.crowd.parameters import PairStyle
from fathom.exchange.crowd.sizes import Sizes
from fathom.exchange.crowd.values import Values
from fathom.protocol.messages import OrderSide

TOUCH_SLOTS: Final = 6  # A side: what the makers move all at once when the fair value does.
NOISE_SLOTS: Final = 4
MENDED_RUNGS: Final = 4  # Slots of each side's ladder that every action looks at, one after another.
INSIDE_SHARE: Final = 0.4  # So far into the spread does noise go.
TOUCH_SHARE: Final = 0.42  # Of what is left when takers had theirs: a look at a touch slot.
LADDER_SHARE: Final = 0.33  # The others are noise.
GONE_SHARE: Final = 0.18  # A look at a slot that leaves it empty.
SNIPED_SHARE: Final = 0.2  # Moves of the fair value in which a taker is quicker than the makers.
HOLD_S: Final = 1.5  # The makers stay until the fair value has gone as far as it typically does in this time.
HOLD_SPREADS: Final = 0.55  # Or so many spreads, if that is further.
TRADES_A_TAKE: Final = 1.25  # One order of a taker makes about so many trades.
WIDER: Final = 1.5  # Spreads in wild times.
BUSIER: Final = 1.8  # Rates in wild times; calm ones are as much quieter as makes the mean 1.
QUIETER: Final = 0.8

_SIDES: Final[tuple[OrderSide, OrderSide]] = ("buy", "sell")
_Slots = list[Order | None]


class Pit:
    """One pair. `act` does one thing; when is the crowd's to say."""

    def __init__(
        self, desk: Desk, *, style: PairStyle, houses: Houses, values: Values, seed: int, start_ticks: float, usd: float
    ) -> None:
        self.symbol = desk.symbol
        self.rate_per_s_mean = style.rate_per_s  # At speed 1, over calm and wild times.
        self._desk = desk
        self._style = style
        self._houses = houses
        self._values = values
        self._rng = Random(f"{seed}/{self.symbol}")
        self._flow = Flow(Random(f"{seed}/{self.symbol}/takers"))
        self._take_share = style.trades_per_min / 60.0 / TRADES_A_TAKE / style.rate_per_s
        self._base_usd = usd
        self._touch: dict[OrderSide, _Slots] = {side: [None] * TOUCH_SLOTS for side in _SIDES}
        self._noise: dict[OrderSide, _Slots] = {side: [None] * NOISE_SLOTS for side in _SIDES}
        self._rungs: dict[OrderSide, _Slots] = {side: [None] * style.ladder_slots for side in _SIDES}
        self._model_ns = 0
        self._mended = 0
        self._spread_share = style.spread_ticks / start_ticks
        self._measure(start_ticks)

    def _measure(self, start_ticks: float) -> None:
        """Take the pair's precisions as they are now: all that is counted in ticks and lots hangs on them."""
        pair = self._desk.pair
        self._price_precision, self._qty_precision = pair.price_precision, pair.qty_precision
        self._step_ticks = pair.price_increment_ticks
        self._start_ticks = start_ticks
        self._spread_ticks = max(1.0, start_ticks * self._spread_share)
        self._sizes = Sizes(pair, style=self._style, base_usd=self._base_usd, fair_ticks=start_ticks)
        self._ladder = Ladder(self._style, fair_ticks=start_ticks)
        volatility = self._values.volatility(pair.base, pair.quote)
        self._hold_ticks = max(HOLD_SPREADS * self._spread_ticks, start_ticks * volatility * HOLD_S**0.5)
        self._mid = self._fair()
        self._bid = self._ask = 0
        self._place_touch(0.5)

    def rate_per_s(self) -> float:
        """Return how much is going on now, at speed 1."""
        wild = self._values.wild(self._desk.pair.base)
        return self._style.rate_per_s * (BUSIER if wild else QUIETER)

    def wait(self) -> float:
        """Draw the wait for the next action, as a share of the mean one."""
        return self._rng.expovariate(1.0)

    def index_ticks(self) -> int:
        """Return the pair's index price: the fair value, without what this venue's takers did to it."""
        return max(1, round(self._fair(pressed=False)))

    def build(self, now_ns: int) -> None:
        """Put an order into every slot, the nearest first, and let one small trade say what the last price is."""
        rng = self._rng
        for side in _SIDES:
            for slot in range(TOUCH_SLOTS):
                self._quote_touch(side, slot, rng.random(), rng.gauss(0.0, 1.0), now_ns)
            for slot in range(self._ladder.slots):
                self._quote_rung(side, slot, rng.random(), rng.gauss(0.0, 1.0), now_ns)
        self._desk.take(
            self._houses.takers[0],
            "buy" if rng.random() < 0.5 else "sell",
            price_ticks=None,
            qty_lots=self._sizes.lots_min,
            now_ns=now_ns,
        )

    def act(self, *, model_ns: int, now_ns: int) -> None:
        """Do the next thing: every action draws the same number of chances from the pair's own stream."""
        rng = self._rng
        kind, sided, which, where, how = rng.random(), rng.random(), rng.random(), rng.random(), rng.random()
        much = rng.gauss(0.0, 1.0)
        self._check_precision(now_ns)
        self._flow.relax((model_ns - self._model_ns) / 1e9)
        self._model_ns = model_ns
        self._follow(how, now_ns)
        side = _SIDES[sided < 0.5]
        if kind < self._take_share:
            self._take(now_ns)
            return
        kind = (kind - self._take_share) / (1.0 - self._take_share)
        if kind < TOUCH_SHARE:
            slot = int(which * TOUCH_SLOTS)
            if slot and how < GONE_SHARE:
                self._empty(self._touch[side], slot, now_ns)
            else:
                self._quote_touch(side, slot, where, much, now_ns)
        elif kind < TOUCH_SHARE + LADDER_SHARE:
            slot = self._ladder.slot(which)
            if how < GONE_SHARE / 3:
                self._empty(self._rungs[side], slot, now_ns)
            else:
                self._quote_rung(side, slot, where, much, now_ns)
        else:
            slot = int(which * NOISE_SLOTS)
            if how < 0.5:
                self._empty(self._noise[side], slot, now_ns)
            else:
                self._quote_noise(side, slot, where, much, now_ns)

    def _fair(self, *, pressed: bool = True) -> float:
        pair = self._desk.pair
        values = self._values
        fair = self._start_ticks * exp(values.log(pair.base) - values.log(pair.quote))
        return fair + self._flow.pressure * self._spread_ticks if pressed else fair

    def _check_precision(self, now_ns: int) -> None:
        """Begin anew where the pair's precision changed."""
        pair = self._desk.pair
        if (pair.price_precision, pair.qty_precision) == (self._price_precision, self._qty_precision):
            return
        for slots in (*self._touch.values(), *self._noise.values(), *self._rungs.values()):
            for slot in range(len(slots)):
                self._empty(slots, slot, now_ns)
        scale = 10.0 ** (pair.price_precision - self._price_precision)
        self._measure(self._start_ticks * scale)
        self.build(now_ns)

    def _follow(self, chance: float, now_ns: int) -> None:
        """Bring the book to the fair value: nothing stays where the makers would gladly trade with it."""
        fair = self._fair()
        moved = abs(fair - self._mid) > self._hold_ticks
        if moved:
            up = fair > self._mid
            self._mid = fair
            self._place_touch(chance)
            if chance < SNIPED_SHARE:
                self._snipe(up=up, chance=chance / SNIPED_SHARE, now_ns=now_ns)
        market = self._desk.market
        self._clear("sell", market.asks.best(), moved, now_ns)
        self._clear("buy", market.bids.best(), moved, now_ns)
        if moved:
            rng = self._rng
            for side in _SIDES:
                for slot in range(TOUCH_SLOTS):
                    self._quote_touch(side, slot, rng.random(), rng.gauss(0.0, 1.0), now_ns)
            return
        self._mend(now_ns)

    def _clear(self, side: OrderSide, best: int | None, moved: bool, now_ns: int) -> None:
        """Take what the other side's makers would gladly have; after a move the house leaves the spread, too."""
        own, other = (self._bid, self._ask) if side == "buy" else (self._ask, self._bid)
        if best is None or ((best < other if side == "buy" else best > other) and not moved):
            return
        inside = own + 1 if side == "buy" else own - 1
        self._desk.clear(
            side,
            house_ticks=inside if moved else other,
            client_ticks=other,
            taker=self._houses.takers[1],
            now_ns=now_ns,
        )

    def _mend(self, now_ns: int) -> None:
        """See that somebody is at the touch soon after it was taken, and that the ladder's empty slots are filled.

        Without a draw, slot after slot: what clients took away must not move what others draw.
        """
        slots = self._ladder.slots
        first = self._mended
        self._mended = (first + MENDED_RUNGS) % slots
        for side in _SIDES:
            touch = self._touch[side][0]
            if touch is None or not touch.resting:
                self._quote_touch(side, 0, 0.5, 0.0, now_ns)
            rungs = self._rungs[side]
            for slot in range(first, min(first + MENDED_RUNGS, slots)):
                old = rungs[slot]
                if old is None or not old.resting:
                    spread = slot * 0.618 % 1.0
                    self._quote_rung(side, slot, spread, 2.0 * spread - 1.0, now_ns)

    def _place_touch(self, chance: float) -> None:
        wild = self._values.wild(self._desk.pair.base)
        half = self._spread_ticks * (0.7 + 0.6 * chance) * (WIDER if wild else 1.0) / 2.0
        self._bid = max(1, floor(self._mid - half + 0.5))
        self._ask = max(self._bid + 1, ceil(self._mid + half - 0.5))
        if self._step_ticks > 1:
            self._bid = max(self._step_ticks, self._on_grid("buy", self._bid))
            self._ask = max(self._bid + self._step_ticks, self._on_grid("sell", self._ask))

    def _snipe(self, *, up: bool, chance: float, now_ns: int) -> None:
        """Let a taker have a part of what the makers have left behind."""
        self._desk.take(
            self._houses.takers[1],
            "buy" if up else "sell",
            price_ticks=self._bid if up else self._ask,
            qty_lots=self._sizes.trade(1.0 + 20.0 * chance**3),
            now_ns=now_ns,
        )

    def _take(self, now_ns: int) -> None:
        wanted = self._flow.take()
        market = self._desk.market
        best = market.asks.best() if wanted.buying else market.bids.best()
        if best is None:
            return
        reach = ceil(2.0 * self._spread_ticks + self._ladder.gap_ticks)  # So far through the book, and no further.
        price_ticks = best + reach if wanted.buying else max(1, best - reach)
        if self._step_ticks > 1:
            price_ticks = self._on_grid("buy" if wanted.buying else "sell", price_ticks)
        self._desk.take(
            self._houses.takers[0],
            "buy" if wanted.buying else "sell",
            price_ticks=None if wanted.at_market else price_ticks,
            qty_lots=self._sizes.trade(wanted.size),
            now_ns=now_ns,
        )

    def _quote_touch(self, side: OrderSide, slot: int, where: float, much: float, now_ns: int) -> None:
        """Quote at the touch, or a few levels behind it; the first two slots stand at it."""
        behind = 0 if slot < 2 else round(self._ladder.gap_ticks * (slot - 2 + where))
        price_ticks = self._bid - behind if side == "buy" else self._ask + behind
        account = self._houses.makers[slot % len(self._houses.makers)]
        self._quote(self._touch[side], slot, account, side, price_ticks, self._sizes.level(much, near=True), now_ns)

    def _quote_rung(self, side: OrderSide, slot: int, where: float, much: float, now_ns: int) -> None:
        behind = round(self._ladder.distance(slot, jitter=where))
        price_ticks = self._bid - behind if side == "buy" else self._ask + behind
        qty_lots = self._sizes.level(much, near=False)
        self._quote(self._rungs[side], slot, self._houses.patient, side, price_ticks, qty_lots, now_ns)

    def _quote_noise(self, side: OrderSide, slot: int, where: float, much: float, now_ns: int) -> None:
        """Quote between the touches, where there is room, or at the own one."""
        room = self._ask - self._bid
        inside = int(where**2 * room * INSIDE_SHARE)
        price_ticks = self._bid + inside if side == "buy" else self._ask - inside
        qty_lots = self._sizes.noise(much)
        self._quote(self._noise[side], slot, self._houses.noise, side, price_ticks, qty_lots, now_ns)

    def _quote(  # noqa: PLR0917 - called for every order there is: keywords would cost a fifth of it.
        self, slots: _Slots, slot: int, account: Account, side: OrderSide, price_ticks: int, qty_lots: int, now_ns: int
    ) -> None:
        """Put an order into a slot in place of the old one. It never takes: it stands off from the other side."""
        if not self._empty(slots, slot, now_ns):
            return
        market = self._desk.market
        if side == "buy":
            best = market.asks.best()
            price_ticks = price_ticks if best is None else min(price_ticks, best - 1)
        else:
            best = market.bids.best()
            price_ticks = price_ticks if best is None else max(price_ticks, best + 1)
        if self._step_ticks > 1:
            price_ticks = self._on_grid(side, price_ticks)
        if price_ticks >= 1:
            slots[slot] = self._desk.rest(
                account, side, price_ticks=price_ticks, qty_lots=qty_lots, now_ns=now_ns, post_only=True
            )

    def _on_grid(self, side: OrderSide, price_ticks: int) -> int:
        """Return the nearest price that the pair's increment allows, away from the other side."""
        beyond = price_ticks % self._step_ticks if side == "buy" else -(-price_ticks % self._step_ticks)
        return price_ticks - beyond

    def _empty(self, slots: _Slots, slot: int, now_ns: int) -> bool:
        """Clear a slot; tell whether it is free now. What cannot be cancelled keeps it, and is not forgotten."""
        order = slots[slot]
        if order is not None and not self._desk.pull(order, now_ns=now_ns):
            return False
        slots[slot] = None
        return True
