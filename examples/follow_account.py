"""Orders, fills, balances and what happens to the client itself, from three streams at once; on the local exchange.

python examples/follow_account.py
"""

import asyncio

import fathom
from fathom.protocol.messages import Balance, Execution, LedgerEntry


async def fills(rows: fathom.Stream[Execution]) -> None:
    """Print our order's rows until it is filled."""
    async for row in rows:
        print(row.exec_type, row.order_id, row.symbol, row.order_status, f"filled {row.cum_qty or 0}")
        if row.exec_type == "filled":
            return


async def balances(rows: fathom.Stream[Balance | LedgerEntry]) -> None:
    """Print what we have, and each change of it, until ETH has changed."""
    async for row in rows:
        print("balance", row.asset, row.balance)
        if row.asset == "ETH" and isinstance(row, LedgerEntry):
            return


async def main() -> None:
    """Follow one market order."""
    async with fathom.connect("local") as kraken:
        kraken.events(callback=lambda event: print("event", event))
        await kraken.guard()  # The dead man's switch: if this program dies, the venue cancels everything.
        changes = kraken.balances()
        print("first", (await changes.next()).asset)  # The subscription is up.
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            tasks.create_task(fills(kraken.executions()))
            tasks.create_task(balances(changes))
            await kraken.add_order("ETH/USD", "buy", "market", order_qty="0.01")
        print("we have", kraken.account.balances["ETH"], "ETH")


asyncio.run(main())
