"""The tables and published views of the store's file, and the version they have.

Invariant: `internal` is reached by this package alone; people's SQL sees only the views in `main`. Called when a file is opened.
"""

import uuid

import duckdb

from tribute.analytics.dimensions import Dimension
from tribute.store.duckdb.dimensions import KEPT, TOLD

SCHEMA_VERSION = 6
"""Grows with every change below; a file of another version is built anew from the objects."""

EVERYONE = ""
"""Stands in `hours` and `days` where an affiliate's id stands, for the sums over all events, with or without an affiliate."""

_TABLES = """
CREATE SCHEMA internal;

CREATE TABLE internal.meta (schema_version INTEGER NOT NULL, store_id UUID NOT NULL);

-- All copies of every event. Of an event's copies within seven days one has counted_copy; the metrics read only those.
CREATE TABLE internal.events (
    event_key UUID NOT NULL,
    website_id VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    name VARCHAR,
    event_time TIMESTAMP NOT NULL,
    time_mark VARCHAR NOT NULL,
    received_at TIMESTAMP NOT NULL,
    accepted_at TIMESTAMP NOT NULL,
    spool VARCHAR NOT NULL,
    seq BIGINT NOT NULL,
    visitor_id VARCHAR,
    visitor_kind VARCHAR,
    affiliate_ref VARCHAR,
    affiliate_id VARCHAR,
    click_id VARCHAR,
    is_click BOOLEAN NOT NULL,
    link_slug VARCHAR,
    sub_id VARCHAR,
    is_landing BOOLEAN NOT NULL,
    bot VARCHAR,
    value BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    host VARCHAR,
    path VARCHAR,
    title VARCHAR,
    referrer_host VARCHAR,
    channel VARCHAR,
    utm_source VARCHAR,
    utm_medium VARCHAR,
    utm_campaign VARCHAR,
    utm_term VARCHAR,
    utm_content VARCHAR,
    country VARCHAR,
    device VARCHAR,
    browser VARCHAR,
    os VARCHAR,
    order_kind VARCHAR,
    order_id VARCHAR,
    order_amount_minor BIGINT,
    order_currency VARCHAR,
    order_coupon VARCHAR,
    derivation INTEGER NOT NULL,
    counted_copy BOOLEAN NOT NULL
);

CREATE VIEW internal.counted_pages AS
    SELECT * FROM internal.events WHERE counted_copy AND type = 'page' AND bot IS NULL;

-- Sums of counted pages by UTC hour and UTC day; an empty affiliate_id holds the sums over everyone.
CREATE TABLE internal.hours (
    affiliate_id VARCHAR NOT NULL, website_id VARCHAR NOT NULL, bucket TIMESTAMP NOT NULL,
    page_views BIGINT NOT NULL, visitors BIGINT NOT NULL
);
CREATE TABLE internal.days (
    affiliate_id VARCHAR NOT NULL, website_id VARCHAR NOT NULL, bucket TIMESTAMP NOT NULL,
    page_views BIGINT NOT NULL, visitors BIGINT NOT NULL
);

-- When each visitor of an affiliate was last seen on a website, before `sealed.through`; `latest` where that was the last of all websites.
CREATE TABLE internal.last_seen (
    affiliate_id VARCHAR NOT NULL, website_id VARCHAR NOT NULL, visitor UHUGEINT NOT NULL,
    last_seen TIMESTAMP NOT NULL, latest BOOLEAN NOT NULL
);
CREATE TABLE internal.sealed (affiliate_id VARCHAR NOT NULL, through TIMESTAMP NOT NULL);
-- Hours before that with page views that were loaded since.
CREATE TABLE internal.late (affiliate_id VARCHAR NOT NULL, website_id VARCHAR NOT NULL, hour TIMESTAMP NOT NULL);

-- All copies of the events that a click is made of, bots left out, with what each tells of it; found by a number made from the click id.
CREATE TABLE internal.arrivals (
    click_hash UBIGINT NOT NULL, click_id VARCHAR NOT NULL, affiliate_id VARCHAR, affiliate_ref VARCHAR, website_id VARCHAR NOT NULL,
    event_time TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL, accepted_at TIMESTAMP NOT NULL,
    spool VARCHAR NOT NULL, seq BIGINT NOT NULL, event_key UUID NOT NULL, counted_copy BOOLEAN NOT NULL, visitor_id VARCHAR,
    _TOLD_
);
-- Since when (by acceptance) a visitor has carried a click; both are told by 128 bits, each half a column, so that a look reads one half.
CREATE TABLE internal.ties (
    visitor_hash UBIGINT NOT NULL, visitor_rest UBIGINT NOT NULL, website_id VARCHAR NOT NULL,
    click_hash UBIGINT NOT NULL, click_rest UBIGINT NOT NULL, accepted_at TIMESTAMP NOT NULL
);
-- The clicks that count, an affiliate (or nobody) and click id, each at its first arrival.
CREATE TABLE internal.clicks (
    click_hash UBIGINT NOT NULL, click_id VARCHAR NOT NULL, affiliate_id VARCHAR, time TIMESTAMP NOT NULL, website_id VARCHAR NOT NULL,
    _TOLD_
);

-- All copies of the events that tell of an order, bots left out.
CREATE TABLE internal.orders (
    order_hash UBIGINT NOT NULL, website_id VARCHAR NOT NULL, visitor_id VARCHAR, visitor_kind VARCHAR,
    event_time TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL, accepted_at TIMESTAMP NOT NULL,
    spool VARCHAR NOT NULL, seq BIGINT NOT NULL, event_key UUID NOT NULL, counted_copy BOOLEAN NOT NULL,
    order_kind VARCHAR NOT NULL, order_id VARCHAR NOT NULL, order_amount_minor BIGINT, order_currency VARCHAR, order_coupon VARCHAR
);

-- What the ledger told: what each conversion and what followed it adds, with the dimensions of the click that won.
CREATE TABLE internal.money (
    conversion_id VARCHAR NOT NULL, website_id VARCHAR NOT NULL, affiliate_id VARCHAR, time TIMESTAMP NOT NULL, currency VARCHAR NOT NULL,
    conversions INTEGER NOT NULL, revenue_minor BIGINT NOT NULL, commission_minor BIGINT NOT NULL,
    _CLICK_
);
CREATE TABLE internal.money_complete (told_at TIMESTAMP NOT NULL);

CREATE TABLE internal.progress (
    source VARCHAR PRIMARY KEY, through_seq BIGINT NOT NULL, complete BOOLEAN NOT NULL, loaded_at TIMESTAMP NOT NULL
);
CREATE TABLE internal.code_registrations (code VARCHAR PRIMARY KEY, affiliate_id VARCHAR NOT NULL, registered_at TIMESTAMP NOT NULL);
CREATE TABLE internal.website_names (website_id VARCHAR NOT NULL, name VARCHAR NOT NULL);
CREATE TABLE internal.affiliate_codes (affiliate_id VARCHAR NOT NULL, code VARCHAR NOT NULL);
"""

_STANDS_FOR = {
    "_TOLD_": ", ".join(f"{KEPT[each]} VARCHAR" for each in TOLD),
    "_CLICK_": ", ".join(f"{KEPT[each]} VARCHAR" for each in TOLD if each is not Dimension.PATH),
}
"""What short words in the tables' text stand for."""

_VIEWS = """
CREATE VIEW main.websites AS SELECT website_id, name FROM internal.website_names;
CREATE VIEW main.affiliates AS SELECT affiliate_id, code FROM internal.affiliate_codes;

CREATE VIEW main.events AS
    SELECT w.name AS website, e.website_id, e.type, e.name, e.event_time AS time, e.time_mark, e.received_at, e.accepted_at,
        e.visitor_id, e.visitor_kind, a.code AS affiliate, e.affiliate_id, e.affiliate_ref AS code,
        e.click_id, e.is_click, e.link_slug, e.sub_id, e.is_landing, e.bot, e.counted_copy AS counted, e.value,
        e.host, e.path, e.title, e.referrer_host, e.channel,
        e.utm_source, e.utm_medium, e.utm_campaign, e.utm_term, e.utm_content, e.country, e.device, e.browser, e.os, e.derivation
    FROM internal.events e
    LEFT JOIN internal.website_names w USING (website_id)
    LEFT JOIN internal.affiliate_codes a ON a.affiliate_id = e.affiliate_id;

CREATE VIEW main.page_views AS
    SELECT w.name AS website, e.website_id, a.code AS affiliate, e.affiliate_id, e.affiliate_ref AS code,
        e.event_time AS time, e.received_at, e.visitor_id, e.visitor_kind, e.click_id, e.sub_id, e.is_landing,
        e.host, e.path, e.title, e.referrer_host, e.channel,
        e.utm_source, e.utm_medium, e.utm_campaign, e.utm_term, e.utm_content, e.country, e.device, e.browser, e.os, e.value
    FROM internal.counted_pages e
    LEFT JOIN internal.website_names w USING (website_id)
    LEFT JOIN internal.affiliate_codes a ON a.affiliate_id = e.affiliate_id;
"""


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make all tables and views in an empty file, in one transaction."""
    tables = _TABLES
    for word, meaning in _STANDS_FOR.items():
        tables = tables.replace(word, meaning)
    connection.execute("BEGIN")
    connection.execute(tables)
    connection.execute(_VIEWS)
    connection.execute("INSERT INTO internal.meta VALUES (?, ?)", [SCHEMA_VERSION, uuid.uuid4()])
    connection.execute("COMMIT")


def found_version(connection: duckdb.DuckDBPyConnection) -> int | None:
    """The schema version of an open file: None for an empty one, 0 for one that is no store of ours."""
    tables = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
    if not tables:
        return None
    if ("internal", "meta") not in tables:
        return 0
    row = connection.execute("SELECT schema_version FROM internal.meta").fetchone()
    return int(row[0]) if row else 0


def store_id(connection: duckdb.DuckDBPyConnection) -> uuid.UUID:
    """What tells this file's content from that of any other store."""
    [(found,)] = connection.execute("SELECT store_id FROM internal.meta").fetchall()
    return uuid.UUID(str(found))
