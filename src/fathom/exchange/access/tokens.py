"""WebSocket tokens: good for 900 s until first used, then as long as a connection lives (rest.md 2).

Pure. Imports: key, core's rules. Imported by: keyring.
"""

from base64 import b64encode
from dataclasses import dataclass
from random import Random
from typing import Final

from fathom.exchange.access.key import ApiKey

TOKENS_MAX: Final = 10_000  # Beyond it the oldest that no connection uses is forgotten.
_TOKEN_BYTES: Final = 32  # 43 characters of base64 without the padding.
_SECOND_NS: Final = 1_000_000_000


@dataclass(slots=True, kw_only=True)
class _Token:
    api_key: ApiKey
    expires_ns: int
    connections: int = 0


class Tokens:
    """All tokens that are out."""

    def __init__(self, *, random: Random, life_s: int) -> None:
        self.life_s = life_s
        self._random = random
        self._tokens: dict[str, _Token] = {}

    def make(self, api_key: ApiKey, *, now_ns: int) -> str:
        """Return a new token of this key."""
        self._forget(now_ns)
        text = b64encode(self._random.randbytes(_TOKEN_BYTES)).decode().rstrip("=")
        self._tokens[text] = _Token(api_key=api_key, expires_ns=now_ns + self.life_s * _SECOND_NS)
        return text

    def find(self, text: str, *, now_ns: int) -> ApiKey | None:
        """Return whose token it is, while it is good."""
        token = self._tokens.get(text)
        if token is None or not (token.connections or now_ns < token.expires_ns):
            return None
        return token.api_key

    def bind(self, text: str) -> None:
        """A connection uses the token: it stays good until `unbind`."""
        if (token := self._tokens.get(text)) is not None:
            token.connections += 1

    def unbind(self, text: str) -> None:
        """The connection is gone."""
        if (token := self._tokens.get(text)) is not None and token.connections:
            token.connections -= 1

    def revoke(self, api_key: ApiKey | None = None) -> int:
        """Make all tokens bad, or those of one key, whatever uses them; return how many."""
        revoked = [text for text, token in self._tokens.items() if api_key is None or token.api_key is api_key]
        for text in revoked:
            del self._tokens[text]
        return len(revoked)

    def _forget(self, now_ns: int) -> None:
        """Make room: expired ones go first, then the oldest that is unused, then the oldest."""
        if len(self._tokens) < TOKENS_MAX:
            return
        unused = [text for text, token in self._tokens.items() if not token.connections]
        expired = [text for text in unused if now_ns >= self._tokens[text].expires_ns]
        for text in expired or unused[:1] or list(self._tokens)[:1]:
            del self._tokens[text]
