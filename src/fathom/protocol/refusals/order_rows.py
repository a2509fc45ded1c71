"""Error texts about orders, transfers and Earn (errors.md 6 to 8).

Pure. Imports: row. Imported by: table.
"""

from typing import Final

from fathom.protocol.refusals.row import Row, rows

PLACING: Final[list[Row]] = [
    *rows(
        "order",
        "fix",
        "order less, or bring funds first",
        {
            "EOrder:Insufficient funds": "the balance is too small",
            "EOrder:Insufficient initial margin": "the free margin is too small",
            "EOrder:Margin allowance exceeded": "the margin that the account may borrow is used up",
            "EOrder:Margin level too low": "the margin level would be too low",
            "EOrder:Margin position size exceeded": "the position would be too large",
        },
    ),
    *rows(
        "venue",
        "later",
        "order without margin, or try again later",
        {"EOrder:Insufficient margin": "Kraken has no funds to lend for this"},
    ),
    *rows(
        "order",
        "fix",
        "order at least the pair's smallest quantity and cost",
        {
            "EOrder:Order minimum not met": "the quantity is below the pair's smallest",
            "EOrder:Cost minimum not met": "quantity times price is below the pair's smallest cost",
        },
    ),
    *rows(
        "order",
        "fix",
        "round the price to the pair's tick, and keep it above zero",
        {
            "EOrder:Tick size check failed": "the price is no multiple of the tick",
            "EOrder:Invalid price": "the price is zero, negative, or has too many decimals",
        },
    ),
    *rows("order", "no", "look whether the order is still open", {"EOrder:Invalid order": "the order is not valid"}),
    *rows(
        "order",
        "fix",
        "move the price away from the other side, or do without post-only",
        {"EOrder:Post only order": "the order would have traded at once"},
    ),
    *rows(
        "account",
        "no",
        "order without margin, or see at kraken.com what the account allows",
        {
            "EOrder:Cannot open position": "margin is not allowed here",
            "EOrder:Cannot open opposing position": "a position of the other side is open",
            "EOrder:Reduce only:Non-PC": "only orders that reduce are allowed: not a permitted client in Ontario",
            "EOrder:Reduce only:Non-ECP": "only orders that reduce are allowed: not an eligible participant",
            "EOrder:Trading agreement required": "the account has to accept the trading agreement",
            "EBM:limit exceeded:CAL": "the limit for purchases from Canada is reached",
        },
    ),
    *rows(
        "order",
        "no",
        "nothing to do: there is no position to reduce",
        {"EOrder:Reduce only:No position exists": "there is nothing to reduce"},
    ),
    *rows(
        "order",
        "no",
        "a part may have been filled: look at the fills and the position before anything is sent again",
        {"EOrder:Reduce only:Position is closed": "it was matched until the position was closed, the rest cancelled"},
        order_may_exist=True,
    ),
    *rows("order", "fix", "name a position that is open", {"EOrder:Unknown position": "there is no such position"}),
]

CHANGING: Final[list[Row]] = [
    *rows(
        "order",
        "no",
        "the order is gone and may have filled: look it up among the fills",
        {"EOrder:Unknown order": "it is not open: filled, cancelled, expired, never there, or another's"},
    ),
    *rows(
        "order",
        "no",
        "wait for the cancel that is on its way; until then the order may still fill",
        {"EOrder:Cancel pending": "a cancel is on its way already"},
    ),
    *rows(
        "order",
        "no",
        "cancel it and send a new one; it is as it was",
        {"EOrder:Order not editable": "the order cannot be changed"},
    ),
    *rows(
        "order",
        "fix",
        "ask for more than is filled already; it is as it was",
        {"EOrder:Not enough leaves qty": "the new quantity is below what is filled"},
    ),
]

MONEY: Final[list[Row]] = [
    *rows(
        "request",
        "no",
        "correct it by hand at kraken.com or in the request; a transfer is never repeated blindly",
        {
            "EFunding:Max fee exceeded": "the fee is above the largest that was allowed",
            "EFunding:Unknown withdraw key": "there is no such withdrawal address in the account",
            "EFunding:Unknown asset": "there is no such asset",
            "EFunding:Unknown reference id": "there is no such transfer",
            "EFunding:Invalid reference id": "the transfer's id has the wrong form",
            "EFunding:Invalid amount": "the amount is wrong",
            "EFunding:Invalid staking method": "there is no such method of staking",
            "EFunding:Too many addresses": "there are too many deposit addresses",
            "EFunding:No funding method": "the asset cannot be moved so",
            "EFunding:Insufficient funds": "the balance is too small",
            "Invalid withdrawal address": "the address is wrong",
        },
    ),
    *rows(
        "request",
        "no",
        "look at the allocations, then change the amount or the strategy",
        {
            "EEarnings:Below min": "the amount is below the strategy's smallest",
            "EEarnings:Above max:The allocation exceeds user limit for the strategy": "above what a user may allocate",
            "EEarnings:Above max:The allocation exceeds the total strategy limit": "above what the strategy takes",
            "EEarnings:Insufficient funds": "the balance is too small",
        },
    ),
    *rows(
        "venue",
        "no",
        "look at the allocations before it is asked for again",
        {
            "EEarnings:Busy": "Earn is busy",
            "EEarnings:Busy:Another (de)allocation for the same strategy is in progress": "one is on its way already",
        },
    ),
    *rows(
        "account",
        "no",
        "see at kraken.com what the account's level allows",
        {"EEarnings:Permission denied": "the account's level is not high enough"},
    ),
]
