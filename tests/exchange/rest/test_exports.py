"""AddExport, ExportStatus, RetrieveExport, RemoveExport: the life of a report."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from rest_venue import SECOND_NS, START_NS, RestVenue

S = START_NS // SECOND_NS
ASKED = {"report": "ledgers", "description": "mine", "format": "CSV"}


def test_a_report_is_queued_processed_and_fetched(venue: RestVenue) -> None:
    export_id = venue.ask("AddExport", **ASKED)["id"]
    assert len(export_id) == 4
    (row,) = venue.ask("ExportStatus", report="ledgers")
    assert row == {
        "id": export_id,
        "descr": "mine",
        "format": "CSV",
        "report": "ledgers",
        "subtype": "all",
        "status": "Queued",
        "flags": "0",
        "fields": "all",
        "createdtm": str(S),
        "expiretm": str(S + 14 * 86_400),
        "starttm": "0",
        "completedtm": "0",
        "datastarttm": "0",
        "dataendtm": str(S),
        "aclass": "currency",
        "asset": "all",
    }
    assert venue.refusal("RetrieveExport", id=export_id) == "EGeneral:Invalid arguments:id"
    venue.wait(1)
    assert venue.ask("ExportStatus", report="ledgers")[0]["status"] == "Processing"
    venue.wait(1)
    row = venue.ask("ExportStatus", report="ledgers")[0]
    assert (row["status"], row["completedtm"]) == ("Processed", str(S + 2))
    answer = venue.send(venue.signed("RetrieveExport", {"id": export_id}))
    assert answer.content_type == "application/octet-stream"
    with ZipFile(BytesIO(answer.body)) as archive:
        assert archive.namelist() == ["ledgers.csv"]
        assert archive.read("ledgers.csv").startswith(b'"txid","refid","time","type"')
    assert venue.ask("ExportStatus", report="trades") == []


def test_cancel_before_and_delete_after(venue: RestVenue) -> None:
    first, second = (venue.ask("AddExport", **ASKED)["id"] for _ in range(2))
    assert venue.ask("RemoveExport", id=first, type="delete") == {"delete": False}
    assert venue.ask("RemoveExport", id=first, type="cancel") == {"cancel": True}
    venue.wait(2)
    assert venue.ask("RemoveExport", id=second, type="cancel") == {"cancel": False}
    assert venue.ask("RemoveExport", id=second, type="delete") == {"delete": True}
    assert venue.ask("ExportStatus", report="ledgers") == []


def test_the_oldest_are_forgotten(venue: RestVenue) -> None:
    for _ in range(55):
        venue.ask("AddExport", **ASKED)
    assert len(venue.ask("ExportStatus", report="ledgers")) == 50


def test_nobody_fetches_anothers_report(venue: RestVenue) -> None:
    export_id = venue.ask("AddExport", **ASKED)["id"]
    venue.wait(2)
    assert venue.private("ExportStatus", signer=venue.bob, report="ledgers")["result"] == []
    for method, more in (("RetrieveExport", {}), ("RemoveExport", {"type": "delete"})):
        assert venue.refusal(method, signer=venue.bob, id=export_id, **more) == "EGeneral:Invalid arguments:id"


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("AddExport", {"report": "dreams"}, "EGeneral:Invalid arguments:report"),
    ("AddExport", {"report": ""}, "EGeneral:Invalid arguments:report"),
    ("AddExport", {"description": ""}, "EGeneral:Invalid arguments:description"),
    ("AddExport", {"format": "PDF"}, "EGeneral:Invalid arguments:format"),
    ("AddExport", {"fields": "txid,secret"}, "EGeneral:Invalid arguments:fields"),
    ("AddExport", {"starttm": 9, "endtm": 8}, "EGeneral:Invalid arguments:starttm"),
    ("ExportStatus", {"report": "x"}, "EGeneral:Invalid arguments:report"),
    ("RetrieveExport", {"id": "ZZZZ"}, "EGeneral:Invalid arguments:id"),
    ("RemoveExport", {"id": ""}, "EGeneral:Invalid arguments:id"),
]


@pytest.mark.parametrize(("method", "fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, method: str, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal(method, **(ASKED | fields)) == error
