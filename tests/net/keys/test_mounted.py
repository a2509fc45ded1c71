from pathlib import Path

import pytest
from key_samples import some_key, some_secret

from fathom.domain import LocalError
from fathom.net.keys.mounted import MountedSource


def write_values(folder: Path, seed: str, *, mode: int = 0o440, otp: str | None = None) -> None:
    folder.mkdir(exist_ok=True)
    values = {"api-key": some_key(seed), "api-secret": some_secret(seed), "api-otp": otp}
    for name, value in values.items():
        if value is not None:
            (folder / name).unlink(missing_ok=True)
            (folder / name).write_text(f"{value}\n")
            (folder / name).chmod(mode)


def mount(folder: Path, seed: str) -> None:
    """As the kubelet does it: a new folder, and one link that is moved over the old one."""
    folder.mkdir(exist_ok=True)
    write_values(folder / f"..{seed}", seed)
    (folder / "..data_tmp").symlink_to(f"..{seed}")
    (folder / "..data_tmp").rename(folder / "..data")
    for name in ("api-key", "api-secret"):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")


def test_it_reads_a_file_a_value(tmp_path: Path) -> None:
    write_values(tmp_path / "secrets", "a", otp="word")
    found = MountedSource(tmp_path / "secrets").read()
    assert found is not None
    assert (found.key, found.secrets[0].reveal(), found.otp_text()) == (some_key("a"), some_secret("a"), "word")


def test_it_reads_what_kubernetes_mounts_and_what_it_changes(tmp_path: Path) -> None:
    source = MountedSource(tmp_path / "secrets")
    for seed in ("a", "b"):
        mount(tmp_path / "secrets", seed)
        found = source.read()
        assert found is not None
        assert (found.key, found.secrets[0].reveal()) == (some_key(seed), some_secret(seed))


def test_nothing_there_is_no_key(tmp_path: Path) -> None:
    assert MountedSource(tmp_path / "secrets").read() is None
    assert MountedSource(tmp_path).read() is None
    (tmp_path / "api-key").write_text("\n")
    (tmp_path / "api-key").chmod(0o440)
    assert MountedSource(tmp_path).read() is None


def test_half_a_key_and_one_for_the_world_are_refused(tmp_path: Path) -> None:
    write_values(tmp_path, "a", mode=0o444)
    with pytest.raises(LocalError, match="everybody may read"):
        MountedSource(tmp_path).read()
    write_values(tmp_path, "a")
    (tmp_path / "api-secret").unlink()
    with pytest.raises(LocalError, match="api-key but no api-secret"):
        MountedSource(tmp_path).read()


class Changing(MountedSource):
    """Somebody swaps the key after each file that is read."""

    def __init__(self, path: Path, swaps: list[str]) -> None:
        super().__init__(path)
        self._folder, self._swaps = path, swaps

    def _text(self, name: str):  # type: ignore[no-untyped-def]  # As the one above.
        text = super()._text(name)
        if self._swaps:
            mount(self._folder, self._swaps.pop(0))
        return text


def test_two_halves_of_a_change_are_never_put_together(tmp_path: Path) -> None:
    mount(tmp_path / "secrets", "a")
    found = Changing(tmp_path / "secrets", ["b"]).read()
    assert found is not None
    assert (found.key, found.secrets[0].reveal()) == (some_key("b"), some_secret("b"))
    with pytest.raises(LocalError, match="does not stop changing"):
        Changing(tmp_path / "secrets", [f"c{number}" for number in range(15)]).read()
