import msgspec

from fathom.portfolio import summary_of
from fathom.ui import RunTold
from fathom.ui.report.told import Note
from statistics_run import Run


def test_a_run_is_told_as_json_and_read_again() -> None:
    summary = summary_of(Run(USD="1000").statistics)
    told = RunTold(
        run_id="r", mode="paper", version="0", state="It ended.", entries=3, summary=summary,
        notes=[Note(7, "a note")], notes_left_out=0,
    )  # fmt: skip
    assert msgspec.json.decode(msgspec.json.encode(told), type=RunTold) == told
