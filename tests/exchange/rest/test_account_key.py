"""GetApiKeyInfo, GetWebSocketsToken."""

from rest_venue import SECOND_NS, START_NS, RestVenue, recorded_line, shape

from fathom.exchange.access import PERMISSIONS

S = START_NS // SECOND_NS


def test_what_a_key_may(venue: RestVenue) -> None:
    venue.ask("Balance")
    venue.wait(5)
    answer = venue.ask("GetApiKeyInfo")
    assert answer == {
        "apiKeyName": "alice's",
        "apiKey": venue.alice.key,
        "nonce": "2",
        "nonceWindow": 0,
        "permissions": list(PERMISSIONS),
        "iban": venue.account().number,
        "validUntil": "0",
        "queryFrom": "0",
        "queryTo": "0",
        "createdTime": str(S),
        "modifiedTime": str(S),
        "ipAllowlist": [],
        "lastUsed": str(S + 5),
    }


def test_any_key_may_ask_about_itself(venue: RestVenue) -> None:
    key = venue.open("carol", {}, frozenset())
    assert venue.private("GetApiKeyInfo", signer=key)["result"]["permissions"] == []


def test_a_session_token(venue: RestVenue) -> None:
    answer = venue.ask("GetWebSocketsToken")
    recorded = recorded_line("rest-websockets-token.jsonl", "get_websockets_token_json")
    assert shape(answer) == shape(recorded)
    assert len(answer["token"]) == len(recorded["token"]) == 43
    assert answer["expires"] == 900
    assert venue.keyring.token(answer["token"], now_ns=venue.now_ns) is venue.alice
