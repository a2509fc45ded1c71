"""One stage of a campaign: moment after moment on one exchange and one journal, each judged before the next."""

import asyncio
import json
import signal
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from havoc_journal import FINAL, JournalView, read_view
from havoc_judge import Excuses, Span, compare, lost_fills, switch_faults
from havoc_plan import Kind, Moment, moment_of
from havoc_stage import RENEW_S, TIMEOUT_S, Stage, until

from fathom.domain import FathomError
from fathom.run.replay import replay_journal, told
from fathom.run.trading.control import ask

NAME: Final = "havoc"  # Of the bot.
WELL_S_MAX: Final = 240.0  # From the end of a moment until it trades again.
SETTLE_S_MAX: Final = 60.0  # Until journal and exchange agree while the market stands still.
FIRED_S: Final = 3.0  # The switch fires so long after its time at most.
STEADY_S: Final = 0.5  # So long it must stay well.
LATE_S: Final = 1.5  # So late at most is a renewal while all is well.
SLACK_S: Final = 3.0  # A renewal may be so late without a fault.
WRITTEN_S_MAX: Final = 20.0  # The exchange writes its state down every ten seconds.
PERSON_EVERY_S: Final = 5.0


class Wrong(Exception):
    """What did not hold."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of one moment."""

    number: int
    kind: Kind
    told: str
    wrong: list[str]
    seconds: float = 0.0
    well_s: float = 0.0  # From its end until the bot was well.
    fired: bool = False  # Whether the dead man's switch cancelled something.
    forgotten: int = 0  # Fills that a killed exchange has told and forgotten.
    person: bool = False  # Whether a person had to accept what a killed exchange forgot.


class Stages:
    """Plays moments; where one fails the next ones get a new stage."""

    def __init__(self, folder: Path, seed: int, kinds: Sequence[Kind] = ()) -> None:
        self._folder = folder
        self._seed = seed
        self._kinds = kinds

    async def play(self, numbers: Sequence[int]) -> list[Outcome]:
        """Play these moments, in order."""
        outcomes: list[Outcome] = []
        left = list(numbers)
        while left:
            folder = self._folder / f"from-{left[0]:04}"
            played = await self._stage(folder, left)
            outcomes += played
            left = left[len(played) :]
        return outcomes

    async def _stage(self, folder: Path, numbers: Sequence[int]) -> list[Outcome]:
        stage = Stage(folder, self._seed + numbers[0])
        play = Play(stage)
        outcomes: list[Outcome] = []
        try:
            await play.begin()
            for number in numbers:
                moment = moment_of(self._seed, number, self._kinds)
                outcomes.append(outcome := await play.moment(moment))
                if number == numbers[-1] and not outcome.wrong:
                    outcome.wrong += await play.end()
                _tell(outcome, folder, self._seed)
                if outcome.wrong:
                    break
        finally:
            await stage.close()
        return outcomes


def _tell(outcome: Outcome, folder: Path, seed: int) -> None:
    verdict = "ok" if not outcome.wrong else "WRONG"
    more = ", the switch fired" if outcome.fired else ""
    more += f", {outcome.forgotten} fills forgotten by the exchange" if outcome.forgotten else ""
    more += ", accepted by a person" if outcome.person else ""
    print(
        f"moment {outcome.number}: {outcome.told}: {verdict}, well after {outcome.well_s:.1f} s, "
        f"{outcome.seconds:.1f} s in all{more}",
        flush=True,
    )
    for line in outcome.wrong:
        print(f"  {line}")
    if outcome.wrong:
        print(f"  seed {seed}, moment {outcome.number}; journal and logs: {folder}")
        first = int(folder.name.rpartition("-")[2])
        again = f"python tools/havoc.py --seed {seed} --first {first} --moments {outcome.number - first + 1} --jobs 1"
        print(f"  again: {again}", flush=True)
    with (folder.parent / "outcomes.jsonl").open("a") as file:
        file.write(json.dumps(asdict(outcome)) + "\n")


class Play:
    """One stage and what the judge knows of it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._excuses = Excuses()
        self._person = False
        self._lost: set[str] = set()  # Fills that a killed exchange forgot, ever, and at this moment.
        self._lost_now: set[str] = set()

    async def begin(self) -> None:
        """Start everything, and wait until it trades."""
        begin_ns = time.time_ns()
        await self._stage.open()
        await self._well(begin_ns)

    async def moment(self, moment: Moment) -> Outcome:
        """Play one moment and judge it."""
        await asyncio.sleep(moment.calm_s)
        outcome = Outcome(number=moment.number, kind=moment.kind, told=moment.told(), wrong=[])
        begun_s, begin_ns = time.monotonic(), time.time_ns()
        self._person, self._lost_now = False, set()
        span = Span(begin_ns, 2**63)
        self._excuses.troubled.append(span)
        try:
            await self._act(moment)
            ended_s, end_ns = time.monotonic(), time.time_ns()
            await self._well(end_ns)
            outcome.well_s = time.monotonic() - ended_s
            self._excuses.troubled[-1] = Span(begin_ns, time.time_ns())
            outcome.fired = await self._judge(begin_ns)
        except (Wrong, TimeoutError, OSError, FathomError) as error:
            outcome.wrong = str(error).splitlines() or [repr(error)]
        outcome.person, outcome.forgotten = self._person, len(self._lost_now)
        outcome.seconds = time.monotonic() - begun_s
        return outcome

    async def end(self) -> list[str]:
        """Stop in good order, and judge what is left; return what did not hold."""
        stage = self._stage
        try:
            await stage.pause(paused=True)
            await self._agree()
            status = await stage.bot.end(signal.SIGTERM)
            truth = await stage.truth()
            view = await self._view()
            wrong = [] if status == 0 else [f"stopped in good order it ended with status {status}: {stage.bot.tail()}"]
            if truth["open_orders"]:
                wrong.append(f"after the end {', '.join(truth['open_orders'])} are still open at the venue")
            wrong += [f"after the end {one.order_id} is {one.state}" for one in _not_final(view)]
            wrong += compare(view, truth, balances=None, excuses=self._excuses)
            wrong += self._switch(truth)
            replayed, torn = await asyncio.to_thread(replay_journal, stage.bot.journal)
            if not replayed.agrees or torn is not None:
                wrong.append(told(replayed, torn))
            if (status := await stage.exchange.end(signal.SIGTERM)) != 0:
                wrong.append(f"the exchange ended with status {status}")
            if said := (stage.folder / "exchange.log").read_text():
                wrong.append(f"the exchange said: {said[:500]}")
        except (Wrong, TimeoutError, OSError, FathomError) as error:
            return str(error).splitlines() or [repr(error)]
        return wrong

    # -- What goes wrong ---------------------------------------------------------------------------------------

    async def _act(self, moment: Moment) -> None:
        bot, proxy = self._stage.bot, self._stage.proxy
        match moment.kind:
            case "kill" | "kill twice":
                await self._silent(moment.seconds, bot.end(signal.SIGKILL))
                bot.start()
                if moment.kind == "kill twice":
                    await asyncio.sleep(moment.again_s)
                    await bot.end(signal.SIGKILL)
                    bot.start()
            case "stop":
                bot.signal(signal.SIGSTOP)
                try:
                    await self._silent(moment.seconds)
                finally:
                    bot.signal(signal.SIGCONT)
            case "cut" | "swallow" | "hold":
                proxy.turn(moment.kind, moment.way, moment.line)
                # Where the venue hears some of it, the switch may be renewed.
                heard = moment.line != "all" or (moment.kind == "swallow" and moment.way == "answers")
                await (asyncio.sleep(moment.seconds) if heard else self._silent(moment.seconds))
                proxy.turn("pass")
            case "exchange stop" | "exchange kill":
                await self._without_exchange(moment)
            case "disk full":
                await self._disk_full(moment)

    async def _silent(self, seconds: float, first: Any = None) -> None:
        """Let the bot be silent for so long; where that is long enough, the switch must have fired."""
        begun_s = time.monotonic()
        if first is not None:
            await first
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - begun_s)))
        if time.monotonic() - begun_s > TIMEOUT_S + FIRED_S:
            left = (await self._stage.truth(whole=False))["open_orders"]
            if left:
                silent_s = time.monotonic() - begun_s
                raise Wrong(f"silent for {silent_s:.1f} s, and the dead man's switch left {', '.join(left)} open")

    async def _without_exchange(self, moment: Moment) -> None:
        exchange = self._stage.exchange
        if moment.kind == "exchange stop":
            if (status := await exchange.end(signal.SIGTERM)) != 0:
                raise Wrong(f"the exchange ended with status {status}")
        else:
            if moment.saved:
                await self._stage.pause(paused=True)
                still_ns = time.time_ns()

                async def is_written() -> bool:
                    return exchange.written_ns() > still_ns + 500_000_000

                await until(is_written, seconds=WRITTEN_S_MAX, what=lambda: "the exchange writes its state")
            await exchange.end(signal.SIGKILL)
            self._excuses.forgotten.append(Span(exchange.written_ns(), time.time_ns()))
        await asyncio.sleep(moment.seconds)
        await self._stage.restart_exchange()

    async def _disk_full(self, moment: Moment) -> None:
        """No room in the journal: it ends by itself, with nothing open, and does not begin before there is room."""
        bot = self._stage.bot
        bot.limit_files(bot.segment_bytes() + moment.room_bytes)
        status = await bot.wait()
        if status != 1:
            raise Wrong(f"with a full disk it ended with status {status}: {bot.tail()}")

        async def none_open() -> bool:
            return not (await self._stage.truth(whole=False))["open_orders"]

        await until(none_open, seconds=TIMEOUT_S + FIRED_S, what=lambda: "its orders are cancelled")
        if moment.full_start:
            bot.start(file_bytes_max=bot.segment_bytes())
            if (status := await bot.wait()) != 1:
                raise Wrong(f"started on a full disk it ended with status {status}: {bot.tail()}")
        await asyncio.sleep(moment.seconds)
        bot.start()

    # -- The judge ---------------------------------------------------------------------------------------------

    async def _well(self, since_ns: int) -> None:
        """Wait until it is connected, armed, reconciled and trades: the venue has taken an order since then."""
        lacks, asked_s = "it was not looked at", time.monotonic()

        async def is_well() -> bool:
            nonlocal lacks, asked_s
            process = self._stage.bot.process
            assert process is not None
            if process.poll() is not None:
                raise Wrong(f"it ended by itself with status {process.returncode}:\n{self._stage.bot.tail()}")
            if self._excuses.forgotten and time.monotonic() - asked_s > PERSON_EVERY_S:
                asked_s = time.monotonic()
                await self._be_a_person()
            lacks = await self._lacks(since_ns)
            return not lacks

        deadline_s = time.monotonic() + WELL_S_MAX
        steady = False  # What it says of itself may be from before, and a link may be about to be missed.
        while not steady:
            left_s = deadline_s - time.monotonic()
            await until(is_well, seconds=left_s, what=lambda: f"{lacks}\n{self._stage.bot.tail()}")
            await asyncio.sleep(STEADY_S)
            steady = await is_well()

    async def _lacks(self, since_ns: int) -> str:
        """Return what is missing to be well; empty where nothing is."""
        status = await self._stage.bot.status()
        if status is None:
            return "it does not answer"
        if status["halts"]:
            return f"it is halted: {status['halts']}"
        if status["switch"] != "armed":
            return f"the dead man's switch is {status['switch'] or 'not there'}"
        if missing := {"public", "private"} - set(status["links"]):
            return f"its connections {', '.join(sorted(missing))} are down"
        for symbol, book in status["books"].items():
            if not book["verified"]:
                return f"the book of {symbol} is not verified: {book['reason']}"
        truth = await self._stage.truth()
        if (truth["switch_ns"] or 0) < time.time_ns() + int((TIMEOUT_S - RENEW_S - LATE_S) * 1e9):
            return "the venue has not heard the dead man's switch lately"  # What the bot says may be from before.
        taken = any(row["changed_ns"] > since_ns for row in truth["orders"])
        return "" if taken else "since then the venue has taken no order"

    async def _be_a_person(self) -> None:
        """Accept the venue's word on what it forgot because it was killed: nobody else may."""
        view, truth = await self._view(), await self._stage.truth()
        if view.disputed and lost_fills(view, truth, self._excuses):
            await ask(self._stage.bot.journal, "resume", limit="dispute", reason="the exchange was killed")
            self._person = True

    async def _judge(self, since_ns: int) -> bool:
        """Compare everything while the market stands still; return whether the switch cancelled something."""
        await self._stage.pause(paused=True)
        try:
            truth = await self._agree()
        finally:
            await self._stage.pause(paused=False)
        wrong = self._switch(truth)
        if self._excuses.forgotten:
            lost = set(lost_fills(await self._view(), truth, self._excuses))
            self._lost_now, self._lost = lost - self._lost, lost
        if wrong:
            raise Wrong("\n".join(wrong))
        return any(row["reason"] == "Dead man's switch" and row["closed_ns"] > since_ns for row in truth["orders"])

    async def _agree(self) -> dict[str, Any]:
        """Wait until journal and exchange agree; return the exchange's account."""
        wrong: list[str] = ["it was not looked at"]
        truth: dict[str, Any] = {}

        async def agrees() -> bool:
            nonlocal wrong, truth
            status = await self._stage.bot.status()
            truth = await self._stage.truth()
            if status is None:
                wrong = ["the bot does not answer"]
                return False
            balances = {asset: Decimal(amount) for asset, amount in status["balances"].items()}
            wrong = compare(await self._view(), truth, balances=balances, excuses=self._excuses)
            return not wrong

        await until(agrees, seconds=SETTLE_S_MAX, what=lambda: "\n".join(wrong))
        return truth

    async def _view(self) -> JournalView:
        return await asyncio.to_thread(read_view, self._stage.bot.journal, name=NAME)

    def _switch(self, truth: dict[str, Any]) -> list[str]:
        return switch_faults(truth, self._excuses, timeout_s=TIMEOUT_S, renew_s=RENEW_S, slack_s=SLACK_S)


def _not_final(view: JournalView) -> list[Any]:
    return [order for order in view.orders.values() if order.state not in FINAL]
