"""What is known of each endpoint, and the form of every request.

A request's class says what it is answered with, its `endpoint` everything else: so no caller guesses whether a call
costs, which permission it needs, or whether it may be sent again.

Pure. Imports: nothing. Imported by: the requests, writing, results, registry.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Generic, Literal, TypeVar

from msgspec import Struct

Counter = Literal["none", "call", "history", "order"]
R = TypeVar("R")


class Endpoint(Struct, frozen=True, kw_only=True):
    """The facts of one endpoint (rest.md 4 to 9, rate-limits.md 1)."""

    name: str  # As Kraken spells it: OpenOrders, Earn/Allocate.
    private: bool = True
    any_of: tuple[str, ...] = ()  # The key needs one of these permissions,
    all_of: tuple[str, ...] = ()  # and all of these.
    counter: Counter = "call"  # What the REST counter charges. `order` has the engine's limiter instead.
    order: bool = False  # Whether it changes orders: the answer's loss leaves us unsure.
    urgent: bool = False  # Whether it takes risk away: a cancel goes before all that waits.
    repeatable: bool = True  # Whether doing it twice is as good as doing it once.
    json: bool = False  # A JSON body; otherwise a form. Public calls have a query.
    binary: bool = False  # Answered with a file in place of JSON.
    wire: Any = None  # What the result is on the wire, where that is not the class's own R,
    made: Callable[[Any], Any] | None = None  # and how R is made of it.

    @property
    def path(self) -> str:
        """Return the path of the URL, which is signed."""
        return f"/0/{'private' if self.private else 'public'}/{self.name}"


class RestRequest(Struct, Generic[R], frozen=True, kw_only=True, omit_defaults=True):
    """One call to Kraken's REST; R is the type of its result. What is left at its default is not sent."""

    endpoint: ClassVar[Endpoint]


def may_repeat(request: RestRequest[Any]) -> bool:
    """Tell whether the request may be sent again when nobody knows whether it was done.

    Of those that change orders none may; one that is only validated changes nothing.
    """
    if getattr(request, "validate", False):
        return True
    return request.endpoint.repeatable and not request.endpoint.order


def public(name: str, **facts: Any) -> Endpoint:
    """Return a public endpoint: no key, no counter of a key."""
    return Endpoint(name=name, private=False, counter="none", **facts)


def view(name: str, *any_of: str, **facts: Any) -> Endpoint:
    """Return an endpoint that looks: it needs one of these permissions."""
    return Endpoint(name=name, any_of=any_of, **facts)


def act(name: str, *any_of: str, **facts: Any) -> Endpoint:
    """Return an endpoint that changes something other than orders, and must not do it twice."""
    return Endpoint(name=name, any_of=any_of, repeatable=False, **facts)


def trade(name: str, *any_of: str, **facts: Any) -> Endpoint:
    """Return an endpoint that changes orders."""
    return Endpoint(name=name, any_of=any_of, counter="order", order=True, **facts)
