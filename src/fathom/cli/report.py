"""`fathom report`.

Imports: domain, run. Imported by: cli/app, by name.
"""

import sys
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import Parameter

WIDTH_PIPED: Final = 180  # Wide enough that nothing is cut off where nobody's terminal says how wide it is.


def report(
    journal: Path,
    /,
    *,
    html: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
    lots: Literal["fifo", "lifo", "hifo", "average"] = "fifo",
) -> int:
    """Say what a run came to, from its journal.

    Equity, drawdown, orders, fills, costs, latency. The journal is read once,
    from its beginning; also one that a crash
    cut off, or that is still being written. docs/report.md defines each number.

    Parameters
    ----------
    journal
        The folder that a run left behind, or is writing.
    html
        Write the report there too, as one page that needs no network.
    json
        One JSON object instead of tables.
    lots
        Which lots a sale closes first: it divides profit between realised and unrealised.
    """
    from fathom.run.report import read_report  # noqa: PLC0415 - Only now: start-up time.

    found, told = read_report(journal, method=lots)
    if html is not None:
        from fathom.domain import LocalError  # noqa: PLC0415 - Only where it is needed.
        from fathom.ui import page  # noqa: PLC0415 - As above.

        try:
            html.write_text(
                page(told, found.statistics, found.drawing, extras=found.extras, held=found.held), encoding="utf-8"
            )
        except OSError as error:
            raise LocalError("html", f"{html} cannot be written: {error.strerror}") from None
    if json:
        import msgspec  # noqa: PLC0415 - As above.

        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
        return 0
    from rich.console import Console  # noqa: PLC0415 - Slow to import.

    from fathom.ui import tables  # noqa: PLC0415 - As above.

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH_PIPED)
    console.print(tables(told))
    if html is not None:
        console.print(f"The page is {html}", highlight=False, markup=False, soft_wrap=True)
    return 0
