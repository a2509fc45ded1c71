import json

import msgspec
import pytest

from fathom.domain import RemoteError
from fathom.protocol import messages
from fathom.protocol.codec import decode
from fathom.protocol.messages import BookMessage
from fathom.protocol.strict import WORDS, decode_strict
from recorded import FIXTURES

# A `data` list's row, by the field that only it has: where to put a fragment back.
ENVELOPES = {
    "connection_id": '{"channel":"status","type":"update","data":[%s]}',
    "precision_display": '{"channel":"instrument","type":"update","data":{"assets":[%s],"pairs":[]}}',
    "price_increment": '{"channel":"instrument","type":"update","data":{"assets":[],"pairs":[%s]}}',
    "exec_type": '{"channel":"executions","type":"update","data":[%s],"sequence":1}',
}


def test_real_frames_pass() -> None:
    passed = 0
    for line in (FIXTURES / "kraken-async-rs" / "ws-v2-messages.jsonl").read_text().splitlines():
        row, text = json.loads(line), line[line.index('"text":') + 7 : -1]
        if row["kind"] == "fragment":
            text = next(form for key, form in ENVELOPES.items() if key in row["text"]) % text
        assert decode_strict(text.encode()) == decode(text.encode())
        passed += 1
    assert passed >= 30


def test_documented_and_recorded_books_pass() -> None:
    for name in ("book-checksum-example.json", "level3-checksum-example.json"):
        decode_strict((FIXTURES / "kraken-docs" / name).read_bytes())
    stream = json.loads((FIXTURES / "python-kraken-sdk" / "orderbook-v2.json").read_text())
    for frame in [stream["init"], *stream["updates"]]:
        assert isinstance(decode_strict(json.dumps(frame).encode()), BookMessage)


BOOK = '{"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[%s],"asks":[],"checksum":1%s}]}'
EXECUTION = (
    '{"channel":"executions","type":"update","data":[{"order_id":"O","exec_type":"%s","order_status":"new",'
    '"timestamp":"2024-05-18T12:58:40.165132Z"%s}],"sequence":1}'
)


@pytest.mark.parametrize(
    ("frame", "place"),
    [
        ("nonsense", "malformed frame"),
        ('{"channel":"weather"}', "unknown channel weather"),
        ('{"channel":"heartbeat","type":"update"}', r"\$\.type: unknown field"),
        (BOOK % ("", ',"depth":10'), r"\$\.data\[0\]\.depth: unknown field"),
        (BOOK % ('{"price":"0.10","qty":1}', ""), r"\$\.data\[0\]\.bids\[0\]\.price: '0.10' is not a bare number"),
        (BOOK % ("", ',"timestamp":"yesterday"'), "yesterday"),
        (BOOK % ("", ',"timestamp":"2024-05-18T12:58:40"'), "RFC 3339"),
        (EXECUTION % ("reincarnated", ""), r"exec_type: unknown word 'reincarnated'"),
        (EXECUTION % ("new", ',"time_in_force":"gtc"'), "time_in_force: unknown word 'gtc'"),
        (EXECUTION % ("new", ',"triggers":{"status":"asleep"}'), r"triggers\.status: unknown word"),
        (EXECUTION % ("new", ',"fees":[{"asset":"USD","qty":1,"x":2}]'), r"fees\[0\]\.x: unknown field"),
        ('{"method":"pong","time_in":"t","time_out":"t"}', "RFC 3339"),
    ],
)
def test_what_the_documents_exclude_is_named(frame: str, place: str) -> None:
    with pytest.raises(RemoteError, match=place):
        decode_strict(frame.encode())


def test_absent_and_null_are_the_same() -> None:
    decode_strict((EXECUTION % ("new", ',"reason":null,"expire_time":null,"order_type":null')).encode())


def test_padded_and_exponent_numbers_pass() -> None:
    decode_strict((BOOK % ('{"price":1797.30,"qty":1e-05},{"price":5,"qty":0.00000000}', "")).encode())


def test_every_word_belongs_to_a_field() -> None:
    for kind, fields in WORDS.items():
        assert kind.__name__ in messages.__all__
        assert set(fields) <= {field.encode_name for field in msgspec.structs.fields(kind)}
