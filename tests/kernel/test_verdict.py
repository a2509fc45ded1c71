"""Tests of what the kernel answers with."""

from __future__ import annotations

from fathom import kernel
from fathom.kernel import verdict


def test_verdicts_differ_and_are_all_true() -> None:
    verdicts = {verdict.VERIFIED, verdict.MISMATCH, verdict.UNCHECKED}
    assert len(verdicts) == 3
    assert all(verdicts)


def test_flaws_are_bits() -> None:
    flaws = [verdict.CROSSED, verdict.OUT_OF_ORDER, verdict.TOO_DEEP, verdict.UNKNOWN_ORDER]
    assert sum(flaws) == 15
    assert all(flaw & (flaw - 1) == 0 for flaw in flaws)


def test_a_refusal_is_a_value_error_and_the_front_door_has_all() -> None:
    assert issubclass(verdict.FrameRefused, ValueError)
    assert all(hasattr(kernel, name) for name in kernel.__all__)
    assert kernel.FrameRefused is verdict.FrameRefused
