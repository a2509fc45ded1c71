from fathom.domain import Refused
from fathom.protocol import messages
from fathom.protocol.building import add_order, amend_order, cancel_order
from fathom.run.trading.client_path import ClientPath
from fathom.run.trading.order_path import Request, Sent
from faulty_venue import Stage, staged


def test_requests_go_their_way_and_what_came_of_them_is_told() -> None:
    async def use(stage: Stage) -> None:
        path = ClientPath(stage.kraken)
        told: list[Sent] = []

        async def sent(request: Request) -> Sent:
            before = len(told)
            path.send(request, told.append)
            await stage.until(lambda: len(told) > before)
            return told[-1]

        btc = stage.kraken.instruments["BTC/USD"]
        lots = btc.qty_lots_min * 10
        add = add_order(
            instrument=btc, side="buy", order_type="limit", qty_lots=lots, price_ticks=100_000, cl_ord_id="one"
        )
        added = await sent(add)
        assert added.error is None
        assert added.venue_order_id in stage.kraken.account.orders
        assert added.timed
        assert added.sent_ns <= added.received_ns
        amended = await sent(amend_order(instrument=btc, cl_ord_id="one", qty_lots=lots, price_ticks=100_010))
        assert amended.error is None
        missing = await sent(cancel_order(cl_ord_ids=("two",)))
        assert missing.missing or isinstance(missing.error, Refused)
        cancelled = await sent(cancel_order(cl_ord_ids=("one",)))
        assert (cancelled.error, cancelled.missing) == (None, False)
        stage.fault("refuse", method="add_order", text="EOrder:Insufficient funds", count=1)
        refused = await sent(add)
        assert isinstance(refused.error, Refused)
        assert isinstance(add, messages.AddOrder)

    staged(use, trading=True)
