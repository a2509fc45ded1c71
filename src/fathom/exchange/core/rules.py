"""The venue's settings: each fact that the reference leaves open, or that comes in two forms, is one of these.

Pure. Imports: nothing. Imported by: core, sessions, v1, rest, access.
"""

from typing import Literal

from msgspec import Struct


class Rules(Struct, frozen=True, kw_only=True):
    """What a run of the exchange does where Kraken may do one thing or the other; the stricter one by default."""

    limits: bool = True  # Rate counters, open orders, REST calls, messages, connections, level 3 subscriptions.
    ioc_rest: Literal["canceled", "expired"] = "canceled"  # What becomes of an IOC's or FOK's rest (7.1, unverified).
    post_only_refused: Literal["cancel", "error"] = "cancel"  # A post-only order that would take (7.1: both occur).
    cancels_limited: bool = True  # Whether a cancel is refused above the engine's rate (rate-limits.md 2, open).
    batch_cancel_form: Literal["result", "top"] = "result"  # 8.8: the documents, or the capture of 2024.
    answer_first_share: float = (
        0.5  # How often the answer of an order method comes before its executions (10, point 7).
    )
    heartbeat_s: float = 1.0
    idle_close_s: float = 60.0
    token_life_s: int = 900
    connections_max: int = 150  # Attempts an address within `connections_window_s`; beyond it a ban as long.
    connections_window_s: int = 600
    messages_per_s_max: int = 2000  # Of one connection; Kraken gives no number.
    level3_symbols_max: int = 200
    level3_counter_max: int = 500  # 200 standard, 500 pro, a second.
    history_call_cost: int = 4  # rate-limits.md 1: 4 in the newer documents, 2 in the older.
    backlog_bytes_max: int = 8_388_608  # A reader this far behind is cut off.
    validate_order_id: bool = False  # Whether a validated order's answer names an id (8.1, unverified).
    public_calls_max: int = 20  # Public REST calls of one address at once; Kraken says about one a second is safe.
    public_calls_per_s: float = 1.0
    refused_calls_count: bool = False  # Whether a refused REST call still costs (rate-limits.md 1, unverified).
    lockout_errors_max: int = 20  # Bad keys, signatures and nonces of one address within the window; then no answer.
    lockout_window_s: int = 60
    lockout_s: int = 900  # errors.md 2: about 15 minutes.
    instrument_exponents: bool = True  # Channel instrument: 1e-08 (captures of 2026) or 0.00000001 (those of 2024).
    pair_fees_listed: bool = False  # AssetPairs with fee tables, or with empty ones as in captures of 2026.
