"""`fathom sweep`.

Imports: data_days, domain, run, ui. Imported by: cli/app, by name.
"""

import sys
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from fathom.cli.data_days import day_of

OK: Final = 0
NOTHING: Final = 1  # No trial has a score.
INTERRUPTED: Final = 130
WIDTH_PIPED: Final = 180  # Wide enough that nothing is cut off where nobody's terminal says how wide it is.


def sweep(
    bot: Path,
    /,
    *,
    data: Path,
    trials: int = 100,
    objective: Literal["sharpe", "sortino", "calmar", "return", "profit"] = "sharpe",
    only: str = "",
    first: Annotated[str | None, Parameter(name="--from")] = None,
    last: Annotated[str | None, Parameter(name="--to")] = None,
    folds: int = 4,
    scheme: Literal["anchored", "rolling"] = "anchored",
    held_out: float = 0.2,
    jobs: int | None = None,
    trial_seconds: float = 3600.0,
    sampler: Literal["tpe", "random"] = "tpe",
    seed: int = 1,
    neighbours: bool = True,
    cluster: str | None = None,
    out: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Search a bot's parameters over recorded markets.

    Each trial is the bot with other parameters, run over each segment of the
    time. The last part of the time is held out: the search never sees it, and
    the best trial is run there once. Ctrl-C keeps what is finished; the same
    command goes on. docs/sweep.md says what is train, what is test, and what
    the numbers mean.

    Parameters
    ----------
    bot
        The bot's file. What of its strategies may be searched is declared beside their parameters.
    data
        The folder of recorded markets, as `fathom data compile` makes it.
    trials
        How many, those of earlier runs in the same folder among them.
    objective
        What is highest in the best trial.
    only
        Search only these parameters, or strategies: trend.fast_n,trend.slow_n. The others are as in the file.
    first
        The first day (UTC), such as 2026-11-30.
    last
        The last day, included.
    folds
        How many times a train window is followed by a test.
    scheme
        Train windows begin with the data (anchored), or are the two segments before the test (rolling).
    held_out
        The share of the time, its last, that the search never sees.
    jobs
        How many trials run at a time; as many as there are processors.
    trial_seconds
        A trial that takes longer has failed.
    sampler
        tpe learns from the trials so far; random does not, so that the walk over the folds is clean.
    seed
        With the same seed and one job the same trials come.
    neighbours
        Also run what is one step beside the best trial.
    cluster
        The address of a ray cluster to run on instead: auto, or ray://host:10001.
    out
        The sweep's folder: sweeps/NAME.
    json
        One JSON object instead of tables.
    """
    from fathom.run.sweep.sweep_command import PAGE, SweepCommand  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.sweep.sweep_command import sweep as run  # noqa: PLC0415 - As above.

    told = run(
        SweepCommand(
            bot=bot, data=data, trials=trials, objective=objective,
            only=[name for one in only.split(",") if (name := one.strip())],
            first=day_of("--from", first), last=day_of("--to", last), folds=folds, scheme=scheme, held_out=held_out,
            jobs=jobs, trial_seconds=trial_seconds, sampler=sampler, seed=seed, neighbours=neighbours, cluster=cluster,
            out=out,
        )
    )  # fmt: skip
    if json:
        import msgspec  # noqa: PLC0415 - As above.

        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
    else:
        from rich.console import Console  # noqa: PLC0415 - Slow to import.

        from fathom.ui import sweep_tables  # noqa: PLC0415 - As above.

        console = Console(highlight=False)
        if not console.is_terminal:
            console = Console(highlight=False, width=WIDTH_PIPED)
        console.print(sweep_tables(told))
        console.print(f"The page is {Path(told.folder) / PAGE}", markup=False, soft_wrap=True)
    if not told.whole:
        return INTERRUPTED
    return OK if told.best is not None else NOTHING
