"""`fathom rest`: one call of any endpoint, its result as Kraken wrote it.

I/O: writes to stdout, stderr and a file. Imports: domain, net, protocol; confirming, reaching, where. Imported by: cli.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from fathom.domain import FathomError, LocalError
from fathom.net import RestClient, RestTerms
from fathom.protocol import budget, rest
from fathom.run.confirming import confirmed, need_somebody
from fathom.run.reaching import CLOSE_S_MAX, reach
from fathom.run.where import Where

# These change something, and nothing that anybody could miss.
HARMLESS: Final = frozenset({"AddExport", "RemoveExport", "DepositAddresses"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RestCommand:
    """The command line as given."""

    endpoint: str
    params: tuple[str, ...] = ()
    yes: bool = False
    output: Path | None = None
    where: Where = field(default_factory=Where)


async def call_rest(command: RestCommand) -> int:
    """Make the call and print its result; return the exit status. Raises what stood in the way."""
    request = rest.build_request(command.endpoint, _texts(command.params))
    facts = request.endpoint
    if asks(request):
        need_somebody(yes=command.yes)
    if facts.binary and command.output is None and sys.stdout.isatty():
        raise LocalError("output", f"{facts.name} answers with a file: name one by --output, or redirect it")
    reached = await reach(command.where, key=facts.private)
    if asks(request) and not command.yes:
        said = "  ".join(command.params) or "no parameters"
        sys.stderr.write(f"{facts.name} at {reached.shown}\n  {said}\n")
        if not await confirmed(f"Do it? It {'changes orders' if facts.order else 'moves money'}."):
            raise FathomError("nothing was sent")
    terms = RestTerms(close_s=CLOSE_S_MAX)
    async with RestClient(reached.venue, credentials=reached.credentials, terms=terms) as client:
        answered = await client.ask(request)
    for warning in answered.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    _print(answered.raw, command.output, binary=facts.binary)
    return 0


def asks(request: rest.RestRequest[Any] | type[rest.RestRequest[Any]]) -> bool:
    """Tell whether a call must be confirmed: it changes orders, or moves money."""
    facts = request.endpoint
    if facts.name in HARMLESS or getattr(request, "validate", False) is True:
        return False
    return facts.order or not facts.repeatable


def endpoint_rows() -> Iterator[tuple[str, str, str, str]]:
    """Return for each endpoint its name, the permission it needs, what it costs, and what it is for."""
    for name, request in rest.ENDPOINTS.items():
        facts = request.endpoint
        if not facts.private:
            needs, costs = "no key", "by address"
        else:
            needs = " and ".join(filter(None, (" or ".join(facts.any_of), " and ".join(facts.all_of)))) or "a key"
            points = budget.points(budget.call_parts(name.rsplit("/", 1)[-1]))
            costs = "order limits" if facts.counter == "order" else f"{points:f}"
        about = (request.__doc__ or "").strip().splitlines()[0]
        yield name, needs, costs, about


def print_endpoints() -> int:
    """Print the table of endpoints."""
    rows = [("endpoint", "permission", "cost", ""), *endpoint_rows()]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        sys.stdout.write("  ".join((*cells, row[3])).rstrip() + "\n")
    sys.stdout.flush()
    return 0


def parameters_of(name: str) -> str:
    """Return the parameters of an endpoint in one sentence. Raises LocalError, with the nearest names, for another."""
    if name not in rest.ENDPOINTS:
        rest.build_request(name, {})
    found = rest.parameters(rest.ENDPOINTS[name])
    needed = [f"{param}=" for param, one in found.items() if one.required]
    others = [f"[{param}=]" for param, one in found.items() if not one.required]
    return " ".join((name, *needed, *others))


def _texts(params: Sequence[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for param in params:
        name, equals, text = param.partition("=")
        if not equals or not name:
            raise LocalError("parameter", f"{param[:60]!r} must be name=value")
        if name in texts:
            raise LocalError(name, "is given twice: put commas between the parts of a list")
        texts[name] = text
    return texts


def _print(raw: bytes, output: Path | None, *, binary: bool) -> None:
    """Write the result: pretty for a person, on one line for a pipe, a file as it is."""
    if not binary:
        people = output is None and sys.stdout.isatty()
        raw = msgspec.json.format(raw, indent=2 if people else -1) + b"\n"
    if output is not None:
        try:
            output.write_bytes(raw)
        except OSError as error:
            raise LocalError("output", f"cannot write {output}: {error.strerror or error}") from None
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()
