"""A throw-away certificate authority for a server on this machine.

Imports: domain. Imported by: the front door of server.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path

from fathom.domain import LocalError


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server needs, and the file that a client must trust."""

    server: ssl.SSLContext
    authority_file: Path


def make_certificate(hosts: tuple[str, ...], *, folder: Path) -> Certificate:
    """Make a new authority and a certificate of it for `hosts`; its public part goes to a file in `folder`.

    Raises LocalError where the library for it is not installed.
    """
    try:
        import trustme  # noqa: PLC0415 - An extra: only --tls needs it.
    except ImportError:
        raise LocalError("tls", "needs the extra `tls`: pip install 'fathom-trader[tls]'") from None
    authority = trustme.CA(organization_name="fathom exchange (throw-away)")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "fathom-exchange-ca.pem"
    authority.cert_pem.write_to_path(file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert(*hosts).configure_cert(context)
    return Certificate(server=context, authority_file=file)
