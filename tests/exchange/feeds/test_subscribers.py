"""Tests of the topics' words: they are the protocol's."""

from typing import get_args

from fathom.exchange.feeds import subscribers
from fathom.protocol.messages import BookDepth, EventTrigger, Level3Depth, OhlcInterval


def test_the_words_are_those_of_the_documents() -> None:
    assert get_args(BookDepth) == subscribers.BOOK_DEPTHS
    assert get_args(Level3Depth) == subscribers.LEVEL3_DEPTHS
    assert get_args(EventTrigger) == subscribers.EVENT_TRIGGERS
    assert get_args(OhlcInterval) == subscribers.INTERVALS
