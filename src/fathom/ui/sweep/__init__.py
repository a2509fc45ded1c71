"""What a sweep over parameters came to: told as text, as JSON, and as one page that needs nothing else."""

from fathom.ui.sweep.page import sweep_page
from fathom.ui.sweep.text import sweep_tables
from fathom.ui.sweep.told import (
    DeflatedTold,
    DimensionTold,
    FailureTold,
    FoldTold,
    HeldOutTold,
    NeighbourhoodTold,
    NeighbourTold,
    SweepTold,
    TrialTold,
)

__all__ = [
    "DeflatedTold",
    "DimensionTold",
    "FailureTold",
    "FoldTold",
    "HeldOutTold",
    "NeighbourTold",
    "NeighbourhoodTold",
    "SweepTold",
    "TrialTold",
    "sweep_page",
    "sweep_tables",
]
