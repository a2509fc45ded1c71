"""`fathom sweep`: parameters searched over backtests. One concept a file; `sweep_command` puts them together."""
