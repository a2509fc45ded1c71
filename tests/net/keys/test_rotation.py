import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path

import pytest
from key_samples import some_key, some_secret

from fathom.domain import AuthError, LinkError, LocalError
from fathom.exchange import ApiKey, Settings
from fathom.net.keys import ask_key_info, find_credentials, refuse_unfit_key
from fathom.net.keys.credentials import Credentials
from fathom.net.keys.environment import EnvironmentSource
from fathom.net.keys.key_file import FileSource
from fathom.net.keys.rotation import KeyNews, KeyRotation
from fathom.net.keys.source import Found, Source
from fathom.net.rest import RestClient
from fathom.net.venue import ask_venue
from fathom.protocol import rest
from fathom.run.local_exchange.serving import ExchangeServer

DEADLINE_S = 10.0


def write_key(path: Path, seed: str) -> None:
    """As an editor does it: a new file moved over the old one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(f'key = "{some_key(seed)}"\nsecret = "{some_secret(seed)}"\n')
    fresh.chmod(0o600)
    fresh.replace(path)


class Venue:
    """What the test of a new key asks; `verdicts` says by key what comes of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.verdicts: dict[str, Callable[[], Awaitable[None]]] = {}

    async def test(self, credentials: Credentials) -> None:
        self.asked.append(credentials.key)
        verdict = self.verdicts.get(credentials.key)
        if verdict is not None:
            await verdict()


class Stage:
    """A rotation on a real file, with everything it says."""

    def __init__(self, path: Path) -> None:
        self.path = path
        write_key(path, "a")
        self.venue = Venue()
        self.news: list[KeyNews] = []
        self.used: list[str] = []
        self.heard = asyncio.Event()
        source = FileSource(path)
        credentials = source.read()
        assert credentials is not None
        self.rotation = self.rotation_of(Found(credentials, source))

    def rotation_of(self, found: Found, *, test_s_max: float = DEADLINE_S) -> KeyRotation:
        return KeyRotation(
            found,
            test=self.venue.test,
            told=self.hear,
            use=lambda credentials: self.used.append(credentials.key),
            look_s=0.001,
            test_s_max=test_s_max,
            settle_s=0.001,
        )

    def hear(self, news: KeyNews) -> None:
        self.news.append(news)
        self.heard.set()

    async def next_news(self) -> KeyNews:
        await self.heard.wait()
        self.heard.clear()
        return self.news[-1]

    @property
    def kinds(self) -> list[str]:
        return [news.kind for news in self.news]


def staged(tmp_path: Path, play: Callable[[Stage], Coroutine[None, None, None]]) -> Stage:
    async def main() -> Stage:
        stage = Stage(tmp_path / "key.toml")
        async with asyncio.timeout(DEADLINE_S):
            await play(stage)
        return stage

    return asyncio.run(main())


def test_a_new_key_is_tested_and_used_and_the_old_one_let_go(tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        assert (await stage.rotation.look()).kind == "same"
        write_key(stage.path, "b")
        news = await stage.rotation.look()
        assert news.kind == "used"
        assert news.fingerprint == stage.rotation.current.fingerprint
        assert stage.rotation.current.key == some_key("b")

    stage = staged(tmp_path, play)
    assert stage.venue.asked == stage.used == [some_key("b")]
    assert stage.kinds == ["used"]
    gc.collect()
    held = [thing.key for thing in gc.get_referents(stage.rotation.__dict__) if isinstance(thing, Credentials)]
    assert held == [some_key("b")]


def test_it_looks_by_itself_while_it_runs(tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        running = asyncio.create_task(stage.rotation.run())
        for seed in ("b", "c"):
            write_key(stage.path, seed)
            assert (await stage.next_news()).kind == "used"
            assert stage.rotation.current.key == some_key(seed)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    assert staged(tmp_path, play).kinds == ["used", "used"]


def test_a_key_that_fails_its_test_is_told_once_and_the_old_one_stays(tmp_path: Path) -> None:
    async def refuse() -> None:
        raise AuthError("EAPI:Invalid key: make a new one")

    async def play(stage: Stage) -> None:
        stage.venue.verdicts[some_key("b")] = refuse
        running = asyncio.create_task(stage.rotation.run())
        write_key(stage.path, "b")
        news = await stage.next_news()
        assert news.kind == "refused"
        assert "make a new one" in news.text
        assert stage.rotation.current.key == some_key("a")
        write_key(stage.path, "c")  # Many looks later, perhaps: the wrong one was tested once.
        assert (await stage.next_news()).kind == "used"
        running.cancel()

    stage = staged(tmp_path, play)
    assert stage.venue.asked == [some_key("b"), some_key("c")]
    assert stage.kinds == ["refused", "used"]


def test_one_that_was_refused_is_tested_again_when_somebody_asks(tmp_path: Path) -> None:
    async def refuse() -> None:
        raise LocalError("key", "may withdraw: take that right from it")

    async def play(stage: Stage) -> None:
        stage.venue.verdicts[some_key("b")] = refuse
        write_key(stage.path, "b")
        assert (await stage.rotation.look()).kind == "refused"
        del stage.venue.verdicts[some_key("b")]
        assert (await stage.rotation.look()).kind == "used"

    assert staged(tmp_path, play).venue.asked == [some_key("b")] * 2


def test_a_test_that_no_key_is_to_blame_for_is_tried_again(tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        async def broken() -> None:
            if len(stage.venue.asked) < 4:
                raise LinkError("no connection")

        stage.venue.verdicts[some_key("b")] = broken
        running = asyncio.create_task(stage.rotation.run())
        write_key(stage.path, "b")
        assert (await stage.next_news()).kind == "untested"
        assert (await stage.next_news()).kind == "used"
        running.cancel()

    stage = staged(tmp_path, play)
    assert len(stage.venue.asked) == 4
    assert stage.kinds == ["untested", "used"]  # Told once, tried three times.


def test_a_test_has_a_deadline(tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        async def never() -> None:
            await asyncio.Event().wait()

        stage.venue.verdicts[some_key("b")] = never
        source = FileSource(stage.path)
        credentials = source.read()
        assert credentials is not None
        rotation = stage.rotation_of(Found(credentials, source), test_s_max=0.01)
        write_key(stage.path, "b")
        news = await rotation.look()
        assert (news.kind, rotation.current.key) == ("untested", some_key("a"))
        assert "no answer within 0.01 s" in news.text

    staged(tmp_path, play)


def test_a_file_that_cannot_be_used_or_is_gone_changes_nothing(tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        stage.path.chmod(0o644)
        news = await stage.rotation.look()
        assert news.kind == "unreadable"
        assert "chmod 600" in news.text
        stage.path.unlink()
        assert (await stage.rotation.look()).kind == "gone"
        assert stage.rotation.current.key == some_key("a")

    assert staged(tmp_path, play).venue.asked == []


class Written:
    """A file in the middle of being written: the first look sees a half."""

    name = "a file"
    changes = True

    def __init__(self) -> None:
        self.whole = Credentials(key=some_key("b"), secret=some_secret("b"))
        self.looks: list[Credentials | LocalError] = [
            LocalError("key", "is not TOML"),
            Credentials(key=some_key("b"), secret=some_secret("a")),
            self.whole,
        ]

    def read(self) -> Credentials | None:
        seen = self.looks.pop(0) if self.looks else self.whole
        if isinstance(seen, LocalError):
            raise seen
        return seen


def test_half_a_file_is_neither_told_nor_tested(tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        rotation = stage.rotation_of(Found(stage.rotation.current, Written()))
        assert (await rotation.look()).kind == "used"
        assert rotation.current == Credentials(key=some_key("b"), secret=some_secret("b"))

    stage = staged(tmp_path, play)
    assert stage.venue.asked == [some_key("b")]
    assert stage.kinds == ["used"]


def test_where_nothing_can_change_it_does_not_look(tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        source: Source = EnvironmentSource({})
        await stage.rotation_of(Found(stage.rotation.current, source)).run()

    assert staged(tmp_path, play).kinds == []


def test_nothing_it_says_has_a_secret_in_it(tmp_path: Path) -> None:
    async def play(stage: Stage) -> None:
        write_key(stage.path, "b")
        await stage.rotation.look()
        stage.path.write_text(some_secret("c"))
        await stage.rotation.look()

    said = repr(staged(tmp_path, play).news)
    for seed in "abc":
        assert some_secret(seed)[:12] not in said
        assert some_key(seed) not in said


def test_beside_an_exchange_the_next_request_is_signed_with_the_new_key(tmp_path: Path) -> None:
    """As a bot does it: judged by what the venue says of it, then used by the client that runs."""

    def write(account: ApiKey) -> None:
        fresh = tmp_path / "key.new"
        fresh.write_text(f'key = "{account.key}"\nsecret = "{account.secret}"\n')
        fresh.chmod(0o600)
        fresh.replace(tmp_path / "key.toml")

    async def main() -> list[str]:
        settings = Settings(seed=1, start_ns=time.time_ns(), symbols=("BTC/USD",), market=False)
        server = ExchangeServer(settings)
        await server.start()
        try:
            made = server.exchange.keyring.keys()
            accounts = {key.account: key for key in made}
            write(accounts["alice"])
            venue = await ask_venue(server.urls.rest)
            found = find_credentials(file=tmp_path / "key.toml")
            kinds: list[str] = []

            async def test(credentials: Credentials) -> None:
                async with RestClient(venue, credentials=credentials) as trial:
                    refuse_unfit_key(await ask_key_info(trial), now_ns=time.time_ns())

            async with RestClient(venue, credentials=found.credentials) as client:
                rotation = KeyRotation(
                    found, test=test, told=lambda news: kinds.append(news.kind), use=client.use, settle_s=0.001
                )
                for name, in_use in (("treasurer", "alice"), ("viewer", "alice"), ("bob", "bob")):
                    write(accounts[name])
                    await rotation.look()
                    assert (await client.call(rest.GetApiKeyInfo())).api_key == accounts[in_use].key
            return kinds
        finally:
            await server.stop()

    async def in_time() -> list[str]:
        async with asyncio.timeout(3 * DEADLINE_S):
            return await main()

    assert asyncio.run(in_time()) == ["refused", "refused", "used"]
