"""What halts a bot that runs, and what shuts its gate, as one table: what trips it, what is said, what lets go.

One bot meets them one after the other. It keeps three orders open: a bid and an ask of one pair, and a bid of another.
"""

import asyncio
import signal
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from bot_process import BotProcess
from fathom.cli import main
from fathom.domain import AccountAgreed, AccountDisputed, TimerFired
from fathom.net import halt
from fathom.protocol import rest
from fathom.run.trading.control import ask
from trip_stage import Tail, TripStage, at, probe_toml, told, until_none

MOVED, STILL = "BTC/USD", "ETH/USD"
STALL_S = 0.6
# A strategy may begin anew in each row: nothing of what stands here trips by itself, on a slow machine either.
CALM = {
    "position_share_max": "1",
    "order_value_max": "100000",
    "order_qty_max": "null",
    "open_orders_max": "100",
    "orders_minute_max": "9000",
    "turnover_day_max": "1000000",
    "gross_exposure_share_max": "1",
    "free_min": "null",
    "daily_loss_share_max": "1",
    "drawdown_share_max": "1",
    "volatility_share_max": "1",
    "volatility_window_s": "2",
    "volatility_halt_s": "1",
    "rejections_max": "1000",
    "rejections_halt_s": "1",
    "journal_lag_ms_max": "60000",
    "loop_lag_ms_max": "60000",
    "health_hold_s": "2",
    "book_age_s_max": "3600",
}
# Put before everything that the bot imports: a disk that is slow for as long as a file lies there.
SLOW_DISK = """
import os, time
fsync = os.fsync
def slow(fd):
    if os.path.exists({flag!r}):
        time.sleep(0.3)
    fsync(fd)
os.fsync = slow
"""


class Scene(Struct):
    """The bot, and what is done to it."""

    stage: TripStage
    bot: BotProcess
    tail: Tail
    slow_disk: Path

    def status(self) -> dict[str, Any]:
        """Return what `fathom status` asks for."""
        told: dict[str, Any] = asyncio.run(ask(self.bot.journal, "status"))
        return told

    def set_limits(self, *changes: str) -> None:
        """As a person does."""
        assert main(["set", str(self.bot.journal), *changes]) == 0

    def calm(self) -> None:
        """Begin a row: nothing is wrong, nothing halted, and all three orders are with the venue."""
        stage = self.stage
        halt.remove_halt()
        self.slow_disk.unlink(missing_ok=True)
        stage.no_more_faults()
        stage.control("/system", status="online")
        self.wide_again()
        stage.move(MOVED, "1")
        self.bot.until(lambda: self.status()["switch"] == "armed")
        self.resume("")
        self.until_all_open()

    def wide_again(self) -> None:
        """Let no limit be in the way."""
        self.set_limits(*(f"{name}={value}" for name, value in CALM.items()), f"symbols.{MOVED}=null")

    def resume(self, limit: str) -> None:
        """As a person does."""
        assert main(["resume", str(self.bot.journal), limit]) == 0

    def until_all_open(self) -> None:
        """Wait until the bot trades as it does where nothing is wrong."""
        self.bot.until(lambda: len(self.stage.open_orders()) == 3)

    def cancel_by_hand(self, symbol: str = MOVED) -> None:
        """Cancel the bot's bid past it: it wants another one then."""
        (txid,) = self.stage.desk.open_bids(symbol)
        self.stage.desk.ask(rest.CancelOrder(txid=txid))


class Trip(Struct, frozen=True, kw_only=True):
    """One row. Without `level` it is no breaker: it refuses, and nothing is said of a halt."""

    reason: str
    says: str  # In the cause of the halt, or in the refusal where there is no halt.
    limits: tuple[str, ...] = ()  # As they are given to `fathom set`.
    lasting: tuple[str, ...] = ()  # And these: then time does not release it, for as long as it is looked at.
    does: Callable[[Scene], None] = Scene.cancel_by_hand
    undoes: Callable[[Scene], None] = Scene.wide_again
    level: Literal["soft", "hard", ""] = ""
    symbol: str = ""  # Where it halts; empty: everywhere.
    release: Literal["time", "a person", ""] = ""
    left_open: int | None = 2  # Of three orders, while it holds; None: nobody can tell the bot what they became.
    name: str = ""

    @property
    def title(self) -> str:
        """As a test is called."""
        return f"{self.reason} {self.name}".strip().replace(" ", "_")


def moved(scene: Scene) -> None:
    """The mid falls by a hundredth, after risk has seen where it was."""
    start = scene.tail.last_seq()
    until_none(scene.bot, lambda: not told(scene.tail.after(start), TimerFired, owner="risk"))
    scene.stage.move(MOVED, "0.99")


def refused(scene: Scene) -> None:
    """The venue refuses the next order."""
    scene.stage.fault(
        "refuse", method="add_order", text="EOrder:Insufficient funds", account=scene.stage.account, count=1
    )
    scene.cancel_by_hand()


def stalled(scene: Scene) -> None:
    """The whole process stands still for a while."""
    scene.bot.process.send_signal(signal.SIGSTOP)
    threading.Event().wait(STALL_S)
    scene.bot.process.send_signal(signal.SIGCONT)


def slow(scene: Scene) -> None:
    """The disk is slow, and an order has to be on it."""
    scene.slow_disk.touch()
    scene.cancel_by_hand()


def quick(scene: Scene) -> None:
    """The disk is as it was."""
    scene.slow_disk.unlink(missing_ok=True)
    scene.wide_again()


def unrenewed(scene: Scene) -> None:
    """The venue does not take the dead man's switch."""
    for door in ("websocket", "rest"):
        scene.stage.fault("refuse", method="cancel_all_orders_after", text="EService:Unavailable", door=door)


def renewed(scene: Scene) -> None:
    """It does again."""
    scene.stage.no_more_faults()
    scene.bot.until(lambda: scene.status()["switch"] == "armed")


def cut_off(scene: Scene) -> None:
    """The private stream breaks off and does not come back."""
    scene.stage.fault("upgrade_refused", role="private", status=503)
    scene.stage.fault("close", role="private")


def cancel_only(scene: Scene) -> None:
    """The venue takes no orders."""
    scene.stage.control("/system", status="cancel_only")
    scene.cancel_by_hand()


def online(scene: Scene) -> None:
    """The venue takes orders."""
    scene.stage.control("/system", status="online")


def reconnected(scene: Scene) -> None:
    """It does, and the account is compared again."""
    start = scene.tail.last_seq()
    scene.stage.no_more_faults()
    until_none(scene.bot, lambda: not told(scene.tail.after(start), AccountAgreed))


def namesake(scene: Scene) -> None:
    """Another program places an order under the name of one of the bot's that ended."""
    desk, start = scene.stage.desk, scene.tail.last_seq()
    scene.cancel_by_hand()
    ended = [order for order in desk.orders(MOVED) if order.status == "canceled" and order.cl_ord_id]
    far = at(MOVED, Decimal("0.9"))
    placed = desk.ask(
        rest.AddOrder(
            pair=MOVED, ordertype="limit", type="buy", volume=Decimal("0.001"), price=far, cl_ord_id=ended[0].cl_ord_id
        )
    )
    until_none(scene.bot, lambda: not told(scene.tail.after(start), AccountDisputed))
    until_none(scene.bot, lambda: placed.txid[0] in desk.open_bids(MOVED))  # The bot cancels it: it is under its name.
    for txid in desk.open_bids(MOVED):  # It may have asked again before.
        desk.ask(rest.CancelOrder(txid=txid))


def killed(_scene: Scene) -> None:
    """The kill file lies there."""
    halt.write_halt("enough")


def unkilled(_scene: Scene) -> None:
    """It is taken away."""
    halt.remove_halt()


def resumed(scene: Scene) -> None:
    """A person accepts what was lost."""
    scene.resume("")


def believed(scene: Scene) -> None:
    """A person believes the venue."""
    scene.resume("dispute")


def bot_toml(account: str) -> str:
    """Return the bot's file."""
    calm = "\n".join(f'{name} = "{value}"' for name, value in CALM.items() if value != "null")
    probes = [
        probe_toml("bid", symbol=MOVED, worth="20", share="0.98", every_ms=100),
        probe_toml("ask", symbol=MOVED, worth="20", share="1.02", side="sell", every_ms=100),
        probe_toml("other", symbol=STILL, worth="20", share="0.98", every_ms=100),
        # It always asks, too dearly: the collar refuses it where nothing else does.
        probe_toml("asker", symbol=STILL, worth="20", share="1.06", every_ms=200),
    ]
    return (
        f'name = "tripped"\nsymbols = ["{MOVED}", "{STILL}"]\naccount.rehearsal = "{account}"\n'
        f"switch = {{ timeout_s = 60, renew_s = 1 }}\n[risk]\n{calm}\n{''.join(probes)}"
    )


# fmt: off
TRIPS = (
    # -- Breakers --
    Trip(reason="kill", level="hard", left_open=0, does=killed, undoes=unkilled, release="a person",
         says="the halt file: enough"),
    Trip(reason="daily_loss_share_max", level="hard", left_open=0, limits=("daily_loss_share_max=0.0001",),
         does=moved, undoes=resumed, release="a person", says="today, 0.0"),
    Trip(reason="drawdown_share_max", level="hard", left_open=0, limits=("drawdown_share_max=0.0001",),
         does=moved, undoes=resumed, release="a person", says="since the peak, 0.0"),
    Trip(reason="volatility_share_max", level="soft", symbol=MOVED, limits=("volatility_share_max=0.001",),
         lasting=("volatility_halt_s=3600",), does=moved, release="time", says="the mid moved by 1."),
    Trip(reason="rejections_max", level="soft", left_open=1, limits=("rejections_max=1",),
         lasting=("rejections_halt_s=3600",), does=refused, release="time", says="orders within 60 s"),
    Trip(reason="rejections_max", name="of a symbol", level="soft", symbol=MOVED,
         limits=(f"symbols.{MOVED}.rejections_max=1",), lasting=("rejections_halt_s=3600",), does=refused,
         release="time", says=f"orders in {MOVED} within 60 s"),
    Trip(reason="loop_lag_ms_max", level="soft", left_open=1, limits=("loop_lag_ms_max=300",),
         lasting=("health_hold_s=3600",), does=stalled, release="time", says="the loop was late by"),
    Trip(reason="journal_lag_ms_max", level="soft", left_open=1, limits=("journal_lag_ms_max=200",),
         lasting=("health_hold_s=3600",), does=slow, undoes=quick, release="time", says="the journal took"),
    Trip(reason="switch", level="soft", left_open=1, lasting=("health_hold_s=3600",), does=unrenewed,
         undoes=renewed, release="time", says="the dead man's switch cannot be renewed"),
    # -- Not now --
    Trip(reason="reconciled", left_open=None, does=cut_off, undoes=reconnected,
         says="journal and venue do not agree yet"),
    Trip(reason="disputed", does=namesake, undoes=believed, says="contradicts itself"),
    Trip(reason="venue_open", does=cancel_only, undoes=online, says="the venue is cancel_only"),
    # -- Limits of all symbols together, changed while it runs: a strategy asks again after a cancel --
    Trip(reason="position_share_max", limits=("position_share_max=0.01",), says="the position would be"),
    Trip(reason="gross_exposure_share_max", limits=("gross_exposure_share_max=0.01",), says="the exposure would be"),
    Trip(reason="order_value_max", limits=("order_value_max=10",), says="more than 10"),
    Trip(reason="order_qty_max", limits=("order_qty_max=0.0001",), says="BTC, more than 0.0001"),
    Trip(reason="open_orders_max", limits=("open_orders_max=2",), says="2 orders are open, and 2 is the most"),
    Trip(reason="orders_minute_max", limits=("orders_minute_max=1",), says="within a minute, and 1 is the most"),
    Trip(reason="turnover_day_max", limits=("turnover_day_max=10",), says="would be traded today, more than 10"),
    Trip(reason="free_min", limits=('free_min={"USD":"24990"}',), says="USD would stay free, less than 24990"),
)
# fmt: on
