"""The bundled recordings of real Kraken frames, as feeds: each pair's snapshot, then its updates.

Imports: fathom.store, streams. Imported by: l2.
"""

import json
from importlib import resources

from streams import Feed

from fathom.store import CaptureReader

RECORDINGS = {
    "btc-usd-2023-07-30.jsonl.zst": 10,
    "ten-pairs-2021-04-17.jsonl.zst": 1000,
}


def recorded(name: str) -> list[Feed]:
    """Return one feed a pair. The decimals of its numbers are the pair's precisions, as the wire pads them."""
    found: dict[str, Feed] = {}
    with resources.as_file(resources.files("fathom.run") / "recordings" / name) as path:
        for capture in CaptureReader(path):
            message = json.loads(capture.frame, parse_float=str)
            if message.get("channel") != "book":
                continue
            data = message["data"][0]
            symbol = data["symbol"]
            if message["type"] == "snapshot":
                level = data["bids"][0]
                found[symbol] = Feed(
                    symbol,
                    _decimals(level["price"]),
                    _decimals(level["qty"]),
                    RECORDINGS[name],
                    capture.frame,
                    [],
                )
            else:
                found[symbol].updates.append(capture.frame)
    return list(found.values())


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])
