import os
from pathlib import Path

import pytest

from fathom.domain import JournalError, LocalError
from fathom.store.folder import being_written, half_name, lock_folder, remove_half, replace_file, sync_folder


def test_one_has_the_folder(tmp_path: Path) -> None:
    place = tmp_path / "a" / "b"
    fd = lock_folder(place)
    with pytest.raises(LocalError, match="another run is writing this journal"):
        lock_folder(place)
    os.close(fd)
    os.close(lock_folder(place))


def test_whether_somebody_writes_is_told_and_changes_nothing(tmp_path: Path) -> None:
    assert not being_written(tmp_path / "nowhere")
    assert not being_written(tmp_path)
    assert list(tmp_path.iterdir()) == []
    fd = lock_folder(tmp_path)
    assert being_written(tmp_path)
    os.close(fd)
    assert not being_written(tmp_path)
    os.close(lock_folder(tmp_path))


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"Cannot open .*file/journal\.lock"):
        lock_folder(tmp_path / "file")


def test_a_file_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "manifest.json"
    replace_file(path, b"old")
    seen: list[bytes] = []
    real = os.fsync

    def noted(fd: int) -> None:
        seen.append(path.read_bytes())
        real(fd)

    monkeypatch.setattr(os, "fsync", noted)
    replace_file(path, b"new")
    assert seen == [b"old", b"new"]  # The content is synced under another name, then the folder.
    assert [file.name for file in tmp_path.iterdir()] == ["manifest.json"]


def test_where_it_cannot_be_replaced_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.mkdir()  # A folder in its place cannot be replaced by a file.
    with pytest.raises(JournalError, match=r"Cannot write .*manifest\.json"):
        replace_file(path, b"new")
    assert path.is_dir()
    assert not half_name(path).exists()


def test_removing_half_a_file_never_raises(tmp_path: Path) -> None:
    half = half_name(tmp_path / "x")
    remove_half(half)
    half.mkdir()
    remove_half(half)
    assert half.is_dir()


def test_syncing_a_folder_that_is_not_there(tmp_path: Path) -> None:
    sync_folder(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "nowhere")
