"""The few errors there are, and whose fault each is.

    FathomError
    ├── LocalError     we were about to break Kraken's rules, or the user ours; nothing was sent
    ├── RemoteError    Kraken broke them: the session closes and starts again
    ├── LinkError      the wire broke: `net` retries, within its budget
    ├── AuthError      the key is wrong: nobody retries
    └── JournalError   the disk broke: cancel what is open, then stop

Pure. Imports: nothing. Imported by: every room but kernel.
"""


class FathomError(Exception):
    """Anything that fathom says is wrong; its text is one sentence for a person, with what to do."""


class LocalError(FathomError):
    """We, or the user, were about to break a rule. Nothing was sent.

    `field` names what is wrong as the user or the wire spells it, `rule` says what would be right.
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(field, rule)  # Both, so that it can cross to another process and back.
        self.field = field
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.field}: {self.rule}"


class RemoteError(FathomError):
    """Kraken sent what its own documents exclude. The session closes and starts again."""


class LinkError(FathomError):
    """The wire broke. `net` retries, within its budget."""


class AuthError(FathomError):
    """The key, its signature or its rights are wrong. Nobody retries."""


class JournalError(FathomError):
    """The journal cannot be written or is not whole. Cancel what is open, then stop."""
