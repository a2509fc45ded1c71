"""Brackets and execution algorithms: what is wanted, over time, of one intention."""

from fathom.execution.execution import ALGOS_MAX, Execution

__all__ = ["ALGOS_MAX", "Execution"]
