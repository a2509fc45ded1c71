"""The tables within an export."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from rest_venue import START_NS, RestVenue

from fathom.exchange.rest.reports import COLUMNS, Report, zipped


def table_of(
    venue: RestVenue,
    report: Report,
    *,
    columns: tuple[str, ...] | None = None,
    table_format: str = "CSV",
    start_ns: int = 0,
) -> list[dict[str, str]]:
    content = zipped(
        report,
        venue.account(),
        venue.listing,
        columns=columns or COLUMNS[report],
        table_format=table_format,
        start_ns=start_ns,
        end_ns=venue.now_ns,
    )
    with ZipFile(BytesIO(content)) as archive:
        (name,) = archive.namelist()
        text = archive.read(name).decode()
    return list(csv.DictReader(StringIO(text), delimiter="\t" if table_format == "TSV" else ","))


@pytest.fixture
def traded(venue: RestVenue) -> RestVenue:
    """One trade, a second after the deposits."""
    venue.wait(1)
    venue.limit("buy", "0.4", "10000.1")
    return venue


@pytest.mark.parametrize("table_format", ["CSV", "TSV"])
def test_trades(traded: RestVenue, table_format: str) -> None:
    (row,) = table_of(traded, "trades", table_format=table_format)
    (fill,) = traded.account().fills
    assert (row["txid"], row["pair"], row["time"]) == (fill.exec_id, "XXBTZUSD", "2026-01-05 12:00:01.0000")
    assert (row["cost"], row["ledgers"]) == ("4000.04000", ",".join(fill.ledger_ids))


def test_ledgers(traded: RestVenue) -> None:
    rows = table_of(traded, "ledgers")
    assert [row["type"] for row in rows] == ["deposit", "deposit", "trade", "trade"]
    assert list(rows[0]) == list(COLUMNS["ledgers"])
    assert len(table_of(traded, "ledgers", start_ns=START_NS)) == 2


def test_some_columns(traded: RestVenue) -> None:
    assert list(table_of(traded, "trades", columns=("txid", "vol"))[0]) == ["txid", "vol"]


def test_the_same_bytes_again(traded: RestVenue) -> None:
    first, second = (
        zipped(
            "ledgers",
            traded.account(),
            traded.listing,
            columns=COLUMNS["ledgers"],
            table_format="CSV",
            start_ns=0,
            end_ns=traded.now_ns,
        )
        for _ in range(2)
    )
    assert first == second
