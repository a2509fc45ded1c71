"""AddExport, ExportStatus, RetrieveExport, RemoveExport, against the exchange."""

from io import BytesIO
from zipfile import ZipFile

from fathom.protocol import rest
from rest_calls import ask, send
from whole_exchange import START_NS, Stage


def test_a_report_from_asking_to_the_file() -> None:
    stage = Stage()
    made = ask(stage, rest.AddExport(report="ledgers", description="all", fields=("txid", "amount"), starttm=0))
    (info,) = ask(stage, rest.ExportStatus(report="ledgers"))
    assert (info.id, info.status, info.createdtm, info.completedtm) == (made.id, "Queued", START_NS, 0)
    assert send(stage, rest.RetrieveExport(id=made.id)).errors == ("EGeneral:Invalid arguments:id",)
    stage.run(5)
    assert ask(stage, rest.ExportStatus(report="ledgers"))[0].status == "Processed"
    with ZipFile(BytesIO(ask(stage, rest.RetrieveExport(id=made.id)))) as file:
        assert file.read("ledgers.csv").startswith(b'"txid","amount"\n')
    assert ask(stage, rest.RemoveExport(id=made.id, type="cancel")).cancel is False
    assert ask(stage, rest.RemoveExport(id=made.id, type="delete")).delete is True
    assert ask(stage, rest.ExportStatus(report="ledgers")) == ()
