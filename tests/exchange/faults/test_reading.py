"""A fault file is read whole or refused with one sentence that names the table and the key."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.exchange.faults.kinds import KINDS
from fathom.exchange.faults.reading import FAULTS_MAX, FILE_BYTES_MAX, checked, read_fault, read_faults
from fathom.exchange.faults.spec import FaultSpec


def test_a_file_is_its_tables_in_order() -> None:
    specs = read_faults(b'[[fault]]\nkind = "drop"\nat_s = 10\nshare = 0.1\n\n[[fault]]\nkind = "delay"\n')
    assert specs == (FaultSpec(kind="drop", at_s=10.0, share=0.1), FaultSpec(kind="delay", delay_s=1.0))


def test_an_empty_file_has_no_faults() -> None:
    assert read_faults(b"# nothing yet\n") == ()


def one(table: str) -> bytes:
    return f'[[fault]]\nkind = "drop"\n\n[[fault]]\n{table}\n'.encode()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"\xff", "faults: the file is not TOML: "),
        (b"[[fault]]\nkind = ", "faults: the file is not TOML: "),
        (b"x = " + b"9" * 5000, "faults: the file is not TOML: "),
        (b" " * (FILE_BYTES_MAX + 1), "faults: the file must have at most 1048576 bytes, not 1048577"),
        (b"[[faults]]\n", "faults: 'faults' does not belong there: every table is [[fault]]"),
        (b"fault = 1\n", "faults: fault must be tables: write [[fault]] above each"),
        (b"fault = [1]\n", "faults: fault must be tables: write [[fault]] above each"),
        (b'[[fault]]\nkind="drop"\n' * (FAULTS_MAX + 1), "faults: there may be 1000 at most, not 1001"),
        (one(""), "fault 2, kind: is required; there are drop, duplicate, "),
        (one("kind = 1"), "fault 2, kind: 1 is no kind of fault; there are drop, "),
        (one('kind = "dorp"'), "fault 2, kind: 'dorp' is no kind of fault; there are drop, "),
        (one('kind = "drop"\ndelay = 1'), "fault 2, delay: is no key of drop, which takes at_s, for_s, count, every, "),
        (one('kind = "drop"\n"a\\nb" = 1'), "fault 2, 'a\\nb': is no key of drop, "),
        (one('kind = "drop"\nshare = 1.5'), "fault 2, share: must be a number above 0, at most 1, not 1.5"),
        (one('kind = "drop"\nshare = nan'), "fault 2, share: must be a number above 0, at most 1, not nan"),
        (one('kind = "drop"\ncount = 0'), "fault 2, count: must be a whole number from 1 to 1000000000, not 0"),
        (one('kind = "drop"\nat_s = -1'), "fault 2, at_s: must be a number from 0, at most 31622400, not -1"),
        (one('kind = "drop"\nchannel = "books"'), "fault 2, channel: must be one of ticker, book, trade, "),
        (
            one('kind = "wrong_checksum"\nchannel = "trade"'),
            "fault 2, channel: must be one of book, level3, not 'trade'",
        ),
        (one('kind = "close"\ncode = 1005'), "fault 2, code: must be one of 1000, 1001, 1002, 1003, 1006, 1007, "),
        (one('kind = "late_answer"\nmethod = "AddExport"'), "fault 2, method: must be one of add_order, amend_order, "),
        (one('kind = "refuse"'), "fault 2, text: is required for refuse: it must be a text of 1 to 120 characters on "),
        (one('kind = "rest_lag"'), "fault 2, s: is required for rest_lag: it must be a number from 0, at most 60"),
        (one('kind = "rest_lag"\ns = 61'), "fault 2, s: must be a number from 0, at most 60, not 61"),
        (
            one('kind = "rest_lag"\ns = 5\nshare = 0.5'),
            "fault 2, share: is no key of rest_lag, which takes at_s, for_s, s",
        ),
        (one('kind = "system"'), "fault 2, status: is required for system, or a cycle, and not both"),
        (one('kind = "system"\nstatus = "gone"'), "fault 2, status: must be one of online, post_only, limit_only, "),
        (one('kind = "system"\ncycle = [["maintenance", 5]]\nfor_s = 9'), "fault 2, for_s: contradicts cycle, "),
        (one('kind = "rescale"\nsymbol = "BTC/USD"'), "fault 2, price_precision: is required for rescale, or qty_pre"),
        (one('kind = "pair_status"\nsymbol = "BTC/USD"'), "fault 2, status: is required for pair_status: it must be "),
        (
            one('kind = "dead_man"\naccount = "a"\nfor_s = 2'),
            "fault 2, for_s: is no key of dead_man, which takes at_s, a",
        ),
        (
            one(f'kind = "drop"\nsymbol = "{"x" * 500}"'),
            "fault 2, symbol: must be a text of 1 to 32 characters on one ",
        ),
    ],
)
def test_a_mistake_is_one_sentence(text: bytes, error: str) -> None:
    with pytest.raises(LocalError) as refused:
        read_faults(text)
    said = str(refused.value)
    assert said.startswith(error)
    assert "\n" not in said
    assert len(said) < 600


def test_a_fault_of_the_control_api_has_no_number() -> None:
    with pytest.raises(LocalError, match=r"^share: must be"):
        read_fault({"kind": "drop", "share": 2})


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_read_is_read_again_as_it_is(kind: str) -> None:
    table = {
        "kind": kind,
        **{
            key: value
            for key, value in {
                "symbol": "BTC/USD",
                "account": "alice",
                "text": "EAPI:Rate limit exceeded",
                "s": 2,
                "status": "online",
                "price_precision": 3,
            }.items()
            if key in KINDS[kind].takes and (key in KINDS[kind].needs or kind in {"system", "rescale"})
        },
    }
    spec = read_fault(table)
    assert checked(spec) == spec


def test_a_spec_made_by_hand_gets_what_its_kind_takes_for_granted() -> None:
    assert checked(FaultSpec(kind="late_fill")).delay_s == 5.0
    with pytest.raises(LocalError, match="share"):
        checked(FaultSpec(kind="drop", share=2.0))


def error_of(read: Callable[[], object]) -> str:
    """Return the one error that reading may raise, or nothing."""
    try:
        read()
    except LocalError as error:
        return str(error)
    return ""


@given(st.binary(max_size=200))
def test_any_bytes_are_faults_or_one_error(text: bytes) -> None:
    assert "\n" not in error_of(lambda: read_faults(text))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
KEYS = st.sampled_from(sorted({key for kind in KINDS.values() for key in kind.takes})) | st.text(max_size=5)


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_table_is_a_fault_or_one_error(kind: str, table: dict[str, object]) -> None:
    assert "\n" not in error_of(lambda: read_fault({"kind": kind, **table}))
