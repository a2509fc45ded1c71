from decimal import Decimal

import pytest

from fathom.domain import (
    AnswerOverdue,
    Event,
    OrderAbsent,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderTraded,
    OrderWanted,
    RunResumed,
    RunStarted,
)
from fathom.orders import ENDED_IDS_MAX, ClientIds, is_marked, mark_of

STARTED = RunStarted("run-1", "rehearsal", b"{}", "1")


def approved(order_id: str) -> OrderApproved:
    return OrderApproved(OrderWanted(order_id, "BTC/USD", "buy", "limit", 1, 1))


def told(*events: Event, mark: str = "fab12") -> ClientIds:
    ids = ClientIds(mark)
    for event in events:
        ids.apply(event)
    return ids


def name(ids: ClientIds, order_id: str) -> str:
    client_id = ids.client_id(order_id)
    assert client_id is not None
    return client_id


def test_a_client_id_is_the_mark_and_a_digest_that_kraken_takes() -> None:
    ids = told(STARTED, approved("mm-812-1"))
    client_id = name(ids, "mm-812-1")
    assert client_id.startswith("fab12")
    assert len(client_id) == 18
    assert client_id.isascii()
    assert client_id.isalnum()
    assert ids.order_id(client_id) == "mm-812-1"
    assert ids.is_marked(client_id)


def test_the_mark_is_the_names_own() -> None:
    assert mark_of("my bot") == mark_of("my bot") != mark_of("my bot 2")
    assert [len(mark_of(name)) for name in ("", "x", "a very long name of a bot")] == [5, 5, 5]
    assert all(mark_of(name)[0] == "f" for name in ("", "x"))
    with pytest.raises(AssertionError):
        ClientIds("fab1")


def test_a_replay_gives_the_same_ids_and_a_known_one_stays_for_good() -> None:
    events = [STARTED, approved("mm-1-1"), RunResumed("boot-2", "1"), approved("mm-2-1")]
    assert [name(told(*events), one) for one in ("mm-1-1", "mm-2-1")] == [
        name(told(*events), one) for one in ("mm-1-1", "mm-2-1")
    ]
    assert name(told(*events[:2]), "mm-1-1") == name(told(*events), "mm-1-1")
    assert name(told(*events), "mm-1-1") == "fab126xs3n4z3d6tw3"  # An order at the venue may be older than this code.


def test_what_a_crash_took_from_the_journal_never_shares_an_id_with_a_later_order() -> None:
    lost = told(STARTED, approved("mm-1-1"))
    again = told(STARTED, RunResumed("boot-2", "1"), approved("mm-1-1"))
    assert name(lost, "mm-1-1") != name(again, "mm-1-1")
    assert again.order_id(name(lost, "mm-1-1")) is None
    assert again.is_marked(name(lost, "mm-1-1")), "ours all the same"
    assert name(told(RunStarted("run-2", "live", b"", "1"), approved("mm-1-1")), "mm-1-1") != name(lost, "mm-1-1")


@pytest.mark.parametrize(
    "client_id",
    [
        "",
        "fab12",
        "fab120123456789ab",  # One short.
        "fab120123456789abcd",
        "fab13012345678 abc",
        "fab130123456789abc",  # Another bot's.
        "fab120123456789ABC",
        "2c6be801-1f53-4f79-a0bb-4ea1c95dfae9",
    ],
)
def test_what_others_write_is_not_marked(client_id: str) -> None:
    assert not is_marked(client_id, mark="fab12")
    assert is_marked("fab120123456789abc", mark="fab12")


def test_no_order_is_approved_before_the_run_begins() -> None:
    with pytest.raises(AssertionError, match="before the run began"):
        told(approved("mm-1-1"))


@pytest.mark.parametrize(
    "news",
    [
        [],
        [OrderAccepted("mm-1-1", "O1")],
        [OrderAccepted("mm-1-1", "O1"), OrderAbsent("mm-1-1")],  # Asked too early: it is open.
        [AnswerOverdue("mm-1-1")],
        [OrderTraded("mm-1-1", "T1", "BTC/USD", "buy", 1, 1, "maker", Decimal(0), "USD")],
        [OrderAccepted("stranger", "O2"), OrderFilled("stranger")],
    ],
)
def test_an_open_order_is_never_forgotten_and_an_ended_one_after_a_while(news: list[Event]) -> None:
    ids = told(STARTED, approved("mm-1-1"), *news)
    client_id = name(ids, "mm-1-1")
    for number in range(ENDED_IDS_MAX):
        ids.apply(approved(f"mm-2-{number}"))
        ids.apply(OrderCanceled(f"mm-2-{number}", ""))
    assert ids.order_id(client_id) == "mm-1-1"
    ids.apply(OrderCanceled("mm-1-1", ""))
    ids.apply(OrderCanceled("mm-1-1", ""))  # Told again.
    assert (ids.order_id(client_id), ids.client_id("mm-2-0")) == ("mm-1-1", None)
    for number in range(ENDED_IDS_MAX):
        ids.apply(approved(f"mm-3-{number}"))
        ids.apply(OrderFilled(f"mm-3-{number}"))
    assert (ids.order_id(client_id), ids.client_id("mm-1-1")) == (None, None)


def test_it_hears_all_that_it_acts_on() -> None:
    assert {RunStarted, RunResumed, OrderApproved, OrderFilled, OrderCanceled, OrderAbsent} <= set(ClientIds.hears)
