from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fathom.portfolio import ACCOUNTS, Ledger

amounts = st.decimals(-(10**12), 10**12, places=10)
moves = st.lists(
    st.tuples(st.sampled_from(["USD", "BTC"]), amounts, st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS))
)


@given(moves)
def test_whatever_moves_every_asset_sums_to_zero(moves: list[tuple[str, Decimal, str, str]]) -> None:
    ledger = Ledger()
    for asset, amount, source, target in moves:
        ledger.move(asset, amount, source=source, target=target)  # type: ignore[arg-type]  # Sampled from the names.
        assert not any(ledger.sums().values())


def test_an_amount_leaves_one_account_and_enters_another() -> None:
    ledger = Ledger()
    ledger.move("USD", Decimal("1.50"), source="deposits", target="spot")
    ledger.move("USD", Decimal("0.25"), source="spot", target="earn")
    assert ledger.held("spot") == {"USD": Decimal("1.25")}
    assert ledger.held("earn") == {"USD": Decimal("0.25")}
    assert ledger.held("deposits") == {"USD": Decimal("-1.50")}
    ledger.move("USD", Decimal("-1.25"), source="deposits", target="spot")
    assert ledger.held("spot") == {}
