"""What holds while a team member looks at the portal as its affiliate: nothing is sent, nothing private is shown, every page says so.

`parts` asks here for every page; the forms that begin and end a view are in `views`.
"""

from typing import Any, Final

from litestar import Request

from tribute.access.caller import NotAllowedError

END_PATH: Final = "/view/end"
_READING: Final = frozenset({"GET", "HEAD"})
_LEAVING: Final = frozenset({END_PATH, "/sign-out"})
_PRIVATE: Final = ("/settings",)


def refuse_in_view(method: str, path: str) -> None:
    """Let pass what a view is for. Raises NotAllowedError for every form but those that lead out, and for the affiliate's own settings."""
    if method not in _READING and path not in _LEAVING:
        raise NotAllowedError("You are looking at the portal as its affiliate: nothing can be changed in it. End the view first.")
    if any(path == prefix or path.startswith(f"{prefix}/") for prefix in _PRIVATE):
        raise NotAllowedError("Settings, payout details, sessions and tokens are the affiliate's own, and not shown to who looks on.")


def show_view(request: Request[Any, Any, Any], name: str) -> None:
    """Have the page that answers the request say whose portal is looked at."""
    request.state.viewed_as = name


def viewed_as(request: Request[Any, Any, Any]) -> str | None:
    """The affiliate whose portal is looked at, by name; None for who is themself."""
    found = request.state.get("viewed_as")
    return found if isinstance(found, str) else None
