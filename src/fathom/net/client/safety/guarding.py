"""The dead man's switch of a client: made, armed, and watched over together with its private stream.

Imports: domain; hearing, paths, running, switch. Imported by: kraken.
"""

from collections.abc import Awaitable, Callable

from fathom.domain import LocalError
from fathom.net.client.hearing import EXECUTIONS
from fathom.net.client.running import Running
from fathom.net.client.safety.switch import DeadMansSwitch


async def armed_switch(
    running: Running, send: Callable[[int], Awaitable[object]], *, timeout_s: int, renew_s: float
) -> DeadMansSwitch:
    """Return a switch that is armed, and renewed for as long as the client is open and its private stream is up."""

    if not 0 < renew_s < timeout_s:
        raise LocalError("renew_s", f"must be above 0 and below timeout_s, which is {timeout_s}, not {renew_s:g}")

    def unhealthy() -> str:
        topic = running.hearing.topics.find(EXECUTIONS)
        is_up = topic is not None and topic.active and topic.link.is_open
        return "" if is_up else "the private stream is not up"

    switch = DeadMansSwitch(send, tell=running.tell, health=unhealthy, timeout_s=timeout_s, renew_s=renew_s)
    await switch.arm()
    running.start(switch.run(), name="dead man's switch")
    return switch
