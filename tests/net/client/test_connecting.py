"""Every way of naming a venue and a key, up to an open client; nothing here leaves this machine."""

import time
from pathlib import Path
from typing import Any

import pytest
from key_samples import some_key, some_secret
from loop_stage import clean
from order_stage import BTC, OrderStage, trading
from venue_notes import some_note

from fathom.domain import AuthError, LocalError
from fathom.net import Credentials, Kraken, connect, make_certificate, run_loop
from fathom.net.client.running import Running
from fathom.net.venue import KRAKEN, KRAKEN_BETA, Note, SampleKey, left_note

OTHER = Credentials(key=some_key("other"), secret=some_secret("other"))


def inside(kraken: Kraken) -> Running:
    """What a client would run, without a connection."""
    running: Running = run_loop(kraken._prepare())
    return running


def key_of(kraken: Kraken) -> str | None:
    found = inside(kraken).found
    return None if found is None else found.credentials.key


def set_key(monkeypatch: pytest.MonkeyPatch, name: str = "environment") -> str:
    monkeypatch.setenv("FATHOM_API_KEY", some_key(name))
    monkeypatch.setenv("FATHOM_API_SECRET", some_secret(name))
    return some_key(name)


def key_file(folder: Path, name: str = "file") -> Path:
    path = folder / "key.toml"
    path.write_text(f'key = "{some_key(name)}"\nsecret = "{some_secret(name)}"\n')
    path.chmod(0o600)
    return path


def table(folder: Path, more: str = "") -> Path:
    path = folder / "bot.toml"
    path.write_text(
        '[venue]\nname = "colo"\nrest = "https://colo.example"\nws_public = "wss://colo.example/v2"\n'
        f'ws_private = "wss://colo-auth.example/v2"\n{more}'
    )
    return path


# -- Venues ------------------------------------------------------------------------------------------------------------


def test_kraken_is_the_default() -> None:
    assert inside(connect()).venue == KRAKEN
    assert inside(connect("kraken")).venue == KRAKEN
    assert inside(connect("kraken-beta")).venue == KRAKEN_BETA
    assert inside(connect(KRAKEN_BETA)).venue == KRAKEN_BETA


def test_a_configuration_names_each_url(tmp_path: Path) -> None:
    venue = inside(connect(config=table(tmp_path))).venue
    assert (venue.name, venue.ws_private, venue.ws_level3) == ("colo", "wss://colo-auth.example/v2", None)
    assert inside(connect("kraken", config=table(tmp_path))).venue == KRAKEN  # A name goes before it.


def test_a_name_that_is_none() -> None:
    for name in ("krakn", "", "127.0.0.1:8420"):
        with pytest.raises(LocalError, match="name kraken, kraken-beta, local, or a URL"):
            inside(connect(name))


def test_where_no_exchange_runs_it_says_how_to_start_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fathom.net.venue.choosing.LOCAL_REST", "http://127.0.0.1:9")
    with pytest.raises(LocalError, match="fathom exchange"):
        inside(connect("local"))


def noted(stage: OrderStage) -> Note:
    """The note of a stage's exchange, as `fathom exchange` would leave it."""
    urls = stage.server.urls
    accounts = [SampleKey(name=key.account, key=key.key, secret=key.secret) for key in stage.server.exchange.samples]
    return Note(
        pid=1, started_ns=time.time_ns(), rest=urls.rest, ws_public=urls.ws_public, ws_private=urls.ws_private,
        ws_level3=urls.ws_level3, control=urls.control, accounts=accounts,
    )  # fmt: skip


def test_a_local_exchange_is_found_and_traded_on_without_a_key() -> None:
    async def main() -> None:
        async with trading(opened=False) as stage:
            with left_note(noted(stage)):
                for account in (None, "bob"):
                    async with connect("local", account=account) as kraken:
                        added = await kraken.add_order(BTC, "buy", "limit", order_qty="0.01", limit_price="90000")
                        assert added.order_id in {order.order_id for order in stage.open(account or "alice")}
            async with connect(stage.venue.rest) as kraken:  # Its REST URL tells the others, but no keys.
                assert BTC in kraken.instruments
                with pytest.raises(AuthError, match="needs an API key"):
                    await kraken.cancel_all()

    clean(main())


def test_of_several_exchanges_it_is_the_newest_and_it_says_so() -> None:
    told = pytest.warns(UserWarning, match="2 local exchanges are running; this is the newest")
    with left_note(some_note(started_ns=1, port=8420)), left_note(some_note(started_ns=2, port=8520)), told:
        assert inside(connect("local")).venue.rest == "http://127.0.0.1:8520"


def test_an_authority_of_its_own_is_trusted(tmp_path: Path) -> None:
    made = make_certificate(("127.0.0.1",), folder=tmp_path)
    running = inside(connect(config=table(tmp_path, f'authority = "{made.authority_file.name}"\n')))
    assert running.options.link.tls is not None
    assert running.venue.authority == made.authority_file


# -- Keys --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("venue", ["kraken", KRAKEN, None])
def test_the_first_key_there_is(venue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_of(connect(venue)) is None
    in_environment = set_key(monkeypatch)
    assert key_of(connect(venue)) == in_environment
    assert key_of(connect(venue, key_file=key_file(tmp_path))) == some_key("file")
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    for name, text in (("api-key", some_key("mounted")), ("api-secret", some_secret("mounted"))):
        (mounted / name).write_text(text)
        (mounted / name).chmod(0o600)
    assert key_of(connect(venue, key_directory=mounted)) == some_key("mounted")
    assert key_of(connect(venue, credentials=OTHER, key_file=key_file(tmp_path))) == OTHER.key


def test_a_key_that_is_named_must_be_there_and_be_the_only_one(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="there is none in"):
        inside(connect(key_file=tmp_path / "nothing.toml"))
    with pytest.raises(LocalError, match="one place"):
        inside(connect(key_file=key_file(tmp_path), key_directory=tmp_path))
    loose = key_file(tmp_path)
    loose.chmod(0o644)
    with pytest.raises(LocalError, match="chmod 600"):
        inside(connect(key_file=loose))


def test_krakens_key_that_nobody_named_is_for_kraken_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "fathom").mkdir()
    key_file(tmp_path / "fathom")
    assert key_of(connect()) == some_key("file")
    with left_note(some_note()):
        assert key_of(connect("local")) == some_key("alice")
        local = some_note().venue
    assert key_of(connect(local)) is None


def test_market_data_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_key(monkeypatch)
    assert key_of(connect(public_only=True)) is None
    assert key_of(connect(public_only=True, credentials=OTHER)) is None
    assert key_of(connect(public_only=True, key_file=tmp_path / "nothing.toml")) is None  # Not even looked at.


@pytest.mark.parametrize("venue", ["kraken", KRAKEN])
def test_sample_accounts_are_those_of_a_local_exchange(venue: Any) -> None:
    with pytest.raises(LocalError, match="only a `fathom exchange`"):
        inside(connect(venue, account="alice"))


def test_a_key_of_the_programs_does_not_change() -> None:
    found = inside(connect(credentials=OTHER)).found
    assert found is not None
    assert found.source.read() is OTHER
    assert not found.source.changes
    assert found.source.name == "the program"
    assert OTHER.key not in repr(found)


def test_nothing_happens_before_it_is_opened() -> None:
    kraken = connect("no such venue")
    with pytest.raises(LocalError, match="it is not open"):
        _ = kraken.instruments
