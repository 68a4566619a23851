"""Who appears in the demo: three course websites and some forty affiliates. All names are invented, all domains reserved for examples.

Pure data; each of them is one of a kind and compared by identity, which is also fast. The order of the affiliates is their rank:
the first sends most visitors, and the rest fall off as 1 / rank^1.1.
"""

from dataclasses import dataclass

from tribute.ledger.rules.sign_up import Question

OWNER_EMAIL = "owner@tribute-demo.example"
PROGRAM = "Course partners"
WELCOME = "Three courses for people who like to make things with their hands.\nIf your readers do, too, half of what they pay is yours."
QUESTIONS = (
    Question("How many people do you reach in a month?", required=True),
    Question(
        "Where do you reach most of them?", kind="choice", choices=("Videos", "A newsletter", "A podcast", "A blog", "Somewhere else")
    ),
    Question("Have you taken one of the courses?", kind="yes_no"),
)
COUPONS = (("ada10", "ada"), ("slowcraft", "slowcraft"), ("tessa15", "tessa"))
"""Discount codes and the affiliates whose they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page of a website. Weights say how often visits begin here and how often they come by later."""

    path: str
    title: str
    landing: int
    later: int


@dataclass(frozen=True, slots=True, eq=False)
class Website:
    """A course website as the owner registers it, with the pages that the demo visits."""

    name: str
    domain: str
    pages: tuple[Page, ...]
    lessons: tuple[str, ...]
    price: int
    """Of the course, in whole US dollars; told by `Checkout Started`."""
    canonical: bool
    """Its pages name a canonical address, so that `url` lacks the query and only `tab_url` has it (RudderStack's SDK)."""

    @property
    def origin(self) -> str:
        return f"https://{self.domain}"


@dataclass(frozen=True, slots=True, eq=False)
class Affiliate:
    """A promoter. `since` and `until` are parts of the year (0 to 1) between which the links are out."""

    name: str
    email: str
    code: str
    channel: str
    """blog, forum, instagram, newsletter, podcast, tiktok or youtube."""
    country: str
    leaning: tuple[int, int, int]
    """How the promotion is spread over the three websites."""
    since: float = 0.0
    until: float = 1.0


def _pages(course: str, *topics: tuple[str, str]) -> tuple[Page, ...]:
    """A course website's usual pages and its articles, `topics` being (path, title)."""
    articles = (Page(f"/blog/{path}", title, 9 - 2 * rank, 5 - rank) for rank, (path, title) in enumerate(topics))
    return (
        Page("/", course, 34, 10),
        Page("/course", f"The course · {course}", 24, 26),
        Page("/course/curriculum", f"Curriculum · {course}", 4, 16),
        Page("/pricing", f"Pricing · {course}", 6, 22),
        Page("/preview", f"Free lesson · {course}", 14, 12),
        Page("/stories", f"What students made · {course}", 3, 9),
        Page("/about", f"Your teacher · {course}", 2, 7),
        Page("/faq", f"Questions · {course}", 1, 6),
        Page("/checkout", f"Checkout · {course}", 0, 5),
        *articles,
    )


WEBSITES = (
    Website(
        "Pottery at Home",
        "pottery-at-home.example",
        _pages(
            "Pottery at Home",
            ("first-bowl-without-a-wheel", "Your first bowl without a wheel"),
            ("kitchen-oven-or-kiln", "Kitchen oven or kiln?"),
            ("glazes-that-forgive", "Glazes that forgive"),
            ("centring-clay", "Centring clay, step by step"),
        ),
        ("Wedging", "Pinch pots", "Coils and slabs", "Glaze basics"),
        189,
        canonical=False,
    ),
    Website(
        "The Sourdough School",
        "sourdough-school.example",
        _pages(
            "The Sourdough School",
            ("starter-in-seven-days", "A starter in seven days"),
            ("why-is-my-crumb-dense", "Why is my crumb dense?"),
            ("baking-in-a-small-oven", "Baking in a small oven"),
            ("rye-for-beginners", "Rye for beginners"),
        ),
        ("Starter", "Shaping", "Scoring", "Steam"),
        129,
        canonical=True,
    ),
    Website(
        "Piano After Work",
        "piano-after-work.example",
        _pages(
            "Piano After Work",
            ("twenty-minutes-a-day", "Twenty minutes a day"),
            ("choosing-a-digital-piano", "Choosing a digital piano"),
            ("left-hand-patterns", "Five left-hand patterns"),
            ("reading-music-as-an-adult", "Reading music as an adult"),
        ),
        ("Posture", "Two hands", "First nocturne", "Pedal"),
        249,
        canonical=False,
    ),
)


def _affiliate(line: str, since: float = 0.0, until: float = 1.0) -> Affiliate:
    name, email, code, channel, country, leaning = (part.strip() for part in line.split("|"))
    first, second, third = (int(part) for part in leaning.split())
    return Affiliate(name, email, code, channel, country, (first, second, third), since, until)


AFFILIATES = (
    _affiliate("Ada Lindqvist | ada@studio-lindqvist.example | ada | youtube | US | 6 2 2"),
    _affiliate("Marco Benedetti | marco@benedetti-bakes.example | marcobakes | youtube | GB | 0 10 1"),
    _affiliate("Priya Raman | hello@priyaplays.example | priyaplays | youtube | IN | 1 1 9"),
    _affiliate("The Slow Craft Letter | team@slowcraft.example | slowcraft | newsletter | US | 5 4 1"),
    _affiliate("Jonas Falk | jonas@lehmundfeuer.example | lehmundfeuer | blog | DE | 9 1 0"),
    _affiliate("Tessa van Dijk | tessa@tessamakes.example | tessa | instagram | NL | 7 3 1"),
    _affiliate("Keys & Coffee | studio@keysandcoffee.example | keyscoffee | podcast | US | 0 1 9", since=0.12),
    _affiliate("Noor Haddad | noor@noorcooks.example | noor | tiktok | FR | 1 9 0"),
    _affiliate("Owen Pritchard | owen@pritchardpots.example | owenpots | youtube | GB | 10 0 0"),
    _affiliate("Grace Okonkwo | grace@gracenotes.example | gracenotes | instagram | US | 1 1 7"),
    _affiliate("Lucía Ferrer | lucia@masamadre.example | masamadre | blog | ES | 0 10 0", since=0.30),
    _affiliate("Hanna Bergström | hanna@hannasverkstad.example | hanna | instagram | SE | 6 3 2"),
    _affiliate("Daniel Kowalczyk | daniel@wieczornepianino.example | danielgra | youtube | PL | 0 1 8"),
    _affiliate("Crumb Forum | mods@crumbforum.example | crumbforum | forum | US | 0 10 0", until=0.72),
    _affiliate("Mei Tanaka | mei@meiceramics.example | meiceramics | instagram | JP | 9 1 1"),
    _affiliate("Ruth Abernathy | ruth@ruthandrye.example | ruthrye | newsletter | CA | 1 8 1"),
    _affiliate("Samuel Osei | samuel@adultbeginner.example | adultbeginner | podcast | GB | 2 2 6"),
    _affiliate("Camille Roux | camille@atelierroux.example | atelierroux | blog | FR | 8 2 0", since=0.45),
    _affiliate("Ben Hartley | ben@hartleyhomestead.example | hartley | youtube | AU | 3 6 1"),
    _affiliate("Ingrid Solheim | ingrid@solheimklaver.example | ingrid | blog | NO | 1 1 8"),
    _affiliate("Rafael Moura | rafael@rafaeltoca.example | rafael | tiktok | BR | 0 1 7"),
    _affiliate("Clay Club Podcast | hi@clayclub.example | clayclub | podcast | US | 9 1 0", until=0.60),
    _affiliate("Siobhán Daly | siobhan@dalybread.example | dalybread | instagram | IE | 1 9 1"),
    _affiliate("Felix Brunner | felix@feierabendpiano.example | feierabend | blog | AT | 0 1 8", since=0.20),
    _affiliate("Amara Nwosu | amara@amaramakes.example | amara | tiktok | GB | 5 4 2"),
    _affiliate("Peter Vance | peter@weekendskills.example | weekendskills | newsletter | US | 3 3 4"),
    _affiliate("Giulia Conti | giulia@fornolento.example | fornolento | instagram | IT | 1 9 0"),
    _affiliate("Mikkel Juhl | mikkel@lerogglasur.example | lerogglasur | forum | DK | 9 1 0", until=0.85),
    _affiliate("Yasmin Patel | yasmin@yasminpractises.example | yasmin | youtube | IN | 1 2 6", since=0.55),
    _affiliate("Tom Eriksen | tom@eriksentunes.example | tomtunes | forum | NO | 0 1 7"),
    _affiliate("Alma Reyes | alma@almahornea.example | alma | instagram | MX | 2 7 1"),
    _affiliate("Nadia Keller | nadia@topferei-keller.example | nadia | blog | CH | 8 1 1"),
    _affiliate("The Quiet Hobby | post@quiethobby.example | quiethobby | newsletter | GB | 3 3 3", since=0.68),
    _affiliate("Isaac Dube | isaac@dubekeys.example | isaac | youtube | ZA | 1 1 7"),
    _affiliate("Willa Frost | willa@willaandclay.example | willa | instagram | CA | 8 2 1", until=0.40),
    _affiliate("Anton Novak | anton@novakbakery.example | novak | forum | DE | 0 9 1"),
    _affiliate("Kiri Walker | kiri@kiriskiln.example | kiri | blog | NZ | 9 1 1", since=0.78),
    _affiliate("Leo Marchetti | leo@marchettimusic.example | leomusic | podcast | IT | 0 1 8", until=0.50),
    _affiliate("Dora Szabo | dora@smallovenclub.example | smalloven | blog | PL | 1 8 0", since=0.86),
    _affiliate("Hugo Laurent | hugo@premiersaccords.example | hugo | tiktok | FR | 1 1 7", since=0.93),
)
