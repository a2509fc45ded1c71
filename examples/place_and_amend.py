"""An order's life, on the local exchange: placed, amended in place, cancelled; what each costs of the rate limit.

python examples/place_and_amend.py
"""

import asyncio
from decimal import Decimal

import fathom


async def main() -> None:
    """Place one order far from the market, and take it away again."""
    async with fathom.connect("local") as kraken:
        rules = kraken.instruments["BTC/USD"]
        book = await kraken.book("BTC/USD").next()
        assert book.best_bid is not None
        price = (book.best_bid * Decimal("0.9")).quantize(rules.price(rules.price_increment_ticks))

        placed = await kraken.add_order("BTC/USD", "buy", "limit", order_qty="0.001", limit_price=price, post_only=True)
        print("placed", placed.order_id, "as", placed.cl_ord_id)
        assert placed.order_id is not None
        print("cancelling would cost", kraken.rates.forecast("cancel_order", placed.order_id)[:3])

        await kraken.amend_order(order_id=placed.order_id, limit_price=price + rules.price(10))
        print("amended to", price + rules.price(10), "the pair's counter is at most", kraken.rates.count("BTC/USD"))

        try:
            await kraken.add_order("BTC/USD", "buy", "limit", order_qty="1000", limit_price=price)
        except fathom.Refused as refusal:
            print(refusal, "| may an order exist?", refusal.order_may_exist)

        print("cancelled", (await kraken.cancel_order(placed.order_id)).count)


asyncio.run(main())
