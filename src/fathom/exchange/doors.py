"""What the exchange and the sockets say to each other; `net` knows the same types from `protocol`.

Pure. Imports: protocol. Imported by: every door of the exchange.
"""

from fathom.protocol import Conversation, HttpAnswer, HttpRequest, Role, Upgrade, Wire

__all__ = ["Conversation", "HttpAnswer", "HttpRequest", "Role", "Upgrade", "Wire"]
