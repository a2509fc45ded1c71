"""What faults do to the venue: each step at its time, and its undoing."""

from decimal import Decimal
from typing import Any

import pytest

from fathom.exchange.bank import Bank
from fathom.exchange.core import Ids, Order, Venue
from fathom.exchange.core.ticket import Ticket
from fathom.exchange.faults.armed import Armed
from fathom.exchange.faults.reading import read_fault
from fathom.exchange.faults.venue_acts import VenueActs, rescaled
from fathom.exchange.listing import PAIRS, Listing
from fault_stage import SECOND_NS, START_NS, ToldVenue

BTC = next(pair for pair in PAIRS if pair.symbol == "BTC/USD")
PRECISIONS = BTC.price_precision, BTC.qty_precision


def planned(acts: VenueActs, fault_id: str = "F1", **said: Any) -> Armed:
    armed = Armed(read_fault(said), fault_id=fault_id, seed=1, now_ns=START_NS, tally={})
    acts.plan(armed)
    return armed


def played(acts: VenueActs, venue: ToldVenue) -> list[tuple[float, Any]]:
    """Perform all steps when they are due; return what the venue was told, by seconds after the start."""
    while (due_ns := acts.next_ns()) is not None:
        assert acts.perform(venue, now_ns=due_ns)
    return [((now_ns - START_NS) / SECOND_NS, told) for now_ns, told in venue.told]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"kind": "system", "status": "cancel_only", "at_s": 5}, [(5, "cancel_only")]),
        ({"kind": "system", "status": "cancel_only", "for_s": 2}, [(0, "cancel_only"), (2, "online")]),
        (
            {"kind": "system", "at_s": 1, "cycle": [["maintenance", 30], ["cancel_only", 10], ["post_only", 0.5]]},
            [(1, "maintenance"), (31, "cancel_only"), (41, "post_only"), (41.5, "online")],
        ),
        (
            {"kind": "pair_status", "symbol": "BTC/USD", "status": "post_only", "for_s": 3},
            [(0, ("BTC/USD", "post_only", *PRECISIONS)), (3, ("BTC/USD", "online", *PRECISIONS))],
        ),
        ({"kind": "delist", "symbol": "BTC/USD", "at_s": 2}, [(2, ("BTC/USD", "delisted", *PRECISIONS))]),
        (
            {"kind": "rescale", "symbol": "BTC/USD", "price_precision": 2, "for_s": 1},
            [(0, ("BTC/USD", "online", 2, 8)), (1, ("BTC/USD", "online", *PRECISIONS))],
        ),
        ({"kind": "dead_man", "account": "alice", "at_s": 4}, [(4, ("alice", "switch"))]),
        ({"kind": "dead_man", "account": "nobody"}, []),
        ({"kind": "delist", "symbol": "NO/USD", "for_s": 1}, []),
    ],
)
def test_steps(said: dict[str, Any], told: list[tuple[float, Any]]) -> None:
    acts = VenueActs()
    armed = planned(acts, **said)
    assert played(acts, ToldVenue()) == told
    assert armed.hits == 1
    assert armed.over is (said["kind"] == "dead_man" or armed.end_ns is not None)


def test_steps_of_one_moment_are_in_order_of_their_plan() -> None:
    acts, venue = VenueActs(), ToldVenue()
    planned(acts, "F1", kind="system", status="cancel_only", at_s=5)
    planned(acts, "F2", kind="system", status="post_only", at_s=5)
    assert [told for _, told in played(acts, venue)] == ["cancel_only", "post_only"]


def test_late_steps_are_all_done() -> None:
    acts, venue = VenueActs(), ToldVenue()
    planned(acts, kind="system", cycle=[["maintenance", 1], ["cancel_only", 1]])
    assert not acts.perform(venue, now_ns=START_NS - 1)
    assert acts.perform(venue, now_ns=START_NS + 60 * SECOND_NS)
    assert [told for _, told in venue.told] == ["maintenance", "cancel_only", "online"]


def test_what_is_dropped_is_undone_if_it_was_done() -> None:
    acts, venue = VenueActs(), ToldVenue()
    done = planned(acts, "F1", kind="delist", symbol="BTC/USD", for_s=99)
    to_come = planned(acts, "F2", kind="system", status="maintenance", at_s=5)
    acts.perform(venue, now_ns=START_NS)
    acts.drop(to_come)
    acts.drop(done)
    assert acts.perform(venue, now_ns=START_NS + SECOND_NS)
    assert [told[1][:2] for told in venue.told] == [("BTC/USD", "delisted"), ("BTC/USD", "online")]
    assert acts.next_ns() is None


def test_the_undoing_leaves_what_others_changed() -> None:
    acts, venue = VenueActs(), ToldVenue()
    planned(acts, "F1", kind="rescale", symbol="BTC/USD", price_precision=3, for_s=2)
    planned(acts, "F2", kind="pair_status", symbol="BTC/USD", status="limit_only", at_s=1)
    played(acts, venue)
    pair = venue.listing.pair("BTC/USD")
    assert pair is not None
    assert (pair.price_precision, pair.status) == (BTC.price_precision, "limit_only")


REAL = [
    ({"kind": "dead_man", "account": "alice"}, "Dead man's switch"),
    ({"kind": "delist", "symbol": "BTC/USD"}, None),
    ({"kind": "rescale", "symbol": "BTC/USD", "price_precision": 0}, None),
]


@pytest.mark.parametrize(("said", "reason"), REAL)
def test_a_real_venue_can_be_acted_on(said: dict[str, Any], reason: str | None) -> None:
    listing = Listing.of(("BTC/USD",))
    bank = Bank(listing, ids=Ids(1))
    venue = Venue(listing, bank, seed=1, now_ns=START_NS)
    alice = bank.open_account("alice", number="AA00N00000000000", tier="pro")
    bank.deposit(alice, "USD", listing.asset("USD").units(Decimal(10_000)), now_ns=START_NS)
    ticket = Ticket(
        symbol="BTC/USD", side="buy", order_type="limit", order_qty=Decimal("0.001"), limit_price=Decimal("90000.1")
    )
    order = venue.add_order(alice, ticket, now_ns=START_NS)
    assert isinstance(order, Order)
    acts = VenueActs()
    planned(acts, **said, at_s=1)
    assert acts.perform(venue, now_ns=START_NS + SECOND_NS)
    assert order.status == "canceled"
    assert reason in {None, order.reason}


@pytest.mark.parametrize(("qty_precision", "lots_min"), [(8, 5000), (10, 500_000), (6, 50), (3, 1), (0, 1)])
def test_a_rescaled_pair_has_the_same_minimum_or_the_least_above_it(qty_precision: int, lots_min: int) -> None:
    assert (BTC.qty_precision, BTC.qty_lots_min) == (8, 5000)
    pair = rescaled(BTC, price_precision=BTC.price_precision, qty_precision=qty_precision)
    assert (pair.qty_precision, pair.qty_lots_min) == (qty_precision, lots_min)
    assert pair.qty(pair.qty_lots_min) >= BTC.qty(BTC.qty_lots_min)
