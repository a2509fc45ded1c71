"""REST: every endpoint of the reference, with its signatures, permissions, counters and errors.

Front door.

Pure. Imports: its own files. Imported by: exchange; `METHODS` also by what draws the documents.
"""

from fathom.exchange.rest.door import RequestFaults, RestDoor
from fathom.exchange.rest.methods import METHODS, PrivateMethod, PublicMethod

__all__ = ["METHODS", "PrivateMethod", "PublicMethod", "RequestFaults", "RestDoor"]
