"""What a run came to: collected from its log, told as text, as JSON, and as one page that needs nothing else."""

from fathom.ui.report.drawing import Drawing
from fathom.ui.report.page import page
from fathom.ui.report.text import tables
from fathom.ui.report.told import Extra, RunTold

__all__ = ["Drawing", "Extra", "RunTold", "page", "tables"]
