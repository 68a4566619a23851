"""What every number and table of the overview means, in an affiliate's words; the page and its scripts show them from here alone.

The exact rules stand in `analytics/definitions.py`. What a dimension is, is read from the prose that defines it.
"""

import ast
import inspect
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from itertools import pairwise

from tribute.analytics.definitions import Metric
from tribute.analytics.dimensions import Dimension

METRIC_LABELS = {
    Metric.PAGE_VIEWS: "Page views",
    Metric.VISITORS: "Visitors",
    Metric.CLICKS: "Clicks",
    Metric.CONVERSIONS: "Conversions",
    Metric.COMMISSIONS: "Commissions",
    Metric.REVENUE: "Revenue",
    Metric.EPC: "Earnings per click",
    Metric.CONVERSION_RATE: "Conversion rate",
}
METRIC_DEFINITIONS = {
    Metric.PAGE_VIEWS: "Pages opened by people who came through your links. Bots, prefetches and repeats of one event are left out.",
    Metric.VISITORS: "Different browsers among the page views: each counts once in the whole range, however often it came back.",
    Metric.CLICKS: "Arrivals through your links. A redirect and the page it leads to are one; going on within the website is none.",
    Metric.CONVERSIONS: "Sales and sign-ups that are credited to you, in whatever currency, by their own time. A refund takes none away.",
    Metric.COMMISSIONS: "What your sales earned, by the time of the sale, less reversals. Held and rejected ones are left out.",
    Metric.REVENUE: "What customers paid for your conversions, without tax and shipping, by the time of the sale, less refunds.",
    Metric.EPC: "Your commissions divided by your clicks, of the same time and place.",
    Metric.CONVERSION_RATE: "Your conversions divided by your clicks, of the same time and place: 2 % is two in a hundred.",
}
LIVE_DEFINITION = "Different visitors with a page view in the last five minutes."
AS_OF_DEFINITION = "Everything received up to this time is in the numbers."
SHARE_DEFINITION = "The bar shows which part of the whole each row has. A visitor of several rows is in each of them."
UNIDENTIFIED_DEFINITION = (
    "Their browsers ask not to be followed (Global Privacy Control), or they did not consent. Nothing is stored about them: "
    "the page view is counted, but no visitor."
)


@cache
def dimension_definitions() -> Mapping[Dimension, str]:
    """The sentences under the members of `Dimension`."""
    return {Dimension(value): sentence for value, sentence in _prose(Dimension).items()}


@cache
def metric_rules() -> Mapping[Metric, str]:
    """The exact rule of each metric: the sentences under the members of `Metric`."""
    return {Metric(value): sentence for value, sentence in _prose(Metric).items()}


def _prose(kind: type[StrEnum]) -> dict[str, str]:
    (body,) = (node.body for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef))
    prose: dict[str, str] = {}
    for member, sentence in pairwise(body):
        if isinstance(member, ast.Assign) and isinstance(sentence, ast.Expr):
            prose[ast.literal_eval(member.value)] = " ".join(str(ast.literal_eval(sentence.value)).split())
    return prose
