"""One request of the control API: a table of routes, JSON in and out, one clear error for what is wrong.

Pure. Imports: domain, doors, access, core, faults. Imported by: the front door.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple, Protocol

from msgspec.json import Decoder, Encoder

from fathom.domain import LocalError
from fathom.exchange.access import ApiKey
from fathom.exchange.doors import HttpAnswer, HttpRequest

ADVANCE_S_MAX: Final = 31 * 86_400
SPEED_MAX: Final = 1000.0
RATE_MAX: Final = 100_000.0
SHOWN_MAX: Final = 80  # So much of a wrong path or field is repeated.
_JSON: Final = Encoder(enc_hook=str)
_READ: Final = Decoder(float_hook=Decimal)
Body = dict[str, Any]


class Controlled(Protocol):
    """What the door may ask of the exchange."""

    def state(self) -> Body:
        """Return the venue as it is: clock, system, market, pairs, accounts."""

    def account(self, name: str) -> Body:
        """Return one account with its history. Raises LocalError."""

    def open_account(self, name: str, permissions: frozenset[str] | None, *, funded: bool) -> ApiKey:
        """Open an account. Raises LocalError."""

    def move_money(self, name: str, asset: str, amount: Decimal) -> Body:
        """Deposit, or withdraw where the amount is negative. Raises LocalError."""

    def move_clock(self, by_ns: int) -> int:
        """Move the venue's clock forward; return the new time."""

    def set_market(self, *, paused: bool | None, speed: float | None, rate: float | None) -> None:
        """Stop the market or let it go on, faster or slower. Raises LocalError."""

    def set_system(self, status: str) -> None:
        """Change the engine's state. Raises LocalError."""

    def set_pair(self, symbol: str, changes: Mapping[str, Any]) -> None:
        """Change a pair's state or precisions. Raises LocalError."""

    def list_faults(self) -> list[Body]:
        """Return the faults that are on."""

    def add_fault(self, table: Body) -> Body:
        """Switch a fault on. Raises LocalError."""

    def remove_fault(self, fault_id: str | None) -> int:
        """Switch one off, or all; return how many."""


class Route(NamedTuple):
    """One route. A part of its path in upper case stands for any name; `fields` are all that its body may have."""

    method: str
    path: str
    fields: tuple[str, ...] | None  # None: who does it looks itself.
    handler: Callable[[Body, str], object]

    def named(self, path: str) -> str | None:
        """Return the name in the path, "" where the route has none; None where it is not this route's path."""
        name = ""
        parts, wanted = _parts(path), _parts(self.path)
        if len(parts) != len(wanted):
            return None
        for part, want in zip(parts, wanted, strict=True):
            if want.isupper():
                name = part
            elif part != want:
                return None
        return name


class ControlDoor:
    """The routes. Bodies are JSON objects; errors are `{"error": "field: what would be right"}` with status 400."""

    def __init__(self, exchange: Controlled) -> None:
        self._exchange = exchange
        self._routes = (
            Route("GET", "/", (), self._list_routes),
            Route("GET", "/state", (), lambda _body, _name: exchange.state()),
            Route("GET", "/accounts/NAME", (), lambda _body, name: exchange.account(name)),
            Route("POST", "/accounts", ("name", "permissions", "funded"), self._open_account),
            Route("POST", "/accounts/NAME/deposit", ("asset", "amount"), self._deposit),
            Route("POST", "/accounts/NAME/withdraw", ("asset", "amount"), self._withdraw),
            Route("POST", "/clock", ("advance_s",), self._move_clock),
            Route("POST", "/market", ("paused", "speed", "rate"), self._set_market),
            Route("POST", "/system", ("status",), self._set_system),
            Route("POST", "/pairs", None, self._set_pair),
            Route("GET", "/faults", (), lambda _body, _name: {"faults": exchange.list_faults()}),
            Route("POST", "/faults", None, lambda body, _name: exchange.add_fault(body)),
            Route("DELETE", "/faults", (), lambda _body, _name: {"removed": exchange.remove_fault(None)}),
            Route("DELETE", "/faults/ID", (), lambda _body, name: {"removed": exchange.remove_fault(name)}),
        )

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request; never raises for what a client sent."""
        found = [(route, name) for route in self._routes if (name := route.named(request.path)) is not None]
        for route, name in found:
            if route.method == request.method:
                try:
                    return _answer(route.handler(_read(request.body, route), name), 200)
                except LocalError as error:
                    return _answer({"error": str(error)}, 400)
        shown = f"{request.method} {request.path}"[:SHOWN_MAX].encode("ascii", "backslashreplace").decode()
        return _answer({"error": f"there is no {shown}: GET / lists the routes"}, 405 if found else 404)

    def _list_routes(self, _body: Body, _name: str) -> object:
        return {"routes": [f"{route.method} {route.path}" for route in self._routes]}

    def _open_account(self, body: Body, _name: str) -> object:
        permissions, funded = body.get("permissions"), body.get("funded", True)
        if permissions is not None and not isinstance(permissions, list):
            raise LocalError("permissions", "must be a list of words")
        if not isinstance(funded, bool):
            raise LocalError("funded", "must be true or false")
        key = self._exchange.open_account(
            _text(body, "name"),
            None if permissions is None else frozenset(map(str, permissions)),
            funded=funded,
        )
        return {"name": key.account, "key": key.key, "secret": key.secret, "permissions": sorted(key.permissions)}

    def _deposit(self, body: Body, name: str) -> object:
        return self._exchange.move_money(name, _text(body, "asset"), _amount(body))

    def _withdraw(self, body: Body, name: str) -> object:
        return self._exchange.move_money(name, _text(body, "asset"), -_amount(body))

    def _move_clock(self, body: Body, _name: str) -> object:
        advance_s = _number(body, "advance_s")
        if not 0 <= advance_s <= ADVANCE_S_MAX:
            raise LocalError(
                "advance_s", f"must be from 0 to {ADVANCE_S_MAX}, not {advance_s}: no clock runs backwards"
            )
        return {"now_ns": self._exchange.move_clock(int(advance_s * 1_000_000_000))}

    def _set_market(self, body: Body, _name: str) -> object:
        paused = body.get("paused")
        if paused is not None and not isinstance(paused, bool):
            raise LocalError("paused", "must be true or false")
        speed, rate = _within(body, "speed", SPEED_MAX), _within(body, "rate", RATE_MAX)
        if paused is None and speed is None and rate is None:
            raise LocalError("paused", "is required, or speed, or rate")
        self._exchange.set_market(paused=paused, speed=speed, rate=rate)
        return self._exchange.state()["market"]

    def _set_system(self, body: Body, _name: str) -> object:
        self._exchange.set_system(_text(body, "status"))
        return {"status": body["status"]}

    def _set_pair(self, body: Body, _name: str) -> object:
        symbol = _text(body, "symbol")
        changes = {name: value for name, value in body.items() if name != "symbol"}
        self._exchange.set_pair(symbol, changes)
        return {"symbol": symbol, **changes}


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _read(content: bytes, route: Route) -> Body:
    try:
        body = _READ.decode(content) if content else {}
    except (ValueError, RecursionError) as error:
        raise LocalError("body", f"is not JSON: {error}") from None
    except ArithmeticError:  # 1e9999999999999999999 is JSON, too.
        raise LocalError("body", "has a number that nobody can count") from None
    if not isinstance(body, dict):
        raise LocalError("body", "must be a JSON object")
    unknown = next((field for field in body if route.fields is not None and field not in route.fields), None)
    if unknown is not None:
        takes = ", ".join(route.fields or ()) or "nothing"
        raise LocalError(unknown[:SHOWN_MAX], f"is no field of {route.method} {route.path}, which takes {takes}")
    return body


def _answer(value: object, status: int) -> HttpAnswer:
    return HttpAnswer(status=status, body=_JSON.encode(value))


def _text(body: Body, field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not value:
        raise LocalError(field, "is required, as text")
    return value


def _number(body: Body, field: str) -> Decimal:
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise LocalError(field, "is required, as a number")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise LocalError(field, f"{value!r} is not a number") from None
    if not number.is_finite():
        raise LocalError(field, f"{value!r} is not a number")
    return number


def _amount(body: Body) -> Decimal:
    amount = _number(body, "amount")
    if amount <= 0:
        raise LocalError("amount", f"must be above zero, not {amount}")
    return amount


def _within(body: Body, field: str, most: float) -> float | None:
    if body.get(field) is None:
        return None
    number = float(_number(body, field))
    if not 0 < number <= most:
        raise LocalError(field, f"must be above 0 and at most {most:g}, not {number:g}")
    return number
