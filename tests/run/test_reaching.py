"""What a user said, as a venue and a key."""

import asyncio
from pathlib import Path

import pytest

from fathom.domain import LocalError
from fathom.net import venue
from fathom.run.reaching import Reached, reach
from fathom.run.where import Where
from local_exchange import LocalExchange


def reached(where: Where, *, key: bool) -> Reached:
    return asyncio.run(reach(where, key=key))


def test_a_local_exchange_is_found_with_its_accounts(local: LocalExchange) -> None:
    found = reached(Where(venue="local", account="bob"), key=True)
    assert found.credentials is not None
    assert found.credentials.key == local.key("bob")[0]
    assert found.shown.startswith(f"local ({local.rest}, nobody's money), key {found.credentials.fingerprint} from ")
    assert local.key("bob")[1] not in found.shown
    assert reached(Where(venue="local"), key=False).credentials is None  # What is public needs none.


def test_kraken_is_real_money() -> None:
    assert reached(Where(venue="kraken"), key=False).shown == "kraken (https://api.kraken.com, real money)"
    with pytest.raises(LocalError, match="there is none: set FATHOM_API_KEY"):
        reached(Where(venue="kraken"), key=True)


def test_a_table_names_every_url(tmp_path: Path) -> None:
    urls = 'rest = "https://r.test"\nws_public = "wss://p.test"\nws_private = "wss://q.test"\n'
    (tmp_path / "c.toml").write_text(f'[venue]\nname = "colo"\n{urls}')
    named = reached(Where(config=tmp_path / "c.toml"), key=False).venue
    assert (named.name, named.rest, named.ws_private) == ("colo", "https://r.test", "wss://q.test")


def test_several_exchanges_are_remarked_upon(
    local: LocalExchange, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = venue.running_exchanges()
    monkeypatch.setattr("fathom.net.venue.choosing.running_exchanges", lambda *_: notes * 2)
    reached(Where(venue="local"), key=False)
    assert capsys.readouterr().err.startswith("note: 2 local exchanges are running; this is the newest, ")
