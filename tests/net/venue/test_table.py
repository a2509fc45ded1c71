from pathlib import Path
from typing import Any

import pytest

from fathom.domain import LocalError
from fathom.net.venue.table import CONFIG_BYTES_MAX, read_venue, venue_of_table

COLOCATION = {
    "rest": "https://api.kraken.com",
    "ws_public": "wss://colo-london.vip-ws.kraken.com/v2",
    "ws_private": "wss://colo-london.vip-ws-auth.kraken.com/v2",
}


def test_every_url_is_named_by_hand(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    table = {**COLOCATION, "name": "london", "ws_level3": "wss://l3.example.org/v2", "authority": "ca.pem"}
    path = tmp_path / "bot.toml"
    path.write_text("[venue]\n" + "".join(f'{name} = "{value}"\n' for name, value in table.items()))
    venue = read_venue(path)
    assert venue is not None
    assert (venue.name, venue.rest, venue.ws_level3) == ("london", "https://api.kraken.com", "wss://l3.example.org/v2")
    assert (venue.ws_public, venue.ws_private) == (COLOCATION["ws_public"], COLOCATION["ws_private"])
    assert venue.authority == tmp_path / "ca.pem"


def test_a_configuration_without_a_table_names_none(tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    path.write_text("[risk]\n")
    assert read_venue(path) is None


def test_level3_and_the_name_may_be_left_out_and_plain_is_by_permission() -> None:
    assert (venue_of_table(COLOCATION).name, venue_of_table(COLOCATION).ws_level3) == ("custom", None)
    plain = {
        "rest": "http://exchange:8420", "ws_public": "ws://exchange:8421/v2", "ws_private": "ws://exchange:8422/v2"
    }  # fmt: skip
    with pytest.raises(LocalError, match="has no TLS"):
        venue_of_table(plain)
    assert venue_of_table({**plain, "plain_allowed": True}).rest == "http://exchange:8420"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({**COLOCATION, "url": "x"}, "url is not known; there are rest, ws_public"),
        ({"rest": "https://api.kraken.com"}, "needs ws_public, ws_private"),
        ({**COLOCATION, "rest": 5}, "rest must be a text"),
        ({**COLOCATION, "plain_allowed": "yes"}, "plain_allowed must be true or false"),
        ({**COLOCATION, "authority": "nowhere.pem"}, r"authority: there is no file .*nowhere\.pem"),
        ({**COLOCATION, "ws_public": "https://ws.kraken.com"}, "ws_public: must be a URL that begins with wss://"),
    ],
)
def test_what_is_wrong_is_one_sentence(table: dict[str, Any], says: str) -> None:
    with pytest.raises(LocalError, match=says):
        venue_of_table(table)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("venue = 5", r"must be a table: \[venue\]"),
        ("[venue", "is not TOML"),
        ("#" * (CONFIG_BYTES_MAX + 1), "more than"),
    ],
    ids=range(3),
)
def test_a_file_that_is_no_configuration(content: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    path.write_text(content)
    with pytest.raises(LocalError, match=says):
        read_venue(path)
    with pytest.raises(LocalError, match="cannot read"):
        read_venue(tmp_path / "none.toml")
