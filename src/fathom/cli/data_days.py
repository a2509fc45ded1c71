"""A day on a command line.

Imports: domain. Imported by: data_export, data_fetch.
"""

from datetime import date


def day_of(name: str, text: str | None) -> date | None:
    """Return the day that an option names, None where it is not given. Raises LocalError where it is none."""
    from fathom.domain import LocalError  # noqa: PLC0415 - Only now: start-up time.

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LocalError(name, f"must be a day, such as 2026-11-30, not {text}") from None
