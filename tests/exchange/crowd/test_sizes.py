from random import Random

from crowd_venue import venue_of

from fathom.exchange.crowd.parameters import pair_style
from fathom.exchange.crowd.sizes import LEVEL_MAX, NEAR, Sizes
from fathom.exchange.crowd.values import usd_values
from fathom.exchange.listing import PAIRS, Pair


def sizes_of(pair: Pair) -> Sizes:
    return Sizes(
        pair,
        style=pair_style(pair),
        base_usd=usd_values(listed=PAIRS)[pair.base],
        fair_ticks=float(pair.reference_price.scaleb(pair.price_precision)),
    )


def test_no_order_is_below_the_pairs_minima() -> None:
    for pair in PAIRS:
        sizes = sizes_of(pair)
        lowest = float(pair.reference_price) * (1.0 - pair_style(pair).span)
        for lots in (sizes.lots_min, sizes.level(-9.0, near=True), sizes.noise(-9.0), sizes.trade(0.0)):
            assert lots >= pair.qty_lots_min
            assert float(pair.qty(lots)) * lowest >= float(pair.cost_min), pair.symbol


def test_sizes_are_of_the_order_that_the_table_says() -> None:
    pair = venue_of("BTC/USD").markets["BTC/USD"].pair
    style, sizes = pair_style(pair), sizes_of(pair)
    usd = float(pair.reference_price) / 10**pair.qty_precision
    rng = Random(1)
    drawn = sorted(sizes.level(rng.gauss(0.0, 1.0), near=False) * usd for _ in range(2000))
    assert 0.7 * style.level_usd < drawn[1000] < 1.4 * style.level_usd
    assert drawn[-1] <= style.level_usd * LEVEL_MAX
    assert sizes.level(0.0, near=True) > sizes.level(0.0, near=False) * (NEAR - 0.1)
    assert sizes.noise(0.0) < sizes.level(0.0, near=False) / 5
    assert sizes.trade(10.0) * usd > 9.9 * style.trade_usd
    assert sizes.trade(1e9) * usd < 9.0 * style.level_usd


def test_small_ones_are_round() -> None:
    sizes = sizes_of(PAIRS[0])
    texts = [str(sizes.level(normal / 10, near=False)) for normal in range(-15, -2)]
    assert all(text[2:].strip("0") == "" for text in texts)
    assert str(sizes.level(1.2345, near=False))[2:].strip("0") != ""
