"""`python tools/extra.py NAME`: print what an extra of pyproject.toml needs, a line each, for `pip install -r`.

An extra adds libraries and nothing of ours: asking pip for `.[NAME]` would compile the kernel once more.

Run by the Makefile.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def main() -> None:
    """Print them, or say which extras there are."""
    extras = tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"]
    match sys.argv[1:]:
        case [name] if name in extras:
            print("\n".join(extras[name]))
        case _:
            sys.exit(f"usage: python tools/extra.py NAME, with one of: {', '.join(extras)}")


if __name__ == "__main__":
    main()
