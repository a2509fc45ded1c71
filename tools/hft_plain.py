"""The two simple strategies once more, in plain Python over the rows of a recording: nothing here knows the kernel.

With no rule swapped it is what our world does; with all of them swapped it is what hftbacktest does: so whatever the
two differ in is one of these rules.

Pure. Imports: hft_bots, hft_rules, hft_venue. Imported by: hft_judge, compare_hft, tests.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Final

import hft_bots
from hft_bots import Job
from hft_rules import CLEAR, LEVEL, Fill, Model, Row, Rule, merged
from hft_venue import OurBook, Own, TheirBook, Venue

LOT: Final = 1e-8
# What comes first of what is due at one nanosecond. Where the two programs differ it is the rule `tie`.
ROW_THERE, REQUEST, DECISION, ANSWER, ROW_HERE, DECISION_LATE = range(6)


class Client:
    """The strategy, with what it knows: its book, and what it was told of its orders."""

    def __init__(self, job: Job, *, theirs: bool) -> None:
        """`theirs`: a book that is not cut to its depth."""
        self.live: dict[int, Own] = {}  # Sign -> the order.
        self.position = 0
        self._job = job
        self._book = TheirBook() if theirs else OurBook()
        self._depth = 0
        self._number = 0

    def row(self, row: Row) -> None:
        """Take a row in."""
        if row.kind == CLEAR:
            self._book.clear()
            self._depth = row.order
        elif row.kind == LEVEL:
            self._book.set(row.side, row.price, row.qty)
            if row.last:
                self._book.end(self._depth)

    def decide(self, step: int) -> list[Own | int]:
        """Return what is asked for: orders, and the numbers of those to cancel."""
        job, wanted = self._job, list[Own | int]()
        bid, ask = self._book.best(0), self._book.best(1)
        if bid is None or ask is None:
            return wanted
        if job.kind == hft_bots.MAKER:
            for sign, best in ((1, bid), (-1, ask)):
                live = self.live.get(sign)
                price = hft_bots.quote(
                    sign, best, live.price if live else 0, self.position,
                    job.qty_lots, job.limit_lots, job.offset_ticks, job.slack_ticks,
                )  # fmt: skip
                if price == hft_bots.CANCEL and live:
                    wanted.append(live.number)
                elif price:
                    wanted.append(self._order(sign, price))
        elif not self.live:
            bids, asks = self._book.sides[0].get(bid, 0), self._book.sides[1].get(ask, 0)
            sign = hft_bots.impulse(
                step, bids, asks, self.position, job.qty_lots, job.limit_lots, job.bound_percent, job.regular
            )
            if sign:
                wanted.append(self._order(sign, ask + job.reach_ticks if sign > 0 else bid - job.reach_ticks))
        return wanted

    def _order(self, sign: int, price: int) -> Own:
        self._number += 1
        self.live[sign] = Own(self._number, sign, price, self._job.qty_lots)
        return self.live[sign]

    def answer(self, number: int, fill: Fill | None) -> None:
        """Hear of a fill of an order, or of its end."""
        if fill is not None:
            self.position += fill.sign * fill.qty
        else:
            self.live = {sign: own for sign, own in self.live.items() if own.number != number}


class Run:
    """One run: what is due, in its order."""

    def __init__(self, rows: Sequence[Row], job: Job, model: Model, rules: frozenset[Rule], *, lot: float) -> None:
        self.fills: list[Fill] = []
        self._rows = rows
        self._job = job
        self._venue = Venue(model, rules, lot=lot)
        self._client = Client(job, theirs="beyond" in rules)
        self._heap: list[tuple[int, int, int, object]] = []
        self._pushed = 0
        self._decision = DECISION_LATE if "tie" in rules else DECISION

    def played(self) -> list[Fill]:
        """Return the fills of it."""
        there = here = 0
        count, rows = len(self._rows), self._rows
        self._push(self._job.begin_ns, self._decision, 0)
        while self._heap:
            now_ns, kind, _, what = self._heap[0]
            there_due = (rows[there].venue_ns, ROW_THERE) if there < count else (now_ns + 1, 0)
            here_due = (rows[here].local_ns, ROW_HERE) if here < count else (now_ns + 1, 0)
            if there_due < min((now_ns, kind), here_due):
                self._venue.row(rows[there])
                there += 1
                self._tell(rows[there - 1].venue_ns)
            elif here_due < (now_ns, kind):
                self._client.row(rows[here])
                here += 1
            elif there == count and now_ns > self._job.close_ns:
                break
            else:
                heapq.heappop(self._heap)
                self._due(now_ns, kind, what)
        return merged(fill for fill in self.fills if fill.time_ns + self._job.latency_ns <= self._job.close_ns)

    def _due(self, now_ns: int, kind: int, what: object) -> None:
        job = self._job
        if kind == REQUEST:
            self._venue.now_ns = now_ns
            self._request(what)
            self._tell(now_ns)
        elif kind == ANSWER:
            assert isinstance(what, tuple)
            self._client.answer(*what)
        else:
            assert isinstance(what, int)
            for wanted in self._client.decide(what):
                self._push(now_ns + job.latency_ns, REQUEST, wanted)
            # The last one lets the run go on until all that counts has come.
            next_ns = now_ns + job.every_ns
            if next_ns <= job.end_ns:
                self._push(next_ns, self._decision, what + 1)
            elif job.end_ns < job.close_ns and now_ns <= job.end_ns:
                self._push(job.close_ns + 1, ANSWER, (0, None))

    def _request(self, what: object) -> None:
        now_ns = self._venue.now_ns
        if isinstance(what, int):
            if any(own.number == what for own in self._venue.open):
                self._venue.cancel(what)
                self._end(what, now_ns)
            return
        assert isinstance(what, Own)
        if self._job.kind == hft_bots.TAKER:
            self._venue.take(what)
            self._tell(now_ns)
            self._end(what.number, now_ns)
        elif not self._venue.rest(what):
            self._end(what.number, now_ns)

    def _tell(self, now_ns: int) -> None:
        """Send what was filled on its way."""
        for number, fill in self._venue.fills:
            self.fills.append(fill)
            self._push(now_ns + self._job.latency_ns, ANSWER, (number, fill))
            if self._job.kind == hft_bots.MAKER and all(own.number != number for own in self._venue.open):
                self._end(number, now_ns)
        self._venue.fills.clear()

    def _end(self, number: int, now_ns: int) -> None:
        self._push(now_ns + self._job.latency_ns, ANSWER, (number, None))

    def _push(self, time_ns: int, kind: int, what: object) -> None:
        self._pushed += 1
        heapq.heappush(self._heap, (time_ns, kind, self._pushed, what))


def played(rows: Sequence[Row], job: Job, model: Model, rules: frozenset[Rule], *, lot: float = LOT) -> list[Fill]:
    """Return the fills of a strategy over the rows of a recording."""
    return Run(rows, job, model, rules, lot=lot).played()
