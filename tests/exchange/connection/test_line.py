"""What the sessions need of a line and of the faults is what the faults give."""

from fathom.exchange.connection import Line, RequestFaults
from fathom.exchange.faults import Faults
from fathom.exchange.faults import Line as FaultyLine


class Silent:
    """A wire that nobody listens to."""

    def send(self, frame: bytes) -> None: ...

    def close(self, code: int, reason: str = "") -> None: ...

    def backlog(self) -> int:
        return 7


def test_the_faults_fit() -> None:
    faults = Faults(seed=1, now_ns=0)
    requests: RequestFaults = faults
    line: Line = faults.line(Silent(), role="public", peer="")
    assert isinstance(line, FaultyLine)
    assert line.backlog() == 7
    assert requests.request("ping", now_ns=0) is None
    assert requests.clock_offset_ns(0) == 0
