"""What the routes of programs, affiliates and what owners say of orders need beside credentials."""

from dataclasses import dataclass

from tribute.kit.clock import Clock
from tribute.ledger.database import Database
from tribute.office.office import Office
from tribute.reports.hints import HintStore, OrderHints
from tribute.reports.joining import JoiningReports
from tribute.reports.money import Money
from tribute.reports.not_credited import NotCreditedReports
from tribute.reports.programs import ProgramReports
from tribute.reports.promoters import PromoterReports
from tribute.reports.records import RecordReports


@dataclass(frozen=True, slots=True)
class OfficeDoors:
    """The offices, which change things, and the reports that read them. `public_url` is what links begin with."""

    office: Office
    money: Money
    programs: ProgramReports
    promoters: PromoterReports
    records: RecordReports
    hints: OrderHints
    joining: JoiningReports
    not_credited: NotCreditedReports
    public_url: str

    @classmethod
    def over(cls, database: Database, clock: Clock, *, office: Office, store: HintStore, public_url: str) -> "OfficeDoors":
        """The doors over a ledger and an event store."""
        return cls(
            office=office,
            money=Money(database, clock),
            programs=ProgramReports(database, clock),
            promoters=PromoterReports(database, clock),
            records=RecordReports(database, clock),
            hints=OrderHints(store, database, clock),
            joining=JoiningReports(database, clock),
            not_credited=NotCreditedReports(database, clock),
            public_url=public_url,
        )
