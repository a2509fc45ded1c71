"""A bot whose log breaks: what is open is cancelled past it. And what the venue places for us by itself is ours."""

import resource
import signal
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest

from bot_process import MAKER, BotProcess, running_bot, wait_until
from client_commands import control, fathom, faulty, open_orders
from fathom.domain import (
    AccountAgreed,
    ClosePlaced,
    ForeignOrderSeen,
    MarginSeen,
    OrderApproved,
    RunResumed,
    RunStarted,
)
from fathom.protocol import rest
from fathom.store import JournalReader
from local_exchange import LocalExchange
from trip_stage import Desk


def test_a_full_disk_cancels_what_is_open_and_fails(local: LocalExchange, tmp_path: Path) -> None:
    with running_bot(tmp_path, MAKER.format(name="full", account="alice")) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))
        assert bot.process.wait(60) == 1
        assert "ended: " in bot.said()
        assert open_orders(local.control, "alice") == []


def test_what_cannot_be_cancelled_at_the_end_is_left_to_the_dead_mans_switch(
    local: LocalExchange, tmp_path: Path
) -> None:
    text = MAKER.format(name="stuck", account="alice").replace("seconds = 10", "seconds = 1")
    text += "\n[switch]\ntimeout_s = 10\nrenew_s = 2\n"
    with running_bot(tmp_path, text) as bot:
        bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
        bot.until(lambda: bot.status().get("switch") == "armed")
        refusal = {"kind": "refuse", "text": "EService:Unavailable", "account": "alice"}
        with faulty(local.control, method="cancel_order", **refusal):
            assert bot.end() == 3, bot.said()
        assert "still open or not known: mm-" in bot.said()
        assert "the dead man's switch is left armed" in bot.said()
        assert open_orders(local.control, "alice")  # The market may have filled one meanwhile.
        wait_until(lambda: not open_orders(local.control, "alice"))


# -- Margin positions: known before anything is added --


def lever(local: LocalExchange, side: Literal["buy", "sell"], *, reduce: bool = False) -> None:
    """Trade on margin by hand."""
    Desk(local, *local.key("alice")).ask(
        rest.AddOrder(
            pair="BTC/USD",
            type=side,
            ordertype="market",
            volume=Decimal("0.01"),
            leverage="2",
            reduce_only=reduce or None,
        )
    )


def test_nothing_is_added_before_a_position_on_margin_is_known(local: LocalExchange, tmp_path: Path) -> None:
    lever(local, "buy")
    try:
        with running_bot(tmp_path, MAKER.format(name="levered", account="alice")) as bot:
            bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
            bot.end(signal.SIGKILL)
        with faulty(local.control, kind="rest_malformed", method="OpenPositions"), running_bot(tmp_path) as bot:
            bot.until(lambda: "margin is not known, nothing is added until it is" in bot.said())
            bot.until(lambda: bot.said().count("agrees with the journal") == 2)
            bot.until(lambda: "risk denied mm-" in bot.said())
            assert bot.status()["margin_unknown"]
            assert bot.end() == 0, bot.said()
        with running_bot(tmp_path) as bot:
            bot.until(lambda: len(open_orders(local.control, "alice")) == 2)
            assert bot.end() == 0, bot.said()
    finally:
        lever(local, "sell", reduce=True)
    known, adds = False, list[int]()
    for entry, _ in JournalReader(tmp_path / "journal"):
        match entry.event:
            case RunResumed() | RunStarted():
                known = False
                adds.append(0)
            case MarginSeen(positions=positions):
                assert [(one.symbol, one.side, one.qty_lots) for one in positions] == [("BTC/USD", "buy", 1_000_000)]
                known = True
            case OrderApproved(order=order) if order.side == "buy":
                assert known
                adds[-1] += 1
            case _:
                pass
    assert [added > 0 for added in adds] == [True, False, True]


# -- Kraken's own closes: ours while the bot runs, and after a crash --

CLOSING_BOT = """
name = "{name}"
symbols = ["BTC/USD"]

[account]
rehearsal = "alice"

[risk]
position_share_max = "1"
order_value_max = "100000"

[[strategies]]
name = "once"
strategy = "once.py:Once"
params = {{ symbol = "BTC/USD", beyond_ticks = {beyond} }}
"""

ONCE = '''
"""Buys once, and leaves the exit to the venue."""

from msgspec import Struct

from fathom.strategy import OnBook

QTY = 1_000_000


class Params(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    symbol: str
    beyond_ticks: int


class Once:
    def __init__(self, name: str, params: Params) -> None:
        self.name, self.params, self.tries = name, params, 0

    def wakes(self):
        return (OnBook(self.params.symbol),)

    def on_book(self, book, view):
        symbol, ask = book.symbol, book.best_ask_ticks
        if ask is None or view.halted(symbol) or view.open_orders(symbol) or view.position_lots(symbol):
            return
        entry = view.take(symbol, "buy", price_ticks=ask + 100, qty_lots=QTY)
        yield view.bracket(entry, target_ticks=ask + self.params.beyond_ticks, stop_ticks=None, at_venue=True)
'''

TAKING = 'view.take(symbol, "buy", price_ticks=ask + 100, qty_lots=QTY)'
RESTING = (TAKING, "view.bid(symbol, price_ticks=ask - 1, qty_lots=QTY)")


def selling(local: LocalExchange) -> list[str]:
    """Return the ids of alice's open orders to sell: here the closes, for the bot only ever buys."""
    account = control(local.control, "/accounts/alice")
    return [
        one["order_id"]
        for one in account["orders"]
        if one["order_id"] in account["open_orders"] and one["side"] == "sell"
    ]


def closes(bot: BotProcess) -> list[ClosePlaced]:
    return [entry.event for entry, _ in JournalReader(bot.journal) if isinstance(entry.event, ClosePlaced)]


def agreed_again(bot: BotProcess) -> bool:
    """Whether its account was compared since its restart."""
    kinds = [type(entry.event) for entry, _ in JournalReader(bot.journal)]
    return RunResumed in kinds and AccountAgreed in kinds[kinds.index(RunResumed) :]


def test_the_venues_own_close_is_ours_over_a_crash_and_cancelled_at_the_end(
    local: LocalExchange, tmp_path: Path
) -> None:
    (tmp_path / "once.py").write_text(ONCE)
    with running_bot(tmp_path, CLOSING_BOT.format(name="closes", beyond=100_000)) as bot:
        bot.until(lambda: selling(local) and len(closes(bot)) == len(selling(local)))  # One for each fill.
        bot.end(signal.SIGKILL)
    with running_bot(tmp_path) as bot:
        bot.until(lambda: agreed_again(bot))
        orders = bot.ask("orders", "--json")
        assert sorted(order["order_id"] for order in orders) == sorted(placed.order.order_id for placed in closes(bot))
        assert sorted(selling(local)) == sorted(placed.venue_order_id for placed in closes(bot))
        assert bot.end() == 0, bot.said()
    assert open_orders(local.control, "alice") == []
    assert not [entry for entry, _ in JournalReader(bot.journal) if isinstance(entry.event, ForeignOrderSeen)]


def test_a_close_that_was_placed_while_the_bot_was_down_is_found(
    local: LocalExchange, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "once.py").write_text(ONCE.replace(*RESTING))
    with running_bot(tmp_path, CLOSING_BOT.format(name="found", beyond=100_000)) as bot:
        bot.until(lambda: bot.journal.exists() and len(open_orders(local.control, "alice")) == 1)
        bot.end(signal.SIGKILL)
    entry = [one.event.order for one, _ in JournalReader(bot.journal) if isinstance(one.event, OrderApproved)][-1]
    assert entry.price_ticks is not None
    # The market may have filled it; else bob, who takes all that is bid down to it.
    control(local.control, "/accounts/bob/deposit", {"asset": "BTC", "amount": "20"})
    terms = ("--limit-price", str(Decimal(entry.price_ticks).scaleb(-1)), "--time-in-force", "ioc")
    at_bobs = ("--yes", "--venue", "local", "--account", "bob")
    assert "error" not in fathom(capfd, "order", "add", "BTC/USD", "sell", "20", *terms, *at_bobs).err
    wait_until(lambda: selling(local))
    with running_bot(tmp_path) as bot:
        bot.until(lambda: agreed_again(bot))  # The killed one may have known of them all.
        bot.until(lambda: sorted(placed.venue_order_id for placed in closes(bot)) == sorted(selling(local)))
        assert bot.end() == 0, bot.said()
    assert open_orders(local.control, "alice") == []
