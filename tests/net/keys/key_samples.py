"""Keys for tests: nobody's, but of the right form."""

from base64 import b64encode
from random import Random

# Kraken's own worked example (rest.md 2).
OFFICIAL_SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="


def some_secret(seed: str) -> str:
    return b64encode(Random(seed).randbytes(64)).decode()


def some_key(seed: str) -> str:
    return b64encode(Random(f"key {seed}").randbytes(42)).decode()
