"""Skip expensive work in test processes that another test checks once."""

from __future__ import annotations

import functools
import gc
import hashlib
import importlib
import os
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import typer.main
from ibis.expr.format import pretty

import models
import pipelines
from features import compile as compiling
from models.card.scorecard import Scorecard
from pipelines.cli.app import app
from pipelines.gate import expectations as gate
from pipelines.reading import delivery
from pipelines.scoring import follow_up, panel, score
from pipelines.warehouse import stores
from tests.support import QUERIES


def spare_the_engine() -> None:
    """Give DuckDB one thread in this process, unless the settings say otherwise, and load its crypto extension unchecked.

    A second thread adds a sixth to the processor time of a small query. The check of the extension reads 21 MB and takes
    0.08 seconds; a test opens a store ten times. It is tested in tests/project/test_traps.py, in a process of its own.
    """
    connect = duckdb.connect

    @functools.wraps(connect)
    def sparing(
        *arguments: Any, config: dict[str, Any] | None = None, **named: Any
    ) -> duckdb.DuckDBPyConnection:
        spared = {"allow_unsigned_extensions": True, "threads": 1}
        return connect(*arguments, config={**spared, **(config or {})}, **named)

    stores.duckdb.connect = sparing


def spare_waits() -> None:
    """Let nothing in this process wait until the disk has what was written, or long for a delivery that may still grow.

    No test outlives a power cut; tests/faults/test_disks.py holds that a file is flushed before it takes its place, and
    tests/power_cut.py cuts the power of processes of its own. What a test delivered just now is complete;
    tests/pipelines/reading/test_file.py lets files grow.
    """
    os.fsync = lambda _: None
    delivery.SETTLE_SECONDS = 0.02


def build_commands_once() -> None:
    """Let all calls of the command line in a process share its commands, which take 0.035 seconds to build."""
    typer.main.get_command = functools.cache(typer.main.get_command)


def look_less_for_garbage() -> None:
    """Let the garbage collector pass over what is there now, and look less often at what comes.

    Every full look walks through a million objects that stay; in a child that was forked it also copies their memory.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


OF_PREFECT = frozenset({"pipelines.week.flows", "pipelines.week.turns"})
"""Modules that import Prefect."""


def import_ahead() -> None:
    """Import what the verbs import when they need it, in a process that forks: each child would import it again.

    Prefect is left out, because it reads its settings from the environment of the child.
    """
    import django.db  # noqa: F401  reads no settings
    import ibis.backends.duckdb  # noqa: F401

    gate._great_expectations()  # first, because it imports less of other libraries than they do of themselves
    for room in (models, pipelines):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if module.name not in OF_PREFECT:
                importlib.import_module(module.name)
    typer.main.get_command(app)


STAND_IN = date(2900, 1, 1)
"""The first of the one or two dates for which a query is compiled; those of a test take their place, however many."""


@dataclass(frozen=True)
class _Query:
    """A query that is compiled only if no process of this test run compiled it before, for whatever dates.

    Parameters
    ----------
    key : str
        What the SQL follows from, except for the dates.
    days : tuple of date
        The dates of the query, each once, in order.
    make : callable
        Builds the query for some dates.
    """

    key: str
    days: tuple[date, ...]
    make: Callable[[Sequence[date]], ir.Table]

    def sql(self, compiler: Callable[..., str], folder: Path) -> str:
        """Return the SQL, which is kept in a folder for other dates and processes."""
        if compiling._ITEMS is not CATALOGUE:  # a test has another signal
            return compiler(self.make(self.days), dialect="duckdb")
        stand_ins = [STAND_IN, STAND_IN + timedelta(days=1)][: len(self.days)]
        path = folder / f"{hashlib.sha256(f'{len(stand_ins)} {self.key}'.encode()).hexdigest()}.sql"
        if not path.exists():
            text = compiler(self.make(stand_ins), dialect="duckdb")
            part = path.with_suffix(f".{os.getpid()}")
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        text = path.read_text(encoding="utf-8")
        if self.days:  # two stand-ins beside each other are the list of all dates
            listed = r",\s*".join(re.escape(_written(one)) for one in stand_ins)
            text = re.sub(listed, ", ".join(map(_written, self.days)), text)
            text = text.replace(_written(stand_ins[0]), _written(self.days[0]))
            text = text.replace(_written(stand_ins[-1]), _written(self.days[-1]))
        return text


CATALOGUE = compiling._ITEMS


def _written(day: date) -> str:
    return f"MAKE_DATE({day.year}, {day.month}, {day.day})"


def compile_once() -> None:
    """Compile each query of a list or a panel once in a test run, for all dates.

    Ibis takes 0.7 seconds of processor for them, most of what a test pays for a list of a dozen homes. The SQL is in the
    folder that the variable names; the processes that pytest starts inherit it.
    """
    folder, compiler = Path(os.environ[QUERIES]), ibis.to_sql

    def to_sql(query: ir.Table | _Query, *arguments: Any, **named: Any) -> str:
        if isinstance(query, _Query):
            return query.sql(compiler, folder)
        return compiler(query, *arguments, **named)

    ibis.to_sql = to_sql
    score.features, panel.features = remembered(score.features), remembered(panel.features)
    score.scope, panel.scope = remembered(score.scope), remembered(panel.scope)
    panel.escalations, panel.outcome = remembered(panel.escalations), remembered(panel.outcome)
    follow_up.escalations = remembered(follow_up.escalations)
    score.points_of = _points(score.points_of)


def remembered(function: Callable[..., ir.Table]) -> Callable[..., _Query]:
    """Return a function of tables, dates and other things that leaves compiling its query for later."""

    @functools.wraps(function)
    def query(
        tables: ir.Table | Mapping[str, ir.Table], as_of: date | Sequence[date], *about: Any, **named: Any
    ) -> _Query:
        def make(days: Sequence[date]) -> ir.Table:
            return function(tables, days[0] if isinstance(as_of, date) else days, *about, **named)

        days = (as_of,) if isinstance(as_of, date) else tuple(sorted(set(as_of)))
        read = {"": tables} if isinstance(tables, ir.Table) else tables
        texts = [sorted(one) if isinstance(one, frozenset) else one for one in (*about, *named.items())]
        key = f"{function.__name__} {texts} {[pretty(read[name].op()) for name in sorted(read)]}"
        return _Query(key, days, make)

    return query


def _points(function: Callable[..., ir.Table]) -> Callable[..., _Query]:
    """Return a function that leaves compiling the points of a card for later."""

    @functools.wraps(function)
    def query(con: duckdb.DuckDBPyConnection, card: Scorecard) -> _Query:
        signals = [name for name, *_ in con.execute("DESCRIBE temp.signals").fetchall()]
        return _Query(f"points {card.model_dump_json()} {signals}", (), lambda _: function(con, card))

    return query
