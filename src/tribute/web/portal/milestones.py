"""Milestones in words, for the overview. Pure."""

from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tribute.analytics.definitions import Metric
from tribute.reports.milestones import Milestone
from tribute.web.amounts import Amount
from tribute.web.reader import reader


@dataclass(frozen=True, slots=True)
class MilestoneShown:
    """A milestone, its amount, and where it is explained."""

    title: str
    words: str
    amount: Amount
    href: str


def shown_milestone(milestone: Milestone, zone: str) -> MilestoneShown:
    """What was reached and when, on the zone's calendar."""
    on = milestone.at.astimezone(ZoneInfo(zone)).date()
    amount = Amount(milestone.amount_minor, milestone.currency)
    match milestone.kind:
        case "best_day":
            told = {"metric": Metric.COMMISSIONS, "from": on.isoformat(), "to": on.isoformat(), "zone": zone}
            return MilestoneShown("Your best day so far", reader().day(on), amount, f"/?{urlencode(told)}")
        case "first_sale":
            return MilestoneShown(
                "Your first sale", f"{reader().day(on)}, on {milestone.website}", amount, f"/commissions/{milestone.commission_id}"
            )
        case "first_on_website":
            return MilestoneShown(f"First sale on {milestone.website}", reader().day(on), amount, f"/commissions/{milestone.commission_id}")
