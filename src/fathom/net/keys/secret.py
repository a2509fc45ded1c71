"""A text that nobody sees by accident.

Imports: nothing. Imported by: this folder.
"""

import hmac
from typing import Any, Final, NoReturn

SHOWN: Final = "<secret>"


class Secret:
    """A secret text: every way of showing an object says `<secret>`, and `reveal` is the one way to it.

    A frame of a traceback that shows its locals calls `repr`: so whoever reads a secret wraps it at once.
    """

    __slots__ = ("_text",)

    def __init__(self, text: "str | Secret") -> None:
        self._text = text.reveal() if isinstance(text, Secret) else text

    def reveal(self) -> str:
        """Return the text. Call it in the argument where it is used, and give it no name."""
        return self._text

    def __repr__(self) -> str:
        return SHOWN

    def __format__(self, spec: str) -> str:
        return SHOWN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    __hash__ = None  # type: ignore[assignment]  # A hash of a short secret would tell it.

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled: it stays in the process that read it")


class SecretBytes(bytes):
    """Bytes that sign like any others, and show nothing of themselves."""

    __slots__ = ()

    def __repr__(self) -> str:
        return SHOWN

    def __str__(self) -> str:
        return SHOWN

    def __format__(self, spec: str) -> str:
        return SHOWN

    def __copy__(self) -> "SecretBytes":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "SecretBytes":
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled: it stays in the process that read it")
