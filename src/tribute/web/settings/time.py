"""Time and numbers: the zone, the way numbers and dates are written, and light or dark. Applied to every page, from the next one on."""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Response, get, post

from tribute.kit.errors import InvalidInputError
from tribute.kit.writing import Writing, is_locale
from tribute.reports.own import zone_names
from tribute.web.after_forms import said_at
from tribute.web.amounts import Amount
from tribute.web.parts import AnyRequest, Parts
from tribute.web.reader import browsers_reader
from tribute.web.settings.forms import Choice, Form, Typed, choices, cut, saved, themself
from tribute.web.settings.sections import SettingsFrame, settings_frame

LABEL: Final = "Time and numbers"
PATH: Final = "/settings/time"
_LOCALES: Final = (
    ("en-GB", "British"),
    ("en-US", "American"),
    ("en-IN", "Indian"),
    ("de-DE", "German"),
    ("de-CH", "Swiss"),
    ("fr-FR", "French"),
    ("es-ES", "Spanish"),
    ("it-IT", "Italian"),
    ("nl-NL", "Dutch"),
    ("pl-PL", "Polish"),
    ("pt-BR", "Brazilian"),
    ("sv-SE", "Swedish"),
    ("ja-JP", "Japanese"),
)
_THEMES: Final = (("", "As the system"), ("light", "Light"), ("dark", "Dark"))
_SAMPLE: Final = Amount(123_450, "USD")


@dataclass(frozen=True, slots=True)
class TimePage:
    """The form, with how this very moment and an amount are written as things stand."""

    template: ClassVar[str] = "settings/time.html"
    frame: SettingsFrame
    typed: Typed
    locales: Sequence[Choice]
    themes: Sequence[Choice]
    zones: Sequence[str]
    now: datetime
    sample: Amount


def time_routes(parts: Parts) -> list[Any]:
    """The page and its form."""

    @get(PATH)
    async def show(request: AnyRequest) -> Response[Any]:
        return await to_thread(_show, parts, request)

    @post(PATH)
    async def save(request: AnyRequest, data: Form) -> Response[Any]:
        return await to_thread(_save, parts, request, cut(data))

    return [show, save]


def _show(parts: Parts, request: AnyRequest) -> Response[Any]:
    preferences = parts.own.preferences(themself(parts, request))
    values = {"zone": preferences.zone or "", "locale": preferences.locale or "", "theme": preferences.theme or ""}
    return parts.render.page(_page(parts, request, Typed(values, is_saved=said_at(parts, request) == "saved")), request)


def _save(parts: Parts, request: AnyRequest, told: dict[str, str]) -> Response[Any]:
    caller = themself(parts, request)

    def set_forms() -> None:
        locale = told.get("locale") or None
        if locale is not None and not is_locale(locale):
            raise InvalidInputError("locale", "choose one from the list")
        theme = told.get("theme") or None
        parts.own_office.set_forms(caller, zone=told.get("zone", "").strip() or None, locale=locale, theme=theme)

    return saved(parts, request, told, set_forms, show=lambda typed: _page(parts, request, typed), back=PATH, say="saved")


def _page(parts: Parts, request: AnyRequest, typed: Typed) -> TimePage:
    caller, now = themself(parts, request), parts.clock.now()
    browsers = browsers_reader(request.headers.get("accept-language"))
    return TimePage(
        frame=settings_frame(parts, caller, LABEL),
        typed=typed,
        locales=choices([("", f"As the browser: {_told(browsers, now)}"), *_locales(now)], typed.of("locale")),
        themes=choices(_THEMES, typed.of("theme")),
        zones=zone_names(),
        now=now,
        sample=_SAMPLE,
    )


def _locales(now: datetime) -> list[tuple[str, str]]:
    return [(tag, f"{name}: {_told(Writing(tag), now)}") for tag, name in _LOCALES]


def _told(one: Writing, now: datetime) -> str:
    """What a choice looks like: 1,234.50 · 12 Nov 2026."""
    return f"{one.number(1234.5)} · {one.day(now)}"
