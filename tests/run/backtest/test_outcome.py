from fathom.run.backtest.outcome import queue_rows
from fathom.sim.stepped import Queued

S = 1_000_000_000


def test_queues_are_told_pair_by_pair() -> None:
    queued = [
        Queued("BTC/USD", 10, 2 * S, 5, 5),
        Queued("BTC/USD", 20, 4 * S, 2, 5),
        Queued("BTC/USD", 30, 6 * S, 0, 10),
        Queued("ETH/USD", 0, S, 1, 1),
    ]
    btc, eth = queue_rows(queued)
    assert (btc.symbol, btc.rested, btc.filled, btc.touched) == ("BTC/USD", 3, 1, 1)
    assert (btc.ahead_mean_lots, btc.filled_share, btc.filled_p50_s, btc.left_p50_s) == (20.0, 0.35, 2.0, 6.0)
    assert (eth.filled_share, eth.left_p50_s) == (1.0, None)


def test_without_orders_there_is_nothing_to_tell() -> None:
    assert queue_rows([]) == []
