"""The client, from the socket to its user and back, beside ccxt pro and python-kraken-sdk on the same servers.

Imports: client_children, report, scale. Imported by: run.
"""

from statistics import median
from typing import Any

from client_children import Found, books_checked, latencies, memory, order_rounds, rate_rounds
from report import Floor, Part, Section, Table, microseconds, times
from scale import Scale

FATHOM, CCXT, SDK = "fathom", "ccxt pro", "python-kraken-sdk"
PICOWS = "bare picows"
ECHO, BARE, OVER_REST = "bare picows echo", "bare picows, an order", "fathom, over REST"
BOOK_CLIENTS = (FATHOM, CCXT, SDK)
TRADERS = (ECHO, BARE, FATHOM, OVER_REST, CCXT, SDK)
VERIFIES = {FATHOM: "each frame", CCXT: "no", SDK: "each frame"}
PACE = 5_500.0  # Frames a second: all of Kraken's books in a busy hour.
SDK_PACE = 20_000.0
CHECK_PACE = 500.0
TEXT = """\
`fathom.connect` as a user has it, and the others as their manuals say. Each client is a process of its own, new in each
round, on uvloop, with orjson where it can use it; the rounds go from one to the next, and medians of rounds are shown.
Server and client share this machine: it takes two cores, and each has its own."""
RATE_TEXT = f"""\
Ten pairs on one connection. The server has its frames ready and sends as fast as they are taken. *frames* are those
that the client has applied, and verified where it does. *CPU* is the client process's time of the processor for one
frame; where it is less than the time between two, the client waited for the server. *right* is a check of our own, not
timed: the share of the books that the user was shown that had the checksum of the frame before. ccxt pro does not
verify (it can, and has that switched off). python-kraken-sdk reads into a queue without bound, and under such a flood
applies next to nothing: it is sent {SDK_PACE:,.0f} frames a second, which is more than it takes."""
LATENCY_TEXT = f"""\
{PACE:,.0f} frames a second, one by one, each with the time of its sending: from there to the call of the user's
callback (ccxt pro: the end of the user's `await`) that first has it. Whoever takes fewer frames than are sent has a
queue that grows for as long as it is watched, and so do its latencies. *bare picows* looks at the clock for each frame
and does nothing else: what is late there, the machine was late with. The firehose never sleeps, so whoever is woken may
wait for the slice of whatever else runs on its core: about 4 ms on Linux."""
ORDERS_TEXT = """\
From the call to its response, in us: a limit order that rests, then its cancel, one after the other. The echo is sent a
frame as long as an order's and waits for it in the same way: the least that a WebSocket costs here. *bare picows, an
order* sends finished bytes to the exchange: what it takes itself, so that the difference to it is what our client adds.
In our times are a client id for each order, the checks of Kraken's rules, the rate ledger, and the rows of executions,
which come before the answer here. python-kraken-sdk has those rows too and hands them on; ccxt pro has none of it."""
MARKET_TEXT = """\
As above, and eight books of the living market come in beside: ours verifies them, for the others a bare connection of
the same process reads and drops them, as many as the echo's."""
MEMORY_TEXT = "Resident memory of a client with book, trades and ticker of every pair of the local exchange, in MiB."


def run(scale: Scale) -> Section:
    """Measure and return the report's section."""
    rounds, depths = (1, (10,)) if scale.quick else (3, (10, 100))
    seconds, updates = (0.5 if scale.quick else 2.0), scale.of(10_000)
    paces = {SDK: SDK_PACE}
    rates = {}
    for depth in depths:
        for tls in (False, True):
            names = (FATHOM,) if scale.quick and tls else BOOK_CLIENTS
            terms: dict[str, Any] = {"rounds": rounds, "seconds": seconds, "updates": updates, "paces": paces}
            rates[depth, tls] = rate_rounds(names, tls=tls, depth=depth, **terms)
    checked = {
        depth: books_checked(BOOK_CLIENTS, pace=CHECK_PACE, depth=depth, seconds=2 * seconds, updates=updates)
        for depth in depths
    }
    late = latencies((PICOWS, *BOOK_CLIENTS), pace=PACE, rounds=rounds, seconds=2 * seconds, updates=updates)
    trips = {
        market: order_rounds(
            TRADERS[:3] if scale.quick else TRADERS, market=market, rounds=rounds, count=100 if scale.quick else 1_000
        )
        for market in (False, True)
    }
    parts = [_rate_part(found, checked[depth], tls=tls, depth=depth) for (depth, tls), found in rates.items()]
    parts += [_latency_part(late), *(_orders_part(found, market=market) for market, found in trips.items())]
    parts.append(_memory_part(memory(seconds=2.0 if scale.quick else 60.0)))
    return Section("The client", TEXT, parts, floors=_floors(rates, late, trips))


def _floors(rates: dict[tuple[int, bool], Found], late: Found, trips: dict[bool, Found]) -> list[Floor]:
    floors = []
    for tls, name in ((False, "plain"), (True, "TLS")):
        what = f"frames a second, socket to verified book, {name}"
        floors.append(Floor(what, _frames(rates[10, tls][FATHOM]), 100_000, 300_000, at_least=True))
    floors.append(Floor(f"socket to callback, {PACE:,.0f} frames a second, p99, us", _of(late[FATHOM], "p99")))
    for market, name in ((False, "quiet"), (True, "living market")):
        found = trips[market]
        floors.append(Floor(f"add_order to response, {name}, p95, ms", _of(found[FATHOM], "add", "p95") / 1000, 5.0))
        what = f"add_order to response, {name}, p50, times the echo's"
        floors.append(Floor(what, _ratio(found, FATHOM, ECHO), goal=3.0))
    return floors


def _rate_part(found: Found, checked: Found, *, tls: bool, depth: int) -> Part:
    rows = []
    for name, rounds in found.items():
        frames = _frames(rounds)
        check = checked[name][0]
        cpu_us = median(1e6 * one["cpu_s"] / max(1, one["frames"]) for one in rounds)
        of_ours = [ours["frames"] / max(1, one["frames"]) for ours, one in zip(found[FATHOM], rounds, strict=True)]
        right = f"{check['right'] / check['seen']:.0%} of {check['seen']:,}"
        row = (name, f"{frames:,.0f}", times(median(of_ours)), microseconds(cpu_us), VERIFIES[name], right)
        rows.append(row)
    headers = ("client", "frames a second", "ours is", "CPU, us a frame", "verifies", "right")
    title = f"Socket to book, depth {depth}, {'TLS' if tls else 'without TLS'}"
    return Part(title, RATE_TEXT if (depth, tls) == (10, False) else "", Table(headers, rows))


def _latency_part(found: Found) -> Part:
    rows = []
    for name, rounds in found.items():
        spent = (f"{_of(rounds, figure):,.0f}" for figure in ("p50", "p95", "p99", "max"))
        rows.append((name, *spent, f"{_of(rounds, 'frames'):,.0f}"))
    headers = ("client", "p50, us", "p95", "p99", "max", "frames taken a second")
    return Part("Socket to callback", LATENCY_TEXT, Table(headers, rows))


def _orders_part(found: Found, *, market: bool) -> Part:
    rows = []
    for name, rounds in found.items():
        adds = (f"{_of(rounds, 'add', figure):,.0f}" for figure in ("p50", "p95", "p99"))
        cancels = (f"{_of(rounds, 'cancel', figure):,.0f}" for figure in ("p50", "p95"))
        rows.append((name, *adds, times(_ratio(found, name, ECHO)), *cancels, f"{_of(rounds, 'frames'):,.0f}"))
    headers = ("client", "add p50", "p95", "p99", "echo's p50", "cancel p50", "p95", "frames a second")
    title = "Orders, with a living market" if market else "Orders, nobody else"
    return Part(title, MARKET_TEXT if market else ORDERS_TEXT, Table(headers, rows))


def _memory_part(found: dict[str, Any]) -> Part:
    moments = ("imported", "connected", "begun", "ended")
    names = ("imported", "connected", f"{found['pairs']} pairs have come", f"after {found['frames']:,} frames")
    rows = [(name, f"{found[moment]:.1f}") for name, moment in zip(names, moments, strict=True)]
    return Part("Memory", MEMORY_TEXT, Table(("when", "MiB"), rows))


def _frames(rounds: list[dict[str, Any]]) -> float:
    return median(one["frames"] / one["seconds"] for one in rounds)


def _of(rounds: list[dict[str, Any]], *path: str) -> float:
    """Return the median of a figure over rounds."""
    figures: list[float] = []
    for found in rounds:
        figure: Any = found
        for name in path:
            figure = figure[name]
        figures.append(figure)
    return median(figures)


def _ratio(found: Found, name: str, other: str) -> float:
    """Return how many times as long an order takes, round by round."""
    pairs = zip(found[name], found[other], strict=True)
    return median(one["add"]["p50"] / beside["add"]["p50"] for one, beside in pairs)
