"""The assets and pairs that are listed, a row each: real names, real precisions, plausible minima, limits and prices.

Names and precisions are those of Kraken's AssetPairs of 2021, and of newer answers where they differ. It listed no SOL,
MATIC, AVAX and SHIB yet: those rows, and most minima, limits, collateral values, loan rates and prices, are plausible
only. What a pair's names and cost rules follow from its assets is derived, never written twice.

Pure. Imports: asset, pair, domain. Imported by: listing.
"""

from decimal import Decimal
from typing import Final

from fathom.domain import to_units
from fathom.exchange.listing.asset import Asset
from fathom.exchange.listing.pair import Pair

LEVERAGE_MIN: Final = 2

# Of the quote asset: the smallest cost of an order, and the decimals of a cost.
COST_MIN: Final = {"BTC": Decimal("0.00002")}
COST_MIN_ELSE: Final = Decimal("0.5")
COST_PRECISION: Final = {"BTC": 10}
COST_PRECISION_ELSE: Final = 5


def _asset(  # noqa: PLR0917 - a row of the table below.
    symbol: str,
    rest_id: str,
    altname: str,
    decimals: int,
    shown: int,
    collateral: str | None = None,
    margin_rate: str | None = None,
) -> Asset:
    return Asset(
        symbol=symbol,
        rest_id=rest_id,
        altname=altname,
        decimals=decimals,
        decimals_shown=shown,
        collateral_value=None if collateral is None else Decimal(collateral),
        margin_rate=None if margin_rate is None else Decimal(margin_rate),
    )


# v2's name, REST's key, REST's altname, decimals, decimals shown, value as collateral, rate of a loan.
ASSETS: Final[tuple[Asset, ...]] = (
    _asset("USD", "ZUSD", "USD", 4, 2, "1", "0.036"),
    _asset("EUR", "ZEUR", "EUR", 4, 2, "1", "0.02"),
    _asset("GBP", "ZGBP", "GBP", 4, 2, "1", "0.02"),
    _asset("BTC", "XXBT", "XBT", 10, 5, "0.99", "0.01"),
    _asset("ETH", "XETH", "ETH", 10, 5, "0.99", "0.02"),
    _asset("USDT", "USDT", "USDT", 8, 4, "0.95", "0.02"),
    _asset("USDC", "USDC", "USDC", 8, 4, "1", "0.02"),
    _asset("SOL", "SOL", "SOL", 10, 5, "0.95", "0.02"),
    _asset("XRP", "XXRP", "XRP", 8, 5, "0.95", "0.02"),
    _asset("ADA", "ADA", "ADA", 8, 6, "0.9", "0.02"),
    _asset("DOGE", "XXDG", "XDG", 8, 2, "0.9", "0.02"),
    _asset("LTC", "XLTC", "LTC", 10, 5, "0.95", "0.02"),
    _asset("DOT", "DOT", "DOT", 10, 8, "0.9", "0.02"),
    _asset("LINK", "LINK", "LINK", 10, 5, "0.9", "0.02"),
    _asset("XMR", "XXMR", "XMR", 10, 5, "0.9", "0.02"),
    _asset("OMG", "OMG", "OMG", 10, 5),
    _asset("ATOM", "ATOM", "ATOM", 8, 6, "0.9", "0.02"),
    _asset("BCH", "BCH", "BCH", 10, 5, "0.95", "0.02"),
    _asset("XLM", "XXLM", "XLM", 8, 5, "0.9", "0.02"),
    _asset("TRX", "TRX", "TRX", 8, 6, "0.9", "0.02"),
    _asset("UNI", "UNI", "UNI", 10, 5, "0.8", "0.02"),
    _asset("ALGO", "ALGO", "ALGO", 8, 5, "0.8", "0.02"),
    _asset("MATIC", "MATIC", "MATIC", 10, 5, "0.8", "0.02"),
    _asset("AVAX", "AVAX", "AVAX", 10, 5, "0.9", "0.02"),
    _asset("SHIB", "SHIB", "SHIB", 5, 5, "0.7", "0.02"),
    _asset("KSM", "KSM", "KSM", 10, 8),
    _asset("ETC", "XETC", "ETC", 10, 5, "0.9", "0.02"),
    _asset("ZEC", "XZEC", "ZEC", 10, 5, "0.8", "0.02"),
)

_BY_SYMBOL: Final = {asset.symbol: asset for asset in ASSETS}


def _pair(
    symbol: str,
    rest_id: str,
    price_precision: int,
    qty_min: str,
    reference_price: str,
    *,
    margin: tuple[int, int, int] | None = None,  # The highest leverage, and the position limits: long, short.
    index: bool = False,
    qty_precision: int = 8,
    increment: int = 1,  # Ticks that a price must be a multiple of.
) -> Pair:
    base, quote = symbol.split("/")
    base_altname, quote_altname = _BY_SYMBOL[base].altname, _BY_SYMBOL[quote].altname
    leverage_max, position_max_long, position_max_short = margin or (0, 0, 0)
    return Pair(
        symbol=symbol,
        base=base,
        quote=quote,
        rest_id=rest_id,
        altname=f"{base_altname}{quote_altname}",
        wsname=f"{base_altname}/{quote_altname}",
        price_precision=price_precision,
        qty_precision=qty_precision,
        price_increment_ticks=increment,
        cost_precision=COST_PRECISION.get(quote, COST_PRECISION_ELSE),
        qty_lots_min=to_units(Decimal(qty_min), precision=qty_precision),
        cost_min=COST_MIN.get(quote, COST_MIN_ELSE),
        leverages=tuple(range(LEVERAGE_MIN, leverage_max + 1)),
        position_max_long=position_max_long,
        position_max_short=position_max_short,
        has_index=index,
        reference_price=Decimal(reference_price),
    )


# v2's symbol, REST's key, price precision, smallest quantity, reference price; margin as above.
PAIRS: Final[tuple[Pair, ...]] = (
    _pair("BTC/USD", "XXBTZUSD", 1, "0.00005", "97000.0", margin=(10, 350, 250), index=True),
    _pair("BTC/EUR", "XXBTZEUR", 1, "0.00005", "89814.8", margin=(10, 250, 200), index=True),
    _pair("BTC/GBP", "XXBTZGBP", 1, "0.00005", "76378.0", margin=(3, 40, 30), index=True),
    _pair("BTC/USDT", "XBTUSDT", 1, "0.00005", "97048.5", margin=(10, 80, 80), index=True),
    _pair("BTC/USDC", "XBTUSDC", 2, "0.00005", "97009.70", margin=(3, 40, 30), index=True),
    _pair("ETH/USD", "XETHZUSD", 2, "0.002", "3100.00", margin=(10, 5000, 3500), index=True),
    _pair("ETH/EUR", "XETHZEUR", 2, "0.002", "2870.37", margin=(10, 4000, 2500), index=True),
    _pair("ETH/GBP", "XETHZGBP", 2, "0.002", "2440.94", index=True),
    _pair("ETH/BTC", "XETHXXBT", 5, "0.002", "0.03196", margin=(5, 1000, 600), index=True),
    _pair("ETH/USDT", "ETHUSDT", 2, "0.002", "3101.55", margin=(5, 1000, 800), index=True),
    _pair("SOL/USD", "SOLUSD", 2, "0.04", "140.00", margin=(10, 60000, 40000), index=True),
    _pair("SOL/EUR", "SOLEUR", 2, "0.04", "129.63", margin=(5, 20000, 15000), index=True),
    _pair("XRP/USD", "XXRPZUSD", 5, "2", "2.20000", margin=(10, 3000000, 2000000), index=True),
    _pair("XRP/EUR", "XXRPZEUR", 5, "2", "2.03704", margin=(5, 1500000, 1000000), index=True),
    _pair("XRP/BTC", "XXRPXXBT", 8, "2", "0.00002268", margin=(3, 500000, 300000), index=True),
    _pair("ADA/USD", "ADAUSD", 6, "10", "0.500000", margin=(5, 2000000, 1200000), index=True),
    _pair("ADA/EUR", "ADAEUR", 6, "10", "0.462963", margin=(3, 1000000, 800000), index=True),
    _pair("ADA/BTC", "ADAXBT", 8, "10", "0.00000515", margin=(3, 300000, 200000), index=True),
    _pair("DOGE/USD", "XDGUSD", 7, "30", "0.1600000", margin=(5, 10000000, 6000000), index=True),
    _pair("DOGE/EUR", "XDGEUR", 7, "30", "0.1481481", margin=(3, 4000000, 3000000), index=True),
    _pair("DOGE/BTC", "XXDGXXBT", 8, "30", "0.00000165", index=True),
    _pair("LTC/USD", "XLTCZUSD", 2, "0.05", "100.00", margin=(3, 20000, 12000), index=True),
    _pair("LTC/EUR", "XLTCZEUR", 2, "0.05", "92.59", margin=(3, 10000, 8000), index=True),
    _pair("LTC/BTC", "XLTCXXBT", 6, "0.05", "0.001031", margin=(3, 5000, 3000), index=True),
    _pair("DOT/USD", "DOTUSD", 4, "1.8", "2.8000", margin=(5, 200000, 120000), index=True),
    _pair("DOT/EUR", "DOTEUR", 4, "1.8", "2.5926", margin=(3, 100000, 60000), index=True),
    _pair("LINK/USD", "LINKUSD", 5, "0.35", "14.00000", margin=(5, 100000, 60000), index=True),
    _pair("LINK/EUR", "LINKEUR", 5, "0.35", "12.96296", margin=(3, 50000, 30000), index=True),
    _pair("XMR/USD", "XXMRZUSD", 2, "0.015", "400.00", margin=(2, 3000, 2000)),
    _pair("XMR/EUR", "XXMRZEUR", 2, "0.015", "370.37", margin=(2, 2000, 1500)),
    _pair("OMG/USD", "OMGUSD", 6, "45", "0.110000"),
    _pair("ATOM/USD", "ATOMUSD", 4, "1.8", "2.8000", margin=(3, 50000, 30000), index=True),
    _pair("BCH/USD", "BCHUSD", 2, "0.01", "500.00", margin=(3, 4000, 2500), index=True),
    _pair("BCH/EUR", "BCHEUR", 2, "0.01", "462.96", margin=(3, 2500, 1500), index=True),
    _pair("XLM/USD", "XXLMZUSD", 6, "20", "0.260000", margin=(3, 1000000, 600000), index=True),
    _pair("XLM/EUR", "XXLMZEUR", 6, "20", "0.240741", margin=(2, 500000, 300000), index=True),
    _pair("TRX/USD", "TRXUSD", 6, "17", "0.290000", margin=(3, 1500000, 900000), index=True),
    _pair("UNI/USD", "UNIUSD", 3, "0.7", "7.400", margin=(3, 50000, 30000), index=True),
    _pair("ALGO/USD", "ALGOUSD", 5, "32", "0.15500", margin=(3, 1000000, 600000), index=True),
    _pair("MATIC/USD", "MATICUSD", 4, "25", "0.2000", margin=(3, 800000, 500000), index=True),
    # The one with a tick above its last decimal. Kraken lists it no more: no new recording lies between its ticks.
    _pair("MATIC/EUR", "MATICEUR", 4, "25", "0.1850", margin=(2, 300000, 200000), index=True, increment=5),
    _pair("MATIC/GBP", "MATICGBP", 4, "25", "0.1575"),
    _pair("AVAX/USD", "AVAXUSD", 2, "0.33", "15.50", margin=(5, 60000, 40000), index=True),
    _pair("USDC/USD", "USDCUSD", 4, "5", "0.9999", margin=(3, 2000000, 1500000), index=True),
    _pair("USDC/EUR", "USDCEUR", 4, "5", "0.9258", margin=(3, 1000000, 800000), index=True),
    _pair("USDT/USD", "USDTZUSD", 4, "5", "0.9995", margin=(2, 2000000, 1500000), index=True),
    _pair("USDT/EUR", "USDTEUR", 4, "5", "0.9255", margin=(3, 1000000, 800000), index=True),
    _pair("EUR/USD", "ZEURZUSD", 5, "0.5", "1.08000", index=True),
    _pair("GBP/USD", "ZGBPZUSD", 5, "0.5", "1.27000", index=True),
    _pair("EUR/GBP", "EURGBP", 5, "0.5", "0.85039", index=True),
    _pair("SHIB/USD", "SHIBUSD", 8, "550000", "0.00000920", margin=(2, 500000000, 300000000), qty_precision=5),
    _pair("KSM/USD", "KSMUSD", 2, "0.5", "10.00"),
    _pair("ETC/USD", "XETCZUSD", 3, "0.3", "16.000", margin=(2, 30000, 20000), index=True),
    _pair("ZEC/USD", "XZECZUSD", 2, "0.015", "400.00", margin=(2, 3000, 2000)),
)
