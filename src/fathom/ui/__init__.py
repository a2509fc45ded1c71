"""What a person sees of a run."""

from fathom.ui.screen import line, screen
from fathom.ui.watch import Watch

__all__ = ["Watch", "line", "screen"]
