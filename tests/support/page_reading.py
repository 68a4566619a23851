"""A page's links and forms, read from its HTML as a person finds them there: where each leads, and what pressing a button would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_LEADING: Final = {"a": "href", "iframe": "src", "img": "src", "link": "href", "script": "src"}
_ASKED_BY_SCRIPTS: Final = ("data-code-check", "data-light-source")
"""Attributes with an address that a script of the page asks."""
_NOT_TYPED: Final = frozenset({"hidden", "checkbox", "radio", "file", "submit"})
_TELLING: Final = ("class", "type", "role", "name", "aria-invalid")
TYPED: Final = {
    "email": "harmless@crawler.example",
    "number": "30",
    "password": "correct horse battery staple",
    "domain": "crawled.example",
    "slug": "harmless",
    "zone": "Europe/Berlin",
    "role": "viewer",
    "to": "/pricing",
    "credential": "{}",
}
"""What is typed into fields without a value, by name or type; elsewhere the one word `harmless`."""


@dataclass
class Field:
    """A field as it stands: `options` are a selection's, None where nothing is selected yet."""

    name: str
    type: str
    value: str = ""
    checked: bool = False
    options: list[tuple[str, bool]] | None = None

    def filled(self) -> str | None:
        """What a person sends who only fills in what is empty; None for what is then not sent."""
        if self.options is not None:
            chosen = [value for value, selected in self.options if selected] or [value for value, _ in self.options if value]
            return next(iter(chosen), "")
        if self.type in {"checkbox", "radio"}:
            return self.value if self.checked else None
        if self.type in _NOT_TYPED and self.name not in TYPED:
            return self.value
        return self.value or TYPED.get(self.name) or TYPED.get(self.type, "harmless")


@dataclass
class Form:
    """A form with its buttons, each with the name and value that it sends; without a button it cannot be sent."""

    action: str
    method: str
    is_upload: bool
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def typed(self) -> list[str]:
        """Names of the fields that people type into."""
        return [one.name for one in self.fields if one.name and one.options is None and one.type not in _NOT_TYPED]

    def filled(self, button: tuple[str, str]) -> dict[str, str]:
        """The form's data, filled in harmlessly, as the button sends it."""
        told = {one.name: value for one in self.fields if one.name and (value := one.filled()) is not None}
        for one in self.fields:
            if one.type == "radio" and one.name not in told:
                told[one.name] = one.value
        return told | ({button[0]: button[1]} if button[0] else {})


class PageRead(HTMLParser):
    """The page, read at once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._disabled = 0
        self._area: Field | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.links += [told[name] for name in (_LEADING.get(tag, ""), *_ASKED_BY_SCRIPTS) if told.get(name)]
        if tag == "form":
            upload = told.get("enctype") == "multipart/form-data"
            self._form = Form(told.get("action", ""), told.get("method", "get").lower(), upload)
            self.forms.append(self._form)
            if told.get("data-options"):
                self.forms.append(Form(told["data-options"], "post", is_upload=False, fields=self._form.fields, buttons=[("", "")]))
        elif tag == "fieldset" and (self._disabled or "disabled" in told):
            self._disabled += 1
        elif self._form is not None and not self._disabled and "disabled" not in told:
            self._read_field(self._form, tag, told)

    def _read_field(self, form: Form, tag: str, told: dict[str, str]) -> None:
        name, value = told.get("name", ""), told.get("value", "")
        if tag == "button" and told.get("type", "submit") == "submit":
            form.buttons.append((name, value))
        elif tag == "input":
            form.fields.append(Field(name, told.get("type", "text"), value, "checked" in told))
        elif tag == "select":
            form.fields.append(Field(name, tag, options=[]))
        elif tag == "textarea":
            self._area = Field(name, tag)
            form.fields.append(self._area)
        elif tag == "option" and form.fields and form.fields[-1].options is not None:
            form.fields[-1].options.append((value, "selected" in told))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "fieldset" and self._disabled:
            self._disabled -= 1
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data.lstrip("\n")


def structure(html: str) -> frozenset[tuple[str, ...]]:
    """Which kinds of elements a page is made of: of two pages of one template that agree in it, checks of the one hold for the other."""
    read = _Structure()
    read.feed(html)
    read.close()
    return frozenset(read.kinds)


class _Structure(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[tuple[str, ...]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.kinds.add((tag, *(told.get(name) or "" for name in _TELLING)))
