"""The fields of an order event, which are texts (websocket-v1.md 6), read one by one.

The first that does not fit is the event's refusal; whoever reads asks for it once, at the end. Fields that nobody
reads are let pass: old clients send some that mean nothing any more.

Pure. Imports: domain, protocol's times, bank's refusal, core's price words, texts. Imported by: tickets, trading.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

from fathom.domain import RemoteError
from fathom.exchange.bank import Refusal
from fathom.exchange.core.price_words import PriceWord, plain_number, relative_price
from fathom.exchange.v1.texts import invalid
from fathom.protocol import SECOND_NS, parse_time

TEXT_LENGTH_MAX: Final = 256  # Ids, tokens, words: none is near it.
NAMES_MAX: Final = 1_000  # Orders of one cancelOrder, each of which is answered; more are refused.
_Word = TypeVar("_Word")
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_MOMENT: Final = re.compile(r"(\+?)([0-9]{1,10})(?:\.([0-9]{1,9}))?", re.ASCII)
_FLAGS: Final[Mapping[object, bool]] = {"true": True, "1": True, "false": False, "0": False, "": False}
_LEVERAGE: Final = re.compile(r"([0-9]{1,4})(?::1)?", re.ASCII)


class Words:
    """One event's fields. A field that is absent, null or empty is not there."""

    __slots__ = ("_fields", "refusal")

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self.refusal: Refusal | None = None

    def refuse(self, name: str) -> None:
        """Note that this field does not fit, unless an earlier one did not."""
        self.refusal = self.refusal or Refusal(invalid(name))

    def text(self, name: str, *, needed: bool = False) -> str | None:
        """Return a text."""
        value = self._fields.get(name)
        if value is None or value == "":
            if needed:
                self.refuse(name)
            return None
        if type(value) is str and len(value) <= TEXT_LENGTH_MAX:
            return value
        self.refuse(name)
        return None

    def one_of(self, name: str, words: Mapping[str, _Word]) -> _Word | None:
        """Return what one of these words means."""
        text = self.text(name)
        if text is None:
            return None
        if text not in words:
            self.refuse(name)
        return words.get(text)

    def number(self, name: str, *, needed: bool = False) -> Decimal | None:
        """Return a number without a sign."""
        text = self.text(name, needed=needed)
        number = None if text is None else plain_number(text)
        if text is not None and number is None:
            self.refuse(name)
        return number

    def price(self, name: str, *, needed: bool = False) -> PriceWord | None:
        """Return a price, which may be relative."""
        text = self.text(name, needed=needed)
        word = None if text is None else relative_price(text)
        if text is not None and word is None:
            self.refuse(name)
        return word

    def whole(self, name: str, *, needed: bool = False) -> int | None:
        """Return a whole number, as a text or, as some clients send it, as a number."""
        value = self._fields.get(name)
        if type(value) is int:
            return value
        text = self.text(name, needed=needed)
        if text is None:
            return None
        if _WHOLE.fullmatch(text) is None:
            self.refuse(name)
            return None
        return int(text)

    def leverage(self, name: str) -> int:
        """Return `5` or `5:1`, also as a number; 0 for none."""
        value = self._fields.get(name)
        if value is None or value in ("", "none"):
            return 0
        match = _LEVERAGE.fullmatch(str(value)) if type(value) in {int, str} else None
        if match is None:
            self.refuse(name)
            return 0
        return int(match[1])

    def flag(self, name: str) -> bool:
        """Return true or false, also as the texts that clients of several languages send."""
        value = self._fields.get(name)
        if value is None or type(value) is bool:
            return bool(value)
        meaning = _FLAGS.get(value.lower()) if type(value) is str else None
        if meaning is None:
            self.refuse(name)
        return bool(meaning)

    def flags(self, name: str, known: frozenset[str]) -> frozenset[str]:
        """Return the words of a list with commas, all of which must be known."""
        text = self.text(name)
        words = frozenset(word.strip() for word in text.split(",")) - {""} if text is not None else frozenset()
        if not words <= known:
            self.refuse(name)
        return words

    def moment(self, name: str, *, now_ns: int) -> int | None:
        """Return a time of UNIX seconds, or `+` seconds from now, as ns; `0` is none."""
        text = str(value) if type(value := self._fields.get(name)) is int else self.text(name)
        if text is None or text == "0":
            return None
        match = _MOMENT.fullmatch(text)
        if match is None:
            self.refuse(name)
            return None
        after, seconds, fraction = match.groups()
        return int(seconds) * SECOND_NS + int((fraction or "").ljust(9, "0")) + (now_ns if after else 0)

    def time(self, name: str) -> int | None:
        """Return a time of RFC 3339 as ns."""
        text = self.text(name)
        try:
            return None if text is None else parse_time(text)
        except RemoteError:
            self.refuse(name)
            return None

    def names(self, name: str) -> Sequence[str]:
        """Return the texts of a list, or of a single text; userrefs may come as numbers."""
        value = self._fields.get(name)
        if value is None or value == "":
            return ()
        listed = value if type(value) is list else [value]
        names = [str(one) if type(one) is int else one for one in listed]
        if len(names) > NAMES_MAX or not all(type(one) is str and 0 < len(one) <= TEXT_LENGTH_MAX for one in names):
            self.refuse(name)
            return ()
        return names
