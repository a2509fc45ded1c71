"""Every check of an order refuses in a bot that runs, and the venue never sees what was refused."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct

from bot_process import WAIT_S_MAX, running_bot
from fathom.cli import main
from fathom.domain import AmendDenied, Entry, OrderDenied, TradingHalted, TradingResumed
from fathom.protocol import rest
from fathom.risk import REASONS
from trip_refusals import ASKER, REFUSALS, RISK, STANDING, Refusal
from trip_stage import Tail, TripStage, folder_with_probe, probe_toml, quiet_exchange, told, until_none

ACCOUNT = "alice"
# What no verified book tells a price of: were any of it held, nobody could tell what the account is worth.
UNPRICED = ("EUR", "GBP", "BCH", "TRX", "KSM")


class Run(Struct, frozen=True):
    """What a bot left behind that met every row at once."""

    journal: Path
    entries: list[Entry]
    orders: dict[str, list[rest.OrderInfo]]  # By symbol: all that the venue ever got.


def text() -> str:
    """Return the bot's file."""
    rows = (*REFUSALS, ASKER)
    symbols = ", ".join(f'"{row.symbol}"' for row in rows)
    own = "".join(f'[risk.symbols."{row.symbol}"]\n{row.limits}\n' for row in rows if row.limits)
    probes = "".join(
        probe_toml(row.name, symbol=row.symbol, worth=row.worth, share=row.share, reason=row.reason, **row.probe)
        for row in rows
    )
    return (
        f'name = "refused"\nsymbols = [{symbols}]\naccount.rehearsal = "{ACCOUNT}"\nstop.seconds = 30\n'
        f"[risk]\n{RISK}\n{own}\n{probes}"
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Start with a wrong clock and a slow account, let every row be refused, and end where cancels fail at first."""
    with quiet_exchange(tmp_path_factory.getbasetemp() / "state") as exchange:
        stage = TripStage(exchange, ACCOUNT)
        for row in (*REFUSALS, ASKER):
            row.market(stage, row.symbol)
        for asset in UNPRICED:
            stage.take_away(asset)
        stage.fault("rest_delay", method="OpenOrders", delay_s=1, count=1)
        unread = stage.fault("rest_malformed", method="OpenPositions")
        skew = stage.fault("clock_skew", s=3)
        with running_bot(folder_with_probe(tmp_path_factory.mktemp("refused")), text()) as bot:
            tail = Tail(bot)
            until_none(bot, lambda: unmet(tail.read(), STANDING[:2]))
            stage.no_more_faults(unread)
            until_none(bot, lambda: unmet(tail.read(), STANDING[:3]))
            stage.no_more_faults(skew)
            until_none(bot, lambda: unmet(tail.read(), (*REFUSALS, *STANDING[:4])))
            refusing = stage.fault("refuse", method="cancel_order", text="EService:Unavailable", account=ACCOUNT)
            bot.process.send_signal(signal.SIGTERM)
            until_none(bot, lambda: unmet(tail.read(), STANDING))
            stage.no_more_faults(refusing)
            assert bot.process.wait(WAIT_S_MAX) == 0, bot.said()
        assert stage.open_orders() == []
        yield Run(bot.journal, tail.read(), {row.symbol: stage.desk.orders(row.symbol) for row in (*REFUSALS, ASKER)})


def unmet(entries: list[Entry], rows: tuple[Refusal, ...]) -> list[str]:
    """Return the rows that were not refused yet."""
    return [f"{row.reason} {row.symbol}" for row in rows if not refusals(entries, row)]


def refusals(entries: list[Entry], row: Refusal) -> list[str]:
    """Return what risk said to the row's strategy for the row's reason."""
    denials = told(entries, row.kind, limit=row.reason)
    return [one.detail for one in denials if one.order_id.startswith(f"{row.name}-")]


@pytest.mark.parametrize("row", [*REFUSALS, *STANDING], ids=lambda row: f"{row.reason}-{row.name}")
def test_what_a_limit_forbids_is_refused_and_never_sent(run: Run, row: Refusal) -> None:
    said = refusals(run.entries, row)
    assert said
    assert all(row.says in detail for detail in said), said
    assert len(run.orders[row.symbol]) == row.sent


def test_a_wrong_clock_halts_softly_and_a_clock_that_was_set_lets_go(run: Run) -> None:
    (halted,) = told(run.entries, TradingHalted, limit="clock_offset_ms_max")
    assert halted.level == "soft"
    off = re.fullmatch(r"our clock is off by (\d+) ms, more than 500 ms", halted.detail)
    assert off is not None
    assert (
        1_500 < int(off[1]) < 3_500
    )  # By three seconds, of which the venue tells whole ones, and an answer takes time.
    assert [one.reason for one in told(run.entries, TradingResumed)] == ["its time is over"]


def test_nothing_else_is_said_than_what_risk_lists(run: Run) -> None:
    said = [*told(run.entries, OrderDenied), *told(run.entries, AmendDenied), *told(run.entries, TradingHalted)]
    assert {one.limit for one in said} <= set(REASONS)


def test_its_journal_replays_to_the_same_bytes(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(run.journal)]) == 0, capsys.readouterr()
