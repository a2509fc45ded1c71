"""Keeps the house as it says it is: docstrings, mirrored tests, file sizes, banned names and calls, front doors.

A rule yields what breaks it, as "line: what" or as "what"; each file is read once, and all that is wrong in a room is
told at once.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "fathom"
FILES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
ROOMS = sorted(path for path in SOURCE.iterdir() if path.is_dir() and (path / "__init__.py").exists())
CORE = {
    "kernel", "domain", "protocol", "exchange", "market", "orders", "portfolio", "risk", "strategy", "execution",
    "engine", "sim",
}  # fmt: skip
LINES_MAX = 400
# The kernel's files may be longer: splitting a hot loop costs what it is there for.
KERNEL_LINES_MAX = 700
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "tools"}
# What the core may not call, and why: it has no clock, no chance of its own, no files.
BANNED_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "eval",
    "exec",
    "input",
    "open",
    "print",
    "random.random",
    "random.randint",
    "random.choice",
    "random.shuffle",
    "time.monotonic",
    "time.sleep",
    "time.time",
    "time.time_ns",
}
# They call what is not ours: what the user gave us to call, which must not end a connection, and object stores, each of
# which raises what it likes.
CALLS_OTHERS = {"src/fathom/net/client/feeds/callbacks.py", "src/fathom/store/history/places.py"}
APPROVALS = {"OrderApproved", "AmendApproved", "CancelApproved"}  # What the world performs: only risk may say it.
UNTESTED = {"__init__.py", "__main__.py", "version.py"}  # Nothing but names in them.


Rule = Callable[[Path, str, ast.Module], Iterator[str]]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0]


def calls_in(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


# -- Of a file of the house -------------------------------------------------------------------------------------------


def says_what_lives_in_it(path: Path, _: str, tree: ast.Module) -> Iterator[str]:
    docstring = ast.get_docstring(tree)
    if not docstring:
        yield "no docstring"
    elif path.name not in UNTESTED and "Imported by:" not in docstring and "Imports:" not in docstring:
        yield "says not who may use it"


def can_be_read_at_one_go(path: Path, text: str, _: ast.Module) -> Iterator[str]:
    lines = len(text.splitlines())
    if lines > (KERNEL_LINES_MAX if path.parent.name == "kernel" else LINES_MAX):
        yield f"{lines} lines: is there a seam with a name?"


def names_the_thing(path: Path, _: str, __: ast.Module) -> Iterator[str]:
    if path.stem in VAGUE:
        yield "a name that says nothing"


def has_its_test(path: Path, _: str, __: ast.Module) -> Iterator[str]:
    mirror = ROOT / "tests" / path.relative_to(SOURCE).parent / f"test_{path.name}"
    if path.name not in UNTESTED and not mirror.exists():
        yield f"no {mirror.relative_to(ROOT)}"


def enters_other_rooms_by_the_front_door(path: Path, _: str, tree: ast.Module) -> Iterator[str]:
    if room_of(path) in UNTESTED:
        return
    # run and cli have no door of their own: their files are imported one by one, when they are used.
    no_door = {room_of(path), "run", "cli", "version"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("fathom."):
            parts = node.module.split(".")
            doors = (
                ["protocol", "messages"],
                ["market", "indicators"],
                ["store", "history"],
                ["sim", "stepped"],
            )  # Of their own, beside their room's.
            if len(parts) > 2 and parts[1] not in no_door and parts[1:] not in doors:
                yield f"{node.lineno}: from {node.module} goes in by the window"


def the_core_reads_no_clock_and_no_file(path: Path, _: str, tree: ast.Module) -> Iterator[str]:
    if room_of(path) in CORE:
        yield from (f"{line}: calls {call}" for call, line in calls_in(tree) if call in BANNED_CALLS)


def only_risk_approves(path: Path, _: str, tree: ast.Module) -> Iterator[str]:
    if room_of(path) != "risk":
        made = ((call, line) for call, line in calls_in(tree) if call.rpartition(".")[2] in APPROVALS)
        yield from (f"{line}: makes {call}" for call, line in made)


def catches_exceptions_by_name(path: Path, _: str, tree: ast.Module) -> Iterator[str]:
    if room_of(path) in {"run", "cli"}:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            # BaseException is for letting go of a lock and raising again.
            again = bool(node.body) and isinstance(node.body[-1], ast.Raise)
            if caught in {"everything", "Exception"} and name_of(path) not in CALLS_OTHERS:
                yield f"{node.lineno}: catches {caught}"
            if caught == "BaseException" and not again:
                yield f"{node.lineno}: swallows BaseException"


def gives_rule_and_reason_of_an_ignore(_: Path, text: str, __: ast.Module) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        for marker in ("# noqa", "# type: ignore"):
            if marker in line:
                said = line.split(marker, 1)[1]
                if said[:1] not in {":", "["}:
                    yield f"{number}: {marker} names no rule"
                if " - " not in said and "# " not in said:
                    yield f"{number}: {marker} gives no reason"


def has_no_todo_without_an_issue(_: Path, text: str, __: ast.Module) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if "TODO" in line and "#" not in line.split("TODO", 1)[1]:
            yield f"{number}: a TODO of nobody"


RULES: tuple[Rule, ...] = (
    says_what_lives_in_it,
    can_be_read_at_one_go,
    names_the_thing,
    has_its_test,
    enters_other_rooms_by_the_front_door,
    the_core_reads_no_clock_and_no_file,
    only_risk_approves,
    catches_exceptions_by_name,
    gives_rule_and_reason_of_an_ignore,
    has_no_todo_without_an_issue,
)


# -- Of a file of tests -----------------------------------------------------------------------------------------------


def mirrors_a_file(path: Path, _: str, __: ast.Module) -> Iterator[str]:
    relative = path.relative_to(ROOT / "tests")
    if not path.name.startswith("test_") or len(relative.parts) == 1:
        return
    if relative.parts[0] in {"peers", "faults", "trips"}:
        return  # Clients, ours among them, on our exchange: what they test is not one file.
    mirrored = SOURCE / relative.parent / path.name.removeprefix("test_")
    elsewhere = ROOT / relative.parent / path.name.removeprefix("test_")  # benchmarks/, tools/
    if not mirrored.exists() and not elsewhere.exists():
        yield "tests no file of that name"


def waits_for_conditions(path: Path, _: str, tree: ast.Module) -> Iterator[str]:
    yield from (f"{line}: sleeps" for call, line in calls_in(tree) if call in {"time.sleep", "asyncio.sleep"})
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    } | {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    if "socket" in imported and path.relative_to(ROOT / "tests").parts[0] not in {"net", "run"}:
        yield "opens sockets"
    if "unittest" in imported:
        yield "mocks"


RULES_OF_TESTS: tuple[Rule, ...] = (mirrors_a_file, waits_for_conditions)


def broken_in(files: list[Path], rules: tuple[Rule, ...]) -> list[str]:
    found = []
    for path in files:
        text = path.read_text()
        tree = ast.parse(text, str(path))
        found += [f"{name_of(path)}:{what}  [{rule.__name__}]" for rule in rules for what in rule(path, text, tree)]
    return found


@pytest.mark.parametrize("room", sorted({room_of(path) for path in FILES}))
def test_a_room_keeps_its_rules(room: str) -> None:
    broken = broken_in([path for path in FILES if room_of(path) == room], RULES)
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("folder", sorted({path.relative_to(ROOT / "tests").parts[0] for path in TESTS}))
def test_tests_keep_theirs(folder: str) -> None:
    broken = broken_in([path for path in TESTS if path.relative_to(ROOT / "tests").parts[0] == folder], RULES_OF_TESTS)
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_a_room_has_a_front_door(room: Path) -> None:
    tree = ast.parse((room / "__init__.py").read_text())
    offered: list[str] | None = None
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == "__all__":
            offered = ast.literal_eval(node.value)  # type: ignore[attr-defined]
    assert offered is not None, "no __all__"
    imported = {
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert set(offered) <= imported | defined, "__all__ offers what is not there"


def test_rooms_of_the_house_are_in_the_contract() -> None:
    contract = (ROOT / "pyproject.toml").read_text()
    for room in ROOMS:
        assert room.name in contract, f"{room.name} is in no layer"
