"""Every way to change something: the forms of the pages, the methods of REST and the mutations of GraphQL, each with a body that is right.

A door that is added without an example here fails the test that walks them, so that nobody forgets to say who may use it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import litestar
import pytest

from tests.support.portal import Portal
from tribute.kit.lean_litestar import LeanLitestar

TERMS: Final = {"currency": "USD", "rules": [{"percent": "50"}]}
IDS: Final = {
    "conversion_id": "cnv_00000000000000000000",
    "application_id": "app_00000000000000000000",
    "program": "Partners",
    "website": "Course",
    "affiliate": "ada",
    "code": "ADA10",
}

FORM: Final = {
    "role": "viewer",
    "email": "new@team.example",
    "name": "New",
    "code": "new",
    "domain": "new.example",
    "window_days": "90",
    "reason": "Why not",
}
"""Fields of the pages' forms, for all of them at once: each takes its own."""

REST: Final[Mapping[tuple[str, str], Any]] = {
    ("POST", "/api/v1/conversions"): {"website": "Course", "external_id": "1", "amount_minor": 100, "currency": "USD"},
    ("POST", "/api/v1/conversions/{conversion_id}/refunds"): {"external_id": "r", "amount_minor": 1},
    ("POST", "/api/v1/conversions/{conversion_id}/disputes"): {"external_id": "d", "status": "open"},
    ("PUT", "/api/v1/conversions/{conversion_id}/assignment"): {"affiliate": "ada", "reason": "Theirs"},
    ("DELETE", "/api/v1/conversions/{conversion_id}/assignment"): None,
    ("PUT", "/api/v1/conversions/{conversion_id}/rejection"): {"reason": "No"},
    ("DELETE", "/api/v1/conversions/{conversion_id}/rejection"): None,
    ("POST", "/api/v1/conversions/{conversion_id}/link"): {"to": "cnv_1"},
    ("POST", "/api/v1/conversions/{conversion_id}/keep-apart"): None,
    ("POST", "/api/v1/conversions/{conversion_id}/hold"): {"reason": "Wait"},
    ("POST", "/api/v1/conversions/{conversion_id}/release"): None,
    ("POST", "/api/v1/conversions/{conversion_id}/decide"): None,
    ("POST", "/api/v1/programs"): {"name": "Other", "terms": TERMS},
    ("PATCH", "/api/v1/programs/{program}"): {"archived": False},
    ("POST", "/api/v1/programs/{program}/terms"): {"terms": TERMS},
    ("POST", "/api/v1/programs/{program}/try"): {"order": {"amount_minor": 100}},
    ("POST", "/api/v1/program-trials"): {"order": {"amount_minor": 100}, "terms": TERMS},
    ("POST", "/api/v1/programs/{program}/websites"): {"website": "Course"},
    ("DELETE", "/api/v1/programs/{program}/websites/{website}"): None,
    ("POST", "/api/v1/programs/{program}/groups"): {"name": "Gold"},
    ("POST", "/api/v1/programs/{program}/enrollments"): {"affiliate": "ada", "state": "approved"},
    ("POST", "/api/v1/programs/{program}/coupons"): {"code": "ADA10", "affiliate": "ada"},
    ("DELETE", "/api/v1/programs/{program}/coupons/{code}"): None,
    ("POST", "/api/v1/affiliates"): {"name": "Cleo", "email": "cleo@affiliates.example", "code": "cleo"},
    ("PATCH", "/api/v1/affiliates/{affiliate}"): {"active": True},
    ("POST", "/api/v1/affiliates/{affiliate}/codes"): {"code": "ada-two"},
    ("POST", "/api/v1/links"): {"website": "Course", "affiliate": "ada", "slug": "rest"},
    ("POST", "/api/v1/applications/{application_id}/approve"): {},
    ("POST", "/api/v1/applications/{application_id}/reject"): {"reason": "Not now"},
    ("PATCH", "/api/v1/programs/{program}/sign-up"): {"welcome": "Come in!"},
    ("POST", "/api/v1/adjustments"): {"affiliate": "ada", "kind": "bonus", "amount_minor": 5, "currency": "USD", "reason": "Thanks"},
}

GRAPHQL: Final[Mapping[str, str]] = {
    "addAdjustment": '(affiliate: "ada", kind: Bonus, amountMinor: 5, currency: "USD", reason: "Thanks") { id }',
    "addAffiliate": '(name: "Dan", email: "dan@affiliates.example", code: "dan") { id }',
    "addCode": '(affiliate: "ada", code: "ada-three") { id }',
    "addCoupon": '(program: "Partners", code: "ADA20", affiliate: "ada") { code }',
    "applyToProgram": '(program: "Partners") { state }',
    "approveApplication": '(id: "app_00000000000000000000") { id }',
    "changeEnrollment": '(program: "Partners", affiliate: "ada", state: Approved) { state }',
    "changeSignUp": '(program: "Partners", welcome: "Come in, all!") { welcome }',
    "createLink": '(website: "Course", affiliate: "ada", slug: "graphql") { slug }',
    "createProgram": '(name: "Another", terms: {currency: "USD", rules: [{percent: "50"}]}) { id }',
    "disableCoupon": '(program: "Partners", code: "ADA10") { code }',
    "holdCommission": '(id: "com_00000000000000000000", reason: "Wait") { id }',
    "keepApart": '(id: "cnv_00000000000000000000") { id }',
    "linkConversions": '(id: "cnv_00000000000000000000", sameAs: "cnv_1") { id }',
    "reassignConversion": '(id: "cnv_00000000000000000000", affiliate: "ada", reason: "Theirs") { id }',
    "rejectConversion": '(id: "cnv_00000000000000000000", reason: "No") { id }',
    "rejectApplication": '(id: "app_00000000000000000000", reason: "Not now") { id }',
    "releaseCommission": '(id: "com_00000000000000000000") { id }',
    "setTerms": '(program: "Partners", terms: {currency: "USD", rules: [{percent: "50"}]}) { id }',
    "tryTerms": '(program: "Partners", sample: {amountMinor: 100}) { why }',
}


@contextmanager
def recorded_applications(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[litestar.Litestar]]:
    """The applications that are built meanwhile, whose routes they tell."""
    built: list[litestar.Litestar] = []

    class Recorded(LeanLitestar):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            built.append(self)

    with monkeypatch.context() as patch:
        patch.setattr("tribute.web.app.LeanLitestar", Recorded)
        patch.setattr("tribute.rest.app.LeanLitestar", Recorded)
        yield built


def changing_routes(applications: list[litestar.Litestar]) -> list[tuple[str, str]]:
    """Every method and path by which something can be changed."""
    found = [
        (method, route.path_format)
        for application in applications
        for route in application.routes
        for method in getattr(route, "methods", ())
        if method not in {"GET", "HEAD", "OPTIONS"}
    ]
    return sorted(found)


def mutations(portal: Portal) -> list[str]:
    """Every mutation of GraphQL."""
    kind = portal.graphql.schema.mutation_type
    return sorted(kind.fields) if kind is not None else []
