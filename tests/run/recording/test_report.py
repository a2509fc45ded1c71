import msgspec

from fathom.run.recording.book_stream import Mismatch, StreamReport
from fathom.run.recording.recorded_books import Refusal
from fathom.run.recording.recorder import Denial, Gap, RecordReport
from fathom.run.recording.report import SHOWN_MAX, opened, told
from fathom.store import TornTail

T0 = 1_700_000_000_000_000_000
GOOD = StreamReport("BTC/USD", "book", "public", frames=1500, verified=1500)
REPORT = RecordReport(
    frames=2000,
    frame_bytes=3 * 2**20,
    streams=[GOOD],
    unverified=0,
    strays=0,
    first_stray=None,
    drop_count=0,
    gap_count=0,
    gaps=[],
    denial_count=0,
    denials=[],
    failure=None,
)


def test_a_good_one() -> None:
    assert told(REPORT) == [
        "2,000 frames recorded (3.0 MiB), 1,500 of them of books",
        "1,500 verified, 0 mismatched",
        "  book BTC/USD: 1,500 frames, 1,500 verified",
        "0 lost links, 0 gaps",
    ]


def test_a_bad_one_says_the_worst_first() -> None:
    bad = StreamReport(
        "ETH/USD",
        "level3",
        "level3",
        frames=10,
        verified=5,
        mismatched=3,
        refused=1,
        unchecked=1,
        first_mismatch=Mismatch(line=77, expected=1, computed=2),
    )
    report = msgspec.structs.replace(
        REPORT,
        streams=[GOOD, bad],
        unverified=4,
        strays=2,
        first_stray=Refusal(9, "not an instrument"),
        drop_count=1,
        gap_count=3,
        gaps=[
            Gap("book", "BTC/USD", T0, T0 + 10**9, "reconnected"),
            Gap("trade", "BTC/USD", T0, T0 + 10**9, "reconnected", 1200),
            Gap("status", "", T0, None),
        ],
        denial_count=2,
        denials=[Denial("level3", "BTC/USD", "no permission"), Denial("level3", "ETH/USD", "no permission")],
    )
    assert told(report) == [
        "2,000 frames recorded (3.0 MiB), 1,514 of them of books",
        "1,505 verified, 3 mismatched",
        "  level3 ETH/USD: 10 frames, 5 verified, 3 MISMATCHED, 1 REFUSED, 1 unchecked (the first is entry 77)",
        "  book BTC/USD: 1,500 frames, 1,500 verified",
        "4 book frames could not be verified: no instrument frame came before them; record `instrument` too",
        "2 frames could not be read, the first is entry 9: not an instrument",
        "2 subscriptions were REFUSED, the first is level3 BTC/USD: no permission",
        "1 lost links, 3 gaps",
        "  book BTC/USD: from 2023-11-14T22:13:20.000000Z to 2023-11-14T22:13:21.000000Z (reconnected)",
        "  trade BTC/USD: from 2023-11-14T22:13:20.000000Z to 2023-11-14T22:13:21.000000Z (reconnected; 1,200 missed)",
        "  status: from 2023-11-14T22:13:20.000000Z to the end",
    ]


def test_not_all_of_many_are_named() -> None:
    count = SHOWN_MAX + 3
    gap = Gap("book", "BTC/USD", T0, None)
    said = told(msgspec.structs.replace(REPORT, streams=[GOOD] * count, gap_count=count + 900, gaps=[gap] * count))
    assert len(said) == 2 + (SHOWN_MAX + 1) + 1 + (SHOWN_MAX + 1)
    assert "  and 3 books more" in said
    assert said[-1] == "  and 903 gaps more"


def test_what_was_there() -> None:
    assert opened(last_seq=0, torn=None, remade=None) == []
    assert opened(last_seq=1200, torn=TornTail("journal-000001.fathom", 1500, 1200), remade="it was made again") == [
        "goes on after entry 1,200",
        "a crash left 1,500 bytes of an unfinished entry in journal-000001.fathom: cut off",
        "it was made again",
    ]
