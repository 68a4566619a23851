"""Interrupting a part between any two steps: every call to what it uses may be its last, before the call or after it."""

from collections.abc import Callable
from typing import Any


class Crash(BaseException):
    """The process dies here. Not an Exception, so that nothing tidies up after it."""


class Steps:
    """Counts calls and crashes at one of them: call n is step 2n before it is made and step 2n + 1 after it."""

    def __init__(self, crash_at: int | None = None) -> None:
        self.crash_at = crash_at
        self.taken = 0

    def step(self) -> None:
        self.taken += 1
        if self.taken - 1 == self.crash_at:
            raise Crash

    def around(self, target: Any) -> Any:
        """`target` with a step before and after every method call."""
        return _Stepping(target, self.step)


class _Stepping:
    def __init__(self, target: Any, step: Callable[[], None]) -> None:
        self._target = target
        self._step = step

    @property
    def __class__(self) -> Any:
        """It passes for its target where a type is asked for."""
        return type(self._target)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **options: Any) -> Any:
            self._step()
            result = found(*arguments, **options)
            self._step()
            return result

        return call
