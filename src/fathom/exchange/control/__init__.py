"""The control API: what a rehearsal needs and no venue offers. Never on a trading port.

Front door.

Pure. Imports: its own files. Imported by: exchange.
"""

from fathom.exchange.control.door import ControlDoor, Controlled

__all__ = ["ControlDoor", "Controlled"]
