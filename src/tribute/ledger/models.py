"""The ledger's tables. Only repositories in this room read and write them; others get records of plain values.

Uniqueness that people care about (names, addresses) is kept in `*_key` columns, which hold the form without case.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tribute.ledger.database import Base

_LASTING = sa.text("until_at IS NULL")


class WebsiteRow(Base):
    """A course or product site; `series` in analytics."""

    __tablename__ = "websites"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    domain: Mapped[str] = mapped_column(unique=True)
    write_key: Mapped[str] = mapped_column(unique=True)
    link_parameters: Mapped[list[str]]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    consent_required: Mapped[bool] = mapped_column(server_default=sa.text("false"))
    window_days: Mapped[int] = mapped_column(server_default=sa.text("90"))
    default_url: Mapped[str | None]


class WebsiteSourceRow(Base):
    """What else stands for a website in imported events: a foreign source id, or another host."""

    __tablename__ = "website_sources"
    __table_args__ = (sa.CheckConstraint("kind IN ('source_id', 'host')", name="kind"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    website_id: Mapped[str] = mapped_column(sa.ForeignKey("websites.id"), index=True)
    created_at: Mapped[datetime]


class AffiliateRow(Base):
    """A promoter."""

    __tablename__ = "affiliates"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]


class AffiliateAbsenceRow(Base):
    """A time from one instant to another that an affiliate was deactivated; without an end while it lasts."""

    __tablename__ = "affiliate_absences"
    __table_args__ = (
        sa.Index("uq_affiliate_absences_lasting", "affiliate_id", unique=True, sqlite_where=_LASTING, postgresql_where=_LASTING),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey("affiliates.id"), index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]


class AffiliateCodeRow(Base):
    """A public code and whose it is, for ever: rows are added, never deleted, and never given to another affiliate."""

    __tablename__ = "affiliate_codes"
    __table_args__ = (
        sa.Index(
            "uq_affiliate_codes_primary",
            "affiliate_id",
            unique=True,
            sqlite_where=sa.text("is_primary"),
            postgresql_where=sa.text("is_primary"),
        ),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey("affiliates.id"), index=True)
    registered_at: Mapped[datetime]
    is_primary: Mapped[bool]


class LinkRow(Base):
    """An affiliate's link: a public name, in lower case, and the page that it leads to."""

    __tablename__ = "links"
    __table_args__ = (sa.UniqueConstraint("affiliate_id", "slug", name="uq_links_affiliate_id_slug"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    affiliate_id: Mapped[str] = mapped_column(sa.ForeignKey("affiliates.id"))
    website_id: Mapped[str] = mapped_column(sa.ForeignKey("websites.id"), index=True)
    slug: Mapped[str]
    destination: Mapped[str | None]
    sub_id: Mapped[str | None]
    created_at: Mapped[datetime]


class CookielessSaltRow(Base):
    """The random salt of one website's UTC day; gone 48 hours after the day began."""

    __tablename__ = "cookieless_salts"

    website_id: Mapped[str] = mapped_column(sa.ForeignKey("websites.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
