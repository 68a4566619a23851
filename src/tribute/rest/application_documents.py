"""Applications and sign-up pages as JSON documents, and the bodies that answer and change them. Times are ISO 8601 in UTC."""

from typing import Annotated

import msgspec
from msgspec import Meta

from tribute.kit.clock import iso
from tribute.ledger.paging import Page
from tribute.ledger.rules.sign_up import Answer, Question
from tribute.reports.joining import ApplicationSeen, Offer


class ApplicationDocument(msgspec.Struct):
    """What somebody told, which terms they accepted, and what came of it."""

    id: str
    program_id: str
    program: str
    state: str
    name: str
    email: str
    code: Annotated[str, Meta(description="What they ask for.")]
    promotes: str
    answers: list[Answer]
    terms_id: Annotated[str | None, Meta(description="The version of the terms that they accepted; null for who asked through the API.")]
    at: str
    affiliate_id: Annotated[str | None, Meta(description="Whose it is, where they are an affiliate.")]
    decided_at: str | None
    reason: str | None


class ApplicationPage(msgspec.Struct):
    """Some applications; `next_cursor` asks for those that follow."""

    applications: list[ApplicationDocument]
    next_cursor: str | None


class SignUpDocument(msgspec.Struct):
    """A program's sign-up page. Until it is published nobody sees it."""

    program_id: str
    is_published: bool
    slug: str
    address: str
    welcome: str
    terms_text: str
    terms_id: str
    by_approval: bool
    questions: list[Question]


class ApprovalTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An approval. An empty object gives the code that was asked for, and no group."""

    code: str | None = None
    group: str | None = None


class RejectionTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rejection; the applicant reads the reason."""

    reason: str


class SignUpTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be another. `terms_text` makes a version of the terms that holds from now on; `questions` replaces all of them."""

    is_published: bool | None = None
    slug: str | None = None
    welcome: str | None = None
    terms_text: str | None = None
    questions: tuple[Question, ...] | None = None


def application_document(seen: ApplicationSeen) -> ApplicationDocument:
    """An application."""
    record = seen.record
    return ApplicationDocument(
        id=record.id,
        program_id=record.program_id,
        program=seen.program,
        state=record.state,
        name=record.name,
        email=record.email,
        code=record.code,
        promotes=record.promotes,
        answers=list(record.answers),
        terms_id=record.terms_id,
        at=iso(record.at),
        affiliate_id=record.affiliate_id,
        decided_at=iso(record.decided_at) if record.decided_at is not None else None,
        reason=record.reason,
    )


def application_page(page: Page[ApplicationSeen]) -> ApplicationPage:
    """A page of them."""
    return ApplicationPage([application_document(one) for one in page.items], page.next)


def sign_up_document(offer: Offer, public_url: str) -> SignUpDocument:
    """A sign-up page; `public_url` is what its address begins with."""
    return SignUpDocument(
        program_id=offer.program.id,
        is_published=offer.is_published,
        slug=offer.slug,
        address=f"{public_url.rstrip('/')}/join/{offer.slug}",
        welcome=offer.welcome,
        terms_text=offer.terms.text,
        terms_id=offer.terms_id,
        by_approval=offer.terms.by_approval,
        questions=list(offer.questions),
    )
