"""The venue's clock: the machine's, moved by what the control API and the faults add to it.

Pure. Imports: nothing. Imported by: exchange.
"""


class Clock:
    """Turns the machine's time into the venue's, which never runs backwards."""

    def __init__(self, *, start_ns: int, machine_ns: int) -> None:
        self._offset_ns = start_ns - machine_ns
        self._now_ns = start_ns

    def at(self, machine_ns: int) -> int:
        """Return the venue's time at the machine's, and remember it.

        Where the machine's clock was set back, the venue's goes on from where it was.
        """
        now_ns = machine_ns + self._offset_ns
        if now_ns < self._now_ns:
            self._offset_ns += self._now_ns - now_ns
            now_ns = self._now_ns
        self._now_ns = now_ns
        return now_ns

    def machine_ns(self, venue_ns: int) -> int:
        """Return the machine's time at which the venue's will be `venue_ns`."""
        return venue_ns - self._offset_ns

    def move(self, by_ns: int) -> None:
        """Move the clock forward: all that falls due on the way happens at the next look."""
        assert by_ns >= 0, by_ns
        self._offset_ns += by_ns

    @property
    def now_ns(self) -> int:
        """The time of the last look."""
        return self._now_ns
