"""A missing extra is named, with what installs it."""

import pytest

from fathom.domain import LocalError
from fathom.store.history import need_history


def test_what_is_there_is_imported() -> None:
    assert need_history("json").loads("1") == 1


def test_what_is_missing_is_said_with_the_remedy() -> None:
    with pytest.raises(LocalError, match=r"no_such_thing: is not installed: pip install 'fathom-trader\[history\]'"):
        need_history("no_such_thing.part")
