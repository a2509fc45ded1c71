from pathlib import Path

import msgspec

from fathom.run.comparing.comparison import compare
from fathom.run.comparing.told import Told
from two_runs import BOUNDS, Hand


def test_it_is_json_and_back(tmp_path: Path) -> None:
    a = Hand().order("maker-1", 5_000).fill("maker-1", 8_000).journal(tmp_path / "a")
    told = compare(a, Hand().order("maker-1", 5_000).journal(tmp_path / "b"), bounds=BOUNDS)
    assert msgspec.json.decode(msgspec.json.encode(told), type=Told) == told
    assert not told.agrees
    assert msgspec.structs.replace(told, differences=[]).agrees
