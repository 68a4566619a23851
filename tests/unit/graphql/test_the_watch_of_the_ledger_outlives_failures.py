"""Websockets hear of changes of the ledger again after a look at it failed in a way that nobody foresaw."""

import asyncio

from tribute.graphql.ledger_watch import LedgerWatch


def test_a_failed_look_is_followed_by_another() -> None:
    answers = iter([RuntimeError("unforeseen"), 1, 1, 2])

    def version() -> int:
        answer = next(answers, 2)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def watched() -> int:
        watch = LedgerWatch(version, every_seconds=0.001)
        with watch.watched():
            while watch.changes < 2:
                await watch.wait(watch.changes, longest_seconds=5)
        return watch.changes

    assert asyncio.run(asyncio.wait_for(watched(), 10)) == 2
