"""GetApiKeyInfo, GetWebSocketsToken: what the key may, and a token for the private WebSocket (rest.md 2 and 5).

Pure. Imports: endpoint, reading, messages. Imported by: the front door, registry.
"""

from typing import Any, ClassVar

from msgspec import field

from fathom.protocol.messages import Token
from fathom.protocol.rest.endpoint import Endpoint, RestRequest, view
from fathom.protocol.rest.reading import Row, TimeNs


class ApiKeyInfo(Row, frozen=True, kw_only=True):
    """The key as Kraken knows it. `nonce` is the highest it has seen; times are 0 where there is none."""

    name: str = field(name="apiKeyName", default="")
    api_key: str = field(name="apiKey", default="")
    nonce: str = "0"
    nonce_window: int = field(name="nonceWindow", default=0)
    permissions: tuple[str, ...]
    iban: str | None = None
    valid_until: TimeNs | None = field(name="validUntil", default=None)
    query_from: TimeNs | None = field(name="queryFrom", default=None)
    query_to: TimeNs | None = field(name="queryTo", default=None)
    created: TimeNs | None = field(name="createdTime", default=None)
    modified: TimeNs | None = field(name="modifiedTime", default=None)
    ip_allowlist: tuple[str, ...] = field(name="ipAllowlist", default=())
    last_used: TimeNs | None = field(name="lastUsed", default=None)


class GetApiKeyInfo(RestRequest[ApiKeyInfo], frozen=True, kw_only=True):
    """What the key may. Needs no permission."""

    endpoint: ClassVar[Endpoint] = view("GetApiKeyInfo")


class WebSocketsToken(Row, frozen=True, kw_only=True):
    """The token, which shows in no repr, and in how many seconds it must be used first."""

    token: Token
    expires_s: int


class _TokenWire(Row, frozen=True, kw_only=True):
    token: str
    expires: int = 900

    def __repr__(self) -> str:
        return "<a token>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Rich asks here and not there."""
        return [("expires", self.expires)]


def _token(wire: _TokenWire) -> WebSocketsToken:
    return WebSocketsToken(token=Token(wire.token), expires_s=wire.expires)


class GetWebSocketsToken(RestRequest[WebSocketsToken], frozen=True, kw_only=True):
    """A token for the private and level 3 hosts: use it within 15 minutes; it lives while a subscription does."""

    endpoint: ClassVar[Endpoint] = view("GetWebSocketsToken", "create-ws-token", wire=_TokenWire, made=_token)
