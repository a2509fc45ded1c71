"""Orders, from what a user wrote to what became of them.

`orders` has the way of a request, `paths` the two ways it can go; `lookup` finds out what became of one without an
answer.

Imports: domain, protocol; events, feeds, hearing, running. Imported by: safety, kraken.
"""
