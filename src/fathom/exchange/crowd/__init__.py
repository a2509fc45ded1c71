"""Who moves the market when no client does: seeded participants, or a recording.

Front door of the crowd.

Pure. Imports: its own files. Imported by: exchange.
"""

from fathom.exchange.crowd.crowd import Crowd
from fathom.exchange.crowd.frames import symbols_in
from fathom.exchange.crowd.playback import Playback
from fathom.exchange.crowd.recorded import CsvTrades, Recorded, RecordedFrame, RecordedTrade

__all__ = ["Crowd", "CsvTrades", "Playback", "Recorded", "RecordedFrame", "RecordedTrade", "symbols_in"]
