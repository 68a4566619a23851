"""Doctor: looks at a home part by part and says in plain words what is well and what is not."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from tribute.app.buckets import open_follower
from tribute.app.mail import smtp_server
from tribute.app.parts import Parts
from tribute.jobs.smtp import MailServerError, connected
from tribute.kit.errors import TributeError
from tribute.ledger.mails import Mails
from tribute.ledger.proof import prove
from tribute.settings.sources import SourceSetting

_LOW_DISK_BYTES = 1024**3
_LONG_WAIT = timedelta(minutes=15)
_LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    ok: bool
    detail: str


def examine(parts: Parts) -> list[Check]:
    """All checks, whatever one of them finds."""
    return [_run(name, look, parts) for name, look in _CHECKS] + [
        _run(f"source {source.url}", partial(_source, source), parts) for source in parts.settings.sources
    ]


def _run(name: str, look: Callable[[Parts], tuple[bool, str]], parts: Parts) -> Check:
    try:
        ok, detail = look(parts)
    except (TributeError, OSError) as error:
        return Check(name, ok=False, detail=str(error))
    return Check(name, ok, detail)


def _ledger(parts: Parts) -> tuple[bool, str]:
    view = parts.ledger_looks().view_if_changed()
    if view is None:
        return False, "the ledger gave no answer"
    return True, f"{len(view.directory.websites)} websites, {len(view.directory.affiliates)} affiliates"


def _books(parts: Parts) -> tuple[bool, str]:
    with parts.database.reading() as session:
        proof = prove(session)
    if not proof.holds:
        return False, "; ".join(proof.faults)
    return True, f"{proof.transactions:,} transactions on {proof.accounts:,} accounts balance, and are what decisions come to"


def _spool(parts: Parts) -> tuple[bool, str]:
    parts.spool.check_writable()
    segments = parts.spool.segments()
    return True, f"writable; {len(segments)} segments, {sum(segment.size for segment in segments):,} bytes not delivered"


def _objects(parts: Parts) -> tuple[bool, str]:
    sizes = [info.size for info in parts.objects.list()]
    return True, f"{len(sizes):,} objects, {sum(sizes):,} bytes"


def _store(parts: Parts) -> tuple[bool, str]:
    counts = parts.store.counts()
    return True, ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in counts.items())


def _loading(parts: Parts) -> tuple[bool, str]:
    behind = [segment for segment in parts.spool.segments() if segment.sealed and parts.loader.has_news(segment)]
    if behind:
        return False, f"{len(behind)} segments are not in the store yet; a server loads them by itself, `tribute load --once` at once"
    return True, "everything in the spool is in the store, or on its way"


def _quarantine(parts: Parts) -> tuple[bool, str]:
    items = list(parts.quarantine.list())
    if not items:
        return True, "empty"
    return False, f"{len(items):,} items could not be read; `tribute quarantine list` shows them with their reasons"


def _mail(parts: Parts) -> tuple[bool, str]:
    """Whether the mail server takes us in, and what became of mails. Nothing is sent.

    An address that takes no mail is somebody's slip in a form, and nothing that is wrong here.
    """
    server, now = smtp_server(parts.settings), parts.clock.now()
    with parts.database.reading() as session:
        mails = Mails(session, parts.clock)
        (waiting, oldest), became = mails.waiting(), mails.outcomes_since(now - _LATELY)
    given_up, refused = became.get("given_up", 0), became.get("refused", 0)
    age = now - oldest if oldest is not None else timedelta()
    minutes = f" (the oldest for {age // timedelta(minutes=1):,} minutes)" if waiting else ""
    told = f"waiting mails: {waiting:,}{minutes}; given up in 7 days: {given_up:,}; addresses refused in 7 days: {refused:,}"
    if server is None:
        return not waiting, f"no SMTP_URL, so no mails are sent and links are copied; {told}"
    try:
        with connected(server):
            user = "its user and password are taken" if server.user is not None else "it asks for no password"
    except MailServerError as error:
        return False, f"{server.place}: {error}; {told}"
    return age < _LONG_WAIT and not given_up, f"{server.place} answers, {user}; {told}" + _advice(given_up, age)


def _advice(given_up: int, age: timedelta) -> str:
    return "; the log says why: mail_given_up, mail_not_sent" if given_up or age >= _LONG_WAIT else ""


def _disk(parts: Parts) -> tuple[bool, str]:
    free = shutil.disk_usage(parts.settings.home).free
    return free > _LOW_DISK_BYTES, f"{free / 1024**3:.1f} GiB free"


def _source(source: SourceSetting, parts: Parts) -> tuple[bool, str]:
    follower = open_follower(parts.settings, source, parts.importer, parts.store)
    has_objects = next(follower.bucket.list(follower.source.expression.literal), None) is not None
    found = "the bucket can be listed" + ("" if has_objects else ", and nothing is there yet")
    return True, found if follower.queue is None else f"{found}; {follower.queue.waiting():,} messages wait in the queue"


_CHECKS: list[tuple[str, Callable[[Parts], tuple[bool, str]]]] = [
    ("ledger", _ledger),
    ("books", _books),
    ("spool", _spool),
    ("objects", _objects),
    ("store", _store),
    ("loading", _loading),
    ("quarantine", _quarantine),
    ("disk", _disk),
    ("mail", _mail),
]
