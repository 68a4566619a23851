"""What every number and table of the overview means, in an affiliate's words; the page and its scripts show them from here alone.

The exact rules stand in `analytics/definitions.py`. What a dimension is, is read from the prose that defines it.
"""

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from tribute.analytics import dimensions
from tribute.analytics.definitions import Metric
from tribute.analytics.dimensions import Dimension

METRIC_LABELS = {
    Metric.PAGE_VIEWS: "Page views",
    Metric.VISITORS: "Visitors",
    Metric.CLICKS: "Clicks",
    Metric.COMMISSIONS: "Commissions",
}
METRIC_DEFINITIONS = {
    Metric.PAGE_VIEWS: "Pages opened by people who came through your links. Bots, prefetches and repeats of one event are left out.",
    Metric.VISITORS: "Different browsers among the page views: each counts once in the whole range, however often it came back.",
    Metric.CLICKS: "Arrivals through your links. A redirect and the page it leads to are one; going on within the website is none.",
    Metric.COMMISSIONS: "What your sales earned, by the time of the sale, less reversals.",
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
    (body,) = (node.body for node in ast.parse(inspect.getsource(dimensions.Dimension)).body if isinstance(node, ast.ClassDef))
    prose: dict[Dimension, str] = {}
    for member, sentence in pairwise(body):
        if isinstance(member, ast.Assign) and isinstance(sentence, ast.Expr):
            prose[Dimension(ast.literal_eval(member.value))] = str(ast.literal_eval(sentence.value))
    return prose
