import copy
import pickle
from collections.abc import Callable

import pytest

from fathom.domain import (
    AuthError,
    FathomError,
    JournalError,
    KeyRefused,
    LimitRefused,
    LinkError,
    LocalError,
    Refused,
    RemoteError,
    Unsure,
    VenueRefused,
)


def test_a_local_error_names_the_field_and_the_rule() -> None:
    error = LocalError("order_qty", "the quantity is below the minimum")
    assert (error.field, error.rule) == ("order_qty", "the quantity is below the minimum")
    assert str(error) == "order_qty: the quantity is below the minimum"


@pytest.mark.parametrize("take", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_a_local_error_can_cross_to_another_process(take: Callable[[LocalError], object]) -> None:
    crossed = take(LocalError("symbol", "there is no such pair"))
    assert isinstance(crossed, LocalError)
    assert (crossed.field, crossed.rule, str(crossed)) == (
        "symbol",
        "there is no such pair",
        "symbol: there is no such pair",
    )


@pytest.mark.parametrize("kind", [LocalError, RemoteError, LinkError, AuthError, JournalError])
def test_one_except_catches_the_tree(kind: type[FathomError]) -> None:
    assert kind.__bases__ == (FathomError,)
    assert not issubclass(FathomError, AssertionError | ValueError | OSError), "none hides in a wider net"


def refused(kind: type[Refused] = Refused) -> Refused:
    return kind(
        "EOrder:Rate limit exceeded",
        fault="limit",
        retry="later",
        wait_s=2.5,
        order_may_exist=False,
        advice="wait",
        until_s=9,
    )


@pytest.mark.parametrize("take", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
@pytest.mark.parametrize("kind", [Refused, KeyRefused, LimitRefused, VenueRefused])
def test_a_refusal_can_cross_to_another_process(take: Callable[[Refused], Refused], kind: type[Refused]) -> None:
    crossed = take(refused(kind))
    assert type(crossed) is kind
    assert vars(crossed) == vars(refused(kind))
    assert str(crossed) == "Kraken refused (EOrder:Rate limit exceeded): wait"


def test_a_refusal_of_the_key_is_an_auth_error_and_no_other_is() -> None:
    assert issubclass(KeyRefused, AuthError)
    assert not any(issubclass(kind, AuthError) for kind in (Refused, LimitRefused, VenueRefused, Unsure))
    assert all(issubclass(kind, FathomError) for kind in (Refused, KeyRefused, LimitRefused, VenueRefused, Unsure))


def test_an_unknown_refusal_is_final_and_an_order_may_exist() -> None:
    error = Refused("something")
    assert (error.fault, error.retry, error.order_may_exist) == ("unknown", "no", True)


def test_what_kraken_wrote_cannot_spoil_a_log() -> None:
    error = Refused("a\x1b[2J\nb" + "x" * 10_000)
    assert error.text.startswith("a\x1b"), "the text itself is kept"
    assert str(error).isprintable()
    assert len(str(error)) < 700
    assert str(Refused(" ")).startswith("Kraken refused (without a word): ")


@pytest.mark.parametrize(
    ("until_s", "wait_s"),
    [(1_010, 10.0), (1_000, 1.0), (5, 1.0), (10**11, 900.0)],
    ids=["ahead", "now", "past", "absurd"],
)
def test_the_wait_until_a_named_time_is_bounded(until_s: int, wait_s: float) -> None:
    assert Refused("x", wait_s=3.0, until_s=until_s).wait_from(1_000 * 10**9) == wait_s


def test_the_wait_is_the_usual_one_where_no_time_is_named() -> None:
    assert Refused("x", wait_s=3.0).wait_from(0) == 3.0
    assert Refused("x").wait_from(0) is None


@pytest.mark.parametrize("take", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_unsure_names_what_was_sent(take: Callable[[Unsure], Unsure]) -> None:
    crossed = take(Unsure("add_order", "mm-7"))
    assert (crossed.what, crossed.cl_ord_id) == ("add_order", "mm-7")
    assert "add_order of order mm-7" in str(crossed)
    assert "AddOrder:" in str(Unsure("AddOrder")), "without an order"
