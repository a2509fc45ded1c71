"""Real markets of Kraken, compiled, verified, traded on: a maker on books, a trend on candles, a saver on trades."""

from pathlib import Path

from fathom.run import packaged
from fathom.run.backtest.asked import Asked, config_of_backtest, time_of
from fathom.run.backtest.backtest import Backtest
from fathom.run.backtest.outcome import Outcome
from fathom.run.bot_file import read_bot_file
from fathom.run.history.archives import archive_of
from fathom.run.history.compile_command import compile_recording
from fathom.run.history.import_command import import_archive
from fathom.run.replay import replay_journal
from fathom.store import JournalWriter
from recorded import FIXTURES

RECORDINGS = Path(packaged.__file__).parent / "recordings"


def ran(folder: Path, data: Path, bot: str, *, first: str | None = None, last: str | None = None) -> Outcome:
    """What came of a bot over what is held, whose journal replays."""
    (folder / "bot.toml").write_text(bot)
    file = read_bot_file(folder / "bot.toml", {})
    from_ns, to_ns = time_of("--from", first), time_of("--to", last)
    config = config_of_backtest(file, data, from_ns=from_ns, to_ns=to_ns, asked=Asked())
    run = Backtest(config, run_id="real")
    with JournalWriter(folder / "journal", fsync="close") as log:
        outcome = run.run(log)
    run.close()
    assert run.venue.balances == {
        asset: held for asset, held in run.statistics.portfolio.balances.items() if asset in run.venue.balances
    }
    replayed, _ = replay_journal(folder / "journal")
    assert replayed.agrees
    return outcome


def bot_of(symbol: str, balances: str, strategy: str) -> str:
    return f"""name = "real"
symbols = ["{symbol}"]
quote = "{symbol.partition("/")[2]}"
[paper.balances]
{balances}
[risk]
position_share_max = "1"
order_value_max = "100000"
[[strategies]]
{strategy}
"""


MAKER = 'name = "maker"\nkind = "market_maker"\nparams = {{ symbol = "{}", order_qty = "{}", position_qty_max = "{}" }}'


def test_a_maker_on_a_real_book_of_bitcoin(tmp_path: Path) -> None:
    compiled = compile_recording(RECORDINGS / "btc-usd-2023-07-30.jsonl.zst", tmp_path / "data")
    assert (compiled.ok, compiled.frames) == (True, 510)
    bot = bot_of("BTC/USD", 'USD = "50000"\nBTC = "1"', MAKER.format("BTC/USD", "0.01", "0.2"))
    outcome = ran(tmp_path, tmp_path / "data", bot)
    assert outcome.told.frames == 510
    assert outcome.summary.total.approved > 0
    assert outcome.told.queues[0].rested > 0


def test_a_maker_on_the_longest_real_capture(tmp_path: Path) -> None:
    compiled = compile_recording(RECORDINGS / "ten-pairs-2021-04-17.jsonl.zst", tmp_path / "data")
    assert compiled.ok
    assert sum(one["verified"] for one in compiled.books.values()) == 4_279
    bot = bot_of("XMR/USD", 'USD = "50000"\nXMR = "100"', MAKER.format("XMR/USD", "1", "20"))
    outcome = ran(tmp_path, tmp_path / "data", bot)
    assert outcome.told.frames > 500
    assert outcome.summary.total.approved > 0


def test_a_trend_follower_on_real_candles(tmp_path: Path) -> None:
    import_archive(archive_of(FIXTURES / "ohlcvt" / "XBTUSD_60.csv.gz"), tmp_path / "data")
    trend = (
        'name = "trend"\nkind = "trend"\nparams = { symbol = "BTC/USD", risk_quote = "500", position_qty_max = "1", '
        "candle_s = 3600, entry_n = 100, exit_n = 50 }"
    )
    bot = bot_of("BTC/USD", 'USD = "100000"', trend)
    outcome = ran(tmp_path, tmp_path / "data", bot, first="2020-01-01", last="2020-03-01")
    assert outcome.told.symbols == {"BTC/USD": "candles"}
    assert outcome.summary.total.fills >= 4
    # It knows the hundred hours before its first day: the breakout of the third of January is traded.
    first_ns = min(time_ns for time_ns, equity in outcome.equity if abs(equity - 100_000) > 1)
    assert first_ns < (time_of("", "2020-01-10") or 0)


def test_a_saver_on_real_trades(tmp_path: Path) -> None:
    import_archive(archive_of(FIXTURES / "freqtrade" / "trades_csv" / "BCHEUR.csv"), tmp_path / "data")
    saver = (
        'name = "save"\nkind = "dca"\n'
        'params = { symbol = "BCH/EUR", spend_quote = "20", every_s = 3600, slippage_max = 50 }'
    )
    outcome = ran(tmp_path, tmp_path / "data", bot_of("BCH/EUR", 'EUR = "1000"', saver))
    assert outcome.told.symbols == {"BCH/EUR": "trades"}
    assert outcome.summary.total.fills > 0
