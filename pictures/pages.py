"""Every page in the order in which the document shows it, with a sentence of it, and the routes that have no picture, with the reason.

`python -m pictures` photographs them; a test holds the lists against the routes of the web application.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Who(Enum):
    """Who looks at a page."""

    STRANGER = "stranger"
    AFFILIATE = "affiliate"
    NEWCOMER = "newcomer"
    SECOND_STEP = "second-step"
    OWNER = "owner"


@dataclass(frozen=True)
class Picture:
    """A page. `address` may hold the names of things in the home, such as `{commission}`; without one it is the route."""

    route: str
    title: str
    sentence: str
    who: Who
    address: str = ""
    name: str = ""

    @property
    def file(self) -> str:
        """The beginning of its files' names."""
        return self.name or self.title.lower().replace(" ", "-").replace("'", "")

    @property
    def asked(self) -> str:
        return self.address or self.route


@dataclass(frozen=True)
class Chapter:
    """Pages that belong together."""

    title: str
    pictures: tuple[Picture, ...]


def _settings(section: str, title: str, sentence: str, address: str = "") -> Picture:
    return Picture(f"/settings{section}", title, sentence, Who.AFFILIATE, address, name=f"settings-{title.lower().replace(' ', '-')}")


DOORS: Final = Chapter(
    "Coming in",
    (
        Picture(
            "/sign-in",
            "Signing in",
            "Email and password; where the server sends mails, a link by mail takes the password's place.",
            Who.STRANGER,
        ),
        Picture("/sign-in/second", "The second step", "A code of the authenticator app, or a recovery code in its place.", Who.SECOND_STEP),
        Picture("/forgot", "A forgotten password", "Says who can help where the server sends no mails.", Who.STRANGER),
        Picture("/sign-in/sent", "A link is on its way", "The same words whether the address has an account or not.", Who.STRANGER),
        Picture("/sign-in/{token}", "A first password", "The link of somebody new in the team asks for one.", Who.STRANGER, "{invitation}"),
        Picture(
            "/sign-in/{token}",
            "A dead link",
            "Says why a link may not work any more, and what to do.",
            Who.STRANGER,
            "/sign-in/used-before",
        ),
        Picture(
            "/join/{slug}",
            "Joining a program",
            "What it pays, in a sentence, then four questions and the program's own.",
            Who.STRANGER,
            "/join/{program_slug}",
        ),
        Picture("/join/{slug}/thanks", "Joined", "What happens next.", Who.STRANGER, "/join/{program_slug}/thanks"),
        Picture("/visitor-data", "What is stored about a visitor", "A page to link to from a privacy notice.", Who.STRANGER),
    ),
)
PORTAL: Final = Chapter(
    "The affiliate's portal",
    (
        Picture("/", "Overview", "Eight numbers, one of them drawn, and where it came from.", Who.AFFILIATE),
        Picture("/", "An empty overview", "Before the first page view: the link to share, and what to expect.", Who.NEWCOMER),
        Picture(
            "/links",
            "Links",
            "A link for any page, its QR code and short link; below, what each link brought.",
            Who.AFFILIATE,
            "/links?{built}",
        ),
        Picture(
            "/commissions",
            "Commissions",
            "What is payable first, then every commission with the day on which it becomes so.",
            Who.AFFILIATE,
        ),
        Picture(
            "/commissions/{commission_id}",
            "Why a commission",
            "The click that decided, the rule, the arithmetic, and when everything happened.",
            Who.AFFILIATE,
            "/commissions/{commission}",
        ),
        Picture(
            "/commissions/not-credited",
            "Not credited",
            "Orders after this affiliate's clicks that went to nobody or somebody else, each with its reason.",
            Who.AFFILIATE,
        ),
        Picture("/balance", "Balance", "What is owed in each currency, what comes next, and every movement.", Who.AFFILIATE),
        Picture("/help", "Help", "What each number means, from the definitions that count it.", Who.AFFILIATE),
    ),
)
SETTINGS: Final = Chapter(
    "Settings",
    (
        _settings("", "Profile", "Name, email, company and where they promote."),
        _settings("/payout", "Payout details", "Kept encrypted; only their ends are shown again."),
        _settings("/security", "Security", "Password, second step and passkeys."),
        _settings("/security/authenticator", "Authenticator", "A code to scan, and the secret to type where there is no camera."),
        _settings("/notifications", "Notifications", "Which news come by mail."),
        _settings("/time", "Time and numbers", "Zone, formats and theme, with an example of each."),
        _settings("/widgets", "Widgets", "Numbers for the affiliate's own site, and the line that puts them there."),
        _settings("/sessions", "Sessions", "Where one is signed in, and a way to end each."),
        _settings("/tokens", "API tokens", "What each may do, and when it was last used."),
        Picture("/embed/{token_id}", "A widget", "As it stands on another site, without cookies.", Who.STRANGER, "{widget}"),
    ),
)
OWNER: Final = Chapter(
    "The owner's side",
    (
        Picture("/owner", "The owner's overview", "Page views by website, how to send events, and codes that nobody has.", Who.OWNER),
        Picture("/owner/orders", "Orders", "Every order with who earns what; opened, it tells why.", Who.OWNER),
        Picture("/owner/affiliates", "Affiliates", "Applications first, then everybody, an invitation, and the sign-up pages.", Who.OWNER),
        Picture(
            "/owner/affiliates/{affiliate_id}",
            "An affiliate",
            "What is owed, programs and links, and a way to see the portal as they do.",
            Who.OWNER,
            "/owner/affiliates/{affiliate}",
        ),
        Picture(
            "/owner/programs/{program_id}/sign-up",
            "Editing a sign-up page",
            "Welcome, terms and questions, beside how they look.",
            Who.OWNER,
            "/owner/programs/{program}/sign-up",
        ),
        Picture(
            "/owner/programs/{program_id}/creatives",
            "Texts and banners",
            "What the program's affiliates may use.",
            Who.OWNER,
            "/owner/programs/{program}/creatives",
        ),
        Picture("/owner/websites", "Websites", "Each with the light that tells whether events come.", Who.OWNER),
        Picture(
            "/owner/websites/{website_id}",
            "Installing a website",
            "One tag, a light that turns green at the first event, and what to try while it stays grey.",
            Who.OWNER,
            "/owner/websites/{website}",
        ),
        Picture("/owner/team", "Team", "Who is in it, with which role.", Who.OWNER),
    ),
)
CHAPTERS: Final = (DOORS, PORTAL, SETTINGS, OWNER)

WITHOUT_PICTURE: Final = {
    "/balance.csv": "a file",
    "/commissions.csv": "a file",
    "/owner/orders/owed.csv": "a file",
    "/commissions/not-credited.csv": "a file",
    "/links/qr.png": "an image",
    "/links/qr.svg": "an image",
    "/join/{slug}/code": "answers the sign-up page's script",
    "/owner/websites/{website_id}/light": "answers the install page's script",
    "/sign-in/first/{token}": "opens only while a home has no owner; it looks as a first password does, with a name and an address",
    "/forgot/sent": "looks as the page after asking for a link does, and says the same of a new password",
    "/settings/email/{token}": "opens from a mail; one sentence and one button",
    "/unsubscribe/{token}": "opens from a mail; one sentence and one button",
}


def every_picture() -> Iterator[Picture]:
    for chapter in CHAPTERS:
        yield from chapter.pictures


def in_markdown() -> str:
    """The chapters for the document: each page wide and light, beside narrow and dark."""
    return "\n".join(line for chapter in CHAPTERS for line in (f"## {chapter.title}\n", *map(_shown, chapter.pictures)))


def _shown(picture: Picture) -> str:
    wide, narrow = (f"images/pages/{picture.file}-{variant}.webp" for variant in ("1440-light", "390-dark"))
    return (
        f"### {picture.title}\n\n{picture.sentence}\n\n"
        f'<img src="{wide}" width="600" alt="{picture.title}, 1440 pixels wide, light"> '
        f'<img src="{narrow}" width="180" alt="{picture.title}, 390 pixels wide, dark">\n'
    )
