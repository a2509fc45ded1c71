"""The forms of options that order commands share.

Imports: run. Imported by: the order commands.
"""

from typing import Annotated

from cyclopts import Parameter

from fathom.run.where import Where

Flag = Parameter(negative=(), show_default=False)
Signed = Parameter(allow_leading_hyphen=True)  # A relative price, or a userref, may be below zero.
At = Annotated[Where, Parameter(name="*")]
Yes = Annotated[bool, Parameter(name=("--yes", "-y"), negative=(), show_default=False)]
