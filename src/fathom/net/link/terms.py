"""How to connect: TLS, socket buffers, deadlines.

Imports: domain. Imported by: socket, link, the front door.
"""

import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fathom.domain import LocalError
from fathom.protocol import ReconnectTerms

MIB: Final = 2**20


def tls_context(authority: Path | None = None) -> ssl.SSLContext:
    """Return the terms of TLS: certificates verified, 1.3 where the other end has it, nothing below 1.2.

    `authority` is a further one to trust, such as that of a local exchange. Raises LocalError where its file cannot be
    read.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    if authority is not None:
        try:
            context.load_verify_locations(cafile=authority)
        except (OSError, ssl.SSLError) as error:
            raise LocalError("authority", f"cannot read certificates from {authority}: {error}") from None
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTerms:
    """What every connection is made with."""

    tls: ssl.SSLContext = field(default_factory=tls_context)
    nodelay: bool = True
    socket_buffer_bytes: int = MIB  # Each way; the system may give less.
    read_buffer_bytes: int = MIB // 4  # So much is taken from the socket at once.
    frame_bytes_max: int = 64 * MIB  # The instrument snapshot alone may pass 1 MiB (websocket-v2.md 6.5).
    connect_s_max: float = 10.0  # For the name, TCP and TLS; and as long again for the upgrade.
    token_s_max: float = 15.0  # For a fresh token by REST.
    close_s_max: float = 1.0  # Then the socket is cut.
    reconnect: ReconnectTerms = field(default_factory=ReconnectTerms)


def tune(connected: socket.socket, terms: LinkTerms) -> None:
    """Set the socket's options."""
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(terms.nodelay))
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        connected.setsockopt(socket.SOL_SOCKET, option, terms.socket_buffer_bytes)
