"""The overview's cards: a metric with its total, its change in words and its course in small; choosing one draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tribute.analytics.definitions import Metric
from tribute.analytics.results import Bucket
from tribute.reports.analytics import Report
from tribute.web.portal.asked import METRICS, Asked
from tribute.web.portal.definitions import METRIC_DEFINITIONS, METRIC_LABELS
from tribute.web.portal.figures import NO_FIGURE, change_words, figure_words

SPARK_WIDTH, SPARK_HEIGHT = 100, 28
NO_COMMISSIONS = "None yet"
NO_COMMISSIONS_NOTE = "Your first sale shows here."


@dataclass(frozen=True, slots=True)
class MetricCard:
    """A metric in the range."""

    metric: Metric
    label: str
    definition: str
    total: str
    note: str
    course: str
    """The buckets as points of a line in a box of SPARK_WIDTH × SPARK_HEIGHT; empty where there is none."""
    href: str
    current: bool

    @property
    def is_word(self) -> bool:
        """Whether a word stands in the number's place."""
        return self.total == NO_COMMISSIONS


def metric_cards(asked: Asked, now: datetime, report: Report | None, *, has_sold: bool) -> list[MetricCard]:
    """All cards, in their order; without a report, with nothing in them. `has_sold` tells no commission yet from none in the range."""
    cards = []
    for metric in METRICS:
        total, note = _told(metric, asked, now, report)
        if metric is Metric.COMMISSIONS and not has_sold and not (report and report.result.totals[metric]):
            total, note = NO_COMMISSIONS, NO_COMMISSIONS_NOTE
        cards.append(
            MetricCard(
                metric=metric,
                label=METRIC_LABELS[metric],
                definition=METRIC_DEFINITIONS[metric],
                total=total,
                note=note,
                course=_course(report, report.result.series, metric) if report is not None else "",
                href=asked.address(metric=metric),
                current=metric is asked.metric,
            )
        )
    return cards


def _told(metric: Metric, asked: Asked, now: datetime, report: Report | None) -> tuple[str, str]:
    if report is None:
        return NO_FIGURE, asked.words()
    total = report.shown(report.result.totals)[metric]
    words = figure_words(metric, total, report.query.currency)
    if report.result.previous is None:
        return words, asked.words()
    return words, change_words(metric, total, report.shown(report.result.previous)[metric], asked.words_before(now))


def _course(report: Report, series: Sequence[Bucket], metric: Metric) -> str:
    values = [report.shown(bucket.figures)[metric] for bucket in series]
    known = [value for value in values if value is not None]
    highest, lowest = max(known, default=0), min(0, *known, 0)
    if len(known) < 2 or highest == lowest:
        return ""
    step, height = SPARK_WIDTH / (len(values) - 1), SPARK_HEIGHT - 2
    drawn = [
        (place * step, height + 1 - height * (value - lowest) / (highest - lowest))
        for place, value in enumerate(values)
        if value is not None
    ]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
