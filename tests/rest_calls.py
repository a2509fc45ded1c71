"""REST's requests against captured answers, and against the exchange in virtual time."""

import json
from base64 import b64decode
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
import pytest

from fathom.protocol import rest
from whole_exchange import Stage

FIXTURES = Path(__file__).resolve().parents[2] / "shared" / "fixtures"
R = TypeVar("R")


def captured(name: str) -> bytes:
    """Return the JSON of one captured answer; skip where there are none. Kraken.Net's files have lines above it."""
    file = FIXTURES / name
    if not file.exists():
        pytest.skip("no captured answers here: ../shared is absent")
    text = file.read_bytes()
    return text[text.index(b"{") :] if name.endswith(".txt") else text


@lru_cache
def _lines(name: str) -> dict[str, bytes]:
    lines = (msgspec.json.decode(line, type=dict[str, msgspec.Raw]) for line in captured(name).splitlines())
    return {json.loads(bytes(line["fn"])): bytes(line["body"]) for line in lines}


def line(name: str, of: str) -> bytes:
    """Return one answer of a file that has one a line."""
    return _lines(name)[of]


def read(request: rest.RestRequest[R], body: bytes) -> R:
    """Return the result in an answer's body, and insist that it has one."""
    answer = rest.open_envelope(body)
    assert isinstance(answer, rest.Answer), answer
    assert answer.errors == ()
    return rest.read_result(request, answer.result)


def result(request: rest.RestRequest[R], text: str) -> R:
    """Return the result of this request where Kraken says so."""
    return rest.read_result(request, text.encode())


def send(stage: Stage, request: rest.RestRequest[Any], name: str = "alice") -> rest.Answer:
    """Send the request to the exchange, signed if it is private; return what it said."""
    facts = request.endpoint
    if facts.private:
        key = stage.key(name)
        stage._nonce += 1
        body = rest.private_body(request, nonce=str(stage._nonce))
        headers = {"api-key": key.key, "content-type": body.content_type} | {
            "api-sign": rest.api_sign(
                facts.path, nonce=str(stage._nonce), body=body.content, secret=b64decode(key.secret)
            )
        }
        said = stage.send("POST", facts.path, headers=headers, body=body.content)
    else:
        said = stage.send("GET", facts.path, query=rest.query_text(request))
    if facts.binary and not said.body.startswith(b"{"):
        return rest.Answer(result=said.body)
    answer = rest.open_envelope(said.body)
    assert isinstance(answer, rest.Answer), said.body
    return answer


def ask(stage: Stage, request: rest.RestRequest[R], name: str = "alice") -> R:
    """Send the request and return its result, which there must be."""
    answer = send(stage, request, name)
    assert answer.errors == (), answer.errors
    return rest.read_result(request, answer.result)


def form(request: rest.RestRequest[Any]) -> dict[str, str]:
    """Return what is posted, without the nonce."""
    return dict(parse_qsl(rest.private_body(request, nonce="1").content.decode())[1:])
