"""A crew of processes on this machine. One that takes too long, or dies, costs its trial and is replaced.

Processes are spawned, not forked: each imports what it needs, and holds nothing of ours. They leave Ctrl-C to their
parent, and end with it. I/O: processes and pipes. Imports: trial. Imported by: run/sweep/sweep_command.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Final

from fathom.run.sweep.trial import Done, Evaluate, Job, do

END_S: Final = 5.0  # A process that was told to end and has not is killed then.
OUT_OF_MEMORY: Final = " (the system kills what takes too much memory: take fewer --jobs)"


class Worker:
    """One process, what it is doing, and until when."""

    def __init__(self, evaluate: Evaluate) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_work, args=(theirs, evaluate), daemon=True)
        self.process.start()
        theirs.close()
        self.job: Job | None = None
        self.began = 0.0

    def begin(self, job: Job) -> None:
        """Hand over a job. That its process has died is found when it is looked for."""
        self.job, self.began = job, time.monotonic()
        with suppress(BrokenPipeError):
            self.pipe.send(job)

    def end(self) -> None:
        """End the process, whatever it does."""
        self.pipe.close()
        self.process.terminate()
        self.process.join(END_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


class Processes:
    """As many as there are jobs at a time."""

    def __init__(self, evaluate: Evaluate, *, jobs: int, trial_s: float) -> None:
        self._evaluate = evaluate
        self._jobs = jobs
        self._trial_s = trial_s
        self._workers: list[Worker] = []

    @property
    def free(self) -> int:
        """How many more jobs can be begun now."""
        return self._jobs - self.busy

    @property
    def busy(self) -> int:
        """How many jobs are being done."""
        return sum(one.job is not None for one in self._workers)

    def begin(self, job: Job) -> None:
        """Hand over a job; only while somebody is free."""
        idle = next((one for one in self._workers if one.job is None), None)
        if idle is None:
            assert len(self._workers) < self._jobs, "nobody is free"
            idle = Worker(self._evaluate)
            self._workers.append(idle)
        idle.begin(job)

    def wait(self, seconds: float) -> list[Done]:
        """Return what is done, died or is late, as soon as something is, or after so long."""
        busy = [one for one in self._workers if one.job is not None]
        if not busy:
            return []
        first = min(one.began for one in busy) + self._trial_s - time.monotonic()
        wait([one.pipe for one in busy], timeout=max(0.0, min(seconds, first)))
        return list(self._settled(busy))

    def close(self) -> None:
        """End every process."""
        for one in self._workers:
            one.process.terminate()
        for one in self._workers:
            one.end()
        self._workers = []

    def _settled(self, busy: list[Worker]) -> Iterator[Done]:
        for one in busy:
            assert one.job is not None, "it is busy"
            took = time.monotonic() - one.began
            if one.pipe.poll():
                try:
                    done: Done = one.pipe.recv()
                except (EOFError, OSError):
                    yield Done(one.job.key, took, why=self._died(one))
                    continue
                one.job = None
                yield done
            elif took >= self._trial_s:
                yield Done(one.job.key, took, why=f"it took longer than --trial-seconds {self._trial_s:g}")
                self._replace(one)

    def _died(self, one: Worker) -> str:
        one.process.join(END_S)
        status = one.process.exitcode
        self._replace(one)
        if status is not None and status < 0:
            more = OUT_OF_MEMORY if -status == signal.SIGKILL else ""
            return f"its process was ended by {signal.Signals(-status).name}{more}"
        return f"its process ended by itself, with status {status}"

    def _replace(self, one: Worker) -> None:
        """Forget it; the next job begins a new one."""
        one.end()
        self._workers.remove(one)


def _work(pipe: Connection, evaluate: Evaluate) -> None:
    """What a process does: jobs, one after the other, until nobody has any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.dup2(2, 1)  # What a strategy prints is none of the report, which goes to stdout.
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            pipe.send(do(evaluate, pipe.recv()))
