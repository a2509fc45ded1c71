"""Composition: what a command does, put together from the rooms below.

Each command's file is imported when the command is used, so that `fathom --help` stays quick: import from the files.
"""

__all__: list[str] = []
