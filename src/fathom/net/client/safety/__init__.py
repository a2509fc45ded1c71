"""The dead man's switch, and how a client leaves.

Imports: domain, protocol; events, feeds, ordering, running. Imported by: kraken.
"""
