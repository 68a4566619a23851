"""Somebody who follows every link of a site and presses every button, and notes what answers as it should not.

Addresses of one shape (the same but for ids and what a query's fields hold) are followed a few times, not for ever.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import httpx

from tests.support.images import PNG
from tests.support.page_reading import Form, PageRead, structure
from tests.support.portal import Client

_ID: Final = re.compile(r"\b[a-z]{3}_[0-9A-Za-z]{20}\b")
_SAMPLES: Final = 3
"""Addresses of one shape that are followed; one of those that ask for many things at once."""
_SAYS_WHAT_WAS_DONE: Final = '<p class="done" role="status">'
_MANY: Final = "many"
_STAGES: Final = (
    (3, re.compile(r"/sign-out$|/view/end$")),
    (2, re.compile(r"/(remove|revoke|end|deactivate|reject|turn-down|password|recovery-codes)$")),
    (1, re.compile(r"/view$")),
    (0, re.compile("")),
)
"""When forms are sent, by their actions: after all others what takes something away, and what leaves last."""
_CHANGING_WHO: Final = frozenset({1, 3})
"""After these the browser is somebody else's."""
_REFUSED: Final = frozenset({401, 403, 404, 405})
"""What nobody is answered who does what a page offers; but where credentials are typed, they may be wrong."""


@dataclass(frozen=True)
class Found:
    """An address that answered, and where it was found."""

    address: str
    on: str
    status: int
    html: str | None

    @property
    def is_page(self) -> bool:
        return self.html is not None and self.status < 300


@dataclass
class Crawl:
    """One person's way through the site. `enter` gives them a session, anew where pressing a button has ended it.

    `unseen` are words, in small letters, that must be in nothing that is answered to them.
    """

    who: str
    enter: Callable[[], Client]
    public_url: str
    starts: Collection[str] = ("/",)
    unseen: Collection[str] = ()
    found: dict[str, Found] = field(default_factory=dict)
    asked: set[tuple[str, str]] = field(default_factory=set)
    """Methods and paths that were asked for."""
    wrong: list[str] = field(default_factory=list)
    led_back: dict[str, bool] = field(default_factory=dict)
    """Forms, by the shape of their address, that led to a page; whether each of these pages said what was done."""
    after_forms: list[Found] = field(default_factory=list)
    """Pages that answered a form or stand where it led; one of each structure."""

    def __post_init__(self) -> None:
        self.client = self.enter()
        self._shapes: Counter[str] = Counter()
        self._done: set[tuple[str, ...]] = set()
        self._structures: set[tuple[object, ...]] = set()

    def follow(self) -> "Crawl":
        """Follow every link, from the beginnings on."""
        self._follow([(address, "the way in") for address in self.starts])
        return self

    def press(self) -> "Crawl":
        """Press every button once, what takes something away last, and follow what comes of it."""
        for stage in range(len(_STAGES)):
            next_one = 0
            while next_one < len(self.found):  # it grows meanwhile
                page = list(self.found.values())[next_one]
                next_one += 1
                for form in PageRead(page.html or "").forms:
                    for key in _keys(form, page.address):
                        if key not in self._done and _stage(key[0]) == stage:
                            self._press(page.address, key)
        return self

    def leave_blank(self) -> "Crawl":
        """Send every form of the pages found with nothing typed in: what comes back tells what is missing."""
        for page in self.pages():
            for form in PageRead(page.html or "").forms:
                keys = [key for key in _keys(form, page.address) if ("blank", *key) not in self._done]
                if keys and form.method == "post" and form.typed and _stage(form.action) == 0:
                    self._done.add(("blank", *keys[0]))
                    told = form.filled((keys[0][-2], keys[0][-1])) | dict.fromkeys(form.typed, "")
                    target = self._own(form.action or page.address, page.address) or "/"
                    self._arrived(target, page.address, self._send(form, target, told))
        return self

    def pages(self) -> list[Found]:
        """Every page, one of each shape."""
        shapes = {shape(one.address): one for one in reversed(self.found.values()) if one.is_page}
        return list(shapes.values())

    def _press(self, address: str, key: tuple[str, ...]) -> None:
        page = self._get(address)
        if page.status_code != 200:  # the session was ended by another button
            self.client = self.enter()
            page = self._get(address)
        form = next((form for form in PageRead(page.text).forms if key in _keys(form, address)), None)
        if form is None:
            return  # what it was about is gone
        self._done.add(key)
        told, target = form.filled((key[-2], key[-1])), self._own(form.action or address, address) or "/"
        answer = self._send(form, target, told)
        links = self._arrived(target, address, answer)
        if form.method == "post" and answer.status_code < 300:  # what stands at the form's address is reloaded
            self._judge(target, f"the button on {address}, reloaded", self._get(target))
        if _stage(target) in _CHANGING_WHO:
            self.client = self.enter()  # where it led is another's page
        else:
            self._follow([(link, f"the button for {target}") for link in links])

    def _send(self, form: Form, target: str, told: dict[str, str]) -> httpx.Response:
        self.asked.add((form.method.upper(), urlsplit(target).path))
        headers = {"origin": self.public_url, "referer": self.public_url + target, "x-csrftoken": told.get("_csrf_token", "")}
        if form.method == "get":
            return self.client.get(target, params=told)
        if form.is_upload:
            image = told.pop("image", None)
            files = {"image": ("banner.png", PNG, "image/png")} if image is not None else {"none": b""}
            return self.client.post(target, data=told, files=files, headers=headers)
        return self.client.post(target, data=told, headers=headers)

    def _follow(self, waiting: list[tuple[str, str]]) -> None:
        while waiting:
            address, on = waiting.pop(0)
            kind = shape(address)
            if address in self.found or self._shapes[kind] >= (1 if kind.endswith(_MANY) else _SAMPLES):
                continue
            self._shapes[kind] += 1
            answer = self._get(address)
            waiting += [(link, address) for link in self._judge(address, on, answer)]

    def _arrived(self, target: str, on: str, answer: httpx.Response) -> list[str]:
        """Judge what a form is answered with, and keep it, or the page that it leads to; the links that it has."""
        links = self._judge(target, f"the button on {on}", answer)
        self._keep(target, answer)
        if answer.is_redirect and links:
            page = self._get(links[0])
            self._keep(links[0], page)
            if answer.request.method == "POST":
                told, kind = _SAYS_WHAT_WAS_DONE in page.text, shape(target).rstrip("?")
                self.led_back[kind] = told and self.led_back.get(kind, True)
        return links

    def _keep(self, address: str, answer: httpx.Response) -> None:
        if answer.headers.get("content-type", "").startswith("text/html"):
            key = (shape(address), structure(answer.text))
            if key not in self._structures:
                self._structures.add(key)
                self.after_forms.append(Found(address, "a form", answer.status_code, answer.text))

    def _get(self, address: str) -> httpx.Response:
        self.asked.add(("GET", urlsplit(address).path))
        return self.client.get(address)

    def _judge(self, address: str, on: str, answer: httpx.Response) -> list[str]:
        """Note what is wrong with an answer; the links of the site that it has."""
        body = answer.content.lower() + str(answer.headers).lower().encode()
        self.wrong += [f"{self.who}: {address} (on {on}) tells {word!r}" for word in self.unseen if word.encode() in body]
        is_wrong_word = answer.status_code == 401 and answer.request.method == "POST" and address.startswith("/sign-in")
        if (answer.status_code in _REFUSED and not is_wrong_word) or answer.status_code >= 500:
            self.wrong.append(f"{self.who}: {address} (on {on}) answers {answer.status_code}")
        html = answer.text if answer.headers.get("content-type", "").startswith("text/html") else None
        if answer.request.method == "GET":
            asked = self._own(str(answer.request.url), address) or address
            self.found.setdefault(asked, Found(asked, on, answer.status_code, html))
        links = [answer.headers["location"]] if 300 <= answer.status_code < 400 else PageRead(html or "").links
        own = (self._own(link, address) for link in links if not link.startswith("#"))
        return [link for link in own if link is not None]

    def _own(self, link: str, on: str) -> str | None:
        """Where a link on a page leads, without place and fragment; None for other sites'."""
        url = urljoin(self.public_url + on, link)
        if not url.startswith(self.public_url):
            return None
        return urldefrag(url)[0].removeprefix(self.public_url) or "/"


def shape(address: str) -> str:
    """An address without ids, and with the names of its query alone; many of them are one shape."""
    path, _, query = address.partition("?")
    names = sorted({name for name, _ in parse_qsl(query, keep_blank_values=True)})
    return f"{_ID.sub('{id}', path)}?{'&'.join(names) if len(names) < 3 else _MANY}"


def _keys(form: Form, address: str) -> list[tuple[str, ...]]:
    """What tells a form's buttons from all others, wherever they stand and whomever they are about."""
    action = _ID.sub("{id}", urlsplit(form.action).path) or shape(address)
    return [(action, form.method, *sorted({one.name for one in form.fields}), *button) for button in form.buttons]


def _stage(action: str) -> int:
    """When a form is sent: what changes nothing for the others first."""
    return next((stage for stage, pattern in _STAGES if pattern.search(urlsplit(action).path)), 0)
