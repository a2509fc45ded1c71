"""A request as the bytes that are sent: a query, a form, or a JSON object.

Amounts are texts with plain digits, never with an exponent. In a form `close[price]=1` nests and `orders[0][price]=1`
counts; a list of names has commas between.

Pure. Imports: domain, endpoint. Imported by: the front door.
"""

from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from msgspec import Struct, to_builtins
from msgspec.json import Encoder

from fathom.domain import LocalError
from fathom.protocol.rest.endpoint import RestRequest

FORM_TYPE: Final = "application/x-www-form-urlencoded"
JSON_TYPE: Final = "application/json"
_JSON: Final = Encoder()


class Body(Struct, frozen=True):
    """What is posted, to the byte: it was signed so. It may have a second factor in it, so it shows nothing."""

    content: bytes
    content_type: str

    def __repr__(self) -> str:
        return f"<{len(self.content)} bytes of {self.content_type}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Rich asks here and not there."""
        return [("content_type", self.content_type)]


def query_text(request: RestRequest[Any]) -> str:
    """Return the query of a public request, encoded; empty where it says nothing."""
    return urlencode(_flat(_fields(request)))


def private_body(request: RestRequest[Any], *, nonce: str, otp: str | None = None) -> Body:
    """Return the body of a private request, with nonce and second factor in it."""
    head = {"nonce": nonce} if otp is None else {"nonce": nonce, "otp": otp}
    fields = head | _fields(request)
    if request.endpoint.json:
        return Body(_JSON.encode(fields), JSON_TYPE)
    return Body(urlencode(_flat(fields)).encode(), FORM_TYPE)


def _fields(request: RestRequest[Any]) -> dict[str, Any]:
    """Return the fields by Kraken's names, with numbers of money as texts."""
    fields = _plain(to_builtins(request, builtin_types=(Decimal,)))
    assert isinstance(fields, dict)
    return fields


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise LocalError("amount", f"{value} is not a number that can be sent")
        return format(value, "f")
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _flat(fields: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in fields.items():
        full = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, bool):
            pairs.append((full, "true" if value else "false"))
        elif isinstance(value, dict):
            pairs += _flat(value, full)
        elif isinstance(value, list) and any(isinstance(part, dict) for part in value):
            pairs += _flat({str(number): part for number, part in enumerate(value)}, full)
        elif isinstance(value, list):
            pairs.append((full, ",".join(str(part) for part in value)))
        else:
            pairs.append((full, str(value)))
    return pairs
