"""`fathom data compile`.

Imports: domain, run. Imported by: cli/data, by name.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

if TYPE_CHECKING:
    from fathom.run.history.compile_command import Compiled

OK: Final = 0
WRONG: Final = 1


def compile_recordings(
    recordings: list[Path],
    /,
    *,
    into: Path,
    instruments: Path | None = None,
    depth: int | None = None,
    without_own: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Compile recordings into columns, by symbol and day.

    Every frame of a book is verified as it is written; gaps and stretches that
    do not verify are marked. Days that were finished before are not written
    again, so that whatever stopped it, the same command goes on.
    The exit status is 0 only where every frame was read and no checksum was
    wrong.

    Parameters
    ----------
    recordings
        What `fathom record` wrote, the journal of a run, or files of frames as `fathom verify` reads them.
    into
        The folder of recorded markets; made where it is missing.
    instruments
        A file that says how many decimals pairs have, where the recording does not: an instrument frame, or AssetPairs.
    depth
        The depth of every book, where the recording does not tell: 10, 25, 100, 500 or 1000.
    without_own
        Of a run's journal: the books without the run's own orders, so that a backtest does not meet them again.
    json
        One JSON object instead of tables.
    """
    from fathom.domain import LocalError  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.history.compile_command import compile_recording  # noqa: PLC0415 - As above.
    from fathom.run.history.progress import progress_of  # noqa: PLC0415 - As above.
    from fathom.run.recording.book_stream import DEPTHS  # noqa: PLC0415 - As above.
    from fathom.run.recording.precisions import read_precisions  # noqa: PLC0415 - As above.

    if depth is not None and depth not in DEPTHS["book"]:
        raise LocalError("depth", f"must be 10, 25, 100, 500 or 1000, not {depth}")
    given = read_precisions(instruments) if instruments else {}
    done: list[Compiled] = []
    for path in recordings:
        with progress_of(str(path)) as progress:
            done.append(
                compile_recording(
                    path, into, instruments=given, depth=depth, without_own=without_own, progress=progress
                )
            )
        if not json:
            _tell(done[-1], into)
    if json:
        import msgspec  # noqa: PLC0415 - Only now: start-up time.

        sys.stdout.write(msgspec.json.encode({"recordings": done, "ok": all(one.ok for one in done)}).decode() + "\n")
    return OK if all(one.ok for one in done) else WRONG


def _tell(one: "Compiled", into: Path) -> None:
    from rich.console import Console  # noqa: PLC0415 - Only now: start-up time.
    from rich.table import Table  # noqa: PLC0415 - As above.

    table = Table(title=f"{one.file} → {into}", title_justify="left", box=None, padding=(0, 2, 0, 0))
    keys = ("frames", "verified", "mismatched", "refused", "unchecked")
    table.add_column("book")
    for name in keys:
        table.add_column(name, justify="right")
    for name, counts in one.books.items():
        table.add_row(name, *(f"{counts[key]:,}" for key in keys))
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)
    said = [f"{one.frames:,} frames", f"{one.trades:,} trades", f"{one.candles:,} candles", f"{one.gaps:,} gaps"]
    if one.trades_again:
        said.append(f"{one.trades_again:,} trades told twice")
    if one.days_kept:
        said.append(f"{one.days_kept:,} parts were there already")
    console.print("  ".join(said) + f"; times are {one.clock}")
    if one.own_orders is not None:
        console.print(
            f"{one.own_rows:,} rows of {one.own_orders:,} own orders were left out of level 3; "
            f"{one.own_levels:,} rows of level 2 are without them"
        )
    if one.own_in_l2:
        console.print(
            f"level 2 still has the run's own orders in it, for no level 3 tells them: {', '.join(one.own_in_l2)}",
            markup=False,
        )
    if one.refused:
        console.print(f"{one.refused:,} frames could not be read: {one.first_refusal}", markup=False)
