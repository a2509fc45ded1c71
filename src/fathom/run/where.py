"""Which venue and which key a command is for, as the user said it.

Imports: nothing of ours, so that a command line can be explained without the rest of the house. Imported by: cli,
run/reaching.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Where:
    """Options that every command of the client takes.

    Parameters
    ----------
    venue
        kraken (the default), kraken-beta, local (a `fathom exchange` on this machine), or the REST URL of one.
    config
        A TOML file whose [venue] table names each URL.
    account
        The sample account of a local exchange: alice, bob, ...
    key_file
        A file with key and secret, mode 0600. Without any of these three the key is looked for: FATHOM_API_KEY, ...
    key_dir
        A directory of mounted secrets: api-key, api-secret.
    keyring
        The service in the system keyring.
    """

    venue: str | None = None
    config: Path | None = None
    account: str | None = None
    key_file: Path | None = None
    key_dir: Path | None = None
    keyring: str | None = None
