"""The letter that is sent to see whether mails arrive. Called by `app` for the command that sends it."""

from tribute.letters.letter import Letter, letter


def trial_letter(*, place: str, server: str, sender: str, url: str) -> Letter:
    """Says which way it came. `place` is the host that people know the site by, `url` where the site's pages are."""
    return letter("trial", f"Mails from {place} arrive", place=place, server=server, sender=sender, url=url)
