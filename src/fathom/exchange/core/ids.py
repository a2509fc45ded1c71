"""Ids as Kraken's: six, five and six upper-case letters and digits, the first of which says what is named.

Pure. Imports: nothing. Imported by: core, and by the exchange itself, which hands one to the bank.
"""

from random import Random
from typing import Final

ALPHABET: Final = b"0123456789ABCDFGHJKLMNPQRSTVWXYZ"  # But one vowel: no id spells a word.
# Each byte becomes one of 32 letters and digits, none more often than another.
_LETTER: Final = bytes(ALPHABET[byte % 32] for byte in range(256))


class Ids:
    """Makes ids that look random and are the same for the same seed.

    Sixteen places of 32 signs: among ten million ids the odds of two alike are below 1 in 10^10.
    """

    __slots__ = ("_amends", "_executions", "_ledger", "_orders", "_positions")

    def __init__(self, seed: int) -> None:
        # Each kind has its own chance: one more trade does not rename the orders after it.
        self._orders = Random(f"{seed}/order ids").randbytes
        self._executions = Random(f"{seed}/execution ids").randbytes
        self._ledger = Random(f"{seed}/ledger ids").randbytes
        self._positions = Random(f"{seed}/position ids").randbytes
        self._amends = Random(f"{seed}/amend ids").randbytes

    def order(self) -> str:
        """Return a new id of an order."""
        signs = self._orders(16).translate(_LETTER).decode()
        return f"O{signs[:5]}-{signs[5:10]}-{signs[10:]}"

    def execution(self) -> str:
        """Return a new id of one side of a trade."""
        signs = self._executions(16).translate(_LETTER).decode()
        return f"T{signs[:5]}-{signs[5:10]}-{signs[10:]}"

    def ledger(self) -> str:
        """Return a new id of a ledger entry."""
        signs = self._ledger(16).translate(_LETTER).decode()
        return f"L{signs[:5]}-{signs[5:10]}-{signs[10:]}"

    def position(self) -> str:
        """Return a new id of a margin position."""
        signs = self._positions(16).translate(_LETTER).decode()
        return f"T{signs[:5]}-{signs[5:10]}-{signs[10:]}"

    @staticmethod
    def original(order_id: str) -> str:
        """Return the id of the row that says how an order began: always the same, whenever it is asked for."""
        signs = Random(f"{order_id}/original").randbytes(16).translate(_LETTER).decode()
        return f"T{signs[:5]}-{signs[5:10]}-{signs[10:]}"

    def amend(self) -> str:
        """Return a new id of an amend."""
        signs = self._amends(16).translate(_LETTER).decode()
        return f"T{signs[:5]}-{signs[5:10]}-{signs[10:]}"
