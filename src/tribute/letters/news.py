"""The letters with news for an affiliate: new sales, commissions that became payable, and the week in numbers. Each can be turned off.

Called by the jobs, which decide what is news; amounts and times come as their reader writes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tribute.letters.letter import Letter, letter

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One commission: what it is of, when, and how much."""

    website: str
    when: str
    amount: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class WeekFigure:
    """One number of the week, and how it compares with the week before, in words."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day's page views, and their part of the best day's in percent."""

    name: str
    value: str
    percent: int


def earned_letter(*, place: str, name: str, lines: Sequence[NewsLine], total: str, url: str, stop_url: str) -> Letter:
    """New commissions, one or several."""
    subject = f"You earned {lines[0].amount} with {lines[0].website}" if len(lines) == 1 else f"{len(lines)} new sales: {total}"
    what = "A new sale" if len(lines) == 1 else f"{len(lines)} new sales"
    return _news(subject, what, lines, place=place, name=name, total=total, url=url, stop_url=stop_url, why="there is a new sale")


def approved_letter(*, place: str, name: str, lines: Sequence[NewsLine], total: str, url: str, stop_url: str) -> Letter:
    """Commissions whose hold period is over."""
    what = "A commission is payable" if len(lines) == 1 else f"{len(lines)} commissions are payable"
    return _news(
        f"{what}: {total}", what, lines, place=place, name=name, total=total, url=url, stop_url=stop_url, why="one becomes payable"
    )


def week_letter(
    *, place: str, name: str, week: str, figures: Sequence[WeekFigure], days: Sequence[WeekDay], url: str, stop_url: str
) -> Letter:
    """A week in numbers, with its page views by day as bars."""
    subject = f"Your week: {', '.join(f'{figure.value} {figure.label.lower()}' for figure in figures[:2])}"
    return letter("week", subject, place=place, name=name, week=week, figures=figures, days=days, url=url, stop_url=stop_url)


def _news(subject: str, what: str, lines: Sequence[NewsLine], **told: str) -> Letter:
    more = len(lines) - MOST_SHOWN
    return letter("news", subject, what=what, lines=lines[:MOST_SHOWN], more=max(more, 0), **told)
