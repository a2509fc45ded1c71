"""Subscriptions, as a session drives them: wishes in, requests out, and whatever a venue may answer."""

import json
from itertools import pairwise
from random import Random
from typing import Any, Final

import pytest

from fathom.domain import LocalError
from fathom.protocol.codec import decode_request
from fathom.protocol.messages import (
    BalancesParams,
    BookParams,
    ExecutionsParams,
    InstrumentParams,
    Level3Params,
    MalformedFrame,
    OhlcParams,
    StatusMessage,
    SubscribeResponse,
    TickerMessage,
    TickerParams,
    TradeParams,
    Unsubscribe,
)
from fathom.protocol.session.events import (
    BookFrame,
    CloseWanted,
    LinkClosed,
    SequenceGap,
    SequenceRepeated,
    StatusChanged,
    SubscriptionActive,
    SubscriptionEnded,
    SubscriptionQuiet,
    SubscriptionRefused,
    SubscriptionRenewed,
)
from fathom.protocol.session.outbox import OUTBOX_MAX
from fathom.protocol.session.session import ANSWER_MAX_NS
from fathom.protocol.session.subscriptions import SNAPSHOT_MAX_NS, SUBSCRIPTIONS_MAX, TRIES_MAX
from fathom.protocol.times import SECOND_NS

BTC: Final = BookParams(symbol=("BTC/USD",), depth=10)


def test_a_subscription_from_wish_to_data(talks: Any) -> None:
    talk = talks().want(BTC)
    assert talk.session.deadline_ns is None
    assert talk.state("book", "BTC/USD") == "wanted"
    talk.open()
    (frame,) = talk.sent()
    assert json.loads(frame) == {
        "method": "subscribe",
        "params": {"channel": "book", "depth": 10, "snapshot": True, "symbol": ["BTC/USD"]},
        "req_id": 1,
    }
    talk.hear(*talk.granted(frame))
    assert talk.state("book", "BTC/USD") == "acknowledged"
    talk.told()
    talk.now_ns += 5
    talk.hear(talk.book("BTC/USD"))
    assert talk.said == [
        BookFrame("book", "snapshot", "BTC/USD", talk.book("BTC/USD")),
        SubscriptionActive("book", "BTC/USD", 0),
    ]
    assert talk.session.last_data_ns("book", "BTC/USD") == talk.now_ns == talk.session.heard_ns


def test_a_recorded_answer_and_its_data(talks: Any) -> None:
    talk = talks(first_req_id=42).want(TickerParams(symbol=("BTC/USD",))).open()
    talk.hear(talk.recorded("get_ticker_subscription_response"), talk.recorded("test_ticker_snapshot"))
    assert talk.state("ticker", "BTC/USD") == "active"
    assert [type(one) for one in talk.said] == [
        StatusMessage,
        StatusChanged,
        SubscribeResponse,
        TickerMessage,
        SubscriptionActive,
    ]


def test_every_channel_becomes_active(talks: Any) -> None:
    talk = talks().want(
        InstrumentParams(),
        TickerParams(symbol=("BTC/USD",)),
        TradeParams(symbol=("BTC/USD",)),
        OhlcParams(symbol=("ETH/USD",), interval=1),
        OhlcParams(symbol=("ETH/USD",), interval=60),
        ExecutionsParams(snap_orders=True, snap_trades=True),
        BalancesParams(),
        Level3Params(symbol=("BTC/USD",), depth=100),
    )
    talk.open().grant()
    talk.hear(*map(talk.recorded, ("test_instruments_snapshot", "test_ticker_snapshot", "test_trade_snapshot")))
    talk.hear(talk.recorded("test_candles_snapshot"))
    assert talk.state("ohlc", "ETH/USD", 1) == "active"
    assert talk.state("ohlc", "ETH/USD", 60) == "acknowledged"  # The candles were of the other interval.
    others = {key: state for key, state in talk.session.subscription_states().items() if key.interval != 60}
    assert set(others.values()) == {"active"}
    assert len(others) == 7


def test_many_symbols_are_paced_and_each_is_answered_alone(talks: Any) -> None:
    symbols = tuple(f"C{number}/USD" for number in range(120))
    talk = talks().want(BookParams(symbol=symbols)).open()
    frames = talk.sent()
    assert [len(json.loads(frame)["params"]["symbol"]) for frame in frames] == [50, 50, 20]
    answers = [reply for frame in frames for reply in talk.granted(frame)]
    Random(3).shuffle(answers)
    talk.hear(*answers, *(talk.book(symbol) for symbol in symbols))
    assert set(talk.session.subscription_states().values()) == {"active"}


def test_one_symbol_refused_leaves_the_others(talks: Any) -> None:
    talk = talks().want(BookParams(symbol=("BTC/USD", "XBT/USD"))).open()
    (frame,) = talk.sent()
    yes, _ = talk.granted(frame)
    talk.hear(talk.refused(frame, "Currency pair not supported XBT/USD", symbol="XBT/USD"), yes, talk.book("BTC/USD"))
    refusal = SubscriptionRefused("book", "XBT/USD", 0, "Currency pair not supported XBT/USD", True)
    assert refusal in talk.said
    assert talk.state("book", "BTC/USD") == "active"
    assert talk.state("book", "XBT/USD") == "refused"
    talk.close().open()
    assert [json.loads(frame)["params"]["symbol"] for frame in talk.sent()] == [["BTC/USD"]]
    talk.want(BookParams(symbol=("XBT/USD",)))  # The owner knows better now: the pair was listed.
    assert talk.state("book", "XBT/USD") == "requested"


def test_a_refusal_without_a_symbol_speaks_for_all(talks: Any) -> None:
    talk = talks().want(BookParams(symbol=("BTC/USD", "ETH/USD"), depth=25)).open()
    (frame,) = talk.sent()
    talk.hear(talk.refused(frame, "Subscription depth not supported"))
    assert set(talk.session.subscription_states().values()) == {"refused"}
    assert talk.session.counts["SubscriptionRefused"] == 2


def test_a_refusal_that_may_pass_is_retried_and_bounded(talks: Any) -> None:
    talk = talks().want(BTC).open()
    asked_ns = []
    while talk.state("book", "BTC/USD") != "exhausted":
        for frame in talk.asked():
            asked_ns.append(talk.now_ns)
            talk.hear(talk.refused(frame, "Exceeded msg rate", symbol="BTC/USD"))
        talk.pass_ns(SECOND_NS)
    waits_ns = [later - sooner for sooner, later in pairwise(asked_ns)]
    assert waits_ns == sorted(waits_ns)
    assert waits_ns[0] <= 2 * SECOND_NS < 16 * SECOND_NS <= waits_ns[-1] <= 62 * SECOND_NS
    assert len(asked_ns) == TRIES_MAX
    assert SubscriptionRefused("book", "BTC/USD", 0, "Exceeded msg rate", False) in talk.said
    assert talk.close().open().state("book", "BTC/USD") == "requested"


def test_an_overdue_subscribe_is_asked_again_and_already_subscribed_is_granted(talks: Any) -> None:
    talk = talks().want(BTC).open()
    (first,) = talk.sent()
    talk.hear(talk.book("BTC/USD"))  # Granted, but the answer was lost.
    talk.pass_ns(ANSWER_MAX_NS + SECOND_NS)
    (second,) = talk.sent()
    assert json.loads(second)["req_id"] > json.loads(first)["req_id"]
    talk.hear(talk.refused(second, "Already subscribed", symbol="BTC/USD"))
    assert talk.state("book", "BTC/USD") == "active"


def test_a_late_answer_to_a_subscribe_still_counts(talks: Any) -> None:
    talk = talks().want(BTC).open()
    (frame,) = talk.sent()
    talk.pass_ns(ANSWER_MAX_NS)
    assert talk.state("book", "BTC/USD") == "doubted"
    talk.hear(*talk.granted(frame), talk.book("BTC/USD"))
    assert talk.state("book", "BTC/USD") == "active"
    for _ in range(90):
        assert talk.pass_ns(SECOND_NS).asked() == []  # Nothing is asked twice.
    assert talk.state("book", "BTC/USD") == "active"


def test_acknowledged_without_snapshot_is_taken_anew(talks: Any) -> None:
    talk = talks().want(BTC).open()
    talk.hear(*talk.granted(*talk.sent()))
    talk.pass_ns(SNAPSHOT_MAX_NS)  # Heartbeats come all the time, and count for nothing.
    assert talk.told(SubscriptionRenewed) == [SubscriptionRenewed("book", "BTC/USD", 0, "no snapshot")]
    (leave,) = talk.sent()
    assert decode_request(leave) == Unsubscribe(params=BTC, req_id=2)
    talk.hear(*talk.granted(leave))
    assert talk.state("book", "BTC/USD") == "wanted"  # It waits a little before it comes back.
    talk.pass_ns(2 * SECOND_NS).grant()
    assert talk.state("book", "BTC/USD") == "active"


def test_acknowledged_without_snapshot_ends_somewhere(talks: Any) -> None:
    talk = talks().want(BTC).open()
    for _ in range(2000):
        talk.hear(*(reply for frame in talk.asked() for reply in talk.granted(frame)))
        talk.pass_ns(SECOND_NS)
    assert talk.state("book", "BTC/USD") == "exhausted"
    assert talk.session.counts["SubscriptionRenewed"] == TRIES_MAX


def test_a_pair_without_trades_has_no_snapshot_of_them(talks: Any) -> None:
    talk = talks().want(TradeParams(symbol=("RARE/USD",), snapshot=True)).open()
    talk.pass_ns(60 * SECOND_NS, answering=True)
    assert talk.state("trade", "RARE/USD") == "active"
    assert talk.session.counts["SubscriptionRenewed"] == 1


def test_another_depth_leaves_first(talks: Any) -> None:
    talk = talks().want(BTC).open().grant()
    talk.want(BookParams(symbol=("BTC/USD",), depth=10))  # The same again is nothing new.
    assert talk.sent() == []
    talk.want(BookParams(symbol=("BTC/USD",), depth=100))
    (leave,) = talk.sent()
    assert decode_request(leave) == Unsubscribe(params=BTC, req_id=2)
    talk.hear(*talk.granted(leave))
    (come,) = talk.sent()
    assert json.loads(come)["params"]["depth"] == 100
    assert talk.hear(*talk.granted(come), talk.book("BTC/USD")).state("book", "BTC/USD") == "active"


def test_another_depth_while_the_answer_is_awaited(talks: Any) -> None:
    talk = talks().want(BTC).open()
    (first,) = talk.sent()
    talk.want(BookParams(symbol=("BTC/USD",), depth=100))
    talk.hear(*talk.granted(first))
    (leave,) = talk.sent()
    assert decode_request(leave) == Unsubscribe(params=BTC, req_id=2)


def test_unwanted_is_left_and_forgotten(talks: Any) -> None:
    talk = talks().want(BTC).open().grant()
    talk.said += talk.session.unwant(BTC, now_ns=talk.now_ns)
    (leave,) = talk.sent()
    talk.told()
    talk.hear(talk.book("BTC/USD", "update"))
    assert talk.said == []
    assert talk.session.counts["Unasked"] == 1
    # The method says `subscribe`, and the symbol was not subscribed: gone all the same.
    talk.hear(talk.refused(leave, "Subscription Not Found", symbol="BTC/USD", method="subscribe"))
    assert talk.told(SubscriptionEnded) == [SubscriptionEnded("book", "BTC/USD", 0)]
    assert talk.session.subscription_states() == {}


def test_unwanted_before_the_answer(talks: Any) -> None:
    talk = talks().want(BTC).open()
    (come,) = talk.sent()
    talk.session.unwant(BTC, now_ns=talk.now_ns)
    assert talk.sent() == []
    talk.hear(*talk.granted(come))
    (leave,) = talk.sent()
    assert json.loads(leave)["method"] == "unsubscribe"
    assert talk.hear(*talk.granted(leave)).session.subscription_states() == {}


def test_a_reconnect_asks_for_everything_again(talks: Any) -> None:
    talk = talks().want(BTC, BalancesParams()).open().grant()
    talk.close()
    assert talk.told(LinkClosed) == [LinkClosed("test")]
    assert talk.session.deadline_ns is None
    assert talk.hear(talk.book("BTC/USD", "update")).said == []  # From the connection that is gone.
    talk.open().grant()
    assert set(talk.session.subscription_states().values()) == {"active"}
    assert talk.told(SequenceGap, SequenceRepeated) == []


def test_a_mismatch_renews_one_book_with_growing_waits(talks: Any) -> None:
    talk = talks().want(BookParams(symbol=("BTC/USD", "ETH/USD"))).open().grant()
    waits_s = []
    for _ in range(6):
        talk.said += talk.session.take_anew("book", "BTC/USD", reason="book mismatched", now_ns=talk.now_ns)
        assert talk.session.take_anew("book", "BTC/USD", reason="book mismatched", now_ns=talk.now_ns) == []
        began_ns = talk.now_ns
        talk.grant()
        while talk.state("book", "BTC/USD") != "active":
            talk.pass_ns(SECOND_NS, answering=True)
        waits_s.append((talk.now_ns - began_ns) // SECOND_NS)
    assert waits_s[0] == 0
    assert waits_s == sorted(waits_s)
    assert waits_s[-1] >= 8
    assert talk.session.counts["SubscriptionRenewed"] == 6
    for _ in range(62):
        talk.session.book_verified("book", "BTC/USD", now_ns=talk.now_ns)
        talk.pass_ns(SECOND_NS, answering=True)
    talk.session.take_anew("book", "BTC/USD", reason="book mismatched", now_ns=talk.now_ns)
    talk.grant()
    assert talk.state("book", "BTC/USD") == "active"  # Healed: at once again.


def test_a_private_channel_is_taken_anew_as_a_book_is_and_what_is_unknown_is_no_error(talks: Any) -> None:
    talk = talks().want(ExecutionsParams(snap_orders=True)).open().grant()
    assert talk.session.take_anew("balances", reason="behind", now_ns=talk.now_ns) == []
    talk.said += talk.session.take_anew("executions", reason="behind", now_ns=talk.now_ns)
    assert [(one.channel, one.reason) for one in talk.told(SubscriptionRenewed)] == [("executions", "behind")]
    assert talk.state("executions") == "renewing"
    talk.grant()
    assert talk.state("executions") == "active"


def test_a_book_that_mismatches_before_the_answer_is_renewed_by_it(talks: Any) -> None:
    talk = talks().want(BTC).open()
    (come,) = talk.sent()
    talk.hear(talk.book("BTC/USD"))
    talk.session.take_anew("book", "BTC/USD", reason="book mismatched", now_ns=talk.now_ns)
    talk.hear(*talk.granted(come))
    assert talk.state("book", "BTC/USD") == "renewing"


def test_level3_keeps_the_counter_and_the_places(talks: Any) -> None:
    symbols = tuple(f"C{number}/USD" for number in range(200))
    talk = talks().want(Level3Params(symbol=symbols, depth=100)).open()
    asked: list[int] = []
    for _ in range(40):
        frames = talk.sent()
        asked.append(sum(len(json.loads(frame)["params"]["symbol"]) for frame in frames))
        for frame in frames:
            talk.grant_one(frame)
        talk.pass_ns(1100_000_000)
    assert max(asked) == 8  # 200 a second at 25 each.
    assert sum(asked) == 200
    assert set(talk.session.subscription_states().values()) == {"active"}
    with pytest.raises(LocalError):
        talk.want(Level3Params(symbol=("ONE/MORE",), depth=10))
    # One goes, one comes: the new one waits until the place is free.
    talk.session.unwant(Level3Params(symbol=(symbols[0],)), now_ns=talk.now_ns)
    talk.want(Level3Params(symbol=("ONE/MORE",), depth=100))
    (leave,) = talk.sent()
    assert json.loads(leave)["params"]["symbol"] == [symbols[0]]
    talk.hear(*talk.granted(leave))
    (come,) = talk.sent()
    assert json.loads(come)["params"]["symbol"] == ["ONE/MORE"]


@pytest.mark.parametrize("answered", [True, False])
def test_level3_symbols_that_failed_are_asked_again(talks: Any, answered: bool) -> None:
    talk = talks().want(Level3Params(symbol=tuple(f"C{number}/USD" for number in range(200)), depth=10)).open()
    asked = 0
    while asked < 200:
        for frame in talk.asked():
            asked += len(json.loads(frame)["params"]["symbol"])
            if answered:
                talk.hear(talk.refused(frame, "Exceeded msg rate"))
        talk.pass_ns(100_000_000)
        assert set(talk.session.subscription_states().values()) != {"active"}
    talk.pass_ns(30 * SECOND_NS, answering=True)
    assert set(talk.session.subscription_states().values()) == {"active"}


def test_quiet_is_told_once_and_again_after_data(talks: Any) -> None:
    talk = talks(quiet_after_ns={"book": 30 * SECOND_NS}).want(BTC).open().grant()
    talk.told()
    talk.pass_ns(90 * SECOND_NS, answering=True)
    assert talk.told(SubscriptionQuiet) == [SubscriptionQuiet("book", "BTC/USD", 0, talk.T0)]
    assert talk.state("book", "BTC/USD") == "active"
    talk.hear(talk.book("BTC/USD", "update"))
    came_ns = talk.now_ns
    talk.pass_ns(31 * SECOND_NS, answering=True)
    assert talk.told(SubscriptionQuiet) == [SubscriptionQuiet("book", "BTC/USD", 0, came_ns)]


# -- Private channels ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sequence", "kind"),
    [(4, SequenceGap), (2, SequenceRepeated), (1, SequenceRepeated)],
    ids=["gap", "again", "older"],
)
def test_a_private_sequence_that_is_off(talks: Any, sequence: int, kind: type) -> None:
    talk = talks().want(BalancesParams()).open().grant().hear(talks.balances(2))
    talk.told()
    talk.hear(talk.balances(sequence))
    assert isinstance(talk.said[0], kind)
    assert talk.state("balances") == ("renewing" if kind is SequenceGap else "active")


def test_a_gap_is_told_once_and_mended_by_a_fresh_snapshot(talks: Any) -> None:
    talk = talks().want(ExecutionsParams()).open().grant()
    talk.told()
    talk.hear(talk.executions(3), talk.executions(4), talk.executions(9))
    assert talk.told(SequenceGap) == [SequenceGap("executions", 2, 3)]
    (leave,) = talk.sent()
    assert json.loads(leave) == {
        "method": "unsubscribe",
        "params": {"channel": "executions", "token": talk.TOKEN.text},
        "req_id": 2,
    }
    talk.hear(*talk.granted(leave)).grant().hear(talk.executions(2))
    assert talk.state("executions") == "active"
    assert talk.told(SequenceGap, SequenceRepeated) == []


def test_a_private_message_that_cannot_be_read_is_a_gap(talks: Any) -> None:
    talk = talks().want(ExecutionsParams()).open().grant()
    talk.told()
    talk.hear(b'{"channel":"executions","type":"update","data":[{"order_id":7}],"sequence":2}')
    assert isinstance(talk.said[0], MalformedFrame)
    assert talk.told(SequenceGap) == [SequenceGap("executions", 2, None)]
    assert talk.state("executions") == "renewing"


def test_a_gap_before_the_answer_is_mended_by_it(talks: Any) -> None:
    talk = talks().want(BalancesParams()).open()
    (come,) = talk.sent()
    talk.hear(talk.balances(1, "snapshot"), talk.balances(3))
    talk.hear(*talk.granted(come))
    assert talk.state("balances") == "renewing"


def test_private_channels_need_a_token_and_hide_it(talks: Any) -> None:
    talk = talks().want(BalancesParams(token=talks.TOKEN))
    with pytest.raises(LocalError):
        talk.open(token=None)
    talk.open()
    assert talk.TOKEN.text.encode() in talk.sent()[0]
    shown = f"{talk.session!r} {vars(talk)!r} {talk.session.subscription_states()!r}"
    assert talk.TOKEN.text not in shown
    other = talks().open(token=None)
    with pytest.raises(LocalError):
        other.want(BalancesParams())


def test_a_refused_token_closes(talks: Any) -> None:
    talk = talks(first_req_id=42).want(BalancesParams()).open()
    talk.hear(talk.recorded("test_deserializing_error_message"))  # ESession:Invalid session, req_id 42
    assert talk.told(CloseWanted) == [CloseWanted("token refused")]
    assert talk.session.deadline_ns is None
    talk.close().open().grant()
    assert talk.state("balances") == "active"


# -- Limits -------------------------------------------------------------------------------------------------------


def test_too_many_subscriptions_change_nothing(talks: Any) -> None:
    talk = talks().want(TickerParams(symbol=tuple(f"C{number}" for number in range(SUBSCRIPTIONS_MAX))))
    with pytest.raises(LocalError):
        talk.want(TradeParams(symbol=("BTC/USD",)))
    assert len(talk.session.subscription_states()) == SUBSCRIPTIONS_MAX


def test_leaving_is_retried_and_ends(talks: Any) -> None:
    talk = talks().want(BTC).open().grant()
    talk.said += talk.session.unwant(BTC, now_ns=talk.now_ns)
    asked = 0
    for _ in range(1200):
        asked += len(talk.asked())
        talk.pass_ns(SECOND_NS)
    assert asked == 2 * TRIES_MAX
    assert talk.told(SubscriptionEnded) == [SubscriptionEnded("book", "BTC/USD", 0)]


def test_what_is_wanted_again_while_leaving_comes_back(talks: Any) -> None:
    talk = talks().want(BTC).open().grant()
    talk.session.unwant(BTC, now_ns=talk.now_ns)
    talk.want(BTC)
    assert talk.state("book", "BTC/USD") == "renewing"
    assert talk.grant().state("book", "BTC/USD") == "active"


def test_the_answer_to_another_question_is_as_good_as_none(talks: Any) -> None:
    talk = talks().want(BTC).open()
    (come,) = talk.asked()
    talk.hear(talk.refused(come, "Subscription Not Found", symbol="BTC/USD"))
    assert talk.state("book", "BTC/USD") == "wanted"
    assert talk.pass_ns(2 * SECOND_NS).grant().state("book", "BTC/USD") == "active"


def test_already_subscribed_with_other_parameters_is_left_first(talks: Any) -> None:
    talk = talks().want(BTC).open()
    talk.asked()
    talk.pass_ns(ANSWER_MAX_NS)
    talk.want(BookParams(symbol=("BTC/USD",), depth=100))
    (come,) = talk.asked()
    assert json.loads(come)["params"]["depth"] == 100
    talk.hear(talk.refused(come, "Already subscribed", symbol="BTC/USD"))
    (leave,) = talk.asked()
    assert json.loads(leave)["params"]["depth"] == 10


def test_what_nobody_knows_is_no_error(talks: Any) -> None:
    talk = talks().open().hear(talks.balances(7), talks.book("BTC/USD"))
    talk.hear(b'{"channel":"executions","data":7}')
    assert talk.session.take_anew("book", "BTC/USD", reason="book mismatched", now_ns=talk.now_ns) == []
    assert talk.session.unwant(BTC, now_ns=talk.now_ns) == []
    assert talk.session.subscription_states() == {}
    assert talk.told(SequenceGap, SequenceRepeated) == []


def test_a_late_answer_after_all_is_over_changes_nothing(talks: Any) -> None:
    talk = talks().want(BTC).open()
    (come,) = talk.asked()
    talk.session.unwant(BTC, now_ns=talk.now_ns)
    talk.pass_ns(ANSWER_MAX_NS + 2 * SECOND_NS)
    (leave,) = talk.asked()
    talk.hear(*talk.granted(leave))
    assert talk.session.subscription_states() == {}
    talk.hear(*talk.granted(come))
    assert talk.session.subscription_states() == {}


def test_subscriptions_wait_while_the_outbox_is_half_full(talks: Any) -> None:
    talk = talks().open()
    for _ in range(OUTBOX_MAX // 2):
        talk.session.send(talk.order(), now_ns=talk.now_ns)
    assert talk.want(BTC).state("book", "BTC/USD") == "wanted"
    talk.sent()
    assert talk.pass_ns(SECOND_NS).state("book", "BTC/USD") == "requested"


def test_what_was_refused_is_surely_not_granted(talks: Any) -> None:
    talk = talks().want(BTC).open()
    talk.hear(talk.refused(*talk.asked(), "Exceeded msg rate", symbol="BTC/USD"))
    talk.want(BookParams(symbol=("BTC/USD",), depth=100))
    talk.asked()
    talk.pass_ns(ANSWER_MAX_NS + 2 * SECOND_NS)
    talk.hear(talk.refused(*talk.asked(), "Already subscribed", symbol="BTC/USD"), talk.book("BTC/USD"))
    assert talk.state("book", "BTC/USD") == "active"  # It can only be the depth of 100.


def test_the_error_of_an_older_request_is_out_of_date(talks: Any) -> None:
    talk = talks().want(BTC).open()
    (first,) = talk.asked()
    talk.pass_ns(ANSWER_MAX_NS + SECOND_NS)
    (second,) = talk.asked()
    talk.hear(talk.refused(first, "Exceeded msg rate", symbol="BTC/USD"))
    assert talk.state("book", "BTC/USD") == "requested"
    talk.hear(*talk.granted(second), talk.book("BTC/USD"))
    assert talk.state("book", "BTC/USD") == "active"


def test_the_silence_of_an_older_request_is_out_of_date(talks: Any) -> None:
    talk = talks().want(BTC).open().grant()
    talk.session.take_anew("book", "BTC/USD", reason="book mismatched", now_ns=talk.now_ns)
    (first,) = talk.asked()
    talk.pass_ns(ANSWER_MAX_NS + SECOND_NS)
    (second,) = talk.asked()
    talk.pass_ns(3 * SECOND_NS)
    talk.hear(*talk.granted(first))
    (come,) = talk.asked()
    talk.pass_ns(3 * SECOND_NS)  # Now the second unsubscribe is overdue.
    assert json.loads(second)["method"] == "unsubscribe"
    assert talk.asked() == []
    assert talk.state("book", "BTC/USD") == "requested"
    talk.hear(*talk.granted(come), talk.book("BTC/USD"))
    assert talk.state("book", "BTC/USD") == "active"


def test_an_older_request_stays_in_doubt_when_a_newer_one_fails(talks: Any) -> None:
    talk = talks().want(BTC).open()
    (first,) = talk.asked()
    talk.pass_ns(ANSWER_MAX_NS + SECOND_NS)
    talk.hear(talk.refused(*talk.asked(), "Exceeded msg rate", symbol="BTC/USD"))
    assert talk.state("book", "BTC/USD") == "doubted"
    talk.session.unwant(BTC, now_ns=talk.now_ns)
    (leave,) = talk.asked()  # The first may be granted: nothing is forgotten before that is left.
    talk.hear(*talk.granted(first))
    assert talk.state("book", "BTC/USD") == "leaving"
    assert json.loads(leave)["method"] == "unsubscribe"
    assert talk.hear(*talk.granted(leave)).session.subscription_states() == {}


@pytest.mark.parametrize("answer", ["granted", "Already subscribed"])
def test_what_was_left_since_is_not_granted_by_a_late_answer(talks: Any, answer: str) -> None:
    talk = talks().want(BTC).open()
    (first,) = talk.asked()
    talk.pass_ns(ANSWER_MAX_NS + SECOND_NS)
    (second,) = talk.asked()
    talk.hear(*talk.granted(first), talk.book("BTC/USD"))
    talk.session.take_anew("book", "BTC/USD", reason="book mismatched", now_ns=talk.now_ns)
    talk.hear(*talk.granted(*talk.asked()))
    (again,) = talk.asked()
    late = talk.granted(second) if answer == "granted" else [talk.refused(second, answer, symbol="BTC/USD")]
    talk.hear(*late, talk.book("BTC/USD", "update"))
    assert talk.state("book", "BTC/USD") == "requested"
    talk.hear(*talk.granted(again), talk.book("BTC/USD"))
    assert talk.state("book", "BTC/USD") == "active"
