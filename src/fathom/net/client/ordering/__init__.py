"""Orders, from what a user wrote to what became of them.

`orders` has every method, `sending` the way of a request and `paths` the two ways it can go; `adding`, `amending` and
`cancels` say what each kind of request is, with the `means` that all of them need; `lookup` finds out what became of
one without an answer.

Imports: domain, protocol; events, feeds, hearing, running. Imported by: safety, kraken.
"""
