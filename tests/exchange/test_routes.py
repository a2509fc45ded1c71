"""Which of Kraken's hosts a WebSocket connection means."""

import pytest

from fathom.exchange.doors import Role, Upgrade
from fathom.exchange.routes import Route, route


@pytest.mark.parametrize(
    ("port", "path", "host", "meant"),
    [
        ("public", "/v2", "127.0.0.1:8421", Route("public", "v2")),
        ("private", "/v2", "127.0.0.1:8422", Route("private", "v2")),
        ("level3", "/v2/", "localhost", Route("level3", "v2")),
        ("public", "/v2?x=1", "", Route("public", "v2")),
        ("public", "/", "127.0.0.1", Route("public", "v1")),
        ("private", "", "127.0.0.1", Route("private", "v1")),
        ("public", "/v2", "ws-auth.kraken.com", Route("private", "v2")),
        ("public", "/v2", "ws-l3.kraken.com:443", Route("level3", "v2")),
        ("private", "/v2", "ws.kraken.com", Route("public", "v2")),
        ("public", "/v2", "beta-ws-auth.kraken.com", Route("private", "v2")),
        ("public", "/private/v2", "ws-l3.kraken.com", Route("private", "v2")),  # The path says it plainest.
        ("public", "/level3/v2", "", Route("level3", "v2")),
        ("public", "/private", "", Route("private", "v1")),
        ("level3", "/", "", None),  # v1 has no level 3.
        ("public", "/v3", "", None),
        ("public", "/v2/v2", "", None),
        ("public", "/0/public/Time", "", None),
    ],
)
def test_path_then_host_then_port(port: Role, path: str, host: str, meant: Route | None) -> None:
    assert route(Upgrade(role=port, path=path, host=host)) == meant
