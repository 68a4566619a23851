"""A metric's number as the page tells it without scripts, and how it differs from another. Pure; used by the overview's parts."""

from tribute.analytics.definitions import Metric
from tribute.analytics.query import AMOUNTS
from tribute.kit.money import exponent_of

NO_FIGURE = "–"
"""A ratio without clicks, or a number that could not be counted."""


def is_amount(metric: Metric) -> bool:
    """Whether the metric is told in a currency."""
    return metric in AMOUNTS or metric is Metric.EPC


def figure_words(metric: Metric, value: float | None, currency: str | None) -> str:
    """1,234, or 1,234.50 USD, or 2.3 %; a click's earnings with one more decimal than the currency has."""
    if value is None:
        return NO_FIGURE
    if metric is Metric.CONVERSION_RATE:
        return f"{100 * value:.1f} %"
    if currency is not None and is_amount(metric):
        decimals = exponent_of(currency) + (metric is Metric.EPC)
        return f"{value:,.{decimals}f} {currency}"
    return f"{value:,.0f}"


def change_words(metric: Metric, now: float | None, before: float | None, words_before: str) -> str:
    """How `now` differs from `before`, in words and sign: "+12 % on the 7 days before"."""
    if not before or now is None:
        return f"none {words_before}"
    percent = round(100 * (now - before) / abs(before))
    if percent == 0:
        return f"as {'much' if is_amount(metric) or metric is Metric.CONVERSION_RATE else 'many'} as {words_before}"
    return f"{'+' if percent > 0 else '−'}{abs(percent):,} % on {words_before}"
