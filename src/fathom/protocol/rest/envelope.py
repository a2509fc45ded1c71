"""The form of every answer of REST: errors, warnings and a result; or bytes that are not Kraken's at all (rest.md 1).

Pure. Imports: nothing. Imported by: the front door.
"""

import re
from typing import Final, Literal

from msgspec import DecodeError, Raw, Struct
from msgspec.json import Decoder

TITLE_CHARS_MAX: Final = 120  # Of a foreign page so much is told to a person.
_TITLE: Final = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


class Answer(Struct, frozen=True, kw_only=True):
    """What Kraken said. On failure there are errors, and a result is not to be used. Warnings come beside a result."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    result: bytes | None = None  # JSON, not yet read; None where there is none or it is null.


class Foreign(Struct, frozen=True, kw_only=True):
    """Bytes that Kraken's API did not write: a page of Cloudflare's, of a captive portal's, or a cut answer."""

    kind: Literal["html", "empty", "other"]
    title: str = ""  # Of a page: what it calls itself.


class _Form(Struct, gc=False):
    error: list[str]
    result: Raw = Raw()


_FORM: Final = Decoder(_Form)


def open_envelope(body: bytes) -> Answer | Foreign:
    """Return what the bytes say. Never raises. A text that is neither error (E) nor warning (W) counts as an error."""
    try:
        form = _FORM.decode(body)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return _foreign(body)
    warnings = tuple(text for text in form.error if text.startswith("W"))
    errors = tuple(text for text in form.error if not text.startswith("W"))
    result = bytes(form.result)
    return Answer(errors=errors, warnings=warnings, result=result if result not in {b"", b"null"} else None)


def _foreign(body: bytes) -> Foreign:
    start = body.lstrip()[:200].lower()
    if not start:
        return Foreign(kind="empty")
    if not start.startswith(b"<"):
        return Foreign(kind="other")
    found = _TITLE.search(body[:65_536])
    title = " ".join(found[1].decode(errors="replace").split())[:TITLE_CHARS_MAX] if found else ""
    return Foreign(kind="html", title=title if title.isprintable() else "")
