"""What the library logs goes nowhere, and its logger disturbs nobody else's."""

import logging

import pytest

from fathom.net.link.quiet_log import NAME, quiet_log


def test_nothing_is_written_and_nothing_registered(capfd: pytest.CaptureFixture[str]) -> None:
    log = quiet_log()
    log.critical("a secret")
    assert not any(log.isEnabledFor(level) for level in range(logging.DEBUG, logging.CRITICAL + 1))
    assert NAME not in logging.Logger.manager.loggerDict
    assert quiet_log() is not log
    # As the library makes one for each connection:
    child = logging.Logger(f"{log.name}.5", logging.NOTSET)  # noqa: LOG001 - A registered one would be shared.
    child.parent, child.propagate = log, True
    child.critical("a secret")
    assert "secret" not in "".join(capfd.readouterr())
