"""A crew on a ray cluster: the same jobs, on whatever machines it has. Small: ray does the rest.

Every machine needs fathom with the extra `cluster`, the data under the same path, and users' files likewise.
I/O: the cluster. Imports: domain; trial. Imported by: run/sweep/sweep_command.
"""

import time
from importlib import import_module
from typing import Any

from fathom.domain import LocalError
from fathom.run.sweep.trial import Done, Evaluate, Job, do


class Cluster:
    """Jobs on ray, as many at a time as the cluster has processors, or as `jobs` says."""

    def __init__(self, evaluate: Evaluate, *, address: str, jobs: int | None, trial_s: float) -> None:
        self._ray = _ray()
        try:
            self._ray.init(address=address, logging_level="ERROR", log_to_driver=False)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise LocalError("cluster", f"{address} cannot be reached: {str(error).splitlines()[0]}") from None
        self._jobs = jobs or max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        self._trial_s = trial_s
        # A task that dies is told as such, and is not done twice behind our back.
        self._do = self._ray.remote(do).options(num_cpus=1, max_retries=0)
        self._evaluate = self._ray.put(evaluate)
        self._running: dict[Any, tuple[Job, float]] = {}

    @property
    def free(self) -> int:
        """How many more jobs can be begun now."""
        return self._jobs - len(self._running)

    @property
    def busy(self) -> int:
        """How many jobs are being done."""
        return len(self._running)

    def begin(self, job: Job) -> None:
        """Hand over a job."""
        self._running[self._do.remote(self._evaluate, job)] = (job, time.monotonic())

    def wait(self, seconds: float) -> list[Done]:
        """Return what is done, died or is late, as soon as something is, or after so long."""
        if not self._running:
            return []
        now = time.monotonic()
        first = min(began for _, began in self._running.values()) + self._trial_s - now
        ready, _ = self._ray.wait(list(self._running), timeout=max(0.0, min(seconds, first)))
        found = [self._taken(one) for one in ready]
        now = time.monotonic()
        for one, (job, began) in list(self._running.items()):
            if now - began >= self._trial_s:
                self._ray.cancel(one, force=True)
                del self._running[one]
                found.append(Done(job.key, now - began, why=f"it took longer than --trial-seconds {self._trial_s:g}"))
        return found

    def close(self) -> None:
        """Stop what is being done, and leave the cluster."""
        for one in self._running:
            self._ray.cancel(one, force=True)
        self._running = {}
        self._ray.shutdown()

    def _taken(self, one: Any) -> Done:
        job, began = self._running.pop(one)
        try:
            done: Done = self._ray.get(one)
        except Exception as error:  # noqa: BLE001 - Whatever ray says of a task that did not come back.
            why = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
            return Done(job.key, time.monotonic() - began, why=why)
        return done


def _ray() -> Any:
    try:
        return import_module("ray")
    except ImportError:
        raise LocalError("cluster", "ray is not installed: pip install 'fathom-trader[cluster]'") from None
