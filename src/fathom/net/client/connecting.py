"""`fathom.connect`: which venue, which key, and a client of them.

Imports: domain, keys, link, venue; kraken, options, running. Imported by: the front door.
"""

import warnings
from dataclasses import replace
from pathlib import Path

from fathom.net.client.kraken import Kraken
from fathom.net.client.options import Options
from fathom.net.client.running import Running
from fathom.net.keys import Credentials, Found
from fathom.net.link import RawTap, tls_context
from fathom.net.venue import Choice, Venue, choose_venue, look_for_key


def connect(
    venue: str | Venue | None = None,
    *,
    credentials: Credentials | None = None,
    public_only: bool = False,
    account: str | None = None,
    config: Path | None = None,
    key_file: Path | None = None,
    key_directory: Path | None = None,
    keyring: str | None = None,
    options: Options | None = None,
    tap: RawTap | None = None,
) -> Kraken:
    """Return a client; `async with` opens it, or `await`, in a notebook for instance.

        async with fathom.connect("local") as kraken:
            async for book in kraken.book("BTC/USD", depth=100):
                print(book.best_bid, book.best_ask)

    `venue`: "kraken" (the default), "kraken-beta", "local" (a `fathom exchange` on this machine), the REST URL of one,
    or a `Venue`. `config`: a TOML file whose [venue] table names each URL instead.

    The key is `credentials`, or the first there is: the environment (FATHOM_API_KEY, FATHOM_API_SECRET,
    FATHOM_API_OTP), `key_file`, `key_directory` (mounted secrets), the system `keyring`; of a local exchange a sample
    `account`. Without any, or with `public_only`, market data only. `tap(link, frame, time_ns)` is called with every
    raw frame.
    """
    chosen_options = options or Options()

    async def prepare() -> Running:
        where, found = venue, None
        if isinstance(where, Venue):
            choice = Choice(venue=where, is_kraken=not where.is_loopback)
        else:
            choice = await choose_venue(where, config=config)
        if choice.remark is not None:
            warnings.warn(choice.remark, stacklevel=2)
        there = choice.venue
        if credentials is None and not public_only:
            found = look_for_key(choice, account=account, file=key_file, directory=key_directory, keyring=keyring)
        if credentials is not None and not public_only:
            found = Found(credentials, GivenSource(credentials))
        link = chosen_options.link
        if there.authority is not None:
            link = replace(link, tls=tls_context(there.authority))
        return Running(there, found, options=replace(chosen_options, link=link), taps=[] if tap is None else [tap])

    return Kraken(prepare)


class GivenSource:
    """A key that the program itself gave: it does not change."""

    name = "the program"
    changes = False

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def read(self) -> Credentials:
        """Return it."""
        return self._credentials
