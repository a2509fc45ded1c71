import gzip
import json
from pathlib import Path

import pytest

from fathom.domain import LocalError
from fathom.run.recording.precisions import Precision, finest, frame_precisions, read_precisions
from recorded import FIXTURES

FRAME = (
    b'{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":['
    b'{"symbol":"BTC/USD","price_precision":1,"qty_precision":8},'
    b'{"symbol":"MATIC/USD","price_precision":4,"qty_precision":7}]}}'
)
SAID = {"BTC/USD": Precision(1, 8), "MATIC/USD": Precision(4, 7)}


def test_an_instrument_frame() -> None:
    assert frame_precisions(FRAME) == SAID
    assert frame_precisions(b'{"channel":"instrument","data":{"assets":[]}}') == {}
    with pytest.raises(ValueError, match="missing"):
        frame_precisions(b'{"channel":"instrument"}')


@pytest.mark.parametrize(
    ("numbers", "precision"),
    [
        (b'"price":45285.2,"qty":0.00100000', (1, 8)),
        (b'"limit_price" : 45,"order_qty":1e-05', (0, 5)),
        (b'"price":1,"qty":1.25E-6', (0, 8)),
        (b'"price":1.5e3,"qty":2e+1', (0, 0)),
        (b'"price":1.25e1,"qty":1}, {"price":0.5,"qty":3.50', (1, 2)),
        (b'"display_price":1.234,"cost_qty":5.6789', (0, 0)),
    ],
)
def test_the_most_decimals_seen(numbers: bytes, precision: tuple[int, int]) -> None:
    assert finest(b'{"bids":[{' + numbers + b"}]}", Precision(0, 0)) == precision
    assert finest(b'{"bids":[{' + numbers + b"}]}", Precision(9, 9)) == (9, 9)


@pytest.mark.parametrize(
    "text",
    [
        FRAME,
        b"note\n" + FRAME + b"\n{broken\n",
        b'{"ts":1,"frame":' + FRAME + b"}",
        b'{"ts":1,"frame":' + json.dumps(FRAME.decode()).encode() + b"}\n\n",
        json.dumps(json.loads(FRAME)["data"]["pairs"], indent=2).encode(),
        gzip.compress(FRAME),
    ],
)
def test_a_file_of_instruments(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "x").write_bytes(text)
    assert read_precisions(tmp_path / "x") == SAID


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("cryptofeed/KRAKEN.0", {"XBT/CHF": (1, 8), "BTC/CHF": (1, 8), "XBTCHF": (1, 8), "ADA/BTC": (8, 8)}),
        ("XChange/marketdata/example-assetpairs-data.json", {"ADA/CAD": (6, 8), "DOGE/BTC": (8, 8)}),
        ("nautilus_trader/http_asset_pairs.json", {"BTC/USDT": (1, 8), "XBTUSDT": (1, 8)}),
        ("kraken-async-rs/ws-v2-messages.jsonl", {"ETH/BTC": (5, 8)}),
    ],
)
def test_recorded_files(name: str, known: dict[str, tuple[int, int]]) -> None:
    found = read_precisions(FIXTURES / name)
    assert {symbol: found[symbol] for symbol in known} == known


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "holds no instruments"),
        (b"{}", "holds no"),
        (b"\xff\x00", "holds no"),
        (b"\x1f\x8bxx", "cannot be read"),
        (b"\x28\xb5\x2f\xfdxx", "cannot"),
        (None, "No such"),
    ],
)
def test_files_without_any(tmp_path: Path, text: bytes | None, why: str) -> None:
    if text is not None:
        (tmp_path / "x").write_bytes(text)
    with pytest.raises(LocalError, match=why):
        read_precisions(tmp_path / "x")


def test_a_nest_too_deep(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"[" * 100_000 + b"]" * 100_000)
    with pytest.raises(LocalError, match="nested too deep"):
        read_precisions(tmp_path / "x")
