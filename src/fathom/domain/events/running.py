"""What the world says of the run itself: it begins, goes on after a crash, ends; timers; what a person orders.

Pure. Imports: base. Imported by: union.
"""

from typing import Literal

from fathom.domain.events.base import Happening


class RunStarted(Happening, frozen=True, tag=True):
    """The first entry of a run: all that replay needs to build the same components."""

    run_id: str
    mode: str
    config: bytes  # JSON, as run/config.py writes it.
    version: str


class RunStopped(Happening, frozen=True, tag=True):
    """The run ends on purpose: nothing new, and what is open is cancelled, kept, or cancelled and what is held sold."""

    reason: str
    orders: Literal["cancel", "keep", "flatten"] = "cancel"


class TimerFired(Happening, frozen=True, tag=True):
    """A timer that `owner` wanted is due."""

    owner: str
    timer: str


class RunResumed(Happening, frozen=True, tag=True):
    """The run goes on in the journal that it began, after a stop or a crash: every connection was gone meanwhile.

    `boot_id` is new each time: what a crash took from the end of the journal can then never be mistaken for what comes.
    """

    boot_id: str
    version: str


class HaltOrdered(Happening, frozen=True, tag=True):
    """Somebody outside trips the hard breaker: `fathom kill`, the kill file, a signal."""

    reason: str
    flatten: bool = False


class ResumeOrdered(Happening, frozen=True, tag=True):
    """A person lets trading go on: after the breaker called `limit`, or after all of them where it is empty."""

    limit: str
    reason: str


class LimitsOrdered(Happening, frozen=True, tag=True):
    """A person changes limits while it runs: a JSON object of what changes, names as in the configuration."""

    changes: bytes


class HealthSeen(Happening, frozen=True, tag=True):
    """How the process does, measured at the edge about once a second."""

    loop_lag_ns: int  # How late the loop woke.
    journal_lag_ns: int  # How long the journal's last write took.
    clock_offset_ns: int | None  # The venue's clock less ours; None while unknown.
    switch: str = ""  # The dead man's switch: armed, failing, held, off; empty where there is none.
