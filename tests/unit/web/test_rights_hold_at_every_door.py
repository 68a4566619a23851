"""Who may change what, at every door there is: each form, each method of REST and each mutation, as each kind of caller.

What is refused leaves the ledger as it was: nothing is committed.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import ways_to_change as doors
from tests.support.forms import form
from tests.support.portal import Client, Portal, opened
from tests.support.shop import Shop
from tribute.access.caller import Role, TokenScope
from tribute.access.people import Kind, Owners, Person
from tribute.access.sessions import Sessions
from tribute.access.tokens import Tokens
from tribute.web.security import SESSION_COOKIE

pytestmark = pytest.mark.slow

STRANGERS = re.compile(r"/(sign-in|sign-out|forgot|join|view/end|unsubscribe|settings/email/)")
"""Doors that take no rights of a session: they let somebody in, or out."""
OWN = re.compile(r"/(settings|links)")
TRIES = {"tryTerms", "/api/v1/programs/{program}/try", "/api/v1/program-trials"}
"""What keeps nothing, and is so open to who only reads."""
LINKS = {"createLink", "/api/v1/links"}
AFFILIATES = LINKS | {"applyToProgram"}
UNKNOWN_IDS = {"holdCommission", "releaseCommission"}
"""They look the commission up first; one that is unknown tells nothing."""


class World:
    """A shop, its doors, and everybody who comes to them."""

    def __init__(self, portal: Portal, routes: list[tuple[str, str]]) -> None:
        self.portal = portal
        self.shop = Shop(portal)
        self.routes = routes
        portal.add_owner()

    def member(self, role: Role) -> Client:
        with self.portal.database.session() as session:
            person = Person(Kind.TEAM, Owners(session, self.portal.clock).add(f"{role}@team.example", role).id)
        return self.session(person)

    def session(self, person: Person) -> Client:
        client = self.portal.client(origin=self.portal.public_url, sec_fetch_site="same-origin")
        with self.portal.database.session() as session:
            client.cookies.set(SESSION_COOKIE, Sessions(session, self.portal.clock).open(person), domain="portal.test")
        return client

    def affiliate(self) -> Client:
        return self.session(Person(Kind.AFFILIATE, self.shop.ada.id))

    def looking_on(self) -> Client:
        client = self.member(Role.OWNER)
        path = f"/owner/affiliates/{self.shop.ada.id}/view"
        assert client.post(path, data=form(client, "/owner/team")).headers["location"] == "/"
        return client

    def token(self, affiliate_id: str | None, *scopes: TokenScope) -> Client:
        with self.portal.database.session() as session:
            secret = Tokens(session, self.portal.clock).add(affiliate_id, scopes=scopes or None)[1]
        client = self.portal.client(authorization=f"Bearer {secret}")
        client.get("/api/v1/links")  # its first use is noted
        return client

    def pages_open_to(self, client: Client, home: str) -> set[str]:
        """The pages' forms that are not refused with 403."""
        token = form(client, home, **doors.FORM)
        posts = [path for method, path in self.routes if not path.startswith("/api/")]
        return {path for path in posts if not STRANGERS.match(path) and not self._is_refused(client, path, token)}

    def programs_doors_open_to(self, client: Client) -> set[str]:
        """The paths of REST and the mutations that are not refused."""
        opened_ones = {path for (method, path), body in doors.REST.items() if not self._rest_refuses(client, method, path, body)}
        return opened_ones | {name for name in doors.GRAPHQL if not self._graphql_refuses(client, name)}

    def _is_refused(self, client: Client, path: str, token: dict[str, str]) -> bool:
        filled = re.sub(r"\{[a-z_]+\}", "xyz_00000000000000000000", path)
        return self._refused(lambda: client.post(filled, data=token).status_code == 403)

    def _rest_refuses(self, client: Client, method: str, path: str, body: object) -> bool:
        filled = path.format(**doors.IDS)
        return self._refused(lambda: client.request(method, filled, json=body).status_code == 403)

    def _graphql_refuses(self, client: Client, name: str) -> bool:
        expected = {"Unauthorized", "NotFoundException"} if name in UNKNOWN_IDS else {"Unauthorized"}

        def refuses() -> bool:
            told = client.graphql(f"mutation {{ {name}{doors.GRAPHQL[name]} }}")
            return {one["errorType"] for one in told.get("errors") or []} <= expected and told["data"] == {name: None}

        return self._refused(refuses)

    def _refused(self, ask: Callable[[], bool]) -> bool:
        before = self.portal.database.version()
        refused = ask()
        assert not refused or self.portal.database.version() == before, "what is refused changes nothing"
        return refused


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with doors.recorded_applications(monkeypatch) as applications, opened(tmp_path) as portal:
        portal.build()
        yield World(portal, doors.changing_routes(applications))


def owner_forms(world: World) -> set[str]:
    return {path for _, path in world.routes if path.startswith("/owner/")}


def test_every_door_has_its_example(world: World) -> None:
    assert {one for one in world.routes if one[1].startswith("/api/")} == set(doors.REST)
    assert doors.mutations(world.portal) == sorted(doors.GRAPHQL)


def test_a_viewer_changes_nothing_but_their_own_keys(world: World) -> None:
    viewer = world.member(Role.VIEWER)
    assert {path for path in world.pages_open_to(viewer, "/owner/team") if not path.startswith("/settings")} == set()
    assert world.programs_doors_open_to(viewer) == TRIES


def test_a_manager_changes_everything_but_the_team(world: World) -> None:
    manager = world.member(Role.MANAGER)
    closed = owner_forms(world) - world.pages_open_to(manager, "/owner/team")
    assert closed == {path for path in owner_forms(world) if path.startswith("/owner/team")}
    everything = {path for _, path in doors.REST} | set(doors.GRAPHQL)
    assert everything - world.programs_doors_open_to(manager) == {"applyToProgram"} | UNKNOWN_IDS


def test_an_affiliate_changes_their_own_alone(world: World) -> None:
    affiliate = world.affiliate()
    assert all(OWN.match(path) for path in world.pages_open_to(affiliate, "/"))
    assert world.programs_doors_open_to(affiliate) == AFFILIATES


def test_who_looks_on_changes_nothing(world: World) -> None:
    looking_on = world.looking_on()
    assert world.pages_open_to(looking_on, "/") == set()
    assert world.programs_doors_open_to(looking_on) == set()


@pytest.mark.parametrize(
    ("scopes", "reach"),
    [
        ((), AFFILIATES),
        ((TokenScope.READ,), set()),
        ((TokenScope.LINKS,), LINKS),
        ((TokenScope.EMBED,), set()),
        ((TokenScope.READ, TokenScope.LINKS, TokenScope.EMBED), LINKS),
    ],
)
def test_an_affiliates_token_changes_what_its_scopes_say(world: World, scopes: tuple[TokenScope, ...], reach: set[str]) -> None:
    assert world.programs_doors_open_to(world.token(world.shop.ada.id, *scopes)) == reach


def test_a_teams_token_that_reads_changes_nothing(world: World) -> None:
    assert world.programs_doors_open_to(world.token(None, TokenScope.READ)) == TRIES
