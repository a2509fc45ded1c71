import json
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest

from fathom.domain import Entry, FrameReceived, LocalError
from fathom.run.recording.precisions import Precision, read_precisions
from fathom.run.recording.verify import FileReport, verify_file
from fathom.store import Capture, JournalWriter, RecordingWriter, write_capture
from recorded import FIXTURES

ROOT = Path(__file__).resolve().parents[3]
RECORDINGS = ROOT / "src" / "fathom" / "run" / "recordings"


def totals(report: FileReport) -> tuple[int, int, int, int, int]:
    """Frames, verified, mismatched, refused, unchecked."""
    names = ("frames", "verified", "mismatched", "refused", "unchecked")
    return tuple(sum(getattr(stream, name) for stream in report.streams) for name in names)


@pytest.fixture
def verified(tmp_path: Path) -> Callable[..., FileReport]:
    """Writes frames, one a line, and verifies them."""

    def verify(*lines: str | bytes, **options: object) -> FileReport:
        path = tmp_path / "frames.jsonl"
        path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\n")
        return verify_file(path, **options)  # type: ignore[arg-type] # Options of the function, passed on.

    return verify


# -- Recorded by others --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected", "symbols"),
    [
        ("python-kraken-sdk/orderbook-v2.json", (510, 510, 0, 0, 0), 1),
        ("cryptofeed/KRAKEN.ws.50.0", (4279, 4269, 0, 0, 10), 10),  # v1 snapshots have no checksum.
        ("kraken-docs/book-checksum-example.json", (1, 1, 0, 0, 0), 1),
        ("kraken-docs/level3-checksum-example.json", (1, 1, 0, 0, 0), 1),
        ("btc-usd-2023-07-30.jsonl.zst", (510, 510, 0, 0, 0), 1),
        ("ten-pairs-2021-04-17.jsonl.zst", (4279, 4279, 0, 0, 0), 10),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_real_recordings_verify_completely(name: str, expected: tuple[int, int, int, int, int], symbols: int) -> None:
    report = verify_file(FIXTURES / name if "/" in name else RECORDINGS / name)
    assert report.ok
    assert totals(report) == expected
    assert len(report.streams) == symbols


@pytest.mark.parametrize(
    ("name", "mismatched"),
    [
        ("kraken-async-rs/ws-v2-messages.jsonl", 4),  # Books cut short: a mismatch, and so what follows it.
        ("nautilus_trader/ws_book_snapshot.json", 1),
        ("nautilus_trader/ws_l3_snapshot.json", 1),
    ],
)
def test_what_was_cut_down_does_not_verify(name: str, mismatched: int) -> None:
    report = verify_file(FIXTURES / name)
    assert not report.ok
    assert totals(report)[1:3] == (0, mismatched)


def test_documentation_values_of_version_1_do_not_verify(verified: Callable[..., FileReport]) -> None:
    names = ("Snapshot", "Update00", "Update01", "Update02")
    frames = [
        json.dumps(json.loads((FIXTURES / f"XChange/stream-v1/orderBookMessage{name}.json").read_text()))
        for name in names
    ]
    report = verified(*frames)
    assert totals(report) == (4, 0, 3, 0, 1)


# -- The reference's examples (book-checksum.md) -------------------------------------------------------------------

MATIC = (
    '{"channel":"book","type":"snapshot","data":[{"symbol":"MATIC/USD","bids":['
    '{"price":0.5666,"qty":4831.75496356},{"price":0.5665,"qty":6658.22734739},{"price":0.5664,"qty":18724.91513344},'
    '{"price":0.5663,"qty":11563.92544914},{"price":0.5662,"qty":14006.65365711},{"price":0.5661,"qty":17454.85679807},'
    '{"price":0.566,"qty":18097.1547},{"price":0.5659,"qty":33644.89175666},{"price":0.5658,"qty":148.3464},'
    '{"price":0.5657,"qty":606.70854372}],"asks":['
    '{"price":0.5668,"qty":4410.79769741},{"price":0.5669,"qty":4655.40412487},{"price":0.567,"qty":49844.89424998},'
    '{"price":0.5671,"qty":24306.41678},{"price":0.5672,"qty":29783.25223475},{"price":0.5673,"qty":57234.71239278},'
    '{"price":0.5674,"qty":45065.04744},{"price":0.5675,"qty":5912.76380354},{"price":0.5676,"qty":42514.92434778},'
    '{"price":0.5677,"qty":36304.0847022}],"checksum":2439117997}]}'
)
MATIC_UPDATE = (
    '{"channel":"book","type":"update","data":[{"symbol":"MATIC/USD","bids":[{"price":0.5657,"qty":1098.3947558}],'
    '"asks":[],"checksum":2114181697,"timestamp":"2023-10-06T17:35:55.440295Z"}]}'
)
ETH = (
    '{"channel":"book","type":"snapshot","data":[{"symbol":"ETH/USD","bids":[{"price":1797.24,"qty":0.43393711},'
    '{"price":1797.18,"qty":139.10616255},{"price":1797.13,"qty":139.10995927},{"price":1797.12,"qty":0.80386470},'
    '{"price":1797.07,"qty":139.11517673},{"price":1796.98,"qty":5.22282896},{"price":1796.97,"qty":12.17138476},'
    '{"price":1796.95,"qty":139.69390939},{"price":1796.88,"qty":4.21870000},{"price":1796.85,"qty":1.22932317}],'
    '"asks":[{"price":1797.25,"qty":1.40355852},{"price":1797.28,"qty":10.82400000},{"price":1797.29,"qty":139.09899871},'
    '{"price":1797.30,"qty":139.09783403},{"price":1797.37,"qty":139.09216827},{"price":1797.41,"qty":5.24638952},'
    '{"price":1797.42,"qty":0.01780330},{"price":1797.46,"qty":33.05700000},{"price":1797.48,"qty":3.11556555},'
    '{"price":1797.49,"qty":139.49306646}],"checksum":2606672715}]}'
)
ETH_UPDATE = (
    '{"channel":"book","type":"update","data":[{"symbol":"ETH/USD","bids":[],"asks":[{"price":1797.29,"qty":0.00000000},'
    '{"price":1797.52,"qty":1.56601318}],"checksum":3329440863,"timestamp":"2025-05-06T09:17:26.208075Z"}]}'
)
V1 = (
    '[336,{"as":[["27120.00000","4.28732553","1.0"],["27127.30000","0.13827025","1.0"],["27128.30000","0.14741534","1.0"],'
    '["27128.90000","2.76458276","1.0"],["27129.20000","0.73724565","1.0"],["27129.40000","0.63655172","1.0"],'
    '["27129.60000","0.02417558","1.0"],["27129.90000","0.73724565","1.0"],["27130.00000","0.24631177","1.0"],'
    '["27130.30000","0.66320000","1.0"]],"bs":[["27119.90000","13.54067548","1.0"],["27119.30000","0.03686228","1.0"],'
    '["27119.20000","0.73724565","1.0"],["27118.90000","0.04936402","1.0"],["27118.60000","0.37500000","1.0"],'
    '["27118.10000","0.03170000","1.0"],["27117.50000","1.08235034","1.0"],["27117.40000","0.38246705","1.0"],'
    '["27117.30000","0.33513309","1.0"],["27117.20000","3.68769114","1.0"]]},"book-10","XBT/USD"]'
)
V1_UPDATE = '[336,{"b":[["27119.90000","13.54109952","1693415330.621700"]],"c":"3572756970"},"book-10","XBT/USD"]'
L3 = (ROOT / "tests/data/level3-checksum-example.json").read_text().strip()


def l3_update(side: str, event: str, order_id: str, price: str, qty: str, *, crc: int) -> str:
    row = (
        f'{{"event":"{event}","order_id":"{order_id}","limit_price":{price},"order_qty":{qty},'
        '"timestamp":"2024-01-08T12:27:00.000000001Z"}'
    )
    bids, asks = (row, "") if side == "bids" else ("", row)
    return (
        '{"channel":"level3","type":"update","data":[{"checksum":'
        f'{crc},"symbol":"BTC/USD","bids":[{bids}],"asks":[{asks}],"timestamp":"2024-01-08T12:27:00.000000001Z"}}]}}'
    )


L3_STORY = (
    L3,
    l3_update("bids", "modify", "OTCFZG-YOE2Q-LQKNM3", "44939.4", "0.50000000", crc=404903681),
    l3_update("bids", "add", "OTEST1-AAAAA-BBBBBB", "44939.4", "0.25000000", crc=310555512),
    l3_update("asks", "delete", "OFVLAA-HRSSP-BK75KB", "44939.5", "4.52308393", crc=1965768059),
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((MATIC, MATIC_UPDATE), (2, 2, 0, 0, 0)),
        ((ETH, ETH_UPDATE), (2, 2, 0, 0, 0)),
        ((V1, V1_UPDATE), (2, 1, 0, 0, 1)),
        (L3_STORY, (4, 4, 0, 0, 0)),
        ((MATIC, ETH, V1, L3, MATIC_UPDATE, ETH_UPDATE, V1_UPDATE, *L3_STORY[1:]), (10, 9, 0, 0, 1)),
    ],
)
def test_the_references_examples(
    verified: Callable[..., FileReport], lines: tuple[str, ...], expected: tuple[int, int, int, int, int]
) -> None:
    report = verified(*lines)
    assert report.ok
    assert totals(report) == expected


# -- Precisions and depths -----------------------------------------------------------------------------------------

INSTRUMENTS = (
    '{"channel":"instrument","type":"%s","data":{"assets":[],"pairs":['
    '{"symbol":"MATIC/USD","price_precision":%d,"qty_precision":8}]}}'
)


def test_instruments_of_the_recording_come_first(verified: Callable[..., FileReport], tmp_path: Path) -> None:
    bare = MATIC.replace("0.566,", "0.56600,")  # One number with more zeros than the pair has.
    assert totals(verified(bare))[1:3] == (0, 1)
    said = INSTRUMENTS % ("snapshot", 4)
    for lines in ((said, bare), (bare, said)):
        report = verified(*lines, instruments={"MATIC/USD": Precision(5, 8)})
        assert report.ok
        assert report.streams[0].precision_from == "the recording's instruments"
    (tmp_path / "instruments.json").write_text(said)
    report = verified(bare, instruments=read_precisions(tmp_path / "instruments.json"))
    assert report.ok
    assert report.streams[0].precision_from == "--instruments"


def test_version_1_goes_by_its_own_digits(verified: Callable[..., FileReport]) -> None:
    report = verified(V1, V1_UPDATE, instruments={"XBT/USD": Precision(1, 8)})
    assert report.ok
    assert report.streams[0].price_precision == 5


def test_a_finer_number_later_counts_from_the_start(verified: Callable[..., FileReport]) -> None:
    """The snapshot's numbers happen to end in zeros, which a float printer dropped."""
    first = '{"channel":"book","type":"snapshot","data":[{"symbol":"A/B","bids":[{"price":4,"qty":2.5}],"asks":[]%s}]}'
    later = '{"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[{"price":3.99,"qty":1}],"asks":[]%s}]}'
    report = verified(first % f',"checksum":{crc32(b"40025")}', later % f',"checksum":{crc32(b"4002539910")}')
    assert report.ok
    assert totals(report) == (2, 2, 0, 0, 0)


def test_a_precision_that_changes_on_the_way(verified: Callable[..., FileReport]) -> None:
    wider = MATIC.replace("2439117997", "1")  # Over five decimals the checksum is another; nothing verifies by luck.
    report = verified(INSTRUMENTS % ("snapshot", 4), MATIC, INSTRUMENTS % ("update", 5), MATIC_UPDATE, wider)
    assert totals(report) == (3, 1, 1, 0, 1)
    assert report.streams[0].price_precision == 5


ACK = '{"method":"subscribe","result":{"channel":"book","depth":%d,"snapshot":true,"symbol":"ETH/USD"},"success":true}'


def test_where_the_depth_comes_from(verified: Callable[..., FileReport]) -> None:
    for lines, options, depth, depth_from in (
        ((ETH,), {}, 10, "the snapshot's size"),
        ((ACK % 25, ETH), {}, 25, "the recording"),
        ((ETH, ACK % 25), {}, 10, "the snapshot's size"),
        ((ACK % 25, ETH), {"depth": 100}, 100, "--depth"),
    ):
        stream = verified(*lines, **options).streams[0]
        assert (stream.depth, stream.depth_from) == (depth, depth_from)


# -- What is wrong with a recording --------------------------------------------------------------------------------


def test_bad_lines_and_strays_are_counted(verified: Callable[..., FileReport]) -> None:
    report = verified(ETH, '{"channel":"book","ty', ETH_UPDATE, '{"ts":1,"frame":"{\\"channel\\":\\"bo"}', "{}")
    assert totals(report) == (2, 2, 0, 0, 0)
    assert (report.lines, report.frames, report.bad_lines, report.strays, report.skipped_lines) == (5, 3, 1, 1, 1)
    assert report.first_bad_lines[0].line == 2
    assert report.first_stray is not None
    assert report.first_stray.line == 4
    assert not report.ok


def test_a_refused_frame(verified: Callable[..., FileReport]) -> None:
    report = verified(ETH, ETH_UPDATE.replace('"asks":[{', '"asks":[7,{'), ETH_UPDATE)
    assert totals(report) == (3, 1, 0, 1, 1)
    assert not report.ok


def test_a_lost_frame_is_a_mismatch_until_the_next_snapshot(verified: Callable[..., FileReport]) -> None:
    third = ETH_UPDATE.replace("3329440863", "5")
    report = verified(ETH, third, ETH_UPDATE, ETH, ETH_UPDATE)
    assert totals(report) == (5, 3, 2, 0, 0)
    first = report.streams[0].first_mismatch
    assert first is not None
    assert (first.line, first.expected, first.computed) == (2, 5, 3329440863)
    assert not report.ok


def test_no_books_is_not_well(verified: Callable[..., FileReport]) -> None:
    report = verified('{"channel":"heartbeat"}')
    assert (report.streams, report.ok, report.frames) == ([], False, 1)


def test_unchecked_alone_is_well(verified: Callable[..., FileReport]) -> None:
    report = verified(V1)
    assert totals(report) == (1, 0, 0, 0, 1)
    assert report.ok


def test_links_are_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.zst"
    captures = [
        Capture(n, link, text.encode(), n)
        for n, (link, text) in enumerate([("a", ETH), ("b", ETH), ("a", ETH_UPDATE), ("b", ETH_UPDATE)], start=1)
    ]
    write_capture(path, captures)
    report = verify_file(path)
    assert [(stream.link, stream.verified) for stream in report.streams] == [("a", 2), ("b", 2)]


def test_a_journal(tmp_path: Path) -> None:
    with JournalWriter(tmp_path) as writer:
        for seq, text in enumerate((MATIC, MATIC_UPDATE), start=1):
            writer.append(Entry(seq, seq, seq, "world", FrameReceived("public", text.encode())))
    assert totals(verify_file(tmp_path)) == (2, 2, 0, 0, 0)


def test_a_compressed_recording(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path) as writer:
        for text in (MATIC, MATIC_UPDATE):
            writer.frame("public", text.encode(), 1)
    assert (tmp_path / "journal-000001.fathom.zst").exists()
    assert totals(verify_file(tmp_path)) == (2, 2, 0, 0, 0)
    assert totals(verify_file(tmp_path / "journal-000001.fathom.zst")) == (2, 2, 0, 0, 0)


def test_no_recording(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="No such file"):
        verify_file(tmp_path / "x")
