"""Widgets: make one for your own site, copy its HTML, take it away. What a widget shows is counted by `web/embed.py`."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any, ClassVar, Final

from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from tribute.access.caller import Caller
from tribute.analytics.definitions import Metric
from tribute.ledger.embeds import EmbedRecord
from tribute.office.embeds import METRICS
from tribute.reports.scope import affiliate_of
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.embed import PREFIX
from tribute.web.parts import AnyRequest, Parts
from tribute.web.settings.forms import Choice, Typed, choices, cut, saved, themself
from tribute.web.settings.sections import SettingsFrame, settings_frame
from tribute.web.windows import DEFAULT_WINDOW, WINDOW_WORDS

LABEL: Final = "Widgets"
PATH: Final = "/settings/widgets"
_METRIC_WORDS: Final = {
    Metric.PAGE_VIEWS: "Page views",
    Metric.VISITORS: "Visitors",
    Metric.CLICKS: "Clicks",
    Metric.CONVERSIONS: "Sales",
    Metric.COMMISSIONS: "What you earned",
}
_USUAL: Final = {"metric-PageViews": "yes", "metric-Visitors": "yes", "window": DEFAULT_WINDOW.value, "theme": "auto"}
_THEMES: Final = (("auto", "As the reader's system"), ("light", "Light"), ("dark", "Dark"))
_DONE: Final = {"made": "Made. Copy its HTML to where it is to stand.", "removed": "Removed. Where it stood, it shows nothing any more."}
_HEIGHT: Final = 240
"""Room for five numbers on a phone."""

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@dataclass(frozen=True, slots=True)
class WidgetRow:
    """A widget with the HTML that shows it."""

    id: str
    name: str
    words: str
    sites: str
    html: str
    path: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class WidgetsPage:
    """The widgets there are, and the form for another."""

    template: ClassVar[str] = "settings/widgets.html"
    frame: SettingsFrame
    typed: Typed
    metrics: Sequence[Choice]
    windows: Sequence[Choice]
    themes: Sequence[Choice]
    widgets: Sequence[WidgetRow]
    done: str | None
    height: int


def widget_routes(parts: Parts) -> list[Any]:
    """The page, and the forms that make a widget and take one away."""

    @get(PATH)
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show, parts, request)

    @post(PATH)
    async def make(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_make, parts, request, cut(data))

    @post(PATH + "/{token_id:str}/remove")
    async def remove(request: AnyRequest, token_id: FromPath[str]) -> Response[Any]:
        return await to_thread(_remove, parts, request, token_id)

    return [show, make, remove, ways_back(PATH, PATH + "/{token_id:str}/remove")]


def _show(parts: Parts, request: AnyRequest) -> Response[Any]:
    page = _page(parts, _affiliate(parts, request), Typed(_USUAL), said_at(parts, request))
    return parts.render.page(page, request)


def _make(parts: Parts, request: AnyRequest, told: Mapping[str, str]) -> Response[Any]:
    caller, made = _affiliate(parts, request), list[EmbedRecord]()
    metrics = [metric.value for metric in METRICS if told.get(f"metric-{metric.value}")]

    def add() -> None:
        fields = {name: told.get(name, "") for name in ("name", "window", "theme", "sites")}
        made.append(parts.own_office.embeds.add(caller, metrics=metrics, **fields))

    answer = saved(parts, request, told, add, show=lambda typed: _page(parts, caller, typed, None), back=PATH)
    return back_to(parts, PATH, say=f"made.{made[0].token_id}", at=f"#{made[0].token_id}") if made else answer


def _remove(parts: Parts, request: AnyRequest, token_id: str) -> Response[Any]:
    parts.own_office.embeds.remove(_affiliate(parts, request), token_id)
    return back_to(parts, PATH, say="removed")


def _affiliate(parts: Parts, request: AnyRequest) -> Caller:
    caller = themself(parts, request)
    affiliate_of(caller)
    return caller


def _page(parts: Parts, caller: Caller, typed: Typed, said: str | None) -> WidgetsPage:
    word, _, made_id = (said or "").partition(".")
    windows = [(window.value, words.capitalize()) for window, (_, words) in WINDOW_WORDS.items()]
    return WidgetsPage(
        frame=settings_frame(parts, caller, LABEL),
        typed=typed,
        metrics=[Choice(f"metric-{one.value}", _METRIC_WORDS[one], bool(typed.of(f"metric-{one.value}"))) for one in METRICS],
        windows=choices(windows, typed.of("window")),
        themes=choices(_THEMES, typed.of("theme")),
        widgets=[_row(parts, one, made_id) for one in parts.own.embeds.of(caller)],
        done=_DONE.get(word),
        height=_HEIGHT,
    )


def _row(parts: Parts, one: EmbedRecord, made_id: str) -> WidgetRow:
    path = PREFIX + one.token_id
    address, title = parts.public_url.rstrip("/") + path, escape(one.name)
    html = f'<iframe src="{address}" title="{title}" width="100%" height="{_HEIGHT}" style="border:0" loading="lazy"></iframe>'
    *first, last = (_METRIC_WORDS[Metric(metric)].lower() for metric in one.metrics)
    numbers = f"{', '.join(first)} and {last}" if first else last
    sites = ", ".join(one.sites) or "any site"
    window = next(words for window, (_, words) in WINDOW_WORDS.items() if window.value == one.window)
    return WidgetRow(one.token_id, one.name, f"{numbers} in {window}", sites, html, path, one.token_id == made_id)
