"""The tables of an export: trades or ledger entries as CSV or TSV, in a zip (rest.md 5, RetrieveExport).

Pure. Imports: bank, listing, account_trades, account_ledger. Imported by: exports.
"""

import csv
from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO
from typing import Any, Final, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fathom.exchange.bank import Account
from fathom.exchange.listing import Listing
from fathom.exchange.rest.account_ledger import ledger_row
from fathom.exchange.rest.account_trades import trade_row
from fathom.protocol import time_text

Report = Literal["trades", "ledgers"]

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "trades": (
        "txid",
        "ordertxid",
        "pair",
        "time",
        "type",
        "ordertype",
        "price",
        "cost",
        "fee",
        "vol",
        "margin",
        "misc",
        "ledgers",
    ),
    "ledgers": ("txid", "refid", "time", "type", "subtype", "aclass", "asset", "amount", "fee", "balance"),
}
SEPARATORS: Final = {"CSV": ",", "TSV": "\t"}


def zipped(
    report: Report,
    account: Account,
    listing: Listing,
    *,
    columns: tuple[str, ...],
    table_format: str,
    start_ns: int,
    end_ns: int,
) -> bytes:
    """Return the zip of one report about the time after `start_ns`, until `end_ns`."""
    table = StringIO()
    writer = csv.DictWriter(
        table,
        columns,
        delimiter=SEPARATORS[table_format],
        quoting=csv.QUOTE_ALL,
        extrasaction="ignore",
        lineterminator="\n",
    )
    writer.writeheader()
    writer.writerows(_rows(report, account, listing, start_ns=start_ns, end_ns=end_ns))
    archive = BytesIO()
    with ZipFile(archive, "w") as files:
        files.writestr(_file(f"{report}.{table_format.lower()}", end_ns), table.getvalue())
    return archive.getvalue()


def _rows(
    report: Report, account: Account, listing: Listing, *, start_ns: int, end_ns: int
) -> Iterator[dict[str, Any]]:
    if report == "trades":
        for fill in account.fills:
            if start_ns < fill.time_ns <= end_ns:
                row = trade_row(fill, account, listing, trades=False)
                yield row | {
                    "txid": fill.exec_id,
                    "time": _time(fill.time_ns),
                    "ledgers": ",".join(fill.ledger_ids),
                }
    else:
        for entry in account.ledger:
            if start_ns < entry.time_ns <= end_ns:
                yield ledger_row(entry, listing) | {"txid": entry.ledger_id, "time": _time(entry.time_ns)}


def _time(time_ns: int) -> str:
    """Return a time as the tables write it: 2023-07-06 18:50:48.1234."""
    return time_text(time_ns, digits=4).replace("T", " ").removesuffix("Z")


def _file(name: str, time_ns: int) -> ZipInfo:
    """Return the head of a file in the zip; its time hangs on the call's, so that a run repeats byte for byte."""
    text = time_text(time_ns, digits=0)
    year, month, day = (int(part) for part in text[:10].split("-"))
    hour, minute, second = (int(part) for part in text[11:19].split(":"))
    info = ZipInfo(name, date_time=(min(max(year, 1980), 2107), month, day, hour, minute, second))
    info.compress_type = ZIP_DEFLATED
    return info
