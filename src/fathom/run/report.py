"""`fathom report`: what the journal of a run says of it, read once from its beginning, in bounded memory.

I/O: reads a journal. Imports: domain, market, portfolio, store, ui, config. Imported by: cli/report.
"""

from collections.abc import Iterator
from pathlib import Path

from fathom.domain import Entry, Event, LocalError, RunResumed, RunStarted, RunStopped
from fathom.market import FrameMarket, Market
from fathom.portfolio import LotMethod, Statistics, summary_of
from fathom.run.config import config_of
from fathom.run.replay import begun, is_backtest
from fathom.store import JournalReader, TornTail, being_written
from fathom.ui import Drawing, Extra, RunTold


class Report:
    """A run so far. Fed its entries in order; the first one says what it was made of."""

    def __init__(self, first: Entry, *, method: LotMethod = "fifo") -> None:
        """Raises LocalError where the entry does not begin a run."""
        if not isinstance(first.event, RunStarted):
            raise LocalError(
                "journal", "it does not begin with RunStarted: it is a recording, and nobody traded: try fathom verify"
            )
        config = config_of(first.event.config)
        self.started = first.event
        self.market: Market = FrameMarket(config.instruments, depths=config.depths)
        self.statistics = Statistics(self.market, quote=config.quote, method=method)
        self.drawing = Drawing(self.market, self.statistics)
        self.extras: tuple[Extra, ...] = ()  # What only some runs have to say.
        self.held: list[tuple[int, float]] = []
        self.entries = 0
        self.stopped: RunStopped | None = None

    def observe(self, entry: Entry) -> None:
        """Take one entry in."""
        event: Event = entry.event
        self.entries += 1
        if isinstance(event, self.market.hears):
            for _ in self.market.handle(entry):
                pass  # What it says is in the journal.
        if isinstance(event, RunStopped):
            self.stopped = event
        elif isinstance(event, RunResumed):
            self.stopped = None
        self.statistics.observe(entry)
        self.drawing.observe(entry)

    def told(self, state: str) -> RunTold:
        """Return the report; `state` says how the journal ends."""
        self.statistics.look(self.statistics.last_ns)
        return RunTold(
            run_id=self.started.run_id,
            mode=self.started.mode,
            version=self.started.version,
            state=state,
            entries=self.entries,
            summary=summary_of(self.statistics),
            notes=self.drawing.notes,
            notes_left_out=self.drawing.notes_count - len(self.drawing.notes),
        )


def read_report(folder: Path, *, method: LotMethod = "fifo") -> tuple[Report, RunTold]:
    """Read the journal in `folder`.

    Raises JournalError where it is damaged, LocalError where there is none, it holds no entry, or no run.
    """
    if not folder.exists():
        raise LocalError(str(folder), "is not there: name the folder that a run left behind")
    writing = being_written(folder)
    reader = JournalReader(folder)
    report: Report | None = None
    first, journal = begun(iter(reader))
    if first is not None and is_backtest(first):
        return _of_backtest(journal, folder, first, method)
    for entry, _ in journal:
        if report is None:
            report = Report(entry, method=method)
        report.observe(entry)
    if report is None:
        raise LocalError(str(folder), "holds no entry of a journal: name the folder that a run left behind")
    return report, report.told(state_of(report, torn=reader.torn, writing=writing))


def _of_backtest(
    journal: Iterator[tuple[Entry, bytes]], folder: Path, first: Entry, method: LotMethod
) -> tuple[Report, RunTold]:
    """Return the report of a backtest: it is run again, as its journal holds no frames."""
    from fathom.run.backtest.printing import extras  # noqa: PLC0415 - Needs the extra `history`.
    from fathom.run.backtest.rerun import rerun  # noqa: PLC0415 - As above.

    replayed, run, outcome = rerun(journal, folder, method=method)
    if not replayed.agrees:
        raise LocalError(str(folder), "its run again differs from it: `fathom replay` says where")
    report = Report(first, method=method)
    report.market, report.statistics, report.drawing = run.market, run.statistics, run.drawing
    report.extras, report.held = tuple(extras(outcome.told)), run.held
    return report, outcome.told.run


def state_of(report: Report, *, torn: TornTail | None, writing: bool) -> str:
    """Return one sentence on how the journal ends."""
    if writing:
        return f"The run is still going: this is it up to its entry {report.entries:,}."
    if torn is not None:
        cut = f"{torn.bytes_cut:,} bytes of an unfinished entry end {torn.segment}"
        return f"The run was cut off: {cut}; the rest is whole."
    if report.stopped is None:
        return "The run was cut off between two entries: it never said that it ended."
    return f"The run ended: {report.stopped.reason}."
