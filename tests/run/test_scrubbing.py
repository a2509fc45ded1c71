from fathom.net import Credentials
from fathom.run.scrubbing import know, scrubbed


def test_what_was_read_is_scrubbed() -> None:
    secret = "b3RoZXJz" * 11
    assert secret in scrubbed(f"a {secret}")
    know(Credentials(key="k" * 56, secret=secret, otp="one-time-word"))
    assert scrubbed(f"a {secret} and one-time-word") == "a <secret> and <secret>"
