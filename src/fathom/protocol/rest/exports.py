"""AddExport, ExportStatus, RetrieveExport, RemoveExport: histories as files (rest.md 5).

Pure. Imports: endpoint, reading. Imported by: the front door, registry.
"""

from typing import ClassVar, Literal

from fathom.protocol.rest.endpoint import Endpoint, RestRequest, act, view
from fathom.protocol.rest.reading import Row, TimeNs

Report = Literal["trades", "ledgers"]


class ExportId(Row, frozen=True, kw_only=True):
    """What the report is called from now on."""

    id: str


class AddExport(RestRequest[ExportId], frozen=True, kw_only=True):
    """Ask for a report over `starttm` to `endtm`, seconds since 1970. It takes a while to be made."""

    endpoint: ClassVar[Endpoint] = act("AddExport", "export-data")

    report: Report
    description: str
    format: Literal["CSV", "TSV"] | None = None
    fields: tuple[str, ...] = ()  # All where none is named.
    starttm: int | None = None
    endtm: int | None = None


class ExportInfo(Row, frozen=True, kw_only=True):
    """How far a report is: Queued, Processing, Processed."""

    id: str
    descr: str = ""
    format: str = ""
    report: str = ""
    subtype: str = ""
    status: str
    fields: str = ""
    createdtm: TimeNs | None = None
    expiretm: TimeNs | None = None
    starttm: TimeNs | None = None
    completedtm: TimeNs | None = None
    datastarttm: TimeNs | None = None
    dataendtm: TimeNs | None = None
    aclass: str = ""
    asset: str = ""


class ExportStatus(RestRequest[tuple[ExportInfo, ...]], frozen=True, kw_only=True):
    """The reports of one kind."""

    endpoint: ClassVar[Endpoint] = view("ExportStatus", "export-data")

    report: Report


class RetrieveExport(RestRequest[bytes], frozen=True, kw_only=True):
    """A report that is made, as a zip."""

    endpoint: ClassVar[Endpoint] = view("RetrieveExport", "export-data", binary=True)

    id: str


class ExportRemoved(Row, frozen=True, kw_only=True):
    """Whether it was done; the field is named like the `type` that was asked for."""

    delete: bool | None = None
    cancel: bool | None = None


class RemoveExport(RestRequest[ExportRemoved], frozen=True, kw_only=True):
    """Cancel a report that is not yet made, or delete one that is."""

    endpoint: ClassVar[Endpoint] = act("RemoveExport", "export-data")

    id: str
    type: Literal["cancel", "delete"]
