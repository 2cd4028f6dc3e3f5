"""Define the error of a source, and run an action again when the fault may pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from pipelines.installation.errors import WaakvlamError

Result = TypeVar("Result")
FIRST_PAUSE = 2.0
"""Seconds before the second attempt; each later pause is three times as long."""


class FetchError(WaakvlamError):
    """A source does not deliver. The message holds no secret and no row.

    Parameters
    ----------
    passing : bool
        Whether the same call may succeed a moment later, such as after a fault of the network.
    """

    def __init__(self, problem: str, *, where: str = "", mend: str = "", passing: bool = False) -> None:
        super().__init__(problem, where=where, mend=mend)
        self.passing = passing


def with_attempts(attempts: int, action: Callable[[], Result]) -> Result:
    """Return the result of `action`; call it up to `attempts` times while its error may pass.

    Raises
    ------
    FetchError
        The error of the last attempt.
    """
    pause = FIRST_PAUSE
    for _ in range(attempts - 1):
        try:
            return action()
        except FetchError as error:
            if not error.passing:
                raise
        time.sleep(pause)
        pause *= 3
    return action()
