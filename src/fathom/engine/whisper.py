"""What may be said again and again, and hardly ever is answered: who would hear it is found once.

Pure. Imports: domain. Imported by: engine/engine.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from fathom.domain import Choosy, Component, Ear, Entry, Event

PLACES: Final = 2  # Of the log, that a whisper with a cause takes where it is answered.


class Whisper:
    """An event but for its place in the log, and the ears that it is for."""

    __slots__ = ("author", "cause", "ears", "places", "said")

    def __init__(
        self,
        listeners: Sequence[Component],
        said: Callable[[int], Event],
        *,
        author: str,
        cause: Callable[[], Event] | None,
    ) -> None:
        """`said` makes the event, given the place of its cause; `cause` makes that; None: it is an input itself."""
        self.said = said
        self.author = author
        self.cause = cause
        self.places = 1 if cause is None else PLACES
        ears: list[tuple[str, Ear]] = []
        for component in listeners:
            plain: Ear = partial(self._show, component)
            ear = component.ear_for(said(0), plain) if isinstance(component, Choosy) else plain
            if ear is not None:
                ears.append((component.name, ear))
        self.ears = tuple(ears)

    def entries(self, seq: int, time_ns: int) -> list[Entry]:
        """Return what the log has of it: its cause, and itself at a place; or only itself."""
        cause_seq = seq + 1 - self.places
        caused = Entry(seq, seq if self.cause is None else cause_seq, time_ns, self.author, self.said(cause_seq))
        return [caused] if self.cause is None else [Entry(cause_seq, cause_seq, time_ns, "world", self.cause()), caused]

    def _show(self, component: Component, seq: int, time_ns: int) -> Iterable[Event]:
        """Let a component handle it."""
        cause_seq = seq + 1 - self.places
        return component.handle(Entry(seq, cause_seq, time_ns, self.author, self.said(cause_seq)))
