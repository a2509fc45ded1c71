"""What a bot that runs answers at its door. Whatever moves it becomes an event of the log.

Imports: domain, net; control, status, trader. Imported by: session.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from fathom.domain import HaltOrdered, LimitsChanged, LimitsOrdered, LimitsRefused, LocalError, ResumeOrdered
from fathom.net import halt
from fathom.run.trading.control import Answerer
from fathom.run.trading.status import Status
from fathom.run.trading.trader import Trader


def answers(trader: Trader, status: Status, *, stop: Callable[[str], None]) -> dict[str, Answerer]:
    """Return who answers which question. Raises LocalError, from an answerer, where what is asked cannot be."""

    def set_limits(with_: dict[str, Any]) -> Any:
        seq = trader.last_seq
        status.take_limits_word()  # What was said before is no answer.
        trader.arrive(LimitsOrdered(msgspec.json.encode(with_)))
        match status.take_limits_word():
            case LimitsChanged():
                return {"after_entry": seq}
            case LimitsRefused(reason):
                raise LocalError("limits", f"{reason}; they are as they were")
        raise LocalError("limits", "the bot has stopped trading, and takes no others")

    def resume_trading(with_: dict[str, Any]) -> Any:
        if halt.read_halt() is not None:
            raise LocalError("resume", "`fathom kill` has halted every bot: `fathom kill --resume` takes that away")
        trader.arrive(ResumeOrdered(str(with_.get("limit", "")), str(with_.get("reason", "fathom resume"))))
        return status.told()["halts"]

    def halt_trading(with_: dict[str, Any]) -> Any:
        trader.arrive(HaltOrdered(str(with_.get("reason", "asked to")), bool(with_.get("flatten"))))
        return status.told()["halts"]

    def stop_trading(with_: dict[str, Any]) -> Any:
        stop(str(with_.get("reason", "asked to stop")))
        return "stopping"

    return {
        "status": lambda _: status.told(),
        "orders": lambda _: status.orders(),
        "set": set_limits,
        "resume": resume_trading,
        "halt": halt_trading,
        "stop": stop_trading,
    }
