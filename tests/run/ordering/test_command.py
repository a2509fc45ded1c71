"""`fathom order`: what is sent is what was meant and confirmed, and what became of it is told."""

import json
from pathlib import Path

import pytest

from client_commands import Terminal, control, fathom, faulty, open_orders, started, stopped
from local_exchange import LocalExchange

LOCAL = ("--venue", "local", "--account", "carol")
ADD = ("order", "add", "BTC/USD", "buy", "0.001")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def clean(local: LocalExchange, capfd: Capture) -> None:
    if open_orders(local.control, "carol"):
        assert fathom(capfd, "order", "cancel-all", "--yes", *LOCAL).status == 0


# -- Adding --------------------------------------------------------------------------------------------------


def test_an_order_that_rests_is_open(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, *ADD, "--limit-price", "20000.1", "--cl-ord-id", "rests", "--yes", *LOCAL)
    assert (said.status, said.err) == (0, "")
    assert said.out.endswith(" (rests): open\n")
    assert len(open_orders(local.control, "carol")) == 1


def test_an_order_that_fills_tells_its_fills(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, *ADD, "--type", "market", "--yes", *LOCAL)
    assert said.status == 0
    first, *fills = said.out.splitlines()
    assert ": filled, 0.00100000 at " in first
    assert fills
    assert all(line.startswith("  filled 0.") and line.endswith(" USD (taker)") for line in fills)


def test_an_order_that_is_cancelled_at_once_says_why(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, *ADD, "-p", "900000", "--post-only", "--yes", *LOCAL)
    assert said.status == 1
    assert said.out.endswith(": canceled at once, nothing filled: Post only order\n")


def test_json_has_every_digit(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, *ADD, "-p", "20000", "--time-in-force", "ioc", "--yes", "--json", *LOCAL)
    told = json.loads(said.out)
    assert (said.status, told["status"], told["filled"], told["fills"]) == (1, "canceled", "0.00000000", [])


@pytest.mark.parametrize(
    "words",
    [
        ["--type", "iceberg", "-p", "20000", "--display-qty", "0.0005"],
        ["--type", "stop-loss", "--trigger-price", "+2", "--trigger-price-type", "pct"],
        ["--type", "stop-loss-limit", "--trigger-price", "900000", "-p", "900001", "--trigger-reference", "index"],
        ["--type", "take-profit", "--trigger-price", "-1.5", "--trigger-price-type", "pct"],
        ["--type", "take-profit-limit", "--trigger-price", "20000", "-p", "20001"],
        ["--type", "trailing-stop", "--trigger-price", "5", "--trigger-price-type", "pct"],
        ["--type", "trailing-stop-limit", "--trigger-price", "5", "--trigger-price-type", "pct", "-p", "0",
         "--limit-price-type", "quote"],
        ["-p", "20000", "--time-in-force", "gtd", "--expire-time", "+3600", "--userref", "-7"],
        ["-p", "20000", "--effective-time", "+600", "--deadline", "+20", "--stp-type", "cancel_both"],
        ["-p", "20000", "--close-type", "stop-loss-limit", "--close-trigger-price", "10000",
         "--close-limit-price", "9999", "--fee-preference", "quote"],
        ["-p", "20000", "--margin"],
    ],
)  # fmt: skip
def test_every_type_can_be_said(local: LocalExchange, capfd: Capture, words: list[str]) -> None:
    said = fathom(capfd, *ADD, *words, "--yes", *LOCAL)
    assert (said.status, said.err) == (0, "")
    assert len(open_orders(local.control, "carol")) == 1


def test_cash_buys_for_an_amount(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, "order", "add", "BTC/USD", "buy", "--type", "market", "--cash", "50", "--yes", *LOCAL)
    assert said.status == 0
    assert ": filled, " in said.out


def test_validate_places_nothing(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, *ADD, "-p", "20000", "--validate", "--yes", *LOCAL)
    assert said.out == "valid: the venue would take it; nothing was placed\n"
    assert open_orders(local.control, "carol") == []


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ([*ADD], "limit_price: is required with this order type"),
        ([*ADD, "-p", "1e4"], "limit-price: '1e4' is not a number: write it plainly"),
        ([*ADD, "-p", "nan"], "limit-price: 'nan' is not a number"),
        ([*ADD, "-p", "20000.12"], "limit_price: "),
        ([*ADD, "--type", "bogus"], "order_type: 'bogus' is not one of"),
        ([*ADD, "-p", "20000", "--close-limit-price", "1"], "close-type: is needed"),
        ([*ADD, "-p", "20000", "--trigger-reference", "last"], "trigger-price: is needed"),
        ([*ADD, "-p", "20000", "--deadline", "+90"], "deadline: must be 0.5 to 60 s ahead"),
        (["order", "add", "XBT/USD", "buy", "1", "-p", "1"], "symbol: XBT/USD is not how this venue names it: write"),
        (["order", "add", "BTC/USD", "buy", "1000", "--type", "market"], "Kraken refused (EOrder:Insufficient funds)"),
        (["order", "add", "BTC/USD", "hold", "1", "-p", "1"], "side: 'hold' is not one of"),
        (["order", "cancel"], "order: name at least one"),
        (["order", "cancel-after", "-1"], "timeout: "),
        (["order", "amend", "x"], "order_qty: an amend changes"),
        (["order", "amend", "nope", "--qty", "1"], "Kraken refused (EOrder:Unknown order)"),
        (["order", "edit", "nope", "--qty", "1"], "order: 'nope' is not Kraken's id"),
        (["order", "edit", "OAAAAA-BBBBB-CCCCCC", "--qty", "1"], "symbol: OAAAAA-BBBBB-CCCCCC is not among"),
        (["order", "batch", "/no/such.toml"], "file: cannot read /no/such.toml: No such file"),
    ],
)
def test_a_mistake_is_one_line(local: LocalExchange, capfd: Capture, words: list[str], error: str) -> None:
    said = fathom(capfd, *words, "--yes", *LOCAL)
    assert (said.status, said.out) == (1, "")
    assert said.error.startswith(error)


def test_nobody_to_confirm_sends_nothing(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, *ADD, "-p", "20000", *LOCAL)
    assert said.status == 1
    assert said.error == "yes: stdin is no terminal, so that nobody can confirm this: add --yes if it is meant"


def test_a_key_that_may_only_look(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, *ADD, "-p", "20000", "--yes", "--venue", "local", "--account", "viewer")
    assert said.status == 1
    assert said.error.startswith("the key may not create and modify orders")


def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(local: LocalExchange, capfd: Capture) -> None:
    with faulty(local.control, kind="lost_answer", method="add_order", count=1):
        said = fathom(capfd, *ADD, "-p", "20000", "--yes", *LOCAL)
    assert said.status == 0
    assert len(open_orders(local.control, "carol")) == 1


# -- Confirming ----------------------------------------------------------------------------------------------


def test_the_confirmation_shows_what_it_costs(local: LocalExchange) -> None:
    terminal = Terminal(*ADD, "-p", "20000", "--post-only", *LOCAL, columns=200)
    shown = terminal.until("Send it? [y/N]")
    for text in (
        f"new order at local ({local.rest}, nobody's money), key ",
        "buy 0.001 BTC/USD limit  limit_price 20000  post_only",
        "%) from the best ask: it rests",
        "about 20.00000 USD",
        "0.25 % (maker), about 0.05000 USD",
        "1 points; the pair's counter is at ",
        "cancel-after 60",
    ):
        assert text in shown
    assert "NOT VERIFIED" not in shown
    assert "WARNING" not in shown
    terminal.type("y\n")
    assert terminal.end() == 0
    assert ": open" in terminal.shown
    assert len(open_orders(local.control, "carol")) == 1


def test_no_means_no(local: LocalExchange) -> None:
    terminal = Terminal(*ADD, "-p", "900000", *LOCAL)
    assert "IT TAKES AT ONCE" in terminal.until("[y/N]")
    terminal.type("\n")
    assert terminal.end() == 1
    assert "error: nothing was sent" in terminal.shown
    assert open_orders(local.control, "carol") == []


def test_ctrl_c_at_the_question_sends_nothing(local: LocalExchange) -> None:
    terminal = Terminal(*ADD, "-p", "20000", *LOCAL)
    terminal.until("[y/N]")
    terminal.interrupt()
    assert terminal.end() == 130
    assert open_orders(local.control, "carol") == []


def test_a_clock_that_is_off_is_told(local: LocalExchange) -> None:
    with faulty(local.control, kind="clock_skew", s=-60):
        terminal = Terminal(*ADD, "-p", "20000", *LOCAL, columns=200)
        shown = terminal.until("[y/N]")
        terminal.type("n\n")
        terminal.end()
    assert "s ahead of the venue's: set it (chronyd or ntpd)" in shown


# -- Changing and cancelling ---------------------------------------------------------------------------------


def test_amend_edit_and_cancel(local: LocalExchange, capfd: Capture) -> None:
    fathom(capfd, *ADD, "-p", "20000", "--cl-ord-id", "mine", "--yes", *LOCAL)
    said = fathom(capfd, "order", "amend", "mine", "--qty", "0.002", "-p", "20001", "--yes", *LOCAL)
    assert (said.status, said.out.startswith("mine: amended (T")) == (0, True)
    [order_id] = open_orders(local.control, "carol")
    said = fathom(capfd, "rest", "QueryOrders", f"txid={order_id}", *LOCAL)
    assert '"price":"20001.0"' in said.out
    assert '"vol":"0.00200000"' in said.out
    said = fathom(capfd, "order", "edit", order_id, "--qty", "0.003", "-p", "20002", "--yes", "--json", *LOCAL)
    edited = json.loads(said.out)
    assert edited["original_order_id"] == order_id
    said = fathom(capfd, "order", "cancel", edited["order_id"], order_id, "--yes", *LOCAL)
    assert said.status == 1
    assert said.out == f"1 cancelled; not open any more, so they may have filled: {order_id}\n"


def test_a_change_is_shown_with_what_it_costs(local: LocalExchange, capfd: Capture) -> None:
    fathom(capfd, *ADD, "-p", "20000", "--cl-ord-id", "mine", "--yes", *LOCAL)
    terminal = Terminal("order", "cancel", "mine", *LOCAL, columns=200)
    shown = terminal.until("Cancel? [y/N]")
    assert "(mine): buy 0.00100000 BTC/USD limit @ 20000.0, 0.00000000 filled, new" in shown
    assert "8 points; " in shown
    assert "s it costs 6" in shown
    terminal.type("yes\n")
    assert terminal.end() == 0
    assert open_orders(local.control, "carol") == []


def test_the_switch_is_set_and_fires(local: LocalExchange, capfd: Capture) -> None:
    fathom(capfd, *ADD, "-p", "20000", "--yes", *LOCAL)
    said = fathom(capfd, "order", "cancel-after", "60", "--yes", *LOCAL)
    assert said.out.startswith("every order is cancelled in 60 s")
    control(local.control, "/clock", {"advance_s": 61})
    assert open_orders(local.control, "carol") == []
    assert fathom(capfd, "order", "cancel-after", "0", "--yes", *LOCAL).out == "off\n"


# -- Batches -------------------------------------------------------------------------------------------------


def test_a_batch_places_them_all(local: LocalExchange, capfd: Capture, tmp_path: Path) -> None:
    rows = [
        {"order_type": "limit", "side": "buy", "order_qty": "0.001", "limit_price": f"{20_000 + n}"} for n in range(3)
    ]
    (tmp_path / "orders.json").write_text(json.dumps({"symbol": "BTC/USD", "orders": rows}))
    said = fathom(capfd, "order", "batch", str(tmp_path / "orders.json"), "--yes", *LOCAL)
    assert (said.status, said.out.count(": open\n")) == (0, 3)
    assert len(open_orders(local.control, "carol")) == 3


def test_ctrl_c_while_it_connects(local: LocalExchange) -> None:
    with faulty(local.control, kind="stall", role="public"), started(*ADD, "-p", "2", "--yes", *LOCAL) as process:
        assert process.stderr is not None
        with faulty(local.control, kind="rest_delay", delay_s=5):
            wait_for_handler(process.pid)
            assert stopped(process) == (130, b"error: interrupted\n")


def wait_for_handler(pid: int) -> None:
    """Wait until the process catches SIGINT by itself: bit 1 of SigCgt, and it sleeps in its loop."""
    while True:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines if ":" in line)
        if int(fields["SigCgt"].strip(), 16) & (1 << 14):  # SIGTERM: Python itself catches SIGINT alone.
            return
