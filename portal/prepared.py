"""Build a query once, and run it again with other values.

Django takes far longer to build and compile a query than the database takes to answer it. A prepared query keeps what
was compiled, with a `Slot` for each value that differs between runs; everything else in it is constant. The rows are the
same as those of the plain query, read by the same code of Django: `tests/portal/test_prepared.py` compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet, ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Expression, Field, Model, QuerySet
from django.db.models.query import ModelIterable

Row = TypeVar("Row", bound=Model)
KEPT = 256
"""Maximum number of variants of one query, which differ in the areas of the user."""
LARGEST = 2**63
"""No database of the portal holds a larger integer, so a larger number from a URL identifies nothing."""


class Slot(Expression):
    """The place in a query of a value that is given at each run; by default a number."""

    def __init__(self, name: str, field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=field or BigIntegerField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # noqa: ARG002
        """Return a placeholder, with the slot itself as its parameter."""
        return "%s", [self]


@dataclass(frozen=True)
class Compiled:
    """A query as Django compiled it: the SQL, and how each column becomes a value of Python."""

    compiler: Any
    sql: str
    parameters: tuple[Any, ...]
    converters: Any

    @classmethod
    def of(cls, queryset: QuerySet[Any]) -> Compiled:
        """Compile a query; raises `EmptyResultSet` if its conditions exclude each other."""
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        return cls(compiler, sql, tuple(parameters), compiler.get_converters(columns))

    def filled(self, values: dict[str, Any]) -> Any:
        """Return a compiler for this thread, which gives Django the kept SQL with the values of one run."""
        connection = connections[DEFAULT_DB_ALIAS]
        parameters = tuple(
            parameter.output_field.get_db_prep_value(values[parameter.name], connection)
            if isinstance(parameter, Slot)
            else parameter
            for parameter in self.parameters
        )
        own = copy(self.compiler)
        own.connection = connection
        own.as_sql = lambda: (self.sql, parameters)
        own.get_converters = lambda _columns: self.converters
        return own


@dataclass(frozen=True)
class Run:
    """One run of a compiled query: what Django asks of a query set to read its rows, without a copy of that query set."""

    compiler: Any
    db: str = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = field(default_factory=dict)

    @property
    def query(self) -> Run:
        """Stand in for the query, of which Django asks only its compiler."""
        return self

    def get_compiler(self, using: str) -> Any:  # noqa: ARG002 - there is one database
        """Return the compiler with the values of this run."""
        return self.compiler


class Prepared(Generic[Row]):
    """A query that is compiled at its first run.

    Raises
    ------
    ValueError
        The query set prefetches rows of other models, which a kept query does not.
    """

    def __init__(self, queryset: QuerySet[Row]) -> None:
        if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise ValueError(
                "a prepared query prefetches nothing: read the other rows by a query of their own"
            )
        self._queryset = queryset
        self._compiled: Compiled | None = None

    def rows(self, **values: Any) -> list[Row]:
        """Run the query with a value for each slot."""
        if any(isinstance(value, int) and abs(value) >= LARGEST for value in values.values()):
            return []
        try:
            self._compiled = self._compiled or Compiled.of(self._queryset)
        except EmptyResultSet:  # as for a user without an area
            return []
        run: Any = Run(self._compiled.filled(values))
        return list(ModelIterable(run))

    def first(self, **values: Any) -> Row | None:
        """Return the first row, or None."""
        return next(iter(self.rows(**values)), None)

    def get(self, **values: Any) -> Row:
        """Return the first row; raises `DoesNotExist` of the model if there is none."""
        row = self.first(**values)
        if row is None:
            missing: type[ObjectDoesNotExist] = self._queryset.model.DoesNotExist  # type: ignore[attr-defined]
            raise missing
        return row


def prepared(build: Callable[..., QuerySet[Row]]) -> Callable[..., Prepared[Row]]:
    """Prepare the query that a function builds, once for each of its arguments.

    The query may depend only on these arguments and on its slots.
    """

    @lru_cache(maxsize=KEPT)
    @wraps(build)
    def once(*arguments: Hashable) -> Prepared[Row]:
        return Prepared(build(*arguments))

    return once
