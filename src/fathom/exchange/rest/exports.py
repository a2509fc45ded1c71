"""AddExport, ExportStatus, RetrieveExport, RemoveExport: reports that take a moment to be made (rest.md 5).

Pure. Imports: call, reports. Imported by: methods, door.
"""

from collections import deque
from dataclasses import dataclass
from random import Random
from string import ascii_uppercase
from typing import Any, Final, cast

from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Download, Refused, invalid
from fathom.exchange.rest.reports import COLUMNS, SEPARATORS, Report, zipped
from fathom.protocol import SECOND_NS

EXPORTS_MAX: Final = 50  # Of one account; beyond it the oldest is forgotten.
QUEUED_NS: Final = SECOND_NS
PROCESSING_NS: Final = 2 * SECOND_NS  # Since it was asked for.
KEPT_NS: Final = 14 * 86_400 * SECOND_NS
_COLUMNS_MAX: Final = 50


@dataclass(slots=True, kw_only=True)
class Export:
    """One report that was asked for."""

    export_id: str
    report: Report
    table_format: str
    description: str
    columns: tuple[str, ...]
    fields: str
    created_ns: int
    start_ns: int
    end_ns: int

    def status(self, now_ns: int) -> str:
        """Return how far it is."""
        age_ns = now_ns - self.created_ns
        return "Queued" if age_ns < QUEUED_NS else "Processing" if age_ns < PROCESSING_NS else "Processed"


class Exports:
    """The reports of all accounts."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._exports: dict[str, deque[Export]] = {}

    def of(self, account_name: str) -> deque[Export]:
        """Return the reports of one account, oldest first."""
        return self._exports.setdefault(account_name, deque(maxlen=EXPORTS_MAX))

    def new_id(self) -> str:
        """Return a new id, such as GEHI."""
        return "".join(self._random.choice(ascii_uppercase) for _ in range(4))


def add_export(call: PrivateCall) -> object:
    """Ask for a report."""
    form = call.form
    report = form.word("report", *COLUMNS)
    if report is None:
        raise invalid("report")
    table_format = form.word("format", *SEPARATORS) or "CSV"
    description = form.required("description")
    start_ns, end_ns = form.moment("starttm"), form.moment("endtm")
    if start_ns is not None and end_ns is not None and start_ns > end_ns:
        raise invalid("starttm")
    export = Export(
        export_id=call.exports.new_id(),
        report=cast("Report", report),
        table_format=table_format,
        description=description,
        columns=_columns(call, report),
        fields=form.text("fields") or "all",
        created_ns=call.now_ns,
        start_ns=start_ns or 0,
        end_ns=end_ns or call.now_ns,
    )
    call.exports.of(call.account.name).append(export)
    return {"id": export.export_id}


def export_status(call: PrivateCall) -> object:
    """Return the reports of one kind, newest first."""
    report = call.form.word("report", *COLUMNS)
    if report is None:
        raise invalid("report")
    exports = call.exports.of(call.account.name)
    return [_row(export, call.now_ns) for export in reversed(exports) if export.report == report]


def retrieve_export(call: PrivateCall) -> object:
    """Return a report's zip, once it is made."""
    export = _find(call)
    if export.status(call.now_ns) != "Processed":
        raise invalid("id")
    return Download(
        zipped(
            export.report,
            call.account,
            call.listing,
            columns=export.columns,
            table_format=export.table_format,
            start_ns=export.start_ns,
            end_ns=export.end_ns,
        )
    )


def remove_export(call: PrivateCall) -> object:
    """Cancel a report that is not yet made, or delete one that is; false where it is the other way round."""
    export, kind = _find(call), call.form.word("type", "cancel", "delete")
    if kind is None:
        raise invalid("type")
    fits = (export.status(call.now_ns) == "Processed") == (kind == "delete")
    if fits:
        call.exports.of(call.account.name).remove(export)
    return {kind: fits}


def _find(call: PrivateCall) -> Export:
    export_id = call.form.required("id")
    for export in call.exports.of(call.account.name):
        if export.export_id == export_id:
            return export
    raise invalid("id")


def _columns(call: PrivateCall, report: str) -> tuple[str, ...]:
    known = COLUMNS[report]
    asked = call.form.names("fields", most=_COLUMNS_MAX)
    if not asked or asked == ["all"]:
        return known
    if any(name not in known for name in asked):
        raise Refused("EGeneral:Invalid arguments:fields")
    return tuple(name for name in known if name in asked)


def _row(export: Export, now_ns: int) -> dict[str, Any]:
    status = export.status(now_ns)
    return {
        "id": export.export_id,
        "descr": export.description,
        "format": export.table_format,
        "report": export.report,
        "subtype": "all",
        "status": status,
        "flags": "0",
        "fields": export.fields,
        "createdtm": _seconds(export.created_ns),
        "expiretm": _seconds(export.created_ns + KEPT_NS),
        "starttm": "0" if status == "Queued" else _seconds(export.created_ns + QUEUED_NS),
        "completedtm": _seconds(export.created_ns + PROCESSING_NS) if status == "Processed" else "0",
        "datastarttm": _seconds(export.start_ns),
        "dataendtm": _seconds(export.end_ns),
        "aclass": "currency",
        "asset": "all",
    }


def _seconds(time_ns: int) -> str:
    return str(time_ns // SECOND_NS)
