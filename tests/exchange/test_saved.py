"""Which documents are read, and what is said of the others."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.exchange.listing import Listing
from fathom.exchange.saved import Saved, load
from saved_exchange import SYMBOLS, SavedExchange, lively

CONTENT = lively().content()
# What may stand in a place where it should not.
VALUES: tuple[Any, ...] = (None, True, -1, 0, 1, 2**70, 1.5, "", "x", "NaN", "1E+999999999", [], {}, [1], {"BTC": 1})

Edit = Callable[[dict[str, Any]], object]


def read(content: bytes, *, symbols: tuple[str, ...] = SYMBOLS) -> Saved:
    return load(content, listing=Listing.of(symbols))


def said(content: bytes, *, symbols: tuple[str, ...] = SYMBOLS) -> str:
    """Return the sentence of the refusal."""
    with pytest.raises(LocalError) as caught:
        read(content, symbols=symbols)
    assert caught.value.field == "state"
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def edited(edit: Edit) -> bytes:
    document = json.loads(CONTENT)
    edit(document)
    return json.dumps(document).encode()


def test_it_is_json_with_a_line_a_row() -> None:
    document = json.loads(CONTENT)
    assert list(document)[:4] == ["format", "version", "run", "saved_ns"]
    lines = CONTENT.decode().splitlines()
    for account in document["accounts"]:
        for entry in account["ledger"]:
            assert json.dumps(entry, separators=(",", ":")) in {line.rstrip(",") for line in lines}
    assert document["accounts"][0]["balances"]["BTC"] == "5.2500000000"


def test_it_says_when_and_after_how_many_runs() -> None:
    exchange = lively()
    saved = read(exchange.again().again().content())
    assert (saved.run, saved.saved_ns) == (2, exchange.now_ns)


def test_a_person_may_edit_it() -> None:
    saved = read(edited(lambda document: document["accounts"][0]["balances"].update(BTC="7", USD="1E+3")))
    assert saved.units("BTC", saved.accounts[0].balances["BTC"]) == 70_000_000_000
    assert saved.units("USD", saved.accounts[0].balances["USD"]) == 10_000_000


def test_secrets_are_not_shown() -> None:
    saved = read(CONTENT)
    assert saved.keys[0].secret
    assert saved.keys[0].secret not in repr(saved)
    assert "s3cret" not in repr(saved)


NOT_ONE = [
    (b"", "is damaged: "),
    (b"\x00\x01", "is damaged: "),
    (b'{"format": "\xff"}', "is damaged: "),
    (b"[]", "is damaged: "),
    (b"null", "is damaged: "),
    (b"[" * 200_000, "is damaged: "),
    (b'{"x":' * 200_000, "is damaged: "),
    (b"{}", "is not the state of an exchange"),
    (b'{"format": "another", "version": 1}', "is not the state of an exchange"),
    (msgspec.msgpack.encode(json.loads(CONTENT)), "is damaged: "),
    (CONTENT[: len(CONTENT) // 2], "is damaged: "),
    (CONTENT + b"{}", "is damaged: "),
    (CONTENT.replace(b'"version": 1', b'"version": 2'), "has version 2 of the form, and this fathom reads version 1"),
    (CONTENT.replace(b'"tier": "pro"', b'"tier": "best"'), "is damaged: "),
    (CONTENT.replace(b'"qty_lots":50000000', b'"qty_lots":5e7x'), "is damaged: "),
]


@pytest.mark.parametrize(("content", "sentence"), NOT_ONE)
def test_what_is_no_state(content: bytes, sentence: str) -> None:
    assert sentence in said(content)


def alice(document: dict[str, Any]) -> dict[str, Any]:
    account: dict[str, Any] = document["accounts"][0]
    return account


DAMAGE: list[tuple[str, Edit]] = [
    ("unknown field", lambda document: document.update(more=1)),
    ("unknown field", lambda document: alice(document).update(more=1)),
    ("unknown field", lambda document: alice(document)["closed"][0].update(more=1)),
    ("unknown field", lambda document: document["keys"][0].update(more=1)),
    ("missing required field `keys`", lambda document: document.pop("keys")),
    ("missing required field `order_id`", lambda document: alice(document)["closed"][0].pop("order_id")),
    ("the account alice is there twice", lambda document: document["accounts"].append(alice(document))),
    ("the account fees is there twice", lambda document: alice(document).update(name="fees")),
    ("the order ", lambda document: alice(document)["closed"].append(alice(document)["closed"][0])),
    ("closed and has status new", lambda document: alice(document)["closed"][0].update(status="new")),
    ("the position ", lambda document: alice(document)["positions"].append(alice(document)["positions"][0])),
    ("is not open", lambda document: alice(document)["positions"].append(alice(document)["positions_closed"][0])),
    ("is not open", lambda document: alice(document)["positions"][0].update(leverage=0)),
    ("a key is of nobody", lambda document: document["keys"][0].update(account="nobody")),
    ("is no base64", lambda document: document["keys"][0].update(secret="é")),
    ("is no base64", lambda document: document["keys"][0].update(secret="abc")),
    ("has the permission fly", lambda document: document["keys"][0]["permissions"].append("fly")),
    ("is there twice", lambda document: document["keys"].append(document["keys"][0])),
    ("is no amount of BTC", lambda document: alice(document)["balances"].update(BTC="0.00000000001")),
    ("is no amount of BTC", lambda document: alice(document)["balances"].update(BTC="1E+999999999")),
    ("is no amount of BTC", lambda document: alice(document)["balances"].update(BTC="Infinity")),
    ("is no amount of BTC", lambda document: alice(document)["balances"].update(BTC="1E-999999999")),
    ("how many decimals BTC has", lambda document: document["assets"].pop("BTC")),
    ("which precisions BTC/USD has", lambda document: document["pairs"].pop("BTC/USD")),
    ("price_precision", lambda document: document["pairs"]["BTC/USD"].update(price_precision=99)),
    ("next_trade_id", lambda document: document["pairs"]["BTC/USD"].update(next_trade_id=0)),
]


@pytest.mark.parametrize(("words", "edit"), DAMAGE, ids=[words for words, _ in DAMAGE])
def test_damage_is_said(words: str, edit: Edit) -> None:
    sentence = said(edited(edit))
    assert sentence.startswith("state: is damaged: ")
    assert words in sentence


def test_what_this_run_does_not_list() -> None:
    assert said(CONTENT, symbols=("BTC/USD", "EUR/USD", "ETH/USD")).startswith(
        "state: has DOGE, which this run does not"
    )
    # Without the asset: the pair alone is missing.
    exchange = SavedExchange(symbols=("BTC/USD", "BTC/EUR"))
    account = exchange.open("alice", EUR="100000")
    exchange.fill(account, "buy", "0.5", "60000", "BTC/EUR")
    assert said(exchange.content(), symbols=("BTC/USD",)).startswith("state: has orders in BTC/EUR, which this run")


def test_other_decimals() -> None:
    content = edited(lambda document: document["assets"].update(BTC=8))
    assert said(content) == "state: has BTC with 8 decimals, and this fathom 10"


# -- Anything ------------------------------------------------------------------------------------------------


def survives(content: bytes) -> bool:
    """Tell whether it is read; then a run must go on from it."""
    try:
        read(content)
    except LocalError:
        return False
    exchange = SavedExchange(content)
    exchange.bank.check()
    assert read(exchange.content()).run == exchange.run
    return True


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(CONTENT) - 2))
def test_a_part_of_one_is_none(length: int) -> None:
    assert not survives(CONTENT[:length])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(CONTENT) - 1), st.integers(0, 255))
def test_any_byte_may_be_wrong(place: int, byte: int) -> None:
    survives(CONTENT[:place] + bytes([byte]) + CONTENT[place + 1 :])


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container and key of a document."""
    for key, part in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(part, dict | list):
            yield from places(part)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(VALUES))
def test_anything_may_stand_anywhere(seed: int, value: Any) -> None:
    document = json.loads(CONTENT)
    container, key = Random(seed).choice(list(places(document)))
    container[key] = value
    survives(json.dumps(document).encode())


def test_nothing_wrong_is_read() -> None:
    assert survives(CONTENT)
