from decimal import Decimal

import pytest

from fathom.domain import BalancesSeen, FundsMoved, RemoteError
from fathom.protocol import decode
from fathom.protocol.messages import BalancesSnapshot, BalancesUpdate
from fathom.protocol.translate import balances_seen, funds_moved

D = Decimal


def test_a_snapshot_tells_totals_and_wallets() -> None:
    message = decode(
        b'{"channel":"balances","type":"snapshot","data":[{"asset":"BTC","asset_class":"currency","balance":1.5,'
        b'"wallets":[{"type":"spot","id":"main","balance":1.2},{"type":"earn","id":"bonded","balance":0.3}]},'
        b'{"asset":"USD","asset_class":"currency","balance":7.0000,"wallets":[]}],"sequence":1}'
    )
    assert isinstance(message, BalancesSnapshot)
    assert balances_seen(message) == BalancesSeen(
        (("BTC", D("1.5")), ("USD", D(7))), (("BTC", "spot", D("1.2")), ("BTC", "earn", D("0.3")))
    )


UPDATE = (
    b'{"channel":"balances","type":"update","data":[{"ledger_id":"A5KS77-LQRMP-SMMN4B","ref_id":"AGBB7L-HT5LX-J3BB4A",'
    b'"timestamp":"%s","type":"trade","asset":"USD","asset_class":"currency","category":"trade",%s'
    b'"amount":132.9995,"fee":0.3458,"balance":500.0000}],"sequence":10}'
)


@pytest.mark.parametrize(("wallet", "told"), [(b"", "spot"), (b'"wallet_type":"earn",', "earn")])
def test_a_row_of_the_ledger(wallet: bytes, told: str) -> None:
    message = decode(UPDATE % (b"2023-09-22T10:33:05.710982Z", wallet))
    assert isinstance(message, BalancesUpdate)
    (row,) = funds_moved(message)
    assert row == FundsMoved(
        "A5KS77-LQRMP-SMMN4B", "AGBB7L-HT5LX-J3BB4A", "trade", "USD", told, D("132.9995"), D("0.3458"), row.time_ns
    )
    assert row.time_ns == 1_695_378_785_710_982_000


def test_a_row_at_no_time_is_refused() -> None:
    message = decode(UPDATE % (b"yesterday", b""))
    assert isinstance(message, BalancesUpdate)
    with pytest.raises(RemoteError, match="yesterday"):
        funds_moved(message)
