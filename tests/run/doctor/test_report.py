import json

from fathom.domain import Finding
from fathom.run.doctor.report import json_text, plain_lines, summary, worst

FINE = Finding(group="disk", check="space", level="ok", found="12.0 GiB are free")
OLD = Finding(group="key", check="age", level="warning", found="the key is old", advice="make a new one")
BROKEN = Finding(group="reach", check="rest", level="error", found="cannot \x1b[31mreach\nit", advice="look")


def test_the_worst_of_them_counts() -> None:
    assert [worst(them) for them in ([], [FINE], [FINE, OLD], [OLD, BROKEN, FINE])] == ["ok", "ok", "warning", "error"]
    assert summary([FINE]) == "nothing is wrong"
    assert summary([OLD, BROKEN, BROKEN]) == "2 errors, 1 warning"


def test_a_line_each_with_nothing_that_drives_a_terminal() -> None:
    lines = plain_lines([FINE, OLD, BROKEN])
    assert lines == [
        "ok      disk space           12.0 GiB are free",
        "warning key age              the key is old -> make a new one",
        "error   reach rest           cannot ?[31mreach?it -> look",
    ]


def test_one_object_for_programs() -> None:
    said = json.loads(json_text("kraken", [FINE, OLD]))
    assert (said["venue"], said["worst"]) == ("kraken", "warning")
    assert said["counts"] == {"ok": 1, "note": 0, "warning": 1, "error": 0}
    assert said["findings"][1] == {
        "group": "key", "check": "age", "level": "warning", "found": "the key is old", "advice": "make a new one"
    }  # fmt: skip
