"""The signature of a private call (rest.md 2).

Pure. Imports: nothing. Imported by: keyring.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64


def api_sign(path: str, *, nonce: str, body: bytes, secret: str) -> str:
    """Return what API-Sign must say: an HMAC over the path and the digest of nonce and body, just as sent."""
    message = path.encode() + hashlib.sha256(nonce.encode() + body).digest()
    return b64encode(hmac.digest(b64decode(secret), message, "sha512")).decode()


def signature_matches(signature: str, *, path: str, nonce: str, body: bytes, secret: str) -> bool:
    """Tell whether the signature is right, in constant time. Texts that are no base64 are wrong."""
    try:
        given = b64decode(signature, validate=True)
        nonce.encode()
        path.encode()
    except (NotBase64, ValueError):  # Not ASCII, or half of a surrogate pair: no client signed that.
        return False
    return hmac.compare_digest(given, b64decode(api_sign(path, nonce=nonce, body=body, secret=secret)))
