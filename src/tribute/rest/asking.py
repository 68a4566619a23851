"""From an address's parameters to a Question. Every parameter is described here, once: the OpenAPI document and the page read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tribute.analytics.definitions import Grain, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.query import ANALYTICS_METRICS, Comparison, Filter
from tribute.kit.errors import InvalidInputError
from tribute.reports.analytics import Question

Value = TypeVar("Value")

METRICS = {metric.name.lower(): metric for metric in ANALYTICS_METRICS}
WINDOWS = {f"{window.days}d" if window.days > 1 else "24h": window for window in TimeWindow}
GRAINS = {grain.value: grain for grain in Grain}
DIMENSIONS = {dimension.name.lower(): dimension for dimension in Dimension}
COMPARISONS = {comparison.name.lower(): comparison for comparison in Comparison}
FORMATS = {"json": "json", "csv": "csv"}
_FILTER = "filter["


@dataclass(frozen=True, slots=True)
class AskedParameter:
    """A parameter as people read of it."""

    name: str
    description: str
    choices: tuple[str, ...] = ()
    repeatable: bool = False
    example: str | None = None


PARAMETERS = (
    AskedParameter(
        "metrics", "What is counted, with commas between. Rows are ordered by the first.", tuple(METRICS), example="page_views,visitors"
    ),
    AskedParameter("window", "Exactly now − N × 24 h to now. Either this, or `from` and perhaps `to`.", tuple(WINDOWS)),
    AskedParameter(
        "from",
        "Where the range begins: a date, the beginning of that day in `zone`, or a time (2026-11-01T09:30:00Z); without an offset on "
        "the zone's wall clock. Not before 1971.",
        example="2026-11-01",
    ),
    AskedParameter(
        "to",
        "Where the range ends: a date, the end of that day in `zone`, or a time, which is not included. Without it, now. At most five "
        "years after `from`.",
        example="2026-11-23",
    ),
    AskedParameter("zone", "An IANA time zone; UTC unless told.", example="Europe/Stockholm"),
    AskedParameter("grain", "The buckets of the series; without it, totals only.", tuple(GRAINS)),
    AskedParameter("by", "Divides the numbers into rows, one a value; affiliate is for the team only.", tuple(DIMENSIONS)),
    AskedParameter("top", "How many rows there are at most, 1 to 1,000; 10 unless told. The rest is in `others`.", example="10"),
    AskedParameter(
        "row_series", "Whether each row has a series, too; in a CSV with rows and a grain it does in any case.", ("true", "false")
    ),
    AskedParameter(
        "filter[…]",
        "Only what has this value of the dimension in brackets, such as filter[country]=SE. Repeated, one of the values; several "
        "dimensions must all hold; an empty value stands for having none.",
        repeatable=True,
    ),
    AskedParameter("compare", "What to compare with: the time directly before, or the same dates a year earlier.", tuple(COMPARISONS)),
    AskedParameter("affiliate", "Only what is credited to the affiliate with this code; for the team only."),
    AskedParameter(
        "currency",
        "The currency of all amounts (ISO 4217); unless told, the affiliate's main one, for the team the house's. Others are named in "
        "`other_currencies`.",
        example="USD",
    ),
    AskedParameter("format", "json or csv; without it, what the Accept header asks for.", tuple(FORMATS)),
)
_NAMES = {parameter.name for parameter in PARAMETERS if not parameter.repeatable}


def question(parameters: Iterable[tuple[str, str]]) -> tuple[Question, str | None]:
    """The question of an address, and the format if it names one. Raises InvalidInputError, naming the parameter."""
    told, filters = _sorted(parameters)
    asked = Question(
        metrics=[_choice("metrics", name, METRICS) for name in told.get("metrics", "").split(",") if name.strip()],
        window=_optional("window", told, WINDOWS),
        start=told.get("from"),
        end=told.get("to"),
        zone=told.get("zone", "UTC"),
        grain=_optional("grain", told, GRAINS),
        dimension=_optional("by", told, DIMENSIONS),
        filters=[Filter(dimension, values) for dimension, values in filters.items()],
        affiliate=told.get("affiliate"),
        top=_number("top", told.get("top", "10")),
        row_series=_choice("row_series", told.get("row_series", "false"), {"true": True, "false": False}),
        comparison=_optional("compare", told, COMPARISONS),
        currency=told.get("currency"),
    )
    return asked, _optional("format", told, FORMATS)


def _sorted(parameters: Iterable[tuple[str, str]]) -> tuple[dict[str, str], dict[Dimension, list[str | None]]]:
    """The parameters by name, and the filters by dimension. An empty parameter that is no filter counts as left out."""
    told: dict[str, str] = {}
    filters: dict[Dimension, list[str | None]] = {}
    for name, value in parameters:
        if name.startswith(_FILTER) and name.endswith("]"):
            filters.setdefault(_choice("filter", name[len(_FILTER) : -1], DIMENSIONS), []).append(value or None)
        elif name not in _NAMES:
            raise InvalidInputError(name[:40], f"there is no such parameter; there are {', '.join(sorted(_NAMES))} and filter[…]")
        elif name in told:
            raise InvalidInputError(name, "give it once")
        elif value:
            told[name] = value
    return told, filters


def _optional(name: str, told: Mapping[str, str], choices: Mapping[str, Value]) -> Value | None:
    return _choice(name, told[name], choices) if name in told else None


def _choice(name: str, value: str, choices: Mapping[str, Value]) -> Value:
    found = value.strip().lower()
    if found not in choices:
        raise InvalidInputError(name, f"{value[:40]!r} is none of {', '.join(choices)}")
    return choices[found]


def _number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise InvalidInputError(name, "write a whole number")
    return int(value)
