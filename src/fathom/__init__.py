"""fathom: an autonomous trading system for Kraken, built on its WebSocket v2.

Nothing is imported here, so that `fathom --help` stays quick: `from fathom.kernel import L2Book`, and so on.
"""

from fathom import version

__version__ = version.VERSION

__all__ = ["__version__"]
