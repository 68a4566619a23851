"""What the doors refuse, in AWS's words: a code that clients know, and a message for people. Raised anywhere in this room."""

from typing import Any


class AwsError(Exception):
    """An answer that is an error. `details` are further fields of its body, as the service's model has them."""

    def __init__(self, code: str, message: str, status: int = 400, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.details = details


def invalid(problem: str) -> AwsError:
    """The request breaks a rule of the service's model."""
    return AwsError("ValidationException", problem)


def constraint(value: object, member: str, rule: str) -> AwsError:
    """A member breaks a constraint, in the very words in which AWS's services say it."""
    told = str(value)[:100]
    return invalid(f"1 validation error detected: Value '{told}' at '{member}' failed to satisfy constraint: {rule}")


def unreadable(problem: str = "the body is not what this operation takes") -> AwsError:
    """The body cannot be read as the operation's input."""
    return AwsError("SerializationException", problem)


def denied(problem: str) -> AwsError:
    """The key is right and does not reach this."""
    return AwsError("AccessDeniedException", problem, 403)


def unavailable(problem: str = "Slow down.") -> AwsError:
    """Not now; nothing was half done. AWS's clients try again by themselves."""
    return AwsError("ServiceUnavailableException", problem, 503)
