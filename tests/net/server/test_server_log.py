import logging

import pytest
from aiohttp.http_exceptions import BadHttpMethod
from aiohttp.web import RequestPayloadError

from fathom.net.server.server_log import is_our_bug, server_log


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_a_bug_is_told_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    log = server_log()
    try:
        int("ours")
    except ValueError:
        log.exception("Error handling request from %s", "127.0.0.1")
    assert "ValueError: invalid literal" in said(capsys)


@pytest.mark.parametrize("error", [BadHttpMethod("x"), RequestPayloadError("not gzip"), ConnectionResetError()])
def test_what_a_client_sent_is_not(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    log = server_log()
    log.error("Error handling request from %s", "127.0.0.1", exc_info=error)
    log.error("WS parser error: %s, initiate disconnect", (1002, "invalid opcode"))
    log.warning("Protocol writing pause requested")
    assert said(capsys) == ""


def test_what_is_said_below_it_is_looked_at_too(capsys: pytest.CaptureFixture[str]) -> None:
    child = logging.getLogger(f"{server_log().name}.7")
    child.parent = server_log()
    child.error("WS parser error: %s, initiate disconnect", ())
    assert said(capsys) == ""
    child.error("Initiate disconnect because of exception from WSListener.on_ws_connected: %s", "x")
    assert "on_ws_connected" in said(capsys)


def test_a_record_without_an_exception_is_ours_unless_known() -> None:
    record = logging.LogRecord("a", logging.ERROR, "", 0, "Missing return statement on request handler", (), None)
    assert is_our_bug(record)
