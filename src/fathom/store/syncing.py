"""The thread that syncs a journal while its writer goes on: what the system was handed follows to the disk.

I/O: writes files. Imports: domain, segment_file. Imported by: journal.
"""

from threading import Condition, Thread
from time import monotonic_ns
from typing import Final

from fathom.domain import JournalError
from fathom.store.segment_file import SegmentFile

STOP_S_MAX: Final = 10.0  # A disk that does not even take so long is given up.


class Syncing:
    """Syncs the file that was named last, once for all that was asked meanwhile. After a refusal nothing is synced."""

    def __init__(self) -> None:
        self.failure: str | None = None
        self._changed = Condition()
        self._wanted: SegmentFile | None = None
        self._begun_ns = 0  # Of what was asked first and is not on the disk yet; 0: nothing.
        self._slowest_ns = 0
        self._stopping = False
        self._thread = Thread(target=self._run, name="journal sync", daemon=True)
        self._thread.start()

    def want(self, file: SegmentFile) -> None:
        """Have the file synced soon, as it stands now. Returns at once."""
        with self._changed:
            self._wanted = file
            self._begun_ns = self._begun_ns or monotonic_ns()
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until nothing is asked any more: before a file is closed."""
        with self._changed:
            self._changed.wait_for(lambda: not self._begun_ns)

    def slowest_ns(self) -> int:
        """Return how long the slowest took since the last call, from being asked on; one that still waits counts."""
        with self._changed:
            waited_ns = monotonic_ns() - self._begun_ns if self._begun_ns else 0
            slowest_ns, self._slowest_ns = max(self._slowest_ns, waited_ns), 0
            return slowest_ns

    def stop(self) -> None:
        """End the thread, after what was asked."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(STOP_S_MAX)

    def _run(self) -> None:
        while (file := self._next()) is not None:
            self._done(self._synced(file))

    def _next(self) -> SegmentFile | None:
        """Wait for what is asked; None where it is time to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._wanted is not None or self._stopping)
            file, self._wanted = self._wanted, None
            return file

    def _done(self, failure: str | None) -> None:
        with self._changed:
            self.failure = failure
            now_ns = monotonic_ns()
            self._slowest_ns = max(self._slowest_ns, now_ns - self._begun_ns)
            self._begun_ns = now_ns if self._wanted is not None else 0
            self._changed.notify_all()

    def _synced(self, file: SegmentFile) -> str | None:
        """Sync one file; return why that was refused. One refusal is the last word: what it lost would look synced."""
        if self.failure is not None:
            return self.failure
        try:
            file.sync()
        except JournalError as error:
            return str(error)
        return None
