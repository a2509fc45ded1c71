import sys
import threading
from collections.abc import Iterator
from types import ModuleType

import keyring
import keyring.backend
import pytest
from key_samples import some_key, some_secret

from fathom.domain import LocalError
from fathom.net.keys.system_keyring import KeyringSource


class Drawer(keyring.backend.KeyringBackend):
    """A keyring in memory, which the library takes for one of the desktop's."""

    priority = 1  # type: ignore[assignment]  # The library computes it; a number is as good.

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False
        self.asking = threading.Event()  # Set: it answers.
        self.asking.set()

    def get_password(self, service: str, username: str) -> str | None:
        self.asking.wait()
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    before, drawer = keyring.get_keyring(), Drawer()
    keyring.set_keyring(drawer)
    yield drawer
    drawer.asking.set()
    keyring.set_keyring(before)


def test_it_reads_what_the_keyring_holds(drawer: Drawer) -> None:
    for name, value in (("api-key", some_key("a")), ("api-secret", some_secret("a")), ("api-otp", "word")):
        keyring.set_password("fathom", name, value)
    found = KeyringSource().read()
    assert found is not None
    assert (found.key, found.secrets[0].reveal(), found.otp_text()) == (some_key("a"), some_secret("a"), "word")
    assert KeyringSource("other").read() is None


def test_half_a_key_is_a_mistake(drawer: Drawer) -> None:
    keyring.set_password("fathom", "api-key", some_key("a"))
    with pytest.raises(LocalError, match="api-key but no api-secret"):
        KeyringSource().read()


def test_a_locked_one_says_so(drawer: Drawer) -> None:
    drawer.locked = True
    with pytest.raises(LocalError, match=r"cannot be read \(KeyringLocked\): unlock it"):
        KeyringSource().read()


def test_one_that_waits_for_a_person_is_not_waited_for_for_ever(drawer: Drawer) -> None:
    drawer.asking.clear()
    with pytest.raises(LocalError, match=r"did not answer within 0.01 s: unlock it"):
        KeyringSource(answer_s_max=0.01).read()


def test_a_machine_without_one_holds_nothing(monkeypatch: pytest.MonkeyPatch, drawer: Drawer) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # The library's.
    assert KeyringSource().read() is None
    with pytest.raises(LocalError, match="this machine has none"):
        KeyringSource(asked=True).read()


def test_without_the_extra_it_holds_nothing_and_says_what_to_install_where_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    missing: dict[str, ModuleType | None] = {"keyring": None}  # So Python says that it cannot be imported.
    monkeypatch.setitem(sys.modules, "keyring", missing["keyring"])  # type: ignore[arg-type]  # None is meant.
    assert KeyringSource().read() is None
    with pytest.raises(LocalError, match=r"pip install 'fathom-trader\[keyring\]'"):
        KeyringSource(asked=True).read()
