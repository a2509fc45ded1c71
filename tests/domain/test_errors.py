import copy
import pickle
from collections.abc import Callable

import pytest

from fathom.domain import AuthError, FathomError, JournalError, LinkError, LocalError, RemoteError


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
