"""GetApiKeyInfo, GetWebSocketsToken."""

import pytest

from fathom.domain import RemoteError
from fathom.protocol import Token, rest
from rest_calls import ask, captured, line, read, result
from whole_exchange import Stage


@pytest.mark.parametrize("name", ["XChange/account/example-krakenWebsocketToken-data.json"])
def test_captured_tokens(name: str) -> None:
    said = read(rest.GetWebSocketsToken(), captured(name))
    assert (said.token, said.expires_s) == (Token("4" * 32), 900)


def test_a_line_with_a_token() -> None:
    file = "kraken-async-rs/rest-websockets-token.jsonl"
    text = captured(file)
    of = text.split(b'"fn":"')[1].split(b'"')[0].decode()
    assert read(rest.GetWebSocketsToken(), line(file, of)).token.text


def test_a_token_shows_nowhere() -> None:
    said = result(rest.GetWebSocketsToken(), '{"token":"sesame","expires":900}')
    assert said.token.text == "sesame"
    assert "sesame" not in repr(said)
    with pytest.raises(RemoteError) as caught:
        result(rest.GetWebSocketsToken(), '{"token":"sesame","expires":"sesame"}')
    assert "sesame" not in str(caught.value)


def test_the_exchange_tells_what_a_key_may() -> None:
    stage = Stage()
    info = ask(stage, rest.GetApiKeyInfo())
    assert info.api_key == stage.key().key
    assert "modify-trades" in info.permissions
    assert "withdraw-funds" not in info.permissions
    assert (info.ip_allowlist, info.nonce_window, info.valid_until) == ((), 0, 0)
    assert "withdraw-funds" in ask(stage, rest.GetApiKeyInfo(), name="treasurer").permissions
    assert ask(stage, rest.GetWebSocketsToken()).token.text
