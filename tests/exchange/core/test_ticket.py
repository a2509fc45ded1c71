"""core/ticket.py: the defaults are Kraken's."""

from fathom.exchange.core import Amendment, Conditional, Replacement, Ticket


def test_defaults() -> None:
    ticket = Ticket(symbol="BTC/USD", side="buy", order_type="limit")
    assert (ticket.time_in_force, ticket.stp_type, ticket.trigger_reference) == ("gtc", "cancel_newest", "last")
    assert (ticket.leverage, ticket.post_only, ticket.reduce_only, ticket.trigger_price_type) == (
        0,
        False,
        False,
        "static",
    )
    assert Conditional(order_type="limit").limit_price_type == "static"
    assert Amendment().order_qty is None
    assert not Replacement(symbol="BTC/USD").post_only
