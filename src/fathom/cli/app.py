"""The command line: arguments in, exit codes out. Each command's module is imported when the command is used.

Imports: domain, version; the commands by name. Imported by: the `fathom` script and `python -m fathom`.
"""

import errno
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Final

from fathom.version import VERSION

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130
FULL: Final = (errno.ENOSPC, errno.EDQUOT)

COMMANDS: Final = {
    "backtest": ("fathom.cli.backtest:backtest", "Run a bot over recorded markets."),
    "check": ("fathom.cli.check:check", "Say what a bot's file would run, and every limit in force."),
    "compare": (
        "fathom.cli.compare:compare",
        "Compare two runs of one bot, order by order, with the reason for each difference.",
    ),
    "data": ("fathom.cli.data:data", "Recorded markets as columns: compile, fetch, ask."),
    "demo": ("fathom.cli.demo:demo", "Watch a bot trade on a Kraken of its own, and come through two faults."),
    "doctor": (
        "fathom.cli.doctor:doctor",
        "Say what is wrong with this machine, the network, the key, and what to do.",
    ),
    "exchange": ("fathom.cli.exchange:exchange", "Run a Kraken on this machine, with a living market."),
    "kill": ("fathom.cli.kill:kill", "Cancel every order now, and halt every bot."),
    "new": ("fathom.cli.new:new", "Write a strategy that works, with its bot.toml and its test."),
    "order": ("fathom.cli.order:order", "Place, change and cancel orders."),
    "orders": ("fathom.cli.orders:orders", "Show the open orders of a bot that runs, or the life of one order."),
    "record": ("fathom.cli.record:record", "Record raw frames into a folder, until Ctrl-C."),
    "replay": ("fathom.cli.replay:replay", "Run a journal again and compare it byte for byte."),
    "report": ("fathom.cli.report:report", "Say what a run came to, from its journal."),
    "rest": ("fathom.cli.rest:rest", "Call an endpoint of the REST API."),
    "resume": ("fathom.cli.resume:resume", "Let a halted bot trade again."),
    "run": ("fathom.cli.run:run", "Run a bot from its file, until Ctrl-C or SIGTERM."),
    "set": ("fathom.cli.set:set_limits", "Change limits of a bot while it runs."),
    "status": ("fathom.cli.status:status", "Say how a bot that runs is doing."),
    "stop": ("fathom.cli.stop:stop", "End a bot in good order, as SIGTERM does."),
    "sweep": ("fathom.cli.sweep:sweep", "Search a bot's parameters over recorded markets."),
    "verify": ("fathom.cli.verify:verify", "Verify the checksums of recorded book frames."),
    "ws": ("fathom.cli.ws:ws", "Watch a channel of the WebSocket."),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words == ["--version"]:
        sys.stdout.write(f"fathom {VERSION}\n")
        return OK
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # A terminal without our signs shows `?` for them.
    debug = "--debug" in words
    try:
        return _run([word for word in words if word != "--debug"])
    except KeyboardInterrupt:
        if debug:
            raise
        return _said("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`). Nothing is wrong, and nobody is left to tell.
        _write_nowhere()
        return OK
    except Exception as error:  # noqa: BLE001 - Everything ends here, as one line.
        if debug:
            import traceback  # noqa: PLC0415 - Only where it is needed: start-up time.

            sys.stderr.write(_without_secrets(traceback.format_exc()))
            return FAILED
        from fathom.domain import FathomError  # noqa: PLC0415 - Only where it is needed: start-up time.

        if isinstance(error, FathomError):
            return _said(_without_secrets(str(error)), FAILED)
        if isinstance(error, OSError) and error.errno in FULL:
            _write_nowhere()
            return _said(f"{error.filename or 'stdout'}: cannot be written: {error.strerror}", FAILED)
        text = _without_secrets(f"{type(error).__name__}: {error}")
        return _said(f"this is a bug in fathom: {text} (--debug shows where)", FAILED)


def _run(words: list[str]) -> int:
    from cyclopts import App, CycloptsError  # noqa: PLC0415 - Takes a while; `--version` does without.

    app = App(
        name="fathom",
        help="An autonomous trading system for Kraken. `--debug` anywhere shows the traceback of an error.",
        version=f"fathom {VERSION}",
        help_format="plaintext",  # Markdown would cost 30 ms of start-up.
        result_action="return_value",
        suppress_keyboard_interrupt=False,  # `main` says it, in its own words and status.
    )
    for name, (path, summary) in COMMANDS.items():
        # Its own help, which is longer, where it is the one that is called: that imports it.
        app.command(path, name=name, help=None if words[:1] == [name] else summary)
    try:
        status = app(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        return _said(" ".join(str(error).split()), USAGE)
    sys.stdout.flush()  # Here, where a reader that has gone is no surprise.
    return status if isinstance(status, int) else OK


def _write_nowhere() -> None:
    """Let the flush at exit, which would fail again, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _without_secrets(text: str) -> str:
    """Return the text without what a key that this process has read must not show."""
    scrubbing = sys.modules.get("fathom.run.scrubbing")  # Not there: no key was read.
    return text if scrubbing is None else str(scrubbing.scrubbed(text))


def _said(sentence: str, status: int) -> int:
    sys.stderr.write(f"error: {sentence}\n")
    return status
