"""Run a function in its own process and report wall time, processor time and peak memory, also per stage."""

from __future__ import annotations

import functools
import importlib
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock


@dataclass
class Cost:
    """Wall time in seconds, processor time in seconds (all threads), and peak memory in bytes.

    Compare `cpu`: other work on the machine lengthens `wall` and hardly changes `cpu`.
    """

    wall: float = 0.0
    cpu: float = 0.0
    peak: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))


@dataclass
class Measured:
    """The outcome of a child process: its result, its whole cost, and the cost per stage without nested stages."""

    result: Any
    total: Cost
    stages: dict[str, Cost] = field(default_factory=dict)


class _Clock:
    """Attribute time and peak memory to the current stage; a nested stage does not count for the outer one."""

    def __init__(self) -> None:
        self.stages: dict[str, Cost] = {}
        self.stack = ["the rest"]
        self.mark = (time.perf_counter(), time.process_time())

    def turn(self) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        spent = Cost(wall - self.mark[0], cpu - self.mark[1], _peak())
        self.stages[self.stack[-1]] = self.stages.get(self.stack[-1], Cost()) + spent
        Path("/proc/self/clear_refs").write_text("5")  # reset the peak
        self.mark = (time.perf_counter(), time.process_time())

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.turn()
        self.stack.append(name)
        try:
            yield
        finally:
            self.turn()
            self.stack.pop()


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("VmHWM:")[1].split()[0])


def measure(
    function: Callable[..., Any], *arguments: Any, stages: dict[tuple[Any, str], str] | None = None
) -> Measured:
    """Run a function in a fresh process.

    Parameters
    ----------
    function : callable
        A function at the top level of a module.
    *arguments
        Arguments of the function.
    stages : dict, optional
        Maps (module, name of a function in it) to the name of a stage.

    Raises
    ------
    RuntimeError
        The child failed.
    """
    named = {(module.__name__, name): stage for (module, name), stage in (stages or {}).items()}
    # Not a Pool, which waits for ever for the answer of a process that was killed.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned, initializer=_no_console) as pool:
        try:
            return pool.submit(_inside, function, arguments, named).result()
        except BrokenProcessPool:
            name = getattr(function, "__name__", str(function))
            raise RuntimeError(f"The process that ran {name} was killed: is there enough memory?") from None


def _no_console() -> None:
    """Set a main file before DuckDB is imported, because without one DuckDB draws progress bars as in a console."""
    sys.modules["__main__"].__file__ = __file__


def _inside(
    function: Callable[..., Any], arguments: tuple[Any, ...], stages: dict[tuple[str, str], str]
) -> Measured:
    clock = _Clock()
    with _watched(clock, stages):
        clock.turn()
        clock.stages.clear()  # do not measure the start of the process and its imports
        result = function(*arguments)
        clock.turn()
    total = functools.reduce(Cost.__add__, clock.stages.values(), Cost())
    return Measured(result, total, clock.stages)


@contextmanager
def _watched(clock: _Clock, stages: dict[tuple[str, str], str]) -> Iterator[None]:
    """Notify the clock when a function begins and ends."""
    with ExitStack() as stack:
        for (module, name), stage in stages.items():
            home = importlib.import_module(module)
            stack.enter_context(mock.patch.object(home, name, _timed(clock, stage, getattr(home, name))))
        yield


def _timed(clock: _Clock, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        with clock.stage(stage):
            return function(*arguments, **named)

    return timed
