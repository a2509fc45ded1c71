"""A report as one HTML page that needs nothing else: no request, no library, no network.

The page's own code and style lie beside this file and go in as they are; what was measured goes in as JSON, and is only
ever shown as text. I/O: reads files of the package. Imports: domain, portfolio, told, drawing. Imported by: ui/report.
"""

from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any, Final

import msgspec

from fathom.portfolio import Statistics
from fathom.ui.report.drawing import SEGMENTS_MAX, Drawing, Segment
from fathom.ui.report.told import Extra, RunTold

_FOLDER: Final = resources.files("fathom.ui.report")
BARS_PER_OCTAVE: Final = 4  # Of the latency histogram: more than a page can show helps nobody.
SEGMENTS_DRAWN_MAX: Final = 20_000  # Of all symbols together.


def page(
    told: RunTold,
    statistics: Statistics,
    drawing: Drawing,
    *,
    extras: Sequence[Extra] = (),
    held: Sequence[tuple[int, float]] = (),
) -> str:
    """Return the whole page; `extras` are shown below what every run has, `held` is drawn beside equity."""
    data = {
        "told": msgspec.to_builtins(told),
        "curve": [[_ms(time_ns), *moment] for time_ns, moment in statistics.curve.points],
        "charts": _charts(drawing, statistics.last_ns),
        "fills": [[_ms(fill.time_ns), *fill[1:]] for fill in drawing.fills],
        "fills_count": drawing.fills_count,
        "latency": _latency(statistics),
        "extras": extras,
        "held": [[_ms(time_ns), value] for time_ns, value in held],
    }
    # `<` ends no script and begins no comment when it is written as JSON's own escape.
    written = msgspec.json.encode(data).decode().replace("<", "\\u003c")
    parts: Mapping[str, str] = {
        "TITLE": escape(f"{told.run_id}, fathom report"),
        "STYLE": _read("page.css"),
        "DATA": written,
        "CODE": _read("chart.js") + _read("page.js"),
    }
    template = _read("page.html")
    pieces = template.split("%%")
    return "".join(piece if number % 2 == 0 else parts[piece] for number, piece in enumerate(pieces))


def _ms(time_ns: int) -> float:
    """JavaScript's time, finer than its clock: a double holds microseconds of today."""
    return time_ns // 1_000 / 1_000


def _charts(drawing: Drawing, end_ns: int) -> list[dict[str, Any]]:
    symbols = drawing.symbols
    most = max(SEGMENTS_DRAWN_MAX // max(len(symbols), 1), 200)
    charts = []
    for symbol in symbols:
        drawn = list(drawing.drawn(symbol, end_ns))
        strategies = list(dict.fromkeys(segment.order_id for segment in drawn))
        places = {order_id: place for place, order_id in enumerate(strategies)}
        curve = drawing.prices.get(symbol)
        charts.append(
            {
                "symbol": symbol,
                "prices": [[_ms(time_ns), bid, ask] for time_ns, (bid, ask) in (curve.points if curve else [])],
                "orders": strategies,
                "segments": [
                    [
                        _ms(one.from_ns),
                        _ms(one.to_ns),
                        one.side == "buy",
                        one.price,
                        one.qty,
                        places[one.order_id],
                        one.end,
                    ]
                    for one in drawn[-most:]
                ],
                "left_out": max(drawing.segments_count.get(symbol, 0) - min(SEGMENTS_MAX, most), 0),
            }
        )
    return charts


def _piece(one: Segment, order: int) -> list[Any]:
    return [_ms(one.from_ns), _ms(one.to_ns), one.side == "buy", one.price, one.qty, order, one.end]


def _latency(statistics: Statistics) -> list[dict[str, Any]]:
    """Return coarse buckets of each histogram: [from ns, to ns, count]."""
    found = []
    for (request, stage), histogram in sorted(statistics.times.histograms.items()):
        bars: dict[int, int] = {}
        for low, high, count in histogram.buckets():
            place = _bar((low + high) // 2)
            bars[place] = bars.get(place, 0) + count
        rows = [[_edge(place), _edge(place + 1), count] for place, count in sorted(bars.items())]
        found.append({"name": f"{request}: {stage}", "bars": rows})
    return found


def _bar(ns: int) -> int:
    """Return the place of a duration among bars of which BARS_PER_OCTAVE lie between a power of two and the next."""
    octave = max(ns.bit_length() - 1, 0)
    return octave * BARS_PER_OCTAVE + ((ns - (1 << octave)) * BARS_PER_OCTAVE >> octave if ns else 0)


def _edge(place: int) -> int:
    octave, step = divmod(place, BARS_PER_OCTAVE)
    return (1 << octave) + (step << octave) // BARS_PER_OCTAVE


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
