import pytest
from key_samples import some_key, some_secret

from fathom.domain import LocalError
from fathom.net.keys.environment import EnvironmentSource

WHOLE = {"FATHOM_API_KEY": some_key("a"), "FATHOM_API_SECRET": some_secret("a"), "FATHOM_API_OTP": "pass word"[5:]}


def test_it_reads_three_variables() -> None:
    found = EnvironmentSource(WHOLE).read()
    assert found is not None
    assert (found.key, found.otp_text()) == (some_key("a"), "word")
    assert found.secrets[0].reveal() == some_secret("a")


def test_it_reads_the_environment_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name, value)
    found = EnvironmentSource().read()
    assert found is not None
    assert found.key == some_key("a")


def test_variables_that_are_set_to_nothing_are_none() -> None:
    assert EnvironmentSource({}).read() is None
    assert EnvironmentSource({"FATHOM_API_KEY": "", "FATHOM_API_SECRET": ""}).read() is None
    found = EnvironmentSource({**WHOLE, "FATHOM_API_OTP": ""}).read()
    assert found is not None
    assert found.otp_text() is None


def test_half_a_key_says_which_half() -> None:
    with pytest.raises(LocalError, match="FATHOM_API_KEY but no FATHOM_API_SECRET"):
        EnvironmentSource({"FATHOM_API_KEY": some_key("a")}).read()
