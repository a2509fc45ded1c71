from risk_proposals import of


def test_a_buy_gives_quote_and_takes_base_and_a_sale_the_other_way_round() -> None:
    assert (of().side, of().gives, of().takes) == ("buy", "USD", "BTC")
    sale = of(w_side="sell")
    assert (sale.side, sale.gives, sale.takes) == ("sell", "BTC", "USD")
