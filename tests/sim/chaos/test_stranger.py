from random import Random

from fathom.exchange import Exchange, Settings
from fathom.sim.chaos.stranger import SYMBOL, trade_by_hand

START_NS = 1_767_614_400_000_000_000


def test_a_person_trades_on_the_account_past_our_links() -> None:
    exchange = Exchange(Settings(seed=1, start_ns=START_NS, symbols=(SYMBOL,), rate=2.0), machine_ns=START_NS)
    key = next(key for key in exchange.samples if key.account == "alice")
    for number in range(8):
        trade_by_hand(exchange, key, Random(number), number=number, now_ns=START_NS)
    account = exchange.bank.accounts["alice"]
    assert account.fills, "some at the market"
    assert account.orders, "and some that rest"
    assert {order.cl_ord_id for order in account.orders.values()} == {None}
