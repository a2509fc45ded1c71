"""Makes importable the stages beside this file, and the campaign of tools/: the bot in this world, and its judge."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "tools")]
