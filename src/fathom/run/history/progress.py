"""How far something long is: a bar in a terminal, nothing elsewhere.

I/O: prints. Imports: nothing of ours. Imported by: cli.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]


@contextmanager
def progress_of(title: str) -> Iterator[Progress]:
    """Yield what is told: what is being done, how much of it is done, and of how much (0: nobody knows)."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _all: None
        return
    from rich import progress as rich  # noqa: PLC0415 - As above.
    from rich.console import Console  # noqa: PLC0415 - Only where somebody looks: start-up time.

    columns = (
        rich.TextColumn("{task.description}"), rich.BarColumn(), rich.MofNCompleteColumn(), rich.TimeRemainingColumn(),
    )  # fmt: skip
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def told(what: str, done: int, of: int) -> None:
            bar.update(task, description=f"{title}: {what}", completed=done, total=of or None)

        yield told
