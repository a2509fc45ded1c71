"""Arguments in, exit codes out; calls run."""

from fathom.cli.app import main

__all__ = ["main"]
