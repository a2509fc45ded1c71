"""What a strategy may be woken for.

Pure. Imports: domain. Imported by: strategy/api, strategy/host, users.
"""

from datetime import date
from typing import Final

from msgspec import Struct

from fathom.domain import LocalError

NS_PER_MINUTE: Final = 60_000_000_000
NS_PER_DAY: Final = 1_440 * NS_PER_MINUTE
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAYS_MAX: Final = 366  # Some day of each year is a Monday, and a 28th.
MONTH_DAY_MAX: Final = 28  # Every month has one.


class OnBook(Struct, frozen=True):
    """Wake `on_book` when the symbol's verified book moves: its top only, or with every frame."""

    symbol: str
    top_only: bool = True


class OnLevel3(Struct, frozen=True):
    """Wake `on_level3` when the symbol's verified level 3 book moves: its top only, or with every frame."""

    symbol: str
    top_only: bool = False


class OnTrades(Struct, frozen=True):
    """Wake `on_trades` when the market trades."""

    symbol: str


class OnCandle(Struct, frozen=True):
    """Wake `on_candle` when a candle of `interval_s` seconds closes. The last `keep` of them can be looked back at."""

    symbol: str
    interval_s: int
    keep: int = 500


class Every(Struct, frozen=True):
    """Wake `on_timer` every `interval_ns` of the log's time, from the start of the run."""

    interval_ns: int
    timer: str = "tick"


class At(Struct, frozen=True):
    """Wake `on_timer` at a time of the calendar, in UTC: each day, or on some days of the week or of the month.

    `time` is HH:MM; `days` are of mon to sun; `month_days` are 1 to 28. Both given: where both hold. One that comes
    while the bot is down wakes once when it is back. Raises LocalError where a part of it makes no sense.
    """

    time: str = "00:00"
    days: tuple[str, ...] = ()
    month_days: tuple[int, ...] = ()
    timer: str = "at"

    def __post_init__(self) -> None:
        hours, colon, minutes = self.time.partition(":")
        if not (len(hours) == len(minutes) == 2 and (hours + minutes).isdecimal() and colon):
            raise LocalError("time", f"a time is HH:MM in UTC, such as 09:30, not {self.time!r}")
        if int(hours) > 23 or int(minutes) > 59:
            raise LocalError("time", f"there is no {self.time} on a clock")
        for day in self.days:
            if day not in DAYS:
                raise LocalError("days", f"a day is one of {', '.join(DAYS)}, not {day!r}")
        for number in self.month_days:
            if not 1 <= number <= MONTH_DAY_MAX:
                raise LocalError("month_days", f"a day of the month is 1 to {MONTH_DAY_MAX}, not {number}")

    def next_ns(self, after_ns: int) -> int:
        """Return the first such time after `after_ns`."""
        of_day_ns = (int(self.time[:2]) * 60 + int(self.time[3:])) * NS_PER_MINUTE
        first = (after_ns - of_day_ns) // NS_PER_DAY + 1
        day = next(day for day in range(first, first + _DAYS_MAX) if self._holds(day))
        return day * NS_PER_DAY + of_day_ns

    def _holds(self, day: int) -> bool:
        on = date.fromordinal(_EPOCH + day)
        return (not self.days or DAYS[on.weekday()] in self.days) and (not self.month_days or on.day in self.month_days)


Wake = OnBook | OnLevel3 | OnTrades | OnCandle | Every | At
