"""What the commands print with --json is what the contract says, key for key; each test is one sitting at a terminal."""

import stat
from pathlib import Path

from tests.support.cli import Tribute
from tribute.access.door import Access
from tribute.access.people import Kind
from tribute.kit.clock import SystemClock
from tribute.ledger.database import Database
from tribute.ledger.websites import Websites


def open_ledger(home: Path) -> Database:
    return Database(f"sqlite:///{home / 'tribute.db'}")


def test_websites_are_added_listed_and_mapped(tribute: Tribute) -> None:
    added = tribute.json("website", "add", "--name", "Course A", "--domain", "https://www.course-a.example/")
    assert list(added) == ["id", "name", "domain", "write_key"]
    assert (added["name"], added["domain"]) == ("Course A", "course-a.example")
    (listed,) = tribute.json("website", "list")
    assert {key: listed[key] for key in added} == added
    assert listed["enabled"] is True
    mapped = tribute.json("website", "map", "--website", "course-a.example", "--source-id", "2aBc")
    assert mapped == {"id": added["id"], "name": "Course A", "source_id": "2aBc", "host": None}
    tribute.json("website", "map", "--website", "course a", "--host", "www.academy.test")
    ledger = open_ledger(tribute.home)
    with ledger.reading() as session:
        websites = Websites(session, SystemClock())
        found = {websites.by_source_id("2aBc"), websites.by_host("x.academy.test"), websites.by_write_key(added["write_key"])}
    ledger.close()
    assert [website.id for website in found if website is not None] == [added["id"]]


def test_people_are_added_and_their_links_let_them_in(tribute: Tribute) -> None:
    owner = tribute.json("owner", "add", "--email", "Olive@example.com")
    assert list(owner) == ["id", "sign_in_url"]
    affiliate = tribute.json("affiliate", "add", "--name", "Ada", "--email", "ada@example.com", "--code", "ADA")
    assert list(affiliate) == ["id", "name", "email", "code", "sign_in_url"]
    assert (affiliate["name"], affiliate["email"], affiliate["code"]) == ("Ada", "ada@example.com", "ada")
    assert [one["code"] for one in tribute.json("affiliate", "list")] == ["ada"]
    again = tribute.json("affiliate", "sign-in-url", "--code", "Ada")
    renewed = tribute.json("owner", "sign-in-url", "--email", "olive@EXAMPLE.com")
    assert (again["id"], renewed["id"]) == (affiliate["id"], owner["id"])
    ledger = open_ledger(tribute.home)
    access = Access(ledger, SystemClock())
    shown = {}
    for url in (owner["sign_in_url"], renewed["sign_in_url"], affiliate["sign_in_url"], again["sign_in_url"]):
        base, token = url.rsplit("/", 1)
        assert base == "http://127.0.0.1:8000/sign-in"
        link = access.link_for(token)
        shown[url] = link.kind if link is not None else None
    ledger.close()
    assert list(shown.values()) == [None, Kind.TEAM, Kind.AFFILIATE, Kind.AFFILIATE]


def test_the_team_is_added_with_roles_and_told_with_what_was_written_down(tribute: Tribute) -> None:
    owner = tribute.json("owner", "add", "--email", "olive@example.com")
    manager = tribute.json("owner", "add", "--email", "mira@example.com", "--role", "manager", "--name", "Mira")
    told = [(one["id"], one["email"], one["name"], one["role"], one["last_seen_at"]) for one in tribute.json("owner", "list")]
    assert told == [
        (manager["id"], "mira@example.com", "Mira", "manager", None),
        (owner["id"], "olive@example.com", None, "owner", None),
    ]
    (noted,) = tribute.json("audit", "list", "--subject", f"owner:{manager['id']}")["entries"]
    assert (noted["by"], noted["action"], noted["detail"]) == ("command line", "owner.add", {"role": "manager"})
    latest = tribute.json("audit", "list", "--limit", "1")
    assert len(tribute.json("audit", "list", "--limit", "1", "--after", latest["next"])["entries"]) == 1


def test_tokens_are_shown_once_and_revoked(tribute: Tribute) -> None:
    affiliate = tribute.json("affiliate", "add", "--name", "Ada", "--email", "ada@example.com", "--code", "ada")
    for_ada, for_owner = tribute.json("token", "add", "--affiliate", "ADA"), tribute.json("token", "add", "--owner")
    assert list(for_ada) == ["token"]
    listed = tribute.json("token", "list")
    assert [(token["role"], token["affiliate"], token["revoked_at"]) for token in listed] == [
        ("affiliate", "ada", None),
        ("owner", None, None),
    ]
    assert for_ada["token"] not in str(listed)
    assert tribute.json("token", "revoke", listed[1]["id"])["id"] == listed[1]["id"]
    assert [token["revoked_at"] is None for token in tribute.json("token", "list")] == [True, False]
    ledger = open_ledger(tribute.home)
    assert Access(ledger, SystemClock()).caller_for_token(for_ada["token"]).affiliate_id == affiliate["id"]
    ledger.close()
    assert for_owner["token"].startswith("tribute_")


def test_the_home_is_its_users_only(tribute: Tribute) -> None:
    tribute.json("website", "add", "--name", "A", "--domain", "a.example")
    assert stat.S_IMODE(tribute.home.stat().st_mode) == 0o700
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in tribute.home.iterdir()} == {"tribute.db": "0o600"}


def test_sign_in_links_carry_the_public_address(tribute: Tribute) -> None:
    ran = tribute("owner", "add", "--email", "o@example.com", "--json", env={"TRIBUTE_PUBLIC_URL": "https://affiliates.example.com/"})
    assert ran.data["sign_in_url"].startswith("https://affiliates.example.com/sign-in/")


def test_aws_keys_are_shown_once_and_revoked(tribute: Tribute) -> None:
    tribute.json("affiliate", "add", "--name", "Ada", "--email", "ada@example.com", "--code", "ada")
    tribute.json("website", "add", "--name", "Course A", "--domain", "course-a.example")
    made = [tribute.json("aws-key", "add", *whose) for whose in ((), ("--affiliate", "ADA"), ("--website", "course-a.example"))]
    assert [list(key) for key in made] == [["access_key_id", "secret_access_key"]] * 3
    listed = tribute.json("aws-key", "list")
    assert [(key["role"], key["affiliate"], key["website"]) for key in listed] == [
        ("owner", None, None),
        ("affiliate", "ada", None),
        ("owner", None, "Course A"),
    ]
    assert not [key for key in made if key["secret_access_key"] in str(listed)]
    revoked = tribute.json("aws-key", "revoke", made[0]["access_key_id"])
    assert list(revoked) == ["access_key_id", "revoked_at"]
    assert [key["revoked_at"] for key in tribute.json("aws-key", "list")] == [revoked["revoked_at"], None, None]
