"""Security: the ways into one's own account. Password, authenticator app with recovery codes, and passkeys.

What adds or removes a factor asks for a fresh sign-in and comes back here. Codes are shown once, by no address of their own.
"""

from asyncio import to_thread
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup

from tribute.access.own_doors import NotFreshError, OwnDoorsShown
from tribute.access.passkey_ceremonies import PasskeyRefusedError
from tribute.access.throttle import TooManyAttemptsError
from tribute.kit.errors import ConflictError, InvalidInputError
from tribute.web.after_forms import back_to, said_at, ways_back
from tribute.web.arriving import hashing, tried_too_often, wait_words
from tribute.web.parts import AnyRequest, Parts
from tribute.web.settings.forms import Form, Typed, cut, sentence, themself
from tribute.web.settings.sections import SettingsFrame, settings_frame

LABEL: Final = "Security"
PATH: Final = "/settings/security"
_AGAIN: Final = "/sign-in?again&next=%2Fsettings%2Fsecurity"
_SAID: Final = {
    "password": "Your password is changed. Everywhere else you are signed out.",
    "app_removed": "The authenticator app is removed. Signing in asks for no codes any more.",
    "passkey_added": "The passkey is added. Sign in with it next time.",
    "passkey_removed": "The passkey is removed. Delete it from your device or password manager as well.",
    "as_it_is": "Nothing was changed: that had been done before, perhaps in another window.",
}


@dataclass(frozen=True, slots=True)
class SecurityPage:
    """What there is, and its forms."""

    template: ClassVar[str] = "settings/security.html"
    frame: SettingsFrame
    doors: OwnDoorsShown
    password: Typed
    passkey: Typed
    said: str | None


@dataclass(frozen=True, slots=True)
class AppPage:
    """A QR code, the same secret as text, and the first code."""

    template: ClassVar[str] = "settings/authenticator.html"
    frame: SettingsFrame
    qr: Markup
    secret: str
    typed: Typed


@dataclass(frozen=True, slots=True)
class CodesPage:
    """Recovery codes, shown this once."""

    template: ClassVar[str] = "settings/recovery_codes.html"
    frame: SettingsFrame
    codes: Sequence[str]
    is_first: bool


def security_routes(parts: Parts) -> list[Any]:
    """The page and its forms."""
    forms = ("password", "authenticator/remove", "recovery-codes", "passkeys/options", "passkeys", "passkeys/{passkey_id:str}/remove")
    back = ways_back(PATH, *(f"{PATH}/{form}" for form in forms))
    return [*_password_routes(parts), *_app_routes(parts), *_passkey_routes(parts), back]


def _password_routes(parts: Parts) -> list[Any]:
    @get(PATH)
    async def show(request: AnyRequest) -> Response[Any]:
        said = _SAID.get(said_at(parts, request) or "")
        return parts.render.page(await to_thread(_page, parts, request, said=said), request)

    @post(f"{PATH}/password")
    async def change(request: AnyRequest, data: Form) -> Response[Any]:
        await to_thread(themself, parts, request)
        told = cut(data)

        def set_new(cookie: str | None) -> str:
            new = told.get("new_password", "")
            return parts.doors.own.change_password(cookie or "", told.get("old_password", ""), new, parts.address(request))

        try:
            session = await hashing(set_new, parts.session_of(request))
        except InvalidInputError as error:
            page = await to_thread(_page, parts, request, password=Typed({}, error.field, sentence(error.problem)))
            return parts.render.page(page, request, status=422)
        except TooManyAttemptsError as error:
            page = await to_thread(_page, parts, request, password=Typed({}, None, wait_words(error)))
            return tried_too_often(parts, request, error, page)
        except NotFreshError:
            return Redirect(_AGAIN, status_code=303)
        return back_to(parts, PATH, say="password", also=parts.session_cookie(session))

    return [show, change]


def _app_routes(parts: Parts) -> list[Any]:
    @get(f"{PATH}/authenticator")
    async def begin(request: AnyRequest) -> Response[Any]:
        return await to_thread(_guarded, parts, request, lambda cookie: _app_page(parts, request, cookie))

    @post(f"{PATH}/authenticator")
    async def confirm(request: AnyRequest, data: Form) -> Response[Any]:
        def work(cookie: str) -> Response[Any]:
            try:
                codes = parts.doors.own.confirm_app(cookie, data.get("code", "")[:100])
            except InvalidInputError as error:
                return _app_page(parts, request, cookie, Typed({}, error.field, sentence(error.problem)))
            return _codes_page(parts, request, codes, is_first=True)

        return await to_thread(_guarded, parts, request, work)

    @post(f"{PATH}/authenticator/remove")
    async def remove(request: AnyRequest) -> Response[Any]:
        def work(cookie: str) -> Response[Any]:
            parts.doors.own.remove_app(cookie)
            return back_to(parts, PATH, say="app_removed")

        return await to_thread(_guarded, parts, request, work)

    @post(f"{PATH}/recovery-codes")
    async def renew(request: AnyRequest) -> Response[Any]:
        def work(cookie: str) -> Response[Any]:
            return _codes_page(parts, request, parts.doors.own.renew_recovery_codes(cookie), is_first=False)

        return await to_thread(_guarded, parts, request, work)

    return [begin, confirm, remove, renew]


def _passkey_routes(parts: Parts) -> list[Any]:
    @post(f"{PATH}/passkeys/options")
    async def options(request: AnyRequest) -> Response[Any]:
        await to_thread(themself, parts, request)
        try:
            return Response(await to_thread(parts.doors.own.begin_passkey, parts.session_of(request) or ""), status_code=200)
        except NotFreshError:
            return Response(
                {"problem": "Your sign-in is more than ten minutes ago. Open this page anew and sign in again."}, status_code=403
            )

    @post(f"{PATH}/passkeys")
    async def add(request: AnyRequest, data: Form) -> Response[Any]:
        def work(cookie: str) -> Response[Any]:
            name, answer = data.get("name", "")[:200], data.get("credential", "")
            try:
                parts.doors.own.add_passkey(cookie, answer, name)
            except (InvalidInputError, ConflictError, PasskeyRefusedError) as error:
                field = "name" if isinstance(error, InvalidInputError) and error.field == "name" else None
                problem = error.problem if isinstance(error, InvalidInputError) else str(error)
                page = _page(parts, request, passkey=Typed({"name": name}, field, sentence(problem)))
                return parts.render.page(page, request, status=422)
            return back_to(parts, PATH, say="passkey_added")

        return await to_thread(_guarded, parts, request, work)

    @post(f"{PATH}/passkeys/{{passkey_id:str}}/remove")
    async def remove(request: AnyRequest, passkey_id: FromPath[str]) -> Response[Any]:
        def work(cookie: str) -> Response[Any]:
            parts.doors.own.remove_passkey(cookie, passkey_id)
            return back_to(parts, PATH, say="passkey_removed")

        return await to_thread(_guarded, parts, request, work)

    return [options, add, remove]


def _guarded(parts: Parts, request: AnyRequest, work: Callable[[str], Response[Any]]) -> Response[Any]:
    """Do what takes a fresh sign-in, or ask for one and come back; what contradicts what is there leads back to the page."""
    themself(parts, request)
    try:
        return work(parts.session_of(request) or "")
    except NotFreshError:
        return Redirect(_AGAIN, status_code=303)
    except ConflictError:
        return back_to(parts, PATH, say="as_it_is")


def _page(
    parts: Parts, request: AnyRequest, *, password: Typed | None = None, passkey: Typed | None = None, said: str | None = None
) -> SecurityPage:
    caller = themself(parts, request)
    return SecurityPage(
        frame=settings_frame(parts, caller, LABEL),
        doors=parts.doors.own.shown(parts.session_of(request) or ""),
        password=password or Typed({}),
        passkey=passkey or Typed({}),
        said=said,
    )


def _app_page(parts: Parts, request: AnyRequest, cookie: str, typed: Typed | None = None) -> Response[Any]:
    import segno  # as in `portal.qr`

    setup = parts.doors.own.begin_app(cookie)
    drawn = segno.make(setup.address, error="m", micro=False).svg_inline(scale=5, border=4, dark="#14181f", light="#ffffff", svgclass="qr")
    page = AppPage(
        frame=settings_frame(parts, parts.caller(request), LABEL),
        qr=Markup(drawn),  # noqa: S704 -- drawn by us: squares, no text
        secret=" ".join(setup.secret[at : at + 4] for at in range(0, len(setup.secret), 4)),
        typed=typed or Typed({}),
    )
    return parts.render.page(page, request, status=200 if typed is None else 422)


def _codes_page(parts: Parts, request: AnyRequest, codes: Sequence[str], *, is_first: bool) -> Response[Any]:
    frame = settings_frame(parts, parts.caller(request), LABEL)
    return parts.render.page(CodesPage(frame, codes, is_first), request)
