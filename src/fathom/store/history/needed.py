"""The extra that columns need, asked for by its name where it is missing.

Imports: domain. Imported by: the front door, and all that works with columns.
"""

from importlib import import_module
from typing import Any, Final

from fathom.domain import LocalError

EXTRA: Final = "history"


def need_history(module: str) -> Any:
    """Import a module of the extra. Raises LocalError, saying how to install it, where it is missing."""
    try:
        return import_module(module)
    except ImportError as error:
        raise LocalError(
            module.split(".", maxsplit=1)[0], f"is not installed: pip install 'fathom-trader[{EXTRA}]'"
        ) from error
