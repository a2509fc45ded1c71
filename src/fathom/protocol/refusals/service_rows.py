"""Error texts about keys, limits, the service and the form of requests (errors.md 2 to 5).

Pure. Imports: row. Imported by: table.
"""

from typing import Final

from fathom.protocol.refusals.row import Row, rows

_LOOK: Final = "it may have been done all the same: look at what is open before anything is sent again"

# 2: authentication, permission, session.
ACCESS: Final[list[Row]] = [
    *rows(
        "key",
        "no",
        "check that the key exists, has not expired and allows this address",
        {"EAPI:Invalid key": "the key is missing, unknown, deleted or expired, or its address is not allowed"},
    ),
    *rows(
        "key",
        "fix",
        "check that the secret belongs to the key, and that it was copied whole",
        {"EAPI:Invalid signature": "the signature does not fit the secret, the path and the body"},
    ),
    *rows(
        "request",
        "later",
        "send it with a new nonce, above all that were used; does another program use the same key?",
        {"EAPI:Invalid nonce": "the nonce is not greater than the last; many of these lead to a ban"},
        wait_s=0.0,
    ),
    *rows(
        "request",
        "auth",
        "fetch a new WebSocket token and send it again with that",
        {
            "EAPI:Invalid token": "the WebSocket token is wrong or has expired",
            "ESession:Invalid session": "the WebSocket token is wrong or has expired",
        },
    ),
    *rows(
        "request",
        "fix",
        "put a token into the request",
        {"Token(s) not found": "the request has no token"},
    ),
    *rows(
        "request",
        "fix",
        "correct the body of the request",
        {"EAPI:Bad request": "the body cannot be read"},
    ),
    *rows(
        "venue",
        "no",
        "do without it, or ask Kraken's support",
        {"EAPI:Feature disabled": "the function is switched off"},
    ),
    *rows(
        "key",
        "no",
        "check the key, the secret and the one-time password",
        {"EAuth:Failed": "the authentication failed"},
    ),
    *rows(
        "account",
        "no",
        "sign in at kraken.com and see what the account is waiting for",
        {
            "EAuth:Account temporary disabled": "the account is suspended",
            "EAuth:Account unconfirmed": "the e-mail address is not confirmed",
        },
    ),
    *rows(
        "limit",
        "later",
        "wait half a minute before the next authentication",
        {
            "EAuth:Rate limit exceeded": "too many authentications",
            "EAuth:Too many requests": "too many authentications",
        },
        wait_s=30.0,
    ),
    *rows(
        "key",
        "no",
        "give the key the permission that this needs, at kraken.com under API",
        {
            "EGeneral:Permission denied": "the key lacks the permission",
            "Permission denied": "the key that the token was made with lacks the permission",
        },
    ),
    *rows(
        "account",
        "no",
        "see at kraken.com what the account's level and country allow",
        {"EAccount:Invalid permissions": "the account's level or country does not allow it"},
    ),
    *rows(
        "limit",
        "later",
        "make no call at all for a quarter of an hour, then look why keys, nonces or signatures were wrong",
        {"EGeneral:Temporary lockout": "too many wrong keys, nonces or signatures from this address"},
        wait_s=900.0,
    ),
]

# 3: rates and volumes.
LIMITS: Final[list[Row]] = [
    *rows(
        "limit",
        "later",
        "call less often; calls that go on make it longer",
        {
            "EAPI:Rate limit exceeded": "the counter of REST calls is full",
            "EGeneral:Too many requests": "a flood of requests",
            "EOrder:Domain rate limit exceeded": "a wider limit, of all accounts of one owner, is reached",
        },
        wait_s=15.0,
    ),
    *rows(
        "limit",
        "later",
        "wait until the time that it names; have fewer requests on their way at once",
        {"EService:Throttled": "too many requests at once"},
        wait_s=5.0,
    ),
    *rows(
        "limit",
        "later",
        "wait until the pair's counter has room",
        {"EOrder:Rate limit exceeded": "the pair's transaction counter is full"},
        wait_s=1.0,
    ),
    *rows(
        "limit",
        "fix",
        "cancel or close some first",
        {
            "EOrder:Orders limit exceeded": "too many open orders in the pair",
            "EOrder:Scheduled orders limit exceeded": "too many scheduled or triggered orders",
            "EOrder:Positions limit exceeded": "too many positions",
        },
    ),
    *rows(
        "limit",
        "later",
        "send fewer messages a second on this connection",
        {"Exceeded msg rate": "WebSocket messages come too fast"},
        wait_s=1.0,
    ),
]

# 4: the state of the service.
SERVICE: Final[list[Row]] = [
    *rows(
        "venue",
        "later",
        _LOOK,
        {
            "EService:Unavailable": "the engine or the API is offline",
            "EService:Busy": "the engine or the API is overloaded",
            "EService:Deadline elapsed": "it was not processed before its deadline",
            "EGeneral:Internal error": "an error inside Kraken",
            "EDatabase:Internal error": "an error inside Kraken",
        },
        wait_s=5.0,
        order_may_exist=True,
    ),
    *rows(
        "venue",
        "later",
        "wait until the status is online again",
        {
            "EService:Market in cancel_only mode": "only cancels are taken",
            "EService:Market in post_only mode": "only post-only limit orders and cancels are taken",
            "Market data unavailable": "market data is down",
        },
    ),
    *rows(
        "venue",
        "fix",
        "send a limit order, or wait until the status is online again",
        {"EService:Market in limit_only mode": "only limit orders are taken"},
    ),
    *rows(
        "request",
        "no",
        "nothing to do: it was as asked for already",
        {"WDatabase:No change": "a warning: nothing changed"},
    ),
]

# 5: the form of the request.
FORM: Final[list[Row]] = [
    *rows(
        "request",
        "fix",
        "correct what it names",
        {
            "EGeneral:Invalid arguments": "a parameter is wrong or missing",
            "EGeneral:Invalid arguments:Invalid strategy ID": "there is no such strategy of Earn",
            "ETrade:Invalid request": "the trade request has the wrong form",
            "* field must be a number_float": "a number was sent as a text",
        },
    ),
    *rows(
        "order",
        "fix",
        "let the trigger follow the last trade instead of the index",
        {"EGeneral:Invalid arguments:Index unavailable": "the pair has no index to trigger by"},
    ),
    *rows(
        "order",
        "fix",
        "order at least the pair's smallest quantity",
        {"EGeneral:Invalid arguments:volume minimum not met": "the quantity is below the pair's smallest"},
    ),
    *rows(
        "order",
        "fix",
        "leave no_mpp away",
        {
            "EGeneral:Invalid arguments:no_mpp order option is only available when ordertype = market": (
                "no_mpp is for market orders alone"
            )
        },
    ),
    *rows("request", "no", "call a method that exists", {"EGeneral:Unknown method": "there is no such method"}),
    *rows(
        "request",
        "fix",
        "use a name that Kraken lists, such as BTC/USD",
        {
            "EQuery:Unknown asset": "there is no such asset",
            "EQuery:Unknown asset pair": "there is no such pair",
            "EQuery:Invalid asset pair": "there is no such pair",
        },
    ),
    *rows(
        "account",
        "no",
        "ask Kraken's support to unlock the account",
        {"ETrade:Locked": "the account is locked", "ETrade:User Locked": "the account is locked"},
    ),
]
