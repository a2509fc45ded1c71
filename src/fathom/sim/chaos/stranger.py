"""A person who trades by hand on the bot's account: orders that are none of ours.

Pure. Imports: exchange, protocol. Imported by: rough.
"""

from base64 import b64decode
from decimal import Decimal
from random import Random

from fathom.exchange import ApiKey, Exchange
from fathom.protocol import HttpRequest, rest
from fathom.protocol.messages import OrderSide

SYMBOL = "ETH/USD"


def trade_by_hand(exchange: Exchange, key: ApiKey, chance: Random, *, number: int, now_ns: int) -> None:
    """Sell or buy a little at the market, or leave a bid that is far off; by the website, past our links."""
    pair = exchange.listing.pairs[SYMBOL]
    side: OrderSide = chance.choice(("buy", "sell"))
    if chance.random() < 0.5:
        request = rest.AddOrder(pair=pair.altname, ordertype="market", type=side, volume=Decimal("0.01"))
    else:
        price = (pair.reference_price / 2).quantize(Decimal(1))
        request = rest.AddOrder(pair=pair.altname, ordertype="limit", type="buy", volume=Decimal("0.01"), price=price)
    nonce = str(now_ns // 1_000 + number)
    body = rest.private_body(request, nonce=nonce)
    path = request.endpoint.path
    sign = rest.api_sign(path, nonce=nonce, body=body.content, secret=b64decode(key.secret))
    headers = {"api-key": key.key, "api-sign": sign, "content-type": body.content_type}
    exchange.answer(
        HttpRequest(method="POST", path=path, headers=headers, body=body.content, peer="10.0.0.8"), now_ns=now_ns
    )
