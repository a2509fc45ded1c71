"""The storm on the local exchange, in its short form: what the million frames do, some ten thousand do here."""

import pytest
from storm import L2_DEPTHS, L3_DEPTHS, storm

FRAMES = 30_000


def test_the_kernel_verifies_every_frame_at_every_depth() -> None:
    tally, _ = storm(frames=FRAMES, seed=3)
    assert tally.flawed.total() == 0
    depths = {f"book {depth}" for depth in L2_DEPTHS} | {f"level3 {depth}" for depth in L3_DEPTHS}
    assert set(tally.verified) == depths
    assert min(tally.verified.values()) > 1_000


@pytest.mark.parametrize("fault", ["wrong_checksum", "lost_update"])
def test_planted_faults_are_found(fault: str) -> None:
    tally, planted = storm(frames=FRAMES, seed=4, fault=fault)
    found = tally.flawed.total()
    assert planted > 10
    if fault == "wrong_checksum":
        assert found == planted  # Each, and nothing else.
    else:
        assert 0 < found <= planted  # The others lie below the ten best, or fell on a book that was being taken anew.
