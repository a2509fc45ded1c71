"""A sweep as one HTML page that needs nothing else: no request, no library, no network.

It has the style of a run's report, and its own code beside this file; what was measured goes in as JSON, and is only
ever shown as text. I/O: reads files of the package. Imports: told. Imported by: ui/sweep.
"""

from html import escape
from importlib import resources

import msgspec

from fathom.ui.sweep.told import SweepTold


def sweep_page(told: SweepTold) -> str:
    """Return the whole page."""
    # `<` ends no script and begins no comment when it is written as JSON's own escape.
    written = msgspec.json.encode(told).decode().replace("<", "\\u003c")
    parts = {
        "TITLE": escape(f"{told.name}, fathom sweep"),
        "STYLE": _read("report", "page.css") + _read("sweep", "sweep.css"),
        "DATA": written,
        "CODE": _read("report", "chart.js") + _read("sweep", "plot.js") + _read("sweep", "sweep.js"),
    }
    pieces = _read("sweep", "sweep.html").split("%%")
    return "".join(piece if number % 2 == 0 else parts[piece] for number, piece in enumerate(pieces))


def _read(room: str, name: str) -> str:
    return (resources.files("fathom.ui") / room / name).read_text(encoding="utf-8")
