"""Which venue `--venue` and a configuration mean, and which key is for it.

Imports: domain, keys, asking, running, table, venue, venues. Imported by: the front door.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fathom.domain import LinkError, LocalError, RemoteError
from fathom.net.keys import Credentials, Found, find_credentials, look_for_credentials
from fathom.net.venue.asking import ask_venue
from fathom.net.venue.running import Note, running_exchanges
from fathom.net.venue.table import read_venue
from fathom.net.venue.venue import Venue
from fathom.net.venue.venues import VENUES

DEFAULT: Final = "kraken"
LOCAL: Final = "local"
LOCAL_REST: Final = "http://127.0.0.1:8420"  # Where `fathom exchange` listens unless told otherwise.
SAMPLE: Final = "alice"
_RUN_ONE: Final = "no local exchange is running: start one with `fathom exchange`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A venue, and what follows from how it was named."""

    venue: Venue
    is_kraken: bool  # Real money; and the keys that nobody named are for it.
    remark: str | None = None  # One sentence that the user should see.
    note: Note | None = field(default=None, repr=False)  # Of the local exchange that was found by its note.


async def choose_venue(
    name: str | None = None,
    *,
    config: Path | None = None,
    local_rest: str | None = None,
) -> Choice:
    """Return the venue that a name stands for: `kraken`, `kraken-beta`, `local`, or the REST URL of an exchange.

    Without a name it is that of the configuration's [venue] table, and Kraken where there is none. `local_rest`: where
    an exchange is looked for that left no note; None: where it listens unless told otherwise.
    """
    if name is None:
        table = None if config is None else read_venue(config)
        if table is not None:
            return Choice(venue=table, is_kraken=not table.is_loopback)
        name = DEFAULT
    if name in VENUES:
        return Choice(venue=VENUES[name], is_kraken=True)
    if name == LOCAL:
        return await _local(LOCAL_REST if local_rest is None else local_rest)
    if "://" in name:
        authority = next((note.authority for note in running_exchanges() if note.rest == name), None)
        venue = await ask_venue(name, authority=None if authority is None else Path(authority))
        return Choice(venue=venue, is_kraken=False)
    raise LocalError("venue", f"{name!r} is none: name {', '.join(VENUES)}, local, or a URL that begins with https://")


def credentials_for(
    choice: Choice,
    *,
    account: str | None = None,
    file: Path | None = None,
    directory: Path | None = None,
    keyring: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Found:
    """Return the key for a venue. Raises LocalError where there is none.

    A local exchange found by its note has accounts for everybody: `account` names one, and without any other key it
    is alice. They are for that exchange alone. Keys that nobody named are for Kraken alone (see `find_credentials`).
    """
    found = look_for_key(
        choice, account=account, file=file, directory=directory, keyring=keyring, environment=environment
    )
    if found is not None:
        return found
    return find_credentials(
        file=file, directory=directory, keyring=keyring, environment=environment, named_only=not choice.is_kraken
    )


def look_for_key(
    choice: Choice,
    *,
    account: str | None = None,
    file: Path | None = None,
    directory: Path | None = None,
    keyring: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Found | None:
    """Return the key for a venue, or None; as `credentials_for`. One that is named must be there."""
    if account is not None:
        if choice.note is None:
            raise LocalError("account", "only a `fathom exchange` that `--venue local` has found has sample accounts")
        sample = SampleSource(choice.note, account)
        return Found(sample.read(), sample)
    named_only = choice.note is not None or not choice.is_kraken
    found = look_for_credentials(
        file=file, directory=directory, keyring=keyring, environment=environment, named_only=named_only
    )
    if found is not None or choice.note is None:
        return found
    sample = SampleSource(choice.note, SAMPLE)
    return Found(sample.read(), sample)


class SampleSource:
    """A sample account of a local exchange, as a place that keeps a key."""

    changes = False

    def __init__(self, note: Note, account: str) -> None:
        self._note = note
        self._account = account
        self.name = f"the sample account {account} of {note.rest}"

    def read(self) -> Credentials:
        """Return its key."""
        return self._note.credentials(self._account)


async def _local(rest: str) -> Choice:
    notes = running_exchanges()
    if notes:
        newest, others = notes[0], len(notes) - 1
        remark = (
            f"{len(notes)} local exchanges are running; this is the newest, {newest.rest}: name another by its URL"
            if others
            else None
        )
        return Choice(venue=newest.venue, is_kraken=False, remark=remark, note=newest)
    try:
        venue = await ask_venue(rest)
    except (LinkError, RemoteError):
        venue = None
    if venue is None:
        raise LocalError("venue", _RUN_ONE)
    return Choice(venue=venue, is_kraken=False)
