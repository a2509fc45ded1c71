from inspect import signature

from fathom.cli import order_add, order_cancel, order_change
from fathom.cli.order_options import At, Yes

COMMANDS = (order_add.add, order_add.batch, order_change.amend, order_change.edit, order_cancel.cancel,
            order_cancel.cancel_all, order_cancel.cancel_after)  # fmt: skip


def test_every_order_command_says_where_and_can_be_confirmed_before() -> None:
    for command in COMMANDS:
        parameters = signature(command).parameters
        assert parameters["where"].annotation == At
        assert parameters["yes"].annotation == Yes
        assert parameters["yes"].default is False
