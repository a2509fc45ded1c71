"""Where the exchange listens: the URLs that clients are told.

Imports: nothing. Imported by: serving, cli.
"""

import json
from dataclasses import dataclass
from ipaddress import ip_address


@dataclass(frozen=True, slots=True)
class VenueUrls:
    """The five ports as URLs: REST, public, private, level 3, control."""

    host: str
    tls: bool
    ports: tuple[int, ...]

    @property
    def rest(self) -> str:
        """Where `/0/public/...` begins."""
        return f"{'https' if self.tls else 'http'}://{self._at(0)}"

    @property
    def ws_public(self) -> str:
        """Market data, WebSocket v2."""
        return f"{self._ws}{self._at(1)}/v2"

    @property
    def ws_private(self) -> str:
        """Private channels and trading, WebSocket v2."""
        return f"{self._ws}{self._at(2)}/v2"

    @property
    def ws_level3(self) -> str:
        """Level 3, WebSocket v2."""
        return f"{self._ws}{self._at(3)}/v2"

    @property
    def ws_v1(self) -> str:
        """Market data, WebSocket v1."""
        return f"{self._ws}{self._at(1)}"

    @property
    def ws_v1_private(self) -> str:
        """Private channels and trading, WebSocket v1."""
        return f"{self._ws}{self._at(2)}"

    @property
    def control(self) -> str:
        """The control API; never over TLS, on no trading port, and for this machine alone."""
        return f"http://{_bracketed(control_host(self.host))}:{self.ports[4]}"

    def as_dict(self) -> dict[str, str]:
        """Return them by the names that `--json` and `GET /fathom/venue` use."""
        return {
            "rest": self.rest,
            "ws_public": self.ws_public,
            "ws_private": self.ws_private,
            "ws_level3": self.ws_level3,
            "ws_v1": self.ws_v1,
            "control": self.control,
        }

    def json_text(self) -> str:
        """Return them as one JSON object."""
        return json.dumps(self.as_dict())

    @property
    def _ws(self) -> str:
        return "wss://" if self.tls else "ws://"

    def _at(self, index: int) -> str:
        return f"{_bracketed(self.host)}:{self.ports[index]}"


def control_host(host: str) -> str:
    """Return where the control API listens: where the others do if that is loopback, else on loopback."""
    return host if host == "localhost" or ip_address(host).is_loopback else "127.0.0.1"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
