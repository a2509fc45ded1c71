"""What the control API may do, on a whole exchange: the clock, money, the market, states, precisions."""

from decimal import Decimal

import pytest

from fathom.domain import LocalError
from fathom.exchange.steering import ACCOUNTS_MAX
from fathom.protocol import time_text
from whole_exchange import SECOND_NS, START_NS, Client, Stage


def limit(trader: Client, **params: object) -> str:
    """Let an order rest far from the market; return its id."""
    result, _ = trader.ask(
        "add_order", order_type="limit", side="buy", symbol="BTC/USD", order_qty=0.001, limit_price=1000.0, **params
    )
    order_id: str = result["order_id"]
    return order_id


# -- The clock -----------------------------------------------------------------------------------------------


def test_a_moved_clock_lets_orders_expire_at_their_own_time() -> None:
    stage = Stage(market=True)
    trader = stage.trader()
    trader.subscribe("executions", snap_orders=False, snap_trades=False)
    day_s = 86_400
    expires = {hours: time_text(START_NS + hours * 3600 * SECOND_NS, digits=0) for hours in (2, 1, 48)}
    ids = {hours: limit(trader, time_in_force="gtd", expire_time=text) for hours, text in expires.items()}
    stays = limit(trader)
    trader.take()
    stage.steer("POST", "/clock", {"advance_s": day_s})
    told = [row for frame in trader.take() if frame.get("channel") == "executions" for row in frame["data"]]
    assert [(row["order_id"], row["exec_type"], row["timestamp"][:19] + "Z") for row in told] == [
        (ids[1], "expired", expires[1]),
        (ids[2], "expired", expires[2]),
    ]
    assert stage.state("alice")["open_orders"] == [ids[48], stays]
    assert list(stage.private("OpenOrders")["open"]) in ([ids[48], stays], [stays, ids[48]])
    stage.exchange.bank.check()


def test_a_moved_clock_fires_the_dead_mans_switch_of_its_account_alone() -> None:
    stage = Stage()
    alice, bob = stage.trader("alice"), stage.trader("bob")
    limit(alice)
    mine = limit(bob)
    alice.ask("cancel_all_orders_after", timeout=60)
    stage.steer("POST", "/clock", {"advance_s": 59})
    assert len(stage.state("alice")["open_orders"]) == 1
    stage.steer("POST", "/clock", {"advance_s": 1})
    assert stage.state("alice")["open_orders"] == []
    assert stage.state("bob")["open_orders"] == [mine]
    stage.exchange.bank.check()


def test_a_moved_clock_makes_up_for_nothing_in_the_market() -> None:
    """A day later it goes on as it was, at its own pace."""
    stage = Stage(market=True)
    stage.run(5)
    before = stage.steer("GET", "/state")
    stage.steer("POST", "/clock", {"advance_s": 86_400})
    after = stage.steer("GET", "/state")
    assert after["clock"]["now_ns"] == before["clock"]["now_ns"] + 86_400 * SECOND_NS
    assert after["market"]["acts"] - before["market"]["acts"] <= 2
    stage.run(10)
    made = stage.exchange.market.acts - after["market"]["acts"]
    assert 200 < made < 3000
    assert stage.exchange.venue.now_ns == stage.venue_ns == START_NS + 86_415 * SECOND_NS


def test_a_moved_clock_spares_connections_that_follow_something() -> None:
    stage = Stage(market=True)
    listener, idler = stage.connect(), stage.connect()
    listener.subscribe("trade", symbol=["BTC/USD"])
    stage.steer("POST", "/clock", {"advance_s": 3600})
    assert (listener.closed_with is None, idler.closed_with is None) == (True, False)


def test_tokens_grow_old_when_the_clock_is_moved() -> None:
    stage = Stage()
    token = stage.private("GetWebSocketsToken")["token"]
    stage.steer("POST", "/clock", {"advance_s": 901})
    client = stage.connect("private")
    client.take()
    client.token = token
    assert client.subscribe("executions")[0]["success"] is False


# -- The market ----------------------------------------------------------------------------------------------


def test_a_pause_is_not_made_up_for_and_clients_trade_on() -> None:
    stage = Stage(market=True)
    stage.run(3)
    stage.steer("POST", "/market", {"paused": True})
    acts = stage.exchange.market.acts
    trader = stage.trader()
    trader.ask("add_order", order_type="market", side="buy", symbol="ETH/USD", order_qty=0.01)
    stage.run(60, every_ms=1000)
    assert stage.exchange.market.acts == acts
    assert len(stage.exchange.bank.accounts["alice"].fills) >= 1
    stage.steer("POST", "/market", {"paused": False})
    stage.run(1)
    assert 0 < stage.exchange.market.acts - acts < 400


def test_a_clock_moved_in_a_pause_moves_nothing_else() -> None:
    stage = Stage(market=True)
    stage.steer("POST", "/market", {"paused": True})
    stage.steer("POST", "/clock", {"advance_s": 3600})
    stage.run(1)
    acts = stage.exchange.market.acts
    stage.steer("POST", "/market", {"paused": False})
    stage.run(1)
    assert 0 < stage.exchange.market.acts - acts < 400


def test_a_pace_that_cannot_be_changes_nothing() -> None:
    """A recording has a rate of its own; what was asked for besides is not done either."""
    stage = Stage(recording=[], market=True)
    status, answer = stage.control("POST", "/market", {"paused": True, "speed": 2, "rate": 100})
    assert (status, answer["error"][:5]) == (400, "rate:")
    assert stage.steer("GET", "/state")["market"]["paused"] is False


# -- States and precisions -----------------------------------------------------------------------------------


def test_a_pair_out_of_trade_says_so_and_comes_back() -> None:
    stage = Stage()
    trader = stage.trader()
    order_id = limit(trader)
    stage.steer("POST", "/pairs", {"symbol": "BTC/USD", "status": "cancel_only"})
    frames = trader.say(
        {
            "method": "add_order",
            "params": {
                "order_type": "limit",
                "side": "buy",
                "symbol": "BTC/USD",
                "order_qty": 0.001,
                "limit_price": 1000.0,
                "token": trader.token,
            },
        }
    )
    assert frames[0]["success"] is False
    assert stage.state("alice")["open_orders"] == [order_id]
    stage.steer("POST", "/pairs", {"symbol": "BTC/USD", "status": "online"})
    limit(trader)
    assert stage.steer("POST", "/pairs", {"symbol": "BTC/USD", "status": "delisted"})
    assert stage.state("alice")["open_orders"] == []
    stage.exchange.bank.check()


@pytest.mark.parametrize("precision", [0, 3, 7, 12])
def test_any_precision_leaves_the_market_alive_and_the_money_whole(precision: int) -> None:
    stage = Stage(market=True, speed=2.0, symbols=("ETH/USD",))
    trader = stage.trader()
    book = stage.connect()
    book.subscribe("book", symbol=["ETH/USD"])
    trader.ask("add_order", order_type="market", side="buy", symbol="ETH/USD", order_qty=0.1)
    listed = stage.exchange.listing.pairs["ETH/USD"]
    quantity = listed.qty(listed.qty_lots_min)
    for field in ("qty_precision", "price_precision"):
        stage.steer("POST", "/pairs", {"symbol": "ETH/USD", field: precision})
        stage.run(2)
        stage.exchange.bank.check()
        pair = stage.exchange.listing.pairs["ETH/USD"]
        assert getattr(pair, field) == precision
        # The least order is the table's quantity, or the least lot where that is more.
        assert pair.qty(pair.qty_lots_min) == max(quantity, Decimal(1).scaleb(-pair.qty_precision))
        assert stage.exchange.venue.markets["ETH/USD"].pair == pair
    assert book.sent
    stage.steer("POST", "/pairs", {"symbol": "ETH/USD", "qty_precision": 8, "price_precision": 2})
    assert stage.exchange.listing.pairs["ETH/USD"] == listed
    stage.run(2)
    trader.ask("add_order", order_type="market", side="sell", symbol="ETH/USD", order_qty=0.05)
    stage.exchange.bank.check()


# -- Accounts ------------------------------------------------------------------------------------------------


def test_money_kept_for_orders_cannot_leave() -> None:
    stage = Stage()
    trader = stage.trader()
    trader.ask("add_order", order_type="limit", side="buy", symbol="BTC/USD", order_qty=20, limit_price=1000.0)
    assert Decimal(stage.state("alice")["held"]["USD"]) > 20_000
    status, answer = stage.control("POST", "/accounts/alice/withdraw", {"asset": "USD", "amount": 10_000})
    assert (status, answer) == (400, {"error": "amount: EFunding:Insufficient funds"})
    stage.steer("POST", "/accounts/alice/withdraw", {"asset": "USD", "amount": 4_000})
    stage.exchange.bank.check()


def test_a_deposit_is_told_on_the_private_stream() -> None:
    stage = Stage()
    trader = stage.trader()
    trader.subscribe("balances", snapshot=False)
    stage.steer("POST", "/accounts/alice/deposit", {"asset": "EUR", "amount": "12.5"})
    (frame,) = (frame for frame in trader.take() if frame.get("channel") == "balances")
    assert (frame["data"][0]["asset"], frame["data"][0]["amount"], frame["data"][0]["type"]) == ("EUR", 12.5, "deposit")


def test_accounts_are_bounded() -> None:
    stage = Stage(symbols=("BTC/USD",))
    room = ACCOUNTS_MAX - len(stage.exchange.bank.accounts)
    names = [f"trader-{number}" for number in range(room)]
    keys = {stage.steer("POST", "/accounts", {"name": name, "funded": False})["key"] for name in names}
    assert len(keys) == room
    assert stage.control("POST", "/accounts", {"name": "late"}) == (
        400,
        {"error": f"name: there are {ACCOUNTS_MAX} accounts, which is the most"},
    )


def test_an_account_with_no_permission_may_do_nothing() -> None:
    stage = Stage()
    stage.steer("POST", "/accounts", {"name": "nobody", "permissions": []})
    stage.exchange.samples.append(next(key for key in stage.exchange.keyring.keys() if key.account == "nobody"))  # noqa: SIM118 - it is no dict.
    with pytest.raises(AssertionError, match="EGeneral:Permission denied"):
        stage.private("Balance", name="nobody")


def test_the_same_name_has_the_same_key_in_every_run() -> None:
    first, second = (Stage().steer("POST", "/accounts", {"name": "eve"}) for _ in range(2))
    assert first == second
    assert Stage(seed=8).steer("POST", "/accounts", {"name": "eve"})["secret"] != first["secret"]


def test_positions_are_shown() -> None:
    stage = Stage(market=True)
    trader = stage.trader()
    trader.ask("add_order", order_type="market", side="buy", symbol="BTC/USD", order_qty=0.01, margin=True)
    stage.run(1)
    assert len(stage.state("alice")["positions"]) >= 1


def test_the_error_is_for_whoever_calls_without_a_door() -> None:
    steering = Stage().exchange._control._exchange
    with pytest.raises(LocalError, match="status: 'x' is none of online"):
        steering.set_system("x")
