"""What a sweep searches: the declared parameters of every strategy in a bot's file, as `<strategy>.<param>`.

Pure, but for users' strategies, whose files are read. Imports: domain, strategy; bot_file, loading. Imported by:
run/sweep.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct, structs

from fathom.domain import LocalError
from fathom.run.bot_file import BotFile
from fathom.run.loading import params_type_of, strategy_of
from fathom.strategy import SearchRange, search_space

STEPS: Final = 20  # A range without a step of its own is this many steps wide: what is next to a value is one away.
DIGITS: Final = 6  # Significant ones of a float: nobody writes more into a file.

Value = bool | int | float | str
Params = dict[str, Value]  # By `<strategy>.<param>`; a Decimal is its text.


class Dimension(Struct, frozen=True):
    """One parameter that is searched."""

    name: str
    range: SearchRange

    @property
    def is_choice(self) -> bool:
        """Whether it is one of a few words, or yes or no."""
        return self.range.kind == "choice"

    @property
    def steps(self) -> int | None:
        """How many steps lie between the ends; None where there is no step."""
        low, high, step = self.range.low, self.range.high, self.range.step
        return None if not step else int((Decimal(str(high)) - Decimal(str(low))) // Decimal(str(step)))

    @property
    def high(self) -> float:
        """The highest value that the steps reach."""
        return float(self.range.high) if self.steps is None else float(self.at_step(self.steps))

    def at_step(self, place: int) -> Decimal:
        """Return the value so many steps above the lowest."""
        return Decimal(str(self.range.low)) + place * Decimal(str(self.range.step))

    def written(self, value: Any) -> Value:
        """Return a value as the file takes it: on a step, within the range, without digits that mean nothing."""
        if self.is_choice:
            return value  # type: ignore[no-any-return]  # One of `choices`.
        number = Decimal(str(value))
        if self.steps is not None:
            place = round((number - Decimal(str(self.range.low))) / Decimal(str(self.range.step)))
            number = self.at_step(min(max(place, 0), self.steps))
        else:
            number = Decimal(round(number)) if self.range.kind == "int" else Decimal(f"{number:.{DIGITS}g}")
            number = min(max(number, Decimal(str(self.range.low))), Decimal(str(self.range.high)))
        if self.range.kind == "int":
            return int(number)
        return float(number) if self.range.kind == "float" else f"{number.normalize():f}"

    def place(self, value: Value) -> float:
        """Return where a value lies in its range: 0 lowest, 1 highest; by magnitude where that is searched."""
        if self.is_choice:
            return float(self.range.choices.index(value))
        low, high = float(self.range.low), float(self.range.high)
        if low == high:
            return 0.0
        if self.range.log:
            return math.log(float(value) / low) / math.log(high / low)
        return (float(value) - low) / (high - low)

    def apart(self, one: Value, other: Value) -> float:
        """Return how far apart two values are: 0 the same, 1 the whole range, or another choice."""
        return float(one != other) if self.is_choice else abs(self.place(one) - self.place(other))

    def beside(self, value: Value) -> list[Value]:
        """Return what is next to a value: one step to each side within the range, or every other choice."""
        if self.is_choice:
            return [other for other in self.range.choices if other != value]
        low, high, number = float(self.range.low), float(self.range.high), float(value)
        found: list[Value] = []
        for side in (-1, 1):
            if self.range.step:
                moved = number + side * float(self.range.step)
            elif self.range.log:
                moved = number * (high / low) ** (side / STEPS)
            else:
                moved = number + side * (high - low) / STEPS
            if self.range.kind == "int" and abs(moved - number) < 1:
                moved = number + side
            there = self.written(moved)
            if there != value:
                found.append(there)
        return found


def space_of(file: BotFile, only: Sequence[str] = ()) -> list[Dimension]:
    """Return what is searched, strategy by strategy; `only` names parameters, or strategies.

    Raises LocalError where there is nothing to search, or where `only` names what is not there.
    """
    found = [
        Dimension(f"{config.name}.{name}", ranged)
        for config in file.strategies
        if (params_type := params_type_of(config)) is not None
        for name, ranged in search_space(params_type).items()
    ]
    if not found:
        raise LocalError(
            "sweep",
            "no strategy of this file says what may be searched: declare it beside a parameter, as in "
            "`fast: Annotated[int, Search(5, 50)] = 10`, or as a bool or a Literal",
        )
    known = {one.name for one in found} | {one.name.rpartition(".")[0] for one in found}
    if strangers := [name for name in only if name not in known]:
        there = ", ".join(one.name for one in found)
        raise LocalError("only", f"{', '.join(strangers)} cannot be searched; there are {there}")
    return [one for one in found if not only or one.name in only or one.name.rpartition(".")[0] in only]


def with_params(file: BotFile, params: Mapping[str, Value]) -> BotFile:
    """Return the bot with these parameters in place of its own."""
    strategies = []
    for config in file.strategies:
        own = {
            name.rpartition(".")[2]: value for name, value in params.items() if name.rpartition(".")[0] == config.name
        }
        strategies.append(structs.replace(config, params={**config.params, **own}))
    return structs.replace(file, strategies=strategies)


def refusal_of(file: BotFile) -> str | None:
    """Return why the strategies refuse their parameters together, in a sentence; None where they do not."""
    try:
        for config in file.strategies:
            strategy_of(config)
    except LocalError as error:
        return str(error)
    return None


def neighbours(space: Iterable[Dimension], params: Params) -> list[tuple[str, Params]]:
    """Return every set of parameters that differs in one, by a step: which one, and the set."""
    return [(one.name, {**params, one.name: value}) for one in space for value in one.beside(params[one.name])]
