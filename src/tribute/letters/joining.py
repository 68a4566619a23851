"""The letters about joining a program: what was received, what came of it, and where to go on. Called by `office`.

Invariant: a letter to an address that nobody has vouched for has no word of whoever typed it, so that nobody writes to others by a form.
"""

from tribute.letters.letter import Letter, letter


def application_received_letter(*, place: str, program: str) -> Letter:
    """Word that an application waits for the program's owner."""
    told = ["We have your application. Somebody reads it and answers to this address; there is nothing to do until then."]
    return _letter(f"Your application to {program}", "Thank you", told, place=place)


def joined_letter(*, place: str, program: str, url: str, days: int) -> Letter:
    """The way in for somebody who joined an open program."""
    told = [f"You are in the program {program}: your links, who came by them, and what you earn are in your account."]
    told.append(f"This link lets you in. It works once, within {days} days.")
    return _letter(f"Welcome to {program}", "Welcome", told, place=place, url=url, label="Open your account")


def has_account_letter(*, place: str, name: str, program: str, url: str) -> Letter:
    """Word to somebody with an account whose address was used to apply."""
    told = [f"Somebody used this address to join {program}. You have an account already, so nothing was changed and nothing is needed."]
    told.append("If it was you: sign in, then apply with your account. If it was not, you can forget this mail.")
    return _letter(f"You have an account at {place}", f"Hello, {name}", told, place=place, url=url, label="Sign in and apply")


def approved_letter(*, place: str, name: str, program: str, url: str, days: int | None) -> Letter:
    """Good news; with `days`, the address is a link that lets in once."""
    told = [f"You are in the program {program}. Share your link, and the first visit shows in your account within a second or so."]
    if days is not None:
        told.append(f"This link lets you in. It works once, within {days} days.")
    return _letter(f"You are in: {program}", f"Welcome, {name}", told, place=place, url=url, label="Open your account")


def rejected_letter(*, place: str, name: str, program: str, reason: str) -> Letter:
    """A refusal with its reason, in the owner's words."""
    told = ["Thank you for your interest. Your application was not accepted this time. This is the reason that was given:"]
    return _letter(f"Your application to {program}", f"Hello, {name}", told, place=place, quote=reason)


def _letter(
    subject: str, heading: str, told: list[str], *, place: str, quote: str | None = None, url: str | None = None, label: str = ""
) -> Letter:
    return letter("joining", subject, heading=heading, told=told, place=place, quote=quote, url=url, label=label)
