from typing import Any

import pytest
from msgspec import json

from fathom.exchange.bank import Account, LedgerEntry
from fathom.exchange.listing import Listing
from fathom.exchange.sessions.balance_rows import entry_row, total_rows
from fathom.protocol import decode_strict, parse_time
from recorded import FIXTURES

LISTING = Listing()
# websocket-v2.md 7.2, padded to the ledger's places.
UPDATE = (
    '{"ledger_id":"A5KS77-LQRMP-SMMN4B","ref_id":"AGBB7L-HT5LX-J3BB4A","timestamp":"2023-09-22T10:33:05.710082Z",'
    '"type":"trade","asset":"USD","asset_class":"currency","category":"trade","wallet_type":"spot",'
    '"wallet_id":"main","amount":132.9995,"fee":0.3458,"balance":500.0000}'
)


def make_entry(**fields: Any) -> LedgerEntry:
    terms: dict[str, Any] = {
        "ledger_id": "A5KS77-LQRMP-SMMN4B", "ref_id": "AGBB7L-HT5LX-J3BB4A", "type": "trade", "asset": "USD",
        "time_ns": parse_time("2023-09-22T10:33:05.710082Z"), "amount_units": 1_329_995, "fee_units": 3_458,
        "balance_units": 5_000_000,
    }  # fmt: skip
    return LedgerEntry(**{**terms, **fields})


def test_an_entry_is_the_documented_row() -> None:
    assert entry_row(make_entry(), LISTING) == UPDATE


@pytest.mark.parametrize(
    ("entry_type", "category"),
    [("margin", "margin-trade"), ("settled", "margin-settle"), ("rollover", "marginrollover"), ("deposit", "deposit"),
     ("withdrawal", "withdrawal"), ("transfer", None)],
)  # fmt: skip
def test_every_kind_has_its_category(entry_type: str, category: str | None) -> None:
    row = entry_row(make_entry(type=entry_type, amount_units=-1, asset="BTC"), LISTING)
    assert json.decode(row).get("category") == category
    assert '"amount":-0.0000000001,' in row
    strictly("update", row)


def test_a_subtype_is_there_only_if_there_is_one() -> None:
    row = entry_row(make_entry(type="transfer", subtype="spotfromfutures"), LISTING)
    assert json.decode(row)["subtype"] == "spotfromfutures"
    assert "subtype" not in json.decode(entry_row(make_entry(), LISTING))


def test_totals_are_those_of_the_account_by_name() -> None:
    account = Account(name="a", number="A", balances={"USD": 1_602_405, "BTC": 12_000_000_000})
    rows = total_rows(account, LISTING)
    assert rows == [
        (
            '{"asset":"BTC","asset_class":"currency","balance":1.2000000000,"wallets":[{"type":"spot","id":"main",'
            '"balance":1.2000000000}]}'
        ),
        (
            '{"asset":"USD","asset_class":"currency","balance":160.2405,"wallets":[{"type":"spot","id":"main",'
            '"balance":160.2405}]}'
        ),
    ]
    strictly("snapshot", ",".join(rows))
    assert total_rows(Account(name="b", number="B"), LISTING) == []


def test_the_shape_is_the_recorded_one() -> None:
    account = Account(name="a", number="A", balances={"USD": 1})
    ours = json.decode(total_rows(account, LISTING)[0])
    for line in (FIXTURES / "kraken-async-rs/ws-v2-messages.jsonl").read_text().splitlines():
        real = json.decode(line)["text"]
        for row in real.get("data", []) if real.get("channel") == "balances" else []:
            assert list(row) == list(ours)
            assert all(list(wallet) == list(ours["wallets"][0]) for wallet in row["wallets"])


def strictly(message_type: str, rows: str) -> None:
    decode_strict(f'{{"channel":"balances","type":"{message_type}","data":[{rows}],"sequence":1}}'.encode())
