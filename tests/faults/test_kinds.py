"""Every kind of fault that the exchange can play has a test of the client: a new kind fails here until it has one."""

import ast
from pathlib import Path

from fathom.exchange.faults.kinds import KINDS

HERE = Path(__file__).parent


def played() -> dict[str, list[str]]:
    """Return which tests play which kinds, by the mark `plays`."""
    found: dict[str, list[str]] = {}
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "plays":
                    for kind in mark.args:
                        found.setdefault(ast.literal_eval(kind), []).append(f"{path.name}:{ast.unparse(mark.func)}")
    return found


def test_each_kind_is_played() -> None:
    assert set(played()) == set(KINDS)
