"""From credentials to websites, with the protocol's refusals: 401 without or with an unknown key, 404 when disabled. Called by the core."""

from collections.abc import Callable

from tribute.collector.decoding import Incoming, IncomingBatch, as_text
from tribute.collector.exchange import RefusalError
from tribute.collector.port import Source, Sources
from tribute.events.record import text


class Senders:
    """Every method raises LedgerUnavailableError when the ledger would have to be asked and cannot be."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def by_key(self, write_key: str | None) -> Source:
        """The enabled website of a write key. Raises RefusalError: 401, 404."""
        if write_key is None:
            raise RefusalError(401, "There is no write key: send it as the user of Basic credentials, in the query or in the body.")
        source = self._sources.by_write_key(write_key)
        if source is None:
            raise RefusalError(401, "The write key is unknown.")
        return source if source.enabled else _enabled(source)

    def demand_owner(self, token: str) -> None:
        """Raises RefusalError (401) for a token that is not an owner's."""
        if not self._sources.is_owner_token(token):
            raise RefusalError(401, "The token is not an owner's, or is no longer in force.")

    def for_import(self, write_key: str | None, batch: IncomingBatch) -> Callable[[Incoming], Source]:
        """Which website each event of an owner's import belongs to.

        The event's `website`, else the batch's, else the request's or batch's write key, else the event's own.
        The function raises RefusalError (400) for an unknown website, by its name.
        """
        named: dict[str, Source] = {}
        batch_website = text(batch.website)
        key = write_key or as_text(batch.write_key)

        def source_of(incoming: Incoming) -> Source:
            website = text(incoming.website) or batch_website
            if website is None:
                return self.by_key(key or as_text(incoming.write_key))
            if website not in named:
                named[website] = self._by_name(website)
            return named[website]

        return source_of

    def _by_name(self, website: str) -> Source:
        source = self._sources.by_name(website)
        if source is None:
            raise RefusalError(400, f"There is no website {_printable(website)!r}; give its id, domain or name.")
        return _enabled(source)


def _enabled(source: Source) -> Source:
    if not source.enabled:
        raise RefusalError(404, "This website takes no events: it is disabled.")
    return source


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in name[:80])
