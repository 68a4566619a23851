"""Links that people ask for on the sign-in page: by mail, to the address of an account, if there is one.

Invariant: whoever asks gets the same answer in the same time, whether the address has an account or not, so what follows happens
afterwards, in a thread of its own. Nobody's mailbox is filled: a few links are still good when no more are sent.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Final
from urllib.parse import quote

import structlog

from tribute.access.links import MAILED_LIFE, RESET_LIFE, LinkPurpose, SignInLinks
from tribute.access.people import People, Person
from tribute.access.post import Post
from tribute.access.quota import Quota
from tribute.access.throttle import TooManyAttemptsError
from tribute.kit.clock import Clock
from tribute.kit.proxies import network_of
from tribute.ledger.database import Database
from tribute.ledger.rules.text import email_key
from tribute.letters.letter import Letter
from tribute.letters.signing_in import reset_letter, sign_in_letter

_log = structlog.get_logger(__name__)

_FOR_AN_ADDRESS: Final = 3
"""Links to one mailbox, within the life of the first: each of them is still good."""
_FROM_A_CLIENT: Final = 20
"""Questions from one network, whoever they are about: offices and schools share one."""
_UNANSWERED: Final = 200
"""How many may wait to be looked at; more than that are a flood, and dropped."""


class MailedLinks:
    """Takes what is asked for. Threads may share it; close it at the end."""

    def __init__(self, database: Database, clock: Clock, post: Post) -> None:
        self._database = database
        self._clock = clock
        self._post = post
        self._of_address = {
            LinkPurpose.MAILED_SIGN_IN: Quota(clock, _FOR_AN_ADDRESS, MAILED_LIFE),
            LinkPurpose.RESET: Quota(clock, _FOR_AN_ADDRESS, RESET_LIFE),
        }
        self._of_client = Quota(clock, _FROM_A_CLIENT, timedelta(minutes=15))
        self._thread = ThreadPoolExecutor(1, "mailed-links")
        self._room = BoundedSemaphore(_UNANSWERED)

    @property
    def are_sent(self) -> bool:
        """Whether asking is of any use: without a mail server the owner hands links over."""
        return self._post.goes_out

    def ask_to_sign_in(self, email: str, client: str | None = None, way_back: str | None = None) -> None:
        """Have a link sent that signs in once. `client` is the address that asks, `way_back` the page of ours to go on to.

        Raises TooManyAttemptsError, whoever it is about.
        """
        self._ask(LinkPurpose.MAILED_SIGN_IN, email, client, way_back)

    def ask_to_reset(self, email: str, client: str | None = None) -> None:
        """Have a link sent that sets a new password. Likewise."""
        self._ask(LinkPurpose.RESET, email, client)

    def settled(self) -> None:
        """Return when everything that was asked for so far has been looked at."""
        self._thread.submit(lambda: None).result()

    def close(self) -> None:
        """Look at what was asked for, and end. Idempotent."""
        self._thread.shutdown()

    def _ask(self, purpose: LinkPurpose, email: str, client: str | None, way_back: str | None = None) -> None:
        if client is not None and not self._of_client.take(network_of(client)):
            raise TooManyAttemptsError(60)
        if not self._post.goes_out or not self._room.acquire(blocking=False):
            return
        self._thread.submit(self._freeing_room, lambda: self._answer(purpose, email, way_back))

    def _freeing_room(self, answer: Callable[[], None]) -> None:
        try:
            answer()
        except Exception:  # noqa: BLE001 -- the end of a thread: nobody above would hear of it
            _log.exception("link_not_mailed")
        finally:
            self._room.release()

    def _answer(self, purpose: LinkPurpose, email: str, way_back: str | None) -> None:
        with self._database.reading() as session:
            people = People(session, self._clock).with_email(email)
        if people and self._of_address[purpose].take(email_key(email)):
            for person in people:  # somebody of the team may be an affiliate, too
                self._send(purpose, person, way_back)

    def _send(self, purpose: LinkPurpose, person: Person, way_back: str | None) -> None:
        """To the address of the account, not to what was typed."""
        with self._database.session() as session:
            _, email = People(session, self._clock).name_and_email(person)
            query = f"?next={quote(way_back, safe='')}" if way_back else ""
            url = self._post.address(f"/sign-in/{SignInLinks(session, self._clock).create(person, purpose)}{query}")
            letter, life = self._letter(purpose, email, url)
            self._post.send(session, email, letter, str(purpose), useless_after=life)

    def _letter(self, purpose: LinkPurpose, email: str, url: str) -> tuple[Letter, timedelta]:
        place = self._post.place
        if purpose is LinkPurpose.RESET:
            return reset_letter(place=place, email=email, url=url, minutes=_minutes(RESET_LIFE)), RESET_LIFE
        return sign_in_letter(place=place, email=email, url=url, minutes=_minutes(MAILED_LIFE)), MAILED_LIFE


def _minutes(life: timedelta) -> int:
    return life // timedelta(minutes=1)
