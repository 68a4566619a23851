"""An AWS key signs for an owner, a website or one affiliate, its secret lies sealed, and it is refused once it is revoked."""

from datetime import timedelta

import pytest

from tests.support.ledger import NOON, clock_at, everything_in
from tests.support.people import new_affiliate
from tribute.access.aws_door import AwsAccess
from tribute.access.aws_keys import SEALING_PURPOSE, AwsKey, AwsKeys
from tribute.access.caller import Caller, Role
from tribute.access.sealing import SealBrokenError, Sealer
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.database import Database
from tribute.ledger.websites import Websites

SECRET = b"an installation's secret, long enough"


def sealer(secret: bytes = SECRET, purpose: str = SEALING_PURPOSE) -> Sealer:
    return Sealer(secret, purpose)


def add(ledger: Database, affiliate_id: str | None = None, website_id: str | None = None) -> AwsKey:
    with ledger.session() as session:
        return AwsKeys(session, clock_at(), sealer()).add(affiliate_id=affiliate_id, website_id=website_id)


def access_to(ledger: Database, clock: Clock | None = None) -> AwsAccess:
    return AwsAccess(ledger, clock or clock_at(), sealer())


def test_a_key_is_its_affiliate_or_an_owner(ledger: Database) -> None:
    ada = new_affiliate(ledger, "ada")
    for_ada, for_owner = add(ledger, ada.id), add(ledger)
    access = access_to(ledger)
    assert access.key(for_ada.record.access_key_id) == for_ada
    assert for_ada.record.caller == Caller.of_affiliate(ada.id)
    caller = for_owner.record.caller
    assert (caller.role, caller.person_id, caller.affiliate_id) == (Role.OWNER, for_owner.record.access_key_id, None)


def test_a_key_may_be_for_one_website(ledger: Database) -> None:
    with ledger.session() as session:
        website = Websites(session, clock_at()).add("Course A", "course-a.example")
    made = add(ledger, website_id=website.id)
    found = access_to(ledger).key(made.record.access_key_id)
    assert found is not None
    assert found.record.website_id == website.id


@pytest.mark.parametrize("unknown", ["", "TRBK", "\x00", "\ud800"])
def test_an_unknown_key_is_nobodys(ledger: Database, unknown: str) -> None:
    assert access_to(ledger).key(unknown) is None
    with ledger.session() as session:
        keys = AwsKeys(session, clock_at(), sealer())
        with pytest.raises(NotFoundError, match="tribute aws-key list"):
            keys.revoke(unknown)
        with pytest.raises(NotFoundError, match="tribute affiliate list"):
            keys.add(affiliate_id=unknown)


def test_a_revoked_key_is_refused_at_once_and_the_first_revocation_stands(ledger: Database) -> None:
    access, made = access_to(ledger), add(ledger)
    assert access.key(made.record.access_key_id) is not None
    for at in (NOON, NOON + timedelta(days=1)):
        with ledger.session() as session:
            assert AwsKeys(session, clock_at(at), sealer()).revoke(made.record.access_key_id).revoked_at == NOON
    assert access.key(made.record.access_key_id) is None


def test_a_deactivated_affiliates_key_is_refused(ledger: Database) -> None:
    ada = new_affiliate(ledger, "ada")
    access, made = access_to(ledger), add(ledger, ada.id)
    assert access.key(made.record.access_key_id) is not None
    with ledger.session() as session:
        Affiliates(session, clock_at()).set_active(ada.id, active=False)
    assert access.key(made.record.access_key_id) is None


def test_no_secret_lies_in_the_ledger(ledger: Database, ledger_url: str) -> None:
    secrets = [add(ledger).secret for _ in range(3)]
    ledger.close()
    kept = everything_in(ledger_url)
    assert b"TRBK" in kept
    assert not [secret for secret in secrets if secret.encode() in kept]


def test_another_installations_secret_opens_nothing(ledger: Database) -> None:
    made = add(ledger)
    stranger = AwsAccess(ledger, clock_at(), sealer(b"another installation's secret, also long"))
    assert stranger.key(made.record.access_key_id) is None


@pytest.mark.parametrize("sealed_at", [0, 1, 13, -1])
def test_a_seal_opens_only_unchanged_for_its_purpose_in_its_place(sealed_at: int) -> None:
    sealed = sealer().seal("a secret", "TRBKONE")
    assert sealer().open(sealed, "TRBKONE") == "a secret"
    changed = bytearray(sealed)
    changed[sealed_at] ^= 1
    for closed in (
        lambda: sealer().open(bytes(changed), "TRBKONE"),
        lambda: sealer().open(sealed[:sealed_at], "TRBKONE"),
        lambda: sealer().open(sealed, "TRBKTWO"),
        lambda: sealer(purpose="cookies").open(sealed, "TRBKONE"),
    ):
        with pytest.raises(SealBrokenError):
            closed()


def test_use_is_noted_at_most_once_a_minute(ledger: Database) -> None:
    clock = clock_at()
    access, made = access_to(ledger, clock), add(ledger)
    noted = []
    for seconds in (0, 59, 60):
        clock.at = NOON + timedelta(seconds=seconds)
        found = access.key(made.record.access_key_id)
        assert found is not None
        access.note_use(found)
        with ledger.reading() as session:
            noted += [key.last_used_at for key in AwsKeys(session, clock, sealer()).all()]
    assert noted == [NOON, NOON, NOON + timedelta(seconds=60)]
