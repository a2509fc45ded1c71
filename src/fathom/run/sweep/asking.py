"""Which parameters come next: optuna, asked by one process, and told what came of it.

Trial N is always asked with the same seed, made from the sweep's and N, so that a sweep that was stopped goes on as it
would have: with one job the same trials come, whatever stopped it. What was drawn and is refused by a strategy, or was
tried before, is no trial: it is drawn again. I/O: optuna's journal. Imports: domain; folder, space. Imported by:
run/sweep.
"""

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from fathom.domain import LocalError
from fathom.run.sweep.folder import Row, Sampler, Settings
from fathom.run.sweep.space import Dimension, Params

DRAWS_MAX: Final = 200  # For one trial: after so many that are none, all that is left is taken to have been tried.
STUDY: Final = "fathom sweep"
WORST: Final = -math.inf  # Of a trial that has no score.


class Asker:
    """The search. `results` are those of earlier runs; `refused` says why parameters cannot go together."""

    def __init__(
        self, journal: Path, settings: Settings, results: Iterable[Row], *, refused: Callable[[Params], str | None]
    ) -> None:
        self._optuna = _optuna()
        self._space = settings.space
        self._sampler: Sampler = settings.sampler
        self._seed = settings.seed
        self._refused = refused
        self._distributions = {one.name: self._distribution(one) for one in settings.space}
        try:
            backend = self._optuna.storages.journal.JournalFileBackend(str(journal))
            self._study = self._optuna.create_study(
                storage=self._optuna.storages.JournalStorage(backend), study_name=STUDY, direction="maximize",
                load_if_exists=True,
            )  # fmt: skip
        except (ValueError, KeyError) as error:
            raise LocalError(
                str(journal), f"cannot be read by optuna ({error}): delete it, the results are kept without it"
            ) from None
        self._asked: dict[int, Any] = {}  # Optuna's trials, by our numbers.
        self._told: dict[tuple[object, ...], float | None] = {}  # None: asked, and not told.
        self._unfit: set[tuple[object, ...]] = set()  # Refused by a strategy.
        self._size = size_of(settings.space)
        self._draws: dict[int, int] = {}
        self.refusals = 0
        self.refusal = ""  # The first of them.
        self._go_on(results)

    def ask(self, number: int) -> Params | None:
        """Return the parameters of a trial; None where nothing new can be found."""
        for draw in range(self._draws.get(number, 0), DRAWS_MAX):
            if len(self._told) + len(self._unfit) == self._size:
                return None
            self._study.sampler = self._sampler_of(number, draw)
            asked = self._study.ask(self._distributions)
            asked.set_user_attr("number", number)
            params = {one.name: one.written(asked.params[one.name]) for one in self._space}
            key = self._key(params)
            known = key in self._told
            why = None if known else self._refused(params)
            if why is not None:
                self._unfit.add(key)
                self.refusals += 1
                self.refusal = self.refusal or why
            if known or why is not None:
                self._turn_down(asked, self._told.get(key))
                continue
            self._asked[number] = asked
            self._told[key] = None
            return params
        return None

    def tell(self, row: Row) -> None:
        """Take in what came of a trial."""
        asked = self._asked.pop(row.number)
        self._tell(asked, row)

    def _tell(self, asked: Any, row: Row) -> None:
        if row.why:
            self._study.tell(asked, state=self._optuna.trial.TrialState.FAIL)
        else:
            value = WORST if row.score is None else row.score
            self._told[self._key(row.params)] = value
            self._study.tell(asked, value)

    def _turn_down(self, asked: Any, value: float | None) -> None:
        """Let the search know: what was tried is as good as it was, what is refused is worse than all."""
        asked.set_user_attr("drawn_again", True)
        if value is None:
            self._study.tell(asked, state=self._optuna.trial.TrialState.PRUNED)
        else:
            self._study.tell(asked, value)

    def _go_on(self, results: Iterable[Row]) -> None:
        """Settle what an earlier run left: told in the results and not to optuna, or asked and never finished."""
        rows = {row.number: row for row in results}
        for row in rows.values():
            self._told[self._key(row.params)] = None if row.why else WORST if row.score is None else row.score
        states = self._optuna.trial.TrialState
        missing = dict(rows)
        for trial in self._study.get_trials(deepcopy=False):
            number = trial.user_attrs.get("number")
            if not trial.user_attrs.get("drawn_again"):
                missing.pop(number, None)
            if trial.user_attrs.get("drawn_again") and trial.state.is_finished():
                self._draws[number] = self._draws.get(number, 0) + 1
            elif trial.state == states.RUNNING and number in rows and not trial.user_attrs.get("drawn_again"):
                self._tell(trial.number, rows[number])
            elif trial.state == states.RUNNING:
                self._study.tell(trial.number, state=states.FAIL)

        for row in missing.values():
            if not row.why:
                self._add(row)

    def _add(self, row: Row) -> None:
        """Let optuna know of a result of which it has no trial: somebody has deleted its journal."""
        params = {
            one.name: row.params[one.name] if one.is_choice else float(row.params[one.name]) for one in self._space
        }
        self._study.add_trial(
            self._optuna.trial.create_trial(
                params=params, distributions=self._distributions, value=WORST if row.score is None else row.score,
                user_attrs={"number": row.number},
            )
        )  # fmt: skip

    def _sampler_of(self, number: int, draw: int) -> Any:
        text = f"{self._seed} {number} {draw}".encode()
        seed = int.from_bytes(hashlib.sha256(text).digest()[:4], "little")
        if self._sampler == "random":
            return self._optuna.samplers.RandomSampler(seed=seed)
        # What is being tried counts as bad until it is told, so that several jobs do not try the same.
        return self._optuna.samplers.TPESampler(seed=seed, constant_liar=True)

    def _distribution(self, one: Dimension) -> Any:
        kinds, ranged, steps = self._optuna.distributions, one.range, one.steps
        if one.is_choice:
            return kinds.CategoricalDistribution(ranged.choices)
        if ranged.kind == "int" and not ranged.log:
            return kinds.IntDistribution(int(ranged.low), int(one.high), step=int(ranged.step or 1))
        if ranged.kind == "int":
            return kinds.IntDistribution(int(ranged.low), int(one.high), log=True)
        # A step of a range by magnitude is kept by `Dimension.written`: optuna has none there.
        step = None if steps is None or ranged.log else float(ranged.step or 0)
        return kinds.FloatDistribution(float(ranged.low), one.high, log=ranged.log, step=step)

    def _key(self, params: Params) -> tuple[object, ...]:
        return tuple(params[one.name] for one in self._space)


def size_of(space: Sequence[Dimension]) -> int | None:
    """Return how many sets of parameters there are; None where nobody can count them."""
    size = 1
    for one in space:
        if one.is_choice:
            size *= len(one.range.choices)
        elif one.steps is not None:
            size *= one.steps + 1
        elif one.range.kind == "int":
            size *= int(one.range.high) - int(one.range.low) + 1
        else:
            return None
    return size


def _optuna() -> Any:
    try:
        optuna = import_module("optuna")
    except ImportError:
        raise LocalError("sweep", "optuna is not installed: pip install 'fathom-trader[sweep]'") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    import_module("optuna.storages.journal")
    return optuna
