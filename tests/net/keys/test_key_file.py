import json
from pathlib import Path

import pytest
from key_samples import some_key, some_secret

from fathom.domain import LocalError
from fathom.net.keys.key_file import FileSource

KEY, SECRET = some_key("a"), some_secret("a")


def written(path: Path, content: str, *, mode: int = 0o600) -> FileSource:
    path.write_text(content)
    path.chmod(mode)
    return FileSource(path)


@pytest.mark.parametrize(
    "content",
    [
        f'# mine\nkey = "{KEY}"\nsecret = "{SECRET}"\notp = "word"\n',
        json.dumps({"key": KEY, "secret": SECRET, "otp": "word"}),
    ],
    ids=["toml", "json"],
)
def test_it_reads_toml_and_json(content: str, tmp_path: Path) -> None:
    found = written(tmp_path / "key", content).read()
    assert found is not None
    assert (found.key, found.secrets[0].reveal(), found.otp_text()) == (KEY, SECRET, "word")


def test_no_file_is_no_key_and_one_that_others_read_is_refused(tmp_path: Path) -> None:
    assert FileSource(tmp_path / "key").read() is None
    with pytest.raises(LocalError, match="chmod 600"):
        written(tmp_path / "key", f'key = "{KEY}"\nsecret = "{SECRET}"\n', mode=0o644).read()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (f"key = {KEY}\nsecret = {SECRET}\n", "is not TOML: look at line 1"),
        (f'{{"key": "{KEY}",\n"secret": {SECRET}}}', "is not JSON: look at line 2"),
        (f'{SECRET} = "x"', "is not TOML"),
        (f'"{SECRET}" = "x"', "not one of key, secret, otp"),
        (f'key = "{KEY}"\nsecret = ["{SECRET}"]', "texts in quotation marks"),
        (f'key = "{KEY}"', "has key but no secret"),
        ("", "neither key nor secret"),
        (f'key = "{SECRET}"\nsecret = "{KEY}"', "wrong way round"),
        ("[" * 10_000, "is not TOML"),
        ('{"a":' * 3_000, "is not JSON"),
    ],
    ids=range(10),
)
def test_what_cannot_be_used_is_one_sentence_without_the_content(content: str, says: str, tmp_path: Path) -> None:
    source = written(tmp_path / "key", content)
    with pytest.raises(LocalError, match=says) as caught:
        source.read()
    assert str(tmp_path / "key") in str(caught.value)
    assert SECRET[:12] not in str(caught.value)
    assert caught.value.__context__ is None
