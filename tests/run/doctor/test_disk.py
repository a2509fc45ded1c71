from pathlib import Path

import pytest

from fathom.run.doctor.disk import GIB, WRITES, judge_space, judge_writes, look_at_disk, measure_writes


def test_it_writes_for_real_and_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = measure_writes(tmp_path)
    assert len(taken) == WRITES
    assert min(taken) > 0
    findings = look_at_disk(tmp_path / "runs" / "of" / "tomorrow")
    assert [finding.check for finding in findings] == ["space", "writes"]
    assert all(str(tmp_path) in finding.found for finding in findings)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (finding,) = look_at_disk(tmp_path / "file" / "runs")
    assert (finding.level, "is a file" in finding.found) == ("error", True)
    (finding,) = look_at_disk(Path("/proc/fathom"))
    assert (finding.level, "cannot write to /proc" in finding.found) == ("error", True)


@pytest.mark.parametrize(("free", "level"), [(0, "error"), (GIB - 1, "error"), (GIB, "warning"), (10 * GIB, "ok")])
def test_how_much_room_is_enough(free: int, level: str) -> None:
    finding = judge_space(Path("/x"), free)
    assert (finding.level, bool(finding.advice)) == (level, level != "ok")


@pytest.mark.parametrize(("slowest_ms", "level"), [(49, "ok"), (51, "warning")])
def test_how_quick_is_enough(slowest_ms: int, level: str) -> None:
    finding = judge_writes(Path("/x"), [1_000_000, 1_000_000, slowest_ms * 1_000_000])
    assert finding.level == level
    assert "takes 1.0 ms" in finding.found
    assert f"at worst {slowest_ms}.0 ms" in finding.found
