"""What a pasted link does, in words, for the links page. Pure."""

from dataclasses import dataclass

from tribute.reports.link_check import Finding, LinkCheck


@dataclass(frozen=True, slots=True)
class CheckShown:
    """The sentence, what to do about it, and the link that would do; `is_right` is the colour."""

    typed: str
    is_right: bool
    words: str
    help: str
    mended: str | None


def check_shown(typed: str, check: LinkCheck) -> CheckShown:
    """What was found, as one would say it."""
    words, advice = _words(check)
    return CheckShown(typed, check.finding == "right", words, advice, check.mended)


def _words(check: LinkCheck) -> tuple[str, str]:
    """What was found, and what follows; a mended link stands behind the words "this one instead"."""
    told, website, parameter = check.told, check.website, check.parameter
    all_words: dict[Finding, tuple[str, str]] = {
        "right": (
            "This link is yours: what it brings is credited to you.",
            f"Nothing to mend. It leads to {website}." if website else "Nothing to mend.",
        ),
        "no_address": ("This is no web address.", "Paste the whole of it, such as https://example.com/page."),
        "other_host": (f"{told} is none of the program's websites.", "Links to other sites bring you nothing. Build one above."),
        "website_off": (f"{website} is switched off.", "Nothing is counted there just now; ask the owner."),
        "no_code": ("This link lacks your code.", "Nobody would know that you sent the visitor. Use this one instead:"),
        "other_parameter": (
            f"Your code is in “{told}”, and {website} reads “{parameter}”.",
            "The visit would not be credited to you. Use this one instead:",
        ),
        "other_code": (f"The code “{told}” in it is not yours.", "What it brings is not credited to you. Use this one instead:"),
        "old_click": (
            "This link was copied after a click, and names that click.",
            "Whoever followed it would be counted as the visitor you were. Use this one instead:",
        ),
        "no_such_link": (f"You have no short link “{told}”.", "It leads to a front page, with your code. Use this one instead:"),
    }
    return all_words[check.finding]
