"""A new home gets the world's owner, websites and affiliates, with what the filling needs."""

from tests.support.demo_world import END
from tribute.demo.furnishing import OWNER_EMAIL, furnish
from tribute.demo.world import World


class Register:
    """A setup that remembers."""

    def __init__(self) -> None:
        self.websites: dict[str, str] = {}
        self.affiliates: dict[str, tuple[str, str]] = {}
        self.owners: list[str] = []

    def add_website(self, name: str, domain: str) -> str:
        self.websites[domain] = name
        return f"key-{domain}"

    def add_affiliate(self, name: str, email: str, code: str) -> str:
        self.affiliates[code] = (name, email)
        return f"aff-{code}"

    def add_owner(self, email: str) -> str:
        self.owners.append(email)
        return "http://127.0.0.1/sign-in"

    def owner_token(self) -> str:
        return "token"


def test_the_whole_cast_is_registered() -> None:
    register, world = Register(), World(1, END)
    furnished = furnish(register, world)
    assert register.owners == [OWNER_EMAIL]
    assert furnished.write_keys == {website.domain: f"key-{website.domain}" for website in world.websites}
    assert list(furnished.affiliate_ids) == [affiliate.code for affiliate in world.affiliates]
    assert (furnished.token, furnished.owner_sign_in_url) == ("token", "http://127.0.0.1/sign-in")


def test_names_codes_and_addresses_are_unique_and_reserved_for_examples() -> None:
    world = World(1, END)
    assert len({website.name for website in world.websites}) == len(world.websites) == 3
    for values in (
        {one.code.lower() for one in world.affiliates},
        {one.email for one in world.affiliates},
        {one.name for one in world.affiliates},
    ):
        assert len(values) == len(world.affiliates)
    assert all(one.email.endswith(".example") for one in world.affiliates)
    assert all(website.domain.endswith(".example") for website in world.websites)
