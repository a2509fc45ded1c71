"""Keeps the house as it says it is: docstrings, mirrored tests, file sizes, banned names and calls, front doors."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "fathom"
FILES = sorted(path for path in SOURCE.rglob("*.py"))
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
# It calls what the user gave us to call. Whatever that raises is the user's: it must not end a connection.
CALLS_OTHERS = {"src/fathom/net/client/feeds/callbacks.py"}
APPROVALS = {"OrderApproved", "AmendApproved", "CancelApproved"}  # What the world performs: only risk may say it.
UNTESTED = {"__init__.py", "__main__.py", "version.py"}  # Nothing but names in them.


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def calls_in(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_says_what_lives_in_it(path: Path) -> None:
    docstring = ast.get_docstring(tree_of(path))
    assert docstring, "no docstring"
    if path.name not in UNTESTED:
        assert "Imported by:" in docstring or "Imports:" in docstring, "says not who may use it"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_can_be_read_at_one_go(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    allowed = KERNEL_LINES_MAX if path.parent.name == "kernel" else LINES_MAX
    assert lines <= allowed, f"{lines} lines: is there a seam with a name?"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_names_the_thing(path: Path) -> None:
    assert path.stem not in VAGUE


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.name not in {"__init__.py", "__main__.py", "version.py"}], ids=name_of
)
def test_a_file_has_its_test(path: Path) -> None:
    mirror = ROOT / "tests" / path.relative_to(SOURCE).parent / f"test_{path.name}"
    assert mirror.exists(), f"no {mirror.relative_to(ROOT)}"


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=name_of)
def test_a_test_file_mirrors_a_file(path: Path) -> None:
    relative = path.relative_to(ROOT / "tests")
    mirrored = SOURCE / relative.parent / path.name.removeprefix("test_")
    elsewhere = ROOT / relative.parent / path.name.removeprefix("test_")  # benchmarks/, tools/
    if relative.parts[0] in {"peers", "faults", "trips"}:
        return  # Clients and whole bots on our exchange: what they test is not one file.
    assert len(relative.parts) == 1 or mirrored.exists() or elsewhere.exists(), "tests no file of that name"


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_a_room_has_a_front_door(room: Path) -> None:
    tree = tree_of(room / "__init__.py")
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


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.relative_to(SOURCE).parts[0] not in {"version.py", "__init__.py"}], ids=name_of
)
def test_other_rooms_are_entered_by_the_front_door(path: Path) -> None:
    room = path.relative_to(SOURCE).parts[0]
    # run and cli have no door of their own: their files are imported one by one, when they are used.
    no_door = {room, "run", "cli", "version"}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("fathom."):
            parts = node.module.split(".")
            doors = (["protocol", "messages"], ["market", "indicators"])  # Of their own, beside their room's.
            inside = len(parts) > 2 and parts[1] not in no_door and parts[1:] not in doors
            assert not inside, f"line {node.lineno}: from {node.module} goes in by the window"


@pytest.mark.parametrize("path", [p for p in FILES if p.relative_to(SOURCE).parts[0] in CORE], ids=name_of)
def test_the_core_reads_no_clock_and_no_file(path: Path) -> None:
    found = [f"{call} in line {line}" for call, line in calls_in(tree_of(path)) if call in BANNED_CALLS]
    assert not found, found


@pytest.mark.parametrize("path", [p for p in FILES if p.relative_to(SOURCE).parts[0] != "risk"], ids=name_of)
def test_only_risk_approves(path: Path) -> None:
    made = [f"{call} in line {line}" for call, line in calls_in(tree_of(path)) if call.rpartition(".")[2] in APPROVALS]
    assert not made, made


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_exceptions_are_caught_by_name(path: Path) -> None:
    room = path.relative_to(SOURCE).parts[0]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler) and room not in {"run", "cli"}:
            caught = ast.unparse(node.type) if node.type else "everything"
            # BaseException is for letting go of a lock and raising again.
            again = node.body and isinstance(node.body[-1], ast.Raise)
            assert caught not in {"everything", "Exception"} or name_of(path) in CALLS_OTHERS, (
                f"line {node.lineno} catches {caught}"
            )
            assert caught != "BaseException" or again, f"line {node.lineno} swallows BaseException"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_an_ignore_gives_its_rule_and_reason(path: Path) -> None:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        for marker in ("# noqa", "# type: ignore"):
            if marker in line:
                said = line.split(marker, 1)[1]
                assert said[:1] in {":", "["}, f"line {number}: {marker} names no rule"
                assert " - " in said or "# " in said, f"line {number}: {marker} gives no reason"


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=name_of)
def test_tests_wait_for_conditions(path: Path) -> None:
    tree = tree_of(path)
    assert not [line for call, line in calls_in(tree) if call in {"time.sleep", "asyncio.sleep"}], "sleeps"
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    } | {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "socket" not in imported or path.relative_to(ROOT / "tests").parts[0] in {"net", "run"}, "opens sockets"
    assert not any(
        isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest") for node in ast.walk(tree)
    ), "mocks"


def test_no_todo_without_an_issue() -> None:
    for path in FILES:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert "TODO" not in line or "#" in line.split("TODO", 1)[1], f"{name_of(path)}:{number}"


def test_rooms_of_the_house_are_in_the_contract() -> None:
    contract = (ROOT / "pyproject.toml").read_text()
    for room in ROOMS:
        assert room.name in contract, f"{room.name} is in no layer"
