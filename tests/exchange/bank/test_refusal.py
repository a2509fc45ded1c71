from fathom.exchange.bank import Refusal


def test_refusals_compare_by_their_words() -> None:
    assert Refusal("EOrder:Insufficient funds") == Refusal("EOrder:Insufficient funds")
    assert Refusal("EOrder:Insufficient funds") != Refusal("EOrder:Insufficient margin")
