"""Fuzzes the exchange's doors: whatever anybody sends, nothing breaks, and nobody learns what is another's.

    python tools/fuzz_doors.py --seconds 600 --seed 1             in process, in virtual time
    python tools/fuzz_doors.py --seconds 600 --seed 1 --sockets   a server process, and raw bytes on its ports

In process an episode is an exchange and some hundred or thousand inputs made by tables (doors_grammar); what must hold
after each stands in doors_world. Where something does not, the episode is done again with ever fewer inputs, and the
shortest list that still shows it is printed with the seed. With --keep-going each kind of failure is told once and the
rest of the time is used.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from doors_grammar import Dice, Step, any_step
from doors_world import Broken, World

EPISODE_STEPS = (100, 300, 1000, 1000, 3000, 10_000)
SHRINK_S_MAX = 45.0  # Then the shortest so far is good enough.
MEMORY_MIB_MAX = 400  # More than at the end of the first minute: something grows.


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, named so that the same is known again, and where."""

    name: str
    text: str
    place: int  # After how many steps.
    dear: bool = False  # Seen only where everything is looked at.


@dataclass(frozen=True, slots=True)
class Episode:
    """One run of one exchange: all of it follows from these."""

    seed: int
    number: int

    def steps(self) -> list[Step]:
        """Return its inputs."""
        random = Dice(f"{self.seed}/{self.number}")
        random.control_share = random.choice((0.003, 0.01, 0.03, 0.06))
        return [any_step(random) for _ in range(random.choice(EPISODE_STEPS))]

    def world(self, *, dear_every: int = 16) -> World:
        """Return its exchange, as new. Every other one has no limits, so that inputs get deeper."""
        return World(self.seed * 1000 + self.number % 7, limits=self.number % 2 == 0, dear_every=dear_every)


def played(world: World, steps: Sequence[Step], *, calm: bool = True, until: float = float("inf")) -> Failure | None:
    """Perform the steps, and `calm` what they left; return what went wrong, if anything."""
    done = 0
    try:
        for step in steps:
            done += 1
            world.do(step)
            if time.monotonic() > until:
                return None
        done += 1
        if calm:
            world.calm()
    except Broken as broken:
        return Failure(broken.kind, str(broken), done, broken.dear)
    except Exception as error:  # noqa: BLE001 - Whatever it is, it escaped.
        return Failure(_where(error), "".join(traceback.format_exception(error)[-8:])[-4000:], done)
    return None


def _where(error: BaseException) -> str:
    """Name an exception by its type and the last line of ours."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/fathom/" in frame.filename]
    last = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).parent.name}/{Path(last.filename).name}:{last.lineno}"


def shrunk(episode: Episode, steps: list[Step], failure: Failure) -> tuple[list[Step], Failure]:
    """Return the fewest steps found that fail in the same way: long pieces go first, single steps last."""
    deadline = time.monotonic() + SHRINK_S_MAX
    calm = failure.place > len(steps)
    steps = steps[: failure.place]

    def same(fewer: list[Step]) -> Failure | None:
        found = played(episode.world(dear_every=1 if failure.dear else 1_000_000), fewer, calm=calm, until=deadline)
        return found if found is not None and found.name == failure.name else None

    for count in (1, 2, 5, 20, 80):  # Often the last few are enough.
        if count < len(steps) and same(steps[-count:]) is not None:
            steps = steps[-count:]
            break
    size = len(steps) // 2
    while size and time.monotonic() < deadline:
        at, smaller = 0, False
        while at < len(steps) and time.monotonic() < deadline:
            fewer = steps[:at] + steps[at + size :]
            found = same(fewer)
            if found is not None:
                steps, failure, smaller = fewer[: found.place], found, True
            else:
                at += size
        if not (smaller and size == 1):
            size //= 2
    return steps, failure


def fuzz(seconds: float, seed: int, *, keep_going: bool = False, first: int = 0, say: bool = True) -> int:
    """Run for so long, or until something is wrong; return the exit code."""
    begun = said = time.monotonic()
    inputs, number, failures = 0, first, Counter[str]()
    counts: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    slowest: tuple[float, Step | None] = (0.0, None)
    memory_mib = 0
    while time.monotonic() - begun < seconds:
        episode = Episode(seed, number)
        steps, world = episode.steps(), episode.world()
        failure = played(world, steps, until=begun + seconds)
        inputs += world.steps
        counts += world.counts
        errors += world.errors
        slowest = max(slowest, world.slowest, key=lambda pair: pair[0])
        if failure is not None:
            failures[failure.name] += 1
            if failures[failure.name] == 1:
                tell(episode, *shrunk(episode, steps, failure))
            if not keep_going:
                return 1
        number += 1
        if time.monotonic() - said > 30 and say:
            said = time.monotonic()
            now_mib = resident_mib()
            memory_mib = memory_mib or now_mib
            print(f"{said - begun:6.0f} s, {inputs} inputs in {number - first} episodes, {now_mib} MiB", flush=True)
            if now_mib > memory_mib + MEMORY_MIB_MAX:
                print(f"seed {seed}: memory grew from {memory_mib} to {now_mib} MiB")
                return 1
    if say:
        spent = time.monotonic() - begun
        print(
            f"{inputs} inputs in {number - first} episodes, {inputs / spent:.0f} a second; failures: {dict(failures)}"
        )
        print(f"slowest: {slowest[0]:.3f} s of CPU for {repr(slowest[1])[:300]}")
        for name, count in sorted(counts.items()):
            print(f"  {name}: {count}")
        for name, count in errors.most_common(80):
            print(f"  {count:8} times {name}")
    return 1 if failures else 0


def tell(episode: Episode, steps: list[Step], failure: Failure) -> None:
    """Print a failure and how to see it again."""
    print(f"\n=== seed {episode.seed}, episode {episode.number}: {failure.name}\n{failure.text}")
    print(f"    {len(steps)} inputs show it (--first {episode.number} finds it again):")
    for step in steps:
        shown = repr(step)
        print(f"    {shown[:600]}{'...' if len(shown) > 600 else ''}")
    sys.stdout.flush()


def resident_mib(process: int | str = "self") -> int:
    """Return the memory that a process has."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) >> 10
    return 0


def main() -> int:
    """Read the command line and fuzz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sockets", action="store_true", help="a server process instead of virtual time")
    parser.add_argument("--keep-going", action="store_true", help="tell each kind of failure once, and go on")
    parser.add_argument("--first", type=int, default=0, help="begin with this episode")
    asked = parser.parse_args()
    if asked.sockets:
        from doors_sockets import fuzz_sockets  # noqa: PLC0415 - It needs nothing of the above.

        return fuzz_sockets(asked.seconds, asked.seed, first=asked.first, keep_going=asked.keep_going)
    return fuzz(asked.seconds, asked.seed, keep_going=asked.keep_going, first=asked.first)


if __name__ == "__main__":
    raise SystemExit(main())
