"""GetApiKeyInfo, GetWebSocketsToken (rest.md 2 and 5).

Pure. Imports: call. Imported by: methods.
"""

from fathom.exchange.access import PERMISSIONS
from fathom.exchange.rest.call import PrivateCall
from fathom.protocol import SECOND_NS


def get_api_key_info(call: PrivateCall) -> object:
    """Return what the key may, and since when it is there. It never ends, and every address may use it."""
    key = call.api_key
    return {
        "apiKeyName": key.label,
        "apiKey": key.key,
        "nonce": str(key.nonces.highest),
        "nonceWindow": key.nonces.window,
        "permissions": [permission for permission in PERMISSIONS if permission in key.permissions],
        "iban": call.account.number,
        "validUntil": "0",
        "queryFrom": "0",
        "queryTo": "0",
        "createdTime": str(key.created_ns // SECOND_NS),
        "modifiedTime": str(key.modified_ns // SECOND_NS),
        "ipAllowlist": [],
        "lastUsed": None if key.last_used_ns is None else str(key.last_used_ns // SECOND_NS),
    }


def get_websockets_token(call: PrivateCall) -> object:
    """Return a new session token."""
    token = call.keyring.make_token(call.api_key, now_ns=call.now_ns)
    return {"token": token, "expires": call.keyring.token_life_s}
