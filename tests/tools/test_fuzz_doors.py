import doors_grammar as grammar
import pytest
from doors_grammar import Dice, Frame, Rest, any_step
from doors_sockets import fuzz_sockets
from doors_world import Broken, World
from fuzz_doors import Episode, Failure, fuzz, played, shrunk

from fathom.exchange.faults.kinds import KINDS
from fathom.exchange.rest.methods import PRIVATE, PUBLIC
from fathom.exchange.sessions.requests import TRADING

SECONDS = 6.0  # `make fuzz-doors` goes on for as long as it is told.
SOCKET_SECONDS = 3.0


def test_nothing_breaks_whatever_comes_in() -> None:
    assert fuzz(SECONDS, seed=1, say=False) == 0


def test_a_server_lives_whatever_comes_over_its_sockets() -> None:
    assert fuzz_sockets(SOCKET_SECONDS, seed=1) == 0


def test_the_tables_are_whole() -> None:
    assert grammar.PUBLIC.keys() == PUBLIC.keys()
    assert grammar.PRIVATE.keys() == PRIVATE.keys()
    assert grammar.FAULTS.keys() == KINDS.keys()
    assert grammar.V2_METHODS.keys() | {"add_order", "batch_add"} == TRADING


def test_an_episode_follows_from_its_seed() -> None:
    assert Episode(1, 3).steps() == Episode(1, 3).steps()
    assert Episode(1, 3).steps()[:50] != Episode(1, 4).steps()[:50]
    assert any_step(Dice(1)) == any_step(Dice(1))


@pytest.fixture(scope="module")
def world() -> World:
    return World(1, limits=True)


def test_money_from_nowhere_is_found(world: World) -> None:
    world.check()
    balances = world.exchange.bank.accounts["alice"].balances
    balances["USD"] += 1
    with pytest.raises(Broken, match=r"bank\.check"):
        world.check()
    balances["USD"] -= 1


@pytest.mark.parametrize("text", [b"8811001.0000", b"%{token:alice}", b"%{key:alice}", b"%{ledger:alice:0}"])
def test_what_is_anothers_is_found(text: bytes, world: World) -> None:
    told = b'{"balance":"' + world.filled(text) + b'"}'
    world.check_private(told, {"alice"}, set(), where="a test")
    with pytest.raises(Broken, match="alice"):
        world.check_private(told, {"bob"}, set(), where="a test")


def test_the_fewest_inputs_that_fail_are_kept() -> None:
    episode = Episode(1, 0)
    bad = Rest("GET", "/0/public/Time", sign="none", signer="nobody")  # The world knows no such account: it raises.
    steps = [*episode.steps()[:20], bad, *episode.steps()[20:30]]
    failure = played(episode.world(), steps)
    assert failure is not None
    assert failure.place == 21
    fewest, again = shrunk(episode, steps, failure)
    assert fewest == [bad]
    assert again.name == failure.name


def test_a_frame_opens_its_slot() -> None:
    world = World(1, limits=True)
    world.do(Frame(0, b'{"method":"ping","req_id":5}'))
    assert world.counts["v2 pong ok"] == 1
    assert isinstance(played(world, [Frame(0, b"x")]), Failure | None)
