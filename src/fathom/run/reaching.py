"""From what the user said to a venue, a key and a client.

Imports: net; scrubbing, where. Imported by: the commands of the client in run.
"""

import sys
from dataclasses import dataclass
from typing import Final

from fathom.net import (
    Choice,
    Credentials,
    Kraken,
    LinkTerms,
    Options,
    RawTap,
    RestTerms,
    Venue,
    choose_venue,
    connect,
    credentials_for,
    keys,
)
from fathom.run.scrubbing import know
from fathom.run.where import Where

READY_S_MAX: Final = 12.0  # A person waits; a bot would be more patient.
CLOSE_S_MAX: Final = 0.3  # Of a goodbye: four of them fit into the 2 s that Ctrl-C may take.


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A venue and perhaps a key, chosen and not yet connected."""

    choice: Choice
    found: keys.Found | None

    @property
    def venue(self) -> Venue:
        """Return where it is."""
        return self.choice.venue

    @property
    def credentials(self) -> Credentials | None:
        """Return the key."""
        return None if self.found is None else self.found.credentials

    @property
    def shown(self) -> str:
        """Return the venue and the account in words: whose money it is."""
        money = "real money" if self.choice.is_kraken else "nobody's money"
        key = "" if self.found is None else f", key {self.found.credentials.fingerprint} from {self.found.source.name}"
        return f"{self.venue.name} ({self.venue.rest}, {money}){key}"

    def client(self, *, tap: RawTap | None = None) -> Kraken:
        """Return a client that is not open yet."""
        return connect(
            self.venue,
            credentials=self.credentials,
            public_only=self.found is None,
            options=Options(
                link=LinkTerms(close_s_max=CLOSE_S_MAX),
                rest=RestTerms(close_s=CLOSE_S_MAX),
                ready_s_max=READY_S_MAX,
            ),
            tap=tap,
        )


async def reach(where: Where, *, key: bool) -> Reached:
    """Return the venue, and the key where one is needed. Raises LocalError for what is not there."""
    choice = await choose_venue(where.venue, config=where.config)
    if choice.remark is not None:
        sys.stderr.write(f"note: {choice.remark}\n")
    named = (where.account, where.key_file, where.key_dir, where.keyring)
    if not key and all(name is None for name in named):
        return Reached(choice=choice, found=None)
    found = credentials_for(
        choice, account=where.account, file=where.key_file, directory=where.key_dir, keyring=where.keyring
    )
    know(found.credentials)
    return Reached(choice=choice, found=found)
