"""`fathom compare`.

Imports: domain, run. Imported by: cli/app, by name.
"""

import sys
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

AGREE: Final = 0
DIFFER: Final = 1
TROUBLE: Final = 2
WIDTH_PIPED: Final = 200  # Wide enough that nothing is cut off where nobody's terminal says how wide it is.
UNITS: Final = {"us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000}
SPAN_S_MAX: Final = 3_600


def compare(
    journal_a: Path,
    journal_b: Path,
    /,
    *,
    within: str = "2s",
    latency: str = "50ms",
    all_: Annotated[bool, Parameter(name="--all", negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Compare two runs of one bot, order by order, with the reason for each difference.

    A live, rehearsal or paper run against a backtest of the same stretch, or any
    two. The exit status is 0 where they agree, 1 where they differ, 2 where there
    is nothing to compare. docs/compare.md defines each reason.

    Parameters
    ----------
    journal_a
        The folder that a run left behind.
    journal_b
        Another one.
    within
        How far two orders may be apart in time and still be one: 2s, 500ms.
    latency
        What of time is no difference: 50ms, 1s.
    all_
        Every difference, also those that follow from another.
    json
        One JSON object instead of tables.
    """
    from fathom.domain import FathomError  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.comparing.comparison import compare as compared  # noqa: PLC0415 - As above.
    from fathom.run.comparing.finding import Bounds  # noqa: PLC0415 - As above.

    try:
        bounds = Bounds(_span_ns("within", within), _span_ns("latency", latency))
        told = compared(journal_a, journal_b, bounds=bounds)
    except FathomError as error:
        sys.stderr.write(f"error: {error}\n")  # As everywhere, but with a status that says that nothing differs.
        return TROUBLE
    status = AGREE if told.agrees else DIFFER
    if json:
        import msgspec  # noqa: PLC0415 - As above.

        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
        return status
    from rich.console import Console  # noqa: PLC0415 - Slow to import.

    from fathom.run.comparing.tables import tables  # noqa: PLC0415 - As above.

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH_PIPED)
    console.print(tables(told, everything=all_))
    return status


def _span_ns(name: str, text: str) -> int:
    """Return a stretch of time such as `2s` or `500ms`, in ns. Raises LocalError where it is none."""
    from fathom.domain import LocalError  # noqa: PLC0415 - Only now: start-up time.

    number = text.strip().rstrip("usm")
    unit = UNITS.get(text.strip()[len(number) :])
    try:
        span_ns = -1 if unit is None else round(float(number) * unit)
    except (ValueError, OverflowError):
        span_ns = -1
    if not 0 <= span_ns <= SPAN_S_MAX * UNITS["s"]:
        raise LocalError(name, f"{text!r} is no stretch of time from 0 to an hour, such as 2s, 500ms or 200us")
    return span_ns
