"""The owner's texts and banners with the affiliate's own link in them, as text and HTML to copy. Used by the links page."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tribute.access.caller import Caller
from tribute.reports.creatives import ProgramCreatives
from tribute.web.creative_images import CREATIVES
from tribute.web.parts import Parts

_TEXT = Markup('<a href="{url}">{text}</a>')
_BANNER = Markup('<a href="{url}"><img src="{image}" alt="{text}" width="{width}" height="{height}"></a>')


@dataclass(frozen=True, slots=True)
class CreativeGiven:
    """One of them. `plain` is the text with the link behind it, `html` what a page shows it by."""

    program: str
    website: str
    text: str
    image: str | None
    width: int | None
    height: int | None
    plain: str
    html: str


def creatives_given(parts: Parts, caller: Caller, website: str) -> list[CreativeGiven]:
    """Everything that the caller's programs offer, with links to `website` where it is of the program, else to its first one."""
    given: list[CreativeGiven] = []
    for offered in parts.ledger.creatives.offered(caller):
        if offered.websites and offered.creatives:
            given += _of_program(parts, caller, offered, website if website in offered.websites else offered.websites[0])
    return given


def _of_program(parts: Parts, caller: Caller, offered: ProgramCreatives, website: str) -> Sequence[CreativeGiven]:
    url = parts.ledger.tagging.tagged(caller, website).url
    given = []
    for one in offered.creatives:
        path = f"{CREATIVES}{one.id}" if one.media_type is not None else None
        told = {"url": url, "text": one.text, "image": f"{parts.public_url.rstrip('/')}{path}", "width": one.width, "height": one.height}
        html = (_BANNER if path is not None else _TEXT).format(**told)
        given.append(CreativeGiven(offered.program, website, one.text, path, one.width, one.height, f"{one.text}\n{url}", str(html)))
    return given
