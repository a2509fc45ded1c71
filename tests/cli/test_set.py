from pathlib import Path

import pytest

from client_commands import fathom


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name what to change"),
        (("order_value_max",), "is no change"),
        (("order_value_max=5",), "no bot runs on this journal now"),
    ],
)
def test_what_cannot_be_done_is_one_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    told = fathom(capfd, "set", str(tmp_path), *words)
    assert told.status == 1
    assert said in told.error
