"""What a client gets over HTTP instead of its answer: pages of the edge, and errors in Kraken's form.

Pure. Imports: doors. Imported by: faults.
"""

from http import HTTPStatus
from typing import Final

from msgspec import structs
from msgspec.json import encode

from fathom.exchange.doors import HttpAnswer

# Cloudflare's own; its other statuses are everybody's.
_EDGE_WORDS: Final = {
    520: "Web server is returning an unknown error",
    521: "Web server is down",
    522: "Connection timed out",
    523: "Origin is unreachable",
    524: "A timeout occurred",
    525: "SSL handshake failed",
    526: "Invalid SSL certificate",
    527: "Railgun Listener to Origin Error",
}
_EDGE_CODES: Final = {403: 1020, 429: 1015}  # The numbers of Cloudflare's pages.
_EDGE_TITLES: Final = {403: "Access denied", 429: "You are being rate limited"}
_PAGE: Final = (
    "<!DOCTYPE html>\n"
    '<html lang="en-US">\n'
    "<head><title>{title} | kraken.com | Cloudflare</title></head>\n"
    "<body><h1>Error <span>{code}</span></h1><h2>{title}</h2><p>kraken.com</p></body>\n"
    "</html>\n"
)
_SUCCESS: Final = b'"error":[]'
_HEAD: Final = 40  # REST's answers begin with their errors.


def edge_page(status: int) -> HttpAnswer:
    """Return what Cloudflare answers where a request does not come through: a page, no JSON."""
    title = _EDGE_TITLES.get(status) or _EDGE_WORDS.get(status) or _phrase(status)
    page = _PAGE.format(title=title, code=_EDGE_CODES.get(status, status))
    return HttpAnswer(status=status, body=page.encode(), content_type="text/html", headers={"Server": "cloudflare"})


def is_success(answer: HttpAnswer) -> bool:
    """Tell whether the answer says that it was done."""
    return answer.status == HTTPStatus.OK and _SUCCESS in answer.body[:_HEAD]


def with_error(answer: HttpAnswer, error: str) -> HttpAnswer:
    """Return the answer with this error instead of its result."""
    return structs.replace(answer, body=encode({"error": [error]}))


def malformed(answer: HttpAnswer) -> HttpAnswer:
    """Return a success whose result has a form that no method has."""
    return structs.replace(answer, body=b'{"error":[],"result":["malformed"]}')


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown error"
