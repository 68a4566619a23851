"""Websites and what else stands for them: names, domains, write keys, foreign source ids.

Used by the CLI, and through `app` by collector, loader and reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.kit.ids import is_id, new_id, new_secret
from tribute.ledger.models import WebsiteRow, WebsiteSourceRow
from tribute.ledger.rules.domains import checked_domain, normalised_host, with_parents
from tribute.ledger.rules.landing import checked_default_url, checked_link_parameters, checked_window_days
from tribute.ledger.rules.text import checked_name, is_storable, name_key

DEFAULT_LINK_PARAMETERS = ("via", "ref", "aff", "affiliate", "affiliate_id")
DEFAULT_WINDOW_DAYS = 90
_SOURCE_ID_LIMIT = 200
_HOST, _SOURCE_ID = "host", "source_id"


@dataclass(frozen=True, slots=True)
class WebsiteRecord:
    """A website as it stands. `domain` is a bare host without `www.`; `link_parameters` are in the order in which they are looked for.

    `window_days` is how long the snippet remembers a code; `default_url` is where links lead that name no page (None: its front page).
    """

    id: str
    name: str
    domain: str
    write_key: str
    enabled: bool
    link_parameters: tuple[str, ...]
    created_at: datetime
    consent_required: bool = False
    window_days: int = DEFAULT_WINDOW_DAYS
    default_url: str | None = None


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """A foreign source id, or a host, that stands for a website in imports. One of the two is None."""

    website_id: str
    source_id: str | None
    host: str | None


class Websites:
    """Reads and writes websites within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, name: str, domain: str) -> WebsiteRecord:
        """Add a website with a new write key. Raises InvalidInputError, and ConflictError when name or domain is another's."""
        name, domain = _checked_site_name(name), checked_domain(domain)
        row = WebsiteRow(
            id=new_id("web"),
            name=name,
            name_key=name_key(name),
            domain=domain,
            write_key=new_secret(),
            link_parameters=list(DEFAULT_LINK_PARAMETERS),
            created_at=self._clock.now(),
            consent_required=False,
            window_days=DEFAULT_WINDOW_DAYS,
        )
        self._refuse_taken(name, domain)
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except sa.exc.IntegrityError as error:  # added by someone else since we looked; their transaction is over now
            self._refuse_taken(name, domain)
            raise ConflictError(f"a website {name!r} was added at the same moment; try again") from error
        return _record(row)

    def set_enabled(self, website_id: str, *, enabled: bool) -> None:
        """Let the write key in, or turn it away with everything it sends. Idempotent. Raises NotFoundError."""
        row = self._row(website_id)
        if enabled:
            row.disabled_at = None
        elif row.disabled_at is None:
            row.disabled_at = self._clock.now()
        self._session.flush()

    def change(
        self, website_id: str, *, name: str | None = None, domain: str | None = None, link_parameters: Sequence[str] | None = None
    ) -> WebsiteRecord:
        """Give a website another name, domain or list of parameters, for what comes from now on. Idempotent.

        Raises InvalidInputError, NotFoundError, and ConflictError when name or domain is another's.
        """
        row = self._row(website_id)
        wanted, host = _checked_site_name(name) if name is not None else row.name, row.domain
        if domain is not None:
            host = checked_domain(domain)
        self._refuse_taken(wanted, host, other_than=row.id)
        row.name, row.name_key, row.domain = wanted, name_key(wanted), host
        if link_parameters is not None:
            row.link_parameters = list(checked_link_parameters(link_parameters))
        self._session.flush()
        return _record(row)

    def configure(
        self, website_id: str, *, consent_required: bool | None = None, window_days: int | None = None, default_url: str | None = None
    ) -> WebsiteRecord:
        """Set what is given, and leave the rest; an empty `default_url` means the front page again. Idempotent.

        Raises InvalidInputError, NotFoundError.
        """
        row = self._row(website_id)
        if consent_required is not None:
            row.consent_required = consent_required
        if window_days is not None:
            row.window_days = checked_window_days(window_days)
        if default_url is not None:
            row.default_url = checked_default_url(default_url, row.domain, self.hosts(row.id)) if default_url.strip() else None
        self._session.flush()
        return _record(row)

    def hosts(self, website_id: str) -> Sequence[str]:
        """The further hosts that the owner listed for a website."""
        listed = (WebsiteSourceRow.website_id == website_id, WebsiteSourceRow.kind == _HOST)
        return list(self._session.scalars(sa.select(WebsiteSourceRow.value).where(*listed).order_by(WebsiteSourceRow.value)))

    def map_source(self, website_id: str, *, source_id: str | None = None, host: str | None = None) -> SourceMapping:
        """Let a foreign source id or a host stand for a website. Idempotent.

        Raises InvalidInputError, NotFoundError, and ConflictError when it stands for another website already.
        """
        if (source_id is None) == (host is None):
            raise InvalidInputError("source_id", "give a source id or a host, one of the two")
        row = self._row(website_id)
        kind, value = (_HOST, checked_domain(host, "host")) if host is not None else (_SOURCE_ID, _checked_source_id(source_id or ""))
        holder = self._holder(kind, value)
        if holder is not None and holder.id != row.id:
            raise ConflictError(f"{value} stands for the website {holder.name!r} already; it cannot stand for {row.name!r} too")
        if holder is None:
            try:
                with self._session.begin_nested():
                    self._session.add(WebsiteSourceRow(kind=kind, value=value, website_id=row.id, created_at=self._clock.now()))
            except sa.exc.IntegrityError as error:
                raise ConflictError(f"{value} was mapped at the same moment; look at the list and try again") from error
        return SourceMapping(row.id, value if kind == _SOURCE_ID else None, value if kind == _HOST else None)

    def all(self) -> Sequence[WebsiteRecord]:
        """Every website, disabled ones too, by name."""
        return [_record(row) for row in self._session.scalars(sa.select(WebsiteRow).order_by(WebsiteRow.name_key))]

    def mappings(self) -> Sequence[SourceMapping]:
        """Every foreign source id and host that stands for a website."""
        rows = self._session.scalars(sa.select(WebsiteSourceRow).order_by(WebsiteSourceRow.kind, WebsiteSourceRow.value))
        return [
            SourceMapping(row.website_id, row.value if row.kind == _SOURCE_ID else None, row.value if row.kind == _HOST else None)
            for row in rows
        ]

    def by_id(self, website_id: str) -> WebsiteRecord | None:
        """The website with this id."""
        return self._one(WebsiteRow.id == website_id) if is_storable(website_id) else None

    def by_write_key(self, write_key: str) -> WebsiteRecord | None:
        """The website with this write key, also when it is disabled."""
        return self._one(WebsiteRow.write_key == write_key) if is_storable(write_key) else None

    def by_name(self, website: str) -> WebsiteRecord | None:
        """The website with this id, else domain (`www.` or not), else name without regard to case."""
        if not is_storable(website):
            return None
        host = normalised_host(website)
        return (
            self._one(WebsiteRow.id == website)
            or (self._one(WebsiteRow.domain == host) if host is not None else None)
            or self._one(WebsiteRow.name_key == name_key(website))
        )

    def by_source_id(self, source_id: str) -> WebsiteRecord | None:
        """The website that a foreign source id stands for."""
        if not is_storable(source_id):
            return None
        row = self._holder(_SOURCE_ID, source_id.strip())
        return _record(row) if row is not None else None

    def by_host(self, host: str) -> WebsiteRecord | None:
        """The website of a page's host: its own domain, a mapped host, or the nearest of those that it lies under."""
        bare = normalised_host(host)
        if bare is None:
            return None
        names = with_parents(bare)
        found = {row.domain: row for row in self._session.scalars(sa.select(WebsiteRow).where(WebsiteRow.domain.in_(names)))}
        mapped = (
            sa.select(WebsiteSourceRow.value, WebsiteRow)
            .join(WebsiteRow, WebsiteRow.id == WebsiteSourceRow.website_id)
            .where(WebsiteSourceRow.kind == _HOST, WebsiteSourceRow.value.in_(names))
        )
        found |= dict(self._session.execute(mapped).all())
        return next((_record(found[name]) for name in names if name in found), None)

    def _row(self, website_id: str) -> WebsiteRow:
        row = self._session.get(WebsiteRow, website_id) if is_storable(website_id) else None
        if row is None:
            raise NotFoundError("no website has that id; `tribute website list` shows them")
        return row

    def _one(self, condition: sa.ColumnElement[bool]) -> WebsiteRecord | None:
        row = self._session.scalars(sa.select(WebsiteRow).where(condition)).one_or_none()
        return _record(row) if row is not None else None

    def _holder(self, kind: str, value: str) -> WebsiteRow | None:
        """Whose a mapped value is; a website's own domain counts as mapped to it."""
        query = sa.select(WebsiteRow).join(WebsiteSourceRow, WebsiteSourceRow.website_id == WebsiteRow.id)
        mapped = self._session.scalars(query.where(WebsiteSourceRow.kind == kind, WebsiteSourceRow.value == value)).one_or_none()
        if mapped is not None or kind != _HOST:
            return mapped
        return self._session.scalars(sa.select(WebsiteRow).where(WebsiteRow.domain == value)).one_or_none()

    def _refuse_taken(self, name: str, domain: str, *, other_than: str | None = None) -> None:
        """Names and domains are one space, because `by_name` takes either."""
        host = normalised_host(name)
        if (holder := self._row_named(name)) is not None and holder.id != other_than:
            raise ConflictError(f"a website named {holder.name!r} is there already; choose another name")
        if (holder := self._holder(_HOST, domain)) is not None and holder.id != other_than:
            raise ConflictError(f"{domain} belongs to the website {holder.name!r} already; give another domain")
        if (holder := self._row_named(domain)) is not None and holder.id != other_than:
            raise ConflictError(f"{domain} is the name of another website; give another domain")
        if host is not None and (holder := self._holder(_HOST, host)) is not None and holder.id != other_than:
            raise ConflictError(f"{name} is the domain of the website {holder.name!r}; choose another name")

    def _row_named(self, name: str) -> WebsiteRow | None:
        return self._session.scalars(sa.select(WebsiteRow).where(WebsiteRow.name_key == name_key(name))).one_or_none()


def _checked_site_name(text: str) -> str:
    name = checked_name(text)
    if is_id(name.lower()):
        raise InvalidInputError("name", "has the shape of an id; choose another one")
    return name


def _checked_source_id(text: str) -> str:
    value = text.strip()
    if not value or len(value) > _SOURCE_ID_LIMIT or not value.isprintable():
        raise InvalidInputError("source_id", f"give the id that the other system shows, at most {_SOURCE_ID_LIMIT} printable characters")
    return value


def _record(row: WebsiteRow) -> WebsiteRecord:
    return WebsiteRecord(
        id=row.id,
        name=row.name,
        domain=row.domain,
        write_key=row.write_key,
        enabled=row.disabled_at is None,
        link_parameters=tuple(row.link_parameters),
        created_at=row.created_at,
        consent_required=row.consent_required,
        window_days=row.window_days,
        default_url=row.default_url,
    )
