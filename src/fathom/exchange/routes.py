"""Which of Kraken's WebSocket hosts a connection means: by path, by Host header, or by the port it came to.

Clients differ in what they let one set: some only a host, some a whole URL.

Pure. Imports: doors. Imported by: exchange.
"""

from typing import Final, Literal

from msgspec import Struct

from fathom.exchange.doors import Role, Upgrade

Version = Literal["v1", "v2"]

_ROLES: Final[dict[str, Role]] = {"public": "public", "private": "private", "level3": "level3"}
_HOSTS: Final[dict[str, Role]] = {
    "ws": "public",
    "beta-ws": "public",
    "ws-auth": "private",
    "beta-ws-auth": "private",
    "ws-l3": "level3",
}


class Route(Struct, frozen=True):
    """The host's role and the protocol's version."""

    role: Role
    version: Version


def route(upgrade: Upgrade) -> Route | None:
    """Return where an upgrade goes; None where no such path is served.

    `/private/v2` names the role in its path; `/v2` leaves it to the first label of the Host header (ws-auth, ws-l3),
    and else to the port. The path alone selects the version: without `/v2` it is v1.
    """
    parts = [part for part in upgrade.path.split("?")[0].split("/") if part]
    role = _HOSTS.get(upgrade.host.split(":")[0].split(".")[0].lower(), upgrade.role)
    if parts and parts[0] in _ROLES:
        role = _ROLES[parts.pop(0)]
    if parts == ["v2"]:
        return Route(role, "v2")
    if not parts and role != "level3":
        return Route(role, "v1")
    return None
