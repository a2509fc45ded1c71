"""How a private call is signed (rest.md 2).

Pure. Imports: nothing. Imported by: the front door.
"""

import base64
import hashlib
import hmac


def api_sign(path: str, *, nonce: str, body: bytes, secret: bytes) -> str:
    """Return the text of the header API-Sign.

    `path` begins with /0/private/ and has no query. `nonce` is the text that stands in `body` too, and `body` is sent
    to the byte as it was signed. `secret` is the key itself: what Kraken shows of it is base64 and is decoded before.
    """
    digest = hashlib.sha256(nonce.encode() + body).digest()
    return base64.b64encode(hmac.digest(secret, path.encode() + digest, "sha512")).decode()
