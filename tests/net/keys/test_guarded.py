import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from fathom.domain import LocalError
from fathom.net.keys.guarded import read_mounted, read_private
from fathom.net.keys.secret import Secret

Reader = Callable[..., Secret | None]


def written(path: Path, content: bytes = b"text", *, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("reader", [read_private, read_mounted])
def test_what_is_ours_alone_is_read(reader: Reader, tmp_path: Path) -> None:
    found = reader(written(tmp_path / "file"), bytes_max=4)
    assert found is not None
    assert found.reveal() == "text"
    assert reader(tmp_path / "other", bytes_max=4) is None


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o644, 0o601])
def test_a_file_that_others_may_read_is_refused_with_what_to_type(mode: int, tmp_path: Path) -> None:
    path = written(tmp_path / "file", mode=mode)
    with pytest.raises(LocalError, match=f"others may read .*: chmod 600 {path}"):
        read_private(path, bytes_max=4)


@pytest.mark.parametrize(
    ("mode", "accepted"), [(0o400, True), (0o440, True), (0o640, True), (0o444, False), (0o604, False)]
)
def test_a_mounted_secret_may_be_the_groups_but_not_the_worlds(mode: int, accepted: bool, tmp_path: Path) -> None:
    path = written(tmp_path / "file", mode=mode)
    if accepted:
        assert read_mounted(path, bytes_max=4) == Secret("text")
    else:
        with pytest.raises(LocalError, match=r"everybody may read .*defaultMode: 0440"):
            read_mounted(path, bytes_max=4)


def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = Path("/etc/passwd")  # Root's, where we are not root.
    if os.geteuid() == 0:
        path = written(tmp_path / "file")
        os.chown(path, 12_345, 12_345)
        with pytest.raises(LocalError, match="another user than root and us"):
            read_mounted(path, bytes_max=100_000)
    with pytest.raises(LocalError, match=f"belongs to another user: chown {os.geteuid()} {path}"):
        read_private(path, bytes_max=100_000)


def test_a_link_is_followed_but_not_into_a_place_where_everybody_may_write(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir(mode=0o700)
    written(place / "file")
    link = tmp_path / "link"
    link.symlink_to(place / "file")
    assert read_private(link, bytes_max=4) == Secret("text")
    place.chmod(0o1777)  # As /tmp is.
    with pytest.raises(LocalError, match=f"link into {place}, to which everybody may write"):
        read_private(link, bytes_max=4)
    assert read_private(place / "file", bytes_max=4) == Secret("text")
    place.chmod(0o777)
    for path in (link, place / "file"):
        with pytest.raises(LocalError, match=f"anybody can replace {path}.*chmod o-w {place}"):
            read_private(path, bytes_max=4)


@pytest.mark.parametrize("reader", [read_private, read_mounted])
def test_what_is_no_file_is_refused_at_once(reader: Reader, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    folder = tmp_path / "folder"
    folder.mkdir(0o700)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for name in ("pipe", "folder"):
        with pytest.raises(LocalError, match=rf"{name} is no file"):
            reader(tmp_path / name, bytes_max=4)
    with pytest.raises(LocalError, match=r"cannot read .*loop"):
        reader(loop, bytes_max=4)


@pytest.mark.parametrize("reader", [read_private, read_mounted])
def test_what_is_no_text_of_a_key_is_refused_and_not_quoted(reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="more than 4 bytes"):
        reader(written(tmp_path / "long", b"12345"), bytes_max=4)
    with pytest.raises(LocalError, match="is not plain text") as caught:
        reader(written(tmp_path / "binary", b"\xff\xfe"), bytes_max=4)
    assert caught.value.__context__ is None
    assert stat.S_IMODE((tmp_path / "binary").stat().st_mode) == 0o600
