from typing import Final

VERIFIED: Final = 1
MISMATCH: Final = 2
UNCHECKED: Final = 3

CROSSED: Final = 1
OUT_OF_ORDER: Final = 2
TOO_DEEP: Final = 4
UNKNOWN_ORDER: Final = 8

class FrameRefused(ValueError): ...
