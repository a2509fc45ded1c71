"""Signatures against Kraken's worked example and two more computed beside it (rest.md 2)."""

import base64

import pytest

from fathom.protocol.rest import api_sign

SECRET = base64.b64decode("kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==")
NONCE = "1616492376594"
VECTORS = [
    pytest.param(
        "/0/private/AddOrder",
        b"nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==",
        id="official",
    ),
    pytest.param(
        "/0/private/GetWebSocketsToken",
        b"nonce=1616492376594",
        "+mRDmY9Ks0Moc1zjv/BjfvYa98buO0x1yHChZR5onlfAzAUbfIYlLggUZzdQ0RsmXm4Sh+Q8iAIZdo2wSeHeiA==",
        id="nonce alone",
    ),
    pytest.param(
        "/0/private/AddOrder",
        b'{"nonce":"1616492376594","ordertype":"limit","pair":"XBTUSD","price":37500,"type":"buy","volume":1.25}',
        "BVT3EumzzXSJHlvrinSwICz5uKKlSZPXL9cJIuKqn7ZMhHSbbtXhGdvwoDBmRz6ALXI+GVxFD0ZlGuOmfi2bxA==",
        id="JSON",
    ),
]


@pytest.mark.parametrize(("path", "body", "signature"), VECTORS)
def test_the_vectors(path: str, body: bytes, signature: str) -> None:
    assert api_sign(path, nonce=NONCE, body=body, secret=SECRET) == signature


def test_everything_that_is_signed_counts() -> None:
    def sign(path: str = "/0/private/Balance", nonce: str = "1", body: bytes = b"nonce=1", secret: bytes = b"s") -> str:
        return api_sign(path, nonce=nonce, body=body, secret=secret)

    others = [sign(path="/0/private/BalanceEx"), sign(nonce="2"), sign(body=b"nonce=2"), sign(secret=b"t")]
    assert len({sign(), *others}) == 5
