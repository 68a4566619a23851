"""The OpenAPI document and the page made from it name every parameter; neither needs anything from elsewhere, nor credentials."""

import re

from tests.support.portal import Portal
from tribute.analytics.dimensions import Dimension
from tribute.rest.asking import PARAMETERS


def test_the_document_names_every_parameter(portal: Portal) -> None:
    answer = portal.client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    document = answer.json()
    operation = document["paths"]["/api/v1/analytics"]["get"]
    named = {parameter["name"] for parameter in operation["parameters"]}
    assert named == {parameter.name for parameter in PARAMETERS if not parameter.repeatable} | {
        f"filter[{dimension.name.lower()}]" for dimension in Dimension
    }
    assert all(parameter["description"] for parameter in operation["parameters"])
    assert {"200", "400", "401", "403"} <= set(operation["responses"])
    assert "AnalyticsDocument" in document["components"]["schemas"]


def test_the_page_shows_the_document_without_anything_from_elsewhere(portal: Portal) -> None:
    answer = portal.client().get("/api/v1")
    assert answer.headers["content-type"].startswith("text/html")
    assert all(f"<code>{name}</code>" in answer.text for name in ("metrics", "zone", "filter[country]", "previous_period"))
    assert not re.findall(r'(?:src|href)="(?!/)', answer.text)
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
