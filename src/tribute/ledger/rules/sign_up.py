"""What a program asks of those who want to join it, and what they answer. Pure; used by the offices, the reports and the pages.

What strangers write is kept as plain text: signs that nobody sees and that turn the reading direction of a page are left out.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from tribute.kit.errors import InvalidInputError, TributeError
from tribute.ledger.rules.text import checked_name

QuestionKind = Literal["short", "long", "choice", "yes_no"]

MOST_QUESTIONS: Final = 10
MOST_CHOICES: Final = 20
LONGEST_QUESTION: Final = 200
LONGEST_SHORT: Final = 200
LONGEST_LONG: Final = 2_000
LONGEST_WELCOME: Final = 2_000
_YES_NO: Final = ("Yes", "No")
_JOINERS: Final = "\u200c\u200d"  # parts of Persian words and of emoji
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question. `choices` are those of a `choice`, and of nothing else."""

    text: str
    kind: QuestionKind = "short"
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """What can be answered where that is a choice; empty where anything can."""
        return _YES_NO if self.kind == "yes_no" else self.choices

    @property
    def longest(self) -> int:
        """Characters that an answer may have."""
        return LONGEST_LONG if self.kind == "long" else LONGEST_SHORT


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer beside its question as it stood then: questions may change later."""

    question: str
    answer: str


class FormProblemsError(TributeError):
    """What is wrong with a form, a sentence for each field, in the form's order."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in problems.items()))
        self.problems = dict(problems)


def plain_text(text: str, *, lines: bool = False) -> str:
    """A stranger's text as it is kept: without invisible signs, white space put in order; with `lines`, its line breaks stay."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tidy = [" ".join("".join(_shown(sign) for sign in row).split()) for row in rows]
    if not lines:
        return " ".join(row for row in tidy if row)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(tidy)).strip()


def checked_plain_text(text: str, field: str, *, most: int, lines: bool = False) -> str:
    """The same, if it is not too long. Raises InvalidInputError."""
    plain = plain_text(text, lines=lines)
    if len(plain) > most:
        raise InvalidInputError(field, f"is {len(plain)} characters long; {most} is the most")
    return plain


def checked_questions(questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions in one spelling. Raises InvalidInputError that names the question."""
    if len(questions) > MOST_QUESTIONS:
        raise InvalidInputError("questions", f"has {len(questions)} questions; {MOST_QUESTIONS} is the most")
    return tuple(_checked_question(one, f"questions[{index}]") for index, one in enumerate(questions))


def checked_answer(question: Question, told: str, field: str) -> str:
    """An answer to a question; empty where none is needed and none was given. Raises InvalidInputError."""
    answer = checked_plain_text(told, field, most=question.longest, lines=question.kind == "long")
    if not answer and question.required:
        raise InvalidInputError(field, "choose an answer" if question.options else "is needed; write an answer")
    if answer and question.options and answer not in question.options:
        raise InvalidInputError(field, "choose one of the answers that are given")
    return answer


def checked_join_slug(text: str, field: str = "slug") -> str:
    """A program's public name in addresses, in lower case. Raises InvalidInputError."""
    slug = text.strip().lower()
    if not _SLUG.fullmatch(slug):
        raise InvalidInputError(field, "use 1 to 64 of the characters a-z, 0-9 and -, and begin and end with a letter or digit")
    return slug


def slug_of(name: str) -> str:
    """A public name made of a program's name: `Course partners` gives `course-partners`; `program` where nothing is left of it."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64].strip("-") or "program"


def _checked_question(question: Question, field: str) -> Question:
    text = checked_plain_text(question.text, f"{field}.text", most=LONGEST_QUESTION)
    if not text:
        raise InvalidInputError(f"{field}.text", "is empty; write the question, or leave it out")
    if question.kind != "choice":
        if question.choices:
            raise InvalidInputError(f"{field}.choices", "only a question of the kind choice has choices; leave them out")
        return msgspec.structs.replace(question, text=text)
    choices = tuple(dict.fromkeys(checked_name(one, f"{field}.choices") for one in question.choices))
    if not 2 <= len(choices) <= MOST_CHOICES:
        raise InvalidInputError(f"{field}.choices", f"give 2 to {MOST_CHOICES} different answers to choose from")
    return msgspec.structs.replace(question, text=text, choices=choices)


def _shown(sign: str) -> str:
    """The sign where people can see it, white space as a space, and nothing of all others."""
    if sign.isspace():
        return " "
    return sign if sign.isprintable() or sign in _JOINERS else ""
