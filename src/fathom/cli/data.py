"""`fathom data` and what is below it.

Imports: the commands below it. Imported by: cli/app, by name.
"""

from cyclopts import App

from fathom.cli.data_compile import compile_recordings
from fathom.cli.data_copy import copy
from fathom.cli.data_export import export
from fathom.cli.data_fetch import fetch
from fathom.cli.data_import import import_archives
from fathom.cli.data_look import info, ls
from fathom.cli.data_query import query

data = App(
    name="data",
    help="Recorded markets as columns: compile, fetch, ask.\n\nFrom recordings, from Kraken's archives and its REST. "
    "Needs the extra `history`: pip install 'fathom-trader[history]'.",
    help_format="plaintext",
)
data.command(compile_recordings, name="compile")
data.command(copy)
data.command(export)
data.command(fetch)
data.command(import_archives, name="import")
data.command(info)
data.command(ls)
data.command(query)
