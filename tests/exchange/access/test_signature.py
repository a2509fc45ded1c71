"""The documents' worked example, and two more vectors made with their code (rest.md 2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.access import api_sign, signature_matches

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
NONCE = "1616492376594"
ADD = "/0/private/AddOrder"
JSON_BODY = b'{"nonce":"1616492376594","ordertype":"limit","pair":"XBTUSD","price":37500,"type":"buy","volume":1.25}'
VECTORS = [
    (
        ADD,
        b"nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==",
    ),
    (
        "/0/private/GetWebSocketsToken",
        b"nonce=1616492376594",
        "+mRDmY9Ks0Moc1zjv/BjfvYa98buO0x1yHChZR5onlfAzAUbfIYlLggUZzdQ0RsmXm4Sh+Q8iAIZdo2wSeHeiA==",
    ),
    (ADD, JSON_BODY, "BVT3EumzzXSJHlvrinSwICz5uKKlSZPXL9cJIuKqn7ZMhHSbbtXhGdvwoDBmRz6ALXI+GVxFD0ZlGuOmfi2bxA=="),
]


@pytest.mark.parametrize(("path", "body", "signature"), VECTORS)
def test_the_vectors_of_the_documents(path: str, body: bytes, signature: str) -> None:
    assert api_sign(path, nonce=NONCE, body=body, secret=SECRET) == signature
    assert signature_matches(signature, path=path, nonce=NONCE, body=body, secret=SECRET)


@pytest.mark.parametrize(
    "change", [{"path": ADD + "/"}, {"nonce": "1616492376595"}, {"body": JSON_BODY + b" "}, {"secret": "AAAA"}]
)
def test_another_path_nonce_body_or_secret_has_another_signature(change: dict[str, object]) -> None:
    right: dict[str, object] = {"path": ADD, "nonce": NONCE, "body": JSON_BODY, "secret": SECRET}
    assert not signature_matches(VECTORS[2][2], **(right | change))  # type: ignore[arg-type] # A table of changes.


@given(st.text(), st.text(), st.text(), st.binary())
def test_no_text_is_taken_for_a_signature(signature: str, path: str, nonce: str, body: bytes) -> None:
    assert not signature_matches(signature, path=path, nonce=nonce, body=body, secret=SECRET)
