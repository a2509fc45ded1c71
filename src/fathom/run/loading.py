"""A strategy as the configuration names it: built in, or a class of the user's own file.

The file's SHA-256 is kept in the configuration: a replay says when the file is not the one that ran.

I/O: reads and runs the user's file. Imports: domain, strategy, config. Imported by: run/bot, run/bot_file,
run/sweep, run/trading/trader.
"""

import hashlib
import importlib.util
import inspect
import sys
import traceback
import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from msgspec import Struct, structs

from fathom.domain import LocalError
from fathom.run.config import StrategyConfig
from fathom.strategy import BUILT_IN, Strategy, make_strategy, read_params

# What a strategy may hear, and what each is called with.
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "wakes": (),
    "on_book": ("book", "view"),
    "on_level3": ("level3", "view"),
    "on_trades": ("symbol", "trades", "view"),
    "on_candle": ("symbol", "interval_s", "candle", "view"),
    "on_timer": ("timer", "view"),
    "on_order": ("order", "view"),
    "on_fill": ("fill", "view"),
    "on_denied": ("denied", "view"),
    "on_algo": ("ended", "view"),
}
ONE: Final = Decimal(1)
USER_MODULE: Final = "fathom_user_"  # What the modules of users' files are called, before their own names.


def strategies_of(configs: Sequence[StrategyConfig]) -> list[tuple[Strategy, Decimal]]:
    """Return each strategy with its share of the capital. Raises LocalError naming the strategy and what is wrong."""
    shares = shares_of(configs)
    return [(strategy_of(one), share) for one, share in zip(configs, shares, strict=True)]


def shares_of(configs: Sequence[StrategyConfig]) -> list[Decimal]:
    """Return the share of each: what is given, and of the rest an equal part to each without one."""
    given = [one.share for one in configs if one.share is not None]
    for one in configs:
        if one.share is not None and not (one.share.is_finite() and 0 < one.share <= 1):
            raise LocalError(f"strategy {one.name}", f"share must be above 0 and at most 1, not {one.share}")
    rest = ONE - sum(given)
    if rest < 0:
        raise LocalError("strategies", f"their shares sum to {ONE - rest}, which is more than 1")
    without = len(configs) - len(given)
    if without and rest == 0:
        raise LocalError("strategies", f"the given shares sum to 1: nothing is left for the other {without}")
    return [rest / without if one.share is None else one.share for one in configs]


def strategy_of(config: StrategyConfig) -> Strategy:
    """Return one strategy. Raises LocalError naming it and what is wrong."""
    where = f"strategy {config.name}"
    if bool(config.kind) == bool(config.strategy):
        raise LocalError(where, f"give kind, one of {', '.join(sorted(BUILT_IN))}, or strategy = 'file.py:Class'")
    if config.kind:
        return make_strategy(config.kind, name=config.name, params=config.params)
    return _made(_users_class(config, where=where), config, where=where)


def params_type_of(config: StrategyConfig) -> type[Struct] | None:
    """Return what a strategy's parameters are, None where nothing of it can be set. Raises LocalError as above."""
    if config.kind in BUILT_IN:
        return BUILT_IN[config.kind][0]
    where = f"strategy {config.name}"
    return _params_type(_users_class(config, where=where), where=where) if config.strategy else None


def _users_class(config: StrategyConfig, *, where: str) -> type[Any]:
    path, class_name = _named(config.strategy, where=where)
    text = _read(path, where=where)
    if config.sha256 and config.sha256 != _sha256(text):
        raise LocalError(
            where, f"{path} is not as it was when this run began: bring the file back, or begin a new journal"
        )
    return _class_in(_module(path, text, where=where), class_name, path, where=where)


def settled(configs: Sequence[StrategyConfig], *, folder: Path) -> list[StrategyConfig]:
    """Return the configurations as a journal keeps them: files by their full path, with the hash of their text.

    `folder` is where relative paths begin. Raises LocalError where a file cannot be read.
    """
    return [_settled(one, folder) for one in configs]


def _settled(config: StrategyConfig, folder: Path) -> StrategyConfig:
    if not config.strategy:
        return config
    where = f"strategy {config.name}"
    path, class_name = _named(config.strategy, where=where)
    path = (folder / path).resolve()
    return structs.replace(config, strategy=f"{path}:{class_name}", sha256=_sha256(_read(path, where=where)))


def _named(text: str, *, where: str) -> tuple[Path, str]:
    path, colon, class_name = text.rpartition(":")
    if not (colon and path.endswith(".py") and class_name.isidentifier()):
        raise LocalError(where, f"strategy names a file and a class, such as 'my_bot.py:MyBot', not {text!r}")
    return Path(path), class_name


def _read(path: Path, *, where: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise LocalError(where, f"there is no file {path}; `fathom new NAME` writes one to begin with") from None
    except OSError as error:
        raise LocalError(where, f"{path} cannot be read: {error.strerror}") from None


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _module(path: Path, text: bytes, *, where: str) -> ModuleType:
    """Run the file, once for each text: two strategies of one file share their classes."""
    name = f"{USER_MODULE}{path.stem}_{_sha256(str(path.resolve()).encode() + text)[:12]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None, f"{path} ends in .py"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # Annotations are looked up there.
    try:
        exec(compile(text, str(path), "exec"), module.__dict__)  # noqa: S102 - It is the user's own strategy.
    except Exception as error:
        del sys.modules[name]
        raise LocalError(where, f"{path}{_line_of(error, path)}: {type(error).__name__}: {error}") from error
    return module


def place_in_users_code(error: BaseException) -> str | None:
    """Return file, line and function of a user's module in which an error came up; None where none was on the way."""
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if str(frame.f_globals.get("__name__")).startswith(USER_MODULE):
            found = f"{frame.f_code.co_filename}:{line}, in {frame.f_code.co_name}"
    return found


def _line_of(error: Exception, path: Path) -> str:
    if isinstance(error, SyntaxError):
        return f":{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f":{lines[-1]}" if lines else ""


def _class_in(module: ModuleType, class_name: str, path: Path, *, where: str) -> type[Any]:
    found = getattr(module, class_name, None)
    if not isinstance(found, type):
        there = [
            name
            for name, one in vars(module).items()
            if isinstance(one, type) and one.__module__ == module.__name__ and hasattr(one, "wakes")
        ]
        raise LocalError(where, f"{path} has no class {class_name}; it has {', '.join(there) or 'none with wakes()'}")
    _check_methods(found, path, where=where)
    return found


def _check_methods(strategy_type: type[Any], path: Path, *, where: str) -> None:
    name = f"{strategy_type.__name__} of {path}"
    if not callable(getattr(strategy_type, "wakes", None)):
        raise LocalError(where, f"{name} has no method wakes(self), which says what wakes it")
    for method in vars(strategy_type):
        if method.startswith("on_") and method not in METHODS:
            known = ", ".join(one for one in METHODS if one.startswith("on_"))
            raise LocalError(where, f"{name} has a method {method} that nobody calls; there are {known}")
    for method, arguments in METHODS.items():
        function = getattr(strategy_type, method, None)
        if function is None:
            continue
        try:
            inspect.signature(function).bind(*("self", *arguments))
        except TypeError:
            raise LocalError(where, f"{name}: write {method}({', '.join(('self', *arguments))})") from None


def _made(strategy_type: type[Any], config: StrategyConfig, *, where: str) -> Strategy:
    """Return a new strategy: of a class that takes (name, params), or only (name) where nothing of it can be set."""
    arguments: dict[str, object] = {}
    params_type = _params_type(strategy_type, where=where)
    if params_type is not None:
        arguments["params"] = read_params(config.params, params_type, where=where)
    elif config.params:
        raise LocalError(where, f"{strategy_type.__name__} takes no params: give it __init__(self, name, params: ...)")
    try:
        strategy: Strategy = strategy_type(config.name, **arguments)
    except LocalError:
        raise
    except Exception as error:
        raise LocalError(where, f"{strategy_type.__name__}: {type(error).__name__}: {error}") from error
    if getattr(strategy, "name", None) != config.name:
        raise LocalError(where, f"{strategy_type.__name__} must keep the name that it is given as self.name")
    return strategy


def _params_type(strategy_type: type[Any], *, where: str) -> type[Struct] | None:
    write = f"write {strategy_type.__name__}.__init__(self, name, params: Params), where Params is a msgspec Struct"
    try:
        signature = inspect.signature(strategy_type.__init__)
        hints = typing.get_type_hints(strategy_type.__init__)
    except (NameError, TypeError) as error:
        raise LocalError(where, f"{write}: {error}") from None
    if "params" not in signature.parameters:
        try:
            signature.bind("self", "name")
        except TypeError:
            raise LocalError(where, write) from None
        return None
    params_type = hints.get("params")
    if not (isinstance(params_type, type) and issubclass(params_type, Struct)):
        raise LocalError(where, write)
    return params_type
