"""Batches from files: three forms, every digit, and the number of the order that is wrong."""

from pathlib import Path

import pytest

from fathom.domain import LocalError
from fathom.run.ordering.file import FILE_BYTES_MAX, read_orders

ROW = '{"order_type": "limit", "side": "buy", "order_qty": 1.50, "limit_price": "2.000"%s}'
TOML = 'symbol = "A/B"\n[[order]]\norder_type = "limit"\nside = "buy"\norder_qty = 1.50\nlimit_price = "2.000"\n'


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("o.json", '{"symbol": "A/B", "orders": [' + ROW % "" + "," + ROW % "" + "]}", 2),
        ("o.json", "[" + ROW % ', "symbol": "A/B"' + "]", 1),
        ("o.jsonl", ROW % ', "symbol": "A/B"' + "\n\n" + ROW % "" + "\n", 2),
        ("o.toml", TOML, 1),
    ],
)
def test_every_form_keeps_every_digit(tmp_path: Path, name: str, content: str, count: int) -> None:
    (tmp_path / name).write_text(content)
    symbol, orders = read_orders(tmp_path / name, symbol=None)
    assert (symbol, len(orders)) == ("A/B", count)
    assert {(str(order.order_qty), str(order.limit_price)) for order in orders} == {("1.50", "2.000")}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", "file: .* is neither TOML .* nor JSON"),
        ("{", "is neither TOML"),
        ("[]", "has no orders"),
        ("7", "has no orders"),
        ("[1]", "has no orders"),
        ("[" + ROW % "" + "]", "symbol: a batch is of one pair, and this has none"),
        ("[" + ROW % ', "symbol": "A/B"' + "," + ROW % ', "symbol": "C/D"' + "]", "this has A/B, C/D"),
        ("[" + ROW % ', "symbol": "A/B", "prize": 1' + "]", "order 1: has no field prize; there are "),
        ("[" + ROW % ', "symbol": "A/B", "post_only": "x"' + "]", "order 1: Expected `bool"),
        ("[" + ROW % ', "symbol": "A/B", "time_in_force": "x"' + "]", "order 1: Invalid enum value"),
        ("x" * (FILE_BYTES_MAX + 1), "has more than"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, content: str, error: str) -> None:
    (tmp_path / "o.json").write_text(content)
    with pytest.raises(LocalError, match=error):
        read_orders(tmp_path / "o.json", symbol=None)


def test_the_pair_by_the_command_line_must_agree(tmp_path: Path) -> None:
    (tmp_path / "o.toml").write_text(TOML)
    assert read_orders(tmp_path / "o.toml", symbol="A/B")[0] == "A/B"
    with pytest.raises(LocalError, match="A/B, C/D"):
        read_orders(tmp_path / "o.toml", symbol="C/D")
