"""The error that a person reads: one sentence that names what is wrong and what to do about it."""


class TributeError(Exception):
    """Something a person can mend. The CLI prints its text on stderr and exits with 1; HTTP edges show it as it is.

    The text never holds secrets or personal data.
    """


class InvalidInputError(TributeError):
    """Input that can never be right as it stands. `field` names what to change."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class ConflictError(TributeError):
    """What was asked for contradicts what is there, such as a name that is taken."""


class NotFoundError(TributeError):
    """What was named does not exist, or the caller may not know that it does."""


class UnavailableError(TributeError):
    """It cannot be done now and can be later; nothing was half done. Callers may try again."""
