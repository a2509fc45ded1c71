"""The judge of the havoc finds each kind of wrong that is planted, and nothing where all is well."""

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from havoc_journal import JournalView, view_of
from havoc_judge import Excuses, Span, compare, lost_fills, switch_faults

from fathom.domain import (
    AccountDisputed,
    DisputeSettled,
    Entry,
    Event,
    Instrument,
    InstrumentChanged,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderTraded,
    OrderWanted,
    RunStarted,
    TradingHalted,
)

S = 1_000_000_000
BTC = Instrument(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    price_precision=1,
    qty_precision=8,
    cost_precision=5,
    qty_lots_min=10_000,
    cost_min=Decimal("0.5"),
)
BALANCES = {"BTC": Decimal("1.001"), "USD": Decimal("899.8")}


def approved(order_id: str, *, price_ticks: int = 1_000_000) -> OrderApproved:
    return OrderApproved(OrderWanted(order_id, "BTC/USD", "buy", "limit", 100_000, price_ticks))


def traded(order_id: str, exec_id: str = "T1") -> OrderTraded:
    return OrderTraded(order_id, exec_id, "BTC/USD", "buy", 1_000_000, 100_000, "maker", Decimal("0.2"), "USD")


# One order filled, one cancelled, one open and amended, one that never came to be.
LIFE: tuple[Event, ...] = (
    RunStarted("boot", "rehearsal", b"", "1"),
    InstrumentChanged(BTC),
    approved("mm-1"),
    OrderAccepted("mm-1", "O1"),
    traded("mm-1"),
    OrderFilled("mm-1"),
    approved("mm-2"),
    OrderAccepted("mm-2", "O2"),
    OrderCanceled("mm-2", "User requested"),
    approved("mm-3"),
    OrderAccepted("mm-3", "O3"),
    OrderAmended("mm-3", 990_000, 100_000),
    approved("mm-4"),
    OrderAbsent("mm-4"),
)


def viewed(*events: Event) -> JournalView:
    return view_of((Entry(n, n, n * S, "?", event) for n, event in enumerate(events, 1)), name="havoc")


def row(view: JournalView, order_id: str, **changes: Any) -> dict[str, Any]:
    order = view.orders[order_id]
    told = {
        "order_id": f"O{order_id[-1]}",
        "cl_ord_id": order.client_id,
        "symbol": "BTC/USD",
        "side": "buy",
        "price": "100000.0",
        "qty": "0.00100000",
        "filled": "0.00000000",
        "status": "new",
        "reason": None,
        "closed_ns": 0,
    }
    return told | changes


def true_of(view: JournalView) -> dict[str, Any]:
    return {
        "orders": [
            row(view, "mm-1", status="filled", filled="0.00100000"),
            row(view, "mm-2", status="canceled", reason="User requested"),
            row(view, "mm-3", price="99000.0"),
        ],
        "fills": [
            {
                "exec_id": "T1",
                "order_id": "O1",
                "side": "buy",
                "price": "100000.0",
                "qty": "0.00100000",
                "fee": "0.20000",
                "fee_asset": "USD",
            }
        ],
        "balances": {"BTC": "1.00100000", "USD": "899.80000", "ETH": "0"},
    }


def judged(view: JournalView, truth: dict[str, Any], excuses: Excuses | None = None) -> list[str]:
    return compare(view, truth, balances=BALANCES, excuses=excuses or Excuses())


def test_where_all_is_well_it_finds_nothing() -> None:
    view = viewed(*LIFE)
    assert judged(view, true_of(view)) == []


def lost_by_the_venue(truth: dict[str, Any]) -> None:
    del truth["orders"][2]


def doubled(truth: dict[str, Any]) -> None:
    truth["orders"].append(truth["orders"][2] | {"order_id": "O9"})


def of_nobody(truth: dict[str, Any]) -> None:
    truth["orders"].append(truth["orders"][2] | {"order_id": "O9", "cl_ord_id": "stranger"})


def still_open(truth: dict[str, Any]) -> None:
    truth["orders"][1]["status"] = "new"


def ended(truth: dict[str, Any]) -> None:
    truth["orders"][2] |= {"status": "canceled", "reason": "Dead man's switch"}


def not_amended(truth: dict[str, Any]) -> None:
    truth["orders"][2]["price"] = "100000.0"


def fill_untold(truth: dict[str, Any]) -> None:
    truth["fills"].append(truth["fills"][0] | {"exec_id": "T2"})


def fill_invented(truth: dict[str, Any]) -> None:
    truth["fills"].clear()


def fee_wrong(truth: dict[str, Any]) -> None:
    truth["fills"][0]["fee"] = "0.20001"


def fill_of_another(truth: dict[str, Any]) -> None:
    truth["fills"][0]["order_id"] = "O2"


def a_unit_short(truth: dict[str, Any]) -> None:
    truth["balances"]["USD"] = "899.79999"


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (lost_by_the_venue, "mm-3 is open in the journal, and the venue has never had it"),
        (doubled, "mm-3 is at the venue 2 times: O3, O9"),
        (of_nobody, "the venue has O9 (stranger, new), and no intent of the journal explains it"),
        (still_open, "mm-2 (O2) is canceled in the journal and new at the venue"),
        (ended, "mm-3 (O3) is open in the journal and canceled (Dead man's switch) at the venue"),
        (not_amended, "mm-3 (O3) is 0.00100000 @ 99000.0 in the journal and 0.00100000 @ 100000.0 at the venue"),
        (fill_untold, "fill T2 of O1 is not in the journal: buy 0.00100000"),
        (fill_invented, "fill T1 of mm-1 is in the journal, and the venue has never made it"),
        (fee_wrong, "fill T1 is ('buy', Decimal('100000.0'), Decimal('0.00100000'), Decimal('0.2'), 'USD')"),
        (fill_of_another, "fill T1 is of O2, and counts for mm-1"),
        (a_unit_short, "the bot has 899.8 USD, and the venue 899.79999: +0.00001"),
    ],
)
def test_each_kind_of_wrong_at_the_venue_is_found(plant: Callable[[dict[str, Any]], None], words: str) -> None:
    view = viewed(*LIFE)
    truth = copy.deepcopy(true_of(view))
    plant(truth)
    found = judged(view, truth)
    assert any(line.startswith(words) for line in found), found


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((approved("mm-5"),), "mm-5 is sent in the journal, and the venue has never had it"),
        ((traded("mm-2", "T1"),), "fill T1 counts for mm-2 and for mm-1"),
        ((TradingHalted("daily_loss_share_max", "lost 6 %"),), "it waits for a person: daily_loss_share_max: lost 6 %"),
        ((AccountDisputed("BTC/USD", "why"),), "BTC/USD is disputed: why"),
    ],
)
def test_each_kind_of_wrong_in_the_journal_is_found(more: tuple[Event, ...], words: str) -> None:
    view = viewed(*LIFE, *more)
    assert words in judged(view, true_of(view))


def test_what_time_releases_and_what_is_settled_is_no_wrong() -> None:
    view = viewed(
        *LIFE,
        TradingHalted("loop_lag_ms_max", "late", "soft", until_ns=99 * S),
        AccountDisputed("BTC/USD", "why"),
        DisputeSettled("BTC/USD", "again"),
    )
    assert judged(view, true_of(view)) == []


def test_what_a_killed_exchange_forgot_is_excused_by_its_times_alone() -> None:
    view = viewed(*LIFE)
    truth = true_of(view)
    truth["fills"].clear()
    truth["orders"][0] |= {"status": "canceled", "filled": "0.00000000"}
    excused = Excuses(forgotten=[Span(4 * S, 6 * S)])
    assert judged(view, truth, excused) == []
    assert lost_fills(view, truth, excused) == ["T1"]
    too_late = Excuses(forgotten=[Span(60 * S, 70 * S)])
    assert len(judged(view, truth, too_late)) == 3
    assert lost_fills(view, truth, too_late) == []


@pytest.mark.parametrize(("closed_s", "faults"), [(105, 1), (107.5, 0), (120, 0), (131, 1), (50, 1)])
def test_the_switch_may_fire_only_where_the_bot_was_silent_for_long_enough(closed_s: float, faults: int) -> None:
    view = viewed(*LIFE)
    truth = true_of(view)
    truth["orders"][1] |= {"reason": "Dead man's switch", "closed_ns": int(closed_s * S)}
    excuses = Excuses(troubled=[Span(100 * S, 130 * S)])
    assert len(switch_faults(truth, excuses, timeout_s=10, renew_s=2, slack_s=1)) == faults
