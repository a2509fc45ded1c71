"""Where one venue is reached.

Imports: domain. Imported by: the front door, venues.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from fathom.domain import LocalError

Endpoint = Literal["rest", "public", "private", "level3"]
ENDPOINTS: Final[tuple[Endpoint, ...]] = ("rest", "public", "private", "level3")
_URL_MAX: Final = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """The URLs of one venue. `rest` is where `/0/public/...` begins, without a slash at its end.

    Without TLS only this machine is spoken to, as tokens would cross a network in the clear; `plain_allowed` is
    somebody's word that this network may hear them. `authority` is a file with one more authority to trust.
    """

    name: str
    rest: str
    ws_public: str
    ws_private: str
    ws_level3: str | None  # None: nobody has told us of one.
    authority: Path | None = None
    plain_allowed: bool = False

    def __post_init__(self) -> None:
        for name in ("rest", "ws_public", "ws_private", "ws_level3"):
            url = getattr(self, name)
            if url is None and name == "ws_level3":
                continue
            _check(name, url, schemes=("https", "http") if name == "rest" else ("wss", "ws"), plain=self.plain_allowed)
        object.__setattr__(self, "rest", self.rest.rstrip("/"))

    def url(self, endpoint: Endpoint) -> str:
        """Return one URL. Raises LocalError where the venue has none that we know of."""
        url = self.rest if endpoint == "rest" else getattr(self, f"ws_{endpoint}")
        if url is None:
            raise LocalError(
                "venue", f"no {endpoint} endpoint of {self.name} is known: name one as ws_{endpoint} in a [venue] table"
            )
        assert isinstance(url, str)
        return url

    @property
    def is_loopback(self) -> bool:
        """Whether everything of it is on this machine."""
        urls = (self.rest, self.ws_public, self.ws_private, self.ws_level3)
        return all(is_loopback_host(urlsplit(url).hostname or "") for url in urls if url is not None)


def is_loopback_host(host: str) -> bool:
    """Tell whether a host is this machine by its name alone; nobody is asked."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified  # Whoever connects to 0.0.0.0 comes to itself.


def _check(name: str, url: object, *, schemes: tuple[str, str], plain: bool) -> None:
    """Refuse what is no URL of an endpoint. An URL with a password in it is not quoted."""
    if not isinstance(url, str) or len(url) > _URL_MAX or not url.isprintable() or " " in url:
        raise LocalError(name, f"must be a URL that begins with {schemes[0]}://")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise LocalError(name, f"must be a URL that begins with {schemes[0]}://") from None
    if parts.username is not None or parts.password is not None:
        raise LocalError(name, "must have no user and no password in it")
    if parts.scheme not in schemes or not host or parts.query or parts.fragment:
        raise LocalError(name, f"must be a URL that begins with {schemes[0]}://, not {url!r}")
    if parts.scheme == schemes[1] and not plain and not is_loopback_host(host):
        raise LocalError(
            name,
            f"{url} is not this machine and has no TLS: use {schemes[0]}:// (`fathom exchange --tls`), "
            f"or allow it with `plain_allowed = true` in a [venue] table",
        )
