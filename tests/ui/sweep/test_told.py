import msgspec
from sweeps import a_sweep, without_a_score

from fathom.ui import SweepTold


def test_a_sweep_goes_to_json_and_back() -> None:
    for told in (a_sweep(), without_a_score()):
        assert msgspec.json.decode(msgspec.json.encode(told), type=SweepTold) == told
