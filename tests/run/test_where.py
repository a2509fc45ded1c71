import dataclasses

import pytest

from fathom.run.where import Where


def test_nothing_said_is_nothing_chosen_and_what_was_said_stays() -> None:
    where = Where()
    assert set(dataclasses.asdict(where).values()) == {None}
    with pytest.raises(dataclasses.FrozenInstanceError):
        where.venue = "kraken"  # type: ignore[misc] # That is the point.
