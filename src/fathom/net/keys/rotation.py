"""A key that is changed while we run.

Imports: domain, credentials, source. Imported by: the front door.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal

from fathom.domain import AuthError, FathomError, LocalError
from fathom.net.keys.credentials import Credentials
from fathom.net.keys.source import Found

LOOK_S: Final = 10.0
TEST_S_MAX: Final = 20.0
READ_S_MAX: Final = 70.0  # A keyring may ask a person; a file on a disk that hangs must not hold us up for ever.
SETTLE_S: Final = 0.5  # Whoever writes a file may be halfway: it is read again after so long.
_SETTLES_MAX: Final = 5
_AGAIN_S_MAX: Final = 600.0  # A test that no key is to blame for is tried again, ever more rarely up to here.

Test = Callable[[Credentials], Awaitable[object]]
Kind = Literal["used", "same", "refused", "untested", "unreadable", "gone"]


@dataclass(frozen=True, slots=True)
class KeyNews:
    """What came of one look at the source. `text` is one sentence for people and has nothing secret in it."""

    kind: Kind
    fingerprint: str  # Of the key in question; of the one in use where none is.
    text: str


class KeyRotation:
    """Looks at a source again and again; a new key is tested, then used, and the old one let go.

    `test` is given the new key and raises where it is unfit: AuthError or LocalError is final for that key; any other
    FathomError, and a test that takes too long, is no fault of the key's, and tried again later. Until a new key has
    passed, the old one stays. `told` hears of everything but looks that found nothing new, once each.
    """

    def __init__(
        self,
        found: Found,
        *,
        test: Test,
        told: Callable[[KeyNews], None],
        use: Callable[[Credentials], None] | None = None,
        look_s: float = LOOK_S,
        test_s_max: float = TEST_S_MAX,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._current = found.credentials
        self._source = found.source
        self._test = test
        self._told = told
        self._use = use
        self._look_s = look_s
        self._test_s_max = test_s_max
        self._settle_s = settle_s
        self._refused: Credentials | None = None
        self._last_text: str | None = None
        self._again_s = look_s
        self._looking = asyncio.Lock()

    @property
    def current(self) -> Credentials:
        """The key for the next request. Ask each time: keep no other reference."""
        return self._current

    async def run(self) -> None:
        """Look every few seconds until cancelled. Ends at once where the source cannot change while we run."""
        while self._source.changes:
            news = await self._look(asked=False)
            self._again_s = min(self._again_s * 2, _AGAIN_S_MAX) if news.kind == "untested" else self._look_s
            await asyncio.sleep(self._again_s)

    async def look(self) -> KeyNews:
        """Look now, whatever was refused before, and say what came of it."""
        return await self._look(asked=True)

    async def _look(self, *, asked: bool) -> KeyNews:
        async with self._looking:
            if asked:
                self._refused = self._last_text = None
            news = await self._outcome()
            if news.kind == "same":
                self._last_text = None
            elif news.text != self._last_text:
                self._last_text = news.text
                self._told(news)
            return news

    async def _outcome(self) -> KeyNews:
        old = self._current.fingerprint
        try:
            new = await self._settled()
        except LocalError as error:
            return KeyNews("unreadable", old, f"key {old} stays in use: {error}")
        except TimeoutError:
            return KeyNews("unreadable", old, f"key {old} stays in use: {self._source.name} cannot be read in time")
        if new is None:
            return KeyNews("gone", old, f"key {old} stays in use: there is none in {self._source.name} any more")
        if new == self._current:
            self._refused = None
            return KeyNews("same", old, f"key {old} is still the one in {self._source.name}")
        if new == self._refused:
            return KeyNews("refused", new.fingerprint, self._last_text or "")
        return await self._tested(new)

    async def _tested(self, new: Credentials) -> KeyNews:
        old, name, place = self._current.fingerprint, new.fingerprint, self._source.name
        try:
            async with asyncio.timeout(self._test_s_max):
                await self._test(new)
        except (AuthError, LocalError) as error:
            self._refused = new
            return KeyNews("refused", name, f"key {name} in {place} is refused, and key {old} stays in use: {error}")
        except FathomError as error:
            return KeyNews("untested", name, f"key {name} in {place} cannot be tested yet, {old} stays in use: {error}")
        except TimeoutError:
            late = f"no answer within {self._test_s_max:g} s"
            return KeyNews("untested", name, f"key {name} in {place} cannot be tested yet, {old} stays in use: {late}")
        self._current = new
        self._refused = None
        if self._use is not None:
            self._use(new)
        return KeyNews("used", name, f"key {name} from {place} is in use from now on; key {old} may be deleted")

    async def _settled(self) -> Credentials | None:
        """Return what the source holds once two readings agree, so that nobody is caught in the middle of writing."""
        outcome = await self._read()
        for _ in range(_SETTLES_MAX):
            if isinstance(outcome, Credentials) and outcome in {self._current, self._refused}:
                break
            await asyncio.sleep(self._settle_s)
            before, outcome = outcome, await self._read()
            if _same(before, outcome):
                break
        if isinstance(outcome, LocalError):
            raise outcome
        return outcome

    async def _read(self) -> Credentials | LocalError | None:
        async with asyncio.timeout(READ_S_MAX):
            return await asyncio.to_thread(self._read_now)

    def _read_now(self) -> Credentials | LocalError | None:
        try:
            return self._source.read()
        except LocalError as error:
            return error


def _same(one: Credentials | LocalError | None, other: Credentials | LocalError | None) -> bool:
    if isinstance(one, LocalError) or isinstance(other, LocalError):
        return str(one) == str(other)
    return one == other
