"""Give each wait of a test a limit, and let the failure name what it waited for.

The limit is less than that of a whole test (`timeout` in pyproject.toml), whose failure shows only a stack.
"""

from __future__ import annotations

import functools
import inspect
import os
import select
import signal
import socketserver
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from tests.support.cases import LONG

LIMIT = 480.0
"""Seconds that a test waits for one process, on a busy machine."""
CONNECTION = 60.0
"""Seconds that a test's own server waits for the other side of a connection. A program that once spoke to somebody else on
that port, such as a notebook's kernel, may call there and say nothing more; closing the server would wait for it."""


_process = os.getpid()
"""The process that runs the tests, not a child of it."""


class WaitLimitError(AssertionError):
    """A process did not end, or said nothing, within the limit."""


def limit_waits() -> None:
    """Limit every wait for a process in this process, unless all cases are asked for, which may take hours."""
    global _process
    _process = os.getpid()
    socketserver.StreamRequestHandler.timeout = CONNECTION
    if LONG in os.environ:
        return
    os.waitpid = _ending(os.waitpid)  # type: ignore[assignment]
    for name in ("wait", "communicate"):
        setattr(subprocess.Popen, name, _limited(getattr(subprocess.Popen, name)))


def _limited(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of Popen that waits this long where the caller names no limit; `run` then ends the process."""

    signature = inspect.signature(function)

    @functools.wraps(function)
    def waiting(*arguments: Any, **named: Any) -> Any:
        given = signature.bind(*arguments, **named)  # the limit may be given by place
        if given.arguments.get("timeout") is None:
            given.arguments["timeout"] = LIMIT
        return function(*given.args, **given.kwargs)

    return waiting


def _ending(waitpid: Callable[[int, int], tuple[int, int]]) -> Callable[[int, int], tuple[int, int]]:
    """Return a `waitpid` that kills a child which does not end, and says what the child waited for."""

    @functools.wraps(waitpid)
    def ending(pid: int, options: int) -> tuple[int, int]:
        if options:
            return waitpid(pid, options)
        end, pause = time.monotonic() + LIMIT, 0.001
        while not (ended := waitpid(pid, os.WNOHANG))[0]:
            if time.monotonic() > end:
                where = _stands(pid)
                os.kill(pid, signal.SIGKILL)
                waitpid(pid, 0)
                raise WaitLimitError(f"process {pid} ({where}) did not end within {LIMIT:.0f} seconds")
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
        return ended

    return ending


def _stands(pid: int) -> str:
    """Return what the system says a process waits in, where it says so."""
    try:
        return f"waiting in {Path(f'/proc/{pid}/wchan').read_text(encoding='ascii') or 'nothing'}"
    except OSError:
        return "no longer known"


def line(stream: IO[str], what: str) -> str:
    """Read the next line of a pipe, whose text nobody read before beyond a line."""
    if LONG not in os.environ and not select.select([stream], [], [], LIMIT)[0]:
        raise WaitLimitError(f"{what}: no answer within {LIMIT:.0f} seconds")
    return stream.readline()


def heard(end: int, other: int) -> None:
    """Wait for a byte that a child writes into a pipe, and close both ends of the pipe here.

    A child that failed fails the test at once; while this process held the other end too, the wait would have no end.
    """
    os.close(other)
    if LONG not in os.environ and not select.select([end], [], [], LIMIT)[0]:
        raise WaitLimitError(f"a child was not ready within {LIMIT:.0f} seconds")
    said = os.read(end, 1)
    os.close(end)
    assert said, "a child ended before it was ready"


def end_if_forked(call: pytest.CallInfo[Any]) -> None:
    """End a child of a test that came back to pytest: it would go on with the tests of its parent, beside it."""
    if os.getpid() == _process:
        return
    if call.excinfo is not None:
        print(f"\nA child of the test failed:\n{call.excinfo.getrepr()}", file=sys.__stderr__, flush=True)
    os._exit(70)
