from pathlib import Path

import pytest
from key_samples import some_key, some_secret

from fathom.domain import LocalError
from fathom.net.keys.finding import default_file, find_credentials, look_for_credentials


def write_file(path: Path, seed: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'key = "{some_key(seed)}"\nsecret = "{some_secret(seed)}"\n')
    path.chmod(0o600)
    return path


def write_mounted(folder: Path, seed: str) -> Path:
    folder.mkdir()
    for name, value in (("api-key", some_key(seed)), ("api-secret", some_secret(seed))):
        (folder / name).write_text(value)
        (folder / name).chmod(0o400)
    return folder


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """Every place has a key."""
    return {
        "configured": write_file(tmp_path / "configured.toml", "configured"),
        "named": write_file(tmp_path / "named.toml", "named"),
        "named folder": write_mounted(tmp_path / "named", "named folder"),
        "default": write_file(tmp_path / "config" / "fathom" / "key.toml", "default"),
        "mounted": write_mounted(tmp_path / "mounted", "mounted"),
    }


def test_the_order_in_which_places_are_looked_at(places: dict[str, Path], tmp_path: Path) -> None:
    environment = {
        "FATHOM_API_KEY": some_key("environment"),
        "FATHOM_API_SECRET": some_secret("environment"),
        "FATHOM_KEY_FILE": str(places["named"]),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }

    def key(*, file: Path | None = None, directory: Path | None = None) -> str:
        found = find_credentials(file=file, directory=directory, environment=environment, mounted=places["mounted"])
        return found.credentials.key

    assert key(file=places["configured"]) == some_key("configured")
    assert key(directory=places["named folder"]) == some_key("named folder")
    assert key() == some_key("environment")
    del environment["FATHOM_API_KEY"], environment["FATHOM_API_SECRET"]
    assert key() == some_key("named")
    del environment["FATHOM_KEY_FILE"]
    environment["FATHOM_KEY_DIR"] = str(places["named folder"])
    assert key() == some_key("named folder")
    del environment["FATHOM_KEY_DIR"]
    assert key() == some_key("default")
    places["default"].unlink()
    assert key() == some_key("mounted")


def test_keys_that_nobody_named_are_not_for_every_venue(places: dict[str, Path], tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert look_for_credentials(environment=environment, mounted=places["mounted"], named_only=True) is None
    environment["FATHOM_KEY_FILE"] = str(places["named"])
    found = look_for_credentials(environment=environment, mounted=places["mounted"], named_only=True)
    assert found is not None
    assert (found.credentials.key, found.source.name) == (some_key("named"), str(places["named"]))


def test_none_at_all_is_one_sentence_with_every_way(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    with pytest.raises(LocalError) as caught:
        find_credentials(environment=environment, mounted=tmp_path / "mounted")
    for way in (
        "FATHOM_API_KEY",
        "FATHOM_KEY_FILE",
        "FATHOM_KEY_DIR",
        str(tmp_path / "fathom" / "key.toml"),
        "keyring",
    ):
        assert way in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_place_that_was_named_must_have_one(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"there is none in .*nothing.toml"):
        find_credentials(file=tmp_path / "nothing.toml", environment={})
    with pytest.raises(LocalError, match=r"there is none in .*nothing.toml"):
        find_credentials(environment={"FATHOM_KEY_FILE": str(tmp_path / "nothing.toml")})


def test_two_places_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="one place"):
        find_credentials(file=tmp_path, directory=tmp_path, environment={})
    with pytest.raises(LocalError, match="unset FATHOM_KEY_FILE or FATHOM_KEY_DIR"):
        find_credentials(environment={"FATHOM_KEY_FILE": "a", "FATHOM_KEY_DIR": "b"})


def test_the_default_file_is_where_configurations_are() -> None:
    assert default_file({}) == Path("~/.config/fathom/key.toml").expanduser()
    assert default_file({"XDG_CONFIG_HOME": "/x"}) == Path("/x/fathom/key.toml")
