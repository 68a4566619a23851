"""Mutations come by POST alone: over a websocket they are refused before anything is run."""

import asyncio
from typing import Any

import pytest

from tests.support.portal import Portal, owner_caller
from tests.support.shop import Shop
from tribute.graphql.answer import Request
from tribute.graphql.caller_threads import CallerThreads
from tribute.graphql.operations import Refused, begun

CHANGE = 'mutation { addCoupon(program: "Partners", code: "TEN", affiliate: "ada") { code } }'


async def _results(portal: Portal, query: str) -> list[dict[str, Any]]:
    running = await begun(portal.graphql.schema, owner_caller(), Request(query), CallerThreads())
    return [result async for result in running]


def test_a_mutation_is_refused_and_a_query_answered(portal: Portal) -> None:
    shop = Shop(portal)
    with pytest.raises(Refused) as refused:
        asyncio.run(_results(portal, CHANGE))
    assert refused.value.errors[0]["message"] == "Changes are sent with POST to /graphql."
    query = '{ program(name: "Partners") { coupons { code } } }'
    assert asyncio.run(_results(portal, query)) == [{"data": {"program": {"coupons": []}}}]
    assert shop.owner.graphql(CHANGE)["data"] == {"addCoupon": {"code": "ten"}}
