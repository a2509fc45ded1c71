"""One WebSocket against servers that do what a good one never does: it ends with a sentence, and leaks nothing."""

import asyncio
import socket as sockets
from pathlib import Path
from typing import Any

import pytest
from listening import Ears, quick_terms
from loop_stage import clean, played, until
from raw_venue import CLOSE, HEARTBEAT, MORE, PING, PONG, STATUS, TEXT, RawVenue, Visit, close_frame, frame

from fathom.domain import LinkError
from fathom.kernel import Desk
from fathom.net import make_certificate
from fathom.net.link import UpgradeRefused, tls_context
from fathom.net.link.socket import ABNORMAL, COPIED_BYTES_MAX, open_socket


def free_port() -> int:
    with sockets.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


async def failed(url: str, **terms: Any) -> str:
    """Return the sentence that opening fails with."""
    with pytest.raises(LinkError) as told:
        await open_socket(url, Ears(), Desk(), tap=None, terms=quick_terms(**terms))
    return str(told.value)


# -- The upgrade ---------------------------------------------------------------------------------------------


def test_frames_that_come_right_with_the_upgrade_are_heard() -> None:
    async def play(visit: Visit) -> None:
        await visit.upgrade(extra=frame(STATUS) + frame(HEARTBEAT))
        await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            ears = Ears()
            socket = await ears.opened(venue.url)
            await until(lambda: len(ears.frames) == 2)
            assert ears.frames == [STATUS, HEARTBEAT]
            assert socket.frames == 2
            assert b"\r\nuser-agent: fathom/" in venue.visits[0].asked.lower()
            socket.close()
            await ears.ended.wait()

    clean(main())


@pytest.mark.parametrize("status", [200, 301, 400, 403, 404, 429, 500, 503, 520])
def test_an_upgrade_refused_with_a_status_says_it(status: int) -> None:
    async def play(visit: Visit) -> None:
        await visit.reader.readuntil(b"\r\n\r\n")
        body = b"<html>no</html>"
        await visit.send(
            b"HTTP/1.1 %d No\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body
        )
        await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            with pytest.raises(UpgradeRefused, match=f"HTTP {status}") as told:
                await open_socket(venue.url, Ears(), Desk(), tap=None, terms=quick_terms())
            assert told.value.status == status
            assert told.value.too_many is (status in {403, 429})
            assert len(venue.visits) == 1

    clean(main())


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 101 Switching", b"\x00\xff\xfe\r\n\r\n", b"SSH-2.0-OpenSSH\r\n\r\n", b""]
)
def test_a_server_that_is_no_websocket_is_a_sentence(answer: bytes) -> None:
    async def play(visit: Visit) -> None:
        await visit.reader.readuntil(b"\r\n\r\n")
        await visit.send(answer)

    async def main() -> None:
        async with RawVenue(play) as venue:
            assert venue.url in await failed(venue.url)

    clean(main())


def test_a_wrong_accept_is_no_websocket() -> None:
    async def play(visit: Visit) -> None:
        await visit.upgrade(accept=b"bm90IG91cnM=")
        await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            assert venue.url in await failed(venue.url)

    clean(main())


def test_a_server_that_hangs_up_at_once_does_not_make_us_wait_for_ever() -> None:
    async def play(visit: Visit) -> None:
        return

    async def main() -> None:
        async with RawVenue(play) as venue:
            assert "before it was a WebSocket" in await failed(venue.url) or "cannot connect" in await failed(venue.url)

    clean(main())


def test_a_server_that_accepts_and_says_nothing_is_given_up_and_let_go() -> None:
    gone = asyncio.Event()

    async def play(visit: Visit) -> None:
        await visit.rest()
        gone.set()

    async def main() -> None:
        async with RawVenue(play) as venue:
            assert "did not answer in time" in await failed(venue.url, connect_s_max=0.05)
            await gone.wait()

    clean(main())


def test_an_attempt_that_nobody_waits_for_any_more_lets_the_connection_go() -> None:
    gone = asyncio.Event()

    async def play(visit: Visit) -> None:
        await visit.rest()
        gone.set()

    async def main() -> None:
        async with RawVenue(play) as venue:
            attempt = asyncio.create_task(failed(venue.url, connect_s_max=60.0))
            await until(lambda: venue.visits)
            attempt.cancel()
            await asyncio.wait([attempt])
            await gone.wait()

    clean(main())


# -- Getting there -------------------------------------------------------------------------------------------


def test_nobody_listens() -> None:
    url = f"ws://127.0.0.1:{free_port()}/v2"

    async def main() -> None:
        assert await failed(url) == f"cannot connect to {url}: Connection refused"

    clean(main())


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b"])
def test_a_name_that_leads_nowhere_is_a_sentence(host: str) -> None:
    async def main() -> None:
        assert f"cannot connect to ws://{host}/v2" in await failed(f"ws://{host}/v2")

    clean(main())


def test_a_listener_that_never_accepts_costs_one_deadline() -> None:
    async def main() -> None:
        with sockets.socket() as deaf:  # Bound and not listening: some systems refuse, some are silent.
            deaf.bind(("127.0.0.1", 0))
            assert f"127.0.0.1:{deaf.getsockname()[1]}" in await failed(
                f"ws://127.0.0.1:{deaf.getsockname()[1]}/", connect_s_max=0.1
            )

    clean(main())


# -- TLS -----------------------------------------------------------------------------------------------------


async def greet(visit: Visit) -> None:
    await visit.upgrade(extra=frame(STATUS))
    await visit.rest()


def test_tls_with_an_authority_that_is_trusted(tmp_path: Path) -> None:
    certificate = make_certificate(("127.0.0.1",), folder=tmp_path)

    async def main() -> None:
        async with RawVenue(greet, tls=certificate.server) as venue:
            ears = Ears()
            socket = await ears.opened(venue.url, tls=tls_context(certificate.authority_file))
            await until(lambda: ears.frames == [STATUS])
            socket.close()
            await ears.ended.wait()

    clean(main())


def test_a_certificate_of_nobody_is_refused(tmp_path: Path) -> None:
    certificate = make_certificate(("127.0.0.1",), folder=tmp_path)

    async def main() -> None:
        async with RawVenue(greet, tls=certificate.server) as venue:
            assert "is not to be trusted" in await failed(venue.url)

    played(main())  # The server's side may complain of the handshake.


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    certificate = make_certificate(("ws.kraken.com",), folder=tmp_path)

    async def main() -> None:
        async with RawVenue(greet, tls=certificate.server) as venue:
            assert "is not to be trusted" in await failed(venue.url, tls=tls_context(certificate.authority_file))

    played(main())


def test_tls_to_a_server_without_it_is_a_sentence() -> None:
    async def play(visit: Visit) -> None:
        await visit.reader.read(1)
        await visit.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async def main() -> None:
        async with RawVenue(play) as venue:
            url = venue.url.replace("ws://", "wss://")
            assert f"cannot connect to {url}" in await failed(url)

    clean(main())


# -- Frames --------------------------------------------------------------------------------------------------


def heard_from(*chunks: bytes, **terms: Any) -> Ears:
    """Return the ears of a socket that was sent these bytes after its upgrade, and then the end."""
    ears = Ears()

    async def play(visit: Visit) -> None:
        await visit.upgrade()
        await visit.send(*chunks)

    async def main() -> None:
        async with RawVenue(play) as venue:
            socket = await ears.opened(venue.url, **terms)
            await ears.ended.wait()
            await socket.ended()

    clean(main())
    return ears


def test_a_message_in_several_frames_is_one_with_pings_between() -> None:
    ears = heard_from(
        frame(b'{"channel":', fin=False),
        frame(b"are you there", kind=PING),
        frame(b'"heart', kind=MORE, fin=False),
        frame(b"", kind=PONG),
        frame(b'beat"}', kind=MORE),
        frame(STATUS),
    )
    assert ears.frames == [HEARTBEAT, STATUS]


def test_a_message_in_endless_parts_is_cut() -> None:
    ears = heard_from(frame(b"x", fin=False), *[frame(b"x" * 100, kind=MORE, fin=False)] * 50, frame_bytes_max=2_000)
    assert ears.frames == []
    assert ears.end == (ABNORMAL, "a message in parts that is longer than 2000 bytes")


def test_pings_are_answered() -> None:
    answered: list[tuple[int, bytes]] = []

    async def play(visit: Visit) -> None:
        await visit.upgrade(extra=frame(b"are you there", kind=PING))
        answered.append(await visit.receive())

    async def main() -> None:
        async with RawVenue(play) as venue:
            ears = Ears()
            await ears.opened(venue.url)
            await ears.ended.wait()
            assert ears.frames == []

    clean(main())
    assert answered == [(PONG, b"are you there")]


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1012, 1013, 3000, 4999])
def test_a_goodbye_is_told_with_its_code_and_answered(code: int) -> None:
    answered: list[tuple[int, bytes]] = []

    async def play(visit: Visit) -> None:
        await visit.upgrade(extra=close_frame(code, "why"))
        answered.append(await visit.receive())  # It waits for the answer, as the protocol says.
        await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            ears = Ears()
            socket = await ears.opened(venue.url)
            await ears.ended.wait()
            assert ears.end == (code, "why")
            assert await socket.ended() == ""
            await until(lambda: answered)

    clean(main())
    assert [kind for kind, _ in answered] == [CLOSE]


@pytest.mark.parametrize(
    "last",
    [b"", close_frame(), frame(STATUS)[:20], frame(STATUS)[:1], frame(b'{"chann', fin=False)],
    ids=["nothing", "goodbye without a code", "mid-frame", "mid-head", "mid-message"],
)
def test_an_end_without_a_code(last: bytes) -> None:
    ears = heard_from(frame(STATUS), last)
    assert ears.frames == [STATUS]
    assert ears.end is not None
    assert ears.end[0] in {0, ABNORMAL}


@pytest.mark.parametrize(
    ("garbage", "said"),
    [
        (b"\xff\xff\xff\xff", "opcode"),
        (b"HTTP/1.1 500 Oops\r\n\r\n", "control frame"),
        (frame(b"x" * 10, kind=PING, fin=False), "fragmented"),
        (frame(b"x" * 3_000), "size"),
        (close_frame(1005), "1005"),
    ],
    ids=["bits", "text", "ping in parts", "too long", "a code that nobody may send"],
)
def test_what_breaks_the_protocol_ends_it_with_a_reason(garbage: bytes, said: str) -> None:
    async def play(visit: Visit) -> None:
        await visit.upgrade(extra=frame(STATUS))
        await visit.send(garbage)
        await visit.rest()

    async def main() -> None:
        async with RawVenue(play) as venue:
            ears = Ears()
            socket = await ears.opened(venue.url, frame_bytes_max=2_000)
            await ears.ended.wait()
            assert ears.end == (ABNORMAL, "")
            assert said in await socket.ended()

    clean(main())


def test_a_bug_of_ours_is_not_swallowed_by_the_library() -> None:
    class Buggy(Ears):
        def on_frame(self, frame: bytes, now_ns: int) -> None:
            raise ZeroDivisionError("a bug")

    async def main() -> None:
        async with RawVenue(greet) as venue:
            ears = Buggy()
            socket = await ears.opened(venue.url)
            await ears.ended.wait()
            with pytest.raises(ZeroDivisionError, match="a bug"):
                await socket.ended()

    clean(main())


# -- What we say ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 1, 125, 126, COPIED_BYTES_MAX, COPIED_BYTES_MAX + 1, 70_000])
def test_what_we_send_arrives_whatever_its_length(length: int) -> None:
    got: list[tuple[int, bytes]] = []

    async def play(visit: Visit) -> None:
        await visit.upgrade()
        got.extend([await visit.receive() for _ in range(3)])

    async def main() -> None:
        async with RawVenue(play) as venue:
            ears = Ears()
            socket = await ears.opened(venue.url)
            for letter in (b"a", b"b", b"c"):
                socket.send(letter * length)
            await ears.ended.wait()
            socket.send(b"after the end")
            socket.close()
            socket.cut("twice")
            assert (socket.unsent_bytes(), ears.end) == (0, (ABNORMAL, ""))

    clean(main())
    assert got == [(TEXT, letter * length) for letter in (b"a", b"b", b"c")]


def test_a_peer_that_does_not_read_shows_and_is_cut_with_the_reason() -> None:
    async def play(visit: Visit) -> None:
        await visit.upgrade()
        await visit.reader.readexactly(10**9)

    async def main() -> None:
        async with RawVenue(play) as venue:
            ears = Ears()
            socket = await ears.opened(venue.url, socket_buffer_bytes=4_096)
            for _ in range(64):
                socket.send(b"x" * 1_000_000)
            assert socket.unsent_bytes() > 8 * 2**20
            socket.cut("it does not read")
            await ears.ended.wait()
            assert ears.end == (ABNORMAL, "it does not read")

    clean(main())
