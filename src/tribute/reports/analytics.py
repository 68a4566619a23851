"""The analytics as a caller may see them: an affiliate their own events, the team all, with names in the place of ids.

Every read begins with the Caller; no argument can widen what it reaches. Used by GraphQL, REST and the pages.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tribute.access.caller import Caller, NotAllowedError
from tribute.analytics.comparison import compared_with
from tribute.analytics.definitions import Grain, Metric, TimeWindow
from tribute.analytics.dimensions import Dimension
from tribute.analytics.port import Identification, Live
from tribute.analytics.query import AnalyticsQuery, Comparison, Filter, check_filters, has_amounts
from tribute.analytics.ranges import asked_period, named_zone
from tribute.analytics.results import AnalyticsResult, Figures, Shown, shown
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError
from tribute.kit.money import checked_currency
from tribute.reports.ports import AnalyticsStore, Currencies
from tribute.reports.scope import scope_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What people ask, in their words: websites by name, affiliates by code, times as they write them, the zone by its name."""

    metrics: Sequence[Metric]
    window: TimeWindow | None = None
    start: str | None = None
    end: str | None = None
    zone: str = "UTC"
    grain: Grain | None = None
    dimension: Dimension | None = None
    filters: Sequence[Filter] = ()
    affiliate: str | None = None
    """A code; for the team only."""
    top: int = 10
    row_series: bool = False
    comparison: Comparison | None = None
    currency: str | None = None
    """Of all amounts: ISO 4217. Where it is not told, the affiliate's main one, or for the team the house's."""


@dataclass(frozen=True, slots=True)
class Report:
    """An answer with what it is an answer to."""

    query: AnalyticsQuery
    result: AnalyticsResult
    """With names in the rows' values."""
    data_as_of: datetime

    def shown(self, figures: Figures) -> Shown:
        """Figures of the answer as people read them: amounts in the currency's main unit, ratios of these figures."""
        return shown(self.query, figures)

    def change(self, now: Figures, before: Figures | None) -> Shown | None:
        """How much more there is than before, as a fraction: 0.12 is 12 % more. None where nothing is compared, or nothing was there."""
        return None if before is None else change(self.shown(now), self.shown(before))


class Analytics:
    """Reads the event store within the caller's scope. Safe to use from several threads."""

    def __init__(
        self,
        *,
        store: AnalyticsStore,
        websites: Callable[[], Mapping[str, str]],
        affiliates: Callable[[], Mapping[str, str]],
        affiliates_with_codes: Callable[[Collection[str]], Mapping[str, str]],
        currencies: Currencies,
        watermark: Callable[[], datetime],
        clock: Clock,
    ) -> None:
        """`websites` gives names by id, `affiliates` primary codes by id, `affiliates_with_codes` the ids by any of their codes."""
        self._store = store
        self._websites = websites
        self._affiliates = affiliates
        self._affiliates_with_codes = affiliates_with_codes
        self._currencies = currencies
        self._watermark = watermark
        self._clock = clock

    def report(self, caller: Caller, question: Question) -> Report:
        """The answer to a question. Raises NotAllowedError for an affiliate who asks about affiliates, and InvalidInputError by field."""
        query = self._query(caller, question)
        if query.comparison is not None:
            compared_with(query.period, query.zone, query.comparison)  # refuse what cannot be compared before anything is counted
        as_of = self._watermark()
        return Report(query, self._named(self._store.analytics(query), query.dimension), as_of)

    def identification(self, report: Report) -> Identification:
        """How the visitors of a report were known."""
        return self._store.identification(report.query)

    def live(self, caller: Caller) -> Live:
        """What happens now."""
        return self._store.live(scope_of(caller), self._clock.now())

    def data_as_of(self) -> datetime:
        """Every event received up to this instant is in the numbers."""
        return self._watermark()

    def _query(self, caller: Caller, question: Question) -> AnalyticsQuery:
        affiliate_id = self._scope(caller, question)
        check_filters(question.filters)
        zone = named_zone(question.zone)
        websites = [website for each in question.filters if each.dimension is Dimension.WEBSITE for website in each.values]
        return AnalyticsQuery(
            metrics=question.metrics,
            period=asked_period(window=question.window, start=question.start, end=question.end, zone=zone, now=self._clock.now()),
            zone=zone,
            grain=question.grain,
            dimension=question.dimension,
            filters=self._filters(question.filters),
            affiliate_id=affiliate_id,
            website_ids=self._website_ids(websites) if websites else None,
            top=question.top,
            row_series=question.row_series,
            comparison=question.comparison,
            currency=self._currency(question, affiliate_id),
        )

    def _currency(self, question: Question, affiliate_id: str | None) -> str | None:
        """That of the amounts; None where there are none among the numbers."""
        asked = None if question.currency is None else checked_currency(question.currency)
        if not has_amounts(question.metrics):
            return None
        return asked or self._currencies.main_of(affiliate_id)

    def _scope(self, caller: Caller, question: Question) -> str | None:
        """Whose events are read; None for everybody's, which is the team's alone."""
        own = scope_of(caller)
        if own is None:
            return None if question.affiliate is None else self._affiliate_ids("affiliate", [question.affiliate])[question.affiliate]
        asked = {question.dimension, *(each.dimension for each in question.filters)}
        if question.affiliate is not None or Dimension.AFFILIATE in asked:
            raise NotAllowedError("Only the team sees numbers by affiliate; leave the affiliate out to see your own.")
        return own

    def _filters(self, filters: Sequence[Filter]) -> list[Filter]:
        """The filters on events, with ids; those on websites are the query's own."""
        made = []
        for each in filters:
            if each.dimension is Dimension.AFFILIATE:
                ids = self._affiliate_ids("filters", [code for code in each.values if code is not None])
                made.append(Filter(each.dimension, [None if code is None else ids[code] for code in each.values]))
            elif each.dimension is not Dimension.WEBSITE:
                made.append(each)
        return made

    def _affiliate_ids(self, field: str, codes: Sequence[str]) -> Mapping[str, str]:
        ids = self._affiliates_with_codes(codes) if codes else {}
        unknown = [code for code in codes if code not in ids]
        if unknown:
            raise InvalidInputError(field, f"no affiliate has the code {unknown[0][:60]!r}")
        return ids

    def _website_ids(self, names: Sequence[str | None]) -> list[str]:
        ids = {name: website_id for website_id, name in self._websites().items()}
        unknown = [name for name in names if name is not None and name not in ids]
        if unknown:
            raise InvalidInputError("filters", f"no website is called {unknown[0][:60]!r}")
        return [ids[name] for name in names if name is not None]

    def _named(self, result: AnalyticsResult, dimension: Dimension | None) -> AnalyticsResult:
        """The result with people's names in the place of ids."""
        if dimension is Dimension.WEBSITE:
            names = self._websites()
        elif dimension is Dimension.AFFILIATE:
            names = self._affiliates()
        else:
            return result
        rows = [replace(row, value=row.value if row.value is None else names.get(row.value, row.value)) for row in result.rows]
        return replace(result, rows=rows)


def change(now: Shown, before: Shown) -> dict[Metric, float | None]:
    """How much more each is than before, as a fraction of that; None where there was nothing."""
    return {metric: _change(value, before[metric]) for metric, value in now.items()}


def _change(now: float | None, before: float | None) -> float | None:
    return (now - before) / abs(before) if now is not None and before else None
