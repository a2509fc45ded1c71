"""The exchange and the echo as processes of their own, and what a client needs to talk to them.

Imports: socket_client. Imported by: venue.
"""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from socket_client import SocketClient, connected


class VenueProcess:
    """A running `fathom exchange`: what its first line said, and its process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        self.said: dict[str, Any] = json.loads(process.stdout.readline())
        self.pid = process.pid

    def rss_mib(self) -> float:
        """Resident memory, MiB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no VmRSS")

    async def trading(self, name: str = "alice") -> tuple[SocketClient, str]:
        """Return a private connection and its token."""
        token = self._token(name)
        client = await connected(self.said["ws_private"])
        return client, token

    def ticker(self, pair: str) -> tuple[float, float]:
        """Return best bid and best ask."""
        with urllib.request.urlopen(f"{self.said['rest']}/0/public/Ticker?pair={pair}", timeout=30) as response:
            row = next(iter(json.loads(response.read())["result"].values()))
        return float(row["b"][0]), float(row["a"][0])

    def _token(self, name: str) -> str:
        account = next(account for account in self.said["accounts"] if account["name"] == name)
        path, nonce = "/0/private/GetWebSocketsToken", str(time.time_ns())
        body = f"nonce={nonce}"
        digest = path.encode() + hashlib.sha256((nonce + body).encode()).digest()
        sign = base64.b64encode(hmac.new(base64.b64decode(account["secret"]), digest, hashlib.sha512).digest())
        request = urllib.request.Request(self.said["rest"] + path, data=body.encode(), method="POST")
        request.add_header("API-Key", account["key"])
        request.add_header("API-Sign", sign.decode())
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.loads(response.read())
        assert not answer["error"], answer
        return str(answer["result"]["token"])


@contextmanager
def exchange(*options: str) -> Iterator[VenueProcess]:
    """Run the exchange, limits off."""
    command = [sys.executable, "-m", "fathom", "exchange", "--json", "--port", "0", "--no-limits", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield VenueProcess(process)
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def echo(rate: int) -> Iterator[str]:
    """Run the bare echo; give its URL."""
    command = [sys.executable, str(Path(__file__).with_name("echo_server.py")), str(rate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"ws://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()
            process.wait(30)
