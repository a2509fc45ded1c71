from contextlib import ExitStack
from pathlib import Path

import pytest
from key_samples import some_key, some_secret
from venue_notes import some_note

from fathom.domain import LocalError
from fathom.net import HttpServer, run_loop
from fathom.net.venue.choosing import Choice, choose_venue, credentials_for
from fathom.net.venue.running import left_note
from fathom.net.venue.venues import KRAKEN, KRAKEN_BETA
from fathom.protocol import HttpAnswer, HttpRequest

TELLS = (
    b'{"rest": "http://127.0.0.1:1", "ws_public": "ws://127.0.0.1:2/v2", '
    b'"ws_private": "ws://127.0.0.1:3/v2", "ws_level3": "ws://127.0.0.1:4/v2"}'
)
NOBODY = "http://127.0.0.1:1"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "state"))
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


def chosen(name: str | None, *, config: Path | None = None, local_rest: str = NOBODY) -> Choice:
    return run_loop(choose_venue(name, config=config, local_rest=local_rest))


def answered(request: HttpRequest, *, now_ns: int) -> HttpAnswer:
    assert request.path == "/fathom/venue"
    return HttpAnswer(body=TELLS)


async def beside_a_server(name: str) -> tuple[Choice, str]:
    """Choose while an exchange listens that has left no note; `local` falls back to its port."""
    server = HttpServer(answered)
    await server.start(host="127.0.0.1", port=0)
    url = f"http://127.0.0.1:{server.port}"
    try:
        return await choose_venue(name or url, local_rest=url), url
    finally:
        await server.stop()


def test_kraken_is_the_venue_unless_something_else_is_named(place: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "bot.toml"
    config.write_text("[risk]\n")
    assert chosen(None).venue is KRAKEN
    assert chosen(None, config=config).venue is KRAKEN
    assert chosen("kraken-beta").venue is KRAKEN_BETA
    assert chosen("kraken").is_kraken
    with pytest.raises(LocalError, match="'krakn' is none: name kraken, kraken-beta, local, or a URL"):
        chosen("krakn")


def test_a_table_names_every_url_and_a_name_comes_before_it(place: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "bot.toml"
    config.write_text(
        '[venue]\nrest = "https://api.kraken.com"\nws_public = "wss://c.example.org/v2"\n'
        'ws_private = "wss://d.example.org/v2"\n'
    )
    choice = chosen(None, config=config)
    assert (choice.venue.ws_public, choice.is_kraken) == ("wss://c.example.org/v2", True)
    assert chosen("kraken", config=config).venue is KRAKEN


def test_local_is_the_newest_that_runs_and_it_says_so(place: dict[str, str]) -> None:
    with ExitStack() as left:
        left.enter_context(left_note(some_note(started_ns=1, port=1000)))
        choice = chosen("local")
        assert (choice.venue.rest, choice.remark, choice.is_kraken) == ("http://127.0.0.1:1000", None, False)
        left.enter_context(left_note(some_note(started_ns=2, port=2000)))
        choice = chosen("local")
    assert choice.venue.rest == "http://127.0.0.1:2000"
    assert choice.remark is not None
    assert "2 local exchanges are running; this is the newest" in choice.remark
    assert some_secret("alice") not in repr(choice)


def test_local_without_a_note_asks_the_usual_port(place: dict[str, str]) -> None:
    choice, url = run_loop(beside_a_server("local"))
    assert (choice.venue.rest, choice.venue.ws_public) == (url, "ws://127.0.0.1:2/v2")
    with pytest.raises(LocalError, match="no local exchange is running: start one with `fathom exchange`"):
        chosen("local")


def test_a_url_tells_the_others(place: dict[str, str]) -> None:
    choice, url = run_loop(beside_a_server(""))
    assert (choice.venue.rest, choice.venue.ws_level3, choice.note) == (url, "ws://127.0.0.1:4/v2", None)
    assert not choice.is_kraken


def test_a_local_exchange_needs_no_key(place: dict[str, str]) -> None:
    with left_note(some_note()):
        choice = chosen("local")
    found = credentials_for(choice, environment=place)
    assert (found.credentials.key, found.source.changes) == (some_key("alice"), False)
    assert "sample account alice" in found.source.name
    assert credentials_for(choice, account="bob", environment=place).credentials.key == some_key("bob")
    mine = {**place, "FATHOM_API_KEY": some_key("mine"), "FATHOM_API_SECRET": some_secret("mine")}
    assert credentials_for(choice, environment=mine).credentials.key == some_key("mine")
    assert credentials_for(choice, account="bob", environment=mine).credentials.key == some_key("bob")


def test_sample_accounts_are_for_no_other_venue(place: dict[str, str]) -> None:
    with left_note(some_note()):
        choice = chosen("kraken")
        with pytest.raises(LocalError, match="only a `fathom exchange`"):
            credentials_for(choice, account="alice", environment=place)


def test_a_key_that_nobody_named_goes_to_kraken_alone(place: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "config" / "fathom" / "key.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'key = "{some_key("real")}"\nsecret = "{some_secret("real")}"\n')
    file.chmod(0o600)
    assert credentials_for(chosen("kraken"), environment=place).credentials.key == some_key("real")
    with left_note(some_note()):
        assert credentials_for(chosen("local"), environment=place).credentials.key == some_key("alice")
    choice, _ = run_loop(beside_a_server(""))
    with pytest.raises(LocalError, match="there is none: set FATHOM_API_KEY"):
        credentials_for(choice, environment=place)
    named = {**place, "FATHOM_KEY_FILE": str(file)}
    assert credentials_for(choice, environment=named).credentials.key == some_key("real")
