"""`fathom rest`: results as Kraken wrote them, what asks first, and one clear line for each mistake."""

import json
from pathlib import Path

import pytest

from client_commands import Terminal, fathom, faulty, open_orders
from fathom.protocol import rest
from fathom.run.rest_call import asks, endpoint_rows, parameters_of
from local_exchange import LocalExchange

LOCAL = ("--venue", "local")
Capture = pytest.CaptureFixture[str]


def test_a_public_call_is_one_line_of_json(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, "rest", "Depth", "pair=BTC/USD", "count=2", *LOCAL)
    assert (said.status, said.err, said.out.count("\n")) == (0, "", 1)
    book = json.loads(said.out)["BTC/USD"]
    assert len(book["asks"]) == 2


def test_a_private_call_is_signed_and_keeps_every_digit(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, "rest", "BalanceEx", *LOCAL, "--account", "dave")
    assert '"ZEUR":{"balance":"20000.0000","hold_trade":"0.0000"}' in said.out


def test_it_is_pretty_in_a_terminal(local: LocalExchange) -> None:
    terminal = Terminal("rest", "SystemStatus", *LOCAL)
    assert terminal.end() == 0
    assert '{\r\n  "status": "online",\r\n' in terminal.shown


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["Tiker"], "endpoint: there is no Tiker: did you mean Ticker"),
        ([], "endpoint: name one, such as `fathom rest Time`"),
        (["Time", "pair"], "parameter: 'pair' must be name=value"),
        (["Ticker", "pair=A", "pair=B"], "pair: is given twice"),
        (["Ticker", "pear=BTC/USD"], "pear: Ticker has no such parameter: did you mean pair?"),
        (["Ticker", "pair=XBT/USD"], "pair: XBT/USD is a name of WebSocket v1, which REST no longer takes: write BTC"),
        (["Ticker", "pair=NO/SUCH"], "Kraken refused (EQuery:Unknown asset pair)"),
        (["Withdraw", "asset=XBT", "key=x", "amount=1"], "yes: stdin is no terminal, so that nobody can confirm"),
        (["CancelAll"], "yes: stdin is no terminal"),
        (["Withdraw", "asset=XBT", "key=x", "amount=1", "--yes"], "Kraken refused (EGeneral:Permission denied)"),
        (["Time", "--output", "/dev/full"], "output: cannot write /dev/full: No space left on device"),
    ],
)
def test_a_mistake_is_one_line(local: LocalExchange, capfd: Capture, words: list[str], error: str) -> None:
    said = fathom(capfd, "rest", *words, *LOCAL)
    assert (said.status, said.out) == (1, "")
    assert said.error.startswith(error)


def test_wrong_key_wrong_secret_no_right(local: LocalExchange, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    key, secret = local.key("alice")
    monkeypatch.setenv("FATHOM_API_SECRET", secret)
    monkeypatch.setenv("FATHOM_API_KEY", "nobody" * 8)
    assert fathom(capfd, "rest", "Balance", *LOCAL).error.startswith("Kraken refused (EAPI:Invalid key)")
    monkeypatch.setenv("FATHOM_API_KEY", key)
    monkeypatch.setenv("FATHOM_API_SECRET", local.key("bob")[1])
    assert fathom(capfd, "rest", "Balance", *LOCAL).error.startswith("Kraken refused (EAPI:Invalid signature)")
    monkeypatch.delenv("FATHOM_API_KEY")
    monkeypatch.delenv("FATHOM_API_SECRET")
    denied = fathom(capfd, "rest", "AddOrder", "pair=BTC/USD", "type=buy", "ordertype=market", "volume=1", "--yes",
                    *LOCAL, "--account", "viewer")  # fmt: skip
    assert denied.error.startswith("Kraken refused (EGeneral:Permission denied)")


def test_no_key_at_all_says_where_to_put_one(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, "rest", "Balance", "--venue", local.rest)
    assert said.error.startswith("key: there is none: set FATHOM_API_KEY")


def test_an_order_is_asked_about_and_not_sent(local: LocalExchange) -> None:
    words = ("AddOrder", "pair=BTC/USD", "type=buy", "ordertype=limit", "price=10000", "volume=0.001")
    terminal = Terminal("rest", *words, *LOCAL, "--account", "carol")
    terminal.until("[y/N]")
    terminal.type("n\n")
    assert terminal.end() == 1
    assert "error: nothing was sent" in terminal.shown
    assert open_orders(local.control, "carol") == []


def test_a_file_is_not_thrown_at_a_terminal(local: LocalExchange) -> None:
    terminal = Terminal("rest", "RetrieveExport", "id=ABCD", *LOCAL)
    assert terminal.end() == 1
    assert "output: RetrieveExport answers with a file" in terminal.shown


def test_output_goes_to_a_file(local: LocalExchange, capfd: Capture, tmp_path: Path) -> None:
    said = fathom(capfd, "rest", "Time", *LOCAL, "--output", str(tmp_path / "time.json"))
    assert (said.status, said.out) == (0, "")
    assert "unixtime" in json.loads((tmp_path / "time.json").read_text())


def test_a_venue_that_hangs_is_given_up(local: LocalExchange, capfd: Capture) -> None:
    with faulty(local.control, kind="rest_status", method="Time", status=502):
        said = fathom(capfd, "rest", "Time", *LOCAL)
    assert "HTTP 502" in said.error


def test_what_changes_orders_or_moves_money_asks() -> None:
    named = {"Withdraw", "WalletTransfer", "AccountTransfer", "Earn/Allocate", "Earn/Deallocate", "WithdrawCancel",
             "CreateSubaccount", "AddOrder", "AddOrderBatch", "AmendOrder", "EditOrder", "CancelOrder", "CancelAll",
             "CancelAllOrdersAfter", "CancelOrderBatch"}  # fmt: skip
    asking = {name for name, request in rest.ENDPOINTS.items() if asks(request)}
    assert asking == named
    texts = {"pair": "BTC/USD", "type": "buy", "ordertype": "market", "volume": "1", "validate": "true"}
    assert not asks(rest.build_request("AddOrder", texts))


def test_every_endpoint_is_listed_with_what_it_needs(capfd: Capture) -> None:
    rows = {row[0]: row[1:3] for row in endpoint_rows()}
    assert set(rows) == set(rest.ENDPOINTS)
    assert rows["Time"] == ("no key", "by address")
    assert rows["Ledgers"] == ("query-ledger", "4")
    assert rows["AddOrder"] == ("modify-trades", "order limits")
    said = fathom(capfd, "rest", "--list")
    assert len(said.out.splitlines()) == len(rows) + 1
    assert parameters_of("QueryOrders").startswith("QueryOrders txid= [")
    assert fathom(capfd, "rest", "--list", "Ticker").out.startswith("Ticker ")
