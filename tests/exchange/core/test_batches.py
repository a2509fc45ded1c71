"""core/batches.py: valid all or none, then each on its own."""

from core_scenario import Scenario

from fathom.exchange.core import Order, Refusal, Rules


def add_batch(scenario: Scenario, *orders: str, validate: bool = False) -> list[str] | str:
    """Return the statuses or errors, one an order, or the error of all."""
    tickets = [scenario.ticket(order) for order in orders]
    made = scenario.venue.add_batch(
        scenario.accounts["ann"], scenario.symbol, tickets, now_ns=scenario.now_ns, validate=validate
    )
    scenario.look()
    if isinstance(made, Refusal):
        return made.error
    return [one.status if isinstance(one, Order) else one.error for one in made]


def test_all_come_in() -> None:
    scenario = Scenario()
    assert add_batch(scenario, "buy 1 @ 99", "sell 1 @ 101", "buy 1 @ 98 id=x") == ["new"] * 3
    assert scenario.book() == {"bids": "99 ann 1, 98 ann 1", "asks": "101 ann 1"}


def test_one_wrong_one_spoils_it() -> None:
    scenario = Scenario()
    assert add_batch(scenario, "buy 1 @ 99", "buy 0.01 @ 99") == "EOrder:Order minimum not met"
    assert scenario.book()["bids"] == ""


def test_client_ids_are_unique_within_it() -> None:
    scenario = Scenario()
    assert add_batch(scenario, "buy 1 @ 99 id=x", "buy 1 @ 99 id=x") == "EGeneral:Invalid arguments:cl_ord_id"


def test_money_is_each_one_s_own() -> None:
    scenario = Scenario()
    made = add_batch(scenario, "buy 6000 @ 100", "buy 6000 @ 100", "buy 1000 @ 100")
    assert made == ["new", "EOrder:Insufficient funds", "new"]


def test_what_one_fills_the_next_finds() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 1 @ 100")
    made = add_batch(scenario, "buy 1 @ 100 close=limit,,110", "buy 1 @ 100")
    assert made == ["filled", "new"]
    assert scenario.book() == {"bids": "100 ann 1", "asks": "110 ann 1"}


def test_sizes() -> None:
    scenario = Scenario()
    assert add_batch(scenario, "buy 1 @ 99") == "EGeneral:Invalid arguments:orders"
    assert add_batch(scenario, *["buy 1 @ 99"] * 16) == "EGeneral:Invalid arguments:orders"
    assert add_batch(scenario, *["buy 1 @ 99"] * 15) == ["new"] * 15


def test_validate_stores_nothing() -> None:
    scenario = Scenario()
    assert add_batch(scenario, "buy 1 @ 99", "buy 1 @ 98", validate=True) == ["pending_new"] * 2
    assert scenario.accounts["ann"].orders == {}


def test_all_are_of_one_pair() -> None:
    scenario = Scenario()
    tickets = [scenario.ticket("buy 1 @ 99")] * 2
    made = scenario.venue.add_batch(scenario.accounts["ann"], "ETH/USD", tickets, now_ns=scenario.now_ns)
    assert made == Refusal("EGeneral:Invalid arguments:pair")
    made = scenario.venue.add_batch(scenario.accounts["ann"], "NO/NE", tickets, now_ns=scenario.now_ns)
    assert made == Refusal("EQuery:Unknown asset pair")


def test_it_costs_half_a_point_each() -> None:
    scenario = Scenario(rules=Rules())
    rates, account = scenario.venue.rates, scenario.accounts["ann"]
    add_batch(scenario, "buy 1 @ 99", "buy 1 @ 98", "buy 1 @ 97")
    assert str(rates.count(account, scenario.symbol, scenario.now_ns)) == "1.5"
    rates.charge(account, scenario.symbol, scenario.now_ns, half_points=2 * 178)
    assert add_batch(scenario, "buy 1 @ 99", "buy 1 @ 98") == "EOrder:Rate limit exceeded"
