"""The letters about getting in: sign-in links, resets, invitations, and word of what changed about an account's doors.

Called by `access`, which makes the links. Links are shown in full, so that a reader sees where they lead.
"""

from tribute.letters.letter import Letter, letter


def sign_in_letter(*, place: str, email: str, url: str, minutes: int) -> Letter:
    """A link that signs in once. `place` is the host that people know the site by."""
    return letter("sign_in", f"Your sign-in link for {place}", place=place, email=email, url=url, minutes=minutes)


def reset_letter(*, place: str, email: str, url: str, minutes: int) -> Letter:
    """A link that sets a new password, once."""
    return letter("reset", f"Set a new password for {place}", place=place, email=email, url=url, minutes=minutes)


def invitation_letter(*, place: str, name: str, email: str, url: str, days: int, joins_team: bool) -> Letter:
    """A link with which somebody who was invited comes in for the first time, to the team or as an affiliate."""
    subject = f"Join the team of {place}" if joins_team else f"Your affiliate account at {place}"
    return letter("invitation", subject, place=place, name=name, email=email, url=url, days=days, joins_team=joins_team)


def door_changed_letter(*, place: str, email: str, what: str, at: str, url: str) -> Letter:
    """Word that a password or a second factor changed, as a sentence without its full stop; `at` is a time as people write it."""
    return letter("door_changed", f"{what} at {place}", place=place, email=email, what=what, at=at, url=url)
