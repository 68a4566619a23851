"""Pages as they are sent, read without scripts."""

import re


def card(page: str, metric: str) -> tuple[str, str]:
    """A metric card's total and the words below it."""
    found = re.search(rf'data-metric-card="{metric}".*?data-total[^>]*>([^<]*)<.*?data-note>([^<]*)<', page, re.DOTALL)
    assert found is not None
    return found[1], found[2]
