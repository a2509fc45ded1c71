"""Pages of the edge, and errors in Kraken's form."""

import pytest

from fathom.exchange.doors import HttpAnswer
from fathom.exchange.faults.http_answers import edge_page, is_success, malformed, with_error


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (429, "Error <span>1015</span></h1><h2>You are being rate limited"),
        (403, "Error <span>1020</span></h1><h2>Access denied"),
        (502, "Error <span>502</span></h1><h2>Bad Gateway"),
        (520, "Error <span>520</span></h1><h2>Web server is returning an unknown error"),
        (599, "Error <span>599</span></h1><h2>Unknown error"),
    ],
)
def test_a_page_is_no_json(status: int, words: str) -> None:
    page = edge_page(status)
    assert page.status == status
    assert page.content_type == "text/html"
    assert words in page.body.decode()


@pytest.mark.parametrize(
    ("answer", "success"),
    [
        (HttpAnswer(body=b'{"error":[],"result":{}}'), True),
        (HttpAnswer(body=b'{"error":["EOrder:Unknown order"]}'), False),
        (HttpAnswer(body=b'{"error":[]}', status=520), False),
        (HttpAnswer(body=b""), False),
    ],
)
def test_success(answer: HttpAnswer, success: bool) -> None:
    assert is_success(answer) is success


def test_an_error_replaces_the_result_and_nothing_else() -> None:
    answer = HttpAnswer(body=b'{"error":[],"result":{}}', headers={"X": "1"}, delay_ns=5)
    changed = with_error(answer, "EService:Busy")
    assert changed == HttpAnswer(body=b'{"error":["EService:Busy"]}', headers={"X": "1"}, delay_ns=5)


def test_a_malformed_answer_says_that_all_is_well() -> None:
    answer = HttpAnswer(body=b'{"error":[],"result":{}}', headers={"X": "1"}, delay_ns=5)
    odd = malformed(answer)
    assert is_success(odd)
    assert (odd.body != answer.body, odd.headers, odd.delay_ns) == (True, answer.headers, 5)
