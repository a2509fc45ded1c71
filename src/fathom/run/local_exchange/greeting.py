"""What `fathom exchange` prints: URLs, keys, and how to point a client at it.

Imports: exchange. Imported by: command.
"""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from fathom.exchange import ApiKey
from fathom.run.local_exchange.venue_urls import VenueUrls


def greeting(urls: VenueUrls, keys: Sequence[ApiKey], *, authority: Path | None) -> str:
    """Return the whole text."""
    first = keys[0]
    lines = [
        "A Kraken on this machine. Ctrl-C ends it.",
        "",
        *(f"  {name:<11} {url}" for name, url in urls.as_dict().items()),
        "",
        "Accounts (key, secret): what each may do",
        *(f"  {key.account:<10} {_may(key)}\n    {key.key}\n    {key.secret}" for key in keys),
        "",
        f"As environment ({first.account}):",
        f"  export FATHOM_API_KEY={first.key}",
        f"  export FATHOM_API_SECRET={first.secret}",
        f"  export FATHOM_REST_URL={urls.rest} FATHOM_WS_URL={urls.ws_public}",
        f"  export FATHOM_WS_AUTH_URL={urls.ws_private} FATHOM_WS_L3_URL={urls.ws_level3}",
        "",
        "ccxt:",
        "  exchange = ccxt.pro.kraken({'apiKey': key, 'secret': secret})",
        f"  exchange.urls['api'].update(public='{urls.rest}', private='{urls.rest}')",
        f"  exchange.urls['api']['ws'].update(publicV2='{urls.ws_public}', privateV2='{urls.ws_private}',",
        f"                                    public='{urls.ws_v1}', private='{urls.ws_v1_private}')",
        "python-kraken-sdk:",
        f"  kraken.spot.SpotAsyncClient(key, secret, url='{urls.rest}')",
        f"  kraken.spot.SpotWSClient(key, secret, rest_url='{urls.rest}', ws_url='{urls.ws_v1}',",
        f"                           auth_ws_url='{urls.ws_v1_private}')  # It adds the /v2 itself.",
        "fathom:",
        f"  its URLs are at {urls.rest}/fathom/venue; control and metrics at {urls.control}",
    ]
    if authority is not None:
        lines += [
            "",
            f"TLS: trust {authority} in this run's clients only:",
            f"  export SSL_CERT_FILE={quote(str(authority))} REQUESTS_CA_BUNDLE={quote(str(authority))}",
        ]
    return "\n".join([*lines, ""])


def _may(key: ApiKey) -> str:
    if "withdraw-funds" in key.permissions:
        return "trades, and may withdraw: a bot should refuse this key"
    return "trades" if "modify-trades" in key.permissions else "may only look"
