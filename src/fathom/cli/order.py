"""`fathom order` and what is below it.

Imports: nothing of ours; the commands by name. Imported by: cli/app, by name.
"""

from typing import Final

from cyclopts import App

COMMANDS: Final = {
    "add": "fathom.cli.order_add:add",
    "amend": "fathom.cli.order_change:amend",
    "edit": "fathom.cli.order_change:edit",
    "cancel": "fathom.cli.order_cancel:cancel",
    "cancel-all": "fathom.cli.order_cancel:cancel_all",
    "cancel-after": "fathom.cli.order_cancel:cancel_after",
    "batch": "fathom.cli.order_add:batch",
}

order = App(
    name="order",
    help="Place, change and cancel orders.\n\nEach command shows what it is about to do, with cost, fee and rate cost, "
    "and asks. Without a terminal it needs --yes.",
    help_format="plaintext",
)
for _name, _path in COMMANDS.items():
    order.command(_path, name=_name)
