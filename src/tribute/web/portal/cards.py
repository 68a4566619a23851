"""The overview's cards: a metric with its total, its change in words and its course in small; choosing one draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tribute.analytics.definitions import Metric
from tribute.analytics.results import AnalyticsResult, Bucket
from tribute.web.portal.asked import METRICS, Asked
from tribute.web.portal.definitions import METRIC_DEFINITIONS, METRIC_LABELS

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


def metric_cards(asked: Asked, now: datetime, result: AnalyticsResult | None, commissions: float) -> list[MetricCard]:
    """All cards, in their order. `commissions` are of the range, in the currency's main unit."""
    return [
        MetricCard(
            metric=metric,
            label=METRIC_LABELS[metric],
            definition=METRIC_DEFINITIONS[metric],
            total=_commissions(commissions) if metric is Metric.COMMISSIONS else f"{result.totals[metric]:,}" if result else "–",
            note=_note(metric, asked, now, result, commissions),
            course=_course(result.series, metric) if result and metric is not Metric.COMMISSIONS else "",
            href=asked.address(metric=metric),
            current=metric is asked.metric,
        )
        for metric in METRICS
    ]


def _commissions(total: float) -> str:
    return f"{total:,.2f}" if total else NO_COMMISSIONS


def _note(metric: Metric, asked: Asked, now: datetime, result: AnalyticsResult | None, commissions: float) -> str:
    if metric is Metric.COMMISSIONS:
        return asked.words() if commissions else NO_COMMISSIONS_NOTE
    if result is None or result.previous is None:
        return asked.words()
    return change_words(result.totals[metric], result.previous[metric], asked.words_before(now))


def change_words(now: int, before: int, words_before: str) -> str:
    """How `now` differs from `before`, in words and sign: "+12 % on the 7 days before"."""
    if before == 0:
        return f"none {words_before}"
    percent = round(100 * (now - before) / before)
    if percent == 0:
        return f"as many as {words_before}"
    return f"{'+' if percent > 0 else '−'}{abs(percent):,} % on {words_before}"


def _course(series: Sequence[Bucket], metric: Metric) -> str:
    values = [bucket.figures[metric] for bucket in series]
    highest = max(values, default=0)
    if len(values) < 2 or not highest:
        return ""
    step, height = SPARK_WIDTH / (len(values) - 1), SPARK_HEIGHT - 2
    return " ".join(f"{place * step:.1f},{height + 1 - height * value / highest:.1f}" for place, value in enumerate(values))
