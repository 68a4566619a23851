"""The letters about what a person changed of their own: an address to confirm, an address that changed, payout details that changed.

Called by the office, in the transaction of the change.
"""

from tribute.letters.letter import Letter, letter


def confirm_email_letter(*, place: str, email: str, url: str, hours: int) -> Letter:
    """A link that makes the address it was sent to the account's, once."""
    return letter("confirm_email", f"Confirm your new address at {place}", place=place, email=email, url=url, hours=hours)


def email_changed_letter(*, place: str, email: str, new_email: str) -> Letter:
    """Word to the address that was the account's until now."""
    return letter("email_changed", f"Your address at {place} has changed", place=place, email=email, new_email=new_email)


def payout_changed_letter(*, place: str, name: str, what: str, url: str) -> Letter:
    """Word that payout details changed; `what` says how one is paid now, masked."""
    return letter("payout_changed", f"Your payout details at {place} have changed", place=place, name=name, what=what, url=url)
