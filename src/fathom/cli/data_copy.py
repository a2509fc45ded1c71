"""`fathom data copy`.

Imports: run. Imported by: cli/data, by name.
"""

import sys
from typing import Annotated, Final

from cyclopts import Parameter

OK: Final = 0


def copy(
    source: str,
    target: str,
    /,
    *symbols: str,
    tapes: bool = True,
    json: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
) -> int:
    """Copy recorded markets to another place, or from one.

    A place is a folder, or the address of one that fsspec knows: s3://bucket/data
    with s3fs installed, gs:// with gcsfs, ... Files that are there already, as
    large as here, are left: whatever stopped it, the same command goes on.

    Parameters
    ----------
    source
        Where they are.
    target
        Where they go.
    symbols
        Only these pairs.
    tapes
        The tapes too: for whoever steps over them there.
    json
        One JSON object.
    """
    from fathom.run.history.copy_command import copy as run  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.history.progress import progress_of  # noqa: PLC0415 - As above.

    with progress_of(f"{source} → {target}") as progress:
        done = run(source, target, symbols=symbols, tapes=tapes, progress=progress)
    if json:
        import msgspec  # noqa: PLC0415 - Only now: start-up time.

        sys.stdout.write(msgspec.json.encode(done).decode() + "\n")
        return OK
    kept = f"; there already: {done.kept:,}" if done.kept else ""
    sys.stdout.write(f"{done.files:,} files, {done.size:,} bytes from {source} to {target}{kept}\n")
    return OK
