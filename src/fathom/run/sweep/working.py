"""The loop of a sweep: whoever is free gets the next job, and what is done is kept, until all is done or it is stopped.

Imports: domain; asking, folder, scoring, space, splits, trial. Imported by: run/sweep/sweep_command.
"""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import structs

from fathom.domain import LocalError
from fathom.run.bot_file import BotFile
from fathom.run.sweep.asking import Asker
from fathom.run.sweep.folder import OPTUNA, Folder, Kind, Row
from fathom.run.sweep.scoring import measured
from fathom.run.sweep.space import Params, neighbours, refusal_of, with_params
from fathom.run.sweep.splits import Fold, Splits
from fathom.run.sweep.trial import Crew, Done, Job

WAIT_S: Final = 0.5  # At most: then it is seen whether somebody said stop.
FAILED_MAX: Final = 10  # As many failures and not one success: it is not the parameters.

Stopped = Callable[[], bool]
Progress = Callable[[str, int, int], None]
Piece = tuple[Job, Row]  # A job, and its row as far as it is known before.


class Sweep:
    """The work of one folder. Whatever it does is in the folder before it goes on."""

    def __init__(self, file: BotFile, folder: Folder, crew: Crew, *, stopped: Stopped, progress: Progress) -> None:
        self._file = file
        self._folder = folder
        self._crew = crew
        self._stopped = stopped
        self._progress = progress
        self.settings = folder.settings
        self.exhausted = False  # Nothing new was found to try.
        self.asker = Asker(
            folder.path / OPTUNA,
            self.settings,
            folder.of("trial"),
            refused=lambda params: refusal_of(with_params(file, params)),
        )

    def search(self, trials: int) -> None:
        """Run the trials that are missing. Raises LocalError where all of the first ones fail."""
        there = {row.number for row in self._folder.of("trial")}
        missing = (number for number in range(trials) if number not in there)

        def pieces() -> Iterator[Piece]:
            for number in missing:
                params = self.asker.ask(number)
                if params is None:
                    self.exhausted = True
                    return
                yield self._piece("trial", number, params)

        def done(row: Row) -> None:
            self.asker.tell(row)
            rows = self._folder.of("trial")
            if len(rows) >= FAILED_MAX and all(one.why for one in rows):
                raise LocalError(
                    "sweep",
                    f"all of the first {len(rows)} trials failed ({rows[0].why}); when that is mended, delete "
                    f"{self._folder.path} and begin again",
                )

        self._work("trials", pieces(), done, done_already=len(there), of=max(trials, len(there)))

    def around(self, best: Row) -> None:
        """Run what is one step beside the best trial, as far as it has not been run."""
        known = {_key(row.params) for row in self._folder.rows if row.kind != "held_out"}
        wanted = [
            self._piece("neighbour", best.number, params, varied=name)
            for name, params in neighbours(self.settings.space, best.params)
            if _key(params) not in known and refusal_of(with_params(self._file, params)) is None
        ]
        self._work("neighbours of the best", iter(wanted), of=len(wanted))

    def hold_out(self, best: Row) -> None:
        """Run the best trial in the time that was held out, where it has not been."""
        if self.settings.splits.held_out is None or held_out_of(self._folder, best) is not None:
            return
        self._work("the time held out", iter([self._piece("held_out", best.number, best.params)]), of=1)

    def _piece(self, kind: Kind, number: int, params: Params, *, varied: str = "") -> Piece:
        job = Job(0, with_params(self._file, params), self._splits(kind).segments, self.settings.bar_s)
        return job, Row(kind=kind, number=number, params=params, varied=varied)

    def _splits(self, kind: Kind) -> Splits:
        """Return what a piece runs over: the segments of the search, or only the time held out, as a test."""
        splits = self.settings.splits
        if kind != "held_out":
            return splits
        assert splits.held_out is not None, "asked before"
        return Splits([splits.held_out], [Fold([], 0)], None)

    def _work(
        self,
        what: str,
        pieces: Iterator[Piece],
        then: Callable[[Row], None] = lambda _row: None,
        *,
        done_already: int = 0,
        of: int,
    ) -> None:
        crew, done, more, key = self._crew, done_already, True, 0
        running: dict[int, Row] = {}
        self._progress(what, done, of)
        while not self._stopped():
            while more and crew.free:
                piece = next(pieces, None)
                if piece is None:
                    more = False
                    break
                key += 1
                job, running[key] = piece
                crew.begin(Job(key, job.file, job.windows, job.bar_s))
            if not running:
                return
            for one in crew.wait(WAIT_S):
                row = self._filled(running.pop(one.key), one)
                self._folder.add(row)
                then(row)
                done += 1
                self._progress(what, done, of)

    def _filled(self, row: Row, done: Done) -> Row:
        """Return the row with what its backtests came to."""
        if done.why:
            return structs.replace(row, seconds=done.seconds, why=done.why)
        settings = self.settings
        found = measured(done.stretches, self._splits(row.kind), settings.objective, bar_s=settings.bar_s)
        return structs.replace(row, seconds=done.seconds, **structs.asdict(found))


def held_out_of(folder: Folder, best: Row) -> Row | None:
    """Return what the best trial was in the time held out; None where it was not run there."""
    return next((row for row in folder.of("held_out") if row.number == best.number), None)


def _key(params: Params) -> tuple[tuple[str, object], ...]:
    return tuple(sorted(params.items()))
