"""The form of every REST answer: `{"error":[...],"result":...}`, HTTP 200 also for errors (rest.md 1).

Pure. Imports: domain, doors. Imported by: every file here.
"""

from typing import Final

from msgspec.json import Encoder

from fathom.domain import FathomError
from fathom.exchange.doors import HttpAnswer

_JSON: Final = Encoder(decimal_format="string")


class Refused(FathomError):
    """What a client asks for cannot be; `error` is what Kraken answers (errors.md)."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Download(bytes):
    """A result that is no JSON: it is sent as it is."""


def invalid(name: str) -> Refused:
    """Return the refusal of one argument."""
    return Refused(f"EGeneral:Invalid arguments:{name}")


def result_answer(result: object) -> HttpAnswer:
    """Return the answer of a call that went well."""
    if isinstance(result, Download):
        return HttpAnswer(body=bytes(result), content_type="application/octet-stream")
    return HttpAnswer(body=_JSON.encode({"error": [], "result": result}))


def error_answer(error: str, *, status: int = 200) -> HttpAnswer:
    """Return the answer of a call that did not."""
    return HttpAnswer(status=status, body=_JSON.encode({"error": [error]}))
