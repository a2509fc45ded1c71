"""CreateSubaccount, AccountTransfer (rest.md 8).

Pure. Imports: call, names. Imported by: methods.
"""

from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused
from fathom.exchange.rest.names import find_asset


def create_subaccount(call: PrivateCall) -> object:
    """Refuse: nobody here is an institution. Accounts are opened by the control API."""
    call.form.required("username")
    call.form.required("email")
    raise Refused("EAccount:Invalid permissions")


def account_transfer(call: PrivateCall) -> object:
    """Refuse: every account is its own master."""
    find_asset(call.listing, call.form.required("asset"))
    call.form.required("amount")
    call.form.required("from")
    call.form.required("to")
    raise Refused("EAccount:Invalid permissions")
