"""An exchange of ours is asked where its other endpoints are: `GET /fathom/venue`.

Imports: domain, link, venue, aiohttp. Imported by: choosing.
"""

import asyncio
import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import msgspec

from fathom.domain import FathomError, LinkError, RemoteError
from fathom.net.link.terms import tls_context
from fathom.net.venue.venue import Venue, is_loopback_host

ANSWER_S_MAX: Final = 5.0
ANSWER_BYTES_MAX: Final = 65_536
PATH: Final = "/fathom/venue"


class Told(msgspec.Struct, frozen=True):
    """What of the answer matters to us."""

    ws_public: str
    ws_private: str
    ws_level3: str


async def ask_venue(rest: str, *, authority: Path | None = None, answer_s_max: float = ANSWER_S_MAX) -> Venue:
    """Return the venue whose REST URL this is.

    Raises LinkError where nobody answers, RemoteError where it is another server.
    """
    Venue(name=rest, rest=rest, ws_public="ws://localhost", ws_private="ws://localhost", ws_level3=None)  # Is it one?
    rest = rest.rstrip("/")
    told = await _told(rest, authority, answer_s_max)
    host = urlsplit(rest).hostname or ""
    return Venue(
        name=rest,
        rest=rest,
        ws_public=_seen_from_here(told.ws_public, host),
        ws_private=_seen_from_here(told.ws_private, host),
        ws_level3=_seen_from_here(told.ws_level3, host),
        authority=authority,
    )


async def _told(rest: str, authority: Path | None, answer_s_max: float) -> Told:
    problem: FathomError
    try:
        async with (
            asyncio.timeout(answer_s_max),
            aiohttp.ClientSession() as client,
            client.get(rest + PATH, allow_redirects=False, ssl=tls_context(authority)) as response,
        ):
            body = b""
            while len(body) < ANSWER_BYTES_MAX and (more := await response.content.read(ANSWER_BYTES_MAX)):
                body += more
            return msgspec.json.decode(body, type=Told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        problem = RemoteError(f"{rest} is no fathom exchange: it does not tell its endpoints at {PATH}")
    except TimeoutError:
        problem = LinkError(f"{rest} does not answer within {answer_s_max:g} s: is it the REST URL of an exchange?")
    except aiohttp.ClientConnectorCertificateError:
        problem = LinkError(f"the certificate of {rest} is not trusted: name its authority in a [venue] table")
    except (aiohttp.ClientError, OSError) as error:
        problem = LinkError(f"cannot reach {rest}: {_reason(error)}")
    raise problem


def _reason(error: Exception) -> str:
    number = getattr(getattr(error, "os_error", error), "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else str(error) or type(error).__name__


def _seen_from_here(url: str, host: str) -> str:
    """Return a URL that its server wrote from where it stands: its own loopback is, from elsewhere, its host."""
    parts = urlsplit(url)
    if is_loopback_host(host) or not is_loopback_host(parts.hostname or ""):
        return url
    shown = f"[{host}]" if ":" in host else host
    return urlunsplit(parts._replace(netloc=f"{shown}:{parts.port}" if parts.port else shown))
