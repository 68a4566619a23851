"""The reports that read the ledger, together, as the doors take them."""

from dataclasses import dataclass

from tribute.kit.clock import Clock
from tribute.ledger.database import Database
from tribute.reports.balance import BalanceReports
from tribute.reports.clicks import ClickReports
from tribute.reports.creatives import CreativeReports
from tribute.reports.joining import JoiningReports
from tribute.reports.link_check import LinkChecks
from tribute.reports.milestones import Milestones
from tribute.reports.money import Money
from tribute.reports.not_credited import NotCreditedReports
from tribute.reports.owed import OwedReports
from tribute.reports.ports import ClickStore
from tribute.reports.programs import ProgramReports
from tribute.reports.promoters import PromoterReports
from tribute.reports.records import RecordReports
from tribute.reports.tagging import Tagging
from tribute.reports.websites import WebsiteReports


@dataclass(frozen=True, slots=True)
class LedgerReports:
    """One of each. Threads may share it."""

    money: Money
    balance: BalanceReports
    owed: OwedReports
    creatives: CreativeReports
    not_credited: NotCreditedReports
    clicks: ClickReports
    programs: ProgramReports
    promoters: PromoterReports
    records: RecordReports
    tagging: Tagging
    joining: JoiningReports
    websites: WebsiteReports
    link_checks: LinkChecks
    milestones: Milestones

    @classmethod
    def over(cls, database: Database, clock: Clock, store: ClickStore) -> "LedgerReports":
        """The reports over a ledger and the event store beside it."""
        return cls(
            money=Money(database, clock),
            balance=BalanceReports(database, clock),
            owed=OwedReports(database),
            creatives=CreativeReports(database, clock),
            not_credited=NotCreditedReports(database, clock),
            clicks=ClickReports(store, database, clock),
            programs=ProgramReports(database, clock),
            promoters=PromoterReports(database, clock),
            records=RecordReports(database, clock),
            tagging=Tagging(database, clock),
            joining=JoiningReports(database, clock),
            websites=WebsiteReports(database, clock),
            link_checks=LinkChecks(database, clock),
            milestones=Milestones(database, clock),
        )
