from pathlib import Path

import pytest

from client_commands import fathom


def test_without_a_bot_it_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said = fathom(capfd, "resume", str(tmp_path))
    assert said.status == 1
    assert "no bot runs on this journal now" in said.error
