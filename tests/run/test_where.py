from dataclasses import fields

from fathom.run.where import Where


def test_nothing_is_chosen_unless_it_is_said_and_each_option_is_explained() -> None:
    assert all(getattr(Where(), field.name) is None for field in fields(Where))
    assert Where.__doc__ is not None
    assert all(f"\n    {field.name}\n" in Where.__doc__ for field in fields(Where))
