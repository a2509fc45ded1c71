from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fathom.risk import BREAKERS, CHECKS, Group, Limits, SymbolLimits, changed_limits, limits_at, limits_json
from fathom.risk.limits import BOUNDS, COUNTED, EACH

SYMBOLS = ("BTC/USD", "ETH/USD")


def test_the_defaults_are_those_of_the_design() -> None:
    limits = Limits()
    assert (limits.position_share_max, limits.daily_loss_share_max) == (Decimal("0.10"), Decimal("0.05"))


OUT_OF_BOUNDS: list[tuple[str, Any]] = [
    ("position_share_max", "0"),
    ("position_share_max", "1.01"),
    ("daily_loss_share_max", "-0.1"),
    ("drawdown_share_max", "0"),
    ("order_value_max", "0"),
    ("order_qty_max", "0"),
    ("open_orders_max", 0),
    ("orders_minute_max", 0),
    ("amends_minute_max", 0),
    ("turnover_day_max", "0"),
    ("collar_share_max", "2"),
    ("spread_share_max", "0"),
    ("volatility_share_max", "1.1"),
    ("volatility_window_s", 1),
    ("volatility_halt_s", 0),
    ("rejections_max", 0),
    ("rejections_window_s", 0),
    ("rejections_halt_s", 0),
    ("gross_exposure_share_max", "1.5"),
    ("clock_offset_ms_max", 0),
    ("journal_lag_ms_max", 0),
    ("loop_lag_ms_max", 0),
    ("health_hold_s", 1),
    ("book_age_s_max", 0),
    ("order_value_max", "NaN"),
    ("order_value_max", "Infinity"),
    ("position_share_max", "NaN"),
    ("fee_share", "1"),
    ("fee_share", "NaN"),
    ("free_min", {"USD": "-1"}),
    ("flatten_on", ["volatility_share_max"]),  # A soft one sells nothing.
    ("flatten_book_share", "0"),
    ("positon_share_max", "0.1"),
]


@pytest.mark.parametrize(("name", "value"), OUT_OF_BOUNDS)
def test_a_limit_out_of_its_bounds_or_misspelt_is_refused(name: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError, match=name if name in Limits.__struct_fields__ else "unknown field"):
        msgspec.convert({name: value}, Limits)


@pytest.mark.parametrize(("name", "value"), [one for one in OUT_OF_BOUNDS if one[0] in SymbolLimits.__struct_fields__])
def test_so_is_one_of_a_symbol_and_the_error_names_it(name: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"symbols"):
        msgspec.convert({"symbols": {"BTC/USD": {name: value}}}, Limits)


def test_a_fee_and_a_free_balance_may_be_nothing() -> None:
    limits = msgspec.convert({"fee_share": "0", "free_min": {"USD": "0"}}, Limits)
    assert (limits.fee_share, limits.free_min) == (Decimal(0), {"USD": Decimal(0)})


@pytest.mark.parametrize("group", [{"symbols": []}, {"symbols": ["BTC/USD"], "share_max": "0"}, {"share_max": "0.1"}])
def test_a_group_has_symbols_and_a_share(group: object) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"groups"):
        msgspec.convert({"groups": {"majors": group}}, Limits)


def test_every_amount_has_bounds() -> None:
    decimals = {
        field.name
        for kind in (Limits, SymbolLimits, Group)
        for field in msgspec.structs.fields(kind)
        if field.type in {Decimal, Decimal | None}
    }
    assert decimals == set(BOUNDS)


def test_a_symbol_has_its_own_limits_in_the_place_of_all_or_besides() -> None:
    own = SymbolLimits(order_value_max=Decimal(5), open_orders_max=1)
    limits = Limits(symbols={"BTC/USD": own})
    here, besides = limits_at(limits, "BTC/USD")
    assert (here.order_value_max, here.position_share_max) == (5, limits.position_share_max)
    assert (here.open_orders_max, besides.open_orders_max) == (20, 1)
    assert limits_at(limits, "ETH/USD") == (limits, SymbolLimits())


@pytest.mark.parametrize("name", EACH)
def test_each_limit_of_a_symbol_replaces_the_one_of_all(name: str) -> None:
    value = 7 if name.endswith("_s") or name == "book_age_s_max" else Decimal("0.07")
    limits = Limits(symbols={"BTC/USD": SymbolLimits(**{name: value})})
    assert getattr(limits_at(limits, "BTC/USD")[0], name) == value
    assert set(EACH) | set(COUNTED) == set(SymbolLimits.__struct_fields__)


CHANGES = [
    (b'{"order_value_max": "500"}', {"order_value_max": Decimal(500)}),
    (b'{"order_value_max": 0.1}', {"order_value_max": Decimal("0.1")}),
    (b'{"order_value_max": null}', {"order_value_max": Decimal(10_000)}),  # As it is by default.
    (b'{"free_min": {"BTC": "1"}}', {"free_min": {"USD": Decimal(5), "BTC": Decimal(1)}}),
    (b'{"free_min": {"USD": null}}', {"free_min": {}}),
    (
        b'{"symbols": {"BTC/USD": {"order_value_max": "9"}}}',
        {"symbols": {"BTC/USD": SymbolLimits(order_value_max=Decimal(9), open_orders_max=2)}},
    ),
    (b'{"symbols": {"BTC/USD": {"open_orders_max": null}}}', {"symbols": {"BTC/USD": SymbolLimits()}}),
    (b'{"symbols": {"BTC/USD": null}}', {"symbols": {}}),
    (b'{"groups": {"majors": {"symbols": ["ETH/USD"]}}}', {"groups": {"majors": Group(symbols=("ETH/USD",))}}),
]


@pytest.mark.parametrize(("changes", "after"), CHANGES)
def test_a_change_touches_what_it_names_and_nothing_else(changes: bytes, after: dict[str, object]) -> None:
    limits = Limits(
        order_value_max=Decimal(7),
        free_min={"USD": Decimal(5)},
        symbols={"BTC/USD": SymbolLimits(open_orders_max=2)},
    )
    assert changed_limits(limits, changes, symbols=SYMBOLS) == msgspec.structs.replace(limits, **after)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (b"{", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[]", "must be a JSON object"),
        (b"{}", "must be a JSON object"),
        (b'{"order_value_max": "0"}', "order_value_max must be above 0, not 0"),
        (b'{"order_value_max": {}}', "order_value_max"),
        (b'{"order_valu_max": "5"}', "unknown field `order_valu_max`"),
        (b'{"symbols": {"DOGE/USD": {}}}', "DOGE/USD is not traded here: name one of BTC/USD, ETH/USD"),
        (b'{"groups": {"g": {"symbols": ["DOGE/USD"]}}}', "DOGE/USD is not traded here"),
    ],
)
def test_a_change_that_makes_no_sense_says_why(changes: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        changed_limits(Limits(), changes, symbols=SYMBOLS)


def test_the_page_tells_of_every_limit_and_its_default() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "risk.md").read_text()
    for field in msgspec.structs.fields(Limits):
        assert f"`{field.name}`" in page or f"`{field.name}." in page or f"[risk.{field.name}." in page, field.name
        if isinstance(field.default, Decimal | int):
            lines = [line for line in page.splitlines() if f"`{field.name}`" in line]
            assert any(str(field.default) in line for line in lines), (field.name, field.default)
    for name in (*BREAKERS, *(check.__name__ for check in CHECKS)):
        assert f"`{name}`" in page, name
    for limit, breaker in BREAKERS.items():
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{limit}` |") and breaker.level in line]
        assert (" a person |" in line) == (breaker.release == "a person")


def test_limits_are_told_as_they_are_read() -> None:
    limits = Limits(symbols={"BTC/USD": SymbolLimits(order_value_max=Decimal("0.1"))}, flatten_on=("kill",))
    assert msgspec.json.decode(limits_json(limits), type=Limits) == limits
