"""Notes of exchanges for tests."""

import os

from key_samples import some_key, some_secret

from fathom.net.venue.running import Note, SampleKey


def some_note(*, started_ns: int = 1, port: int = 8420, accounts: tuple[str, ...] = ("alice", "bob")) -> Note:
    return Note(
        pid=os.getpid(),
        started_ns=started_ns,
        rest=f"http://127.0.0.1:{port}",
        ws_public=f"ws://127.0.0.1:{port + 1}/v2",
        ws_private=f"ws://127.0.0.1:{port + 2}/v2",
        ws_level3=f"ws://127.0.0.1:{port + 3}/v2",
        control=f"http://127.0.0.1:{port + 4}",
        accounts=[SampleKey(name=name, key=some_key(name), secret=some_secret(name)) for name in accounts],
    )
