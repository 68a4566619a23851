"""A demo's home: furnished once, served by a process of its own, filled over HTTP like any tracker would. Used by `tribute demo`."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tribute.access.links import SignInLinks
from tribute.access.people import Kind, Owners, Person
from tribute.access.tokens import Tokens
from tribute.cli.ledger import COMMAND_LINE, OpenLedger, open_ledger
from tribute.cli.operating import perform
from tribute.demo.cast import AFFILIATES, COUPONS, OWNER_EMAIL, PROGRAM, QUESTIONS, WEBSITES, WELCOME
from tribute.demo.filling import fill
from tribute.demo.orders import CURRENCY, sales, send_sales
from tribute.demo.simulate import simulate
from tribute.demo.world import World
from tribute.home import prepare_home
from tribute.kit.errors import TributeError
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.programs import Programs
from tribute.ledger.rules.terms_checked import simple_terms
from tribute.ledger.websites import Websites
from tribute.office.affiliates import AffiliateOffice
from tribute.office.programs import ProgramOffice
from tribute.office.sign_ups import SignUpChange, SignUpOffice
from tribute.settings import Settings

_SEED = 20
_STOP_SECONDS = 30


class SignIn(NamedTuple):
    """A door to the demo for one person."""

    name: str
    code: str | None
    sign_in_url: str


class DemoHome:
    """The home of `settings`, as a demo. Every step may be repeated: what is there already is left as it is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._note_path = settings.home / "demo.json"
        self._log_path = settings.home / "server.log"

    def is_filled(self) -> bool:
        """Whether an earlier run filled the home to its end."""
        return self._note().get("filled", False) is True

    @contextmanager
    def serving(self) -> Iterator[str]:
        """A server process on the home, for as long as the block runs; gives its address. SIGTERM becomes a KeyboardInterrupt.

        Raises TributeError when it does not start.
        """
        prepare_home(self._settings.home)
        place = ["--home", str(self._settings.home), "--port", str(self._settings.port)]
        with self._log_path.open("w") as log:  # beside the demo's own words, the server's log would only confuse
            server = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, "-m", "tribute", "serve", "--json", *place], stdout=subprocess.PIPE, stderr=log, text=True
            )
        previous = signal.signal(signal.SIGTERM, _interrupt)
        try:
            assert server.stdout is not None  # noqa: S101 -- asked for above
            ready = server.stdout.readline()
            if not ready:
                server.wait(_STOP_SECONDS)
                raise TributeError(f"the demo's server did not start: {self._log_path.read_text().strip() or 'it said nothing'}")
            yield json.loads(ready)["url"]
        finally:
            signal.signal(signal.SIGTERM, previous)
            server.terminate()
            server.wait(_STOP_SECONDS)

    def fill(self, url: str, scale: float, on_progress: Callable[[int, int], None]) -> None:
        """Furnish the ledger and send the year, then what was bought in it. Ends when every event is in the store and every order told."""
        with open_ledger(self._settings.home) as ledger:
            token, write_keys = _furnish(ledger)
        # The same end again after an interruption: the same events then, which count once however often they are sent.
        end = self._note().get("end") or datetime.now(UTC).isoformat()
        self._note_path.write_text(json.dumps({"end": end}))
        world = World(_SEED, datetime.fromisoformat(end), scale)
        sent = fill(url, token, world, write_keys, on_progress)
        perform(self._settings.home, "load")
        bought = sales(sent.checkouts, world.end, [code for code, _ in COUPONS])
        send_sales(url, token, bought, lambda done, total: on_progress(sent.events + done, sent.events + total))
        self._note_path.write_text(json.dumps({"end": end, "filled": True}))

    def _note(self) -> dict[str, Any]:
        """How far an earlier run came."""
        return dict(json.loads(self._note_path.read_text())) if self._note_path.exists() else {}

    def sign_ins(self, ranks: Sequence[int]) -> tuple[SignIn, list[SignIn]]:
        """Fresh links for the owner and for the affiliates of some ranks."""
        with open_ledger(self._settings.home) as ledger, ledger.database.session() as session:
            links = SignInLinks(session, ledger.clock)
            owner = Owners(session, ledger.clock).by_email(OWNER_EMAIL)
            people = [Affiliates(session, ledger.clock).by_code(AFFILIATES[rank].code) for rank in ranks]
            if owner is None:
                raise TributeError(f"the home {self._settings.home} is not a demo's; choose another with --home")
            affiliates = [self._sign_in(ledger, links, one) for one in people if one is not None]
            url = ledger.sign_in_url(links.create(Person(Kind.TEAM, owner.id)))
            return SignIn("Owner", None, url), affiliates

    @staticmethod
    def _sign_in(ledger: OpenLedger, links: SignInLinks, one: AffiliateRecord) -> SignIn:
        return SignIn(one.name, one.code, ledger.sign_in_url(links.create(Person(Kind.AFFILIATE, one.id))))

    def trickle(self, url: str, events_per_second: float) -> None:
        """Live visits until Ctrl-C or SIGTERM, so that the pages move."""
        with open_ledger(self._settings.home) as ledger, ledger.database.reading() as session:
            write_keys = {website.domain: website.write_key for website in Websites(session, ledger.clock).all()}
        codes = [one.code for one in AFFILIATES]
        simulate(url, write_keys, affiliates=codes, events_per_second=events_per_second, stop=threading.Event())


def _furnish(ledger: OpenLedger) -> tuple[str, dict[str, str]]:
    """The cast, registered where it is missing: the owner's new token, and write keys by domain."""
    with ledger.database.session() as session:
        owners, websites = Owners(session, ledger.clock), Websites(session, ledger.clock)
        affiliates = Affiliates(session, ledger.clock)
        if owners.by_email(OWNER_EMAIL) is None:
            owners.add(OWNER_EMAIL)
        keys = {site.domain: (websites.by_name(site.domain) or websites.add(site.name, site.domain)).write_key for site in WEBSITES}
        for one in AFFILIATES:
            if affiliates.by_code(one.code) is None:
                affiliates.add(one.name, one.email, one.code)
        _, token = Tokens(session, ledger.clock).add()
    _furnish_program(ledger)
    return token, keys


def _furnish_program(ledger: OpenLedger) -> None:
    """Half of every sale for 90 days after a click, approved after 30; a sign-up page; and some coupons."""
    with ledger.database.reading() as session:
        if Programs(session, ledger.clock).by_name(PROGRAM) is not None:
            return
    terms = simple_terms(currency=CURRENCY, percent="50", window_days=90, hold_days=30)
    ProgramOffice(ledger.database, ledger.clock).add(COMMAND_LINE, PROGRAM, terms, websites=[site.domain for site in WEBSITES])
    SignUpOffice(ledger.database, ledger.clock).change(
        COMMAND_LINE, PROGRAM, SignUpChange(is_published=True, welcome=WELCOME, questions=QUESTIONS)
    )
    office = AffiliateOffice(ledger.database, ledger.clock)
    for coupon, code in COUPONS:
        office.add_coupon(COMMAND_LINE, PROGRAM, coupon, code)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
