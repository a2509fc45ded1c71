"""A token serves one connection; what no connection has used serves the next attempt, while it is young."""

import asyncio

import pytest

from fathom.domain import AuthError, LinkError
from fathom.net.link.tokens import UNUSED_NS_MAX, Tokens
from fathom.protocol import Token


class Source:
    """Numbers its tokens, and may have something go wrong."""

    def __init__(self) -> None:
        self.given = 0
        self.now_ns = 1_000
        self.trouble: list[Exception | None] = []
        self.tokens = Tokens(self, wait_s_max=0.05, now_ns=lambda: self.now_ns)

    async def __call__(self) -> Token:
        if self.trouble:
            trouble = self.trouble.pop()
            if trouble is None:
                await asyncio.Event().wait()
            else:
                raise trouble
        self.given += 1
        return Token(f"token {self.given}")

    def next(self) -> str:
        return asyncio.run(self.tokens.next()).text


def test_what_nobody_used_is_given_again_and_what_was_used_is_not() -> None:
    source = Source()
    assert [source.next(), source.next()] == ["token 1"] * 2
    source.tokens.used()
    assert [source.next(), source.next()] == ["token 2"] * 2


def test_an_old_one_is_not_given() -> None:
    source = Source()
    source.next()
    source.now_ns += UNUSED_NS_MAX - 1
    assert source.next() == "token 1"
    source.now_ns += 1
    assert source.next() == "token 2"


@pytest.mark.parametrize(
    ("trouble", "raised"),
    [
        (None, LinkError("no session token within 0.05 s")),
        (AuthError("the key is wrong"), AuthError("the key is wrong")),
    ],
    ids=["no answer", "wrong key"],
)
def test_one_that_does_not_come_leaves_nothing_behind(trouble: Exception | None, raised: Exception) -> None:
    source = Source()
    source.trouble.append(trouble)
    with pytest.raises(type(raised), match=str(raised)):
        source.next()
    assert source.next() == "token 1"
