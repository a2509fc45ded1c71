"""What a client hears, for whoever reads it: subscriptions, streams, books, trades, our own orders and fills.

Bytes and messages come in from `hearing`; nothing here opens a connection or sends an order.

Imports: domain, kernel, protocol, link; events. Imported by: every other file of client.
"""
