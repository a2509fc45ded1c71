"""The version, alone: the build reads it, and `fathom --version` answers without importing anything else."""

from typing import Final

VERSION: Final = "0.1.0"
