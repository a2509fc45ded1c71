"""Texts without the secrets that we know: for tracebacks, and errors that nobody expected.

Imports: secret. Imported by: the front door.
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from fathom.net.keys.secret import Secret

TEXT_MAX: Final = 1_000_000  # Of a longer text the beginning is scrubbed and shown, and the rest is not.
SECRETS_MAX: Final = 32  # Then the oldest is forgotten: so many keys ago it was let go.
TOKENS_MAX: Final = 32  # As above: a token that is not in use lives for 15 minutes.
SCRUBBED: Final = "<secret>"
_PIECE: Final = 12  # So many characters in a row of a secret are as good as the secret.
_RUN: Final = re.compile(r"[A-Za-z0-9+/=%\\_.~!@#$^&*-]{12,}")
_WORD_MAX: Final = 5  # A secret up to here is looked for as a whole word: it would be found in every text.


class Redactor:
    """Scrubs texts of secrets: whole, in the forms that a URL, JSON or a `repr` gives them, and pieces of long ones."""

    __slots__ = ("_pattern", "_pieces", "_secrets", "_tokens")

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._secrets: list[Secret] = []
        self._tokens: list[Secret] = []  # Apart: they come and go, and must not drive out the secret of a key.
        self._pattern: re.Pattern[str] | None = None
        self._pieces: frozenset[str] = frozenset()
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: Secret) -> None:
        """Scrub this one, too, from now on: the secret or the OTP of a key."""
        if secret.reveal().strip() and secret not in self._secrets:
            self._secrets = [*self._secrets, secret][-SECRETS_MAX:]
            self._prepare()

    def learn_token(self, token: Secret) -> None:
        """Scrub this one, too, for as long as it can be of use to anybody."""
        if token.reveal().strip() and token not in self._tokens:
            self._tokens = [*self._tokens, token][-TOKENS_MAX:]
            self._prepare()

    def scrub(self, text: str) -> str:
        """Return the text with `<secret>` in the place of each."""
        if self._pattern is None:
            return text
        if len(text) > TEXT_MAX:
            # What the cut leaves of a secret at the end may be too short to be known again.
            text = text[: TEXT_MAX - _PIECE] + " ... (cut)"
        return _RUN.sub(self._without_pieces, self._pattern.sub(SCRUBBED, text))

    def __repr__(self) -> str:
        return f"<redactor of {len(self._secrets) + len(self._tokens)} secrets>"

    def _prepare(self) -> None:
        known = [*self._secrets, *self._tokens]
        forms = sorted({form for secret in known for form in _forms(secret)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(_as_pattern(form) for form in forms))
        self._pieces = frozenset(form[at : at + _PIECE] for form in forms for at in range(len(form) - _PIECE + 1))

    def _without_pieces(self, run: re.Match[str]) -> str:
        text = run[0]
        inside = [at for at in range(len(text) - _PIECE + 1) if text[at : at + _PIECE] in self._pieces]
        if not inside:
            return text
        kept: list[str] = []
        end = 0
        for at in inside:
            if at > end or not kept:
                kept += [text[end:at], SCRUBBED]
            end = at + _PIECE
        return "".join([*kept, text[end:]])


def _forms(secret: Secret) -> set[str]:
    """Return how the secret may stand in a text."""
    text = secret.reveal().strip()
    forms = {
        text,
        quote(text, safe=""),
        quote(text),
        json.dumps(text)[1:-1],
        text.replace("/", "\\/"),
        repr(text)[1:-1],
    }
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return forms
    if len(raw) >= _PIECE:  # The bytes that sign, as a traceback would show them.
        forms |= {repr(raw)[2:-1], raw.hex()}
    return forms


def _as_pattern(form: str) -> str:
    escaped = re.escape(form)
    return rf"(?<!\w){escaped}(?!\w)" if len(form) <= _WORD_MAX else escaped
