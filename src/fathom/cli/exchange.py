"""`fathom exchange`.

Imports: domain, run. Imported by: cli/app, by name.
"""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter


def exchange(
    *,
    port: int = 8420,
    host: str = "127.0.0.1",
    seed: int = 1,
    speed: float = 1.0,
    rate: float | None = None,
    pairs: Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative=(), show_default=False)] = (),
    market: Path | None = None,
    faults: Path | None = None,
    state: Path | None = None,
    tier: Literal["starter", "intermediate", "pro"] = "pro",
    limits: Annotated[bool, Parameter(show_default=False)] = True,
    rule: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    tls: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    quiet_market: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    start: str | None = None,
    json: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
) -> int:
    """Run a Kraken on this machine, with a living market.

    REST, WebSocket v2 and v1, accounts, order matching, faults on request.
    Any Kraken client can trade on it unchanged; only URLs and keys differ.
    It listens on loopback, spends nobody's money, and ends with Ctrl-C.

    Parameters
    ----------
    port
        REST listens here, WebSocket public, private and level 3 on the next three, the control API on the fourth.
        0 takes free ports.
    host
        The address to listen on. Anything but loopback lets others in: the keys are printed for all to see.
    seed
        The same seed makes the same market, keys and ids.
    speed
        How much faster than life the market moves. The clock stays the clock.
    rate
        Actions of the market a second over all pairs; without it each pair is as lively as its own.
    pairs
        The pairs to list, such as BTC/USD ETH/USD; without it all.
    market
        A recording that is the market instead of the random one: book, level3 and trade frames, or a CSV of trades.
    faults
        A TOML file of faults to play: docs/faults.md.
    state
        A folder that keeps the accounts between runs.
    tier
        The tier of the sample accounts: it sets their limits.
    limits
        --no-limits: no rate limit of any kind.
    rule
        NAME=VALUE, as often as wanted: one of the settings in docs/exchange.md, such as ioc_rest=expired.
    tls
        HTTPS and WSS with a throw-away certificate authority; it says how to trust it.
    quiet_market
        Nobody trades but the clients.
    start
        Where the venue's clock starts, such as 2026-01-01T00:00:00Z; without it, now.
    json
        The first line is one JSON object with all URLs and keys, and the only one.
    """
    from fathom.run.local_exchange.command import ExchangeCommand, run_exchange  # noqa: PLC0415 - Only now: start-up time.

    return run_exchange(
        ExchangeCommand(
            port=port,
            host=host,
            seed=seed,
            speed=speed,
            rate=rate,
            pairs=pairs,
            market=market,
            faults=faults,
            state=state,
            tier=tier,
            limits=limits,
            rules=rule,
            tls=tls,
            quiet_market=quiet_market,
            start=start,
            json=json,
        )
    )
