"""What an HTTP answer means for the request that it answers: a result, a refusal, or no answer of Kraken's at all.

Imports: domain, protocol; pool. Imported by: client.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Generic, TypeVar

from fathom.net.rest.pool import HttpReply, NoAnswerError, NotSentError
from fathom.protocol import refusals, rest

RETRY_AFTER_S_MAX: Final = 600.0  # Cloudflare's bans are of ten minutes.
TOO_MANY_S: Final = 5.0  # Where it does not say how long.

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Answered(Generic[R]):
    """A result, with Kraken's warnings beside it. Times in ns since 1970, of the try that was answered."""

    result: R
    warnings: tuple[str, ...]
    sent_ns: int
    answered_ns: int
    raw: bytes  # The result as it came: a file, or JSON.


def read_answer(request: rest.RestRequest[R], reply: HttpReply, *, host: str) -> Answered[R]:
    """Return the result.

    Raises Refused where Kraken said no, NotSentError where the request surely did not reach Kraken, NoAnswerError where
    nobody knows, and RemoteError where the result is not as it should be.
    """
    if request.endpoint.binary and reply.status == HTTPStatus.OK and not reply.body.lstrip().startswith((b"{", b"<")):
        return _answered(rest.read_result(request, reply.body), (), reply, raw=reply.body)
    said = rest.open_envelope(reply.body)
    if isinstance(said, rest.Foreign) or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        page = said.title if isinstance(said, rest.Foreign) else ""
        what = f"{host} answered HTTP {reply.status}{f' ({page})' if page else ''} in place of Kraken's API"
        if reply.status in refusals.NOT_REACHED:
            raise _not_reached(reply, what)
        # A redirect or a page where there should be an answer: another try would get the same.
        again = reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise NoAnswerError(what if again else f"{what}: is this the right URL?", again=again)
    if said.errors:
        raise refusals.refusal_of_all(said.errors)
    raw = b"null" if said.result is None else said.result
    return _answered(rest.read_result(request, said.result), said.warnings, reply, raw=raw)


def _answered(result: R, warnings: tuple[str, ...], reply: HttpReply, *, raw: bytes) -> Answered[R]:
    return Answered(result=result, warnings=warnings, sent_ns=reply.sent_ns, answered_ns=reply.answered_ns, raw=raw)


def _not_reached(reply: HttpReply, what: str) -> NotSentError:
    if reply.status == HTTPStatus.FORBIDDEN:
        text = f"{what}: Kraken's edge does not let this address or country in"
        return NotSentError(text, again=False, connected=True)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        after = reply.headers.get("Retry-After", "")
        wait_s = float(after) if after.isascii() and after.isdigit() and len(after) < 6 else TOO_MANY_S
        text = f"{what}: too many requests from this address, wait a while"
        return NotSentError(text, wait_s=min(wait_s, RETRY_AFTER_S_MAX), connected=True)
    return NotSentError(f"{what}: Kraken is not to be reached", connected=True)
