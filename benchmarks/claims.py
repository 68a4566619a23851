"""What a benchmark claims and what it measured: the words that all files of this folder share, and that `document` writes down.

A file of this folder has one `BENCH` and ends with `sys.exit(run(BENCH))`; `contents.ORDER` names it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal, TypeAlias

Cell: TypeAlias = "str | int | float | None"
Verdict: TypeAlias = Literal["aim reached", "holds", "missed", "told"]
_MULTIPLES = {"k": 1_000, "m": 1_000_000}


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that a figure proves or refutes. Without a floor the figure is only told."""

    name: str
    says: str
    unit: str
    """`×` for a ratio of two figures of one run; else what the figure is in: `ms`, `events/s`, `µs`, `MB`."""
    better: Literal["less", "more"]
    floor: float | None = None
    aim: float | None = None
    limited_by: str = ""
    """What keeps the floor from being reached; the document says it only where the floor is missed."""

    def verdict(self, value: float) -> Verdict:
        if self.floor is None:
            return "told"
        if not self._reaches(value, self.floor):
            return "missed"
        return "aim reached" if self.aim is not None and self._reaches(value, self.aim) else "holds"

    def _reaches(self, value: float, goal: float) -> bool:
        return value <= goal if self.better == "less" else value >= goal


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of several rounds, with the rounds."""

    value: float
    rounds: Sequence[float] = ()

    @classmethod
    def of(cls, rounds: Sequence[float]) -> "Figure":
        return cls(median(rounds), tuple(rounds))

    @classmethod
    def ratio(cls, ours: Sequence[float], theirs: Sequence[float]) -> "Figure":
        """Ours over theirs, round by round: both were measured in the same minute of the same machine."""
        return cls.of([mine / other for mine, other in zip(ours, theirs, strict=True)])


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Bars:
    """A plot of one bar for each name. `logarithmic` where the largest is over twenty times the smallest."""

    name: str
    caption: str
    unit: str
    bars: Mapping[str, float]
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """A plot of one line for each series over the same places, in order; None where there is no figure. Its scale is logarithmic."""

    name: str
    caption: str
    unit: str
    places: Sequence[str]
    series: Mapping[str, Sequence[float | None]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of a benchmark found."""

    figures: Mapping[str, Figure]
    """By the claim's name; every claim has one."""
    tables: Sequence[Table] = ()
    plots: Sequence[Bars | Lines] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else was measured, round by round; kept in the JSON alone."""


class Options:
    """What a benchmark was asked for on the command line, its defaults filled in."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def text(self, name: str) -> str:
        return self.values[name]

    def count(self, name: str) -> int:
        """A number such as `5000`, `250k` or `100m`."""
        text = self.values[name].lower().replace("_", "")
        return int(float(text[:-1]) * _MULTIPLES[text[-1]]) if text[-1:] in _MULTIPLES else int(text)


@dataclass(frozen=True, slots=True)
class Bench:
    """One file of this folder: what it claims, how it measures, what it does not tell."""

    name: str
    """The file's name; `docs/performance/NAME.json` holds its figures."""
    title: str
    about: str
    """What runs against what, and how; paragraphs of the document."""
    claims: Sequence[Claim]
    measure: Callable[[Options], Measured]
    leaves_out: Sequence[str] = ()
    """Sentences: what a reader might take from the figures, and should not."""
    minutes: float = 2
    """How long it may take; `make bench` ends one that takes twice as long."""
    options: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What can be asked for as `--NAME VALUE`: its default, and what it means."""
    aside: Sequence[str] = ()
    """Options that change nothing that is measured."""
    programs: Sequence[str] = ()
    """What it needs from the system: names of `programs.PACKAGES`."""
