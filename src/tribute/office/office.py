"""Everything that an owner, or an affiliate for themself, changes: the offices together, as the doors take them."""

from collections.abc import Callable
from dataclasses import dataclass

from tribute.access.post import Post
from tribute.kit.clock import Clock
from tribute.ledger.database import Database
from tribute.office.adjustments import AdjustmentOffice
from tribute.office.affiliates import AffiliateOffice
from tribute.office.applications import ApplicationOffice
from tribute.office.creatives import CreativeOffice
from tribute.office.enrollments import EnrollmentOffice
from tribute.office.joining import JoiningOffice
from tribute.office.letters import Letters
from tribute.office.orders import Decider, OrderOffice
from tribute.office.programs import ProgramOffice
from tribute.office.sign_ups import SignUpOffice
from tribute.office.trying import TryingOffice
from tribute.office.websites import WebsiteOffice


@dataclass(frozen=True, slots=True)
class Office:
    """One of each. Threads may share it."""

    programs: ProgramOffice
    trying: TryingOffice
    enrollments: EnrollmentOffice
    affiliates: AffiliateOffice
    adjustments: AdjustmentOffice
    orders: OrderOffice
    sign_ups: SignUpOffice
    creatives: CreativeOffice
    joining: JoiningOffice
    applications: ApplicationOffice
    websites: WebsiteOffice
    letters: Letters

    @classmethod
    def over(
        cls,
        database: Database,
        clock: Clock,
        decider: Decider,
        on_change: Callable[[], None] = lambda: None,
        *,
        post: Post | None = None,
    ) -> "Office":
        """The offices over a ledger. `decider` decides orders after each change to one; `on_change` is called after that.

        `post` sends letters; without it none is written, and links begin at their path.
        """
        letters = Letters(clock, post or Post(clock, ""))
        return cls(
            programs=ProgramOffice(database, clock),
            trying=TryingOffice(database, clock),
            enrollments=EnrollmentOffice(database, clock, letters),
            affiliates=AffiliateOffice(database, clock),
            adjustments=AdjustmentOffice(database, clock),
            orders=OrderOffice(database, clock, decider, on_change),
            sign_ups=SignUpOffice(database, clock),
            creatives=CreativeOffice(database, clock),
            joining=JoiningOffice(database, clock, letters),
            applications=ApplicationOffice(database, clock, letters),
            websites=WebsiteOffice(database, clock),
            letters=letters,
        )
