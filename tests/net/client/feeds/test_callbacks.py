"""What a user's callback does is the user's: it is told, and nothing else stops."""

import asyncio

import pytest
from loop_stage import clean, played

from fathom.net.client.feeds.callbacks import called


def test_it_is_called_with_what_there_is() -> None:
    async def main() -> None:
        got: list[tuple[object, ...]] = []
        assert called(lambda *given: got.append(given), 1) is None
        assert called(lambda *given: got.append(given), "public", b"{}", 7) is None
        assert got == [(1,), ("public", b"{}", 7)]

    clean(main())


def test_what_it_raises_is_returned_and_shown_with_its_traceback() -> None:
    def broken(item: object) -> None:
        raise ValueError("mine")

    async def main() -> None:
        assert isinstance(called(broken, 1), ValueError)

    (complaint,) = played(main())
    assert complaint["message"] == "a callback of yours raised ValueError"
    assert complaint["exception"].__traceback__ is not None


def test_a_coroutine_is_said_to_be_no_callback() -> None:
    async def wrong(item: object) -> None:
        raise AssertionError("it must not run")

    async def main() -> None:
        error = called(wrong, 1)
        assert isinstance(error, TypeError)
        assert "plain function" in str(error)

    assert len(played(main())) == 1


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_the_ends_of_a_program_are_not_its_errors(end: type[BaseException]) -> None:
    def ending(item: object) -> None:
        raise end

    async def main() -> None:
        with pytest.raises(end):
            called(ending, 1)

    clean(main())
