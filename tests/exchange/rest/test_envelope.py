"""Every answer is an error list and a result, HTTP 200 also for errors."""

from decimal import Decimal

from fathom.exchange.rest.envelope import Download, error_answer, invalid, result_answer


def test_a_result() -> None:
    answer = result_answer({"price": Decimal("1.50"), "time": 1.5, "none": None})
    assert answer.status == 200
    assert answer.content_type == "application/json"
    assert answer.body == b'{"error":[],"result":{"price":"1.50","time":1.5,"none":null}}'


def test_an_error_has_no_result() -> None:
    answer = error_answer(invalid("price").error)
    assert (answer.status, answer.body) == (200, b'{"error":["EGeneral:Invalid arguments:price"]}')


def test_a_download_is_sent_as_it_is() -> None:
    answer = result_answer(Download(b"PK"))
    assert (answer.content_type, answer.body) == ("application/octet-stream", b"PK")
