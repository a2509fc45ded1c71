"""The REST client against a real exchange that misbehaves: what counts is what the account holds in the end."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from fathom.domain import KeyRefused, LimitRefused, LinkError, LocalError, Refused, RemoteError, Unsure, VenueRefused
from fathom.exchange.core import Rules
from fathom.net import HttpServer, make_certificate
from fathom.net.keys import Credentials
from fathom.net.rest import NonceAuthority, RestClient
from fathom.protocol import HttpAnswer, HttpRequest, Token, budget, rest
from rest_scene import Scene, played, venue_at

Use = Callable[[Scene, RestClient], Awaitable[Any]]


def order(**more: Any) -> rest.AddOrder:
    given: dict[str, Any] = {
        "pair": "BTC/USD",
        "ordertype": "limit",
        "type": "buy",
        "volume": Decimal("0.01"),
        "price": Decimal("20000.1"),
    }
    return rest.AddOrder(**given | more)


def run(use: Use, folder: Path, *faults: Any, **settings: Any) -> Any:
    async def main(scene: Scene) -> Any:
        async with scene.client() as client:
            return await use(scene, client)

    return played(main, folder, *faults, **settings)


# -- When all is well ------------------------------------------------------------------------------------------


def test_calls_of_every_kind_are_answered_with_their_own_type(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        assert (await client.call(rest.SystemStatus())).status == "online"
        assert (await client.call(rest.Depth(pair="BTC/USD"))).pair == "BTC/USD"
        assert (await client.call(rest.Balance()))["ZUSD"] == 25000
        (txid,) = (await client.call(order(cl_ord_id="mine"))).txid
        assert [one.order_id for one in scene.orders()] == [txid]
        level3 = await client.call(rest.Level3(pair="BTC/USD"))  # A JSON body.
        assert [one.order_id for one in level3.bids] == [txid]
        assert (await client.call(rest.CancelOrder(cl_ord_id="mine"))).count == 1
        assert scene.orders() == []

    run(use, tmp_path)


def test_a_token_is_given_and_shows_nowhere(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        token = await client.token()
        assert scene.exchange.keyring.token(token.text, now_ns=time.time_ns()) is scene.key()
        assert repr(token) == repr(Token("x"))

    run(use, tmp_path)


def test_the_times_of_an_answer_are_told(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        before = time.time_ns()
        answered = await client.ask(rest.Time())
        assert before <= answered.sent_ns <= answered.answered_ns <= time.time_ns()
        assert answered.warnings == ()

    run(use, tmp_path)


def test_a_key_with_a_second_factor(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        key = scene.key()
        key.otp = "sesame1"
        with pytest.raises(Refused, match="otp"):
            await client.call(rest.Balance())
        client.use(Credentials(key=key.key, secret=key.secret, otp="sesame1"))
        assert await client.call(rest.Balance())
        assert await client.call(rest.Level3(pair="BTC/USD"))

    run(use, tmp_path)


def test_a_key_is_changed_while_we_run(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        bob = scene.key("bob")
        client.use(Credentials(key=bob.key, secret=bob.secret))
        await client.call(order())
        assert (len(scene.orders()), len(scene.orders("bob"))) == (0, 1)

    run(use, tmp_path)


def test_over_tls_only_with_an_authority_that_is_trusted(tmp_path: Path) -> None:
    certificate = make_certificate(("127.0.0.1",), folder=tmp_path)

    async def use(scene: Scene) -> None:
        trusting = venue_at(scene.server.urls.rest, certificate.authority_file)
        async with scene.client(venue=trusting) as client:
            assert await client.call(rest.Balance())
        async with scene.client() as client:
            with pytest.raises(LinkError, match=r"the certificate of https://127.* is not to be trusted"):
                await client.call(order())
        assert scene.orders() == []

    played(use, tmp_path, tls=certificate.server)


# -- What is certain ---------------------------------------------------------------------------------------------


def test_refusals_are_typed_and_nobody_repeats_them(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        with pytest.raises(Refused, match="Kraken refused \\(EOrder:Insufficient funds\\)") as funds:
            await client.call(order(volume=Decimal(1000)))
        assert not funds.value.order_may_exist
        with pytest.raises(KeyRefused, match="Permission denied"):
            await client.call(rest.Withdraw(asset="XBT", key="main", amount=Decimal(1)))
        scene.fault(kind="refuse", method="AddOrder", text="EOrder:Rate limit exceeded")
        with pytest.raises(LimitRefused):
            await client.call(order())
        assert scene.struck() == 1

    run(use, tmp_path)


def test_a_wrong_secret_is_tried_once(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        client.use(Credentials(key=scene.key().key, secret=scene.key("bob").secret))
        with pytest.raises(KeyRefused, match="EAPI:Invalid signature"):
            await client.call(rest.Balance())
        client.use(Credentials(key=scene.key().key, secret=scene.key().secret))
        assert await client.call(rest.Balance())

    # With so strict a venue, a second try would have locked us out.
    run(use, tmp_path, rules=Rules(lockout_errors_max=2))


def test_without_a_key_private_calls_are_not_made(tmp_path: Path) -> None:
    async def use(scene: Scene) -> None:
        async with RestClient(scene.venue, nonces=NonceAuthority(scene.folder)) as client:
            assert await client.call(rest.Time())
            with pytest.raises(LocalError, match="key: Balance needs an API key, and none was given"):
                await client.call(rest.Balance())

    played(use, tmp_path)


def test_nobody_there_is_said_so_and_no_order_is_in_doubt(tmp_path: Path) -> None:
    async def use(scene: Scene) -> None:
        await scene.server.stop()
        async with scene.client() as client:
            for request in (rest.Time(), rest.Balance(), order()):
                with pytest.raises(LinkError, match=r"cannot connect to http://127.* is the network up"):
                    await client.call(request)

    played(use, tmp_path)


def test_a_closed_client_says_so(tmp_path: Path) -> None:
    async def use(scene: Scene) -> None:
        with pytest.raises(LinkError, match="the REST client is closed: use it within `async with`"):
            await scene.client().call(rest.Time())

    played(use, tmp_path)


# -- What is in doubt --------------------------------------------------------------------------------------------

LOST = [
    pytest.param({"kind": "rest_delay", "delay_s": 20}, id="delayed"),
    pytest.param({"kind": "rest_drop"}, id="dropped"),
    pytest.param({"kind": "rest_status", "status": 502}, id="502"),
    pytest.param({"kind": "rest_status", "status": 520}, id="520"),
    pytest.param({"kind": "rest_error_after_accept", "text": "EService:Unavailable"}, id="unavailable"),
    pytest.param({"kind": "rest_error_after_accept", "text": "EService: Busy"}, id="busy"),
    pytest.param({"kind": "rest_error_after_accept", "text": "EGeneral:Internal error"}, id="internal error"),
]


@pytest.mark.parametrize("fault", LOST)
def test_an_order_without_an_answer_is_in_doubt_and_sent_once(tmp_path: Path, fault: Any) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(**fault, method="AddOrder")
        with pytest.raises(Unsure) as doubt:
            await client.call(order(cl_ord_id="mine"))
        assert (doubt.value.what, doubt.value.cl_ord_id) == ("AddOrder", "mine")
        assert "look" in str(doubt.value)
        assert scene.struck() == 1
        # It is there, once; and the next call, which looks, finds it.
        assert [one.cl_ord_id for one in scene.orders()] == ["mine"]
        assert len((await client.call(rest.OpenOrders(cl_ord_id="mine"))).open) == 1

    run(use, tmp_path)


@pytest.mark.parametrize("fault", LOST)
def test_no_cancel_is_sent_twice_by_itself(tmp_path: Path, fault: Any) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        await client.call(order())
        scene.fault(**fault, method="CancelAll")
        with pytest.raises(Unsure, match="CancelAll"):
            await client.call(rest.CancelAll())
        assert scene.struck() == 1
        assert scene.orders() == []

    run(use, tmp_path)


@pytest.mark.parametrize("status", [521, 523, 525, 526, 429, 403])
def test_a_status_that_says_it_did_not_arrive_is_no_doubt_and_no_reason_to_send_again(
    tmp_path: Path, status: int
) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(kind="rest_status", status=status, method="AddOrder")
        with pytest.raises(LinkError, match=f"answered HTTP {status}"):
            await client.call(order())
        assert scene.struck() == 1

    run(use, tmp_path)


def test_a_refusal_in_place_of_doing_it_leaves_no_order_but_doubt(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(kind="refuse", method="AddOrder", text="EService:Unavailable", count=1)
        with pytest.raises(Unsure):
            await client.call(order())
        assert scene.orders() == []

    run(use, tmp_path)


def test_money_is_never_sent_twice(tmp_path: Path) -> None:
    async def use(scene: Scene) -> None:
        scene.fault(kind="rest_drop", method="Withdraw")
        async with scene.client("treasurer") as client:
            with pytest.raises(Unsure, match="Withdraw"):
                await client.call(rest.Withdraw(asset="USD", key="main", amount=Decimal(100)))
        ledger = scene.exchange.venue.bank.accounts["treasurer"].ledger
        assert [entry.type for entry in ledger].count("withdrawal") == 1

    played(use, tmp_path)


def test_an_order_that_is_only_validated_may_be_sent_again(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(kind="rest_drop", method="AddOrder", count=1)
        assert (await client.call(order(validate=True), deadline_s=5)).txid == ()
        assert scene.orders() == []

    run(use, tmp_path)


# -- What is made again --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "rest_drop"},
        {"kind": "rest_delay", "delay_s": 20},
        {"kind": "rest_status", "status": 502},
        {"kind": "rest_status", "status": 521},
        {"kind": "refuse", "text": "EService:Unavailable"},
        {"kind": "refuse", "text": "EGeneral:Internal error"},
    ],
    ids=lambda fault: str(fault.get("status") or fault.get("text") or fault["kind"]),
)
@pytest.mark.parametrize("request_", [rest.OpenOrders(), rest.Time()], ids=["private", "public"])
def test_what_only_looks_is_asked_again(tmp_path: Path, fault: Any, request_: rest.RestRequest[Any]) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(**fault, method=request_.endpoint.name, count=2)
        assert await client.call(request_)
        assert scene.spent()

    run(use, tmp_path)


def test_but_not_for_ever(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(kind="rest_status", status=502)
        with pytest.raises(LinkError, match=r"answered HTTP 502 .* in place of Kraken's API"):
            await client.call(rest.OpenOrders())
        assert scene.struck() == 4
        scene.fault(kind="rest_drop")
        with pytest.raises(LinkError):
            await client.call(rest.Time())

    run(use, tmp_path)


def test_a_venue_that_stays_down_is_said_in_its_own_words(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(kind="refuse", text="EService:Unavailable")
        with pytest.raises(VenueRefused, match="EService:Unavailable"):
            await client.call(rest.OpenOrders())
        assert scene.struck() == 4

    run(use, tmp_path)


def test_a_refused_nonce_did_nothing_so_the_order_is_signed_again(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(kind="refuse", method="AddOrder", text="EAPI:Invalid nonce", count=2)
        await client.call(order())
        assert len(scene.orders()) == 1

    run(use, tmp_path)


def test_a_key_that_another_program_used_with_later_nonces(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.key().nonces.highest = 2**63
        with pytest.raises(Refused) as refused:
            await client.call(order())
        assert refused.value.fault == "key"
        for advice in ("another program used this key", "make a new key", "nonce window"):
            assert advice in str(refused.value)
        assert scene.orders() == []
        scene.key().nonces.highest = 0
        await client.call(order())
        assert len(scene.orders()) == 1

    run(use, tmp_path)


def test_throttled_until_a_time_and_then_done(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        until_s = int(time.time()) + 2
        scene.fault(kind="refuse", method="AddOrder", text=f"EService: Throttled: {until_s}", count=1)
        await client.call(order(), deadline_s=8)
        assert time.time() >= until_s
        assert len(scene.orders()) == 1

    run(use, tmp_path)


def test_throttled_for_longer_than_the_deadline(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(kind="refuse", method="AddOrder", text=f"EService:Throttled:{int(time.time()) + 60}")
        with pytest.raises(LimitRefused):
            await client.call(order())
        assert (scene.struck(), scene.orders()) == (1, [])

    run(use, tmp_path)


# -- Limits --------------------------------------------------------------------------------------------------------


def test_a_full_counter_is_believed_and_the_next_call_is_not_made(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(kind="refuse", text="EAPI:Rate limit exceeded")
        for request in (rest.Balance(), rest.Time()):
            with pytest.raises(LimitRefused):
                await client.call(request, deadline_s=1)
            with pytest.raises(
                LocalError, match=f"REST calls has room for {request.endpoint.name} in .* call less often"
            ):
                await client.call(request, deadline_s=1)
        assert scene.struck() == 2

    run(use, tmp_path)


def test_the_counter_is_kept_below_the_venues_own(tmp_path: Path) -> None:
    """History calls cost 4 of a starter's 15: the fourth within a second waits, and is refused here, not there."""

    async def use(scene: Scene) -> None:
        async with scene.client(ledger=budget.Ledger(budget.STARTER)) as client:
            for _ in range(3):
                await client.call(rest.Ledgers())
            with pytest.raises(LocalError, match="room for Ledgers"):
                await client.call(rest.Ledgers(), deadline_s=1)
            await client.call(order())  # Orders have another limit.

    played(use, tmp_path, tier="starter", rules=Rules())


def test_a_costly_call_is_not_passed_by_cheap_ones(tmp_path: Path) -> None:
    """Room for one comes four times as often as room for four: who takes each point would never let four come."""
    tier = replace(budget.STARTER, calls_decay=2_000)  # 20 points a second.

    async def use(scene: Scene) -> None:
        made = 0
        async with scene.client(ledger=budget.Ledger(tier)) as client:

            async def cheap() -> None:
                nonlocal made
                while True:
                    await client.call(rest.Balance())
                    made += 1

            async with asyncio.TaskGroup() as group:
                busy = [group.create_task(cheap()) for _ in range(3)]
                while made < 2 * tier.calls_max:  # The counter is full by then.
                    await asyncio.wait(busy, timeout=0.01)
                await client.call(rest.Ledgers(), deadline_s=1.5)
                for task in busy:
                    task.cancel()

    played(use, tmp_path)


def test_whose_deadline_passes_in_the_line_is_told_so(tmp_path: Path) -> None:
    async def use(scene: Scene) -> None:
        async with scene.client(ledger=budget.Ledger(budget.STARTER)) as client:
            for _ in range(3):
                await client.call(rest.Ledgers())
            first = asyncio.create_task(client.call(rest.Ledgers()))  # It waits for a fourth point.
            await asyncio.wait([first], timeout=0.05)
            with pytest.raises(LocalError, match="others waited for room in the counter before Balance"):
                await client.call(rest.Balance(), deadline_s=0.3)
            await client.call(order())  # Orders have another limit.
            await first

    played(use, tmp_path)


def test_a_lockout_stops_every_call(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(kind="refuse", text="EGeneral:Temporary lockout", count=1)
        for request in (rest.Balance(), rest.Balance(), rest.Time(), order()):
            with pytest.raises(LimitRefused, match=r"no call is made for another (900|899) s") as refused:
                await client.call(request)
            assert not refused.value.order_may_exist
        assert scene.spent()
        assert scene.orders() == []

    run(use, tmp_path)


# -- In order ------------------------------------------------------------------------------------------------------


def test_many_at_once_reach_the_venue_in_the_order_of_their_nonces(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        calls = [client.call(order(cl_ord_id=f"c{number}"), deadline_s=20) for number in range(40)]
        await asyncio.gather(*calls)
        assert [one.cl_ord_id for one in scene.orders()] == [f"c{number}" for number in range(40)]

    run(use, tmp_path)


def test_a_key_with_a_nonce_window_goes_several_at_a_time(tmp_path: Path) -> None:
    async def use(scene: Scene) -> None:
        scene.key().nonces.window = 10**12
        scene.fault(kind="rest_delay", delay_s=0.2)
        async with scene.client(terms={"nonce_window": True, "order_deadline_s": 5}) as client:
            began = time.monotonic()
            await asyncio.gather(*(client.call(order()) for _ in range(8)))
            assert time.monotonic() - began < 8 * 0.2
        assert len(scene.orders()) == 8

    played(use, tmp_path)


def test_two_programs_with_one_key_heal(tmp_path: Path) -> None:
    """Each has its own line, so their calls may overtake each other; the file keeps nonces apart."""

    async def use(scene: Scene) -> None:
        async with scene.client() as one, scene.client() as other:
            await asyncio.gather(*(who.call(order(), deadline_s=20) for _ in range(15) for who in (one, other)))
        assert len(scene.orders()) == 30

    played(use, tmp_path)


def test_a_cancel_waits_for_no_call_that_hangs(tmp_path: Path) -> None:
    async def use(scene: Scene) -> None:
        async with scene.client(terms={"attempt_s": 10, "deadline_s": 10}) as client:
            await client.call(order())
            scene.fault(kind="rest_delay", method="OpenOrders", delay_s=20)
            async with asyncio.TaskGroup() as group:
                hanging = group.create_task(client.call(rest.OpenOrders()))
                later = group.create_task(client.call(rest.Balance()))
                while scene.struck() == 0:
                    await asyncio.wait({hanging}, timeout=0.01)
                cancelled = await client.call(rest.CancelAll(), deadline_s=2)
                assert cancelled.count == 1
                assert not hanging.done()
                assert not later.done()
                hanging.cancel()
        assert later.done()
        assert scene.orders() == []

    played(use, tmp_path)


def test_who_does_not_get_a_turn_in_time_has_sent_nothing(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        scene.fault(kind="rest_delay", method="OpenOrders", delay_s=20)
        async with asyncio.TaskGroup() as group:
            hanging = group.create_task(client.call(rest.OpenOrders()))
            while scene.struck() == 0:
                await asyncio.wait({hanging}, timeout=0.01)
            with pytest.raises(LinkError, match="AddOrder was not sent: its deadline passed"):
                await client.call(order(), deadline_s=0.1)
            hanging.cancel()
        assert scene.orders() == []

    run(use, tmp_path)


def test_a_full_line_refuses_all_but_cancels(tmp_path: Path) -> None:
    async def use(scene: Scene) -> None:
        async with scene.client(terms={"waiting_max": 1, "attempt_s": 10}) as client:
            scene.fault(kind="rest_delay", method="OpenOrders", delay_s=20)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(client.call(rest.OpenOrders())) for _ in range(2)]
                while scene.struck() == 0:
                    await asyncio.wait(tasks, timeout=0.01)
                with pytest.raises(LocalError, match="rate: 1 calls of this key wait for their turn already"):
                    await client.call(rest.Balance())
                assert (await client.call(rest.CancelAll(), deadline_s=2)).count == 0
                for task in tasks:
                    task.cancel()

    played(use, tmp_path)


# -- A wrong clock, a full disk, secrets -----------------------------------------------------------------------------


def test_a_wrong_clock_of_the_venue_changes_nothing_for_nonces(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        before = (await client.call(rest.Time())).unixtime
        scene.fault(kind="clock_skew", s=-60)
        assert (await client.call(rest.Time())).unixtime < before - 50 * 10**9
        await client.call(order())
        assert len(scene.orders()) == 1

    run(use, tmp_path)


def test_nowhere_to_keep_nonces_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    async def use(scene: Scene) -> None:
        async with scene.client() as client:
            with pytest.raises(LocalError, match=r"state: nonces must be kept in .*: set FATHOM_STATE_DIR to a folder"):
                await client.call(order())
            assert await client.call(rest.Time())
        assert scene.orders() == []

    played(use, file)


def test_no_secret_shows_in_what_is_raised(tmp_path: Path) -> None:
    async def use(scene: Scene, client: RestClient) -> None:
        key = scene.key()
        key.otp = "opensesame"
        client.use(Credentials(key=key.key, secret=key.secret, otp="opensesame"))
        for fault in ({"kind": "rest_drop"}, {"kind": "rest_status"}, {"kind": "refuse", "text": "EAPI:Invalid key"}):
            scene.fault(**fault, method="AddOrder", count=1)
            with pytest.raises((Unsure, Refused)) as caught:
                await client.call(order())
            shown = "".join(traceback.format_exception(caught.value)) + repr(client) + repr(caught.value)
            for secret in (key.secret, "opensesame"):
                assert secret not in shown

    run(use, tmp_path)


# -- Something else answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "looked"),
    [
        (b"<html><title>Sign in to the airport's network</title>", LinkError),
        (b'{"error":[],"result":{"txid":5,"open":7}}', RemoteError),
    ],
    ids=["a page", "an unreadable yes"],
)
def test_a_yes_that_nobody_can_read_leaves_an_order_in_doubt(
    tmp_path: Path, body: bytes, looked: type[Exception]
) -> None:
    heard: list[str] = []

    def answer(request: HttpRequest, *, now_ns: int) -> HttpAnswer:
        heard.append(request.path)
        return HttpAnswer(body=body)

    async def use(scene: Scene) -> None:
        server = HttpServer(answer)
        await server.start(host="127.0.0.1", port=0)
        try:
            async with scene.client(venue=venue_at(f"http://127.0.0.1:{server.port}")) as client:
                with pytest.raises(looked):
                    await client.call(rest.OpenOrders())
                with pytest.raises(Unsure, match="AddOrder of order mine"):
                    await client.call(order(cl_ord_id="mine"))
        finally:
            await server.stop()
        assert heard == ["/0/private/OpenOrders", "/0/private/AddOrder"]

    played(use, tmp_path)
