"""All API keys: who signed a request, and whose session token it is.

Pure. Imports: key, lockout, nonces, signature, tokens, core, domain. Imported by: every door.
"""

from random import Random
from typing import Final

from fathom.domain import LocalError
from fathom.exchange.access.body import Fields
from fathom.exchange.access.key import PERMISSIONS, ApiKey
from fathom.exchange.access.lockout import Lockout
from fathom.exchange.access.nonces import NONCE_MAX, Nonces
from fathom.exchange.access.signature import signature_matches
from fathom.exchange.access.tokens import Tokens
from fathom.exchange.core.rules import Rules
from fathom.exchange.doors import HttpRequest

KEYS_MAX: Final = 10_000  # More are refused.
_NONCE_DIGITS_MAX: Final = len(str(NONCE_MAX))


class Keyring:
    """The keys and tokens of one exchange."""

    def __init__(self, *, seed: int, rules: Rules | None = None) -> None:
        rules = Rules() if rules is None else rules
        self._keys: dict[str, ApiKey] = {}
        self._tokens = Tokens(random=Random(f"{seed}/tokens"), life_s=rules.token_life_s)
        self._lockout = Lockout(rules)

    @property
    def token_life_s(self) -> int:
        """How long a token is good unused."""
        return self._tokens.life_s

    # -- Keys ------------------------------------------------------------------------------------------------

    def add(
        self,
        account: str,
        *,
        key: str,
        secret: str,
        permissions: frozenset[str],
        label: str,
        otp: str | None = None,
        nonce_window: int = 0,
        now_ns: int,
    ) -> ApiKey:
        """Add a key of an account.

        Raises LocalError where the key exists or a permission does not.
        """
        if unknown := sorted(permissions - set(PERMISSIONS)):
            raise LocalError("permissions", f"{', '.join(unknown)} is none; there are {', '.join(PERMISSIONS)}")
        if key in self._keys or len(self._keys) >= KEYS_MAX:
            raise LocalError("key", f"must be new, and one of at most {KEYS_MAX}")
        self._keys[key] = api_key = ApiKey(
            key=key,
            secret=secret,
            account=account,
            label=label,
            permissions=permissions,
            otp=otp,
            nonces=Nonces(window=nonce_window),
            created_ns=now_ns,
            modified_ns=now_ns,
        )
        return api_key

    def get(self, key: str) -> ApiKey | None:
        """Return the key of this public text."""
        return self._keys.get(key)

    def keys(self) -> list[ApiKey]:
        """Return all keys, oldest first."""
        return list(self._keys.values())

    def remove(self, key: str) -> bool:
        """Delete a key, and its tokens with it."""
        api_key = self._keys.pop(key, None)
        if api_key is not None:
            self._tokens.revoke(api_key)
        return api_key is not None

    # -- Signed requests -------------------------------------------------------------------------------------

    def authenticate(self, request: HttpRequest, *, fields: Fields, now_ns: int) -> ApiKey | str:
        """Return who signed the request, else Kraken's error: key first, then signature, nonce, second factor.

        `fields` are those of the body. The nonce is used up once the signature is right.
        """
        if self._lockout.locked(request.peer, now_ns=now_ns):
            return "EGeneral:Temporary lockout"
        answer = self._check(request, fields)
        if isinstance(answer, str):
            self._lockout.erred(request.peer, now_ns=now_ns)
            return answer
        answer.last_used_ns = now_ns
        return answer

    def _check(self, request: HttpRequest, fields: Fields) -> ApiKey | str:
        api_key = self._keys.get(request.headers.get("api-key", ""))
        if api_key is None:
            return "EAPI:Invalid key"
        nonce_text = _nonce_text(fields)
        if not signature_matches(
            request.headers.get("api-sign", ""),
            path=request.path,
            nonce=nonce_text,
            body=request.body,
            secret=api_key.secret,
        ):
            return "EAPI:Invalid signature"
        if not _is_nonce(nonce_text) or not api_key.nonces.use(int(nonce_text)):
            return "EAPI:Invalid nonce"
        if api_key.otp is not None and str(fields.get("otp", "")) != api_key.otp:
            return "EGeneral:Invalid arguments:otp"
        return api_key

    # -- Session tokens --------------------------------------------------------------------------------------

    def make_token(self, api_key: ApiKey, *, now_ns: int) -> str:
        """Return a new token of this key."""
        return self._tokens.make(api_key, now_ns=now_ns)

    def token(self, text: str, *, now_ns: int) -> ApiKey | None:
        """Return whose token it is, while it is good."""
        return self._tokens.find(text, now_ns=now_ns)

    def bind(self, text: str) -> None:
        """A connection subscribed with this token: it stays good until `unbind`, however old."""
        self._tokens.bind(text)

    def unbind(self, text: str) -> None:
        """The connection is gone."""
        self._tokens.unbind(text)

    def revoke_tokens(self, account: str | None = None) -> int:
        """Make all tokens bad, or those of one account, whatever uses them; return how many."""
        keys = [key for key in self._keys.values() if key.account == account]
        return self._tokens.revoke() if account is None else sum(self._tokens.revoke(key) for key in keys)


def _nonce_text(fields: Fields) -> str:
    """Return the nonce as the client hashed it: the body's own digits."""
    nonce = fields.get("nonce")
    return str(nonce) if isinstance(nonce, str | int) and not isinstance(nonce, bool) else ""


def _is_nonce(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _NONCE_DIGITS_MAX
