"""Whether a call is made again, when, and what is said where it is not."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from fathom.domain import FathomError, LinkError, Refused, RemoteError, Unsure
from fathom.net.rest import RestTerms
from fathom.net.rest.pool import NoAnswerError, NotSentError
from fathom.net.rest.repeating import Repeats
from fathom.protocol import rest
from fathom.protocol.refusals import refusal_of

NOW_NS = 1_796_000_000 * 10**9
LOOK = rest.OpenOrders()
ORDER = rest.AddOrder(pair="BTC/USD", ordertype="market", type="buy", volume=Decimal(1), cl_ord_id="mine")
CANCEL = rest.CancelOrder(txid="O")
CHECK = rest.AddOrder(pair="BTC/USD", ordertype="market", type="buy", volume=Decimal(1), validate=True)


def waits(request: rest.RestRequest[Any], error: FathomError, tries: int = 10) -> list[float]:
    """The waits between tries that all fail alike."""
    repeats, found = Repeats(request, RestTerms(), Random(1)), []
    for _ in range(tries):
        wait_s = repeats.wait_s(error, now_ns=NOW_NS)
        if wait_s is None:
            return found
        found.append(wait_s)
    return found


def final(request: rest.RestRequest[Any], error: FathomError) -> FathomError:
    return Repeats(request, RestTerms(), Random(1)).final(error)


@pytest.mark.parametrize("request_", [LOOK, CHECK, ORDER, CANCEL])
def test_what_was_not_sent_is_sent_again_a_few_times_ever_later(request_: rest.RestRequest[Any]) -> None:
    found = waits(request_, NotSentError("no network"))
    assert len(found) == 3
    assert [0.125 * 2**n <= wait <= 0.25 * 2**n for n, wait in enumerate(found)] == [True] * 3
    assert type(final(request_, NotSentError("no network"))) is NotSentError


def test_a_wait_that_was_asked_for_is_kept() -> None:
    assert waits(LOOK, NotSentError("429", wait_s=7.0, connected=True))[0] == 7.0


@pytest.mark.parametrize("request_", [LOOK, ORDER])
def test_what_will_not_change_is_not_tried_again(request_: rest.RestRequest[Any]) -> None:
    assert waits(request_, NotSentError("the certificate", again=False)) == []
    assert waits(request_, NoAnswerError("a redirect", again=False)) == []


def test_no_order_is_sent_again_on_the_word_of_a_status() -> None:
    assert len(waits(LOOK, NotSentError("521", connected=True))) == 3
    assert waits(ORDER, NotSentError("521", connected=True)) == []
    assert isinstance(final(ORDER, NotSentError("521", connected=True)), LinkError)


@pytest.mark.parametrize(
    "error", [NoAnswerError("lost"), refusal_of("EService:Busy"), refusal_of("EGeneral:Internal error:x")]
)
def test_without_an_answer_looks_are_repeated_and_orders_in_doubt(error: FathomError) -> None:
    for request in (LOOK, CHECK):
        assert len(waits(request, error)) == 3
        assert final(request, error) is error
    for request, cl_ord_id in ((ORDER, "mine"), (CANCEL, None)):
        assert waits(request, error) == []
        doubt = final(request, error)
        assert isinstance(doubt, Unsure)
        assert (doubt.what, doubt.cl_ord_id) == (request.endpoint.name, cl_ord_id)


def test_a_result_that_cannot_be_read_is_no_failure_of_an_order() -> None:
    error = RemoteError("the result of AddOrder is not as it should be")
    assert waits(LOOK, error) == waits(ORDER, error) == []
    assert final(LOOK, error) is error
    assert isinstance(final(ORDER, error), Unsure)


@pytest.mark.parametrize("request_", [LOOK, ORDER])
def test_a_nonce_is_tried_again_at_once_but_not_for_long(request_: rest.RestRequest[Any]) -> None:
    found = waits(request_, refusal_of("EAPI:Invalid nonce"))
    assert len(found) == 3
    assert max(found) < 0.2
    said = final(request_, refusal_of("EAPI:Invalid nonce"))
    assert isinstance(said, Refused)
    assert (said.fault, said.retry, said.order_may_exist) == ("key", "no", False)
    assert "give each program a key of its own" in str(said)


@pytest.mark.parametrize("request_", [LOOK, ORDER])
def test_a_limit_is_waited_for(request_: rest.RestRequest[Any]) -> None:
    found = waits(request_, refusal_of("EAPI:Rate limit exceeded"))
    assert [5 <= found[0] <= 6, 10 <= found[1] <= 12, 15 <= found[2] <= 18] == [True] * 3
    assert waits(request_, refusal_of(f"EService: Throttled: {NOW_NS // 10**9 + 7}"))[0] == 7


@pytest.mark.parametrize(
    "text",
    [
        "EOrder:Insufficient funds",
        "EOrder:Rate limit exceeded",
        "EAPI:Invalid key",
        "EService:Market in cancel_only mode",
        "EOrder:Reduce only:Position is closed",
        "ENobody:Knows this",
    ],
)
@pytest.mark.parametrize("request_", [LOOK, ORDER])
def test_other_refusals_are_final_and_told_as_they_are(request_: rest.RestRequest[Any], text: str) -> None:
    refusal = refusal_of(text)
    assert waits(request_, refusal) == []
    assert final(request_, refusal) is refusal
